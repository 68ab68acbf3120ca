"""How a step reads once something is recorded: the same lines as on the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ceremony.engine.transcript import Entry, Line, Mark, Table
from ceremony.hexadecimal import grouped
from ui.messages import conductor as words
from ui.messages.speech import say
from ui.widgets.flow import FlowLayout, flow_policy
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.text import Card, CopiedText, Text

SIGNS: Final = {
    Mark.PASS: Sign.DONE,
    Mark.EQUAL: Sign.DONE,
    Mark.SAME_BYTES: Sign.DONE,
    Mark.FAIL: Sign.FAILED,
    Mark.WAIVED: Sign.ATTENTION,
    Mark.REMARK: Sign.ATTENTION,
    Mark.ACCEPTED: Sign.DONE,
}

MARKS: Final = frozenset(mark.value for mark in Mark)

VALUE: Final = 2
"""The column of a value; label and sign stand before it."""

WIDE: Final = 24
"""From how many characters on a set of usages takes two lines."""

LONG: Final = 8
"""From how many rows on a table is set in two halves."""

FULL: Final = 32
"""From how many characters on a cell takes several lines, and its table all width."""


class EntriesCard(Card):
    """Lines and tables of a step; words were read aloud and need no third showing."""

    def __init__(self, entries: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(20, 10, 20, 8)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(VALUE, 1)
        self._grid.addWidget(Text(say(words.WHAT_CAME), "card-title"), 0, 0, 1, 3)
        for entry in entries:
            match entry:
                case Line():
                    self._add_line(entry)
                case Table():
                    self._add_table(entry)
                case _:
                    pass
        self._grid.setRowStretch(self._grid.rowCount(), 1)

    def _add_line(self, line: Line) -> None:
        row = self._grid.rowCount()
        if line.label:
            label = Text(line.label, "label")
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        if line.mark is not None:
            self._grid.addWidget(
                Glyph(SIGNS[line.mark], 18), row, 1, Qt.AlignmentFlag.AlignTop
            )
        value = grouped(line.value) if line.mono else line.value
        text = f"{line.mark.value}: {value}" if line.mark is not None else value
        role = "mono" if line.mono else "value"
        self._grid.addWidget(CopiedText(text, role, wrap=True), row, VALUE)

    def _add_table(self, table: Table) -> None:
        if any(_is_long(cell) for row in table.rows for cell in row):
            whole = self._make_part(table, table.rows, self)
            self._grid.addWidget(whole, self._grid.rowCount(), 0, 1, 3)
            return
        holder = QWidget(self)
        halves = FlowLayout(holder, gap=16)
        flow_policy(holder)
        rows = table.rows
        # A long table in two halves is in sight as a whole.
        size = len(rows) if len(rows) < LONG else -(-len(rows) // 2)
        for start in range(0, len(rows), size or 1):
            part = rows[start : start + size]
            half = self._make_part(table, part, holder)
            halves.addWidget(half)
            halves.setAlignment(half, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(holder, self._grid.rowCount(), 0, 1, 3)

    def _make_part(
        self, table: Table, rows: Sequence[Sequence[str]], holder: QWidget
    ) -> QWidget:
        part = QWidget(holder)
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(1)
        for column, head in enumerate(table.heads):
            grid.addWidget(Text(head, "small"), 0, column)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                self._add_cell(grid, number, column, cell, mono=table.mono)
        columns = enumerate(zip(*rows, strict=True))
        long = [at for at, cells in columns if any(_is_long(cell) for cell in cells)]
        for column in long or [len(table.heads)]:
            grid.setColumnStretch(column, 1)
        return part

    def _add_cell(
        self, grid: QGridLayout, row: int, column: int, cell: str, *, mono: bool
    ) -> None:
        if cell in MARKS:
            holder = Text(
                cell, "small-done" if cell == Mark.PASS else "small-attention"
            )
        else:
            role = "mono-small" if mono and column == 0 else "small-value"
            holder = Text(_in_lines(cell), role, wrap=_is_long(cell))
        grid.addWidget(holder, row, column, Qt.AlignmentFlag.AlignTop)


def _in_lines(cell: str) -> str:
    """Put usages that are told together in two lines, beside the others."""
    return "\n+ ".join(cell.rsplit(" + ", 1)) if len(cell) > WIDE else cell


def _is_long(cell: str) -> bool:
    return any(len(line) >= FULL for line in _in_lines(cell).splitlines())
