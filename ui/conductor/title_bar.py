"""The title bar: mode, id, name, how the plan stands, and the clock with its zone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ceremony.identifiers import Mode
from ui.messages import conductor as words
from ui.messages.speech import say
from ui.theme.worn import worn
from ui.widgets.mode import ModeTag
from ui.widgets.text import Text, set_role


class TitleBar(QWidget):
    """Stays in sight of the room; the projector has the same order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "ink")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 14, 6)
        row.setSpacing(16)
        self.tag = ModeTag()
        self._id = Text("", "mono-title")
        self._name = Text("", "card-title")
        self._note = Text("", "label")
        self.clock = Text("", "clock")
        for part in (self.tag, self._id, self._name):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self._note)
        row.addWidget(self.clock)

    def show_ceremony(self, ceremony: str, title: str, mode: Mode) -> None:
        """Say which ceremony it is."""
        rehearsal = mode is Mode.REHEARSAL
        word = say(words.REHEARSAL if rehearsal else words.LIVE)
        self.tag.show_mode(word, rehearsal=rehearsal)
        self._id.setText(ceremony)
        self._name.setText(title)

    def show_note(self, text: str) -> None:
        """Say how the plan stands, or which turn it is."""
        self._note.setText(text)

    def fit(self, width: int) -> None:
        """Leave the ceremony's name out where there is no room for it."""
        self._name.setVisible(width >= worn.px(1000))
        self._note.setVisible(width >= worn.px(760))


def plan_note(minutes: int) -> str:
    """Say how far a ceremony is behind its plan."""
    if minutes > 0:
        return say(words.BEHIND, minutes=minutes)
    if minutes < 0:
        return say(words.AHEAD, minutes=-minutes)
    return say(words.ON_PLAN)
