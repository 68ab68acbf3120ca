"""The review card: what a device is about to do, read before it does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from ceremony.conduct.step_view import Asked, NeedView, Review, StepView, Told
from ceremony.engine.steps.kind import NeedKind
from ceremony.hexadecimal import grouped
from ceremony.identifiers import Role
from ceremony.secret import Secret
from ui.messages import conductor as words
from ui.messages.attest import AT_READER
from ui.messages.speech import say
from ui.theme.worn import worn
from ui.widgets.fitting import Fitting, side_by_side, stand
from ui.widgets.foot import Foot
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.pin_entry import PinEntry
from ui.widgets.text import Card, Rule, Text, set_role

ANSWERS: Final = {"true": words.YES, "false": words.NO}

ABREAST: Final = 2
"""How many sentences about a reader stand side by side."""

NARROW: Final = 720
"""Below this width nothing stands side by side, pixels of the design."""

PIN_LEAST: Final = 230
"""What the entry of a PIN takes beside who is ready at least, pixels of the design."""

AROUND: Final = 60
"""Likewise what is about and between them, at the sides of the card."""

SPARE: Final = 4
"""Likewise what the frame of a line takes."""

DEVICE: Final = 3
"""How many lines say which device it is; the others say what it does."""

FEW: Final = 5
"""Up to how many lines stand in one column."""

MANY: Final = 8
"""Up to how many lines of a certificate stand beside the device."""

WIDE: Final = 36
"""From how many characters on a value wants more than half of the card."""

HALF: Final = 64
"""Up to how many characters a value takes two lines of half of the card."""

LINE: Final = 48
"""From how many characters on an identifier has a line of the whole card."""


class ReviewCard(Card):
    """What the device is told, the attributes, the objects, and who is ready.

    Attributes:
        pins: The PIN entries of the step, by the name of the need.
        foot: Who is ready, and the PIN entries: in sight however long the rest is.
    """

    def __init__(
        self, step: StepView, review: Review, parent: QWidget | None = None
    ) -> None:
        super().__init__("card-strong", parent)
        self.pins: dict[str, PinEntry] = {}
        self._needs_pin = any(
            need.kind is NeedKind.PIN and not (need.offered or need.at_reader)
            for need in step.needs
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 10, 20, 0)
        box.setSpacing(6)
        box.addLayout(_head(asked=review.asked))
        box.addWidget(Rule())
        short = [line for line in review.told if len(line.value) < LINE]
        beside = _is_beside(review)
        self._body = _body(review, short, beside=beside)
        box.addLayout(self._body)
        _add_whole(box, review, short, signed=() if beside else review.signed)
        # A certificate leaves the objects as they are, and has more to tell.
        self._is_unchanged = beside
        self._before_after = _unchanged(review) if beside else _objects(review)
        self._chips: dict[Role, _Chip] = {}
        self._pins = side_by_side()
        self._last = side_by_side()
        self.foot = Foot(self)
        self._add_last(box, step)
        box.addStretch(1)
        Fitting(self, self._fit)

    def _add_last(self, box: QBoxLayout, step: StepView) -> None:
        """Put the objects, who is ready, and the PINs where they take least height."""
        for row in (self._pins, self._last):
            row.setSpacing(8)
        asked = [need for need in step.needs if need.kind is NeedKind.PIN]
        objects = QVBoxLayout()
        if not self._is_unchanged:
            objects.addWidget(Text(say(words.OBJECTS), "small-value"))
        objects.addLayout(self._before_after)
        if step.irreversible:
            box.addLayout(objects)
            roles = QHBoxLayout()
            roles.setSpacing(8)
            self._add_roles(roles, step.initials)
            self._last.addLayout(roles, 1)
        elif len(asked) == 1:
            self._last.addLayout(objects, 3)
        else:
            box.addLayout(objects)
        for need in asked:
            # Of one beside who is ready it is plain whose it is.
            self._add_pin(need, headed=len(asked) > 1 or not step.irreversible)
        self._last.addLayout(self._pins, 1)
        self.foot.box.addLayout(self._last)
        box.addWidget(self.foot)

    def _fit(self) -> None:
        """Put one thing below the other where they have no room side by side."""
        narrow = self.width() < worn.px(NARROW)
        # A token that is initialised asks for two PINs, which want a line of their own.
        crowded = len(self.pins) > 1 and bool(self._chips)
        stand(self._body, narrow=narrow)
        stand(self._before_after, narrow=narrow)
        # What is entered at a reader is a sentence each, and three want three lines.
        sentences = self._pins.count() > ABREAST and not self.pins
        stand(self._pins, narrow=narrow or sentences)
        stand(self._last, narrow=narrow or crowded)
        self._widen_chips(beside=bool(self.pins) and not (narrow or crowded))
        # At once, and not a turn of the event loop later.
        self.foot.updateGeometry()

    def _widen_chips(self, *, beside: bool) -> None:
        """Let who is ready stand in one line each, where the PIN keeps its room."""
        wanted = {chip: chip.whole_width() for chip in self._chips.values()}
        room = self.width() - (worn.px(PIN_LEAST) if beside else 0)
        fits = sum(wanted.values()) <= room - worn.px(AROUND)
        for chip, width in wanted.items():
            chip.setMinimumWidth(width if fits else 0)

    def _add_pin(self, need: NeedView, *, headed: bool) -> None:
        """Ask for a PIN; ``headed`` where it still says which one once it is typed."""
        if need.at_reader:
            told = f"{need.prompt}. {say(AT_READER)}"
            self._pins.addWidget(Text(told, "value", wrap=True), 1)
            return
        entry = PinEntry(need.prompt, height=50)
        self.pins[need.name] = entry
        offered = say(words.PIN_OFFERED, prompt=need.prompt)
        if headed:
            offered = say(words.PIN_OFFERED_HERE)
        entry.show_hint(offered if need.offered else "" if headed else need.prompt)
        column = QVBoxLayout()
        if headed:
            column.addStretch(1)
            column.addWidget(Text(need.prompt, "small-value", wrap=True))
        column.addWidget(entry)
        self._pins.addLayout(column, 1)

    def _add_roles(self, row: QHBoxLayout, initials: tuple[Asked, ...]) -> None:
        for who in initials:
            chip = _Chip(who)
            self._chips[who.role] = chip
            row.addWidget(chip, 1)

    def show_ready(self, ready: Mapping[Role, str], asked: Asked | None) -> None:
        """Show who has read the review, and who is waited for."""
        for role, chip in self._chips.items():
            now = asked is not None and asked.role == role and role not in ready
            chip.show_state(done=role in ready, now=now)

    @property
    def needs_pin(self) -> bool:
        """Tell whether a PIN has to be typed, since the site's file holds none."""
        return self._needs_pin

    def take_pins(self) -> dict[str, Secret]:
        """Hand over every PIN that was typed."""
        taken = {name: entry.take() for name, entry in self.pins.items()}
        return {name: pin for name, pin in taken.items() if pin is not None}


