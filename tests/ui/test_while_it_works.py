"""While the core works nothing else is taken, and whoever tries is told so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ceremony.conduct.desk import Desk
from ceremony.conduct.pace import Reached
from ceremony.errors import DeviceError
from tests.ui.played import Played
from tests.ui.typist import press_go, type_keys
from ui.app import MainWindow
from ui.attest.turns import Turns
from ui.bridge import Bridge
from ui.conductor.director import Director
from ui.conductor.incident_sheets import NoteSheet
from ui.conductor.resume_page import ResumePage
from ui.home.cards import DemoCard
from ui.home.page import HomePage
from ui.messages.fault import BUSY
from ui.messages.speech import say
from ui.room import Room


def texts(widget: QWidget) -> str:
    """Everything that a widget shows."""
    labels = widget.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


class Gate:
    """Holds the core's thread until it is opened."""

    def __init__(self, bridge: Bridge, qtbot: QtBot) -> None:
        self._bridge = bridge
        self._bot = qtbot
        self._gate = threading.Event()

    def hold_unseen(self) -> None:
        """Let the next act take its time."""
        self._gate.clear()
        self._bridge._thread.submit(
            lambda: self._gate.wait(20), lambda _: None, lambda _: None
        )

    def hold(self) -> None:
        """Let the core work on something else."""
        self._gate.clear()
        self._bridge.perform(lambda _: self._gate.wait(20))

    def open(self) -> None:
        """Let everything that waits be done."""
        self._gate.set()
        self._bot.waitUntil(lambda: not self._bridge.is_busy)


@pytest.fixture
def gate(bridge: Bridge, qtbot: QtBot) -> Gate:
    return Gate(bridge, qtbot)


def test_initials_given_while_the_core_works_are_refused_in_words(
    director: Director, gate: Gate, bridge: Bridge, played: Played
) -> None:
    view, bar = played.at("1.8"), director.page.bar
    director.show_view(view)
    gate.hold()
    type_keys("SL\r")
    assert say(BUSY) in texts(bar)
    gate.open()
    # The bar is drawn anew when the core is done; the sentence outlives that.
    director.show_view(replace(view, event_count=view.event_count + 1))
    assert say(BUSY) in texts(bar)
    gate.hold_unseen()
    type_keys("SL\r")
    assert bridge.is_busy
    assert say(BUSY) not in texts(bar)
    gate.open()


def test_keys_pressed_while_initials_are_recorded_change_nothing_and_are_told(
    director: Director, gate: Gate, bridge: Bridge, played: Played
) -> None:
    director.show_view(played.at("1.8"))
    bar = director.page.bar
    gate.hold_unseen()
    type_keys("SL\r")
    assert bridge.is_busy
    assert say(BUSY) not in texts(bar)
    assert QApplication.focusWidget() is bar.entry
    type_keys("X")
    assert say(BUSY) in texts(bar)
    assert bar.entry.text() == "SL"
    # What runs is still said, beside it.
    director._working._show()
    assert say(BUSY) in texts(bar)
    assert "Leave the token where it is" in texts(bar)
    gate.open()
    assert "CONDUCT-DESK-01" in director.page.step.banner.text


def test_both_keys_pressed_twice_are_told(
    director: Director, gate: Gate, bridge: Bridge, played: Played
) -> None:
    director.show_view(played.in_phase("running"))
    gate.hold_unseen()
    press_go()
    assert bridge.is_busy
    director.page.setFocus()
    press_go()
    assert say(BUSY) in texts(director.page.bar)
    gate.open()


def test_a_window_that_is_closed_stops_what_is_done_in_parts_and_closes_then(
    qtbot: QtBot, tmp_path: Path
) -> None:
    window = MainWindow(tmp_path)
    window.show()
    window.enter_room()
    assert window.room is not None
    director, bar = window.room.director, window.room.page.bar
    qtbot.waitUntil(lambda: not window.bridge.is_busy)
    done: list[str] = []
    first_part = threading.Event()

    def issue(desk: Desk) -> None:
        desk._pace.tell(Reached(0, 100))
        first_part.wait(20)
        done.append("first part" if desk._pace.is_stopped() else "all parts")

    director._send(issue)
    qtbot.waitUntil(lambda: window.bridge.is_in_parts)
    assert not window.close()
    assert window.isVisible()
    assert bar.stop.text() == "Stops after this part"
    assert "the ceremony is left" in texts(bar)
    qtbot.wait(20)
    assert bar.stop.sizeHint().width() <= bar.stop.width()
    assert not window.close()
    # What else is asked of the core does not take the stop back.
    window.bridge.perform(lambda _: done.append("tokens read"))
    first_part.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert not window.bridge.is_running
    assert done == ["first part", "tokens read"]


def test_a_stop_is_for_what_was_asked_before_it_and_for_nothing_later(
    bridge: Bridge, qtbot: QtBot
) -> None:
    gates = [threading.Event() for _ in range(2)]
    found: list[bool] = []

    def part(gate: threading.Event) -> Callable[[Desk], None]:
        def work(desk: Desk) -> None:
            gate.wait(20)
            found.append(desk._pace.is_stopped())

        return work

    bridge.perform(part(gates[0]))
    bridge.ask_stop()
    # Asked while the first one runs, and still there when it ends.
    bridge.perform(part(gates[1]))
    gates[0].set()
    qtbot.waitUntil(lambda: len(found) == 1)
    bridge.perform(part(gates[1]))
    gates[1].set()
    qtbot.waitUntil(lambda: not bridge.is_busy)
    assert found == [True, False, False]


