"""Everything that takes the focus has a name, and Tab comes by all of it and on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ceremony.conduct.granted import Granted, Ground
from ceremony.conduct.home_view import CeremonyCard, Duty, HomeView
from ceremony.conduct.resume_view import ResumeView, TypedPin
from ceremony.conduct.room_view import DeviationRow, DissentView
from ceremony.conduct.views import StatusView
from ceremony.errors import DeviceError
from ceremony.identifiers import CeremonyId
from tests.ui.played import Played
from ui.app import MainWindow
from ui.attest.shown import show_report, show_turn
from ui.attest.turn_page import TurnPage
from ui.attest.way_out import DissentDecisionSheet, DissentSheet, PaperSheet
from ui.bridge import Bridge
from ui.conductor.director import Director
from ui.conductor.incident_sheets import (
    AbandonSheet,
    BreakSheet,
    DecideSheet,
    DeviationSheet,
    NoteSheet,
    PeopleSheet,
)
from ui.conductor.look_sheets import ReadOutSheet, TokenSheet, WhySheet
from ui.conductor.page import ConductorPage
from ui.conductor.past_page import PastPage
from ui.conductor.print_sheet import PrintSheet
from ui.conductor.reading_page import ReadingPage
from ui.conductor.resume_page import ResumePage
from ui.conductor.sheet import Sheet
from ui.conductor.takeover_sheet import TakeoverSheet
from ui.home.page import HomePage

MAY_OPEN = {"ConductorPage", "HomePage", "MainWindow"}


class Watch(QObject):
    """Keeps what opens as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: set[str] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        shown = event.type() is QEvent.Type.Show
        if shown and isinstance(watched, QWidget) and watched.isWindow():
            self.opened.add(type(watched).__name__)
        return False


@pytest.fixture(autouse=True)
def _nothing_flashes(qapp: QApplication) -> Iterator[None]:
    """Fail where part of a page opens a window: it would take the focus away."""
    watch = Watch()
    qapp.installEventFilter(watch)
    yield
    qapp.removeEventFilter(watch)
    assert watch.opened <= MAY_OPEN


STEPS = ("1.1", "1.8", "1.10", "1.11", "1.12", "2.1", "2.3", "2.4", "3.3", "3.6", "5.3")
"""One step of every kind that asks in another way."""


def is_stop(widget: QWidget) -> bool:
    """Tell whether Tab should come by a widget.

    Of a choice of one, Tab comes by what is chosen; the arrows lead on. What is inside
    of a box with arrows is the box.
    """
    if isinstance(widget, QRadioButton) and not widget.isChecked():
        return False
    if isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox):
        return False
    return widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def inside(window: QWidget) -> list[QWidget]:
    return [each for each in window.findChildren(QWidget) if each.isVisible()]


def heard(widget: QWidget) -> str:
    """Give what a screen reader calls a widget."""
    told = QAccessible.queryAccessibleInterface(widget)
    return str(told.text(QAccessible.Text.Name)).strip()


def nameless(window: QWidget) -> list[str]:
    """Name by class whatever takes the focus and is not called anything."""
    return [
        type(each).__name__
        for each in inside(window)
        if each.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not isinstance(each.parentWidget(), QAbstractSpinBox | QComboBox)
        and not heard(each)
    ]


def tour(window: QWidget, key: Qt.Key) -> list[QWidget]:
    """Press a key from where the focus is, until it comes round."""
    begin = QApplication.focusWidget()
    assert begin is not None
    assert heard(begin)
    # The focus may begin where Tab does not come by, such as a sheet of its own.
    QTest.keyClick(begin, key)
    first = QApplication.focusWidget()
    assert first is not None
    seen = [first]
    for _ in range(200):
        held = QApplication.focusWidget()
        assert held is not None
        QTest.keyClick(held, key)
        now = QApplication.focusWidget()
        assert now is not None
        assert now is not held, f"{type(held).__name__} keeps the focus"
        if now is first:
            return seen
        assert window.isAncestorOf(now)
        seen.append(now)
    raise AssertionError("Tab does not come round")


def check(window: QWidget) -> None:
    """Insist on names, and on Tab both ways."""
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    assert nameless(window) == []
    stops = {each for each in inside(window) if is_stop(each)}
    assert stops
    if not window.isAncestorOf(QApplication.focusWidget() or window):
        next(iter(stops)).setFocus()
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        missed = stops - set(tour(window, key))
        assert [type(each).__name__ for each in missed] == []


