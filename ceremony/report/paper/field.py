"""What a pen fills in: squares, circles, cells, boxes and ruled lines.

A square must be true, of the circles on a line exactly one, a cell takes one
character. All sizes are for a hand: see the constants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ceremony.report.drawing import Disc, Frame, Line, Mark, Stroke, rule, shifted
from ceremony.report.face import Face
from ceremony.report.piece import Column
from ceremony.report.style import LABEL, MM, NOTE, Style
from ceremony.report.text import centred, left, paragraph, right

CELL: Final = 4.45 * MM
"""A cell's width; ``WIDE`` where a whole digest has a line and a half."""
WIDE: Final = 4.893 * MM
CELL_HIGH: Final = 6.4 * MM
BOX_HIGH: Final = 8 * MM
INITIAL: Final = 13 * MM
TIME: Final = 17.5 * MM
ROW: Final = 12 * MM
"""The least height of anything that a pen initials."""
RULED: Final = 8 * MM
"""From one ruled line to the next."""
GROUP: Final = 4
BETWEEN: Final = 4.0
"""Between two groups of cells, points."""
SIGN: Final = 9.8
"""A square's side and a circle's diameter, points."""
INDENT: Final = 15.0
WIDTH: Final = 214.0
"""Of the column in which values stand, points."""
ID_ROWS: Final = 2
_DIGEST_ROWS: Final = 2
_PER_ROW: Final = 32

PEN: Final = Style(Face.REGULAR, 8.8, 14.6)
CORNER: Final = Style(Face.LIGHT, 6.4, 8)
UNDER: Final = Style(Face.LIGHT, 7.2, 9)
_HEAVY: Final = 1.1
_FINE: Final = 0.4
_COLON: Final = Style(Face.STRONG, 10, 12)


@dataclass(frozen=True, slots=True)
class Fields:
    """What a pen fills in, in a step.

    Attributes:
        values: In the column of values, from its left edge on.
        wide: Below it, as wide as activity and values and boxes together.
    """

    values: Column
    wide: Column = ()


def square(x: float, y: float) -> Frame:
    """Draw what is ticked if it is true."""
    return Frame(x, y, SIGN, SIGN, 0.9)


def circle(x: float, y: float) -> Disc:
    """Draw one of several of which exactly one is ticked."""
    return Disc(x + SIGN / 2, y + SIGN / 2, SIGN / 2, 0.9)


def ticked(text: str, width: float, x: float = 0) -> Column:
    """Set a square and what has to be true.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    return _signed(square(x, 1.9), text, width, x)


def one_of(words: Sequence[str], width: float, x: float = 0) -> Column:
    """Set circles side by side, or below each other where one would not fit.

    Raises:
        UnprintableError: No bundled face can draw a character of them.
    """
    each = width / len(words)
    if all(PEN.fitted(word).width(word) <= each - INDENT - 4 for word in words):
        marks: list[Mark] = []
        for number, word in enumerate(words):
            at = x + number * each
            marks += [circle(at, 1.9), left(word, PEN, at + INDENT)]
        return (Line(PEN.leading, tuple(marks)),)
    return tuple(
        line for word in words for line in _signed(circle(x, 1.9), word, width, x)
    )


def _signed(sign: Mark, text: str, width: float, x: float) -> Column:
    first, *more = paragraph(text, PEN, width - INDENT, x + INDENT)
    return (Line(first.height, (sign, *first.marks)), *more)


def label(text: str, width: float, x: float = 0) -> Column:
    """Set what a field is for, light and small.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    return paragraph(text, LABEL, width, x)


