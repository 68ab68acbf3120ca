"""The resumption: what an interruption left, until two people have decided.

What comes while people have left, or have something else before them, is not shown:
it is asked for anew as soon as the room waits for them again.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ceremony.conduct.past_view import PastView
from ceremony.conduct.resume_view import ResumeView
from ceremony.conduct.room_view import RoomView
from ceremony.errors import CeremonyError
from ui.bridge import Bridge
from ui.conductor.page import ConductorPage
from ui.conductor.reading_page import ReadingPage
from ui.conductor.resume_page import ResumePage
from ui.messages.fault import Fault, explain


class Resumption(QObject):
    """Shows the page of the decision, looks into the tokens, sends what was decided.

    Signals:
        over: Two people have decided, and the ceremony goes on.
        unread: What the interruption left could not be read, and why.
        home_asked: The people leave for Home, with nothing done.
        to_paper: What is left is to be printed, to go on with a pen.
        given_up: The ceremony is to be abandoned.
    """

    over = Signal()
    unread = Signal(object)
    home_asked = Signal()
    to_paper = Signal()
    given_up = Signal()

    def __init__(self, page: ConductorPage, bridge: Bridge) -> None:
        super().__init__(page)
        self._room = page
        self._bridge = bridge
        self._asking = False

    def ask(self) -> None:
        """Ask once what an interruption has left, however often the view says so."""
        if self._asking or not self._room.is_entered:
            return
        self._asking = True

        def told(left: ResumeView) -> None:
            self._asking = False
            if self._room.is_free:
                self._show(left)

        def failed(error: CeremonyError) -> None:
            self._asking = False
            if self._room.is_entered:
                self.unread.emit(error)

        self._bridge.perform(lambda desk: desk.interruption(), told, failed)

    def _show(self, left: ResumeView, told: Fault | None = None) -> None:
        """Show the page on which two people decide; look into the tokens if it can."""
        view = self._room.view
        if view is None:
            return
        self._room.drop_sheet()
        before = self._room.page
        page = ResumePage(view, left)
        if isinstance(before, ResumePage):
            page.take_over(before)
        page.home.connect(self.home_asked)
        page.read.connect(lambda: self._read(view))
        page.to_paper.connect(self.to_paper)
        page.given_up.connect(self.given_up)
        page.looked.connect(lambda: self._look_closer(page))
        page.decided.connect(lambda: self._recover(page))
        page.course_decided.connect(lambda: self._decide_change(page))
        went_wrong = self._room.step.banner.told
        if told is None and went_wrong is not None and went_wrong.in_doubt:
            # What went wrong was told in the step, which this page covers.
            told = went_wrong
        if told is not None:
            page.banner.show_fault(told)
        elif left.ended is not None:
            page.banner.show_fault(explain(left.ended))
        self._room.show_whole(page)
        page.take_focus()
        # What was found only now is on the page: to look again would cover its fault.
        if page.is_to_look and (told is None or page.change is None):
            self._inspect(page)

    def _look_closer(self, page: ResumePage) -> None:
        if self._is_idle(page):
            self._inspect(page)

    def _is_idle(self, page: ResumePage) -> bool:
        """Tell whether a gesture can be taken; no PIN leaves its entry where not."""
        if self._bridge.is_busy:
            page.banner.show_busy()
        return not self._bridge.is_busy

    def _inspect(self, page: ResumePage) -> None:
        """Look into the tokens, once the core has done what it was told before."""
        pins = page.take_pins()

        def looked(left: ResumeView) -> None:
            if self._room.whole.currentWidget() is page:
                self._show(left)

        def failed(error: CeremonyError) -> None:
            if self._room.page is page:
                page.banner.show_fault(explain(error))

        self._bridge.perform(lambda desk: desk.inspect(pins), looked, failed)

    def _recover(self, page: ResumePage) -> None:
        marks, choice = page.marks, page.chosen
        if marks is None or not self._is_idle(page):
            return
        pins = page.take_pins()
        page.setEnabled(False)
        tell = self._bridge.told.emit

        def failed(error: CeremonyError) -> None:
            self._show_changed(page, error)

        def resumed(_: object) -> None:
            self.over.emit()

        self._bridge.perform(
            lambda desk: desk.recover(choice, marks, pins, tell), resumed, failed
        )

    def _show_changed(self, page: ResumePage, error: CeremonyError) -> None:
        """Show what was found, or not seen, only as people went on; else the fault."""

        def told(left: ResumeView) -> None:
            if self._room.page is not page:
                return
            if left.change is not None and left.change.courses:
                self._show(left, explain(error))
                return
            page.setEnabled(True)
            page.banner.show_fault(explain(error))

        self._bridge.perform(lambda desk: desk.interruption(), told)

    def _decide_change(self, page: ResumePage) -> None:
        """Send what is done about a changed token; then it is looked at anew."""
        card = page.change
        if card is None or not self._is_idle(page):
            return
        course, why, marks = card.chosen, card.why, card.marks
        page.setEnabled(False)

        def failed(error: CeremonyError) -> None:
            page.setEnabled(True)
            page.banner.show_fault(explain(error))

        def decided(_: object) -> None:
            self.over.emit()

        self._bridge.perform(
            lambda desk: desk.decide_change(course, why, marks), decided, failed
        )

    def _read(self, view: RoomView) -> None:
        """Lay the record over the decision; what was typed there stays."""
        page = ReadingPage(view)

        def back() -> None:
            self._room.drop_over()
            under = self._room.page
            if isinstance(under, ResumePage):
                under.take_focus()
                if under.is_to_look:
                    self._inspect(under)

        def show(past: PastView) -> None:
            if self._room.whole.currentWidget() is page:
                page.show_step(past)

        def ask(number: int) -> None:
            self._bridge.perform(lambda desk: desk.past(number), show)

        page.returned.connect(back)
        page.asked.connect(ask)
        self._room.show_over(page)
        page.begin()
