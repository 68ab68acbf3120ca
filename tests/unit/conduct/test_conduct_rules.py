"""Each refusal of the conductor, shown in a real room on SoftHSM tokens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.conduct.scenes import SCENES

ROOT = Path(__file__).parents[3]
ALONE = ("CONDUCT-ANCHOR-01", "CONDUCT-SCRIPT-01", "CONDUCT-SITE-02")


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.conduct.scenes"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.hsm
@pytest.mark.parametrize("rule", [*SCENES, *ALONE])
def test_the_room_refuses_with_its_own_rule(told: dict[str, str], rule: str) -> None:
    assert told[rule] == rule


@pytest.mark.hsm
def test_a_wrong_pin_is_journalled_and_the_step_is_done_with_the_right_one(
    told: dict[str, str],
) -> None:
    assert told["wrong PIN"] == "HSM-PIN-01 | failed HSM-PIN-01 | done "


@pytest.mark.hsm
def test_roles_decide_and_see_ink_through_holders_who_are_not_the_person(
    told: dict[str, str],
) -> None:
    number, text, person, reason, decided, seen, meaning, watch, left = told[
        "ink"
    ].split(" | ")
    assert (number, person, decided, seen) == ("P-01", "c-01", "s-01 w-01", "c-02 w-01")
    assert text.endswith("of the journal. I do not agree: The notice was not read.")
    assert "I sign on paper, without my own token." in text
    assert reason == "The notice was not read."
    assert (meaning, watch, left) == ("did-not-agree", "10:00", "None")
