"""The room put together: conductor, turns, resumption, projector and keys.

It knows the screens and joins them; what each shows and does is its own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from ceremony.conduct.desk import Desk
from ceremony.conduct.lasting import evidence_ended
from ceremony.conduct.report_view import ReportTurn
from ceremony.conduct.room_view import RoomView
from ceremony.conduct.token_view import TokenState
from ceremony.errors import CeremonyError, RefusedError
from ui.attest.turns import Turns
from ui.attest.way_out import DissentDecisionSheet, DissentSheet, PaperSheet
from ui.bridge import Bridge, nothing
from ui.conductor.director import Director
from ui.conductor.flow import Gesture
from ui.conductor.incident_sheets import (
    AbandonSheet,
    BreakSheet,
    NoteSheet,
    PeopleSheet,
)
from ui.conductor.look_sheets import ReadOutSheet, TokenSheet, WhySheet
from ui.conductor.output_saver import OutputSaver
from ui.conductor.page import ConductorPage
from ui.conductor.print_sheet import PrintSheet
from ui.conductor.resumption import Resumption
from ui.conductor.takeover_sheet import TakeoverSheet
from ui.messages import conductor, projector, sheet
from ui.messages.fault import explain
from ui.messages.speech import say
from ui.messages.takeover import TO_PAPER
from ui.projection import Projection
from ui.theme.palette import Look
from ui.theme.worn import next_zoom, wear, worn

SHEETS = "sheets"
"""The folder of a workspace in which the sheets for ink are kept."""


LOOKED_AT = (WhySheet, ReadOutSheet, TokenSheet, PrintSheet)
"""The sheets on which nobody types."""


class Room(QObject):
    """One ceremony in its window, from entering to leaving.

    Signals:
        home_asked: The people leave the room for Home.
        pack_asked: The sealed pack is to be opened, under the site's trust policy.
    """

    home_asked = Signal()
    pack_asked = Signal(object, object)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        self.page = ConductorPage(parent)
        super().__init__(self.page)
        self._bridge = bridge
        self.director = Director(self.page, bridge)
        self.turns = Turns(self.page, bridge)
        self.resumption = Resumption(self.page, bridge)
        self.projection = Projection(self.page, self.director)
        self.saver = OutputSaver(
            self.page, bridge, self.page.bar.show_hint, self._refused
        )
        self._policy: Path | None = None
        self._join()

    def _join(self) -> None:
        director, turns, left = self.director, self.turns, self.resumption
        director.turn_asked.connect(self._take_turn)
        director.evidence_asked.connect(self._ask_pack)
        director.shown.connect(self.projection.project)
        turns.over.connect(self._turn_over)
        turns.disagreed.connect(self._disagree)
        turns.on_paper.connect(self._sign_on_paper)
        turns.pack_asked.connect(self._ask_pack)
        left.over.connect(self._turn_over)
        left.unread.connect(self._still_shut)
        left.home_asked.connect(self.home_asked)
        left.to_paper.connect(self._move_to_paper)
        left.given_up.connect(self._give_up)
        self.page.keys.pressed.connect(self.press)
        self.page.jumped.connect(self._clock_jumped)
        self.page.save_asked.connect(self.saver.save)

    def _ask_pack(self) -> None:
        self.pack_asked.emit(Path(self.director.pack), self._policy)

    def enter(self) -> None:
        """Show the room, or the page on which an interruption is decided first."""
        self.page.start()
        self._bridge.perform(
            lambda desk: (desk.pack_path, desk.trust_policy, ended_now(desk)),
            self._entered,
            self._not_open,
        )

    def _entered(self, told: tuple[Path, Path, RefusedError | None]) -> None:
        pack, self._policy, ended = told
        self.director.pack = str(pack)
        self.director.refresh()
        if ended is not None:
            self._refused(ended)

    @property
    def is_running(self) -> bool:
        """Tell whether steps of the ceremony are left to carry out."""
        view = self.page.view
        return view is not None and view.phase == "running"

    def leave(self) -> None:
        """Put the room away: projector, clock, and whatever was typed."""
        self.page.stop()
        self.director.forget()
        self.turns.drop()
        self.page.show_body()
        self.page.drop_sheet()
        self.projection.close()

    def _take_turn(self, gesture: Gesture) -> None:
        view = self.page.view
        if view is None:
            return
        if gesture is Gesture.REOPEN:
            self._reopen()
        elif gesture is Gesture.HOME:
            self.home_asked.emit()
        elif gesture is Gesture.DISSENT:
            self._decide_dissent(view)
        elif gesture is Gesture.RESUME:
            self.resumption.ask()
        elif gesture is Gesture.TURN and view.turn is not None:
            self.turns.take(view.turn)
            title = view.turn.title
            self.projection.project(view, say(projector.SIGNING, title=title))
        elif view.waiting_signers:
            person = view.waiting_signers[0].id
            self._bridge.perform(
                lambda desk: desk.report_turn(person),
                self._take_report,
                self._refused,
            )

    def _take_report(self, turn: ReportTurn) -> None:
        if self.page.is_free:
            self.turns.take_report(turn)

    def _disagree(self) -> None:
        """Give the turn back, and take the reason of whoever does not agree."""
        view = self.page.view
        if view is None or view.turn is None:
            return
        self.turns.leave()
        self.director.open_sheet(DissentSheet(self._bridge, view.turn))

    def _decide_dissent(self, view: RoomView) -> None:
        if view.dissent is not None:
            self.director.open_sheet(
                DissentDecisionSheet(self._bridge, view, view.dissent)
            )

    def _sign_on_paper(self) -> None:
        """Give the turn back, and take a signature in ink in its place."""
        self.turns.leave()
        view = self.page.view
        if view is not None:
            folder = Path(self.director.pack).parent.parent / SHEETS
            self.director.open_sheet(PaperSheet(self._bridge, view, folder))

    def _reopen(self) -> None:
        """Open the journal again; what the failure interrupted is decided by two."""

        def opened(_: object) -> None:
            self.director.flow.left = None
            self.enter()

        self._bridge.perform(lambda desk: desk.reopen(), opened, self._not_open)

    def _not_open(self, error: CeremonyError) -> None:
        """Tell why no ceremony is open; Home opens it, with the PIN that this takes."""
        self.director.lead_home()
        self._refused(error)

    def _still_shut(self, error: CeremonyError) -> None:
        """Tell that the record cannot be read, and offer to open it again."""
        self.director.shut()
        self._refused(error)

    def _refused(self, error: CeremonyError) -> None:
        """Tell a refusal on the page that people look at."""
        self.page.ground.banner.show_fault(explain(error))

    def _turn_over(self) -> None:
        self.page.show_body()
        self.director.refresh()

    def _move_to_paper(self) -> None:
        view = self.page.view
        if view is not None:
            self.page.show_body()
            folder = Path(self.director.pack).parent.parent / SHEETS
            self.director.open_sheet(TakeoverSheet(self._bridge, view, folder))

    def _give_up(self) -> None:
        self.page.show_body()
        self.director.open_sheet(AbandonSheet(self._bridge))

    def press(self, key: str) -> None:
        """Do what a function key does; in a person's turn only what cannot wait."""
        view = self.page.view
        if view is None:
            return
        acts: dict[str, Callable[[RoomView], None]] = {
            "F1": lambda now: self.director.open_sheet(WhySheet(now)),
            "F2": lambda _: self.director.open_sheet(NoteSheet(self._bridge)),
            "F3": lambda _: self.director.open_deviation(),
            "F4": self._change_break,
            "F5": lambda _: self._read_tokens(),
            "F6": lambda _: self.page.next_pane(1),
            "Shift+F6": lambda _: self.page.next_pane(-1),
            "F7": self._read_out,
            "F8": lambda _: self.projection.blank(),
            "F9": lambda now: self.director.open_sheet(PrintSheet(now)),
            "F10": lambda _: self.show_menu(),
            "F11": lambda _: self.projection.toggle(),
        }
        if key in acts and self._may(key):
            acts[key](view)

    def _may(self, key: str) -> bool:
        """Tell whether a key does something now.

        A note, a deviation or a break cannot wait for the end of a turn: the turn is
        left, with no effect, and begun again afterwards; but not while its token
        signs. A sheet on which somebody may have typed gives way to none. A
        resumption waits for two people and for nothing else. In a room that was left
        nothing opens.
        """
        if key in ("F6", "Shift+F6", "F8", "F11"):
            return True
        if self.page.page is None:
            sheet = self.page.sheet
            gives_way = key != "F10" and isinstance(sheet, LOOKED_AT)
            return self.page.is_entered and (sheet is None or gives_way)
        if key in ("F2", "F3", "F4") and self.turns.may_leave:
            self.turns.leave()
            return True
        return False

    def _change_break(self, view: RoomView) -> None:
        """Begin a break, or end the one that is on."""
        if view.pause is None:
            self.director.open_sheet(BreakSheet(self._bridge, view))
        else:
            self._bridge.perform(lambda desk: desk.end_break(), nothing, self._refused)

    def _read_tokens(self) -> None:
        def shown(tokens: tuple[TokenState, ...]) -> None:
            # Meanwhile a sheet may have been opened on which somebody types.
            if self._may("F5"):
                self.director.open_sheet(TokenSheet(tokens))

        self._bridge.perform(lambda desk: desk.tokens(), shown, self._refused)

    def _read_out(self, view: RoomView) -> None:
        shown = ReadOutSheet(view)
        shown.chosen.connect(self.projection.choose)
        self.director.open_sheet(shown)

    def _clock_jumped(self, seconds: float) -> None:
        told = say(conductor.CLOCK_JUMPED, seconds=f"{seconds:+.0f}")
        self.page.bar.show_hint(told)

    def show_menu(self) -> None:
        """Show everything that has no key of its own."""
        self.make_menu().exec(self.page.keys.mapToGlobal(self.page.keys.pos() * 0))

    def make_menu(self) -> QMenu:
        """Make the menu of F10."""
        menu = QMenu(self.page)
        view = self.page.view
        acts: list[tuple[str, Callable[[], None]]] = [
            (
                sheet.PEOPLE,
                lambda: (
                    self.director.open_sheet(PeopleSheet(self._bridge, view))
                    if view is not None
                    else None
                ),
            ),
            (sheet.MENU_LIGHT, lambda: change_look(Look.LIGHT)),
            (sheet.MENU_DARK, lambda: change_look(Look.DARK)),
            (sheet.MENU_CONTRAST, lambda: change_look(Look.CONTRAST)),
            (sheet.MENU_LARGER, lambda: change_zoom(1)),
            (sheet.MENU_SMALLER, lambda: change_zoom(-1)),
            (TO_PAPER, self._move_to_paper),
            (
                sheet.ABANDON,
                lambda: self.director.open_sheet(AbandonSheet(self._bridge)),
            ),
            (sheet.MENU_HOME, self.home_asked.emit),
        ]
        for text, act in acts:
            action = QAction(say(text), menu)
            action.triggered.connect(act)
            menu.addAction(action)
        return menu


def ended_now(desk: Desk) -> RefusedError | None:
    """Say why the ceremony is not carried on; None where it may be."""
    now = desk.conductor
    return evidence_ended(now.state, now.devices.binding, now.clock)


def change_look(look: Look) -> None:
    """Wear another palette."""
    _wear(look, worn.zoom)


def change_zoom(steps: int) -> None:
    """Go some sizes larger or smaller; none means the size of the design."""
    _wear(worn.palette.look, next_zoom(worn.zoom, steps) if steps else 1.0)


def _wear(look: Look, zoom: float) -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        wear(app, look, zoom)
        for window in app.topLevelWidgets():
            refit(window)


def refit(window: QWidget) -> None:
    """Let every page of a window measure itself again."""
    for page in window.findChildren(ConductorPage):
        page.fit()
