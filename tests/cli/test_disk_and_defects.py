"""A journal in use, a full disk, and a defect: what people are told and what stands."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from ceremony.cli.app import call
from ceremony.cli.console import crash_boundary
from ceremony.conduct.workspace import Workspace
from ceremony.errors import (
    CeremonyError,
    DeviceError,
    EvidenceError,
    InputError,
    RefusedError,
    StorageError,
)
from ceremony.identifiers import Mode
from tests.cli.test_unusable_input import THREE_LINES, opening
from tests.rehearsals.stage import Rehearsal, run_ceremony

SMALL = 160 * 1024
"""Bytes; the demo's journal is larger than this at its end."""


def test_a_journal_in_use_names_who_holds_it(demo: Rehearsal, tmp_path: Path) -> None:
    copy = demo.copy(tmp_path / "copy")
    with Workspace(copy).journal(Mode.REHEARSAL):
        said = run_ceremony(["status", "--workspace", str(copy)])
    assert said.status == 5, said.all
    assert "[JOURNAL-LOCK-01]" in said.err
    assert str(os.getpid()) in said.err
    assert THREE_LINES.match(said.err), said.err
    assert run_ceremony(["status", "--workspace", str(copy)]).status == 0


def little_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, SMALL))


def test_a_full_disk_stops_the_ceremony_and_what_was_told_stands(
    workspace: Path,
) -> None:
    ceremony = run_ceremony(opening(workspace)).out.strip()
    place = ("--workspace", str(workspace))
    stopped = run_ceremony(["run", ceremony, *place], before=little_room)
    assert stopped.status == 5, stopped.all
    assert "Traceback" not in stopped.all
    assert "[JOURNAL-" in stopped.err
    told = run_ceremony(["status", ceremony, *place])
    assert told.status == 0
    assert "phase          running" in told.out
    went_on = run_ceremony(["resume", ceremony, *place])
    assert went_on.status == 0, went_on.all
    assert went_on.out == f"{ceremony} is closed.\n"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InputError("CLI-OUT-02", "a", remedy="b"), 2),
        (RefusedError("CLI-OUT-01", "a", remedy="b"), 1),
        (DeviceError("HSM-PIN-01", "a", remedy="b"), 4),
        (EvidenceError("CONDUCT-ANCHOR-01", "a", remedy="b"), 1),
        (StorageError("CLI-DISK-01", "a", remedy="b"), 5),
    ],
)
def test_every_family_has_its_status_and_three_lines(
    error: CeremonyError, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, crash_boundary():
        raise error
    told = capsys.readouterr()
    assert ended.value.code == status
    assert THREE_LINES.match(told.err), told.err
    assert told.out == ""


class _TornModule:
    """A device whose fault carries the PIN in its message, as bad libraries do."""

    def login(self, pin: str) -> None:
        raise RuntimeError(f"login failed with {pin}")


def test_a_defect_is_told_without_the_values_it_met(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pin = "31415926535897"
    with pytest.raises(SystemExit) as ended, crash_boundary():
        _TornModule().login(pin)
    told = capsys.readouterr()
    assert ended.value.code == 1
    assert "[CLI-DEFECT-01]" in told.err
    assert "RuntimeError" in told.err
    assert "login" in told.err
    assert pin not in told.err
    assert "Traceback" not in told.err


def test_a_disk_error_of_the_system_is_a_storage_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as ended, crash_boundary():
        (tmp_path / "absent" / "file").write_text("")
    assert ended.value.code == 5
    told = capsys.readouterr().err
    assert "absent/file: there is no such file or folder. [CLI-DISK-01]" in told
    assert "Name one that is there" in told


@pytest.mark.parametrize("verb", [["verify"], ["extract", "-o", "files"]])
def test_a_name_that_no_file_can_have_is_not_blamed_on_the_disk(
    verb: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call([*verb, "a" * 300]) == 2
    told = capsys.readouterr().err
    assert "No file can have so long a name. [CLI-NAME-01]" in told
    assert "Make room" not in told


def test_a_stop_from_the_keyboard_says_what_stands(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended, crash_boundary():
        raise KeyboardInterrupt
    assert ended.value.code == 1
    assert "What was acknowledged is in the journal" in capsys.readouterr().err
