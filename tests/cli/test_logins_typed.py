"""Logins at the terminal: the PIN is typed once, and once more after a break."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.cli.terminal import Terminal
from tests.fakes.logins import put_at_site
from tests.rehearsals.opened import leaves_of, play_scene
from tests.rehearsals.stage import pins_of
from tests.rehearsals.typed_pins import change_blocks

pytestmark = [pytest.mark.hsm, pytest.mark.slow]

OPEN_AND_PLAY: Final = """
import sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.demo import open_demo
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from tests.crash.key_acts_child import play_to

workspace = Workspace(Path(sys.argv[1]))
ceremony = open_demo(workspace, recorded=False)
with enter(workspace, ceremony, SystemClock()) as at:
    play_to(at, "token.initialise", "")
"""
COMMAND: Final = r"Enter carries out; [^\n]*s stop: "
MARK: Final = "Initials of the internal witness: "


def decide(at: Terminal) -> None:
    """Security officer and internal witness look at where it stands."""
    at.answer(r"Role of person 1 of 2[^\n]*: ", "security-officer")
    at.answer("Initials of the security officer: ", "MT")
    at.answer(r"Role of person 2 of 2[^\n]*: ", "internal-witness")
    at.answer(MARK, "SL")


def have_a_break(at: Terminal) -> None:
    at.answer(COMMAND, "b")
    at.answer("Why a break: ", "Lunch.")
    at.answer(r"For how many minutes[^\n]*: ", "30")
    at.answer(r"Who stays in the room[^\n]*: ", "s-01 w-01")
    at.answer(r"A break is on: b ends it; [^\n]*s stop: ", "b")


def log_in_and_list(at: Terminal, user: str, officer: str) -> None:
    """Initialise the token, log in, and list it without another PIN."""
    at.answer(COMMAND, "")
    at.answer(r"The security officer PIN of Root token[^\n]*: ", officer)
    at.answer(r"The PIN of Root token[^\n]*: ", user)
    at.answer(MARK, "SL")
    at.expect("\n2.3 ")
    at.answer(COMMAND, "")
    at.answer(r"The PIN of Root token[^\n]*: ", user)
    at.expect("logged in; no PIN is kept")
    at.answer(MARK, "SL")
    at.expect("\n2.4 ")
    at.expect("Login +logged in since step 2.3")
    at.answer(COMMAND, "")
    assert "PIN" not in at.expect("(?s).*found: no object")
    at.answer(MARK, "SL")


def log_in_anew(at: Terminal, user: str) -> None:
    """Type a wrong PIN and then the right one, within the step that makes the key."""
    at.answer(COMMAND, "")
    at.answer(r"The PIN of Root token[^\n]*: ", "000000000000")
    at.expect(r"\[HSM-PIN-01\]")
    at.answer(COMMAND, "")
    at.answer(r"The PIN of Root token[^\n]*: ", user)
    at.expect("logged in; no PIN is kept")
    at.answer(MARK, "SL")
    at.expect("\n2.6 ")
    at.expect("Login +logged in since step 2.5")
    at.answer(COMMAND, "s")


def test_one_pin_serves_several_steps_until_a_break(workspace: Path) -> None:
    site = workspace / "site"
    put_at_site(site)
    change_blocks(site, "[[token]]", lambda told: told.replace('"fixed"', '"typed"'))
    pins = pins_of(site)
    user = pins["user.root-hsm"]
    play_scene(OPEN_AND_PLAY, workspace)
    with Terminal(["resume", "KC-2026-001-R1", "--workspace", str(workspace)]) as at:
        decide(at)
        log_in_and_list(at, user, pins["officer.root-hsm"])
        at.expect("\n2.5 ")
        have_a_break(at)
        log_in_anew(at, user)
        at.wait()
    assert "Traceback" not in at.shown
    assert user not in at.shown
    logins = [
        (leaf["step"]["id"], leaf["data"]["result"])
        for leaf in leaves_of(workspace)
        if leaf["type"] == "hsm.outcome" and leaf["data"]["verb"] == "token.login"
    ]
    assert logins == [("2.3", "done"), ("2.5", "failed"), ("2.5", "done")]
