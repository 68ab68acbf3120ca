"""A whole ceremony at the keyboard, every PIN typed, to a pack that verifies."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ceremony.conduct.workspace import Workspace
from ceremony.digest_words import rows
from ceremony.identifiers import CeremonyId, Mode
from tests.cli.pasted import count_ok, lines_too_wide, shown_commands
from tests.cli.room import COMMAND, Room
from tests.cli.terminal import Terminal
from tests.cli.transcript import call_here
from tests.rehearsals.opened import facts_of, open_demo
from tests.rehearsals.stage import pins_of

COLUMNS = 80
"""As the environment of the tests has it."""
SHOWN = re.compile(
    r"this is what you are about to sign:\n\n  (?P<text>[^\n]+)\n\n"
    r"  Its digest:   (?P<words>[^\n]+)\n  The meaning:  (?P<meaning>\w+)\n"
    r"  Checkpoint:   size (?P<size>\d+), \S+ \S+ \S+ \S+\n"
    r"  Your token:   (?P<token>[0-9a-f]{16})\n"
)


def all_typed(site: Path) -> None:
    path = site / "binding.toml"
    path.write_text(path.read_text().replace('pin = "fixed"', 'pin = "typed"'))


@dataclass
class BusyRoom(Room):
    """A room in which things happen that are not in the script."""

    def at_any_time(self) -> None:
        """Do what is not in the script, once, before the step is carried out."""
        once: dict[str, Callable[[], None]] = {
            "1.12": self.note,
            "4.5": lambda: self.leave("c-03"),
            "4.7": lambda: self.come_back("c-03"),
            "5.4": self.deviation,
        }
        act = once.get(self.step)
        if act is not None and self.step not in self.done:
            self.done.append(self.step)
            act()
            self.at.expect(COMMAND)

    def note(self) -> None:
        self.at.type("n")
        # Composed by the keyboard as an e and an accent.
        self.at.answer("The note: ", "The cafe\u0301 is closed.")
        self.at.expect("The note is recorded")

    def leave(self, person: str) -> None:
        self.at.type("o")
        self.at.expect(f"{person} +Key custodian 3")
        self.at.answer(r"Who \([^\n]*\): ", person)
        self.at.answer("Why: ", "A call.")
        self.at.expect("Key custodian 3 has left the room")

    def come_back(self, person: str) -> None:
        self.at.type("i")
        self.at.answer(rf"Who \({person}\): ", person)
        self.at.expect("Key custodian 3 is back")

    def deviation(self) -> None:
        self.at.type("d")
        self.at.answer(r"How severe[^\n]*: ", "minor")
        self.at.answer("What was expected: ", "The bag TE-1 is sealed.")
        self.at.answer("What happened: ", "Its number was smudged.")
        self.at.answer("What is decided: ", "The spare bag is used.")
        for mark in ("XX", "SL"):
            self.at.expect("internal-witness +Internal witness")
            self.at.answer(r"person 1 of 2 \([^\n]*\): ", "security-officer")
            self.at.answer("Initials of the security officer: ", "MT")
            self.at.answer(r"person 2 of 2 \([^\n]*\): ", "internal-witness")
            self.at.answer("Initials of the internal witness: ", mark)
            if mark == "XX":
                self.at.expect(r"\[ENGINE-INITIAL-02\]")
        self.at.expect("Deviation D-01 is recorded and closed")


def signed_statements(workspace: Path, ceremony: str) -> list[dict[str, object]]:
    """What was signed, from the DSSE envelopes that the journal keeps."""
    told = []
    with Workspace(workspace).journal(Mode.REHEARSAL) as journal:
        for event in journal.events(CeremonyId(ceremony)):
            for blob in event.blobs:
                if blob.name.endswith(".dsse.json"):
                    envelope = json.loads(journal.blob(blob.sha256))
                    payload = json.loads(base64.b64decode(envelope["payload"]))
                    told.append(payload["predicate"])
    return told


@pytest.mark.no_cover
@pytest.mark.slow
@pytest.mark.hsm
def test_a_whole_ceremony_is_typed_and_what_is_shown_is_what_is_signed(
    workspace: Path, tmp_path: Path
) -> None:
    site, projector = workspace / "site", tmp_path / "projector.txt"
    pins = pins_of(site)
    all_typed(site)
    ceremony = open_demo(workspace)
    place = ("--workspace", str(workspace))
    run = ["run", ceremony, "--projector", str(projector), *place]
    with Terminal(run) as at:
        room = BusyRoom(at, site, projector)
        room.answer_all()
        assert at.wait() == 0, at.shown[-900:]
    shown = at.shown
    assert room.done == ["1.12", "4.5", "4.7", "5.4"]
    assert len(room.seen) == 54
    assert len(room.rows) == 2 + 2 + 8 + 2 + 8
    assert projector.read_text() == ""
    assert [pin for pin in pins.values() if pin in shown] == []
    assert_issued_is_told(shown, facts_of(workspace, "hsm.outcome"))
    assert_shown_is_signed(shown, signed_statements(workspace, ceremony))
    assert facts_of(workspace, "note.recorded") == [{"text": "The café is closed."}]
    moves = facts_of(workspace, "attendance.changed")
    assert [(each["person"], each["direction"]) for each in moves] == [
        ("c-03", "out"),
        ("c-03", "in"),
    ]
    assert len(facts_of(workspace, "deviation.recorded")) == 1
    closed = facts_of(workspace, "deviation.closed")
    assert [[each["mark"] for each in one["by"]] for one in closed] == [["MT", "SL"]]
    assert_sealed_and_verified(workspace, ceremony, tmp_path, pins)
    assert_pasted_commands_say_ok(shown, tmp_path)


def assert_issued_is_told(shown: str, outcomes: list[dict[str, Any]]) -> None:
    """What each step issues is told with its words and the commands that check it."""
    issued = [
        made
        for outcome in outcomes
        for made in (outcome.get("request"), outcome.get("certificate"))
        if made is not None
    ]
    assert shown.count("Each of these commands says OK") == len(issued) == 3
    told = " ".join(shown.split())
    for number, made in enumerate(issued):
        assert f"SHA-256 of the public key: {made['public_key']}" in told, number
        for row in rows(bytes.fromhex(made["digest"])):
            assert " ".join(row) in told


def assert_pasted_commands_say_ok(shown: str, folder: Path) -> None:
    """Each block of commands, as the screen had it, beside what extract writes."""
    files = folder / "files"
    told = call_here(["extract", str(folder / "evidence.pdf"), "-o", str(files)])
    assert told.status == 0, told.all
    blocks = shown_commands(shown)
    assert [count_ok(block, files) for block in blocks] == [3, 3, 3]
    assert lines_too_wide(blocks, COLUMNS) == []


def assert_shown_is_signed(shown: str, signed: list[dict[str, object]]) -> None:
    told = [match.groupdict() for match in SHOWN.finditer(shown)]
    assert len(told) == len(signed) == 14
    for one, other in zip(told, signed, strict=True):
        assert one["text"] == other["statement"]
        assert one["meaning"] == other["meaning"]
        assert int(one["size"]) == other["checkpoint"]["size"]
        assert len(one["words"].split()) == 8
    assert "for steps 1.6 to 4.4 and 4.7 to 6.4." in told[9]["text"]
    assert "I know of the deviation D-01" in told[7]["text"]


def assert_sealed_and_verified(
    workspace: Path, ceremony: str, folder: Path, pins: dict[str, str]
) -> None:
    pack = folder / "evidence.pdf"
    place = ("--workspace", str(workspace))
    with Terminal(["seal", ceremony, "-o", str(pack), *place]) as at:
        at.answer("PIN of the evidence token: ", pins["user.evidence"])
        assert at.wait() == 0, at.shown
    for person in ("s-01", "x-01"):
        with Terminal(["sign", str(pack), "--as", person, *place]) as at:
            at.answer("PIN of the evidence token: ", pins["user.evidence"])
            at.answer("PIN of your token, [0-9a-f]{16}: ", pins[f"user.{person}"])
            assert at.wait() == 0, at.shown
    policy = workspace / "site" / "trust-policy.toml"
    proof = pack.with_suffix(".proof")
    told = call_here(
        ["verify", str(pack), "--trust", str(policy), "--proof", str(proof)]
    )
    assert told.status == 0, told.all
    assert "Record: VERIFIED" in told.out