class _Chip(Card):
    def __init__(self, who: Asked) -> None:
        super().__init__("card")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 12, 2)
        self._sign = Glyph(Sign.NOT_YET, 20)
        row.addWidget(self._sign)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        self._title = Text(who.title, "small", wrap=True)
        lines.addWidget(self._title)
        self._name = who.name
        self._state = Text(who.name, "small-value", wrap=True)
        lines.addWidget(self._state)
        row.addLayout(lines, 1)

    def whole_width(self) -> int:
        """Give the width at which no line of it breaks, ready or not, pixels."""
        self._state.ensurePolished()
        metrics = self._state.fontMetrics()
        told = (self._told(word) for word in (words.READY, words.WAITING))
        states = (metrics.horizontalAdvance(each) for each in told)
        lines = max(self._title.one_line().width(), *states)
        margins = self._row.contentsMargins()
        beside = margins.left() + self._sign.sizeHint().width() + self._row.spacing()
        return beside + lines + margins.right() + worn.px(SPARE)

    def _told(self, word: str) -> str:
        return f"{self._name} \u00b7 {say(word)}"

    def show_state(self, *, done: bool, now: bool) -> None:
        self._state.setText(self._told(words.READY if done else words.WAITING))
        sign = Sign.DONE if done else (Sign.WAITING if now else Sign.NOT_YET)
        self._sign.show_sign(sign)
        set_role(self, "card-current" if now else "card")


def _head(*, asked: bool) -> QHBoxLayout:
    drawn = words.APPROVED_AND_ASKED if asked else words.APPROVED
    row = QHBoxLayout()
    row.addWidget(Text(say(words.REVIEW), "card-title"))
    row.addStretch(1)
    row.addWidget(Glyph(Sign.DONE, 18))
    row.addWidget(Text(say(drawn), "small-done"))
    return row


def _body(review: Review, short: Sequence[Told], *, beside: bool) -> QBoxLayout:
    """Show what the device is told, and in the other half what there is room for."""
    body = side_by_side()
    body.setSpacing(28)
    if review.attributes:
        body.addLayout(_told(short), 5)
        body.addLayout(_attributes(review.attributes), 4)
    elif beside:
        body.addLayout(_told(short), 1)
        body.addLayout(_told(review.signed, head=words.SIGNED), 1)
    else:
        # Where the other half is free, what is done stands beside the device.
        size = _half(short)
        body.addLayout(_told(short[:size]), 1)
        if short[size:]:
            body.addLayout(_told(short[size:], head=""), 1)
    return body


