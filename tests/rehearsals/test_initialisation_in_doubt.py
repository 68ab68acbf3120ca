"""An initialisation is cut off: what is in the token says how far it had come.

One ceremony initialises its token twice. It is killed before the second time begins,
then after the token was wiped, when somebody puts a key of their own there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ceremony.clock import SystemClock
from ceremony.conduct.changed import decide_change
from ceremony.conduct.demo import finish_demo, open_demo
from ceremony.conduct.inspection import inspect_tokens
from ceremony.conduct.recovery import Choice, Decision, recover
from ceremony.conduct.room import Room, enter
from ceremony.conduct.site import load_site
from ceremony.conduct.workspace import Workspace
from ceremony.engine.facts import Course, Intent, Outcome
from ceremony.engine.unseen import open_unseen
from ceremony.errors import DeviceError, RefusedError
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId
from ceremony.verify.pack import verify_pack
from tests.crash.harness import BY
from tests.crash.key_acts_child import carry_out, dying_at, play_to
from tests.fakes.key_acts import put_script
from tests.fakes.makers_tool import initialise_anew
from tests.faulty.bound import put_before
from tests.faulty.module import FaultyModule, compile_proxy
from tests.rehearsals.in_the_room import inside
from tests.rehearsals.made_act import BEGIN, write_act
from tests.rehearsals.stage import copy_site

pytestmark = [pytest.mark.crash, pytest.mark.hsm, pytest.mark.no_cover]

ROOT_HSM = "root-hsm"
FIRST, AGAIN = "2.2", "2.5"
THINGS = [
    "root-hsm: {kind: token, title: Root token}",
    "trial: {kind: key, title: Trial key, token: root-hsm, algorithm: P-256}",
]
ACT = [
    *BEGIN,
    "key.generate, irreversible: true, with: {key: trial}",
    "token.inventory, with: {token: root-hsm, expect-objects: 2}",
    *BEGIN,
    "token.inventory, with: {token: root-hsm, expect-objects: 0}",
]


@pytest.fixture
def workspace(site_base: Path, tmp_path: Path) -> Workspace:
    script, answers = write_act(tmp_path, THINGS, ACT)
    put_script(copy_site(site_base, tmp_path / "w"), script, answers)
    return Workspace(tmp_path / "w")


def objects(room: Room) -> list[str]:
    assert room.site.pins is not None
    pin = room.site.pins.user[ROOT_HSM]
    with room.conductor.devices.session(ROOT_HSM, pin) as at:
        return sorted(each.label for each in at.inventory().entries)


def resume(room: Room) -> list[str]:
    """Resolve what is in doubt; give what was told."""
    told: list[str] = []
    recover(room.conductor, room.pins, Decision(Choice.ADOPT, BY), told.append)
    return told


def last_result(room: Room) -> str:
    facts = [known.fact for known in room.conductor.facts]
    return next(fact.result.value for fact in facts[::-1] if isinstance(fact, Outcome))


def die_before_it_begins(room: Room) -> None:
    play_to(room, "token.initialise", FIRST)
    dying_at(room, Intent, before=False)
    carry_out(room)


def die_once_it_is_wiped(room: Room) -> None:
    # The key is there still: nothing foreign came, and nothing was wiped.
    (finding,) = inspect_tokens(room.conductor, room.pins)
    assert finding.agrees
    # One object of it goes: the other one says that nothing was wiped.
    assert room.site.pins is not None
    pin = room.site.pins.user[ROOT_HSM]
    with room.conductor.devices.session(ROOT_HSM, pin) as at:
        for entry in at.inventory().entries:
            if entry.object_class == "CKO_PUBLIC_KEY":
                at.destroy(entry)
    with pytest.raises(RefusedError, match=r"public-key trial, .* is recorded and"):
        resume(room)
    decide_change(room.conductor, Course.GO_ON, "It is wiped anyway.", BY)
    assert resume(room)[-1] == (
        "KC-REH-ROOT-HSM holds what it held before; its initialisation is repeated."
    )
    assert last_result(room) == "failed"
    assert objects(room) == ["trial"]
    dying_at(room, Outcome, before=True)
    carry_out(room)


def go_on_beside(room: Room) -> None:
    assert objects(room) == []
    assert room.site.pins is not None
    pin = room.site.pins.user[ROOT_HSM]
    with room.conductor.devices.session(ROOT_HSM, pin) as at:
        order = KeyOrder("intruder", OperationId("ab" * 16), KeyAlgorithm.EC_P256)
        at.generate_key_pair(order)
    (finding,) = inspect_tokens(room.conductor, room.pins)
    assert finding.foreign == ("private-key intruder", "public-key intruder")
    assert finding.left == ()
    with pytest.raises(RefusedError) as caught:
        resume(room)
    assert caught.value.code == "CONDUCT-RESUME-04"
    decide_change(room.conductor, Course.GO_ON, "The test keys of May.", BY)
    assert resume(room)[-1].endswith("it is kept beside what is foreign in it.")
    assert last_result(room) == "adopted"
    out = room.workspace.folder / "evidence.pdf"
    finish_demo(room, out, lambda _: None)
    assert objects(room) == ["intruder"] * 2
    verdict = verify_pack(out, room.site.folder / "trust-policy.toml")
    lines = [verdict.record_line, verdict.ceremony_line, *verdict.remarks]
    (room.workspace.folder / "told.json").write_text(json.dumps(lines))


def test_what_a_token_holds_says_how_far_its_initialisation_had_come(
    workspace: Workspace,
) -> None:
    inside(workspace, die_before_it_begins, dies=True)
    inside(workspace, die_once_it_is_wiped, dies=True)
    inside(workspace, go_on_beside, dies=False)
    told: Any = json.loads((workspace.folder / "told.json").read_text())
    assert told[0] == "Record: VERIFIED WITH REMARKS, REHEARSAL"
    assert "completed with deviations (0 note, 2 minor, 2 major)" in told[1]
    assert any(
        "went on beside what changed in Root token: private-key intruder" in remark
        for remark in told
    )


def find_it_not_ready(room: Room) -> None:
    (finding,) = inspect_tokens(room.conductor, room.pins)
    assert "its initialisation did not come to its end" in finding.problem
    assert resume(room)[-1].endswith("was not complete; it is repeated.")
    assert last_result(room) == "failed"
    carry_out(room)
    assert last_result(room) == "done"
    assert objects(room) == []


def test_a_token_that_is_not_ready_is_initialised_anew(workspace: Workspace) -> None:
    inside(workspace, die_before_it_begins, dies=True)
    # It was wiped, and was killed before its user PIN was set.
    initialise_anew(workspace.folder / "site", ROOT_HSM, pin="27182818284590")
    inside(workspace, find_it_not_ready, dies=False)


ANSWERS = ("return 0x30", "return 0xa0", "return 0x101", "crash")
"""No reason, a wrong PIN, nobody logged in, and no answer at all."""

MOMENTS = tuple(
    f"{function} * {when} {answer}"
    for function in ("C_InitToken", "C_InitPIN")
    for when in ("before", "after")
    for answer in ANSWERS
)


def fail_to_initialise(workspace: Workspace, plan: str, then: str = "") -> list[str]:
    """Initialise the token again under a plan, leave, resume, and go on to the end.

    Args:
        workspace: Where the ceremony is opened.
        plan: What the module does in the initialisation.
        then: What it does when people look afterwards; often nothing.

    Returns:
        The results of the initialisation, in order.
    """
    site = workspace.folder / "site"
    bound = load_site(site).binding.module("hsm")
    folder = workspace.folder
    faulty = FaultyModule(
        compile_proxy(folder), bound.path, folder, dict(bound.environment)
    )
    faulty.plan()
    put_before(site / "binding.toml", "hsm", faulty)
    ceremony = open_demo(workspace)
    with enter(workspace, ceremony, SystemClock()) as room:
        play_to(room, "token.initialise", FIRST)
        faulty.plan(plan)
        with pytest.raises(DeviceError):
            carry_out(room)
        faulty.plan(then)
    with enter(workspace, ceremony, SystemClock()) as room:
        inspect_tokens(room.conductor, room.pins)
        resume(room)
        assert not open_unseen(room.conductor.state)
        faulty.plan()
        if last_result(room) != "adopted":
            carry_out(room)
        assert objects(room) == []
        facts = [known.fact for known in room.conductor.facts]
        told = [fact for fact in facts if isinstance(fact, Outcome)]
    return [fact.result.value for fact in told if fact.verb == "token.initialise"][1:]


def test_a_token_that_was_wiped_and_answers_that_it_was_not_is_initialised_anew(
    workspace: Workspace,
) -> None:
    # CKR_PIN_INCORRECT is given before a device acts: nothing is in doubt by it.
    plan = "C_InitToken * after return 0xa0"
    assert fail_to_initialise(workspace, plan) == ["failed", "done"]


@pytest.mark.soak
@pytest.mark.parametrize("plan", MOMENTS)
def test_no_fault_in_an_initialisation_stops_a_resumption(
    workspace: Workspace, plan: str
) -> None:
    whole = plan.startswith("C_InitPIN * after")
    wanted = ["adopted"] if whole else ["failed", "done"]
    assert fail_to_initialise(workspace, plan) == wanted
    (left,) = workspace.plans()
    out = workspace.folder / "evidence.pdf"
    with enter(workspace, left.ceremony, SystemClock()) as room:
        finish_demo(room, out, lambda _: None)
    verdict = verify_pack(out, workspace.folder / "site/trust-policy.toml")
    assert verdict.record_line == "Record: VERIFIED WITH REMARKS, REHEARSAL"


@pytest.mark.soak
@pytest.mark.parametrize("answer", ["0xa3", "0xa4"])
def test_no_lock_of_the_pin_stops_a_resumption(
    workspace: Workspace, answer: str
) -> None:
    then = f"C_Login * before return {answer}"
    plan = "C_InitToken * before return 0x30"
    assert fail_to_initialise(workspace, plan, then) == ["failed", "done"]
