"""Whoever initials what a device did was there, and a refusal says what stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from ceremony.engine.command import Command
from ceremony.engine.decide import verify_command
from ceremony.engine.facts import (
    AttendanceChanged,
    ClockRead,
    DeviationClosed,
    DeviationRecorded,
    DeviceHandled,
    Fact,
    HoldAnswered,
    Initial,
    Input,
    Intent,
    Outcome,
    Result,
    Severity,
    StepClosed,
    ValueChecked,
)
from ceremony.engine.fold import fold
from ceremony.engine.initials import verify_initialling
from ceremony.engine.state import Recorded, State
from ceremony.engine.statement import presence
from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId, Role
from tests.fakes.walked_record import (
    Moment,
    allowed,
    at,
    changed,
    refusal,
    walked_manual_acts,
)

WITNESS: Final = PersonId("w-01")
DEVICE_ACTED: Final = (
    "The device has acted, and that is recorded; only the initials are lacking."
)


def without(state: State, *people: str) -> State:
    return replace(state, in_room=state.in_room - {PersonId(p) for p in people})


def meaning_of(state: State, command: Command) -> str:
    with pytest.raises(RefusedError) as caught:
        verify_command(state, command)
    return caught.value.meaning


def going(state: State, moment: Moment, *facts: Fact, seq: int = 0) -> State:
    """Fold facts onto a state, each in a leaf of its own from ``seq`` on."""
    for number, fact in enumerate(facts, start=seq or moment.event.seq):
        state = fold(state, replace(moment.event, seq=number, type=fact.type), fact)
    return state


def moved(direction: str, person: str = "w-01") -> AttendanceChanged:
    return AttendanceChanged(PersonId(person), direction, "a call")


def missed_by_the_witness() -> tuple[State, Moment]:
    """Let the witness leave after the intent, and come back after the outcome."""
    intent, outcome = at("2.4", Intent), at("2.4", Outcome)
    state = going(intent.before, intent, intent.command.fact, moved("out"))
    state = going(state, outcome, outcome.command.fact, moved("in"), seq=1000)
    return state, at("2.4", StepClosed)


def test_a_device_is_asked_for_nothing_while_who_initials_is_out() -> None:
    moment = at("2.4", Intent)
    allowed(moment.before, moment.command)
    out = without(moment.before, "w-01")
    assert refusal(out, moment.command) == "ENGINE-INITIAL-05"
    assert meaning_of(out, moment.command) == "The device was not asked for anything."


def test_an_act_by_hand_is_not_recorded_while_who_initials_is_out() -> None:
    moment = at("2.4", DeviceHandled, walked_manual_acts())
    out = without(moment.before, "w-01")
    assert refusal(out, moment.command) == "ENGINE-INITIAL-05"
    assert meaning_of(out, moment.command) == "Nothing is recorded of the act."


def test_of_a_role_that_several_hold_one_in_the_room_is_enough() -> None:
    moment = at("2.4", Intent)
    fact, step = moment.command.fact, moment.before.step
    assert isinstance(fact, Intent)
    assert step is not None
    own = replace(step, initials=(Role("custodian"),))
    verify_initialling(without(moment.before, "c-01", "c-02"), own, fact)
    with pytest.raises(RefusedError) as caught:
        verify_initialling(without(moment.before, "c-01", "c-02", "c-03"), own, fact)
    assert caught.value.code == "ENGINE-INITIAL-05"


def test_who_left_before_the_outcome_does_not_initial_what_they_missed() -> None:
    state, closing = missed_by_the_witness()
    assert refusal(state, closing.command) == "ENGINE-INITIAL-06"
    assert meaning_of(state, closing.command) == DEVICE_ACTED


def test_who_left_after_the_outcome_initials_what_they_saw() -> None:
    closing = at("2.4", StepClosed)
    state = going(closing.before, closing, moved("out"))
    assert refusal(state, closing.command) == "ENGINE-INITIAL-01"
    allowed(going(state, closing, moved("in")), closing.command)


def deviation(
    severity: Severity = Severity.MINOR, cause: str = "reported"
) -> DeviationRecorded:
    return DeviationRecorded("D-01", severity, cause, "All were there.", "One was not.")


DECIDED: Final = DeviationClosed(
    "D-01",
    "The step stands.",
    (
        Initial(PersonId("s-01"), Role("security-officer"), "MT"),
        Initial(WITNESS, Role("internal-witness"), "SL"),
    ),
)


@pytest.mark.parametrize("severity", [Severity.MINOR, Severity.MAJOR])
def test_a_deviation_that_two_decided_lets_them_initial(severity: Severity) -> None:
    state, closing = missed_by_the_witness()
    allowed(
        going(state, closing, deviation(severity), DECIDED, seq=2000), closing.command
    )


@pytest.mark.parametrize(
    ("facts", "seq"),
    [
        ((deviation(),), 2000),
        ((deviation(Severity.NOTE), DECIDED), 2000),
        ((deviation(cause="interruption"), DECIDED), 2000),
        ((deviation(), DECIDED), 1),
    ],
    ids=["open", "a-note", "an-interruption", "before-it-was-missed"],
)
def test_no_other_deviation_lets_them_initial(
    facts: tuple[Fact, ...], seq: int
) -> None:
    state, closing = missed_by_the_witness()
    told = going(state, closing, *facts, seq=seq)
    assert refusal(told, closing.command) == "ENGINE-INITIAL-06"


def test_a_deviation_of_another_step_tells_of_another_act() -> None:
    state, closing = missed_by_the_witness()
    elsewhere = at("2.5", StepClosed)
    told = going(state, elsewhere, deviation(), DECIDED, seq=2000)
    assert refusal(told, closing.command) == "ENGINE-INITIAL-06"


def recorded(moment: Moment, fact: Fact) -> Recorded:
    return Recorded(replace(moment.event, type=fact.type), fact)


def test_nobody_was_present_for_a_step_whose_act_they_missed() -> None:
    state, closing = missed_by_the_witness()
    facts = [
        recorded(at("2.2", StepClosed), moved("in")),
        recorded(at("2.2", StepClosed), StepClosed((), Input.TYPED)),
        recorded(at("2.3", StepClosed), StepClosed((), Input.TYPED)),
        recorded(closing, StepClosed((), Input.TYPED)),
        recorded(at("2.5", StepClosed), StepClosed((), Input.TYPED)),
        recorded(at("2.6", StepClosed), StepClosed((), Input.TYPED)),
    ]
    assert presence(state, facts, WITNESS) == (("2.2", "2.3"), ("2.5", "2.6"))
    honest = at("2.4", StepClosed).before
    assert presence(honest, facts, WITNESS) == (("2.2", "2.6"),)


def test_whoever_is_out_when_a_device_is_asked_misses_it_however_soon_they_return() -> (
    None
):
    intent, outcome = at("2.4", Intent), at("2.4", Outcome)
    state = going(without(intent.before, "x-01"), intent, intent.command.fact)
    state = going(state, outcome, moved("in", "x-01"), outcome.command.fact)
    assert set(state.missed["2.4"]) == {"x-01"}


def test_whoever_is_out_at_an_act_by_hand_misses_it() -> None:
    moment = at("2.4", DeviceHandled, walked_manual_acts())
    state = going(without(moment.before, "x-01"), moment, moment.command.fact)
    assert set(state.missed["2.4"]) == {"x-01"}


WRONG: Final = Initial(WITNESS, Role("internal-witness"), "XX")


@pytest.mark.parametrize(
    ("step", "kind", "meaning"),
    [
        ("2.4", StepClosed, DEVICE_ACTED),
        (
            "1.9",
            StepClosed,
            "What was done is recorded; only the initials are lacking.",
        ),
        ("1.8", StepClosed, "What is recorded stands; the step stays open."),
        ("2.4", Intent, "It was not done; what is recorded stands."),
        ("1.9", ValueChecked, "It was not done; what is recorded stands."),
    ],
)
def test_wrong_initials_mean_what_the_journal_has(
    step: str, kind: type[Fact], meaning: str
) -> None:
    closing = changed(at(step, StepClosed).command, initials=(WRONG,))
    before = at(step, kind).before
    assert refusal(before, closing) == "ENGINE-INITIAL-02"
    assert meaning_of(before, closing) == meaning


def test_after_an_act_that_failed_nothing_but_the_record_stands() -> None:
    moment, closing = at("2.4", Outcome), at("2.4", StepClosed)
    fact = moment.command.fact
    assert isinstance(fact, Outcome)
    failed = replace(fact, result=Result.FAILED, key=None, inventory=None)
    state = going(moment.before, moment, failed)
    told = changed(closing.command, initials=(WRONG,))
    assert meaning_of(state, told) == "What is recorded stands; the step stays open."


@pytest.mark.parametrize(
    ("step", "kind", "changes", "meaning"),
    [
        (
            "1.9",
            ValueChecked,
            {"equal": False},
            "What was typed is recorded; the step stays open.",
        ),
        (
            "1.10",
            ClockRead,
            {"tolerance_ms": -1},
            "The readings are recorded; the step stays open.",
        ),
    ],
)
def test_a_step_that_came_out_wrong_is_recorded_and_stays_open(
    step: str, kind: type[Fact], changes: dict[str, object], meaning: str
) -> None:
    moment, closing = at(step, kind), at(step, StepClosed)
    fact = replace(moment.command.fact, **changes)  # type: ignore[arg-type]  # by name
    assert meaning_of(going(moment.before, moment, fact), closing.command) == meaning


def test_a_hold_at_which_somebody_is_not_ready_has_its_answers_recorded() -> None:
    moment, closing = at("2.1", HoldAnswered), at("2.1", StepClosed)
    fact = moment.command.fact
    assert isinstance(fact, HoldAnswered)
    first, *others = fact.answers
    told = replace(fact, answers=(replace(first, answer="not-ready"), *others))
    assert meaning_of(going(moment.before, moment, told), closing.command) == (
        "The answers are recorded; the step stays open."
    )


def test_too_few_initials_and_those_of_who_is_out_mean_the_same() -> None:
    closing = at("2.4", StepClosed)
    assert meaning_of(closing.before, changed(closing.command, initials=())) == (
        DEVICE_ACTED
    )
    out = without(closing.before, "w-01")
    assert meaning_of(out, closing.command) == DEVICE_ACTED


def test_an_act_outside_every_step_is_missed_in_none() -> None:
    moment = at("2.4", DeviceHandled, walked_manual_acts())
    nowhere = replace(moment, event=replace(moment.event, step=None))
    state = going(without(moment.before, "x-01"), nowhere, moment.command.fact)
    assert state.missed == moment.before.missed