def test_a_window_that_is_closed_before_the_first_part_is_told_of_stops_it_too(
    qtbot: QtBot, tmp_path: Path
) -> None:
    window = MainWindow(tmp_path)
    window.show()
    window.enter_room()
    assert window.room is not None
    bar = window.room.page.bar
    qtbot.waitUntil(lambda: not window.bridge.is_busy)
    begun, told = threading.Event(), threading.Event()
    done: list[bool] = []

    def issue(desk: Desk) -> None:
        begun.wait(20)
        desk._pace.tell(Reached(0, 100))
        told.wait(20)
        done.append(desk._pace.is_stopped())

    window.room.director._send(issue)
    assert not window.close()
    assert window.isVisible()
    begun.set()
    qtbot.waitUntil(lambda: window.bridge.is_in_parts)
    assert bar.stop.text() == "Stops after this part"
    told.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert done == [True]


@pytest.mark.parametrize(
    ("code", "closes"), [("CONDUCT-BATCH-01", True), ("HSM-HOST-01", False)]
)
def test_a_window_that_was_to_be_closed_stays_where_something_else_went_wrong(
    qtbot: QtBot, tmp_path: Path, code: str, *, closes: bool
) -> None:
    window = MainWindow(tmp_path)
    window.show()
    window.enter_room()
    assert window.room is not None
    qtbot.waitUntil(lambda: not window.bridge.is_busy)
    gate = threading.Event()

    def issue(_: Desk) -> None:
        gate.wait(20)
        raise DeviceError(code, "It ended.", remedy="Go on.")

    window.room.director._send(issue)
    assert not window.close()
    gate.set()
    qtbot.waitUntil(lambda: not window.bridge.is_busy)
    qtbot.wait(50)
    assert window.isVisible() is not closes
    window.close()
    assert not window.isVisible()


def test_a_turn_is_not_signed_while_the_core_works_and_keeps_its_pin(
    director: Director, gate: Gate, bridge: Bridge, played: Played
) -> None:
    director.show_view(played.at("1.1"))
    turns = Turns(director.page, bridge)
    turns.take(played.at("1.1").turn)
    page = turns.page
    assert page is not None
    gate.hold()
    type_keys("09:41\r")
    type_keys("123456\r")
    assert say(BUSY) in texts(page)
    assert not page.pin.is_empty
    page.pin.wipe()
    gate.open()


def test_a_refusal_beneath_a_sheet_is_told_at_the_end_where_the_end_is(
    director: Director, gate: Gate, bridge: Bridge, played: Played
) -> None:
    director.show_view(played.in_phase("running"))
    gate.hold_unseen()
    press_go()
    director.open_sheet(NoteSheet(bridge))
    gate.open()
    assert director.page.step.banner.isHidden()
    assert "CONDUCT-DESK-01" in director.page.end.banner.text


def test_the_tokens_are_looked_into_as_soon_as_the_core_is_idle(
    room: Room, gate: Gate, played: Played
) -> None:
    gate.hold()
    room.page.show_room(played.at("3.3"))
    room.resumption._show(played.named["left"])
    page = room.page.page
    assert isinstance(page, ResumePage)
    assert page.banner.isHidden()
    gate.open()
    # No ceremony is open behind this page: that it was asked is what is seen.
    assert "CONDUCT-DESK-01" in page.banner.text


def test_looking_and_resuming_wait_for_the_core_and_say_so(
    room: Room, gate: Gate, played: Played
) -> None:
    room.page.show_room(played.at("3.3"))
    room.resumption._show(played.named["inspected"])
    page = room.page.page
    assert isinstance(page, ResumePage)
    gate.hold()
    page.looked.emit()
    assert page.banner.text.strip() == say(BUSY)
    page.banner.hide()
    for (_, line), mark in zip(page._marks, ("DO", "MT"), strict=False):
        line.setText(mark)
    page.decided.emit()
    assert page.isEnabled()
    assert page.banner.text.strip() == say(BUSY)
    gate.open()
    assert page.banner.text.strip() == say(BUSY)


def test_what_is_asked_of_home_while_it_looks_is_done_when_it_has(
    qtbot: QtBot, bridge: Bridge, gate: Gate, tmp_path: Path
) -> None:
    home = HomePage(bridge, tmp_path)
    qtbot.addWidget(home)
    home.show()
    home.look()
    qtbot.waitUntil(lambda: home.findChild(DemoCard) is not None)
    qtbot.waitUntil(lambda: not bridge.is_busy)
    # A file stands where the demo's folder would be made: it is refused soon.
    (tmp_path / "demo").write_text("in the way")
    gate.hold()
    home.look()
    card = home.findChild(DemoCard)
    assert card is not None
    QTest.keyClick(card.start, Qt.Key.Key_Space)
    assert not home.isEnabled()
    gate.open()
    assert home.isEnabled()
    assert not home.banner.isHidden()
