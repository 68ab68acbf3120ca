"""People at the operator laptop: PINs without echo, slips, and words in rows."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from ceremony.clock import SystemClock
from ceremony.digest_words import words
from tests.cli.terminal import Terminal, initial_by_two
from tests.rehearsals.opened import facts_of, open_demo, play_scene
from tests.rehearsals.stage import pins_of, run_ceremony

WRONG = "27182818284590"
COMMAND = r"Enter carries out; [^\n]*s stop: "


def let_two_type(site: Path) -> None:
    """Let the evidence PIN and the internal witness's be typed, the rest be fixed."""
    path = site / "binding.toml"
    told = path.read_text()
    for head in ("[evidence]", 'id = "w-01"'):
        before, after = told.split(head, 1)
        told = before + head + after.replace('pin = "fixed"', 'pin = "typed"', 1)
    path.write_text(told)


def test_a_ceremony_is_typed_at_the_terminal(workspace: Path) -> None:
    site = workspace / "site"
    let_two_type(site)
    ceremony, pins = open_demo(workspace), pins_of(site)
    digest = hashlib.sha256((site / "script.yaml").read_bytes()).digest()
    with Terminal(["run", ceremony, "--workspace", str(workspace)]) as at:
        at.answer("PIN of the evidence token: ", pins["user.evidence"])
        nobody_moves_yet(at)
        sign_in_after_a_wrong_pin(at, pins["user.w-01"])
        carry_out_to_the_read_back(at)
        read_wrong_words(at, digest)
        read_right_words(at, digest)
        at.expect("\n1.11 ")
        at.expect(COMMAND)
        at.end_input()
        status = at.wait()
    assert status == 1
    assert "Stopped. What was acknowledged is in the journal" in at.shown
    assert "Traceback" not in at.shown
    assert [pin for pin in (WRONG, *pins.values()) if pin in at.shown] == []
    assert_read_back_is_recorded(workspace)
    with Terminal(["run", ceremony, "--workspace", str(workspace)]) as anew:
        anew.answer("PIN of the evidence token: ", pins["user.evidence"])
        anew.expect(r"was begun and then left\. \[CONDUCT-RESUME-01\]")
        assert anew.wait() == 1
    with Terminal(["resume", ceremony, "--workspace", str(workspace)]) as again:
        resume_and_stop(again, pins["user.evidence"])
        assert again.wait() == 1
    assert "Traceback" not in again.shown
    (resumed,) = facts_of(workspace, "ceremony.resumed")
    assert [each["mark"] for each in resumed["by"]] == ["MT", "SL"]


def carry_out_to_the_read_back(at: Terminal) -> None:
    """Everybody else signs in; a wrong mark closes no step."""
    for step in ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7"):
        at.expect(f"\n{re.escape(step)} ")
        at.answer(COMMAND, "")
        at.answer(r"your own watch: ", now("%H:%M"))
    at.expect("\n1.8 ")
    at.answer(COMMAND, "")
    at.answer("Initials of the internal witness: ", "XX")
    at.expect(r"\[ENGINE-INITIAL-02\]")
    at.answer(COMMAND, "")
    at.answer("Initials of the internal witness: ", "SL")
    at.expect("\n1.9 ")
    at.answer(COMMAND, "")
    at.answer("Initials of the internal witness: ", "SL")


def assert_read_back_is_recorded(workspace: Path) -> None:
    """Both read-backs, and the deviation that the first one called for."""
    first, second = facts_of(workspace, "value.checked")
    assert (first["equal"], second["equal"]) == (False, True)
    assert (first["attempts"], second["attempts"]) == ([2, 2], [1, 1])
    (deviation,) = facts_of(workspace, "deviation.recorded")
    assert (deviation["severity"], deviation["cause"]) == ("note", "read-back")
    (closed,) = facts_of(workspace, "deviation.closed")
    assert closed["by"] == [
        {"mark": "SL", "person": "w-01", "role": "internal-witness"}
    ]