def cells_width(count: int, cell: float = CELL, group: int = GROUP) -> float:
    """Give the width of a row of cells, points."""
    return count * cell + (-(-count // group) - 1) * BETWEEN


def cells(
    count: int,
    x: float = 0,
    y: float = 0,
    *,
    cell: float = CELL,
    group: int = GROUP,
) -> tuple[Mark, ...]:
    """Draw cells for one character each, each group in a heavy outline."""
    marks: list[Mark] = []
    for start in range(0, count, group):
        of = min(group, count - start)
        at = x + start * cell + start // group * BETWEEN
        marks.append(Frame(at, y, of * cell, CELL_HIGH, _HEAVY))
        marks += [
            Stroke(((at + n * cell, y), (at + n * cell, y + CELL_HIGH)), _FINE)
            for n in range(1, of)
        ]
    return tuple(marks)


def cell_row(count: int, x: float = 0, *, cell: float = CELL) -> Line:
    """Give a row of cells as a line."""
    return Line(CELL_HIGH + 4, cells(count, x, 1, cell=cell))


def labelled_cells(text: str, count: int, indent: float, width: float) -> Column:
    """Set a few cells beside what they are for.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    told = label(text, indent - 6)
    high = max(CELL_HIGH + 4, sum(line.height for line in told))
    marks: list[Mark] = list(cells(count, min(indent, width), 1))
    at = max(0.0, (CELL_HIGH + 2 - sum(line.height for line in told)) / 2)
    for line in told:
        marks += shifted(line.marks, 0, at)
        at += line.height
    return (Line(high, tuple(marks)),)


def clock_cells(x: float = 0, *, seconds: bool) -> tuple[Mark, ...]:
    """Draw cells for a time, two for each of its parts, with their colons."""
    marks: list[Mark] = []
    for part in range(3 if seconds else 2):
        at = x + part * (2 * CELL + 8)
        marks += cells(2, at, 1)
        if part:
            marks.append(centred(":", _COLON, at - 4, 1 + CELL_HIGH / 2 + 3))
    return tuple(marks)


def date_cells(x: float = 0, y: float = 1) -> tuple[Mark, ...]:
    """Draw cells for a date, year, month and day, with their hyphens."""
    marks: list[Mark] = []
    at = x
    for count in (4, 2, 2):
        if at > x:
            marks.append(centred("-", _COLON, at - 4, y + CELL_HIGH / 2 + 3))
        marks += cells(count, at, y)
        at += count * CELL + 8
    return tuple(marks)


def initial_box(code: str, x: float, y: float, width: float = INITIAL) -> Column:
    """Draw the box for one initial, the role in its corner.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    marks = (
        Frame(x, y, width, BOX_HIGH, 0.9),
        right(code, CORNER, x + width - 3, y + BOX_HIGH - 3.2),
    )
    return (Line(BOX_HIGH + 3, marks),)


def time_box(x: float, y: float) -> tuple[Mark, ...]:
    """Draw the box for a time with its colon."""
    colon = centred(":", _COLON, x + TIME / 2, y + BOX_HIGH / 2 + 3.4)
    return (Frame(x, y, TIME, BOX_HIGH, 0.9), colon)


def word_boxes(rows: int, last: int, width: float) -> Column:
    """Draw boxes for words, four in a row, each with its number in the corner.

    Args:
        rows: How many rows.
        last: How many words the last row has, 1 to 4.
        width: Of a whole row, points.

    Raises:
        UnprintableError: Never in practice: the numbers are plain figures.
    """
    each = (width - (GROUP - 1) * BETWEEN) / GROUP
    lines: list[Line] = []
    for row in range(rows):
        marks: list[Mark] = []
        for at in range(last if row == rows - 1 else GROUP):
            x = at * (each + BETWEEN)
            number = str(row * GROUP + at + 1)
            marks.append(Frame(x, 1, each, BOX_HIGH, 0.9))
            marks.append(right(number, CORNER, x + each - 2.5, BOX_HIGH - 2.2))
        lines.append(Line(BOX_HIGH + 3.4, tuple(marks)))
    return tuple(lines)


def ruled(parts: Sequence[tuple[str, float, float]], high: float = RULED + 9) -> Line:
    """Give lines to write on, side by side, each with its word below.

    Args:
        parts: For each the word, its left edge and its width.
        high: Of all of it, points.

    Raises:
        UnprintableError: No bundled face can draw a character of a word.
    """
    low = high - 9
    marks: list[Mark] = []
    for word, x, width in parts:
        marks.append(rule(x, x + width, low, 0.5))
        if word:
            below = paragraph(word, UNDER, width, x)[0]
            marks += shifted(below.marks, 0, low + 0.8)
    return Line(high, tuple(marks))


def digest_cells(what: str) -> Column:
    """Give cells for 64 hexadecimal digits, in two numbered rows.

    Raises:
        UnprintableError: No bundled face can draw a character of ``what``.
    """
    lines: list[Line] = [*label(what, 400)]
    for row in range(_DIGEST_ROWS):
        number = right(str(row + 1), NOTE, -7, 1 + CELL_HIGH / 2 + 3)
        marks = (number, *shifted(cells(_PER_ROW, cell=WIDE), 0, 1))
        lines.append(Line(CELL_HIGH + 5, marks))
    return tuple(lines)
