"""Resume: what the interruption left, expected beside found, and two people's word."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ceremony.conduct.desk import Mark
from ceremony.conduct.inspection import TokenFinding
from ceremony.conduct.recovery import Choice
from ceremony.conduct.resume_view import ResumeView, TypedPin
from ceremony.conduct.room_view import RoomView
from ceremony.engine.change import MAKES_KEY
from ceremony.engine.steps import KINDS
from ceremony.identifiers import Role
from ceremony.secret import Secret
from ui.conductor.change_card import ChangeCard
from ui.conductor.incident_sheets import marks_row
from ui.conductor.sheet import typed
from ui.messages import resume as words
from ui.messages.attest import AT_READER
from ui.messages.speech import say
from ui.messages.takeover import TO_PAPER
from ui.theme.worn import worn
from ui.widgets.banner import Banner
from ui.widgets.fact_line import FactLine
from ui.widgets.fitting import Fitting, side_by_side, stand
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.pin_entry import PinEntry
from ui.widgets.text import Card, Text, grouped, make_button, set_role

TWO = 2
NARROW = 900
"""Below this width no PIN stands beside another, pixels of the design."""

SHRINKS = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon


class ResumePage(QScrollArea):
    """The whole window; there is no other way on.

    Signals:
        looked: The tokens are to be looked into.
        decided: Two people gave their initials.
        course_decided: Two people decided about a token that was changed.
        home: Back to Home, with nothing done.
        read: The record is to be read, with nothing done.
        to_paper: What is left is to be printed, to go on with a pen.
        given_up: The ceremony is to be abandoned.
    """

    looked = Signal()
    decided = Signal()
    course_decided = Signal()
    home = Signal()
    read = Signal()
    to_paper = Signal()
    given_up = Signal()

    def __init__(
        self, view: RoomView, left: ResumeView, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._left = left
        self._marks: list[tuple[Role, QLineEdit]] = []
        self.pins: dict[str, PinEntry] = {}
        self.choice = QComboBox()
        # An entry that is longer than there is room is read in its list.
        self.choice.setMinimumContentsLength(20)
        self.choice.setSizeAdjustPolicy(SHRINKS)
        self.banner = Banner()
        inside = QWidget()
        set_role(inside, "ground")
        self._box = QVBoxLayout(inside)
        self._box.setContentsMargins(28, 10, 28, 10)
        self._box.setSpacing(8)
        self._add_head(view)
        self._box.addWidget(self.banner)
        self._add_last(view)
        self._add_tokens()
        self.change = self._add_change(view)
        if self.change is None:
            self._add_decision(view)
        else:
            self._add_ways()
        self._box.addStretch(1)
        self.setWidget(inside)

    def _add_head(self, view: RoomView) -> None:
        left = self._left
        title = say(words.TITLE, ceremony=view.ceremony)
        self._box.addWidget(Text(title, "instruction", wrap=True))
        where = words.WHERE if left.step else words.WHERE_END
        told = say(where, time=left.last_at, step=left.step, title=left.step_text)
        self._box.addWidget(Text(told, "value", wrap=True))
        computer = words.SAME_START if left.same_start else words.NEW_START
        sign = Sign.DONE if left.same_start else Sign.ATTENTION
        clock = words.CLOCK_BEFORE if left.clock_went_back else words.CLOCK_AFTER
        clock_sign = Sign.ATTENTION if left.clock_went_back else Sign.DONE
        gap = say(words.MINUTES, minutes=left.gap_minutes)
        facts = [
            (Sign.DONE, say(words.CHAIN), say(words.WHOLE)),
            (Sign.DONE, say(words.LAST), str(left.last_seq)),
            (Sign.WAITING, say(words.GAP), gap),
            (clock_sign, say(words.CLOCK), say(clock)),
            (sign, say(words.COMPUTER), say(computer)),
        ]
        self._box.addWidget(FactLine(facts))
        spoken = say(words.WORDS, words=" ".join(left.last_words))
        self._box.addWidget(Text(spoken, "small-value", wrap=True))
        if left.in_doubt:
            doubt = Card("card-attention")
            line = QHBoxLayout(doubt)
            line.setContentsMargins(16, 8, 16, 8)
            line.addWidget(Glyph(Sign.ATTENTION, 24))
            text = say(words.DOUBT_TEXT, what=KINDS[left.in_doubt].title)
            line.addWidget(Text(text, "value", wrap=True), 1)
            self._box.addWidget(doubt)
        else:
            self._box.addWidget(Text(say(words.NO_DOUBT), "muted"))

    def _add_last(self, view: RoomView) -> None:
        card = Card()
        box = QVBoxLayout(card)
        box.setContentsMargins(18, 10, 18, 10)
        box.addWidget(Text(say(words.LAST_CLOSED), "label"))
        told = view.last_closed or say(words.NONE_CLOSED)
        box.addWidget(Text(told, "card-title", wrap=True))
        self._box.addWidget(card)

    def _add_tokens(self) -> None:
        card = Card()
        box = QVBoxLayout(card)
        box.setContentsMargins(18, 10, 18, 10)
        box.setSpacing(6)
        box.addWidget(Text(say(words.TOKENS), "card-title"))
        findings = self._left.findings
        # What was typed to look is wiped by then: to resume, it is typed again.
        if findings is None or self._left.pins:
            self._ask_pins(box)
        if findings is None:
            pass
        elif findings:
            box.addLayout(_table(findings))
        else:
            box.addWidget(Text(say(words.NO_TOKENS), "muted"))
        self._box.addWidget(card)

    def _ask_pins(self, box: QVBoxLayout) -> None:
        if self._left.findings is not None:
            box.addWidget(Text(say(words.PINS_AGAIN), "muted", wrap=True))
        row = side_by_side()
        row.setSpacing(12)
        for pin in self._left.pins:
            row.addLayout(self._make_pin(pin), 1)
        look = make_button(say(words.LOOK), "primary")
        look.clicked.connect(self.looked)
        bottom = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        row.addWidget(look, 0, bottom)
        box.addLayout(row)
        Fitting(self, lambda: stand(row, narrow=self.width() < worn.px(NARROW)))

    def _make_pin(self, pin: TypedPin) -> QVBoxLayout:
        """Ask for one PIN, with whose it is above it."""
        column = QVBoxLayout()
        column.addStretch(1)
        label = say(words.PIN_OF, title=pin.title, serial=grouped(pin.serial))
        column.addWidget(Text(label, "value", wrap=True))
        if pin.at_reader:
            column.addWidget(Text(say(AT_READER), "value", wrap=True))
        else:
            self.pins[pin.name] = PinEntry(label)
            column.addWidget(self.pins[pin.name])
        return column

    def _add_change(self, view: RoomView) -> ChangeCard | None:
        """Ask first about a token that was changed: nobody resumes before."""
        change = self._left.change
        if change is None or not change.courses:
            return None
        card = ChangeCard(view, change)
        card.decided.connect(self.course_decided)
        self._box.addWidget(card)
        return card

    def _add_ways(self) -> None:
        ways = self._ways_out()
        ways.addStretch(1)
        self._box.addLayout(ways)

    def _add_decision(self, view: RoomView) -> None:
        card = Card("card-current")
        box = QVBoxLayout(card)
        box.setContentsMargins(18, 8, 18, 10)
        box.setSpacing(6)
        if self._left.in_doubt in MAKES_KEY:
            line = QHBoxLayout()
            line.setSpacing(12)
            line.addWidget(Text(say(words.CHOICE), "value", wrap=True), 1)
            line.addWidget(self.choice, 1)
            self.choice.setAccessibleName(say(words.CHOICE))
            self.choice.addItem(say(words.ADOPT), Choice.ADOPT)
            self.choice.addItem(say(words.DESTROY), Choice.DESTROY)
            box.addLayout(line)
        change = self._left.change
        given_up = change is not None and change.given_up
        if given_up:
            box.addWidget(Text(say(words.GIVEN_UP), "value", wrap=True))
        box.addWidget(Text(say(words.TWO), "value"))
        row, self._marks = marks_row(view)
        box.addLayout(row)
        self._told = Text("", "error", wrap=True)
        self._told.hide()
        box.addWidget(self._told)
        self._add_foot(box, given_up=given_up)
        self._box.addWidget(card)

    def _add_foot(self, box: QVBoxLayout, *, given_up: bool) -> None:
        ways = self._ways_out()
        ways.addStretch(1)
        self.resume = make_button(
            say(words.RESOLVE if given_up else words.RESUME), "primary"
        )
        self.resume.setEnabled(self._left.findings is not None)
        self.resume.clicked.connect(self._decide)
        ways.addWidget(self.resume)
        box.addLayout(ways)

    def _ways_out(self) -> QHBoxLayout:
        ways = QHBoxLayout()
        ways.setSpacing(8)
        acts = [
            (words.HOME, self.home),
            (words.READ_ONLY, self.read),
            (TO_PAPER, self.to_paper),
        ]
        looked = self._left.findings is not None
        if looked and not self._left.in_doubt and self.change is None:
            # What a device may have done, and what is in the tokens, comes first.
            acts.append((words.ABANDON, self.given_up))
        for text, signal in acts:
            button = make_button(say(text))
            button.clicked.connect(signal)
            ways.addWidget(button)
        return ways

    def _decide(self) -> None:
        if self.marks is None:
            self._told.setText(say(words.TWO_FIRST))
            self._told.show()
        else:
            self.decided.emit()

    def take_over(self, before: ResumePage) -> None:
        """Take over what was typed on the page that this one replaces."""
        if self.change is not None or before.change is not None:
            return
        for role, line in self._marks:
            line.setText(before.entry_of(role).text())
        if self.choice.count() == before.choice.count():
            self.choice.setCurrentIndex(before.choice.currentIndex())

    @property
    def is_to_look(self) -> bool:
        """Tell whether the tokens can be looked into without anybody's PIN."""
        return self._left.findings is None and not self._left.pins

    @property
    def marks(self) -> tuple[Mark, Mark] | None:
        """Give the two initials that were typed; None where there are not two."""
        given = [(role, typed(line)) for role, line in self._marks if typed(line)]
        return (given[0], given[1]) if len(given) == TWO else None

    @property
    def chosen(self) -> Choice:
        """Give what becomes of a key pair that was made completely."""
        return Choice(self.choice.currentData() or Choice.ADOPT)

    def take_pins(self) -> dict[str, Secret | None]:
        """Hand over every PIN that was typed, by the name that it is asked under."""
        return {name: entry.take() for name, entry in self.pins.items()}

    def entry_of(self, role: Role) -> QLineEdit:
        """Give the box for the initials of a role."""
        return next(line for each, line in self._marks if each == role)

    def take_focus(self) -> None:
        """Put the cursor where the work begins."""
        after = self.change.course if self.change is not None else self._marks[0][1]
        first = next(iter(self.pins.values()), None) or after
        first.setFocus()


