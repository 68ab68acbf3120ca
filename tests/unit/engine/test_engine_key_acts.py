"""What may be done with a key after it was made: each rule, and how a step reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.command import Command
from ceremony.engine.decide import verify_command
from ceremony.engine.facts import Fact, FoundObject, Intent, Outcome, Result, StepClosed
from ceremony.engine.state import State
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.engine.transcript import Line, Mark
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest, Role, StepId
from ceremony.script.model import Step
from tests.fakes.walked_record import (
    Moment,
    allowed,
    at,
    changed,
    going_on,
    refusal,
    walked_key_acts,
)

PROVE = "2.11"
DESTROY = "2.15"
OTHER = Digest("ee" * 32)


def moment(step: str, kind: type[Fact]) -> Moment:
    return at(step, kind, walked_key_acts())


def part(command: Command, name: str, **values: Any) -> Command:
    told = replace(getattr(command.fact, name), **values)
    return changed(command, **{name: told})


def test_the_honest_ceremony_is_allowed_fact_by_fact() -> None:
    for each in walked_key_acts():
        verify_command(each.before, each.command)


def test_a_proof_asks_for_the_pin_of_the_keys_token() -> None:
    state = moment(PROVE, Intent).before
    assert state.step is not None
    assert KINDS["key.prove"].needs(state.step, state) == (
        Need(
            "pin",
            NeedKind.PIN,
            "The PIN of Root token",
            Role("administrator"),
            (),
            "S-root-hsm",
            renewed=True,
        ),
    )


def test_a_key_that_was_not_made_proves_nothing() -> None:
    intent = moment(PROVE, Intent)
    allowed(intent.before, intent.command)
    unmade = replace(intent.before, keys={})
    assert refusal(unmade, intent.command) == "ENGINE-PROVE-01"


def test_a_proof_by_another_key_is_refused() -> None:
    outcome = moment(PROVE, Outcome)
    forged = part(outcome.command, "proof", public_key=OTHER)
    assert refusal(outcome.before, forged) == "ENGINE-PROVE-01"


def test_a_proof_is_recorded_of_a_proof_only() -> None:
    made = moment("2.5", Outcome)
    proof = getattr(moment(PROVE, Outcome).command.fact, "proof", None)
    assert proof is not None
    told = changed(made.command, proof=proof)
    assert refusal(made.before, told) == "ENGINE-DEVICE-03"


@pytest.mark.parametrize("result", [Result.DONE, Result.FAILED])
def test_a_step_without_its_proof_cannot_close(result: Result) -> None:
    outcome = moment(PROVE, Outcome)
    without = changed(outcome.command, proof=None, result=result)
    state = going_on(outcome.before, outcome, without)
    closing = moment(PROVE, StepClosed).command
    assert refusal(state, closing) == "ENGINE-DEVICE-02"


def test_a_proof_reads_as_what_was_signed_and_by_what() -> None:
    fact = moment(PROVE, Outcome).command.fact
    assert isinstance(fact, Outcome)
    assert fact.proof is not None
    state = moment(PROVE, StepClosed).before
    assert KINDS["key.prove"].entries(state, (fact,)) == (
        Line("signed", fact.proof.message, mono=True),
        Line("signature", fact.proof.signature, mono=True),
        Line("mechanism", "CKM_ECDSA", mono=True),
        Line("", "verified with the public key on record", mark=Mark.PASS),
    )


def test_a_key_that_was_not_made_is_not_destroyed() -> None:
    intent = moment(DESTROY, Intent)
    allowed(intent.before, intent.command)
    unmade = replace(intent.before, keys={})
    assert refusal(unmade, intent.command) == "ENGINE-DESTROY-01"


def test_a_destroyed_key_counts_as_destroyed_and_is_still_told_of() -> None:
    done = moment(DESTROY, Outcome)
    assert done.before.destroyed == {}
    assert done.after.destroyed.keys() == {"root-oca"}
    assert "root-oca" in done.after.keys
    failed = changed(done.command, result=Result.FAILED)
    assert going_on(done.before, done, failed).destroyed == {}


@pytest.mark.parametrize("step", ["2.5", "2.8", PROVE, DESTROY])
def test_a_destroyed_key_is_used_for_nothing_and_not_made_again(step: str) -> None:
    intent = moment(step, Intent)
    allowed(intent.before, intent.command)
    gone = replace(intent.before, destroyed={"root-oca": StepId("2.15")})
    assert refusal(gone, intent.command) == "ENGINE-KEY-03"


def test_a_token_can_be_listed_after_its_key_was_destroyed() -> None:
    listing = moment("2.16", Intent)
    assert listing.before.destroyed.keys() == {"root-oca"}
    allowed(listing.before, listing.command)


def destroyed_with(result: Result, **inventory: Any) -> str:
    """Give what refuses to close the step after such an outcome; empty if nothing."""
    outcome = moment(DESTROY, Outcome)
    command = changed(outcome.command, result=result)
    if inventory:
        command = part(command, "inventory", **inventory)
    else:
        command = changed(command, inventory=None)
    state = going_on(outcome.before, outcome, command)
    closing = moment(DESTROY, StepClosed).command
    try:
        verify_command(state, closing)
    except RefusedError as error:
        return error.code
    return ""


def test_a_destruction_closes_where_exactly_the_key_is_gone() -> None:
    pair = moment(DESTROY, Outcome).before.keys["root-oca"].objects
    stray = FoundObject("data", "stray", "")
    done, adopted = Result.DONE, Result.ADOPTED
    assert destroyed_with(done, removed=pair) == ""
    assert destroyed_with(adopted, removed=pair[1:]) == ""
    assert destroyed_with(adopted, removed=()) == ""
    assert destroyed_with(done, removed=pair[:1]) == "ENGINE-DESTROY-02"
    assert destroyed_with(done, removed=(*pair, stray)) == "ENGINE-DESTROY-02"
    assert destroyed_with(adopted, removed=(stray,)) == "ENGINE-DESTROY-02"
    assert destroyed_with(done, added=(stray,)) == "ENGINE-DESTROY-02"
    assert destroyed_with(done) == "ENGINE-DESTROY-02"


def test_a_destruction_reads_as_which_key_is_gone() -> None:
    state = moment(DESTROY, StepClosed).before
    facts = tuple(recorded.fact for recorded in state.current)
    key = state.keys["root-oca"]
    assert KINDS["key.destroy"].entries(state, facts) == (
        Line("label", "root-oca", mono=True),
        Line("CKA_ID", key.cka_id, mono=True),
        Line("short id", key.key_identifier, mono=True),
        Line("found", "no object", strong=True),
        Line("gone", "private-key root-oca"),
        Line("gone", "public-key root-oca"),
    )
    assert len(KINDS["key.destroy"].needs(step_of(state), state)) == 1


def step_of(state: State) -> Step:
    assert state.step is not None
    return state.step


def needs_of(step: str) -> tuple[Need, ...]:
    state = moment(step, Intent).before
    return KINDS["token.change-pin"].needs(step_of(state), state)


def test_a_change_asks_for_the_old_pin_and_twice_for_the_new_one() -> None:
    told = [(need.name, need.prompt, need.token) for need in needs_of("2.10")]
    serial = "S-root-hsm"
    assert told == [
        ("pin", "The PIN of Root token", serial),
        ("new_pin", "The new user PIN of Root token", serial),
        ("new_pin_again", "The new user PIN of Root token, once more", serial),
    ]
    assert [need.name for need in needs_of("2.2")] == [
        "so_pin",
        "new_so_pin",
        "new_so_pin_again",
    ]
    assert not any(need.renewed for need in (*needs_of("2.10"), *needs_of("2.2")))


def test_after_a_change_the_new_pin_is_the_one_that_is_asked_for() -> None:
    initialise = moment("2.3", Intent).before
    officer, user = KINDS["token.initialise"].needs(step_of(initialise), initialise)
    assert (officer.renewed, user.renewed) == (True, False)
    prove = moment(PROVE, Intent).before
    (pin,) = KINDS["key.prove"].needs(step_of(prove), prove)
    assert pin.renewed
    assert prove.token("root-hsm").renewed == {"user", "security-officer"}


def test_a_token_that_is_wiped_has_its_first_user_pin_again() -> None:
    done = moment("2.3", Outcome)
    both = frozenset({"user", "security-officer"})
    token = replace(done.before.token("root-hsm"), renewed=both)
    changed_before = replace(done.before, tokens={"root-hsm": token})
    after = going_on(changed_before, done)
    assert after.token("root-hsm").renewed == {"security-officer"}


@pytest.mark.parametrize("kind", [Intent, Outcome])
def test_the_pin_of_another_than_the_script_says_is_not_changed(
    kind: type[Fact],
) -> None:
    asked = moment("2.10", kind)
    allowed(asked.before, asked.command)
    told = changed(asked.command, user="security-officer")
    assert refusal(asked.before, told) == "ENGINE-DEVICE-01"


def test_no_other_verb_changes_a_pin() -> None:
    listing = moment("2.4", Intent)
    told = changed(listing.command, user="user")
    assert refusal(listing.before, told) == "ENGINE-DEVICE-01"


def test_a_change_that_failed_is_no_change() -> None:
    done = moment("2.10", Outcome)
    failed = changed(done.command, result=Result.FAILED)
    state = going_on(done.before, done, failed)
    assert "user" not in state.token("root-hsm").renewed
    assert refusal(state, moment("2.10", StepClosed).command) == "ENGINE-DEVICE-02"
    assert KINDS["token.change-pin"].entries(state, (failed.fact,))[0] == Line(
        "", "the interruption left nothing", mark=Mark.FAIL
    )


def test_a_change_reads_as_whose_pin_it_was_and_never_the_pin() -> None:
    state = moment("2.2", StepClosed).before
    facts = tuple(recorded.fact for recorded in state.current)
    told = "the security officer's PIN was changed; none is recorded"
    entries = KINDS["token.change-pin"].entries(state, facts)
    assert entries == (Line("", told, mark=Mark.PASS),)
    closing = moment("2.10", StepClosed).before
    facts = tuple(recorded.fact for recorded in closing.current)
    told = "the user PIN was changed; none is recorded"
    entries = KINDS["token.change-pin"].entries(closing, facts)
    assert entries[0] == Line("", told, mark=Mark.PASS)
    assert entries[1] == Line("found", "2 objects", strong=True)
