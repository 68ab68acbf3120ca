"""The whole demo at the window, by keyboard only, to a pack that verifies."""

from __future__ import annotations

import json
from pathlib import Path

from tests.rehearsals.opened import leaves_of
from tests.rehearsals.stage import run_ceremony
from tests.ui.typist import Typist
from ui.conductor.flow import Gesture


def test_the_demo_is_held_by_keyboard_alone_and_its_pack_verifies(
    room: Typist, folder: Path
) -> None:
    room.play()

    # Every kind of gesture that the demo has was made at least once.
    made = {gesture for _, gesture in room.gestures}
    assert made == {
        Gesture.TURN,
        Gesture.INITIALS,
        Gesture.WORDS,
        Gesture.FILL,
        Gesture.CLOSE_STEP,
        Gesture.ROLL_CALL,
        Gesture.READY,
        Gesture.GO,
        Gesture.CLOSE_CEREMONY,
        Gesture.SEAL,
        Gesture.SIGN_REPORT,
    }
    # The last of the report's signatories is told that theirs is made.
    assert "The report is signed: " in room.room.page.bar._say.text()
    workspace = folder / "workspace" / "demo"
    pack = workspace / "packs" / "KC-2026-001-R1.pdf"
    room.window.close()

    # Another program, in another process, judges what the window left.
    told = run_ceremony(
        [
            *("verify", str(pack), "--format", "json"),
            *("--proof", str(pack.with_suffix(".proof"))),
            *("--trust", str(workspace / "site" / "trust-policy.toml")),
            *("--require", "completed,attested"),
        ]
    )
    assert told.status == 0, told.all
    verdict = json.loads(told.out)
    assert verdict["record"] in ("VERIFIED", "VERIFIED WITH REMARKS")
    statuses = {check["number"]: check["status"] for check in verdict["checks"]}
    assert set(statuses.values()) <= {"passed", "not checked", "not given"}
    assert [n for n, s in statuses.items() if s != "passed"] == ["8"]


def test_every_fact_of_the_window_is_told_as_typed_by_people(
    room: Typist, folder: Path
) -> None:
    room.play(until="1.12")
    room.window.close()

    workspace = folder / "workspace" / "demo"
    facts = [leaf["data"] for leaf in leaves_of(workspace)]
    sources = [fact["input"] for fact in facts if "input" in fact]
    # The opening, and each step that was closed.
    assert sources == ["typed"] * 12
    told = run_ceremony(
        ["status", "--format", "json", "--workspace", str(workspace)],
    )
    assert told.status == 0, told.all
    (view,) = json.loads(told.out)
    assert view["closed_steps"] == 11
    assert view["step"].startswith("1.12 ")
    assert len(view["in_room"]) == 7
