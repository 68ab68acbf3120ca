"""The current step: its instruction, what is said and expected, and its card."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ceremony.conduct.room_view import RoomView
from ceremony.conduct.step_view import StepView
from ceremony.engine.steps.kind import NeedKind
from ui.conductor.entries import EntriesCard
from ui.conductor.fields import FieldsCard, RollCallCard
from ui.conductor.review import ReviewCard
from ui.conductor.word_grid import WordGrid
from ui.messages import conductor as words
from ui.messages.speech import say
from ui.widgets.banner import Banner
from ui.widgets.text import Card, Text, set_role

SHORT: Final = 62
LONG: Final = 150
"""Up to how many characters an instruction is set in the largest and second size."""

StepCard = FieldsCard | RollCallCard | ReviewCard | WordGrid


class StepPage(QScrollArea):
    """One step; the page scrolls where it must, the waiting bar never does.

    Attributes:
        card: The card in which something is filled in or read; None where the step
            asks for nothing but initials.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.card: StepCard | None = None
        self.banner = Banner()
        self._shown: StepView | None = None

    def show_step(self, view: RoomView) -> bool:
        """Show the current step; tell whether it was drawn anew.

        What somebody is typing stays as it is where nothing of the step has changed.
        """
        step = view.step
        if step is None or step == self._shown:
            return False
        self._shown = step
        self.banner = Banner()
        self.card = None
        inside = QWidget()
        set_role(inside, "inside")
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, 0, 2, 0)
        box.setSpacing(8)
        box.addLayout(_head(step))
        box.addWidget(Text(step.text, instruction_role(step.text), wrap=True))
        box.addWidget(self.banner)
        self._add_body(box, step, view)
        self.setWidget(inside)
        return True

    def forget(self) -> None:
        """Draw the step anew the next time, with everything typed gone."""
        self._shown = None

    def _add_body(self, box: QVBoxLayout, step: StepView, view: RoomView) -> None:
        spoken = [(words.SAY_ALOUD, step.say), (words.EXPECTED, step.expect)]
        if step.carried_out and step.entries:
            box.addLayout(_spoken([pair for pair in spoken if pair[1]], slim=True))
            box.addWidget(EntriesCard(step.entries), 1)
            return
        self.card = make_card(step, view)
        if self.card is None:
            told = [pair for pair in spoken if pair[1]] or [(words.WHY, step.why)]
            box.addLayout(_spoken(told, slim=False))
            box.addStretch(1)
            return
        box.addLayout(_spoken([pair for pair in spoken if pair[1]], slim=True))
        box.addWidget(self.card, 1)


def instruction_role(text: str) -> str:
    """Choose the size of an instruction by its length: it never takes half a page."""
    if len(text) <= SHORT:
        return "instruction"
    return "instruction-long" if len(text) <= LONG else "instruction-longest"


def make_card(step: StepView, view: RoomView) -> StepCard | None:
    """Make the card of a step that asks for something; None where it asks nothing."""
    if step.review is not None and not step.carried_out:
        return ReviewCard(step, step.review)
    return _asking_card(step, view) if step.needs else None


def _asking_card(step: StepView, view: RoomView) -> StepCard:
    if step.verb == "hold":
        return RollCallCard(step.needs, view.people)
    if step.needs[0].kind is NeedKind.WORDS:
        right = tuple(word for row in step.rows for word in row)
        row = next(row for row in view.steps if row.id == step.id)
        return WordGrid(row.subject or step.title, right)
    return FieldsCard(step.needs)


def _head(step: StepView) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(14)
    row.addWidget(Text(say(words.STEP_LINE, id=step.id), "small-strong"))
    led = say(words.LED_BY, title=step.by.title, name=step.by.name)
    row.addWidget(Text(f"{step.title} \u00b7 {led}", "small"))
    if step.irreversible:
        row.addWidget(Text(say(words.CANNOT_BE_UNDONE), "small-value"))
    row.addStretch(1)
    return row


def _spoken(pairs: list[tuple[str, str]], *, slim: bool) -> QVBoxLayout:
    """Show what is said or expected: as cards, or in one line where room is short."""
    box = QVBoxLayout()
    box.setSpacing(8)
    for label, text in pairs:
        if slim:
            row = QHBoxLayout()
            row.addWidget(Text(say(label), "label"))
            row.addWidget(Text(text, "small-value", wrap=True), 1)
            box.addLayout(row)
            continue
        card = Card()
        inner = QVBoxLayout(card)
        inner.setContentsMargins(20, 14, 20, 14)
        inner.addWidget(Text(say(label), "label"))
        inner.addWidget(Text(text, "statement-long", wrap=True))
        box.addWidget(card)
    return box
