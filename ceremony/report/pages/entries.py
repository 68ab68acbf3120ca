"""One entry of a step's account as lines: a labelled value, a table, word rows."""

from __future__ import annotations

from typing import Final

from ceremony.engine.transcript import Entry, Table, Words
from ceremony.engine.transcript import Line as Told
from ceremony.engine.transcript import Mark as Sign
from ceremony.hexadecimal import grouped
from ceremony.report.block import labelled, signed_line
from ceremony.report.drawing import Line, moved, space, stacked
from ceremony.report.face import Face
from ceremony.report.grid import Heading, table_head
from ceremony.report.piece import Column
from ceremony.report.style import (
    BODY,
    BODY_STRONG,
    LABEL,
    SMALL,
    SMALL_STRONG,
    VALUE,
    VALUE_SMALL,
    Style,
)
from ceremony.report.text import baseline, left, paragraph

_INDENT: Final = 46.0
_LABEL: Final = Style(Face.LIGHT, 7.2, 11)
_WORDS: Final = (26.0, 73.5, 131.0, 178.5)
_SIGNS: Final = {sign.value: sign for sign in Sign}


def entry_lines(entry: Entry, width: float) -> Column:
    """Set one entry within ``width`` points, from 0 on.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    if isinstance(entry, Table):
        return _table(entry, width)
    if isinstance(entry, Words):
        return _words(entry)
    return _told(entry, width)


def _told(entry: Told, width: float) -> Column:
    style = VALUE if entry.mono else BODY_STRONG if entry.strong else BODY
    text = grouped(entry.value) if entry.mono else entry.value
    room = width - _INDENT if entry.label else width
    if entry.mark is not None:
        said = "" if text == entry.mark.value else text
        value = signed_line(entry.mark, said, BODY, room, 0)
    else:
        value = paragraph(text, style, room)
    if not entry.label:
        return value
    if any(LABEL.width(word) > _INDENT - 4 for word in entry.label.split(" ")):
        # A long label stands above its value rather than in a narrow column.
        return (
            *paragraph(entry.label, LABEL, width),
            *moved(value, 0),
        )
    return labelled(entry.label, value, _INDENT, width)


def _table(entry: Table, width: float) -> Column:
    headings = _headings(entry, width)
    lines: list[Line] = [space(2), *table_head(headings), space(1.5)]
    for row in entry.rows:
        cells = [
            stacked(_cell(heading, text))
            for heading, text in zip(headings, row, strict=True)
        ]
        marks = tuple(mark for cell in cells for mark in cell.marks)
        lines.append(Line(max(cell.height for cell in cells), marks))
    return (*lines, space(2))


def _cell(heading: Heading, text: str) -> Column:
    if text in _SIGNS:
        return signed_line(_SIGNS[text], "", BODY, heading.width, heading.x)
    return paragraph(text, heading.style, heading.width - 4, heading.x)


def _headings(entry: Table, width: float) -> tuple[Heading, ...]:
    """Give each column what its widest cell needs, and the first the rest."""
    styles = [
        VALUE_SMALL if entry.mono and number == 0 else BODY
        for number in range(len(entry.heads))
    ]
    needs = [
        max(
            LABEL.width(head),
            *(
                styles[number].fitted(row[number]).width(row[number])
                + (10 if row[number] in _SIGNS else 0)
                for row in entry.rows
            ),
            0,
        )
        + 10
        for number, head in enumerate(entry.heads)
    ]
    if sum(needs) > width:
        others = [min(need, width / len(needs)) for need in needs[1:]]
        needs = [width - sum(others), *others]
    headings: list[Heading] = []
    x = 0.0
    for number, head in enumerate(entry.heads):
        last = number == len(entry.heads) - 1
        wide = width - x if last else needs[number]
        headings.append(Heading(head, x, wide, styles[number]))
        x += wide
    return tuple(headings)


def _words(entry: Words) -> Column:
    lines: list[Line] = [space(1)]
    for at in range(0, len(entry.shown), 4):
        shown, typed = entry.shown[at : at + 4], entry.typed[at : at + 4]
        for label, words, style in (
            ("shown", shown, SMALL),
            ("typed", typed, SMALL_STRONG),
        ):
            base = baseline(style)
            marks = [left(label, _LABEL, 0, base)]
            marks += [
                left(word, style, x, base)
                for word, x in zip(words, _WORDS, strict=False)
            ]
            lines.append(Line(style.leading, tuple(marks)))
        lines.append(space(3))
    return moved(lines, 0)
