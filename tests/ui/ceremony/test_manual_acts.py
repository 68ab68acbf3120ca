"""Acts by hand at the window, by keyboard only, to a pack that verifies."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.fakes.manual_acts import put_at_site
from tests.rehearsals.opened import leaves_of
from tests.rehearsals.stage import run_ceremony
from tests.ui.typist import Typist, press
from ui.conductor.flow import Gesture
from ui.conductor.incident_sheets import DeviationSheet
from ui.room import Room

RIGHT = {
    "card set": "2 of 3",
    "firmware": "2.6",
    "lamp": "green",
    "Card A": "Key custodian 2",
    "Card B": "not presented",
    "Card C": "Key custodian 2",
    "name of the file": "console.jpg",
    "SHA-256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


@pytest.fixture
def at_site(demo_site: Path, open_window: Callable[[], Typist]) -> Typist:
    """In the room of the script of acts by hand, before the first sign-in."""
    put_at_site(demo_site)
    typist = open_window()
    typist.start_demo()
    return typist


def test_acts_by_hand_are_held_by_keyboard_and_a_reading_that_differs_stops_them(
    at_site: Typist, folder: Path
) -> None:
    at_site.told.update(RIGHT)
    at_site.told["card set"] = "1 of 3"
    stopped: list[str] = []
    asked: list[str] = []
    refused: list[str] = []
    drafted: list[str] = []

    def before(step: str, room: Room) -> None:
        drafted.extend(leave_draft(at_site))
        view = room.page.view
        if view is None or view.step is None:
            return
        if step == "2.6" and "two credentials" in room.page.step.banner.text:
            refused.append(room.page.step.banner.text)
            at_site.told["Card C"] = "Key custodian 3"
        if step != "2.4":
            return
        if view.step.stopped and not stopped:
            stopped.append(view.step.stopped)
            at_site.told["card set"] = "2 of 3"
        elif room.director.ask.gesture is Gesture.FILL:
            labels = room.page.step.findChildren(QLabel)
            asked.append("\n".join(label.text() for label in labels))

    at_site.before = before
    at_site.play()
    at_site.window.close()

    assert stopped == [
        "In step 2.4 the device shows '1 of 3' for card set, and '2 of 3' was expected."
    ]
    assert drafted == stopped
    assert "expected: 2 of 3" in asked[0]
    assert "one person presents two credentials" in refused[0]
    workspace = folder / "workspace" / "demo"
    verify_acts(workspace)
    verify_pack(workspace)


def verify_pack(workspace: Path) -> None:
    """Hold that the pack verifies."""
    told = run_ceremony(
        [
            *("verify", str(workspace / "packs/KC-2026-001-R1.pdf")),
            *("--trust", str(workspace / "site/trust-policy.toml")),
            *("--format", "json"),
        ]
    )
    assert told.status == 0, told.all
    assert json.loads(told.out)["record"] == "VERIFIED WITH REMARKS"


def leave_draft(typist: Typist) -> list[str]:
    """Leave the sheet of a deviation, if one is open; give what it had drafted."""
    sheet = typist.room.page.sheet
    if not isinstance(sheet, DeviationSheet):
        return []
    told = sheet.happened.toPlainText()
    press(Qt.Key.Key_Escape)
    typist.wait_idle()
    return [told]


def verify_acts(workspace: Path) -> None:
    """Hold what the journal has of the acts."""
    acts = [
        leaf["data"]
        for leaf in leaves_of(workspace)
        if leaf["type"] == "device.handled"
    ]
    assert [act["readings"][0]["agrees"] for act in acts] == [False, True, True]
    assert [act["exhibit"] for act in acts] == ["console.jpg"] * 3
    assert acts[-1]["quorum"] == {
        "need": 2,
        "of": 3,
        "presented": [
            {"credential": "card-a", "person": "c-02"},
            {"credential": "card-c", "person": "c-03"},
        ],
    }