class Stage:
    """The conductor's window over views that were kept."""

    def __init__(self, qtbot: QtBot, bridge: Bridge) -> None:
        self.page = ConductorPage()
        self.bridge = bridge
        qtbot.addWidget(self.page)
        self.director = Director(self.page, bridge)
        self.page.resize(1366, 768)
        self.page.show()
        self.page.activateWindow()
        qtbot.waitUntil(self.page.isActiveWindow)

    def check(self) -> None:
        check(self.page)


@pytest.fixture
def stage(qtbot: QtBot, bridge: Bridge) -> Stage:
    return Stage(qtbot, bridge)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_reached_and_named(stage: Stage, played: Played, step: str) -> None:
    stage.director.show_view(played.at(step))
    stage.check()


@pytest.mark.parametrize("step", ["3.3", "1.12"])
def test_a_step_that_was_carried_out_is_reached_and_named(
    stage: Stage, played: Played, step: str
) -> None:
    stage.director.show_view(played.carried_out(step))
    stage.check()


@pytest.mark.parametrize("phase", ["running", "closed", "sealed"])
def test_the_end_is_reached_and_named(stage: Stage, played: Played, phase: str) -> None:
    stage.director.show_view(played.in_phase(phase))
    stage.check()


Make = Callable[[Bridge, Played, Path], Sheet]
OPEN = DeviationRow("D-01", "note", "3.3", "Silence.", "A telephone rang.", "")
DISSENT = DissentView("Independent auditor", "Henrik Aalto", "6.6", "I saw it not.")

SHEETS: dict[str, Make] = {
    "why": lambda _, played, __: WhySheet(played.at("3.3")),
    "note": lambda bridge, _, __: NoteSheet(bridge),
    "deviation": lambda bridge, played, _: DeviationSheet(
        bridge, replace(played.at("3.3"), deviations=(OPEN,))
    ),
    "decide": lambda bridge, played, _: DecideSheet(bridge, played.at("3.3"), OPEN),
    "people": lambda bridge, played, _: PeopleSheet(bridge, played.at("3.3")),
    "break": lambda bridge, played, _: BreakSheet(bridge, played.at("3.3")),
    "abandon": lambda bridge, _, __: AbandonSheet(bridge),
    "read-out": lambda _, played, __: ReadOutSheet(played.at("3.6")),
    "hidden": lambda _, played, __: ReadOutSheet(played.at("3.5")),
    "tokens": lambda _, played, __: TokenSheet(played.named["tokens"]),
    "print": lambda _, played, __: PrintSheet(played.at("3.3")),
    "to paper": lambda bridge, played, folder: TakeoverSheet(
        bridge, played.at("3.3"), folder
    ),
    "dissent": lambda bridge, played, _: DissentSheet(bridge, played.at("1.1").turn),
    "decide a dissent": lambda bridge, played, _: DissentDecisionSheet(
        bridge, played.at("6.6"), DISSENT
    ),
    "paper": lambda bridge, played, folder: PaperSheet(
        bridge, played.at("1.1"), folder
    ),
}


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_reached_and_named_and_left_by_esc(
    stage: Stage, played: Played, tmp_path: Path, name: str
) -> None:
    stage.director.show_view(played.at("3.3"))
    sheet = SHEETS[name](stage.bridge, played, tmp_path)
    stage.director.open_sheet(sheet)
    assert stage.page.sheet is sheet
    stage.check()
    sheet.take_focus()
    held = QApplication.focusWidget()
    assert held is not None
    QTest.keyClick(held, Qt.Key.Key_Escape)
    assert stage.page.sheet is None
    stage.check()


@pytest.mark.parametrize("step", ["1.1", "6.3"])
def test_a_turn_is_reached_and_named(stage: Stage, played: Played, step: str) -> None:
    view = played.at(step)
    stage.director.show_view(view)
    page = TurnPage(show_turn(view.ceremony, view.turn))
    stage.page.show_whole(page)
    page.take_focus()
    stage.check()


def test_a_report_signature_is_reached_and_named(stage: Stage, played: Played) -> None:
    stage.director.show_view(played.in_phase("sealed"))
    page = TurnPage(show_report("KC-2026-001-R1", played.named["report"]))
    stage.page.show_whole(page)
    page.take_focus()
    stage.check()


