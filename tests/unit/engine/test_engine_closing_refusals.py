"""Closing a step: what was recorded must be what the script waits for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.facts import (
    ClockRead,
    Fact,
    HoldAnswered,
    Noted,
    Outcome,
    Result,
    StepClosed,
    ValueChecked,
)
from ceremony.engine.state import State
from ceremony.engine.steps import KINDS
from ceremony.identifiers import Stance
from tests.fakes.walked_record import Moment, allowed, at, refusal, walked


def before_closing(step: str, **values: Any) -> tuple[State, Moment]:
    """Give the state before a step closes, its last fact changed."""
    moment = at(step, StepClosed)
    allowed(moment.before, moment.command)
    *earlier, last = moment.before.current
    told = replace(last, fact=replace(last.fact, **values))
    return replace(moment.before, current=(*earlier, told)), moment


def closing(step: str, **values: Any) -> str:
    state, moment = before_closing(step, **values)
    return refusal(state, moment.command)


def last_fact(step: str, kind: type[Fact]) -> Any:
    fact = at(step, StepClosed).before.current[-1].fact
    assert isinstance(fact, kind)
    return fact


def test_a_read_back_that_went_wrong_does_not_close() -> None:
    assert closing("1.9", equal=False) == "ENGINE-CHECK-04"


def test_a_read_back_repeated_until_it_is_right_closes() -> None:
    moment = at("1.9", StepClosed)
    right = moment.before.current[-1]
    assert isinstance(right.fact, ValueChecked)
    wrong = replace(right, fact=replace(right.fact, equal=False))
    allowed(replace(moment.before, current=(wrong, right)), moment.command)
    worse = replace(moment.before, current=(right, wrong))
    assert refusal(worse, moment.command) == "ENGINE-CHECK-04"


@pytest.mark.parametrize(
    ("offset", "passes"),
    [(0, True), (60_000, True), (-60_000, True), (60_001, False), (-60_001, False)],
)
def test_a_clock_that_is_off_does_not_let_anybody_go_on(
    offset: int, *, passes: bool
) -> None:
    read = last_fact("1.10", ClockRead)
    one, two = read.references
    references = (one, replace(two, offset_ms=offset))
    state, moment = before_closing("1.10", references=references)
    if passes:
        allowed(state, moment.command)
    else:
        assert refusal(state, moment.command) == "ENGINE-CLOCK-02"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (("ready", "ready", "absent"), ""),
        (("ready", "absent", "absent"), "PEOPLE-QUORUM-01"),
        (("ready", "ready", "not-ready"), "ENGINE-HOLD-02"),
    ],
)
def test_a_hold_waits_for_the_quorum_and_for_whoever_is_not_ready(
    answers: tuple[str, ...], code: str
) -> None:
    told = last_fact("2.1", HoldAnswered)
    changed = tuple(
        replace(each, answer=answer)
        for each, answer in zip(told.answers, answers, strict=True)
    )
    state, moment = before_closing("2.1", answers=changed)
    if code:
        assert refusal(state, moment.command) == code
    else:
        allowed(state, moment.command)


@pytest.mark.parametrize("step", ["2.2", "2.4", "2.5", "2.7", "2.11", "2.12"])
@pytest.mark.parametrize("result", [Result.FAILED, Result.DESTROYED])
def test_a_device_step_that_failed_does_not_close(step: str, result: Result) -> None:
    assert closing(step, result=result) == "ENGINE-DEVICE-02"


def test_a_device_step_whose_last_try_failed_does_not_close() -> None:
    moment = at("2.2", StepClosed)
    done = moment.before.current[-1]
    assert isinstance(done.fact, Outcome)
    failed = replace(done, fact=replace(done.fact, result=Result.FAILED))
    allowed(replace(moment.before, current=(failed, done)), moment.command)
    worse = replace(moment.before, current=(done, failed))
    assert refusal(worse, moment.command) == "ENGINE-DEVICE-02"


@pytest.mark.parametrize("step", ["2.2", "2.5"])
def test_what_an_interruption_left_whole_and_was_adopted_closes(step: str) -> None:
    state, moment = before_closing(step, result=Result.ADOPTED)
    allowed(state, moment.command)


def test_an_outcome_of_another_verb_does_not_close_a_step() -> None:
    assert closing("2.2", verb="token.inventory") == "ENGINE-DEVICE-02"


@pytest.mark.parametrize(
    ("step", "made"),
    [("2.7", "certificate"), ("2.12", "certificate"), ("2.11", "request")],
)
def test_a_step_that_made_nothing_does_not_close(step: str, made: str) -> None:
    assert closing(step, **{made: None}) == "ENGINE-DEVICE-02"


def test_a_key_that_is_not_as_the_policy_wants_does_not_close() -> None:
    assert closing("2.5", key=None) == "ENGINE-KEY-02"
    key = last_fact("2.5", Outcome).key
    open_key = tuple(replace(found, waived=False) for found in key.attributes)
    bad = replace(key, attributes=open_key)
    assert closing("2.5", key=bad) == "ENGINE-KEY-02"


@pytest.mark.parametrize("stance", Stance)
def test_a_key_that_is_told_of_wrongly_closes_where_the_policy_lets_it_be(
    stance: Stance,
) -> None:
    key = last_fact("2.5", Outcome).key
    let_be = tuple(
        replace(found, waived=False, stance=stance) if found.waived else found
        for found in key.attributes
    )
    state, moment = before_closing("2.5", key=replace(key, attributes=let_be))
    if stance is Stance.FAIL:
        assert refusal(state, moment.command) == "ENGINE-KEY-02"
    else:
        allowed(state, moment.command)


def test_a_token_with_other_contents_than_expected_does_not_close() -> None:
    taken = last_fact("2.6", Outcome).inventory
    assert closing("2.6", inventory=None) == "ENGINE-INVENTORY-01"
    more = replace(taken, count=3)
    assert closing("2.6", inventory=more) == "ENGINE-INVENTORY-01"


def test_a_token_of_which_nothing_is_expected_may_hold_anything() -> None:
    state, moment = before_closing("2.6")
    script = state.script
    acts = tuple(
        replace(
            act,
            steps=tuple(
                replace(step, parameters={"token": "root-hsm"})
                if step.id == "2.6"
                else step
                for step in act.steps
            ),
        )
        for act in script.acts
    )
    free = replace(state, script=replace(script, acts=acts))
    allowed(free, moment.command)


def test_the_fact_that_closes_a_step_is_found_behind_others() -> None:
    moment = at("1.9", StepClosed)
    clock = at("1.10", StepClosed).before.current[-1]
    assert isinstance(clock.fact, ClockRead)
    behind = replace(moment.before, current=(*moment.before.current, clock))
    allowed(behind, moment.command)
    without = replace(moment.before, current=(clock,))
    assert refusal(without, moment.command) == "ENGINE-CLOSE-01"


@pytest.mark.parametrize(
    "step", [s.id for s in walked()[0].before.script.steps if "." not in s.verb]
)
def test_a_kind_of_step_judges_no_fact_of_another_kind(step: str) -> None:
    state = at(step, StepClosed).before
    assert state.step is not None
    KINDS[state.step.verb].verify(state.step, state, Noted("A remark."))
