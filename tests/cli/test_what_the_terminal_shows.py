from __future__ import annotations

import io
import re
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ceremony.cli.projector import Screen, projected, render_view
from ceremony.cli.prompt import ask, minutes_off
from ceremony.conduct.views import ProjectorView
from ceremony.errors import InputError, RefusedError
from ceremony.identifiers import CeremonyId
from tests.cli.terminal import Terminal
from tests.rehearsals.opened import open_demo
from tests.rehearsals.stage import run_ceremony

VIEW = ProjectorView(
    ceremony=CeremonyId("KC-2026-001-R1"),
    mode="REHEARSAL",
    clock="2026-11-25T09:58:00Z",
    text="3.5 Words are read.\n",
    rows=(
        ("adult", "amulet", "afflict", "Bradbury"),
        ("zulu", "yesteryear", "ahead", "liberty"),
    ),
)
SHOWN = """\
PROJECTOR  REHEARSAL  KC-2026-001-R1  2026-11-25T09:58:00Z

3.5 Words are read.

 1  adult         amulet        afflict       Bradbury
 2  zulu          yesteryear    ahead         liberty
"""


def test_the_room_sees_words_in_numbered_rows_of_four() -> None:
    assert render_view(VIEW) == SHOWN
    assert render_view(replace(VIEW, rows=())) == SHOWN.partition("\n\n 1")[0] + "\n"


@pytest.mark.parametrize("left", ["", "PROJECTOR  LIVE  KC-2026-001-L1"])
def test_a_screen_that_is_blank_or_was_left_is_taken_again(
    tmp_path: Path, left: str
) -> None:
    path = tmp_path / "wall.txt"
    path.write_text(left)
    with projected(path) as screen:
        assert screen.is_on
    assert path.read_text() == ""
    assert list(tmp_path.iterdir()) == [path]


def test_another_file_is_never_taken_for_a_screen(tmp_path: Path) -> None:
    path = tmp_path / "evidence.pdf"
    path.write_bytes(b"%PDF-1.7")
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "wall.txt")
    (tmp_path / "wall.txt").touch()
    for taken in (path, link, tmp_path):
        with pytest.raises(RefusedError) as refused, projected(taken):
            pass
        assert refused.value.code == "CLI-OUT-01"
    assert path.read_bytes() == b"%PDF-1.7"
    with pytest.raises(InputError) as unusable, projected(tmp_path / "a" / "b"):
        pass
    assert unusable.value.code == "CLI-OUT-02"


def test_a_screen_that_is_lost_is_told_and_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Screen(tmp_path / "gone" / "wall.txt").blank()
    assert "was not written: No such file or directory" in capsys.readouterr().err


def test_without_a_file_nothing_is_shown_to_the_room() -> None:
    with projected(None) as screen:
        assert not screen.is_on


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A place five and a half hours ahead of UTC."""
    monkeypatch.setenv("TZ", "XST-05:30")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize(
    ("watch", "minutes"),
    [
        ("23:58", 0),
        ("00:01", 3),
        ("23:50", 8),
        ("05:28", 0),
        ("05:31", 3),
        ("17:28", 390),
    ],
)
def test_a_watch_is_held_against_utc_and_local_time_across_midnight(
    watch: str, minutes: int
) -> None:
    assert minutes_off(watch, datetime(2026, 11, 24, 23, 58, tzinfo=UTC)) == minutes


def test_what_is_typed_is_stripped_composed_and_never_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    typed = "   \n  Toma\u0301s\u030c \n"
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    told = ask("Name")
    assert told == "Tom\u00e1\u0161"
    assert unicodedata.is_normalized("NFC", told)


def test_a_role_that_nobody_holds_decides_nothing_at_a_resume(workspace: Path) -> None:
    answers = workspace / "site" / "answers.yaml"
    head, recovery = answers.read_text().split("\nrecovery:")
    by = "[security-officer, internal-witness]"
    assert by in recovery
    recovery = recovery.replace(by, "[security-officer, bystander]", 1)
    answers.write_text(f"{head}\nrecovery:{recovery}")
    opened, place = open_demo(workspace, answers), ("--workspace", str(workspace))
    with Terminal(["run", opened, *place]) as at:
        at.expect(" 9 of 54")
    told = run_ceremony(["resume", opened, *place])
    assert told.status == 1
    assert "Nobody holds a role 'bystander'" in told.err
    assert "[CONDUCT-ROLE-01]" in told.err


def test_answers_to_another_script_play_and_decide_nothing(
    workspace: Path, tmp_path: Path
) -> None:
    own, other = workspace / "site" / "answers.yaml", tmp_path / "other.yaml"
    other.write_text(own.read_text().replace("script: demo", "script: backup", 1))
    site, place = str(workspace / "site"), ("--workspace", str(workspace))
    people = ("--roster", f"{site}/roster.toml", "--site", site, "--rehearsal")
    script, wrong = f"{site}/script.yaml", ("--answers", str(other))
    said = [run_ceremony(["open", script, *people, *wrong, *place])]
    assert run_ceremony(["status", *place]).out.startswith("No ceremony ")
    opened = open_demo(workspace, own)
    before = run_ceremony(["status", opened, *place]).out
    said.append(run_ceremony(["run", opened, *wrong, *place]))
    assert run_ceremony(["status", opened, *place]).out == before
    with Terminal(["run", opened, *place]) as at:
        at.expect(" 9 of 54")
    said.append(run_ceremony(["resume", opened, *wrong, *place]))
    for each in said:
        assert each.status == 2
        assert re.search(
            r"^other\.yaml:\d+:\d+: The answers belong ", each.err, re.MULTILINE
        )
        assert "[ANSWERS-SCRIPT-01]" in each.err
    assert "In the tokens:" not in said[-1].all


def test_a_recorded_run_shows_the_room_its_steps_too_and_ends_blank(
    workspace: Path, tmp_path: Path
) -> None:
    wall = tmp_path / "wall.txt"
    place = ("--workspace", str(workspace))
    opened = open_demo(workspace, workspace / "site" / "answers.yaml")
    with Terminal(["run", opened, "--projector", str(wall), *place]) as at:
        at.expect("30 of 54")
    # Killed in the middle: what the room saw last still stands there.
    assert re.match(rf"PROJECTOR  REHEARSAL  {opened}  \S+Z\n\n4\.", wall.read_text())
    told = run_ceremony(["resume", opened, "--projector", str(wall), *place])
    assert told.status == 0, told.all
    assert told.out == f"{opened} is closed.\n"
    assert wall.read_text() == ""