def left_open(played: Played) -> list[ResumeView]:
    left: ResumeView = played.named["left"]
    pins = (
        TypedPin("0001", "Root token", "0001", at_reader=False),
        TypedPin("0002", "Issuing token", "0002", at_reader=False),
    )
    return [
        replace(left, pins=pins),
        played.named["inspected"],
        replace(played.named["inspected"], in_doubt="key.generate"),
    ]


@pytest.mark.parametrize("which", [0, 1, 2], ids=["pins", "found", "in doubt"])
def test_a_resumption_is_reached_and_named(
    stage: Stage, played: Played, which: int
) -> None:
    view = played.at("3.3")
    stage.director.show_view(view)
    page = ResumePage(view, left_open(played)[which])
    stage.page.show_whole(page)
    page.take_focus()
    stage.check()


@pytest.mark.parametrize("name", ["past", "to come"])
def test_a_step_that_is_only_looked_at_is_reached_and_named(
    stage: Stage, played: Played, name: str
) -> None:
    stage.director.show_view(played.at("3.3"))
    page = PastPage(played.named[name])
    stage.page.show_past(page)
    page.back.setFocus()
    stage.check()


def test_the_record_read_only_is_reached_and_named(
    stage: Stage, played: Played
) -> None:
    view = played.at("3.3")
    stage.director.show_view(view)
    stage.page.show_whole(ResumePage(view, left_open(played)[1]))
    page = ReadingPage(view)
    stage.page.show_over(page)
    page.begin()
    past = played.named["past"]
    page.list.setCurrentIndex(page.model.index(past.number - 1))
    page.show_step(past)
    stage.check()
    stage.page.drop_over()
    assert isinstance(stage.page.whole.currentWidget(), ResumePage)
    stage.check()


@pytest.mark.parametrize("width", [1366, 1024, 683])
def test_a_narrow_window_is_reached_and_named(
    stage: Stage, played: Played, width: int
) -> None:
    stage.page.resize(width, 768)
    stage.director.show_view(played.at("3.3"))
    stage.check()


def card(number: int, phase: str, folder: Path, **other: object) -> CeremonyCard:
    status = StatusView(
        ceremony=CeremonyId(f"KC-2026-00{number}-R1"),
        title="Root OCA and Issuing OCA",
        mode="REHEARSAL",
        phase=phase,
        step="3.3 The administrator generates the key.",
        closed_steps=23,
        step_count=54,
        waiting_for="Ceremony administrator",
        in_doubt="",
        on_break="",
        in_room=(),
        deviations=(),
    )
    made = CeremonyCard(
        status=status,
        workspace=folder,
        step_number=24,
        last_at="2026-11-25 10:00:00",
        last_seq=61,
        same_start=True,
        fresh=False,
        granted=(Granted("Waiver: a.b in root is waived.", Ground.WAIVED),),
        unsigned=2,
        pack=None,
        asks_pin=False,
        pin_at_reader=False,
        policy=folder / "trust-policy.toml",
    )
    return replace(made, **other)


def test_home_is_reached_and_named(
    qtbot: QtBot, bridge: Bridge, tmp_path: Path
) -> None:
    home = HomePage(bridge, tmp_path)
    qtbot.addWidget(home)
    home.resize(1182, 768)
    home.show()
    home.activateWindow()
    qtbot.waitUntil(home.isActiveWindow)
    missing = DeviceError("X", "SoftHSM is not installed.", remedy="Install it.")
    today = date(2026, 11, 25)
    view = HomeView(
        ceremonies=(
            card(3, "running", tmp_path, asks_pin=True),
            card(2, "closed", tmp_path, step_number=0, same_start=False),
            card(1, "sealed", tmp_path, pack=tmp_path / "KC-2026-001-R1.pdf"),
        ),
        duties=(Duty("Timestamps", "Administrator", "KC-2026-001-R1", today),),
        locked=(),
        today=today,
    )
    home._show((view, 54, missing))
    check(home)
    home._show((HomeView((), (), (), today), 54, None))
    check(home)


def test_the_whole_window_is_reached_and_named(qtbot: QtBot, tmp_path: Path) -> None:
    window = MainWindow(tmp_path)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    window.start()
    qtbot.waitUntil(lambda: not window.bridge.is_busy)
    qtbot.waitUntil(window.isActiveWindow)
    check(window)
    window.close()
