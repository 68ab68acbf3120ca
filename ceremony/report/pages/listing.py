"""A listing of fields, each with the lines under it."""

from __future__ import annotations

from collections.abc import Sequence

from ceremony.report.drawing import Line
from ceremony.report.piece import Column
from ceremony.report.style import LISTING
from ceremony.report.text import one_line


def kept_fields(described: Sequence[str]) -> tuple[Column, ...]:
    """Keep each field with the lines under it; a page may end between two fields.

    Args:
        described: Lines; those of a field begin with a blank.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    fields: list[list[Line]] = []
    for told in described:
        if not told.startswith(" ") or not fields:
            fields.append([])
        fields[-1].append(one_line(told, LISTING))
    return tuple(tuple(field) for field in fields)
