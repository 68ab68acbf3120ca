"""People at the operator laptop: PINs without echo, slips, and words in rows."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from ceremony.clock import SystemClock
from ceremony.digest_words import words
from tests.cli.terminal import Terminal
from tests.rehearsals.stage import pins_of, run_ceremony

WRONG = "27182818284590"
AGAIN = r"again / deviation / stop\): "


def let_two_type(site: Path) -> None:
    """Let the evidence PIN and the internal witness's be typed, the rest be fixed."""
    path = site / "binding.toml"
    told = path.read_text()
    for head in ("[evidence]", 'id = "w-01"'):
        before, after = told.split(head, 1)
        told = before + head + after.replace('pin = "fixed"', 'pin = "typed"', 1)
    path.write_text(told)


def opened(workspace: Path) -> str:
    site = workspace / "site"
    told = run_ceremony(
        [
            *("open", "demo", "--roster", str(site / "roster.toml")),
            *("--site", str(site), "--rehearsal", "--workspace", str(workspace)),
        ]
    )
    assert told.status == 0, told.all
    return told.out.strip()


def recorded(workspace: Path, kind: str) -> list[dict[str, object]]:
    path = workspace / f"{kind}.jsonl"
    told = run_ceremony(
        ["journal", "export", "-o", str(path), "--workspace", str(workspace)]
    )
    assert told.status == 0, told.all
    events = [json.loads(line) for line in path.read_text().splitlines()]
    return [event["data"] for event in events if event["type"] == kind]


def test_a_ceremony_is_typed_at_the_terminal(workspace: Path) -> None:
    site = workspace / "site"
    let_two_type(site)
    ceremony, pins = opened(workspace), pins_of(site)
    digest = hashlib.sha256((site / "script.yaml").read_bytes()).digest()
    with Terminal(["run", ceremony, "--workspace", str(workspace)]) as at:
        at.answer("PIN of the evidence token: ", pins["user.evidence"])
        sign_in_after_a_wrong_pin(at, pins["user.w-01"])
        for step in ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7"):
            at.expect(f"\n{re.escape(step)} ")
            at.answer(r"watch[^\n]*: ", "09:41")
        for step in ("1.8", "1.9"):
            at.expect(f"\n{re.escape(step)} ")
            initial(at)
        read_wrong_words(at, digest)
        record_the_deviation(at)
        read_right_words(at, digest)
        at.expect("\n1.11 ")
        at.end_input()
        status = at.wait()
    assert status == 1
    assert "Stopped. What was acknowledged is in the journal" in at.shown
    assert "Traceback" not in at.shown
    assert [pin for pin in (WRONG, *pins.values()) if pin in at.shown] == []
    first, second = recorded(workspace, "value.checked")
    assert (first["equal"], second["equal"]) == (False, True)
    assert (first["attempts"], second["attempts"]) == ([3, 1], [3, 1])
    assert len(recorded(workspace, "deviation.recorded")) == 1
    with Terminal(["resume", ceremony, "--workspace", str(workspace)]) as again:
        resume_and_stop(again, pins["user.evidence"])
        assert again.wait() == 1
    assert "Traceback" not in again.shown


def resume_and_stop(at: Terminal, pin: str) -> None:
    """Two people look at where it stands; the next step is refused, and they stop."""
    at.answer("PIN of the evidence token: ", pin)
    at.expect(r"The last closed step is 1\.10\.")
    at.answer("Role of person 1 of 2: ", "security-officer")
    at.answer("Role of person 2 of 2: ", "internal-witness")
    at.expect("\n1.11 ")
    read_clocks(at, "09:50", "SL")
    at.expect(r"\[CONDUCT-CLOCK-01\]")
    at.answer(AGAIN, "again")
    now = SystemClock().now().wall.strftime("%Y-%m-%dT%H:%M:%SZ")
    read_clocks(at, now, "XX")
    at.expect(r"\[ENGINE-INITIAL-02\]")
    at.answer(AGAIN, "deviation")
    at.answer(r"How severe[^\n]*: ", "note")
    for question in ("expected", "happened", "is decided"):
        at.answer(f"What (was )?{question}: ", "A slip.")
    for number in (1, 2):
        at.answer(f"Role of person {number} of 2: ", "bystander")
    at.expect(r"\[CONDUCT-ROLE-01\]")
    at.answer("Role of person 1 of 2: ", "security-officer")
    at.answer("Role of person 2 of 2: ", "internal-witness")
    at.answer(AGAIN, "stop")