def _is_beside(review: Review) -> bool:
    """Tell whether what will be signed stands beside the device: if it is short."""
    signed = review.signed
    return 0 < len(signed) <= MANY and all(len(line.value) < HALF for line in signed)


def _add_whole(
    box: QBoxLayout, review: Review, short: Sequence[Told], signed: Sequence[Told]
) -> None:
    """Add what takes the whole width: long identifiers, and certificates."""
    for line in review.told:
        if line not in short:
            box.addLayout(_whole_line(line))
    if signed:
        box.addLayout(_told(signed, head=words.SIGNED))
    if review.renewed:
        box.addLayout(_told(review.renewed, head=words.RENEWED))


def _whole_line(line: Told) -> QHBoxLayout:
    """Show an identifier on one line: in a column it would take three."""
    row = QHBoxLayout()
    row.setSpacing(16)
    row.addWidget(Text(line.label, "label"), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Text(grouped(line.value), "mono-small", wrap=True), 1)
    return row


def _half(lines: Sequence[Told]) -> int:
    """Tell how many lines stand on the left: all, where they are few or long."""
    many = len(lines) > FEW and all(len(line.value) < WIDE for line in lines[DEVICE:])
    return DEVICE if many else len(lines)


def _told(lines: Sequence[Told], *, head: str = words.DEVICE_TOLD) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(3)
    told = say(head) if head else " "
    grid.addWidget(Text(told, "small-value"), 0, 0, 1, 2)
    for row, line in enumerate(lines, start=1):
        grid.addWidget(Text(line.label, "label"), row, 0, Qt.AlignmentFlag.AlignTop)
        role = "mono-small" if line.mono else "small-value"
        value = grouped(line.value) if line.mono else line.value
        grid.addWidget(Text(value, role, wrap=True), row, 1)
    grid.setColumnStretch(1, 1)
    grid.setRowStretch(len(lines) + 1, 1)
    return grid


def _attributes(attributes: tuple[tuple[str, str], ...]) -> QGridLayout:
    """Show the attributes in two columns, so that the whole card is in sight."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(3)
    grid.addWidget(Text(say(words.ATTRIBUTES), "small-value"), 0, 0, 1, 4)
    half = -(-len(attributes) // 2)
    for at, (name, value) in enumerate(attributes):
        column, row = divmod(at, half)
        grid.addWidget(Text(attribute_words(name), "label"), row + 1, 3 * column)
        told = say(ANSWERS[value]) if value in ANSWERS else value
        grid.addWidget(Text(told, "small-value"), row + 1, 3 * column + 1)
    grid.setColumnMinimumWidth(2, 14)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(3, 1)
    grid.setRowStretch(half + 1, 1)
    return grid


def attribute_words(name: str) -> str:
    """Say an attribute's name in words: ``CKA_SENSITIVE`` is ``Sensitive``."""
    if name in words.ATTRIBUTE_WORDS:
        return say(words.ATTRIBUTE_WORDS[name])
    plain = name.removeprefix("CKA_").replace("_", " ").lower()
    return plain[:1].upper() + plain[1:]


def _objects(review: Review) -> QBoxLayout:
    row = side_by_side()
    row.setSpacing(10)
    row.addWidget(_box(say(words.BEFORE), ", ".join(review.before), dashed=True), 2)
    row.addWidget(Glyph(Sign.ARROW, 30))
    for thing in review.gone:
        row.addWidget(_box(thing, say(words.GONE), key=True), 3)
    if not review.after and not review.gone:
        row.addWidget(_box(say(words.AFTER), say(words.UNCHANGED)), 3)
    for thing in review.after:
        told = say(words.WIPED) if review.wiped else say(words.NEW)
        row.addWidget(_box(thing, told, key=not review.wiped), 3)
    return row


def _unchanged(review: Review) -> QBoxLayout:
    """Say on one line that the objects stay as they are."""
    row = side_by_side()
    row.setSpacing(10)
    row.addWidget(Text(say(words.OBJECTS), "small-value"))
    told = f"{', '.join(review.before)} \u00b7 {say(words.UNCHANGED)}"
    row.addWidget(Text(told, "small", wrap=True), 1)
    return row


def _box(title: str, told: str, *, dashed: bool = False, key: bool = False) -> Card:
    card = Card("box-dashed" if dashed else "box")
    row = QHBoxLayout(card)
    row.setContentsMargins(12, 4, 12, 4)
    if key:
        row.addWidget(Glyph(Sign.KEY, 22))
    lines = QVBoxLayout()
    lines.setSpacing(0)
    lines.addWidget(Text(title[:1].upper() + title[1:], "small-value"))
    lines.addWidget(Text(told, "small", wrap=True))
    row.addLayout(lines, 1)
    return card
