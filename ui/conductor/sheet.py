"""A sheet: what opens over a step at any moment, and leaves without effect by Esc."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui.messages import sheet as words
from ui.messages.speech import say
from ui.widgets.text import Card, Text, make_button

Entry = QLineEdit | QPlainTextEdit | QComboBox | QSpinBox


class Sheet(Card):
    """Title, entries, one primary act, and a way out.

    Signals:
        left: Esc or "Leave it": nothing is to happen.
    """

    left = Signal()

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__("card-current")
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(24, 16, 24, 16)
        self.box.setSpacing(8)
        self.box.addWidget(Text(title, "page", wrap=True))
        if text:
            self.box.addWidget(Text(text, "muted", wrap=True))
        self._told = Text("", "error", wrap=True)
        self._told.hide()
        self._first: QWidget | None = None

    def add_entry(self, label: str, entry: Entry) -> None:
        """Add an entry under its label."""
        self.box.addWidget(Text(label, "value"))
        entry.setAccessibleName(label)
        self.box.addWidget(entry)
        self._first = self._first or entry

    def add_line(self, label: str, text: str = "") -> QLineEdit:
        """Add an entry of one line."""
        line = QLineEdit(text)
        line.setMaxLength(1000)
        self.add_entry(label, line)
        return line

    def add_text(self, label: str, rows: int = 2) -> QPlainTextEdit:
        """Add an entry of several lines; Tab leaves it."""
        entry = QPlainTextEdit()
        entry.setTabChangesFocus(True)
        entry.setFixedHeight(entry.fontMetrics().lineSpacing() * (rows + 1) + 24)
        self.add_entry(label, entry)
        return entry

    def add_choice(self, label: str, choices: Sequence[str]) -> QComboBox:
        """Add a choice of a few."""
        choice = QComboBox()
        choice.addItems(choices)
        self.add_entry(label, choice)
        return choice

    def add_check(self, label: str, *, on: bool = False) -> QCheckBox:
        """Add a box to tick."""
        check = QCheckBox(label.replace("&", "&&"))
        check.setAccessibleName(label)
        check.setChecked(on)
        self.box.addWidget(check)
        return check

    def finish(self, *acts: tuple[str, str, Callable[[], None]]) -> list[QPushButton]:
        """Add the acts: text, role and what is done; then the way out."""
        self.box.addWidget(self._told)
        self.box.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(12)
        leave = make_button(say(words.CANCEL))
        leave.clicked.connect(self.left)
        row.addWidget(leave)
        row.addWidget(Text(say(words.ESC), "small"))
        row.addStretch(1)
        buttons = []
        for text, role, act in acts:
            button = make_button(text, role)
            button.clicked.connect(act)
            row.addWidget(button)
            buttons.append(button)
        self.box.addLayout(row)
        return buttons

    def tell(self, text: str) -> None:
        """Say what is lacking."""
        self._told.setText(text)
        self._told.show()

    def demand(self, label: str, entry: Entry) -> str | None:
        """Give what was typed; None, and a word about it, where nothing was."""
        text = typed(entry)
        if not text:
            self.tell(say(words.EMPTY, what=label))
            entry.setFocus()
            return None
        return text

    def take_focus(self) -> None:
        """Put the cursor where typing begins."""
        if self._first is not None:
            self._first.setFocus()
        else:
            self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Leave at Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)


def typed(entry: Entry) -> str:
    """Give what stands in an entry, stripped and in NFC."""
    if isinstance(entry, QPlainTextEdit):
        text = entry.toPlainText()
    elif isinstance(entry, QComboBox):
        text = entry.currentText()
    else:
        text = entry.text()
    return unicodedata.normalize("NFC", text).strip()
