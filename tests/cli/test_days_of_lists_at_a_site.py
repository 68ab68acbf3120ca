"""A list that revokes from tomorrow keeps its script from being opened today."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from ceremony.cli.context import today
from ceremony.conduct.workspace import Workspace
from ceremony.identifiers import Mode
from tests.fakes.key_acts import TESTS
from tests.rehearsals.stage import Told, run_ceremony

pytestmark = pytest.mark.hsm

SOUND = (TESTS / "vectors/scripts/sound-with-crl.yaml").read_text()
MADE_UP = "2026-01-15"


def called(workspace: Path, verb: list[str], day: str) -> Told:
    """Hold the script against the site, or have it opened there."""
    path = workspace / "with-lists.yaml"
    assert SOUND.count(MADE_UP) == 1
    path.write_text(SOUND.replace(MADE_UP, day))
    at = ["--site", str(workspace / "site"), "--workspace", str(workspace)]
    return run_ceremony([*verb, str(path), "--rehearsal", *at], measured=True)


def test_a_list_of_tomorrow_is_told_before_the_opening_and_opens_nothing(
    workspace: Path,
) -> None:
    tomorrow = f"{today() + timedelta(days=1)}"
    told = called(workspace, ["script", "check"], tomorrow)
    assert told.status == 1
    assert "CONDUCT-CRL-04" in told.out
    roster = ["--roster", str(workspace / "site/roster.toml")]
    opened = called(workspace, ["open", *roster], tomorrow)
    assert opened.status == 1
    assert "CONDUCT-CRL-04" in opened.all
    assert not Workspace(workspace).journal_path(Mode.REHEARSAL).exists()
    told = called(workspace, ["script", "check"], f"{today()}")
    assert told.status == 0, told.all
