"""Looking back or ahead: a step that is shown and cannot be acted on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ceremony.conduct.past_view import PastView
from ui.conductor.entries import EntriesCard
from ui.conductor.step_page import instruction_role
from ui.messages import conductor as words
from ui.messages.speech import say
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.issued_card import IssuedCard
from ui.widgets.text import Card, Text, make_button, set_role


class PastPage(QScrollArea):
    """One step, read only.

    Args:
        past: The step.
        back: What the button says that leads back.
        saving: True where what it has issued may be saved from here.

    Signals:
        returned: The current step is to be shown again.
        save_asked: What it has issued is to be saved, an ``Output``.
    """

    returned = Signal()
    save_asked = Signal(object)

    def __init__(
        self, past: PastView, back: str = words.RETURN, *, saving: bool = True
    ) -> None:
        super().__init__()
        self.number = past.number
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        set_role(inside, "inside")
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, 0, 2, 0)
        box.setSpacing(8)
        self.back = make_button(say(back))
        self.back.clicked.connect(self.returned)
        box.addWidget(self._banner(past))
        box.addWidget(Text(past.text, instruction_role(past.text), wrap=True))
        for label, text in ((words.SAY_ALOUD, past.say), (words.EXPECTED, past.expect)):
            if text:
                line = QHBoxLayout()
                line.addWidget(Text(say(label), "label"))
                line.addWidget(Text(text, "small-value", wrap=True), 1)
                box.addLayout(line)
        if past.entries:
            box.addWidget(EntriesCard(past.entries))
        if past.output is not None:
            issued = IssuedCard(past.output, saving=saving)
            issued.save_asked.connect(self.save_asked)
            box.addWidget(issued)
        if past.initials:
            told_by = say(words.CLOSED_BY, marks=", ".join(past.initials))
            box.addWidget(Text(told_by, "value"))
        box.addStretch(1)
        self.setWidget(inside)

    def _banner(self, past: PastView) -> Card:
        banner = Card("card-attention")
        row = QHBoxLayout(banner)
        row.setContentsMargins(16, 6, 10, 6)
        row.addWidget(Glyph(Sign.LOCK, 24))
        told = Text(say(words.LOOKING_BACK, id=past.id), "value", wrap=True)
        row.addWidget(told, 1)
        row.addWidget(self.back)
        return banner
