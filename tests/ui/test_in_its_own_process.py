"""Ceremonies in the window, each file in a process of its own (see its conftest)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.rehearsals.stage import CHECKOUT, environment

FOLDER = Path(__file__).parent / "ceremony"

RUN_ELSEWHERE = (
    "test_evidence_of_the_room.py",
    "test_nothing_is_clipped.py",
    "test_pin_in_memory.py",
)
"""Files whose lines others run too: measuring which doubles the time they take."""

SOAKED = ("test_no_internet.py",)
"""Files that are too slow for every run; the terminal's own test is in each."""

NAMES = sorted(path.name for path in FOLDER.glob("test_*.py"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.soak] if name in SOAKED else [])
        for name in NAMES
    ],
)
def test_the_window_holds_a_ceremony(name: str) -> None:
    env = environment(
        {"CEREMONY_WINDOW": "1", "QT_QPA_PLATFORM": "offscreen"},
        measured=name not in RUN_ELSEWHERE,
    )
    done = subprocess.run(  # noqa: S603  our own interpreter
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:xdist"),
            *("-p", "no:cacheprovider", str(FOLDER / name)),
        ],
        env=env,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
