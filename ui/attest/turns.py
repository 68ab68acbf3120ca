"""The turns: hands the laptop to one person and takes it back when they are done."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ceremony.conduct.report_view import ReportTurn
from ceremony.conduct.turn_view import TurnView
from ceremony.errors import CeremonyError
from ui.attest.shown import show_report, show_turn
from ui.attest.turn_page import TurnPage
from ui.bridge import Bridge, Command
from ui.conductor.page import ConductorPage
from ui.messages import fault
from ui.messages.fault import explain
from ui.messages.speech import say


class Turns(QObject):
    """Shows one turn at a time in the room's window.

    Signals:
        over: The turn has ended, signed or left.
        disagreed: The person does not agree; the turn's page stays.
        on_paper: The person signs on paper; the turn's page stays.
        pack_asked: The pack is to be read before it is signed.
    """

    over = Signal()
    disagreed = Signal()
    on_paper = Signal()
    pack_asked = Signal()

    def __init__(self, page: ConductorPage, bridge: Bridge) -> None:
        super().__init__(page)
        self._room = page
        self._bridge = bridge
        self.page: TurnPage | None = None

    def take(self, turn: TurnView) -> None:
        """Begin a sign-in or a sign-out."""
        view = self._room.view
        if view is None:
            return
        page = self._show(TurnPage(show_turn(view.ceremony, turn), self._room.whole))

        def sign(watch: str) -> None:
            if self._may_send():
                pin = page.pin.take()
                self._send(lambda desk: desk.sign_turn(turn.digest, watch, pin))

        page.signed.connect(sign)
        page.read.connect(lambda: page.show_deviations(view.deviations))

    def take_report(self, turn: ReportTurn) -> None:
        """Begin a report signature."""
        view = self._room.view
        if view is None:
            return
        page = self._show(TurnPage(show_report(view.ceremony, turn), self._room.whole))

        def sign(_: str) -> None:
            if self._may_send():
                pin = page.pin.take()
                self._send(lambda desk: desk.sign_report(turn.person, turn.digest, pin))

        page.signed.connect(sign)
        page.read.connect(self.pack_asked)

    def _show(self, page: TurnPage) -> TurnPage:
        self.page = page
        self._room.turn_note = page.shown.note
        page.left.connect(self.leave)
        page.disagreed.connect(self.disagreed)
        page.on_paper.connect(self.on_paper)
        self._room.show_whole(page)
        self._room.title.show_note(page.shown.note)
        page.take_focus()
        return page

    def _may_send(self) -> bool:
        """Tell whether a command may go; no PIN leaves its entry where none may."""
        if self.page is not None and self._bridge.is_busy:
            self.page.show_hint(say(fault.BUSY))
        return self.page is not None and not self._bridge.is_busy

    def _send(self, command: Command) -> None:
        if self.page is not None:
            self.page.shut(busy=True)
        self._bridge.perform(command, self._signed, self._failed)

    def _signed(self, _: object) -> None:
        """Give the laptop back, and tell the person that it is done."""
        page = self.page
        self.leave()
        if page is not None:
            name = page.shown.name or page.shown.title
            self._room.bar.show_hint(say(page.shown.signed, name=name))

    def _failed(self, error: CeremonyError) -> None:
        page = self.page
        if page is None:
            return
        page.shut(busy=False)
        page.banner.show_fault(explain(error))
        page.focus_pin()

    @property
    def may_leave(self) -> bool:
        """Tell whether a turn can be left: not while its token works."""
        return self.page is not None and not self.page.is_shut

    def leave(self) -> None:
        """Give the laptop back; what was typed is wiped."""
        self.drop()
        self.over.emit()

    def drop(self) -> None:
        """Forget the turn: the whole room is left."""
        self.page = None
        self._room.turn_note = ""
