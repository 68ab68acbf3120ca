"""The cards of Home."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout

from ceremony.conduct.granted import Ground, told_later
from ceremony.conduct.home_view import CeremonyCard, Duty
from ui.messages import conductor
from ui.messages import home as words
from ui.messages.attest import AT_READER
from ui.messages.speech import say
from ui.theme.worn import worn
from ui.widgets.fact_line import FactLine
from ui.widgets.fitting import Fitting, side_by_side, stand
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.mode import ModeTag
from ui.widgets.pin_entry import PinEntry
from ui.widgets.text import Card, CopiedText, Rule, Text, make_button

NARROW: Final = 680
"""Below this width cards and their buttons stand below one another."""


class ResumeCard(Card):
    """One open ceremony, full width, before everything else.

    Signals:
        asked: The ceremony is to be entered.
    """

    asked = Signal()

    def __init__(self, card: CeremonyCard, *, asks_pin: bool) -> None:
        super().__init__("card-current")
        self.card = card
        self.pin = PinEntry(say(words.EVIDENCE_PIN)) if asks_pin else None
        row = self._row = side_by_side(self)
        row.setContentsMargins(24, 18, 24, 18)
        row.setSpacing(24)
        row.addLayout(self._told(), 1)
        side = QVBoxLayout()
        label = words.BEGIN_DO if card.fresh else words.RESUME_DO
        if card.status.phase != "running":
            label = words.OPEN_DO
        self.go = make_button(say(label), "primary")
        self.go.setMinimumWidth(200)
        self.go.clicked.connect(self.asked)
        if self.pin is not None:
            side.addWidget(Text(say(words.EVIDENCE_PIN), "small"))
            self.pin.submitted.connect(self.asked)
            side.addWidget(self.pin)
        if card.pin_at_reader:
            side.addWidget(Text(say(words.EVIDENCE_PIN), "small"))
            side.addWidget(Text(say(AT_READER), "value", wrap=True))
        side.addWidget(self.go)
        side.addStretch(1)
        row.addLayout(side)
        Fitting(self, self._fit)

    def _fit(self) -> None:
        """Put the button below the words where they have no room side by side."""
        stand(self._row, narrow=self.width() < worn.px(NARROW))

    def _told(self) -> QVBoxLayout:
        card, status = self.card, self.card.status
        box = QVBoxLayout()
        box.setSpacing(8)
        head = QHBoxLayout()
        tag = ModeTag()
        rehearsal = status.mode == "REHEARSAL"
        word = conductor.REHEARSAL if rehearsal else conductor.LIVE
        tag.show_mode(say(word), rehearsal=rehearsal)
        head.addWidget(tag)
        head.addWidget(Text(status.ceremony, "mono-title"))
        head.addStretch(1)
        box.addLayout(head)
        title = words.BEGIN if card.fresh else words.RESUME
        if status.phase != "running":
            title = words.SIGN if status.phase == "sealed" else words.SEAL
        box.addWidget(Text(say(title, title=status.title), "instruction", wrap=True))
        box.addWidget(Text(self._where(), "value", wrap=True))
        box.addWidget(
            FactLine(
                [(sign, say(label), value) for sign, label, value in self._facts()]
            )
        )
        self._add_granted(box)
        return box

    def _add_granted(self, box: QVBoxLayout) -> None:
        """Tell what is let be or relied on, before anything is begun."""
        if not self.card.granted:
            return
        box.addWidget(Rule())
        box.addWidget(Text(say(words.GRANTED), "small-strong", wrap=True))
        for each in self.card.granted:
            row = QHBoxLayout()
            row.setSpacing(8)
            is_confirmed = each.ground is Ground.CONFIRMED
            side = QVBoxLayout()
            side.addWidget(Glyph(Sign.DONE if is_confirmed else Sign.ATTENTION, 18))
            side.addStretch(1)
            row.addLayout(side)
            row.addWidget(Text(each.told, "small-value", wrap=True), 1)
            box.addLayout(row)
        later = told_later(self.card.granted)
        if later:
            box.addWidget(Text(later, "small", wrap=True))

    def _where(self) -> str:
        card, status = self.card, self.card.status
        if status.phase != "running":
            left = words.LEFT_SEALED if status.phase == "sealed" else words.LEFT_CLOSED
            return say(left, time=card.last_at, count=card.unsigned)
        if not card.step_number:
            return say(words.LEFT_END, time=card.last_at)
        return say(
            words.LEFT_AT,
            time=card.last_at,
            number=card.step_number,
            count=status.step_count,
            step=status.step,
        )

    def _facts(self) -> list[tuple[Sign, str, str]]:
        card = self.card
        doubt = card.status.in_doubt
        return [
            (Sign.DONE, words.CHAIN, say(words.WHOLE)),
            (Sign.DONE, words.LAST, str(card.last_seq)),
            (
                Sign.DONE if card.same_start else Sign.ATTENTION,
                words.COMPUTER,
                say(words.SAME if card.same_start else words.ANEW),
            ),
            (
                Sign.ATTENTION if doubt else Sign.DONE,
                words.DOUBT,
                say(words.IN_DOUBT, what=doubt) if doubt else say(words.NO_DOUBT),
            ),
        ]


class DutiesCard(Card):
    """What falls due, the earliest first."""

    MOST = 5

    def __init__(self, duties: tuple[Duty, ...], today: date) -> None:
        super().__init__("card")
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 14, 20, 14)
        box.setSpacing(6)
        box.addWidget(Text(say(words.DUE), "card-title"))
        if not duties:
            box.addWidget(Text(say(words.DUE_NONE), "muted"))
        for duty in duties[: self.MOST]:
            late = duty.due < today
            row = QHBoxLayout()
            row.addWidget(Glyph(Sign.ATTENTION if late else Sign.NOT_YET, 18))
            lines = QVBoxLayout()
            lines.setSpacing(0)
            lines.addWidget(Text(duty.what, "small-value", wrap=True))
            lines.addWidget(Text(duty.who, "small", wrap=True))
            lines.addWidget(Text(duty.ceremony, "mono-small"))
            row.addLayout(lines, 1)
            when = say(words.OVERDUE if late else words.DUE_BY, date=duty.due)
            row.addWidget(Text(when, "small-attention" if late else "small"))
            box.addLayout(row)
            box.addWidget(Rule())
        box.addStretch(1)


class DemoCard(Card):
    """The demo: two minutes from nothing to a verified pack.

    Signals:
        started: The demo is to begin.
        sample: The shipped sample pack is to be opened.
    """

    started = Signal()
    sample = Signal()

    def __init__(self, step_count: int, problem: str, remedy: str) -> None:
        super().__init__("card")
        self.setMinimumHeight(worn.px(250))
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 14, 20, 18)
        box.setSpacing(8)
        box.addWidget(Text(say(words.DEMO), "card-title"))
        box.addWidget(Text(say(words.DEMO_TEXT, steps=step_count), "muted", wrap=True))
        state = QHBoxLayout()
        state.addWidget(Glyph(Sign.ATTENTION if problem else Sign.DONE, 18))
        self.told = Text(problem or say(words.DEMO_READY), wrap=True)
        self.told.wear("small-attention" if problem else "small-done")
        state.addWidget(self.told, 1)
        box.addLayout(state)
        if remedy:
            box.addWidget(Text(remedy, "small-value", wrap=True))
        box.addStretch(1)
        self.start = make_button(say(words.DEMO_START))
        self.start.setEnabled(not problem)
        self.start.clicked.connect(self.started)
        box.addWidget(self.start)
        watch = make_button(say(words.DEMO_WATCH))
        watch.clicked.connect(self.sample)
        box.addWidget(watch)
        # Only now: a widget without a parent would open a window and take the focus.
        watch.setVisible(bool(problem))


class VerifyCard(Card):
    """A place to drop a pack, and a button for the keyboard.

    Signals:
        chosen: A file was named.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__("card-drop")
        self.setAcceptDrops(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 14, 20, 18)
        box.setSpacing(8)
        box.addWidget(Text(say(words.VERIFY), "card-title"))
        box.addWidget(Text(say(words.VERIFY_TEXT), "muted", wrap=True))
        box.addWidget(CopiedText(say(words.VERIFY_COMMAND), "mono-small", wrap=True))
        box.addStretch(1)
        self.open = make_button(say(words.VERIFY_OPEN))
        self.open.clicked.connect(self._choose)
        box.addWidget(self.open)

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, say(words.VERIFY), "", say(words.FILTER)
        )
        if name:
            self.chosen.emit(Path(name))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Let a single file in."""
        if len(event.mimeData().urls()) == 1:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Take the file."""
        path = event.mimeData().urls()[0].toLocalFile()
        if path:
            self.chosen.emit(Path(path))


class HeldCard(Card):
    """Ceremonies that are over, with their packs.

    Signals:
        chosen: A pack is to be opened, under the trust policy of its site.
    """

    chosen = Signal(object, object)

    def __init__(self, cards: tuple[CeremonyCard, ...]) -> None:
        super().__init__("card")
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 14, 20, 14)
        box.addWidget(Text(say(words.PACKS), "card-title"))
        for card in cards:
            row = QHBoxLayout()
            row.addWidget(Text(card.status.ceremony, "mono"))
            row.addWidget(Text(card.status.title, "small-value", wrap=True), 1)
            row.addWidget(Text(card.status.phase, "small"))
            if card.pack is not None:
                button = make_button(
                    say(words.PACK_OPEN),
                    name=f"{card.status.ceremony}: {say(words.PACK_OPEN)}",
                )
                button.clicked.connect(
                    lambda _=False, at=card: self.chosen.emit(at.pack, at.policy)
                )
                row.addWidget(button)
            box.addWidget(Rule())
            box.addLayout(row)
