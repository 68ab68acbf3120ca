"""The current step: its instruction, what is said and expected, and its card."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
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
from ui.widgets.flow import FlowLayout, flow_policy
from ui.widgets.issued_card import IssuedCard
from ui.widgets.text import Card, Text, set_role

SHORT: Final = 62
LONG: Final = 150
"""Up to how many characters an instruction is set in the largest and second size."""

MARGIN: Final = 12
"""How much below the edge is nothing but a margin, pixels."""

StepCard = FieldsCard | RollCallCard | ReviewCard | WordGrid


class StepPage(QScrollArea):
    """One step; the page scrolls where it must, the waiting bar never does.

    Attributes:
        card: The card in which something is filled in or read; None where the step
            asks for nothing but initials.
        issued: The card of what the step has issued; None where that is nothing.

    Signals:
        save_asked: What was issued is to be saved, an ``Output``.
    """

    save_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.card: StepCard | None = None
        self.issued: IssuedCard | None = None
        self.banner = Banner()
        self._shown: StepView | None = None
        self._instruction = Text()
        self._low = False
        self._more = Text(say(words.MORE_BELOW), "more", parent=self)
        bar = self.verticalScrollBar()
        self._hidden = 0
        bar.rangeChanged.connect(self._show_more)
        bar.valueChanged.connect(self._show_more)
        for keys, by in (("PgUp", -1), ("PgDown", 1)):
            QShortcut(QKeySequence(keys), self).activated.connect(
                partial(self._turn, by)
            )

    def show_step(self, view: RoomView) -> bool:
        """Show the current step; tell whether it was drawn anew.

        What somebody is typing stays as it is where nothing of the step has changed.
        """
        step = view.step
        if step is None or step == self._shown:
            return False
        self._shown = step
        self.card = self.issued = None
        # What is built inside its parent is not styled again for each layer round it;
        # nor is what has a size measured before it has a style.
        inside = QWidget(self.viewport())
        inside.resize(self.viewport().size())
        set_role(inside, "inside")
        self.banner = Banner(inside)
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, 0, 2, 0)
        box.setSpacing(8)
        box.addWidget(_head(step, view, inside))
        self._instruction = Text(step.text, wrap=True)
        self._instruction.wear(instruction_role(step.text, low=self._low))
        box.addWidget(self._instruction)
        box.addWidget(self.banner)
        self._add_body(inside, box, step, view)
        self.setWidget(inside)
        return True

    def fit(self, *, low: bool) -> None:
        """Set the instruction smaller where the window is low."""
        if low != self._low:
            self._low = low
            told = instruction_role(self._instruction.text(), low=low)
            self._instruction.wear(told)

    def show_entry(self, entry: QWidget) -> None:
        """Put the cursor into an entry of the card, which is in sight from then on."""
        entry.setFocus()
        # Where it stands is known once everything is laid out.
        QTimer.singleShot(0, entry, lambda: self._reach(entry))

    def _reach(self, entry: QWidget) -> None:
        self._show_more()
        # At the foot of a card it is in sight already, though not all of the card.
        card = self.card
        if card is not None and card.height() <= self.viewport().height():
            self.ensureWidgetVisible(card, 0, 0)
        if not self._hidden:
            self.ensureWidgetVisible(entry)

    def _turn(self, by: int) -> None:
        """Scroll by so many pages, down where it is more than none."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + by * (bar.pageStep() - self._hidden))

    def _show_more(self) -> None:
        """Say that there is more, and which key shows it, as long as there is."""
        bar = self.verticalScrollBar()
        self._hidden = self._stand_foot()
        self._more.setVisible(bar.maximum() - bar.value() > MARGIN)
        self._more.adjustSize()
        place = self.viewport().geometry()
        self._more.move(
            place.right() - self._more.width(),
            place.bottom() - self._hidden - self._more.height(),
        )

    def _stand_foot(self) -> int:
        """Keep the foot of a card in sight; tell how much it hides, pixels."""
        if not isinstance(self.card, ReviewCard):
            return 0
        edge = QPoint(0, self.viewport().height())
        below = self.card.mapFrom(self.viewport(), edge)
        return self.card.foot.stand(below.y(), self.viewport().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Keep the word of more at the lower edge."""
        super().resizeEvent(event)
        self._show_more()

    def forget(self) -> None:
        """Draw the step anew the next time, with everything typed gone."""
        self._shown = None

    def _add_body(
        self, inside: QWidget, box: QVBoxLayout, step: StepView, view: RoomView
    ) -> None:
        spoken = [(words.SAY_ALOUD, step.say), (words.EXPECTED, step.expect)]
        if step.carried_out and step.entries:
            # What is read aloud is what the room needs; what came of it is one line.
            slim = len(step.entries) > 1
            told = [pair for pair in spoken if pair[1]]
            box.addLayout(_spoken(told, inside, slim=slim))
            entries = EntriesCard(step.entries, inside)
            box.addWidget(entries, 1 if slim or not told else 0)
            if step.output is not None:
                self.issued = IssuedCard(step.output, inside)
                self.issued.save_asked.connect(self.save_asked)
                box.addWidget(self.issued)
            box.addStretch(0 if slim or not told else 1)
            return
        # The entries of a turn are on its own page: no PIN is typed here.
        self.card = make_card(step, view, inside) if view.turn is None else None
        if self.card is None:
            told = [pair for pair in spoken if pair[1]] or [(words.WHY, step.why)]
            box.addLayout(_spoken(told, inside, slim=False))
            box.addStretch(1)
            return
        if isinstance(self.card, ReviewCard):
            self.card.foot.placed.connect(self._show_more)
        told = [pair for pair in spoken if pair[1]]
        box.addLayout(_spoken(told, inside, slim=True))
        box.addWidget(self.card, 1)


def instruction_role(text: str, *, low: bool = False) -> str:
    """Choose the size of an instruction by its length: it never takes half a page."""
    if low:
        return "instruction-longest"
    if len(text) <= SHORT:
        return "instruction"
    return "instruction-long" if len(text) <= LONG else "instruction-longest"


def make_card(step: StepView, view: RoomView, inside: QWidget) -> StepCard | None:
    """Make the card of a step that asks for something; None where it asks nothing."""
    if step.review is not None and not step.carried_out:
        return ReviewCard(step, step.review, inside)
    return _asking_card(step, view, inside) if step.needs else None


def _asking_card(step: StepView, view: RoomView, inside: QWidget) -> StepCard:
    if step.verb == "hold":
        return RollCallCard(step.needs, view.people, inside)
    if step.needs[0].kind is NeedKind.WORDS:
        right = tuple(word for row in step.rows for word in row)
        row = next(row for row in view.steps if row.id == step.id)
        return WordGrid(row.subject or step.title, right, inside)
    return FieldsCard(step.needs, inside)


def _head(step: StepView, view: RoomView, inside: QWidget) -> QWidget:
    """Say which step it is and who acts; in several lines where room is short."""
    holder = QWidget(inside)
    row = FlowLayout(holder, gap=0)
    flow_policy(holder)
    row.addWidget(_part(Text(say(words.STEP_LINE, id=step.id), "small-strong")))
    title, name = step.by.title, step.by.name
    if view.turn is not None:
        title, name = view.turn.title, view.turn.name
    led = say(words.LED_BY, title=title, name=name)
    row.addWidget(_part(Text(f"{step.title} \u00b7 {led}", "small", wrap=True)))
    if step.irreversible:
        row.addWidget(_part(Text(say(words.CANNOT_BE_UNDONE), "small-attention")))
    return holder


def _part(text: Text) -> Text:
    """Keep a part of a line away from the next one."""
    text.setContentsMargins(0, 0, 14, 0)
    return text


def _spoken(
    pairs: list[tuple[str, str]], inside: QWidget, *, slim: bool
) -> QVBoxLayout:
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
        card = Card(parent=inside)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(20, 14, 20, 14)
        inner.addWidget(Text(say(label), "label"))
        inner.addWidget(Text(text, "statement-long", wrap=True))
        box.addWidget(card)
    return box
