"""In the window a device waits until those who initial its step are in the room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from ceremony.conduct.desk import Desk
from tests.ui.typist import Typist, press, type_keys
from ui.conductor.flow import Gesture
from ui.conductor.incident_sheets import PeopleSheet

STEP = "2.4"
"""The demo's first device step."""


def move_witness(room: Typist, label: str) -> None:
    view = room.room.page.view
    assert view is not None
    sheet = PeopleSheet(room.window.bridge, view)
    room.room.director.open_sheet(sheet)
    sheet.reason.setFocus()
    type_keys("A call.")
    (button,) = (
        each
        for each in sheet.findChildren(QPushButton)
        if each.accessibleName() == f"Internal witness: {label}"
    )
    button.click()
    room.wait_idle()


def play_to_go(room: Typist) -> None:
    """Go on until nothing is left but to let the device act."""
    room.play(until=STEP)
    while room.room.director.ask.gesture is not Gesture.GO:
        room.one(room.room.director.ask.gesture)


def types_of(room: Typist) -> list[str]:
    told: list[str] = []

    def read(desk: object) -> None:
        assert isinstance(desk, Desk)
        told.extend(each.event.type for each in desk.conductor.facts)

    room.window.bridge.perform(read)
    room.wait_idle()
    return told


def test_no_device_acts_while_the_witness_is_out(room: Typist) -> None:
    play_to_go(room)
    move_witness(room, "Leaves")
    room.go()
    banner = room.room.page.step.banner
    assert "[ENGINE-INITIAL-05]" in banner.text
    assert "The device was not asked for anything." in banner.text
    assert room.step == STEP
    assert "hsm.intent" not in types_of(room)
    move_witness(room, "Is back")
    room.play(until="2.5")
    told = types_of(room)
    assert told.count("hsm.intent") == 1
    assert told.index("hsm.intent") > max(
        at for at, each in enumerate(told) if each == "attendance.changed"
    )


def test_wrong_initials_after_a_device_act_say_that_it_acted(room: Typist) -> None:
    play_to_go(room)
    room.go()
    for mark in ("SL", "XX"):
        room.pause()
        type_keys(mark)
        press(Qt.Key.Key_Return)
        room.wait_idle()
    told = room.room.page.step.banner.text
    assert "[ENGINE-INITIAL-02]" in told
    assert "The device has acted, and that is recorded; only the initials" in told
    assert room.step == STEP


def test_a_first_wrong_mark_is_told_with_what_the_device_did_by_then(
    room: Typist,
) -> None:
    room.play(until=STEP)
    assert room.room.director.ask.gesture is Gesture.READY
    give(room, "XX")
    said = room.room.page.bar._say.text()
    assert said == (
        "Those are not the initials of the Internal witness, and were not taken."
    )
    play_to_go(room)
    room.go()
    give(room, "XX")
    assert room.room.page.bar._say.text() == (
        f"{said} The device has acted, and that is recorded; only the initials are "
        "lacking."
    )
    give(room, "")
    assert room.room.page.bar._say.text() == "No initials were taken: the box is empty."
    assert room.step == STEP


def give(room: Typist, mark: str) -> None:
    room.pause()
    room.room.page.bar.entry.clear()
    type_keys(mark)
    press(Qt.Key.Key_Return)
    room.wait_idle()
