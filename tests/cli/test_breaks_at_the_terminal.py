"""A break typed at the terminal, a program that is killed in it, and how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal, initial_by_two
from tests.rehearsals.opened import leaves_of, open_demo, play_to
from tests.rehearsals.stage import run_ceremony

COMMAND = r"Enter carries out; [^\n]*b break[^\n]*s stop: "
RESTING = r"A break is on: b ends it; [^\n]*s stop: "


def begin(at: Terminal) -> None:
    """Begin a break, with every slip that a tired room makes."""
    at.answer(COMMAND, "b")
    at.answer("Why a break: ", "Lunch.")
    for slip in ("soon", "0", "601", "-5", "45 minutes", "9" * 40):
        at.answer(r"For how many minutes \(1 to 600\): ", slip)
        at.expect("Type a whole number from 1 to 600")
    at.answer(r"For how many minutes \(1 to 600\): ", "45")
    shown = at.expect(r"(?s)\n  \S+ +\S.*Who stays in the room[^\n]*: ")
    assert re.search(r"w-01 +Internal witness", shown)
    assert "Auditor" not in shown
    at.type("w-01 x-01")
    at.expect(r"x-01: not in the list")
    at.answer("Who stays in the room[^\n]*: ", "w-01")
    at.expect(r"\[ENGINE-BREAK-05\]")
    at.answer(COMMAND, "b")
    at.answer("Why a break: ", "Lunch.")
    at.answer(r"For how many minutes \(1 to 600\): ", "45")
    at.answer("Who stays in the room[^\n]*: ", "s-01 w-01")
    at.expect("The break is on")


def rest(at: Terminal) -> None:
    """Begin a break; nothing but what may happen in it is taken."""
    initial_by_two(at)
    begin(at)
    at.answer(RESTING, "")
    at.expect(r"A break is on\. 45 minutes planned, begun at \d\d:\d\d UTC")
    at.expect("Reason: Lunch")
    at.answer(RESTING, "n")
    at.answer("The note: ", "The soup is hot.")
    at.answer(RESTING, "x")
    at.expect("Type n, d, b, o, i or s")
    at.answer(RESTING, "o")
    at.answer(r"Who \([^\n]*\): ", "s-01")
    at.answer("Why: ", "A call.")
    at.expect(RESTING)


def end(at: Terminal) -> None:
    """End it, once everybody who was to stay is back, and go on."""
    initial_by_two(at)
    at.expect("The break that was on still is")
    at.answer(RESTING, "b")
    at.expect(r"s-01 had to stay[^\[]*\[ENGINE-BREAK-07\]")
    at.answer(RESTING, "i")
    at.answer(r"Who \(s-01\): ", "s-01")
    at.answer(RESTING, "b")
    at.expect(r"The break is over\.\nThe last closed step is 1\.7\.")
    at.answer(COMMAND, "")
    at.answer("Initials of the internal witness: ", "SL")
    at.expect("\n1.9 ")
    at.answer(COMMAND, "s")


@pytest.mark.hsm
def test_a_break_outlives_the_program_and_people_end_it(workspace: Path) -> None:
    ceremony, place = open_demo(workspace), ("--workspace", str(workspace))
    with Terminal(["run", ceremony, *place]) as at:
        at.answer(COMMAND, "b")
        at.expect("Nobody who could stay is in the room as the record has it")
        at.answer(COMMAND, "s")
        at.wait()
    play_to(workspace, ceremony, "1.8")
    with Terminal(["resume", ceremony, *place]) as at:
        rest(at)
        # Leaving the terminal here kills the program.
    assert_status_tells(workspace, ceremony)
    with Terminal(["resume", ceremony, *place]) as at:
        end(at)
        assert at.wait() == 1
    assert_recorded(workspace)


def assert_status_tells(workspace: Path, ceremony: str) -> None:
    place = ("--workspace", str(workspace))
    told = " ".join(run_ceremony(["status", ceremony, *place]).out.split())
    assert "break 45 minutes planned, begun at " in told
    assert "In the room stay: Security officer, Internal witness." in told
    form = ("--format", "json")
    (view,) = json.loads(run_ceremony(["status", ceremony, *form, *place]).out)
    assert view["on_break"].endswith("Reason: Lunch.")


def assert_recorded(workspace: Path) -> None:
    told = leaves_of(workspace)
    types = [str(leaf["type"]) for leaf in told]
    begun, ended = types.index("break.begun"), types.index("break.ended")
    assert told[begun]["data"] == {
        "reason": "Lunch.",
        "minutes": 45,
        "staying": ["s-01", "w-01"],
    }
    assert types[begun:] == [
        "break.begun",
        "note.recorded",
        "attendance.changed",
        "ceremony.resumed",
        "deviation.recorded",
        "deviation.closed",
        "command.refused",
        "attendance.changed",
        "break.ended",
        "step.closed",
    ]
    assert told[ended]["data"] == {}
    refused = [leaf["data"] for leaf in told if leaf["type"] == "command.refused"]
    assert refused == [
        {"rule": "ENGINE-BREAK-05", "command": "break.begun"},
        {"rule": "ENGINE-BREAK-07", "command": "break.ended"},
    ]
