"""Building blocks of a page: section heads, labelled values, word rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ceremony.digest_words import words
from ceremony.engine.transcript import Mark as Sign
from ceremony.hexadecimal import grouped
from ceremony.report.drawing import Line, Mark, Stroke, moved, rule, shifted
from ceremony.report.face import Face
from ceremony.report.piece import NEW_PAGE, Column, Piece
from ceremony.report.sign import outcome
from ceremony.report.style import (
    ACT_TITLE,
    BODY,
    BODY_STRONG,
    HALF,
    LABEL,
    NOTE,
    QUALIFIER,
    SECOND_HALF,
    SECTION,
    SMALL,
    SMALL_LIGHT,
    SMALL_STRONG,
    VALUE,
    VALUE_SMALL,
    WIDTH,
    Style,
)
from ceremony.report.text import (
    Run,
    baseline,
    is_digest,
    left,
    paragraph,
    right,
    wrapped,
)

HEAVY: Final = 1.3
FINE: Final = 0.4
HAIR: Final = 0.3
GAP: Final = 13.0
"""Space between sections, points."""
_SIGN_GAP: Final = 3.5
_ROW: Final = 13.4
_WORD: Final = Style(Face.REGULAR, 8, 11)
_WORDS_X: Final = (56.5, 99.5, 152.0, 195.0)
"""Where the words of a row start: as wide as the longest of their parity."""


def section_head(
    name: str,
    qualifier: str = "",
    *,
    number: str = "",
    x: float = 0,
    width: float = WIDTH,
) -> Column:
    """Open a section: a heavy rule, its number and name, one qualification.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    at = x
    marks: list[Mark] = [rule(x, x + width, 0.65, HEAVY)]
    base = 11.2
    if number:
        marks.append(left(number, SECTION, at, base))
        at += SECTION.width(number) + 7
    marks.append(left(name, SECTION, at, base))
    room = width - (at - x) - SECTION.width(name) - 10
    if qualifier and QUALIFIER.fitted(qualifier).width(qualifier) <= room:
        marks.append(right(qualifier, QUALIFIER, x + width, base))
        return (Line(17.2, tuple(marks)),)
    told = paragraph(qualifier, QUALIFIER, width, x) if qualifier else ()
    return (Line(17.2, tuple(marks)), *told)


def section(name: str, qualifier: str = "", **more: str) -> Piece:
    """Give a section's head as a piece that stays with what follows.

    Args:
        name: What it is about.
        qualifier: The one qualification it needs.
        **more: ``anchor``, ``outline``, ``number``.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    return Piece(
        (section_head(name, qualifier, number=more.get("number", "")),),
        before=GAP,
        joined=True,
        anchor=more.get("anchor", ""),
        outline=more.get("outline", ""),
    )


def named_on_each_page(name: str, pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Repeat on each further page what the pieces of a section are about.

    Args:
        name: As the section's head gives it.
        pieces: All that stands under that head; a table keeps its own below.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    above = (*paragraph(f"{name}, continued", SMALL_STRONG, WIDTH), Line(4))
    return tuple(replace(piece, head=(*above, *piece.head)) for piece in pieces)


def chapter(
    title: str, qualifier: str = "", *, anchor: str, need: float = NEW_PAGE
) -> Piece:
    """Begin a chapter, with its running head and its entry in the outline.

    Args:
        title: Printed large, and as the running head.
        qualifier: The one qualification it needs, on a line of its own.
        anchor: The name under which pages refer to it.
        need: Free height without which it begins a new page, points.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    told = paragraph(qualifier, SMALL_LIGHT, WIDTH) if qualifier else ()
    return Piece(
        ((*paragraph(title, ACT_TITLE, WIDTH), *told),),
        before=26,
        after=5,
        joined=True,
        anchor=anchor,
        outline=title,
        running=title,
        need=need,
    )


def note(text: str, width: float = WIDTH, before: float = 4) -> Piece:
    """Give a remark in small light type.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    return Piece((paragraph(text, NOTE, width),), before=before)


def digest_lines(value: str, width: float, x: float = 0) -> Column:
    """Set 64 hex digits on one line where it fits, else eight groups and eight.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    whole = grouped(value)
    if VALUE_SMALL.width(whole) <= width or not is_digest(value):
        return paragraph(whole, VALUE_SMALL, width, x)
    return (
        *paragraph(grouped(value[:32]), VALUE, width, x),
        *paragraph(grouped(value[32:]), VALUE, width, x),
    )


