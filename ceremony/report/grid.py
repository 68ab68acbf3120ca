"""Tables: column heads that are repeated on each page, rows that are never torn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ceremony.engine.transcript import Mark as Sign
from ceremony.report.block import FINE, HAIR, signed_line
from ceremony.report.drawing import Glyphs, Line, Mark, moved, rule, shifted
from ceremony.report.piece import Column, Piece
from ceremony.report.style import COLUMN_HEAD, SMALL, Style
from ceremony.report.text import baseline, left, paragraph, right


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a table.

    Attributes:
        name: Its head; may be empty.
        x: Its left edge, points.
        width: Points.
        style: How its cells are set.
        flush_right: True where head and cells end at the right edge.
    """

    name: str
    x: float
    width: float
    style: Style = SMALL
    flush_right: bool = False


Cell = str | Sign | Column


def table(
    headings: Sequence[Heading],
    cells: Sequence[Sequence[Cell]],
    *,
    x: float = 0,
    gap: float = 2.4,
) -> tuple[Piece, ...]:
    """Set a table whose head is repeated on each page.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    edge = max(heading.x + heading.width for heading in headings)
    start = min(heading.x for heading in headings)
    head = table_head(headings, x)
    pieces = [Piece((head,), joined=True)]
    for row in cells:
        columns = tuple(
            moved(_cell(heading, cell), x)
            for heading, cell in zip(headings, row, strict=True)
        )
        ends = (rule(x + start, x + edge, 0, HAIR),)
        lead = tuple((Line(gap), *column) for column in columns)
        pieces.append(Piece(lead, after=gap, head=head, ends=ends))
    if cells:
        pieces[-1] = replace(pieces[-1], ends=())
    return tuple(pieces)


def table_head(headings: Sequence[Heading], x: float = 0) -> Column:
    """Set the heads of a table's columns over a fine rule.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    edge = max(heading.x + heading.width for heading in headings)
    start = min(heading.x for heading in headings)
    base = baseline(COLUMN_HEAD)
    marks: list[Mark] = []
    for heading in headings:
        if heading.flush_right:
            at = heading.x + heading.width
            marks.append(right(heading.name, COLUMN_HEAD, at, base))
        else:
            marks.append(left(heading.name, COLUMN_HEAD, heading.x, base))
    high = COLUMN_HEAD.leading + 2
    marks.append(rule(start, edge, high - 0.4, FINE))
    return (Line(high, shifted(marks, x)),)


def _cell(heading: Heading, cell: Cell) -> Column:
    if isinstance(cell, Sign):
        return signed_line(cell, "", heading.style, heading.width, heading.x)
    if isinstance(cell, tuple):
        return moved(cell, heading.x)
    lines = paragraph(cell, heading.style, heading.width - 4, heading.x)
    if not heading.flush_right:
        return lines
    edge = heading.x + heading.width
    return tuple(
        Line(
            line.height,
            tuple(
                replace(mark, x=edge - mark.style.width(mark.text))
                if isinstance(mark, Glyphs)
                else mark
                for mark in line.marks
            ),
        )
        for line in lines
    )