def read_clocks(at: Terminal, reading: str, initials: str) -> None:
    """Two people read two clocks; the internal witness initials."""
    at.answer(r"the radio clock on the wall: [^\n]*: ?", reading)
    at.answer(r"the auditor's watch: [^\n]*: ?", reading)
    at.answer("Initials of the internal-witness: ", initials)


def sign_in_after_a_wrong_pin(at: Terminal, pin: str) -> None:
    """A wrong PIN is told, and the step is done again only where people say so."""
    at.expect("\n1.1 ")
    answer_sign_in(at, WRONG)
    at.expect(r"\[HSM-PIN-0\d\]")
    at.expect("What it means: ")
    at.expect("What to do: ")
    at.answer(AGAIN, "perhaps")
    at.expect("Type one of: again / deviation / stop")
    at.answer(AGAIN, "again")
    answer_sign_in(at, pin)


def read_wrong_words(at: Terminal, digest: bytes) -> None:
    """Three wrong entries of a row: it is told which row, and the step stays open."""
    right, wrong = words(digest)[:8], words(bytes(255 - byte for byte in digest))[:4]
    at.expect("\n1.10 ")
    for _ in range(3):
        at.answer("Row 1: ", " ".join(wrong))
        at.expect("Row 1 differs")
    at.answer("Row 2: ", " ".join(right[4:]))
    initial(at)
    at.expect(r"\[ENGINE-CHECK-04\]")


def record_the_deviation(at: Terminal) -> None:
    """What was expected, what happened, what is decided, and by which two."""
    at.answer(AGAIN, "deviation")
    at.answer(r"How severe[^\n]*: ", "minor")
    at.answer("What was expected: ", "The words that are shown.")
    at.answer("What happened: ", "Another page was read out.")
    at.answer("What is decided: ", "The right page is read again.")
    at.answer("Role of person 1 of 2: ", "security-officer")
    at.answer("Role of person 2 of 2: ", "internal-witness")
    at.expect("Deviation D-01 is recorded and closed")


def read_right_words(at: Terminal, digest: bytes) -> None:
    """Two slips of the keyboard, then the words as they are."""
    right = words(digest)[:8]
    at.answer(AGAIN, "again")
    at.answer("Row 1: ", "only three words")
    at.expect("A row has 4 words")
    at.answer("Row 1: ", "one two three notaword")
    at.expect("is not a word of the list")
    at.answer("Row 1: ", " ".join(right[:4]).upper())
    at.answer("Row 2: ", " ".join(right[4:]))
    initial(at)


def answer_sign_in(at: Terminal, pin: str) -> None:
    """A sign-in asks for the token's PIN and the person's reading of the clock."""
    for _ in range(2):
        if "PIN" in at.expect(r"PIN[^\n]*: |watch[^\n]*: "):
            at.type(pin)
        else:
            at.type("09:41")


def initial(at: Terminal) -> None:
    """Type the initials of the internal witness (roster.toml)."""
    at.answer("Initials of the internal-witness: ", "SL")


def test_an_inventory_asks_for_the_pin_and_does_not_show_it(workspace: Path) -> None:
    site = workspace / "site"
    told = (site / "binding.toml").read_text().split("[evidence]")[1]
    serial = told.split('serial = "')[1].split('"')[0]
    pin = pins_of(site)["user.evidence"]
    with Terminal(
        ["hsm", "inventory", serial], {"SOFTHSM2_CONF": f"{site}/tokens/softhsm2.conf"}
    ) as at:
        at.answer("User PIN of KC-REH-EVIDENCE: ", f"9\x7f{pin}")
        status = at.wait()
    assert status == 0, at.shown
    assert pin not in at.shown
    assert "CKO_PRIVATE_KEY" in at.shown
    assert re.search(r"\d objects in KC-REH-EVIDENCE", at.shown)


def test_ctrl_c_at_a_pin_says_what_stands(workspace: Path) -> None:
    let_two_type(workspace / "site")
    ceremony = opened(workspace)
    with Terminal(["run", ceremony, "--workspace", str(workspace)]) as at:
        at.expect("PIN of the evidence token: ")
        at.interrupt()
        status = at.wait()
    assert status == 1
    assert "Stopped. What was acknowledged is in the journal" in at.shown
    assert "Traceback" not in at.shown
