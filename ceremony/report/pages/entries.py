"""One entry of a step's account as lines: a labelled value, a table, word rows."""

from __future__ import annotations

from typing import Final

from ceremony.engine.transcript import Entry, Line as Told, Mark as Sign, Table, Words
from ceremony.report.block import Heading, labelled, signed_line, table_head
from ceremony.report.drawing import Line, moved, space, stacked
from ceremony.report.piece import Column
from ceremony.report.style import (
    BODY,
    BODY_STRONG,
    LABEL,
    VALUE,
    VALUE_SMALL,
)
from ceremony.report.text import Run, baseline, grouped, left, paragraph

_INDENT: Final = 46.0
_WORDS: Final = (32.0, 84.0, 138.0, 184.0)
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
    if entry.mark is not None:
        said = "" if text == entry.mark.value else text
        if not entry.label:
            return signed_line(entry.mark, said, BODY, width, 0)
        value = signed_line(entry.mark, said, BODY, width - _INDENT, 0)
        return labelled(entry.label, value, _INDENT, width)
    if not entry.label:
        return paragraph(text, style, width)
    if any(LABEL.width(word) > _INDENT - 4 for word in entry.label.split(" ")):
        # A long label stands above its value rather than in a narrow column.
        return (
            *paragraph(entry.label, LABEL, width),
            *paragraph(text, style, width),
        )
    return labelled(entry.label, (Run(text, style),), _INDENT, width)


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
            ("shown", shown, BODY),
            ("typed", typed, BODY_STRONG),
        ):
            base = baseline(style)
            marks = [left(label, LABEL, 0, base)]
            marks += [
                left(word, style, x, base)
                for word, x in zip(words, _WORDS, strict=False)
            ]
            lines.append(Line(style.leading - 0.6, tuple(marks)))
        lines.append(space(3))
    return moved(lines, 0)