def _table(findings: tuple[TokenFinding, ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(6)
    heads = ("", words.EXPECTED, words.FOUND, words.VERDICT)
    for column, head in enumerate(heads):
        grid.addWidget(Text(say(head) if head else "", "small"), 0, column)
    for row, token in enumerate(findings, start=1):
        top = Qt.AlignmentFlag.AlignTop
        told_of = f"{token.title}\n{grouped(token.serial)}"
        name = Text(told_of, "small-value", wrap=True)
        grid.addWidget(name, row, 0, top)
        grid.addWidget(
            Text(_objects(token.expected), "mono-small", wrap=True), row, 1, top
        )
        grid.addWidget(
            Text(_objects(token.found), "mono-small", wrap=True), row, 2, top
        )
        line = QHBoxLayout()
        line.setSpacing(8)
        sign = Sign.DONE if token.agrees else Sign.ATTENTION
        line.addWidget(Glyph(sign, 18), 0, top)
        role = "small-done" if token.agrees else "small-attention"
        line.addWidget(Text(_compared(token), role, wrap=True), 1, top)
        grid.addLayout(line, row, 3)
    for column, share in enumerate((2, 2, 3, 4)):
        grid.setColumnStretch(column, share)
    return grid


def _objects(lines: tuple[str, ...]) -> str:
    return "\n".join(lines) or say(words.NOTHING)


def _compared(token: TokenFinding) -> str:
    if token.agrees:
        return say(words.AGREES)
    told = [token.problem] if token.problem else []
    if token.left:
        left = words.LEFT_WHOLE if token.whole else words.LEFT_PART
        told.append(say(left, objects="; ".join(token.left)))
    if token.foreign:
        told.append(say(words.FOREIGN, objects="; ".join(token.foreign)))
    if token.missing:
        told.append(say(words.MISSING, objects="; ".join(token.missing)))
    return "\n".join(told)
