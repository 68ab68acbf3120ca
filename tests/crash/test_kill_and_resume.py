"""A rehearsal killed at any append is resumed to its end, nothing lost.

Every run kills between a device act of each kind and its outcome, at every other stage
of the ends and at every 60th append besides; the soak kills at every single one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.no_cover

ROOT: Final = Path(__file__).parents[2]

CLOSED: Final = 124
"""How many appends lead to the closed ceremony."""

APPENDS: Final = 127
"""How often the demo appends; the case after the last one must not be killed."""

OUTCOMES: Final = (31, 37, 46, 50, 53, 59, 67, 72, 87, 96)
"""Appends that tell what came of a device act, some of each kind.

The intent is the append before.
"""

SEALS: Final = (20, 80, *range(123, APPENDS + 1))
"""Which cases are sealed, signed and verified as well."""

EVERY: Final = range(1, APPENDS + 2)
CHOSEN: Final = sorted({*EVERY[::60], *SEALS[::2], *EVERY[-2:]})

SEALED: Final = "Record: VERIFIED WITH REMARKS, REHEARSAL"


def kill(
    when: str,
    cases: Sequence[int],
    sealed: Sequence[int] = (),
    *,
    measured: bool = False,
    choice: str = "adopt",
) -> list:
    """Run the harness on some cases; give one row for each.

    Only the few cases that are ``measured`` run under coverage, which slows them.
    """
    clean = {
        name: value
        for name, value in os.environ.items()
        if measured or "COV" not in name
    }
    done = subprocess.run(  # noqa: S603  our own harness
        [
            sys.executable,
            "-m",
            "tests.crash.harness",
            "--when",
            when,
            "--cases",
            *map(str, cases),
            "--sealed",
            *map(str, sealed),
            "--choice",
            choice,
        ],
        cwd=ROOT,
        env=clean | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == len(cases), done.stderr
    for row in rows:
        if row["error"]:
            pytest.fail(f"killed {when} append {row['die_at']}: {done.stderr}")
    return rows


def is_begun(row: dict) -> bool:
    """Tell whether the kill came between the first step and the close."""
    done = row["die_at"] - (1 if row["when"] == "before" else 0)
    return 1 < done < CLOSED


def verify_rows(rows: list) -> None:
    """Hold what every resumed rehearsal must show."""
    for row in rows:
        if row["die_at"] > APPENDS:
            continue
        assert row["size_after"], row
        assert row["killed"], row
        assert row["phase"] in ("closed", "sealed"), row
        assert row["lost"] == 0, row
        assert row["size_before"] >= row["acknowledged"], row
        assert row["unexplained"] == 0, row
        assert row["interruptions"] == (1 if is_begun(row) else 0), row


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.hsm
def test_a_kill_after_any_append_loses_nothing_and_leaves_no_object_unreported() -> (
    None
):
    verify_kills_after(CHOSEN)


@pytest.mark.crash
@pytest.mark.soak
def test_a_kill_after_every_single_append_loses_nothing() -> None:
    verify_kills_after(EVERY)


def verify_kills_after(cases: Sequence[int]) -> None:
    """Kill after some appends; hold what each resumed rehearsal and its pack show."""
    sealed = sorted({*cases} & {*SEALS})

    rows = kill("after", cases, sealed)

    verify_rows(rows)
    for row in rows:
        if row["die_at"] in sealed:
            assert row["verdict"].startswith(SEALED), row
            told = "2 minor" if is_begun(row) else "1 minor"
            assert told in row["verdict"], row
        if row["die_at"] > APPENDS:
            assert not row["killed"], "the demo appends more often than this test kills"


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.hsm
def test_a_kill_between_a_device_act_and_its_outcome_is_resolved_by_two_people() -> (
    None
):
    rows = kill("before", OUTCOMES, (72,))

    verify_rows(rows)
    told = {result for row in rows for result in row["results"]}
    assert {
        "token.initialise adopted",
        "key.generate adopted",
        "certificate.issue failed",
    } <= told
    assert all(row["killed"] and row["size_after"] for row in rows)


@pytest.mark.crash
@pytest.mark.soak
def test_a_kill_before_any_append_loses_nothing() -> None:
    verify_rows(kill("before", range(2, APPENDS + 1)))


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.hsm
def test_two_people_may_have_a_key_that_an_interruption_left_destroyed() -> None:
    rows = kill("before", (50, 72), choice="destroy", measured=True)

    verify_rows(rows)
    for row in rows:
        assert row["results"].count("key.generate destroyed") == 1, row
        assert row["results"].count("key.generate done") == 2, row
