"""A failure where it happened: what happened, what it means, what to do; no pop-up."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.messages import fault
from ui.messages.fault import Fault
from ui.messages.speech import say
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.text import Card, Text


class Banner(Card):
    """Tells of one failure in the page on which it happened.

    Attributes:
        told: The last failure; None where none was told.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card-failed", parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(12)
        row.addWidget(Glyph(Sign.FAILED, 24))
        lines = QVBoxLayout()
        lines.setSpacing(2)
        self._what = Text("", "error", wrap=True)
        self._meaning = Text("", "small", wrap=True)
        self._remedy = Text("", "small-value", wrap=True)
        for line in (self._what, self._meaning, self._remedy):
            lines.addWidget(line)
        row.addLayout(lines, 1)
        self.told: Fault | None = None
        self.hide()

    def show_fault(self, told: Fault) -> None:
        """Tell of a failure; a screen reader announces it."""
        self.told = told
        self._show(
            f"{told.what} [{told.code}]",
            say(fault.MEANS, meaning=told.meaning),
            say(fault.TO_DO, remedy=told.remedy),
            name=f"{told.what} {told.meaning} {told.remedy}",
        )

    def show_busy(self) -> None:
        """Tell that nothing happened, since the core was at work."""
        self._show(say(fault.BUSY), name=say(fault.BUSY))

    def _show(self, *told: str, name: str) -> None:
        lines = (self._what, self._meaning, self._remedy)
        for line, text in zip(lines, (*told, "", ""), strict=False):
            line.setText(text)
            line.setVisible(bool(text))
        self.setAccessibleName(name)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    @property
    def text(self) -> str:
        """Give what is told, for whoever reads the page as text."""
        return "\n".join(
            line.text() for line in (self._what, self._meaning, self._remedy)
        )