def now(form: str) -> str:
    return SystemClock().now().wall.strftime(form)


def nobody_moves_yet(at: Terminal) -> None:
    """Before the first sign-in nobody can leave or come back."""
    at.expect("1 of 54\n1.1 ")
    at.answer(COMMAND, "o")
    at.expect("Nobody is in the room as the record has it")
    at.answer(COMMAND, "i")
    at.expect("Nobody has left as the record has it")
    at.answer(COMMAND, "y")
    at.expect("Type x, p, n, d, b, o, i or s")


def resume_and_stop(at: Terminal, pin: str) -> None:
    """Two people look at where it stands; the next step is refused, and they stop."""
    at.answer("PIN of the evidence token: ", pin)
    at.expect(r"The last closed step is 1\.10\.")
    decide(at, "MT", "HA")
    at.expect(r"\[ENGINE-INITIAL-02\]")
    decide(at, "MT", "SL")
    at.expect("\n1.11 ")
    at.answer(COMMAND, "")
    read_clocks(at, "09:50")
    at.expect(r"\[CONDUCT-CLOCK-01\]")
    at.answer(COMMAND, "")
    read_clocks(at, now("%Y-%m-%dT%H:%M:%SZ"))
    at.answer("Initials of the internal witness: ", "SL")
    at.expect("\n1.12 ")
    at.answer(COMMAND, "s")


def decide(at: Terminal, first: str, second: str) -> None:
    """Two people say who they are; an external role is no choice."""
    at.expect("security-officer +Security officer")
    at.answer(r"Role of person 1 of 2[^\n]*: ", "auditor")
    at.expect("Type one of: administrator / security-officer / internal-witness")
    initial_by_two(at, first, second)


def read_clocks(at: Terminal, reading: str) -> None:
    """Two people read two clocks."""
    at.answer(r"the radio clock on the wall: [^\n]*: ?", reading)
    at.answer(r"the auditor's watch: [^\n]*: ?", reading)


def sign_in_after_a_wrong_pin(at: Terminal, pin: str) -> None:
    """A wrong PIN is told, and the step is done again only where people say so."""
    at.answer(COMMAND, "")
    at.expect("this is what you are about to sign:\n\n  I take part in KC-")
    at.answer("HH:MM, your own watch: ", "banana")
    at.expect("Type hours and minutes")
    at.answer("HH:MM, your own watch: ", "9:41")
    at.expect("Type hours and minutes")
    at.answer("HH:MM, your own watch: ", far_from_now())
    at.expect(r"The laptop's clock says \d\d:\d\d UTC: \d+ minutes from your watch")
    at.answer(r"PIN of your own token, [0-9a-f]{16}: ", WRONG)
    at.expect(r"\[HSM-PIN-0\d\]")
    at.expect("What it means: ")
    at.expect("What to do: ")
    at.answer(COMMAND, "")
    at.answer("HH:MM, your own watch: ", now("%H:%M"))
    at.answer(r"PIN of your own token, [0-9a-f]{16}: ", pin)


def far_from_now() -> str:
    """A time of day that is half an hour off in every whole-hour zone."""
    wall = SystemClock().now().wall
    return f"{wall.hour:02}:{(wall.minute + 30) % 60:02}"


