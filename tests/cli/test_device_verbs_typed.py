"""Every device verb at a terminal, with the PINs of both tokens typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.room import COMMAND, Room
from tests.cli.terminal import Terminal, initial_by_two
from tests.cli.transcript import call_here
from tests.fakes.key_acts import SCRIPT_FILE
from tests.fakes.nameless_key import put_nameless_key
from tests.rehearsals.opened import facts_of, play_scene
from tests.rehearsals.stage import pins_of, run_ceremony
from tests.rehearsals.typed_pins import make_site_for, make_typed_site

pytestmark = [pytest.mark.hsm, pytest.mark.slow]


def opened(site: Path, script: str, place: tuple[str, str]) -> str:
    """Open a rehearsal of a script at a site; give its id."""
    roster = ("--roster", str(site / "roster.toml"), "--site", str(site))
    told = run_ceremony(["open", script, *roster, "--rehearsal", *place])
    assert told.status == 0, told.all
    return told.out.strip()


def hold(workspace: Path, script: str, path: str) -> tuple[str, str]:
    """Open and hold a ceremony to its close; give its id and all that was shown."""
    site, place = make_typed_site(workspace, script), ("--workspace", str(workspace))
    ceremony, projector = opened(site, path, place), workspace / "projector.txt"
    run = ["run", ceremony, "--projector", str(projector), *place]
    with Terminal(run) as at:
        Room(at, site, projector).answer_all()
        assert at.wait() == 0, at.shown[-900:]
    assert [pin for pin in pins_of(site).values() if pin in at.shown] == []
    return ceremony, at.shown


def told_at(shown: str, step: str) -> str:
    """Give what was shown from a step to the next, blanks taken together."""
    found = re.search(rf"\n{re.escape(step)} (.*?)\n\n\d+ of ", shown, re.DOTALL)
    assert found
    return " ".join(found.group(1).split())


@pytest.mark.no_cover
def test_a_backup_is_typed_and_its_pack_verifies(memory: Path) -> None:
    workspace = memory / "workspace"
    ceremony, shown = hold(workspace, "backup", "backup")
    # What the device will be told is read before anybody says go.
    before, after = told_at(shown, "4.8").split("Enter carries out", 1)
    assert "Serial" in before
    assert "Copy of Signing key Under Backup wrapping key, second token Blob " in before
    assert "CKA_EXTRACTABLE false; CKA_ALWAYS_SENSITIVE false; " in before
    assert before.endswith("3 objects; afterwards private key and public key new ")
    assert "signed, and verifies with the original's public key" in after
    # A check value is read aloud, in groups, from both tokens.
    values = re.findall(r"check value: (\w{4} \w{4} \w{2})\n", shown)
    assert len(values) == 2
    assert values[0] == values[1]
    # The attributes' columns stand under each other.
    table = (
        shown.split("\n4.3 ", 1)[1].split("  Attribute", 1)[1].split("\n  1 waived")[0]
    )
    head, *rows = table.splitlines()
    place = head.index("asked") + len("  Attribute")
    assert len(rows) == 16
    assert {row[place - 1] for row in rows} == {" "}
    assert {row[place:].split()[0] for row in rows} == {"true", "false", "apart"}
    assert_verified(workspace, ceremony)


def assert_verified(workspace: Path, ceremony: str) -> None:
    pack, place = workspace / "evidence.pdf", ("--workspace", str(workspace))
    signed = [["sign", str(pack), "--as", person] for person in ("s-01", "x-01")]
    for command in (["seal", ceremony, "-o", str(pack)], *signed):
        told = run_ceremony([*command, *place])
        assert told.status == 0, told.all
    policy = ("--trust", str(workspace / "site" / "trust-policy.toml"))
    proof = ("--proof", str(pack.with_suffix(".proof")))
    told = call_here(["verify", str(pack), *policy, *proof])
    assert "Record: VERIFIED WITH REMARKS" in told.out, told.all


def test_a_key_that_is_used_proven_and_destroyed_is_typed(memory: Path) -> None:
    _, shown = hold(memory / "workspace", "key-acts", str(SCRIPT_FILE))
    before, after = told_at(shown, "2.15").split("Enter carries out", 1)
    (cka_id,) = re.findall(r"CKA_ID ((?:\w{4} ){8})Short id", before)
    assert f"CKA_ID: {cka_id}short id" in after
    assert "private key and public key destroyed, gone for good" in before
    # Whose PIN is asked for stands in each question.
    asked = re.findall(r"(The [^\n]*PIN[^\n]*), \w{16}: ", shown)
    assert asked[:3] == [
        "The security officer PIN of Root token",
        "The new security officer PIN of Root token",
        "The new security officer PIN of Root token, once more",
    ]
    assert "none is recorded" in told_at(shown, "2.2")
    assert "2 objects; afterwards as before" in told_at(shown, "2.11")
    # What a list revokes is read before it is signed, and its digest is typed unseen.
    before, after = told_at(shown, "2.12").split("Enter carries out", 1)
    assert "Revocation list Organisation ARL Number 1 Revokes serial:4a0f" in before
    assert "2020-01-15 cessation-of-operation Profile smki-oca-arl" in before
    assert "what was linted is what is signed" in after
    assert "types them unseen" in told_at(shown, "2.13")
    assert "no object: whatever was there is wiped" in told_at(shown, "2.3")


LEAVE_IN_DOUBT = """
import os, sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.actions import perform
from ceremony.conduct.rehearsal import gather
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.pack.answers import StepAnswers
from tests.unit.conduct.scenes import play_to

