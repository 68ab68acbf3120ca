"""A key is wrapped by a trusted key only, on SoftHSM, from open to verify.

SoftHSMv2 2.6.1 lets the security officer write a trusted public key, and set no
attribute: a pair can be made trusted there, and an AES key cannot.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.trusted import put_trusted_at_site
from tests.rehearsals.stage import copy_site, folder_in_memory, run_ceremony, run_scene

pytestmark = [pytest.mark.hsm, pytest.mark.slow, pytest.mark.no_cover]

OPEN = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.demo import finish_demo, open_demo
from ceremony.conduct.room import enter
from ceremony.conduct.step_view import view_step
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import Outcome
from ceremony.errors import CeremonyError
from ceremony.verify.pack import verify_pack
from tests.unit.conduct.scenes import play_to

workspace = Workspace(Path(sys.argv[1]))
"""

PLAYED = """
out = workspace.folder / "evidence.pdf"
with enter(workspace, open_demo(workspace), SystemClock()) as room:
    play_to(room, "2.4")
    step = view_step(room.conductor, {})
    finish_demo(room, out, lambda _: None)
verdict = verify_pack(out, room.site.folder / "trust-policy.toml")
print(json.dumps({
    "needs": [need.name for need in step.needs],
    "card": {told.label: told.value for told in step.review.told},
    "lines": [verdict.record_line, verdict.ceremony_line],
    "remarks": [told for check in verdict.checks for told in check.remarks],
}))
"""

REFUSED = """
with enter(workspace, open_demo(workspace), SystemClock()) as room:
    code = ""
    try:
        play_to(room, "2.5")
    except CeremonyError as error:
        code = error.code
    made = [k.fact for k in room.conductor.facts if isinstance(k.fact, Outcome)][-1]
print(json.dumps({
    "code": code,
    "told": {each.name: [each.found, each.passed, each.holds]
             for each in made.secret_key.attributes},
    "step": room.conductor.state.step.id,
}))
"""


IN_DOUBT = """
from dataclasses import replace
from ceremony.conduct.actions import perform
from ceremony.conduct.recovery import Choice, Decision, recover
from ceremony.conduct.rehearsal import gather
from ceremony.identifiers import Role, StepId
from ceremony.pack.answers import load_answers
from ceremony.secret import Secret

ceremony, told = open_demo(workspace), []
by = (Role("administrator"), Role("internal-witness"))
with enter(workspace, ceremony, SystemClock()) as room:
    play_to(room, "2.4")
    answers = load_answers(room.site.folder / "answers.yaml").step(StepId("2.4"))
    right = gather(room.conductor, answers, room.pins)
    pins = {**right.pins, "so_pin": Secret(bytearray(b"00000000"))}
    try:
        perform(room.conductor, replace(right, pins=pins))
    except CeremonyError as error:
        told += [error.code, error.in_doubt]
with enter(workspace, ceremony, SystemClock()) as room:
    decision = Decision(Choice.ADOPT, by)
    recover(room.conductor, room.pins, decision, told.append)
    play_to(room, "2.7")
    outcomes = [k.fact for k in room.conductor.facts if isinstance(k.fact, Outcome)]
print(json.dumps({
    "told": told,
    "outcomes": [f"{each.verb} {each.result}" for each in outcomes],
}))
"""


@pytest.fixture(scope="module")
def played(site_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = tmp_path_factory.mktemp("trusted")
    with folder_in_memory("trusted", made) as folder:
        workspace = folder / "workspace"
        put_trusted_at_site(copy_site(site_base, workspace), "algorithm: RSA-2048")
        told = run_scene("-c", OPEN + PLAYED, workspace)
        pack, files = workspace / "evidence.pdf", folder / "files"
        ran = run_ceremony(["extract", str(pack), "-o", str(files)])
        assert ran.status == 0, ran.all
        lines = (files / "events.jsonl").read_text().splitlines()
        told["outcomes"] = {
            leaf["step"]["id"]: leaf["data"]
            for leaf in map(json.loads, lines)
            if leaf["type"] == "hsm.outcome"
        }
        yield told


def attributes(made: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["found"] for each in made["attributes"]}


def test_the_pack_is_verified(played: dict[str, Any]) -> None:
    assert played["lines"] == [
        "Record: VERIFIED WITH REMARKS, REHEARSAL",
        "Ceremony: completed as approved; REHEARSAL; keys in software",
    ]
    assert "As approved, a key may leave its token wrapped: kek." in played["remarks"]


def test_the_security_officer_is_asked_and_the_card_says_for_what(
    played: dict[str, Any],
) -> None:
    assert played["needs"] == ["so_pin", "pin"]
    assert played["card"]["Trusted"] == "the security officer makes it so"


def test_the_token_says_what_was_ordered_of_both_keys(played: dict[str, Any]) -> None:
    outcomes = played["outcomes"]
    assert attributes(outcomes["2.4"]["key"])["CKA_TRUSTED"] == "true"
    told = attributes(outcomes["2.5"]["secret_key"])
    assert told["CKA_WRAP_WITH_TRUSTED"] == "true"
    assert outcomes["2.6"]["wrapped"]["size"] == 256
    assert outcomes["2.7"]["inventory"]["count"] == 3


def test_where_a_token_makes_no_such_key_trusted_the_step_does_not_close(
    site_base: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = tmp_path_factory.mktemp("untrusted")
    with folder_in_memory("untrusted", made) as folder:
        workspace = folder / "workspace"
        put_trusted_at_site(copy_site(site_base, workspace), "algorithm: AES-256")
        told = run_scene("-c", OPEN + REFUSED, workspace, measured=True)
    assert (told["code"], told["step"]) == ("ENGINE-KEY-02", "2.4")
    assert told["told"]["CKA_TRUSTED"] == ["false", False, False]


def test_a_carrier_that_nobody_made_trusted_is_not_adopted_but_made_anew(
    site_base: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = tmp_path_factory.mktemp("doubt")
    with folder_in_memory("doubt", made) as folder:
        workspace = folder / "workspace"
        put_trusted_at_site(copy_site(site_base, workspace), "algorithm: RSA-2048")
        told = run_scene("-c", OPEN + IN_DOUBT, workspace, measured=True)
    # The pair exists when the officer's PIN is refused: two people have to decide.
    assert told["told"][:2] == ["HSM-PIN-01", True]
    assert any("2 objects" in line and "destroyed" in line for line in told["told"][2:])
    assert told["outcomes"][2:] == [
        "key.generate destroyed",
        "key.generate done",
        "key.generate done",
        "key.wrap done",
    ]
