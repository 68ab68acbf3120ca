"""Real ceremonies are killed inside wrap, restore, prove and destroy, and go on.

``verbs_harness`` says how: tool or module end before, in and after a device call, and
two people decide each time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

EVERY_PLACE: Final = 4
"""A seed by which both end at once, in and after calls: the module also right after a
key was wrapped and before the token was listed."""

ROOT: Final = Path(__file__).parents[2]

pytestmark = [pytest.mark.crash, pytest.mark.hsm, pytest.mark.no_cover]


def hold(kills: dict[str, int], seed: int) -> dict[str, list[dict[str, Any]]]:
    """Hold a ceremony of each script at once; give what every life of it told."""
    clean = {name: value for name, value in os.environ.items() if "COV" not in name}
    running = {
        script: subprocess.Popen(  # noqa: S603  our own harness
            [
                *(sys.executable, "-m", "tests.crash.verbs_harness"),
                *(script, str(count), str(seed)),
            ],
            cwd=ROOT,
            env=clean | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for script, count in kills.items()
    }
    told = {}
    for script, process in running.items():
        out, wrong = process.communicate()
        assert process.returncode == 0, wrong
        told[script] = [json.loads(line) for line in out.splitlines()]
    return told


def verify(told: list[dict[str, Any]], kills: int) -> None:
    """Hold what every kill must leave behind, and what the whole must be."""
    *lives, whole = told
    assert len(lives) == kills
    for life, after in zip(lives, told[1:], strict=True):
        assert life["unreported"] == 0, life
        if life["reached"] and life["leaves"]:
            # What was cut off is in doubt, and nothing else is claimed of it.
            assert after["doubt"] == life["leaves"], (life, after)
    # A key that is half destroyed ends its step: what is left of it cannot be reached.
    assert sum(life["reached"] for life in lives) > kills / 2
    assert (whole["lost"], whole["without outcome"], whole["outcomes twice"]) == (
        0,
    ) * 3
    assert (whole["acts twice"], whole["acts without intent"]) == (0, 0)
    assert whole["record"] == "Record: VERIFIED WITH REMARKS, REHEARSAL"


def hold_and_verify(kills: dict[str, int], *seeds: int) -> None:
    for seed in seeds:
        for script, told in hold(kills, seed).items():
            verify(told, kills[script])


@pytest.mark.slow
def test_killed_in_every_device_call_of_a_backup_a_ceremony_ends_in_a_sound_pack() -> (
    None
):
    hold_and_verify({"backup": 8, "key-acts": 4}, EVERY_PLACE)


@pytest.mark.soak
def test_after_600_kills_in_device_calls_every_ceremony_ends_in_a_sound_pack() -> None:
    hold_and_verify({"backup": 80, "key-acts": 20}, *range(1, 7))
