"""What is drawn on a page, read from its content stream, in millimetres.

It reads the operators as ISO 32000-1 defines them and knows nothing of how the pages
were laid out. Only what a page of this tool uses is read: rectangles, straight lines,
filled polygons and text positions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise

import pikepdf

MM = 72 / 25.4
Point = tuple[float, float]

_NUMBERS = frozenset({"re", "m", "l", "w", "Tm", "Tr", "cm"})
_ENDS = frozenset({"S", "s", "f", "f*", "B", "b", "n"})


@dataclass(frozen=True)
class Box:
    """A rectangle; ``left`` and ``top`` count from the page's upper left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Rule:
    """A straight line and its weight in points."""

    start: Point
    end: Point
    weight: float

    @property
    def is_level(self) -> bool:
        return abs(self.start[1] - self.end[1]) < 0.01


@dataclass
class Drawn:
    """One page.

    Attributes:
        boxes: Outlined rectangles.
        rules: Stroked lines.
        fills: Filled polygons, each by its corners.
        texts: Where each text begins.
        outlined_text: Whether letters were drawn as outlines.
    """

    boxes: list[Box] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    fills: list[list[Point]] = field(default_factory=list)
    texts: list[Point] = field(default_factory=list)
    outlined_text: bool = False


def drawn_pages(pdf: bytes) -> list[Drawn]:
    """Read every page."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return [_read(page) for page in document.pages]


def _read(page: pikepdf.Page) -> Drawn:
    reader = _Reader(float(page.mediabox[3]))
    for instruction in pikepdf.parse_content_stream(page):
        name = str(instruction.operator)
        if name in _NUMBERS:
            reader.take(name, [float(value) for value in instruction.operands])
        elif name in _ENDS:
            reader.end(name)
    return reader.drawn


class _Reader:
    """Keeps the path and the line's weight between the operators of one page."""

    def __init__(self, high: float) -> None:
        self.drawn = Drawn()
        self._high = high
        self._boxes: list[Box] = []
        self._path: list[Point] = []
        self._weight = 1.0

    def take(self, name: str, values: list[float]) -> None:
        match name:
            case "cm":
                # Letters at an angle are a watermark; else the page is only moved.
                self.drawn.outlined_text |= values[:4] != [1, 0, 0, 1]
            case "Tr":
                self.drawn.outlined_text |= values[0] != 0
            case "w":
                self._weight = values[0]
            case "re":
                x, y, wide, tall = values
                corner = self._at(x, y + tall)
                self._boxes.append(Box(*corner, wide / MM, tall / MM))
            case "Tm":
                self.drawn.texts.append(self._at(*values[4:]))
            case _:
                self._path.append(self._at(*values))

    def end(self, name: str) -> None:
        """Paint the path, or forget it."""
        if name in {"S", "s"}:
            self.drawn.boxes += self._boxes
            lines = pairwise(self._path)
            self.drawn.rules += [Rule(*ends, self._weight) for ends in lines]
        elif name in {"f", "f*"} and self._path:
            self.drawn.fills.append(self._path)
        self._boxes, self._path = [], []

    def _at(self, x: float, y: float) -> Point:
        return x / MM, (self._high - y) / MM