def read_wrong_words(at: Terminal, digest: bytes) -> None:
    """Three wrong rows stop the read-back and draft a deviation, a note."""
    right, wrong = words(digest)[:8], words(bytes(255 - byte for byte in digest))[:8]
    at.expect("\n1.10 ")
    at.answer(COMMAND, "")
    at.expect("from the projector [^\n]*--projector FILE[^\n]*types them unseen")
    for _ in range(3):
        at.answer("Row 1: ", " ".join(wrong[:4]))
        at.expect("Row 1 differs")
    at.expect(r"\[CLI-WORDS-01\]")
    at.answer(r"Record it \(yes / no\): ", "no")
    at.answer(COMMAND, "")
    at.answer("Row 1: ", "only three words")
    at.expect("A row has 4 words")
    at.answer("Row 1: ", "one two three notaword")
    at.expect("is not a word of the list")
    at.answer("Row 1: ", " ".join(wrong[:4]))
    at.expect("Row 1 differs")
    at.answer("Row 1: ", " ".join(right[:4]))
    for _ in range(2):
        at.answer("Row 2: ", " ".join(wrong[4:]))
        at.expect("Row 2 differs")
    at.expect(r"\[ENGINE-CHECK-04\]")
    at.expect("Draft of a deviation, severity note: The read-back of step 1.10 stopped")
    at.answer(r"Record it \(yes / no\): ", "yes")
    at.answer("What is decided: ", "The words are read again, slowly.")
    at.answer(r"Role of person 1 of 1[^\n]*: ", "internal-witness")
    at.answer("Initials of the internal witness: ", "SL")
    at.expect("Deviation D-01 is recorded and closed")


def read_right_words(at: Terminal, digest: bytes) -> None:
    """The words as they are, in capitals."""
    right = words(digest)[:8]
    at.answer(COMMAND, "")
    at.answer("Row 1: ", " ".join(right[:4]).upper())
    at.answer("Row 2: ", " ".join(right[4:]))
    at.answer("Initials of the internal witness: ", "SL")


def test_a_ceremony_on_which_nothing_was_carried_out_is_resumed_without_a_deviation(
    workspace: Path,
) -> None:
    let_two_type(workspace / "site")
    ceremony, pins = open_demo(workspace), pins_of(workspace / "site")
    for command in ("resume", "resume", "run"):
        with Terminal([command, ceremony, "--workspace", str(workspace)]) as at:
            at.answer("PIN of the evidence token: ", pins["user.evidence"])
            at.expect("\n1.1 ")
            at.answer(COMMAND, "n")
            at.answer("The note: ", "We begin later.")
            at.answer(COMMAND, "s")
            assert at.wait() == 1
    assert facts_of(workspace, "deviation.recorded") == []
    assert facts_of(workspace, "ceremony.resumed") == []
    assert len(facts_of(workspace, "note.recorded")) == 3


LEAVE_OPEN = """
import sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.incident import record_deviation
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import Severity
from tests.unit.conduct.scenes import play_to

with enter(Workspace(Path(sys.argv[1])), sys.argv[2], SystemClock()) as at:
    play_to(at, "1.8")
    record_deviation(
        at.conductor, Severity.MINOR, expected="A door.", happened="It stood open."
    )
"""


def test_a_deviation_that_an_older_record_left_open_is_closed_at_resume(
    workspace: Path,
) -> None:
    ceremony = open_demo(workspace)
    play_scene(LEAVE_OPEN, workspace, ceremony)
    with Terminal(["resume", ceremony, "--workspace", str(workspace)]) as at:
        decide(at, "MT", "SL")
        at.expect("Deviation D-01, minor, is still open:\n  It stood open.")
        at.answer("What is decided: ", "The door is shut.")
        decide(at, "SL", "SL")
        at.expect(r"\[ENGINE-INITIAL-02\]")
        decide(at, "MT", "SL")
        at.expect("Deviation D-01 is closed")
        at.expect("\n1.8 ")
        at.answer(COMMAND, "s")
        assert at.wait() == 1
    closed = facts_of(workspace, "deviation.closed")
    assert [each["deviation"] for each in closed] == ["D-02", "D-01"]


LEAVE_IN_DOUBT = """
import os
import sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.actions import perform
from ceremony.conduct.rehearsal import gather
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.pack.answers import StepAnswers
from tests.unit.conduct.scenes import play_to

with enter(Workspace(Path(sys.argv[1])), sys.argv[2], SystemClock()) as at:
    play_to(at, "3.3")
    at.conductor.finish = lambda *_: os._exit(0)
    perform(at.conductor, gather(at.conductor, StepAnswers({}, {}, (), ()), at.pins))
"""


