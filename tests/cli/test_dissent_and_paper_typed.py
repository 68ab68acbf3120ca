"""At the keyboard: somebody does not agree, somebody signs in ink, and the pack holds.

The demo is played up to its sign-outs; from there on everything is typed, with a stop
while the dissent is open.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from ceremony.clock import SystemClock
from ceremony.digest_words import words
from tests.cli.terminal import Terminal
from tests.cli.test_typed_at_a_terminal import decide
from tests.cli.transcript import call_here
from tests.fakes.pdf_text import page_texts, text_of
from tests.rehearsals.opened import facts_of, open_demo, play_scene, play_to
from tests.rehearsals.stage import run_ceremony

SIGNS = r"Enter carries out; x I do not agree, p sign on paper, [^\n]*s stop: "
HELD = r"The ceremony holds\. Enter records what is decided; [^\n]*s stop: "
REASON = "Bag TE-4 was torn when I was handed it"
PLAIN = (
    "I was present for steps 1.4 to 6.2. What I did is recorded as I did it. I know "
    "of no deviation."
)
WITH_D_01 = PLAIN.replace("no deviation", "the deviation D-01 and of no other")


def now() -> str:
    return SystemClock().now().wall.strftime("%H:%M")


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def spoken(text: str) -> list[str]:
    return list(words(hashlib.sha256(text.encode()).digest())[:8])


@pytest.mark.no_cover
@pytest.mark.slow
@pytest.mark.hsm
def test_a_dissent_and_a_sheet_in_ink_are_typed_through_to_a_verified_pack(
    workspace: Path, tmp_path: Path
) -> None:
    ceremony = open_demo(workspace)
    play_to(workspace, ceremony, "6.3")
    place = ("--workspace", str(workspace))
    with Terminal(["resume", ceremony, *place]) as at:
        decide(at, "MT", "SL")
        at.expect("6.3 ")
        disagree(at)
        at.answer(HELD, "s")
        assert at.wait() == 1
    assert_held(workspace, ceremony)
    with Terminal(["resume", ceremony, *place]) as at:
        decide(at, "MT", "SL")
        settle(at)
        sign_that_they_did_not_agree(at)
        sign_in_ink(at, tmp_path)
        sign_out_the_rest(at)
        assert at.wait() == 0, at.shown[-900:]
    assert "Traceback" not in at.shown
    assert_recorded(workspace)
    assert_sheet(tmp_path / "sheet.pdf")
    assert_pack(workspace, ceremony, tmp_path)


def disagree(at: Terminal) -> None:
    """Custodian 1 does not agree; the reason cannot be left out or hold a smiley."""
    at.answer(SIGNS, "x")
    at.expect(r"I know of the deviation D-01 and of no other\.")
    at.answer("I do not agree, because: ", "I am not amused \U0001f620")
    at.expect(r"\[FILE-TEXT-03\]")
    at.answer(SIGNS, "x")
    at.answer("I do not agree, because: ", "   ")
    at.answer("I do not agree, because: ", REASON)
    at.expect("The dissent is recorded, and the ceremony holds")
    at.answer(HELD, "x")
    at.expect("Type n, d, o, i or s, or nothing but Enter")
    at.answer(HELD, "n")
    at.answer("The note: ", "The bag is looked at.")
    at.expect(f"Key custodian 1 does not agree in step 6.3:\n  {REASON}")


def assert_held(workspace: Path, ceremony: str) -> None:
    told = run_ceremony(["status", ceremony, "--workspace", str(workspace)])
    said = " ".join(told.out.split())
    assert f"dissent Key custodian 1, step 6.3, open: {REASON}" in said
    seal = ["seal", ceremony, "-o", str(workspace / "early.pdf")]
    refused = run_ceremony([*seal, "--workspace", str(workspace)])
    assert refused.status == 1
    assert "[CONDUCT-SEAL-01]" in refused.err


def settle(at: Terminal) -> None:
    """The terminal asks at once; a custodian may not decide about another."""
    at.expect(f"Key custodian 1 does not agree in step 6.3:\n  {REASON}")
    at.answer(HELD, "")
    at.answer("What is decided: ", "The bag is replaced.")
    at.answer(r"Role of person 1 of 2[^\n]*: ", "administrator")
    at.answer("Initials of the ceremony administrator: ", "DO")
    at.answer(r"Role of person 2 of 2[^\n]*: ", "internal-witness")
    at.answer("Initials of the internal witness: ", "SL")
    at.expect(r"\[ENGINE-DISSENT-04\]")
    decide(at, "MT", "SL")
    at.expect("The decision is recorded; the turn goes on")


def sign_that_they_did_not_agree(at: Terminal) -> None:
    at.answer(SIGNS, "")
    at.expect(f"I do not agree: {REASON}\\.\n")
    at.expect("The meaning:  did-not-agree\n")
    at.answer("HH:MM, your own watch: ", now())
    at.expect(f"dissent: {REASON}\n")
    at.expect("decided: The bag is replaced")
    at.expect("6.4 ")


def sign_in_ink(at: Terminal, folder: Path) -> None:
    """Custodian 2 signs a sheet; it is not dry at once, and one witness is wrong."""
    taken = folder / "taken.pdf"
    taken.write_bytes(b"something else")
    at.answer(SIGNS, "p")
    at.expect("In ink:       level A0\n")
    at.answer("The file to write the sheet to: ", str(taken))
    at.expect(r"\[CLI-OUT-01\]")
    for nowhere in ("~nobody-of-that-name/x", "x" * 300):
        at.answer(SIGNS, "p")
        at.answer("The file to write the sheet to: ", nowhere)
        at.expect(r"\[CLI-OUT-04\]")
    at.answer(SIGNS, "p")
    at.answer("The file to write the sheet to: ", str(folder / "sheet.pdf"))
    at.expect("Sheet P-01 is in [^\n]*\n?[^\n]*sheet.pdf")
    at.answer(r"Is the ink dry \(yes / no\): ", "no")
    at.expect("Nothing is recorded")
    at.answer(SIGNS, "p")
    at.expect("Key custodian 2 signs sheet P-01 in ink")
    at.answer(r"Is the ink dry \(yes / no\): ", "yes")
    at.answer("Why on paper, and not with the token: ", "The PIN is blocked.")
    at.answer("HH:MM, your own watch: ", now())
    decide(at, "MT", "XX")
    at.expect(r"\[ENGINE-INITIAL-02\]")
    decide(at, "MT", "SL")
    at.expect("Sheet P-01 is recorded")
    at.expect("statement: signed on paper, sheet P-01\n")
    assert taken.read_bytes() == b"something else"


def sign_out_the_rest(at: Terminal) -> None:
    for step in ("6.5", "6.6", "6.7", "6.8", "6.9"):
        at.expect(f"{re.escape(step)} ")
        at.answer(SIGNS, "")
        at.answer("HH:MM, your own watch: ", now())
    at.expect("is closed")


def assert_recorded(workspace: Path) -> None:
    (dissent,) = facts_of(workspace, "dissent.recorded")
    assert dissent == {
        "turn": "sign-out",
        "person": "c-01",
        "statement": sha256(WITH_D_01),
        "reason": REASON,
    }
    (settled,) = facts_of(workspace, "dissent.settled")
    assert settled["decided"] == "The bag is replaced."
    assert [each["mark"] for each in settled["by"]] == ["MT", "SL"]
    (paper,) = facts_of(workspace, "attestation.on-paper")
    assert (paper["sheet"], paper["level"], paper["waived"]) == ("P-01", "A0", True)
    assert paper["reason"] == "The PIN is blocked."
    assert [each["mark"] for each in paper["by"]] == ["MT", "SL"]
    signed = facts_of(workspace, "attestation.signed")
    assert [one["meaning"] for one in signed].count("did-not-agree") == 1
    assert len(signed) == 13


def assert_sheet(path: Path) -> None:
    pages = page_texts(path.read_bytes())
    assert len(pages) == 1
    told = " ".join(pages[0].split())
    text = re.search(r"“(I was present[^”]*)”", told)
    assert text is not None
    assert "Sheet P-01" in told
    assert "REHEARSAL" in told
    assert "Key custodian 2" in told
    for word in spoken(text.group(1)):
        assert word in told


def assert_pack(workspace: Path, ceremony: str, folder: Path) -> None:
    pack, place = folder / "evidence.pdf", ("--workspace", str(workspace))
    assert run_ceremony(["seal", ceremony, "-o", str(pack), *place]).status == 0
    for person in ("s-01", "x-01"):
        told = run_ceremony(["sign", str(pack), "--as", person, *place])
        assert told.status == 0, told.all
    policy = workspace / "site" / "trust-policy.toml"
    told = call_here(["verify", str(pack), "--trust", str(policy), "--format", "json"])
    assert told.status == 0, told.all
    verdict = json.loads(told.out)
    assert verdict["record"].startswith("VERIFIED WITH REMARKS")
    original = "A paper original is outside this pack: sheet P-01 of Key custodian 2."
    assert original in verdict["remarks"]
    assert "1 did not agree" in json.dumps(verdict)
    page = " ".join(page_texts(pack.read_bytes())[0].split())
    assert f"step 6.3: “{REASON}” Decided: “The bag is replaced.”, by " in page
    assert "Wet-ink original of sheet P-01" in page
    assert "Completed as approved" not in page
    assert "signed in ink, sheet P-01 outside this pack" in page
    assert_signed_text(workspace, pack)


def assert_signed_text(workspace: Path, pack: Path) -> None:
    """What custodian 1 signed ends with what they typed, and the pages quote it."""
    out = workspace / "extracted"
    assert run_ceremony(["extract", str(pack), "-o", str(out)]).status == 0
    statements = [
        json.loads(base64.b64decode(json.loads(path.read_bytes())["payload"]))
        for path in sorted(out.glob("attestation-*.dsse.json"))
    ]
    (told,) = [
        one["predicate"]
        for one in statements
        if one["predicate"]["meaning"] == "did-not-agree"
    ]
    assert told["person"] == "c-01"
    assert told["statement"].endswith(f" I do not agree: {REASON}.")
    assert "D-02" in told["statement"]
    assert told["statement"] in " ".join(text_of(pack.read_bytes(), "-raw").split())


DISAGREED = """
import sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.room import enter
from ceremony.conduct.turn import dissent
from ceremony.conduct.workspace import Workspace
from tests.unit.conduct.scenes import play_to

with enter(Workspace(Path(sys.argv[1])), sys.argv[2], SystemClock()) as at:
    play_to(at, "6.3")
    dissent(at.conductor, sys.argv[3])
"""


@pytest.mark.slow
@pytest.mark.hsm
def test_recorded_answers_wait_for_people_to_decide_about_a_dissent(
    workspace: Path,
) -> None:
    ceremony = open_demo(workspace, workspace / "site" / "answers.yaml")
    play_scene(DISAGREED, workspace, ceremony, REASON)
    place = ("--workspace", str(workspace))
    nobody = run_ceremony(["resume", ceremony, *place])
    assert nobody.status == 1
    assert f"Key custodian 1 does not agree in step 6.3:\n  {REASON}" in nobody.err
    assert "Stopped. What was acknowledged is in the journal" in nobody.err
    with Terminal(["resume", ceremony, *place]) as at:
        settle(at)
        at.expect(f"{ceremony} is closed")
        assert at.wait() == 0, at.shown[-900:]
    signed = [one["meaning"] for one in facts_of(workspace, "attestation.signed")]
    assert signed.count("did-not-agree") == 1
    assert len(facts_of(workspace, "ceremony.resumed")) == 2
