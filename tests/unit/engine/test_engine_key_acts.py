"""What may be done with a key after it was made: each rule, and how a step reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.command import Command
from ceremony.engine.decide import verify_command
from ceremony.engine.facts import Fact, Intent, Outcome, Result, StepClosed
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.engine.transcript import Line, Mark
from ceremony.identifiers import Digest, Role
from tests.fakes.walked_record import (
    Moment,
    allowed,
    at,
    changed,
    going_on,
    refusal,
    walked_key_acts,
)

PROVE = "2.9"
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
    made = moment("2.4", Outcome)
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
