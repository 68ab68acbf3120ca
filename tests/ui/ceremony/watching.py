"""Looks at each step of a device as it is played, and says what is wrong with it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.ceremony.measuring import faults
from tests.ui.typist import Typist, press
from ui.conductor.entries import EntriesCard
from ui.conductor.flow import Gesture
from ui.conductor.review import ReviewCard
from ui.room import Room
from ui.widgets.issued_card import IssuedCard
from ui.widgets.text import Text

ISSUING = ("certificate.", "crl.", "csr.create")
"""How the verbs begin that issue something."""


def is_in_sight(widget: QWidget, room: Room) -> bool:
    """Tell whether the whole of a widget is seen in the step's page."""
    area = room.page.step.viewport()
    place = QRect(widget.mapTo(area, QPoint(0, 0)), widget.size())
    return area.rect().contains(place)


class Watcher:
    """Looks at each step of a device before something is done in it."""

    def __init__(self, typist: Typist) -> None:
        self._typist = typist
        self.verbs: list[str] = []
        self.wrong: list[str] = []
        self.said: dict[str, str] = {}
        self.rows: dict[str, int] = {}

    def look(self, step: str, room: Room) -> None:
        view = room.page.view
        if view is None or view.step is None or view.step.review is None:
            return
        for _ in range(4):
            QApplication.processEvents()
        told = faults(self._typist.window)
        outline = room.page.outline
        row = outline.model.index(outline.model.position())
        self.rows[step] = outline.list.visualRect(row).height()
        card = room.page.step.card
        if isinstance(card, ReviewCard):
            told += [
                f"not in sight: {each.accessibleName()}"
                for each in (card, *card.pins.values())
                if not is_in_sight(each, room)
            ]
        elif room.director.ask.gesture is Gesture.INITIALS:
            self.verbs.append(view.step.verb)
            self._read_on(step, room)
        self.wrong += [f"{step}: {each}" for each in told]

    def _read_on(self, step: str, room: Room) -> None:
        """Read what came of it to its last line, with the keyboard alone."""
        page = room.page.step
        (card,) = page.findChildren(EntriesCard)
        texts = card.findChildren(Text)
        self.said[step] = " | ".join(text.text() for text in texts)
        if self.verbs[-1].startswith(ISSUING) and page.issued is None:
            self.wrong.append(f"{step}: what was issued is not shown")
        # What was issued stands below, to be compared and taken along.
        below = [
            text
            for issued in page.findChildren(IssuedCard)
            for text in issued.findChildren(Text)
        ]
        last = max(
            [*texts, *below], key=lambda text: text.mapTo(page, QPoint(0, 0)).y()
        )
        for _ in range(3):
            if not page._more.isHidden():
                press(Qt.Key.Key_PageDown)
        assert page._more.isHidden()
        assert is_in_sight(last, room)
        press(Qt.Key.Key_PageUp)
