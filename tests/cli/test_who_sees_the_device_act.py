"""A device is asked while those who initial are there, at the terminal and played."""

from __future__ import annotations

from pathlib import Path

from tests.cli.terminal import Terminal, initial_by_two
from tests.rehearsals.opened import facts_of, leaves_of, open_demo, play_to
from tests.rehearsals.stage import run_ceremony

COMMAND = r"Enter carries out; [^\n]*s stop: "
STEP = "2.4"
"""The demo's first device step: initialled by internal witness and administrator."""


def move_witness(at: Terminal, letter: str) -> None:
    at.answer(COMMAND, letter)
    at.answer(r"Who \([^\n]*\): ", "w-01")
    if letter == "o":
        at.answer("Why: ", "A call.")


def initial(at: Terminal, witness: str) -> None:
    at.answer("Initials of the internal witness: ", witness)
    at.answer("Initials of the ceremony administrator: ", "DO")


def types_of(workspace: Path) -> list[str]:
    return [leaf["type"] for leaf in leaves_of(workspace)]


def test_a_device_waits_at_the_terminal_until_the_witness_is_back(
    workspace: Path,
) -> None:
    ceremony = open_demo(workspace)
    play_to(workspace, ceremony, STEP)
    with Terminal(["resume", ceremony, "--workspace", str(workspace)]) as at:
        initial_by_two(at, "MT", "SL")
        at.expect(f"\n{STEP} ")
        move_witness(at, "o")
        at.answer(COMMAND, "")
        at.expect(r"initialled by the internal-witness, and[^\[]*\[ENGINE-INITIAL-05\]")
        at.expect("What it means: The device was not asked for anything")
        at.expect("What to do: Call them back and record their return")
        before = at.shown
        move_witness(at, "i")
        at.answer(COMMAND, "")
        initial(at, "XX")
        at.expect(r"\[ENGINE-INITIAL-02\]")
        at.expect("What it means: The device has acted, and that is recorded; only the")
        at.answer(COMMAND, "")
        initial(at, "SL")
        at.expect("\n2.5 ")
        at.answer(COMMAND, "s")
        assert at.wait() == 1
    assert "Initials of the internal witness" not in before.split(f"\n{STEP} ")[-1]
    told = types_of(workspace)
    assert told.count("hsm.intent") == 1
    there = [i for i, each in enumerate(told) if each == "attendance.changed"]
    assert there[0] < told.index("command.refused") < there[1]
    assert there[1] < told.index("hsm.intent")


def test_recorded_answers_let_no_device_act_while_the_witness_is_out(
    workspace: Path, tmp_path: Path
) -> None:
    told = (workspace / "site" / "answers.yaml").read_text()
    out = f"""  "{STEP}":
    before:
      - attendance:
          person: w-01
          direction: out
          reason: A call.
"""
    assert told.count(f'  "{STEP}":\n') == 1
    answers = tmp_path / "answers.yaml"
    answers.write_text(told.replace(f'  "{STEP}":\n', out))
    ceremony = open_demo(workspace, answers)
    ran = run_ceremony(["run", ceremony, "--workspace", str(workspace)])
    assert ran.status == 1
    assert "[ENGINE-INITIAL-05]" in ran.all
    assert "The device was not asked for anything." in ran.all
    assert facts_of(workspace, "hsm.intent") == []
