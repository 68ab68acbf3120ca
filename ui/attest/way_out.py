"""The two ways out of a turn: to disagree, and to sign on paper."""

from __future__ import annotations

from pathlib import Path

from ceremony.conduct.room_view import DissentView, RoomView
from ceremony.conduct.turn_view import TurnView
from ui.bridge import Bridge
from ui.conductor.incident_sheets import CommandSheet, DecidingSheet
from ui.messages import way_out as words
from ui.messages.speech import say
from ui.widgets.text import Text, make_button


class DissentSheet(CommandSheet):
    """The person says what they do not agree to, in their own words."""

    def __init__(self, bridge: Bridge, turn: TurnView) -> None:
        super().__init__(bridge, say(words.DISAGREE), say(words.DISAGREE_TEXT))
        self._shown = turn.digest
        self.reason = self.add_text(say(words.REASON), 4)
        self.finish((say(words.DISAGREE_DO), "primary", self._save))

    def _save(self) -> None:
        reason = self.demand(say(words.REASON), self.reason)
        if reason is not None:
            shown = self._shown
            self.send(lambda desk: desk.dissent(shown, reason))


class DissentDecisionSheet(DecidingSheet):
    """What two people decide about a dissent."""

    def __init__(self, bridge: Bridge, view: RoomView, known: DissentView) -> None:
        title = say(words.DECIDE, title=known.title)
        super().__init__(bridge, view, title, known.reason)
        self.decided = self.add_text(say(words.DECIDED))
        self.box.addWidget(Text(say(words.DECIDERS), "small", wrap=True))
        self.add_marks()
        self.finish((say(words.DECIDE_DO), "primary", self._save))

    def _save(self) -> None:
        decided = self.demand(say(words.DECIDED), self.decided)
        if decided is not None:
            marks = self.marks()
            self.send(lambda desk: desk.settle_dissent(decided, marks))


class PaperSheet(DecidingSheet):
    """The sheet is written, signed in ink before two people, then recorded."""

    def __init__(self, bridge: Bridge, view: RoomView, folder: Path) -> None:
        super().__init__(bridge, view, say(words.PAPER), say(words.PAPER_TEXT))
        turn = view.turn
        person = turn.person if turn is not None else ""
        step = view.step.id if view.step is not None else ""
        path = folder / f"{view.ceremony}-{step}-{person}.pdf"
        self.file = self.add_line(say(words.FILE), str(path))
        self.write = make_button(say(words.WRITE))
        self.write.clicked.connect(self._write)
        self.box.addWidget(self.write)
        self.written = False
        self.reason = self.add_line(say(words.WHY_PAPER))
        self.watch = self.add_line(say(words.WATCH))
        self.box.addWidget(Text(say(words.SEEN_BY), "small", wrap=True))
        self.add_marks()
        self.finish((say(words.PAPER_DO), "primary", self._save))

    def _write(self) -> None:
        name = self.demand(say(words.FILE), self.file)
        if name is None:
            return

        def written(number: str) -> None:
            self.written = True
            self.tell(say(words.WRITTEN, number=number), good=True)
            self.reason.setFocus()

        path = Path(name)
        self.perform(lambda desk: desk.write_sheet(path), written)

    def _save(self) -> None:
        if not self.written:
            self.tell(say(words.WRITE_FIRST))
            self.write.setFocus()
            return
        reason = self.demand(say(words.WHY_PAPER), self.reason)
        watch = self.demand(say(words.WATCH), self.watch)
        if reason is not None and watch is not None:
            marks = self.marks()
            self.send(lambda desk: desk.sign_on_paper(reason, watch, marks))
