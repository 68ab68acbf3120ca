"""What a pack says was issued: each with its digests, commands and files to save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ui.evidence.scrolled import Scrolled
from ui.messages import issued
from ui.messages.speech import say
from ui.widgets.issued_card import IssuedCard
from ui.widgets.text import Card, Text

if TYPE_CHECKING:
    from ceremony.pki.output import Output

Issued = tuple[tuple[str, "Output"], ...]
"""What was issued, each under its title."""


class IssuedPane(Scrolled):
    """The cards, or the reason why there are none.

    Signals:
        save_asked: The files of one are to be saved, an ``Output``.
    """

    save_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[IssuedCard] = []
        self.reason = ""
        self.show_reason("")

    def show_reason(self, reason: str) -> None:
        """Say why nothing is shown."""
        self.reason, self.cards = reason, []
        card = Card()
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 16, 16, 16)
        inside.addWidget(Text(reason, "muted", wrap=True))
        self._fill([card])

    def show_issued(self, told: Sequence[tuple[str, Output]]) -> None:
        """Show what was issued, in its order."""
        if not told:
            self.show_reason(say(issued.NOTHING))
            return
        self.reason = ""
        self.cards = [
            IssuedCard(output, title=title, copying=True) for title, output in told
        ]
        for card in self.cards:
            card.copy_asked.connect(_copy)
            card.save_asked.connect(self.save_asked)
        self._fill(self.cards)

    def _fill(self, cards: Sequence[QWidget]) -> None:
        inside = QWidget()
        inside.setProperty("role", "inside")
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        for card in cards:
            box.addWidget(card)
        box.addStretch(1)
        self.hold(inside)


def _copy(text: str, button: QPushButton) -> None:
    QGuiApplication.clipboard().setText(text)
    button.setText(say(issued.COPIED))
