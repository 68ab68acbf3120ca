"""A token zeroised by hand at the window, by keyboard only, to a pack that verifies."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from tests.fakes.makers_tool import delete, initialise_anew
from tests.fakes.zeroise import put_at_site
from tests.rehearsals.opened import leaves_of
from tests.rehearsals.stage import run_ceremony
from tests.ui.typist import Typist
from ui.conductor.flow import Gesture
from ui.room import Room

TOLD = {
    "state": "zeroised",
    "name of the file": "zeroise.log",
    "SHA-256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


@pytest.fixture
def at_site(demo_site: Path, open_window: Callable[[], Typist]) -> Typist:
    """In the room of the script that zeroises a token, before the first sign-in."""
    put_at_site(demo_site)
    typist = open_window()
    typist.start_demo()
    return typist


def test_a_token_is_zeroised_by_keyboard_and_told_too_early_it_is_refused(
    at_site: Typist, folder: Path
) -> None:
    at_site.told.update(TOLD)
    workspace = folder / "workspace" / "demo"
    refused: list[str] = []
    shown: list[str] = []
    done: list[str] = []

    def before(step: str, room: Room) -> None:
        view = room.page.view
        if view is None or view.step is None or step not in ("2.7", "2.14"):
            return
        labels = "\n".join(label.text() for label in room.page.findChildren(QLabel))
        if room.director.ask.gesture is Gesture.FILL:
            shown.append(labels)
        early = "still shows" in room.page.step.banner.text
        if early and not refused:
            refused.append(room.page.step.banner.text)
        if step not in done and (early or step == "2.14"):
            done.append(step)
            tool = delete if step == "2.14" else initialise_anew
            tool(workspace / "site", "root-hsm")

    at_site.before = before
    at_site.play()
    at_site.window.close()

    assert "it still shows 1 object" in refused[0]
    assert "Whatever is in Root token is destroyed: First key." in shown[0]
    assert "Whatever is in Root token is destroyed: Second key." in shown[-1]
    acts = [
        leaf["data"]
        for leaf in leaves_of(workspace)
        if leaf["type"] == "device.handled"
    ]
    assert [act["zeroised"]["seen"] for act in acts] == ["user-pin", "absent"]
    told = run_ceremony(
        [
            *("verify", str(workspace / "packs/KC-2026-001-R1.pdf")),
            *("--trust", str(workspace / "site/trust-policy.toml")),
            *("--format", "json"),
        ]
    )
    assert told.status == 0, told.all
    assert json.loads(told.out)["record"] == "VERIFIED WITH REMARKS"
