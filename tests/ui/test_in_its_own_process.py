"""Ceremonies in the window, each file in a process of its own (see its conftest)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.rehearsals.stage import run_python

FOLDER = Path(__file__).parent / "ceremony"

MEASURED = ("test_ways_out.py",)
"""Files that run lines which no other test runs. Measuring doubles the time."""

SOAKED = (
    "test_at_any_moment.py",
    "test_attacks.py",
    "test_batch.py",
    "test_changed_token.py",
    "test_contingency_played.py",
    "test_device_verbs_played.py",
    "test_earlier_keys.py",
    "test_every_size.py",
    "test_evidence_of_the_room.py",
    "test_faults.py",
    "test_late_answers.py",
    "test_leaving_a_batch.py",
    "test_logins.py",
    "test_manual_acts.py",
    "test_no_internet.py",
    "test_renewals.py",
    "test_report_turn.py",
    "test_slips.py",
    "test_zeroise.py",
)
"""Files that are too slow for every run, which has shorter tests of the same."""

PLAIN = ("-p", "no:xdist", "-p", "no:cacheprovider")
"""Options of a run that shares nothing with the one that started it."""

SKIPPED = re.compile(r"^SKIPPED \[\d+\] \S+: (.+)$", re.MULTILINE)
"""Why a test was not run, as pytest tells it at the end."""

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
    run_file(FOLDER / name, measured=name in MEASURED)


def run_file(path: Path, *, measured: bool) -> None:
    """Run a file's tests in a process of its own, and come to the end they came to.

    Raises:
        pytest.skip.Exception: Every one of them was skipped.
    """
    told = run_python(
        ["-m", "pytest", "-q", "-rs", *PLAIN, path],
        env={"CEREMONY_WINDOW": "1", "QT_QPA_PLATFORM": "offscreen"},
        measured=measured,
        patience_s=300,
    )
    assert told.status == 0, told.all
    if not re.search(r"\b\d+ passed\b", told.out.splitlines()[-1]):
        reasons = SKIPPED.findall(told.out)
        assert reasons, told.out
        pytest.skip("; ".join(reasons))


PASSES = "def test_it(): print('1 passed')\n"
SKIPS = "import pytest\ndef test_other(): pytest.skip('no tool, 1 passed')\n"
FAILS = "def test_more(): assert not '1 passed'\n"


@pytest.mark.slow
def test_a_file_is_told_as_its_tests_ended(tmp_path: Path) -> None:
    path = tmp_path / "test_made.py"
    path.write_text(PASSES + SKIPS)
    run_file(path, measured=False)
    path.write_text(SKIPS)
    with pytest.raises(pytest.skip.Exception, match="no tool"):
        run_file(path, measured=False)
    for failing in (PASSES + FAILS, SKIPS + FAILS, ""):
        path.write_text(failing)
        with pytest.raises(AssertionError):
            run_file(path, measured=False)
