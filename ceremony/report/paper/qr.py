"""A page's id as a QR code, so that a scan of the page finds its place.

Drawn as black rectangles, one for each run of dark modules: no picture is embedded.

Source: ISO/IEC 18004; level M restores about 15 % of a code.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import reportlab

from ceremony.report.drawing import Mark, Shape


def code(text: str, x: float, y: float, side: float) -> tuple[Mark, ...]:
    """Draw a QR code; white space of four modules around it is for the caller.

    Args:
        text: What it says, ASCII.
        x: The left edge.
        y: The upper edge.
        side: How wide and high it is, points.
    """
    rows = modules(text)
    module = side / len(rows)
    marks: list[Mark] = []
    for number, row in enumerate(rows):
        at = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                x1, x2 = x + at * module, x + (at + length) * module
                y1, y2 = y + number * module, y + (number + 1) * module
                corners = ((x1, y1), (x2, y1), (x2, y2), (x1, y2))
                marks.append(Shape(corners, fill=0))
            at += length
    return tuple(marks)


@lru_cache(maxsize=8)
def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Give a code's rows of modules, True for a dark one.

    Args:
        text: What it says, ASCII.
    """
    encoder = _encoder()
    made = encoder.QRCode(None, encoder.QRErrorCorrectLevel.M)
    made.addData(text)
    made.make()
    return tuple(tuple(bool(module) for module in row) for row in made.modules)


@lru_cache(maxsize=1)
def _encoder() -> Any:  # noqa: ANN401  reportlab has no types
    """Load the encoder without the package around it.

    That package loads every kind of bar code and platypus, none of which is used here:
    80 of the 140 ms that loading all of ``ceremony.report`` took.
    """
    folder = Path(reportlab.__file__).parent / "graphics" / "barcode"
    found = importlib.util.spec_from_file_location(
        "reportlab_qrencoder", folder / "qrencoder.py"
    )
    if found is None or found.loader is None:
        raise ImportError(name="qrencoder", path=str(folder))
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module
