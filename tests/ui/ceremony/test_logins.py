"""Logins at the window, by keyboard only and with every PIN typed, to a sealed pack."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from ceremony.identifiers import PersonId
from tests.fakes.logins import put_at_site
from tests.rehearsals.opened import leaves_of
from tests.rehearsals.stage import run_ceremony
from tests.rehearsals.typed_pins import TypedPins, change_blocks
from tests.ui.typist import Typist, press_go, type_keys
from ui.conductor.incident_sheets import BreakSheet
from ui.conductor.review import ReviewCard
from ui.room import Room

pytestmark = [pytest.mark.slow]

STAYING = (PersonId("s-01"), PersonId("w-01"))


@pytest.fixture
def at_site(demo_site: Path, open_window: Callable[[], Typist]) -> Typist:
    """In the room of the script with a login, before the first sign-in."""
    put_at_site(demo_site)
    change_blocks(
        demo_site, "[[token]]", lambda told: told.replace('"fixed"', '"typed"')
    )
    typist = open_window()
    typist.pins = TypedPins(demo_site).answer
    typist.start_demo()
    return typist


def have_a_break(typist: Typist) -> None:
    sheet = typist.sheet("F4")
    assert isinstance(sheet, BreakSheet)
    type_keys("Lunch.")
    for person, box in sheet.staying.items():
        box.setChecked(person in STAYING)
    typist.save(sheet)
    typist.pause()
    press_go()
    typist.wait_idle()


def test_a_login_serves_several_steps_and_the_rail_says_whether_it_is_on(
    at_site: Typist, folder: Path
) -> None:
    pins: dict[str, list[int]] = {}
    rail: dict[str, str] = {}
    told: dict[str, str] = {}

    def before(step: str, room: Room) -> None:
        card = room.page.step.card
        if isinstance(card, ReviewCard):
            pins.setdefault(step, []).append(len(card.pins))
            texts = [label.text() for label in card.findChildren(QLabel)]
            told.setdefault(step, "\n".join(texts))
        texts = [label.text() for label in room.page.room.findChildren(QLabel)]
        rail.setdefault(step, next(text for text in texts if ", login " in text))

    at_site.before = before
    at_site.play(until="2.6")
    have_a_break(at_site)
    at_site.play()
    at_site.window.close()

    first = {step: counts[0] for step, counts in pins.items()}
    assert first == {
        "2.2": 2,
        "2.3": 1,
        **dict.fromkeys(("2.4", "2.5"), 0),
        # Anew after the break.
        "2.6": 1,
        **dict.fromkeys(("2.8", "2.9"), 0),
        "2.10": 1,
    }
    assert "logged in since step 2.3" in told["2.4"]
    assert "ended by the break; made anew in this step" in told["2.6"]
    assert rail["2.2"] == "not listed, login off"
    assert rail["2.5"] == "empty, login on"
    assert rail["2.10"] == "2 objects, login off"
    workspace = folder / "workspace" / "demo"
    leaves = leaves_of(workspace)
    (begun,) = [leaf["data"] for leaf in leaves if leaf["type"] == "break.begun"]
    assert begun["logged_out"] == ["root-hsm"]
    told_verdict = run_ceremony(
        [
            *("verify", str(workspace / "packs/KC-2026-001-R1.pdf")),
            *("--trust", str(workspace / "site/trust-policy.toml")),
            *("--format", "json"),
        ]
    )
    assert told_verdict.status == 0, told_verdict.all
    assert json.loads(told_verdict.out)["record"] == "VERIFIED WITH REMARKS"