with enter(Workspace(Path(sys.argv[1])), sys.argv[2], SystemClock()) as at:
    play_to(at, "3.9")
    at.conductor.finish = lambda *_: os._exit(0)
    perform(at.conductor, gather(at.conductor, StepAnswers({}, {}, (), ()), at.pins))
"""


INTRUDE = """
import sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId

with enter(Workspace(Path(sys.argv[1])), sys.argv[2], SystemClock()) as at:
    name = at.conductor.devices.binding.tokens[0].name
    with at.conductor.devices.session(name, at.site.pins.user[name]) as it:
        it.generate_key_pair(
            KeyOrder("intruder", OperationId("ab" * 16), KeyAlgorithm.EC_P256)
        )
"""


@pytest.mark.no_cover
def test_two_people_who_type_have_a_restored_key_in_doubt_destroyed(
    memory: Path,
) -> None:
    workspace = memory / "workspace"
    site, place = make_site_for(workspace, "backup"), ("--workspace", str(workspace))
    ceremony = opened(site, "backup", place)
    play_scene(LEAVE_IN_DOUBT, workspace, ceremony)
    put_nameless_key(site, "second-hsm")
    with Terminal(["resume", ceremony, *place]) as at:
        at.expect(r"key\.unwrap in step 3\.9 is in doubt")
        # They see what is there before they are asked what becomes of it.
        at.expect("In the tokens:")
        at.expect(r", [0-9a-f]{16}: \d objects?, \d expected\.\n")
        at.expect("left by what is in doubt, a whole key: secret-key ")
        at.expect("not the ceremony's: secret-key without label, without id\n")
        at.answer(r"What is done \(look-again / go-on / abandon\): ", "go-on")
        two_decide(at, "A key of another use.")
        at.answer(r"A key that is there completely \(adopt / destroy\): ", "destroy")
        initial_by_two(at)
        at.expect(
            "1 object that the interruption left was destroyed; the key is restored"
        )
        at.expect("28 of 52\n3.9 ")
        at.answer(COMMAND, "s")
        assert at.wait() == 1
    outcome = facts_of(workspace, "hsm.outcome")[-1]
    assert outcome["result"] == "destroyed"
    # The other key has neither label nor id, and is there still.
    (gone,) = outcome["inventory"]["removed"]
    assert gone["label"] == "backup-kek-copy"
    abandon_over_a_strange_key(workspace, ceremony)


def abandon_over_a_strange_key(workspace: Path, ceremony: str) -> None:
    """Somebody puts a key there: two people look again, then give it up."""
    play_scene(INTRUDE, workspace, ceremony)
    with Terminal(["resume", ceremony, "--workspace", str(workspace)]) as at:
        at.expect("not the ceremony's: private-key intruder; public-key intruder")
        at.expect("Somebody changed a token meanwhile. Nothing of it was touched.")
        at.answer(r"What is done \(look-again / go-on / abandon\): ", "look-again")
        two_decide(at, "It should be gone.")
        # It is there still, which is told once more.
        at.expect("not the ceremony's: private-key intruder; public-key intruder")
        at.answer(r"What is done \(look-again / go-on / abandon\): ", "abandon")
        two_decide(at, "Nobody knows whose it is.")
        at.expect(f"{ceremony} is abandoned")
        assert at.wait() == 0
    changes = facts_of(workspace, "tokens.changed")
    assert [each["deviation"] for each in changes] == ["D-01", "D-03", "D-04"]
    (given_up,) = facts_of(workspace, "ceremony.abandoned")
    assert given_up["reason"].endswith("Nobody knows whose it is.")


def two_decide(at: Terminal, reason: str) -> None:
    """Two people say why, and give their initials."""
    at.answer("Why, for the record: ", reason)
    initial_by_two(at)
