"""After the last step: close, seal, and open the evidence."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from ceremony.conduct.room_view import RoomView
from ui.conductor.flow import Gesture
from ui.messages import conductor as words
from ui.messages.speech import say
from ui.widgets.banner import Banner
from ui.widgets.text import Card, Text, breakable, set_role


class EndPage(QScrollArea):
    """Says what is left to do, and what the record says by now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        set_role(inside, "inside")
        self.setWidget(inside)
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, 0, 2, 0)
        box.setSpacing(12)
        self._title = Text("", "instruction", wrap=True)
        self._text = Text("", "", wrap=True)
        self.banner = Banner()
        card = Card("card-strong")
        form = QFormLayout(card)
        form.setContentsMargins(20, 16, 20, 16)
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(8)
        self._values: dict[str, Text] = {}
        for label in (
            words.STEPS_CLOSED,
            words.EVENTS,
            words.DEVIATIONS,
            words.PACK,
        ):
            value = Text("", "value", wrap=True)
            self._values[label] = value
            form.addRow(Text(say(label), "label"), value)
        for part in (self._title, self._text, self.banner, card):
            box.addWidget(part)
        box.addStretch(1)

    def show_end(self, view: RoomView, gesture: Gesture, pack: str) -> None:
        """Say what comes next."""
        title, text = {
            Gesture.CLOSE_CEREMONY: (words.CLOSE_TITLE, words.CLOSE_TEXT),
            Gesture.SEAL: (words.SEAL_TITLE, words.SEAL_TEXT),
            Gesture.SIGN_REPORT: (words.SIGN_TITLE, words.SIGN_TEXT),
        }.get(gesture, (words.SEALED_TITLE, words.SEALED_TEXT))
        if view.phase == "abandoned" and gesture is Gesture.SEAL:
            title = words.SEAL_TITLE_ABANDONED
        self._title.setText(say(title))
        left = [known.number for known in view.deviations if not known.decided]
        told = say(text, path=breakable(pack))
        if left and gesture is Gesture.CLOSE_CEREMONY:
            told = say(words.OPEN_ONES, numbers=", ".join(left))
        self._text.setText(told)
        closed = sum(act.closed for act in view.acts)
        self._values[words.STEPS_CLOSED].setText(
            say(words.OF, closed=closed, count=len(view.steps))
        )
        self._values[words.EVENTS].setText(str(view.event_count))
        self._values[words.DEVIATIONS].setText(
            "\n".join(
                f"{known.number} {known.severity}: {known.happened}"
                for known in view.deviations
            )
            or say(words.NONE)
        )
        self._values[words.PACK].setText(breakable(pack))
