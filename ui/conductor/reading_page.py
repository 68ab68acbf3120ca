"""The record read only: every step as it stands, with nothing that acts."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QHBoxLayout, QListView, QWidget

from ceremony.conduct.past_view import PastView
from ceremony.conduct.room_view import RoomView
from ui.conductor.outline_panel import WIDTH, make_steps_list
from ui.conductor.past_page import PastPage
from ui.messages import resume as words
from ui.models.outline import ROW, OutlineModel
from ui.theme.worn import worn
from ui.widgets.text import Card, set_role


class ReadingPage(QWidget):
    """All steps beside the one that is looked at.

    Signals:
        asked: The step of this number, from 1, is to be shown.
        returned: Back to the page on which two people decide.
    """

    asked = Signal(int)
    returned = Signal()

    def __init__(self, view: RoomView) -> None:
        super().__init__()
        set_role(self, "ground")
        box = QHBoxLayout(self)
        box.setContentsMargins(12, 10, 12, 10)
        box.setSpacing(12)
        card = Card()
        card.setFixedWidth(worn.px(WIDTH))
        inside = QHBoxLayout(card)
        inside.setContentsMargins(0, 8, 0, 8)
        self.model = OutlineModel(self)
        self.model.show_rows(view.steps)
        self.list = make_steps_list(self.model)
        inside.addWidget(self.list)
        box.addWidget(card)
        self._step = QHBoxLayout()
        box.addLayout(self._step, 1)
        self.step: PastPage | None = None
        self.list.selectionModel().currentChanged.connect(self._ask)
        # Where every step is closed, reading begins at the last one.
        place = self.model.position()
        last = self.model.rowCount() - 1
        self._first = self.model.index(place if place >= 0 else last)

    def begin(self) -> None:
        """Show the step in which the ceremony was left."""
        self.list.setCurrentIndex(self._first)
        centre = QListView.ScrollHint.PositionAtCenter
        self.list.scrollTo(self._first, centre)
        self.list.setFocus()

    def _ask(self, index: QModelIndex) -> None:
        self.asked.emit(index.data(ROW).number)

    def show_step(self, past: PastView) -> None:
        """Show a step; one that was asked for earlier and comes late is left out."""
        if past.number != self.list.currentIndex().data(ROW).number:
            return
        if self.step is not None:
            self._step.removeWidget(self.step)
            self.step.deleteLater()
        self.step = PastPage(past, words.DECIDE, saving=False)
        self.step.returned.connect(self.returned)
        self._step.addWidget(self.step)
