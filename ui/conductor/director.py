"""The director: shows whom the room waits for, and turns gestures into commands.

Invariants:
    * One commit at a time: a second within the pause, or while the core works, is
      refused and says so.
    * What the core refuses is told in the step where it happened.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from ceremony.conduct.desk import Desk, Draft
from ceremony.conduct.past_view import PastView
from ceremony.conduct.room_view import DeviationRow, RoomView
from ceremony.conduct.step_view import Asked
from ceremony.engine.steps.manual import READING_DIFFERS
from ceremony.errors import CeremonyError
from ui.bridge import Bridge, Command
from ui.conductor.asking import Asking
from ui.conductor.drafts import draft_of_read_back, draft_of_reading
from ui.conductor.fields import FieldsCard, RollCallCard
from ui.conductor.flow import Ask, Flow, Gesture
from ui.conductor.incident_sheets import DecideSheet, DeviationSheet
from ui.conductor.page import ConductorPage
from ui.conductor.past_page import PastPage
from ui.conductor.review import ReviewCard
from ui.conductor.sheet import Sheet
from ui.conductor.word_grid import WordGrid
from ui.conductor.working import Working
from ui.messages import conductor as words
from ui.messages import fault
from ui.messages.fault import explain
from ui.messages.speech import say
from ui.widgets.glyph import Sign
from ui.widgets.guard import CommitGuard

FAILED_READ_BACK = "ENGINE-CHECK-04"


class Director(QObject):
    """Leads one ceremony through its page.

    Signals:
        turn_asked: A person's turn, a report signature, a resumption, opening the
            journal again or Home is next.
        evidence_asked: The sealed pack is to be opened.
        shown: A view has been shown, for the projector.
    """

    turn_asked = Signal(object)
    evidence_asked = Signal()
    shown = Signal(object)

    def __init__(self, page: ConductorPage, bridge: Bridge) -> None:
        super().__init__(page)
        self.page = page
        self._bridge = bridge
        self._guard = CommitGuard()
        self._bar = Asking(page)
        self.flow = Flow()
        self.ask = Ask(Gesture.CLOSE_STEP)
        self.pack = ""
        self._working = Working(page, bridge)
        bridge.changed.connect(self.show_view)
        bridge.shut.connect(self.shut)
        page.ticked.connect(self._show_when)
        page.bar.initials.connect(self._take_initials)
        page.bar.go.connect(self._go)
        for keys, act in (
            ("Ctrl+Return", self._press_go),
            ("Ctrl+Enter", self._press_go),
            ("Ctrl+Up", lambda: self.look(-1)),
            ("Ctrl+Down", lambda: self.look(1)),
            ("Home", self.return_to_current),
        ):
            shortcut = QShortcut(QKeySequence(keys), page)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)

    @property
    def view(self) -> RoomView | None:
        """Give the view that is shown."""
        return self.page.view

    def show_view(self, view: RoomView) -> None:
        """Show a new view: the room, the step, and whom it waits for."""
        before = self.page.view
        self.page.show_room(view)
        if before is not None and before.event_count != view.event_count:
            self.page.show_past(None)
        self.flow.follow(view)
        self._show_step(view)
        if not self._working.is_on:
            # What was sent ends right after this, and the bar is drawn then.
            self.refresh()

    def refresh(self) -> None:
        """Say whom the room waits for now."""
        view = self.page.view
        if view is None:
            return
        self.ask = self.flow.ask(view)
        self.shown.emit(view)
        if self.page.page is not None or self.page.sheet is not None:
            # A turn, a resumption or a sheet has the keyboard until it is over.
            return
        if self.ask.gesture is Gesture.RESUME:
            self.turn_asked.emit(Gesture.RESUME)
            return
        if self.page.past is not None:
            return
        self.page.centre.setCurrentWidget(self.page.ground)
        self._bar.show_ask(view, self.ask, self.flow.ready, self.pack)
        self._working.remind()

    def _show_step(self, view: RoomView) -> None:
        """Show the current step; listen to its card where it was drawn anew."""
        if not self.page.step.show_step(view):
            return
        card = self.page.step.card
        if isinstance(card, FieldsCard):
            card.submitted.connect(self._go)
        elif isinstance(card, ReviewCard):
            for entry in card.pins.values():
                entry.submitted.connect(self._press_go)
        elif isinstance(card, WordGrid):
            card.moved.connect(self._word_moved)
            card.finished.connect(self._words_done)
            card.stopped.connect(self._words_stopped)

    def _word_moved(self, number: int) -> None:
        view = self.page.view
        if view is not None and self.ask.gesture is Gesture.WORDS:
            self._bar.show_word(view, self.ask, number)

    def _words_done(self) -> None:
        card = self.page.step.card
        if isinstance(card, WordGrid):
            values = card.read_back.values()
            self._guard.forget()
            self._send(lambda desk: desk.carry_out(values))

    def _words_stopped(self) -> None:
        """Draft the deviation of a read-back that stopped, and say what to do."""
        self.draft_read_back()
        self.page.bar.show_hint(say(words.STOPPED))

    def draft_read_back(self) -> None:
        """Open the deviation that a stopped read-back drafts."""
        view = self.page.view
        if view is None or view.step is None:
            return
        self.page.step.forget()
        self.open_deviation(draft_of_read_back(view, view.step))

    def open_deviation(self, draft: Draft | None = None) -> None:
        """Open the sheet of a deviation, empty or with what is known already."""
        view = self.page.view
        if view is None:
            return
        sheet = DeviationSheet(self._bridge, view, draft)

        def decide(known: DeviationRow) -> None:
            self.open_sheet(DecideSheet(self._bridge, view, known))

        sheet.decision_asked.connect(decide)
        sheet.show_where(view, self.page.now)
        self.open_sheet(sheet)

    def _show_when(self, now: datetime) -> None:
        """Let a deviation say the time at which it would be recorded."""
        sheet, view = self.page.sheet, self.page.view
        if isinstance(sheet, DeviationSheet) and view is not None:
            sheet.show_where(view, now)

    def open_sheet(self, sheet: Sheet) -> None:
        """Open a sheet over the step; when it leaves, the step is there again."""
        sheet.left.connect(self.close_sheet)
        self.page.show_past(None)
        bar = self.page.bar
        bar.hide_initials()
        bar.hide_act()
        bar.show_waiting(say(words.SHEET_OPEN), say(words.SHEET_SAY), Sign.WAITING)
        self.page.show_sheet(sheet)
        if self.page.view is not None:
            self.shown.emit(self.page.view)

    def close_sheet(self) -> None:
        """Put the sheet away and go on where the room was."""
        self.page.drop_sheet()
        view = self.page.view
        if view is not None:
            self._show_step(view)
            self.refresh()

    def look(self, by: int) -> None:
        """Look at the step before or after the one shown; nothing can be done there."""
        view = self.page.view
        if view is None or not self.page.is_free:
            return
        current = view.step.number if view.step is not None else len(view.steps)
        shown = self.page.past
        number = (shown.number if isinstance(shown, PastPage) else current) + by
        if number == current:
            self.return_to_current()
        elif 1 <= number <= len(view.steps):
            self._bridge.perform(lambda desk: desk.past(number), self._show_past)

    def _show_past(self, past: PastView) -> None:
        if not self.page.is_free:
            return
        page = PastPage(past)
        page.returned.connect(self.return_to_current)
        self.page.show_past(page)
        self.page.bar.hide_initials()
        self.page.bar.hide_act()
        page.back.setFocus()

    def return_to_current(self) -> None:
        """Show the current step again."""
        if self.page.past is not None:
            self.page.show_past(None)
            self.refresh()

    def _take_initials(self, mark: str) -> None:
        view, who = self.page.view, self.ask.who
        if (
            view is None
            or view.step is None
            or who is None
            or not self._working.is_over()
        ):
            return
        if not mark:
            self.page.bar.show_hint(say(words.TYPE_FIRST))
        elif self._may_commit():
            self._commit_initials(view, who, mark)

    def _commit_initials(self, view: RoomView, who: Asked, mark: str) -> None:
        """Keep initials until the last of a step are in; those the core judges."""
        ready = self.ask.gesture is Gesture.READY
        more = self._is_more_to_come(view)
        if (more or ready) and mark not in who.marks:
            self._guard.forget()
            acted = view.step is not None and view.step.has_acted
            told = words.NOT_THEIRS_AFTER if acted else words.NOT_THEIRS
            self.page.bar.show_hint(say(told, title=who.title))
            self.page.bar.entry.selectAll()
            return
        (self.flow.ready if ready else self.flow.marks)[who.role] = mark
        if ready or more:
            self.refresh()
        else:
            self._close_step()

    def _is_more_to_come(self, view: RoomView) -> bool:
        """Tell whether somebody else's initials are asked for after these."""
        step = view.step
        if step is None or self.ask.who is None:
            return False
        done = {*self.flow.marks, self.ask.who.role}
        return any(who.role not in done for who in step.initials)

    def _close_step(self) -> None:
        """Close the step; what it records by the initials alone is recorded first."""
        view = self.page.view
        if view is None or view.step is None:
            return
        marks = dict(self.flow.marks)
        card = self.page.step.card
        values = card.values() if isinstance(card, RollCallCard) else {}
        is_open = not view.step.carried_out

        def close(desk: Desk) -> None:
            if is_open:
                desk.carry_out(values)
            desk.close_step(marks)

        self._send(close)

    def _press_go(self) -> None:
        act = self.page.bar.act
        if act.isVisible() and (act.isEnabled() or self._bridge.is_busy):
            self._go()

    def _go(self) -> None:
        """Do what the bar's button says, once."""
        if self.page.view is None or not self._working.is_over():
            return
        gesture = self.ask.gesture
        at_once: dict[Gesture, Callable[[], None]] = {
            Gesture.WORDS: self._type_again,
            Gesture.EVIDENCE: self.evidence_asked.emit,
            Gesture.TURN: lambda: self.turn_asked.emit(gesture),
            Gesture.SIGN_REPORT: lambda: self.turn_asked.emit(gesture),
            Gesture.REOPEN: lambda: self.turn_asked.emit(gesture),
            Gesture.HOME: lambda: self.turn_asked.emit(gesture),
            Gesture.DISSENT: lambda: self.turn_asked.emit(gesture),
        }
        commits: dict[Gesture, Callable[[], None]] = {
            Gesture.GO: self._act_device,
            Gesture.FILL: self._act_fields,
            Gesture.CLOSE_STEP: self._close_step,
            Gesture.CLOSE_CEREMONY: lambda: self._send(
                lambda desk: desk.close_ceremony()
            ),
            Gesture.SEAL: lambda: self._send(lambda desk: desk.seal()),
            Gesture.BREAK: lambda: self._send(lambda desk: desk.end_break()),
        }
        if gesture in at_once:
            at_once[gesture]()
        elif gesture in commits and self._may_commit():
            commits[gesture]()

    def _type_again(self) -> None:
        card = self.page.step.card
        if isinstance(card, WordGrid):
            card.clear_row()

    def _act_device(self) -> None:
        card = self.page.step.card
        pins = card.take_pins() if isinstance(card, ReviewCard) else {}
        self._send(lambda desk: desk.carry_out({}, pins))

    def _act_fields(self) -> None:
        card = self.page.step.card
        if not isinstance(card, FieldsCard):
            return
        empty = card.first_empty()
        if empty is not None:
            self._guard.forget()
            self.page.bar.show_hint(say(words.FILL_FIRST, what=card.prompt(empty)))
            return
        values = card.values()
        self._send(lambda desk: desk.carry_out(values))

    def forget(self) -> None:
        """Forget everything that was typed: the room is left."""
        self.flow = Flow()
        self._working.forget()
        self.page.step.forget()
        self.page.show_past(None)

    def shut(self) -> None:
        """Ask for nothing but that the journal is opened again."""
        self.flow.left = Gesture.REOPEN
        self.refresh()

    def lead_home(self) -> None:
        """Ask for nothing but to go Home: no ceremony is open any more."""
        self.flow.left = Gesture.HOME
        self.refresh()

    def wait_for_commit(self) -> None:
        """Let the pause between two commits be over, for whoever plays quickly."""
        self._guard.forget()

    def _may_commit(self) -> bool:
        if self._guard.may_commit():
            return True
        self.page.bar.show_hint(say(fault.TOO_SOON))
        return False

    def _send(self, command: Command) -> None:
        """Send a command; meanwhile nothing is taken and the bar says what runs."""
        self.page.step.banner.hide()
        self.page.end.banner.hide()
        self._working.begin()
        self._bridge.perform(command, self._done, self._failed)

    def _done(self, _: object) -> None:
        self._working.end()
        self.refresh()

    def _failed(self, error: CeremonyError) -> None:
        self._working.end()
        self.flow.marks.clear()
        self.flow.ready.clear()
        told = explain(error)
        self._draw_finished_anew()
        self.refresh()
        self.page.ground.banner.show_fault(told)
        if told.code == FAILED_READ_BACK:
            self.draft_read_back()
        elif told.code == READING_DIFFERS:
            self.open_deviation(draft_of_reading(error))

    def _draw_finished_anew(self) -> None:
        """Draw a read-back anew whose words were refused: its rows take no more."""
        view, card = self.page.view, self.page.step.card
        if view is not None and isinstance(card, WordGrid) and card.read_back.is_done:
            self.page.step.forget()
            self._show_step(view)
