"""An act by hand at the terminal: what is asked, and a reading that differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import Terminal, initial_by_two
from tests.fakes.manual_acts import put_at_site
from tests.rehearsals.opened import facts_of, play_scene

OPEN_AND_PLAY = """
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
    play_to(at, "device.manual", "")
"""
COMMAND = r"Enter carries out; [^\n]*s stop: "
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def type_act(at: Terminal, card_set: str) -> None:
    """Read at the device, then name the file that was kept."""
    at.answer(r"Read at the device: card set \(expected: 2 of 3\)[^\n]*: ", card_set)
    at.answer(r"Read at the device: firmware \(expected: 2\.6\)[^\n]*: ", "2.6")
    at.answer(r"The name of the file: a photograph[^\n]*: ", "console.jpg")
    at.answer(r"SHA-256 of that file[^\n]*: ", DIGEST)


def type_cards(at: Terminal, presented: list[str]) -> None:
    """Tell of each card who presented it, and read the reader's lamp."""
    for card, who in zip("ABC", presented, strict=True):
        at.answer(rf"Who presented Card {card}\?[^\n]*: ", who)
    at.answer(r"Read at the device: lamp[^\n]*: ", "green")
    at.answer(r"The name of the file: the log[^\n]*: ", "reader.log")
    at.answer(r"SHA-256 of that file[^\n]*: ", DIGEST)


def record_draft(at: Terminal) -> None:
    """Record the deviation that is drafted of a reading that differs."""
    at.expect("Draft of a deviation, severity note: In step 2.4 the device shows")
    at.answer(r"Record it \(yes / no\): ", "yes")
    at.answer("What is decided: ", "The card is read again.")
    at.answer(r"Role of person 1 of 1[^\n]*: ", "internal-witness")
    at.answer("Initials of the internal witness: ", "SL")
    at.expect("is recorded and closed")


def verify_deviation(workspace: Path) -> None:
    """Hold what the journal has of it."""
    told = facts_of(workspace, "deviation.recorded")[-1]
    assert (told["severity"], told["cause"]) == ("note", "reported")
    assert told["happened"] == (
        "In step 2.4 the device shows '1 of 3' for card set, and '2 of 3' was expected."
    )


def verify_acts(workspace: Path) -> None:
    """Hold what the journal has of the acts."""
    first, second, few, enough = facts_of(workspace, "device.handled")
    assert [len(each["quorum"]["presented"]) for each in (few, enough)] == [1, 2]
    assert [each["agrees"] for each in first["readings"]] == [False, True]
    assert [each["agrees"] for each in second["readings"]] == [True, True]
    assert second["exhibit_digest"] == DIGEST


def hold_cards(at: Terminal) -> None:
    """Tell of too few cards first, and then of enough."""
    at.expect("\n2.6 ")
    at.answer(COMMAND, "")
    type_cards(at, ["Key custodian 1", "not presented", "not presented"])
    at.expect(r"\[ENGINE-CARDS-04\]")
    at.answer(COMMAND, "")
    type_cards(at, ["Key custodian 1", "Key custodian 2", "not presented"])
    at.expect("2 of 3: 2 presented")
    at.answer("Initials of the internal witness: ", "SL")


@pytest.mark.no_cover
def test_an_act_by_hand_is_typed_and_stops_on_a_reading_that_differs(
    workspace: Path,
) -> None:
    put_at_site(workspace / "site")
    play_scene(OPEN_AND_PLAY, workspace)
    with Terminal(["resume", "KC-2026-001-R1", "--workspace", str(workspace)]) as at:
        initial_by_two(at)
        at.expect("\n2.4 ")
        at.answer(COMMAND, "")
        type_act(at, "1 of 3")
        at.expect(r"\[ENGINE-MANUAL-05\]")
        record_draft(at)
        at.answer(COMMAND, "")
        type_act(at, "2 of 3")
        at.expect("the tool did not act and did not see it")
        at.answer("Initials of the internal witness: ", "SL")
        at.expect("\n2.5 ")
        at.answer(COMMAND, "")
        at.answer("Initials of the internal witness: ", "SL")
        hold_cards(at)
        at.expect("\n2.7 ")
        at.expect(COMMAND)
        at.end_input()
        at.wait()
    assert "Traceback" not in at.shown
    verify_deviation(workspace)
    verify_acts(workspace)
