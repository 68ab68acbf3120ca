"""The events of a pack: a table that is filtered as one types, and the chosen event."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ceremony.verify.check import plain
from ui.messages import evidence
from ui.messages.speech import say
from ui.models.journal import JournalModel
from ui.theme.worn import worn
from ui.widgets.text import Card, Text

WIDTHS: Final = (60, 176, 176, 64, 190)
"""Of the columns, pixels of the design; the last one takes what is left."""


class EventsPane(QWidget):
    """The events, or the reason why there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = JournalModel()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        self._reason = Text("", "muted", wrap=True)
        self._reason_card = Card()
        inside = QVBoxLayout(self._reason_card)
        inside.setContentsMargins(16, 16, 16, 16)
        inside.addWidget(self._reason)
        rows.addWidget(self._reason_card)
        self._body = self._make_body()
        rows.addWidget(self._body, 1)
        rows.addStretch(0)
        self.show_reason("")

    def _make_body(self) -> QWidget:
        whole = QWidget()
        body = QVBoxLayout(whole)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(12)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(say(evidence.FILTER))
        self.filter.setAccessibleName(say(evidence.FILTER))
        self.filter.setClearButtonEnabled(False)
        self.filter.textChanged.connect(self._keep)
        head.addWidget(self.filter, 1)
        self._count = Text("", "label")
        head.addWidget(self._count)
        body.addLayout(head)
        self.table = make_table(self.model)
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        body.addWidget(self.table, 3)
        self.event_text = _make_event_text()
        body.addWidget(self.event_text, 2)
        return whole

    @property
    def reason(self) -> str:
        """Give the reason why no events are shown; empty where they are."""
        return self._reason.text() if self._body.isHidden() else ""

    def show_reason(self, reason: str) -> None:
        """Say why no events are shown."""
        self.model.show_leaves(())
        self._reason.setText(reason)
        self._body.hide()
        self._reason_card.show()

    def show_leaves(self, leaves: Sequence[bytes]) -> None:
        """Show events.

        Args:
            leaves: Of a record whose form was verified, canonical JSON each.
        """
        self.filter.clear()
        self.model.show_leaves(leaves)
        self.event_text.clear()
        self._tell_count()
        self._reason_card.hide()
        self._body.show()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Measure the table again where the size of the type has changed."""
        if event.type() is QEvent.Type.StyleChange:
            measure_table(self.table)
        super().changeEvent(event)

    def _keep(self, needle: str) -> None:
        self.model.keep(needle)
        self.event_text.clear()
        self._tell_count()

    def _tell_count(self) -> None:
        shown, count = self.model.rowCount(), self.model.total
        told = evidence.EVENTS_COUNT if shown == count else evidence.EVENTS_SHOWN
        self._count.setText(say(told, shown=shown, count=count))

    def _choose(self, current: QModelIndex) -> None:
        if current.isValid():
            self.event_text.setPlainText(laid_out(self.model.leaf(current.row())))


def make_table(model: JournalModel) -> QTableView:
    """Make the table: rows of one height, so that a million cost no more than ten."""
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName(say(evidence.EVENTS_TABLE))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    _take_what_is_left(table, 120)
    down = table.verticalHeader()
    down.hide()
    down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    across = table.horizontalHeader()
    across.setHighlightSections(False)
    across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
    across.setStretchLastSection(True)
    measure_table(table)
    return table


def measure_table(table: QTableView) -> None:
    """Give rows and columns their sizes in the size of the type in use."""
    table.verticalHeader().setDefaultSectionSize(worn.px(32))
    for column, width in enumerate(WIDTHS):
        table.horizontalHeader().resizeSection(column, worn.px(width))


def laid_out(leaf: bytes) -> str:
    """Lay a leaf's values out for reading, and say nothing that steers a screen.

    Args:
        leaf: Canonical JSON, UTF-8; shown as it stands where it is anything else.
    """
    text = leaf.decode(errors="replace")
    try:
        text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return plain(text)
    return "\n".join(plain(line) for line in text.split("\n"))


def _make_event_text() -> QPlainTextEdit:
    text = QPlainTextEdit()
    text.setReadOnly(True)
    text.setTabChangesFocus(True)
    text.setProperty("role", "mono")
    text.setPlaceholderText(say(evidence.EVENT_CHOOSE))
    text.setAccessibleName(say(evidence.EVENT_TEXT))
    _take_what_is_left(text, 80)
    return text


def _take_what_is_left(part: QWidget, least: int) -> None:
    """Let a part ask for no height beyond the least."""
    part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
    part.setMinimumHeight(least)