def last_event(workspace: Path) -> tuple[int, str]:
    """Give the last leaf's number, and its hash in eight words, made anew."""
    path = workspace / "before.jsonl"
    place = ("--workspace", str(workspace))
    assert run_ceremony(["journal", "export", "-o", str(path), *place]).status == 0
    lines = path.read_bytes().splitlines()
    digest = hashlib.sha256(b"\0" + lines[-1]).digest()
    return len(lines) - 1, " ".join(words(digest)[:8])


def test_two_people_who_type_keep_a_key_that_was_in_doubt(workspace: Path) -> None:
    ceremony = open_demo(workspace)
    play_scene(LEAVE_IN_DOUBT, workspace, ceremony)
    seq, spoken = last_event(workspace)
    with Terminal(["resume", ceremony, "--workspace", str(workspace)]) as at:
        at.expect(rf"{ceremony} was interrupted at [-0-9: ]+ UTC, with step 3\.3 open")
        at.expect(rf"The last event is {seq}, in words: {spoken}\.")
        at.expect("This computer: not started anew; clock: after it")
        at.expect(r"The last closed step is 3\.2\.")
        at.expect(r"key\.generate in step 3\.3 is in doubt")
        at.answer(r"A key that is there completely \(adopt / destroy\): ", "adopt")
        decide(at, "MT", "SL")
        at.expect("The key pair [^\n]* was made completely; it is kept")
        at.expect("24 of 54\n3.3 ")
        at.answer(COMMAND, "")
        at.answer("Initials of the internal witness: ", "SL")
        at.answer("Initials of the ceremony administrator: ", "DO")
        at.expect("\n3.4 ")
        at.answer(COMMAND, "s")
        assert at.wait() == 1
    outcomes = [each["result"] for each in facts_of(workspace, "hsm.outcome")]
    assert outcomes[-1] == "adopted"


def test_an_inventory_asks_for_the_pin_and_does_not_show_it(workspace: Path) -> None:
    site = workspace / "site"
    told = (site / "binding.toml").read_text().split("[evidence]")[1]
    serial = told.split('serial = "')[1].split('"')[0]
    pin = pins_of(site)["user.evidence"]
    with Terminal(
        ["hsm", "inventory", "--token", serial],
        {"SOFTHSM2_CONF": f"{site}/tokens/evidence/softhsm2.conf"},
    ) as at:
        at.answer("User PIN of KC-REH-EVIDENCE: ", f"9\x7f{pin}")
        status = at.wait()
    assert status == 0, at.shown
    assert pin not in at.shown
    assert "CKO_PRIVATE_KEY" in at.shown
    # As SoftHSMv2 shows them to any tool: made there, and never to leave.
    (true,) = set(
        re.findall(r"CKO_PRIVATE_KEY .*\r?\n  true {3}((?:.*\n?)*?)  false", at.shown)
    )
    assert {"CKA_SENSITIVE", "CKA_NEVER_EXTRACTABLE", "CKA_LOCAL"} <= set(true.split())
    assert re.search(r"false +.*CKA_EXTRACTABLE", at.shown)
    assert "CKA_KEY_GEN_MECHANISM=CKM_EC" in at.shown
    assert re.search(r"\d objects in KC-REH-EVIDENCE", at.shown)


def test_ctrl_c_at_a_pin_says_what_stands(workspace: Path) -> None:
    let_two_type(workspace / "site")
    ceremony = open_demo(workspace)
    with Terminal(["run", ceremony, "--workspace", str(workspace)]) as at:
        at.expect("PIN of the evidence token: ")
        at.interrupt()
        status = at.wait()
    assert status == 1
    assert "Stopped. What was acknowledged is in the journal" in at.shown
    assert "Traceback" not in at.shown
