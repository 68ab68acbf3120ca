"""A sheet: what opens over a step at any moment, and leaves without effect by Esc."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui.messages import sheet as words
from ui.messages.speech import say
from ui.theme.worn import worn
from ui.widgets.flow import FlowLayout, flow_policy
from ui.widgets.text import Card, Text, make_button, set_role

Entry = QLineEdit | QPlainTextEdit | QComboBox | QSpinBox

HALF: Final = 360
"""Half a sheet's width, pixels of the design."""


class _Lines(QPlainTextEdit):
    """An entry of some lines' height, in whatever size of type."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._rows = rows
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Give room for the lines."""
        height = self.fontMetrics().lineSpacing() * self._rows + worn.px(26)
        return QSize(super().sizeHint().width(), height)

    minimumSizeHint = sizeHint  # noqa: N815  Qt's name


class Sheet(Card):
    """Title, entries, one primary act, and a way out.

    The entries scroll where they must; the acts are always in sight.

    Signals:
        left: Esc or "Leave it": nothing is to happen.
    """

    left = Signal()

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__("card-current")
        # Where a sheet asks nothing, the focus is the sheet's own.
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(2, 2, 2, 12)
        outer.setSpacing(5)
        inside = QWidget()
        set_role(inside, "inside")
        self.box = QVBoxLayout(inside)
        self.box.setContentsMargins(22, 10, 22, 4)
        self.box.setSpacing(5)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.addWidget(scroll, 1)
        self._foot = QVBoxLayout()
        self._foot.setContentsMargins(22, 0, 22, 0)
        outer.addLayout(self._foot)
        self.box.addWidget(Text(title, "page", wrap=True))
        self.lead = Text(text, "muted", wrap=True)
        self.box.addWidget(self.lead)
        if not text:
            self.lead.hide()
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

    def add_lines(self, *entries: tuple[str, str]) -> list[QLineEdit]:
        """Add entries side by side: label and text of each."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        lines = []
        for column, (label, text) in enumerate(entries):
            line = QLineEdit(text)
            line.setMaxLength(1000)
            line.setAccessibleName(label)
            line.setCursorPosition(0)
            grid.addWidget(Text(label, "value", wrap=True), 0, column)
            grid.addWidget(line, 1, column)
            lines.append(line)
        self.box.addLayout(grid)
        return lines

    def add_text(self, label: str, rows: int = 2) -> QPlainTextEdit:
        """Add an entry of several lines; Tab leaves it."""
        entry = _Lines(rows)
        self.add_entry(label, entry)
        return entry

    def add_options(self, label: str, options: Sequence[str]) -> QButtonGroup:
        """Add a choice of a few, side by side; the first is chosen."""
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(Text(label, "value"))
        group = QButtonGroup(self)
        for option in options:
            button = QRadioButton(option)
            button.setAccessibleName(f"{label}: {option}")
            button.setChecked(not group.buttons())
            group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        self.box.addLayout(row)
        return group

    @staticmethod
    def option_of(group: QButtonGroup) -> str:
        """Give the option that is chosen."""
        return next(each.text() for each in group.buttons() if each.isChecked())

    @staticmethod
    def choose(group: QButtonGroup, option: str) -> None:
        """Choose an option."""
        for each in group.buttons():
            each.setChecked(each.text() == option)

    def add_checks(self, labels: Sequence[str]) -> list[QCheckBox]:
        """Add boxes to tick, two in a line where there is room."""
        holder = QWidget()
        lines = FlowLayout(holder, gap=0)
        flow_policy(holder)
        checks = []
        for label in labels:
            check = QCheckBox(label.replace("&", "&&"))
            check.setAccessibleName(label)
            check.setMinimumWidth(worn.px(HALF))
            lines.addWidget(check)
            checks.append(check)
        self.box.addWidget(holder)
        return checks

    def finish(self, *acts: tuple[str, str, Callable[[], None]]) -> list[QPushButton]:
        """Add the acts: text, role and what is done; then the way out."""
        self.box.addStretch(1)
        self._foot.addWidget(self._told)
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
        self._foot.addLayout(row)
        return buttons

    def tell(self, text: str, *, good: bool = False) -> None:
        """Say what is lacking; or, where ``good``, what was done."""
        set_role(self._told, "done" if good else "error")
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
