"""What failed may be tried again, and what a refusal says is what is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.command import Command
from ceremony.engine.decide import decide, verify_command
from ceremony.engine.facts import (
    Attested,
    CustodyRecorded,
    DeviationRecorded,
    DeviceFault,
    Intent,
    Noted,
    Outcome,
    RecordVerified,
    Result,
    Severity,
    StepClosed,
    ValueChecked,
)
from ceremony.engine.fold import fold
from ceremony.engine.state import State
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Line, Mark
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest, PersonId, StepId
from ceremony.script.model import Step
from tests.fakes.walked_record import allowed, at, changed, going_on, refusal, walked

MADE = [("2.5", "key"), ("2.7", "certificate"), ("2.11", "request")]
FAULT = DeviceFault("HSM-DEVICE-01", "The device did not answer.")


def failed(step: str, made: str) -> Command:
    told = {made: None, "result": Result.FAILED, "fault": FAULT}
    return changed(at(step, Outcome).command, **told)


def message(state: State, command: Command) -> str:
    with pytest.raises(RefusedError) as caught:
        verify_command(state, command)
    return str(caught.value)


@pytest.mark.parametrize(("step", "made"), MADE)
def test_a_failure_is_recorded_and_the_device_asked_again(step: str, made: str) -> None:
    moment = at(step, Outcome)
    allowed(moment.before, failed(step, made))
    state = going_on(moment.before, moment, failed(step, made))
    allowed(state, at(step, Intent).command)
    assert refusal(state, at(step, StepClosed).command) == "ENGINE-DEVICE-02"


@pytest.mark.parametrize(("step", "made"), MADE)
def test_a_failure_reads_as_what_the_device_said(step: str, made: str) -> None:
    state = at(step, StepClosed).before
    assert state.step is not None
    fact = changed(failed(step, made), inventory=None).fact
    assert KINDS[state.step.verb].entries(state, (fact,)) == (
        Line("", "The device did not answer.", mark=Mark.FAIL),
    )


def with_step(state: State, **parameters: Any) -> State:
    """Give the state as it would be if the current step had other parameters."""

    def other(step: Step) -> Step:
        if step != state.step:
            return step
        return replace(step, parameters={**step.parameters, **parameters})

    acts = tuple(
        replace(act, steps=tuple(other(step) for step in act.steps))
        for act in state.script.acts
    )
    return replace(state, script=replace(state.script, acts=acts))


def test_one_of_two_custodians_reads_and_the_other_types() -> None:
    moment = at("1.9", ValueChecked)
    state = with_step(moment.before, typist="custodian")
    allowed(state, changed(moment.command, typist=PersonId("c-02")))
    same = changed(moment.command, typist=PersonId("c-01"))
    assert refusal(state, same) == "ENGINE-CHECK-03"


@pytest.mark.parametrize(
    ("what", "subject"),
    [
        ("public key", "root-oca-certificate"),
        ("certificate fingerprint", "root-oca"),
    ],
)
def test_a_key_has_no_fingerprint_and_a_certificate_is_no_key(
    what: str, subject: str
) -> None:
    moment = at("2.8", ValueChecked)
    assert subject in {**moment.before.keys, **moment.before.certificates}
    state = with_step(moment.before, what=what, subject=subject)
    told = changed(moment.command, what=what, subject=subject)
    assert refusal(state, told) == "ENGINE-CHECK-01"


def test_after_the_last_step_there_is_no_next_one() -> None:
    last = at("3.8", StepClosed)
    for step in (None, StepId("9.9")):
        told = replace(last.command, step=step)
        assert refusal(last.after, told) == "ENGINE-STEP-02"


def test_what_stands_outside_the_steps_carries_no_step() -> None:
    state = at("1.9", ValueChecked).before
    shown = Digest("00" * 32)
    assert decide(state, Command(Noted("x"), step=StepId("1.9"))).step is None
    assert decide(state, Command(Noted("x"), presented=shown)).step is None


def test_a_later_attestation_does_not_move_the_checkpoint_that_is_cosigned() -> None:
    for moment in (at("1.3", Attested), at("3.4", Attested)):
        fact = moment.command.fact
        assert isinstance(fact, Attested)
        later = replace(fact, head=replace(fact.head, size=999))
        state = fold(moment.before, moment.event, later)
        assert state.opening == moment.after.opening
        assert state.closing == moment.after.closing


def test_a_refusal_to_end_names_what_is_open() -> None:
    moment = at("", RecordVerified)
    doubt = replace(moment.before, pending=at("2.2", Outcome).before.pending)
    assert "a device operation in doubt" in message(doubt, moment.command)
    deviation = at("1.9", ValueChecked)
    told = Command(DeviationRecorded("D-01", Severity.MINOR, "reported", "a", "b"))
    state = going_on(moment.before, deviation, told)
    assert "Something is still open: D-01." in message(state, moment.command)


def test_a_refusal_to_close_names_whose_initials_are_missing() -> None:
    moment = at("1.9", StepClosed)
    assert "closed by the initials of internal-witness." in message(
        moment.before, changed(moment.command, initials=())
    )
    mark = moment.command.fact
    assert isinstance(mark, StepClosed)
    turn = at("1.1", StepClosed)
    assert "closed by the initials of nobody." in message(
        turn.before, changed(turn.command, initials=mark.initials)
    )


def test_no_fact_of_the_walk_is_refused_for_the_people_that_act() -> None:
    roles = {
        (moment.command.actor, draft.actor.role)
        for moment in walked()
        if (draft := decide(moment.before, moment.command)).actor is not None
    }
    assert ("a-01", "administrator") in roles
    assert len(roles) == 7


def test_nobody_hands_a_thing_to_themselves() -> None:
    moment = at("2.14", CustodyRecorded)
    state = with_step(moment.before, giver="custodian", taker="custodian")
    one, other = PersonId("c-01"), PersonId("c-02")
    allowed(state, changed(moment.command, giver=one, taker=other))
    same = changed(moment.command, giver=one, taker=one)
    assert refusal(state, same) == "ENGINE-CUSTODY-01"


def test_listing_a_token_does_not_count_as_initialising_it() -> None:
    moment = at("2.4", Outcome)
    fresh = replace(moment.before, tokens={})
    told = fold(fresh, moment.event, moment.command.fact).token("root-hsm")
    assert not told.initialised
    assert told.inventory is not None


@pytest.mark.parametrize("step", ["2.2", "2.4", "2.5", "2.7", "2.11"])
def test_what_a_device_has_done_in_a_step_is_not_asked_of_it_again(step: str) -> None:
    done = at(step, StepClosed).before
    again = at(step, Intent).command
    rules = {refusal(done, again)}

    # A key or certificate that exists is refused by its own rule before that.
    assert rules <= {"ENGINE-DEVICE-04", "ENGINE-KEY-01", "ENGINE-ISSUE-02"}
    if step in ("2.2", "2.4", "2.11"):
        assert rules == {"ENGINE-DEVICE-04"}