def digest_rows(digest: str) -> Column:
    """Set all of a digest: eight numbered rows, each of four bytes and their words.

    Args:
        digest: 64 hex digits.

    Raises:
        UnprintableError: Never in practice: the words are plain letters.
    """
    spoken = words(bytes.fromhex(digest))
    lines: list[Line] = []
    for row in range(4):
        marks = [*_digest_row(digest, spoken, row, 0.0)]
        marks += _digest_row(digest, spoken, row + 4, SECOND_HALF)
        divider = Stroke(((HALF + 5.6, 0), (HALF + 5.6, _ROW)), 0.5)
        lines.append(Line(_ROW, (*marks, divider)))
    return tuple(lines)


def _digest_row(digest: str, spoken: Sequence[str], row: int, x: float) -> list[Mark]:
    base = baseline(SMALL) + 1
    digits = grouped(digest[row * 8 : row * 8 + 8])
    marks: list[Mark] = [
        left(str(row + 1), LABEL, x + 1, base),
        left(digits, VALUE_SMALL, x + 9, base),
    ]
    for word, at in zip(spoken[row * 4 : row * 4 + 4], _WORDS_X, strict=True):
        marks.append(left(word, _WORD, x + at, base))
    return marks


def labelled(
    label: str,
    value: Sequence[Run] | str | Column,
    indent: float,
    width: float,
    x: float = 0,
) -> Column:
    """Set a light label and, at a fixed distance, its value.

    Args:
        label: Wrapped where it is wider than the indent.
        value: Text, runs, or finished lines that start at 0.
        indent: From the label's left edge to the value's, points.
        width: Of both together, points.
        x: The label's left edge.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    if isinstance(value, str):
        value = (Run(value, BODY),)
    if value and isinstance(value[0], Run):
        runs = tuple(run for run in value if isinstance(run, Run))
        values = wrapped(runs, width - indent, x + indent)
    else:
        lines = tuple(line for line in value if isinstance(line, Line))
        values = moved(lines, x + indent)
    labels = paragraph(label, LABEL, indent - 4, x) if label else ()
    return beside(labels, values)


def beside(first: Column, second: Column) -> Column:
    """Lay two columns over each other line by line, the taller deciding."""
    lines: list[Line] = []
    for number in range(max(len(first), len(second))):
        one = first[number] if number < len(first) else Line(0)
        two = second[number] if number < len(second) else Line(0)
        height = max(one.height, two.height)
        shift = (two.height - one.height) / 2 if one.marks and two.marks else 0
        lines.append(Line(height, (*shifted(one.marks, 0, max(shift, 0)), *two.marks)))
    return tuple(lines)


def signed_line(sign: Sign, text: str, style: Style, width: float, x: float) -> Column:
    """Set a sign, its word in semi-bold, and a remark.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    strong = replace(BODY_STRONG, size=style.size, leading=style.leading)
    runs = [Run(sign.value, strong)]
    if text:
        runs.append(Run("  " + text, style))
    indent = 7 + _SIGN_GAP
    lines = wrapped(runs, width - indent, x + indent)
    marks = outcome(sign, x, baseline(style))
    return (Line(lines[0].height, (*marks, *lines[0].marks)), *lines[1:])


def word_rows(
    digest: str, rows: int, x: float, columns: Sequence[float], style: Style
) -> Column:
    """Set a digest's first rows: four bytes in hex, then their four words.

    Args:
        digest: 64 hex digits.
        rows: How many rows of four bytes, 1 to 8.
        x: The left edge.
        columns: Where the four words start, from ``x``.
        style: Of the words.

    Raises:
        UnprintableError: Never in practice: the words are plain letters.
    """
    spoken = words(bytes.fromhex(digest))
    lines: list[Line] = []
    for row in range(rows):
        shown = spoken[row * 4 : row * 4 + 4]
        base = baseline(style)
        marks = [left(grouped(digest[row * 8 : row * 8 + 8]), VALUE, x, base)]
        marks += [
            left(word, style, x + at, base)
            for word, at in zip(shown, columns, strict=True)
        ]
        lines.append(Line(style.leading, tuple(marks)))
    return tuple(lines)
