"""A hold: each named role answers before anybody goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import Fact, HoldAnswered
from ceremony.engine.state import State
from ceremony.engine.steps.kind import Kind, Need, NeedKind, parameter, read_parameters
from ceremony.engine.steps.rule import demand
from ceremony.engine.transcript import Entry, Line, Mark, Table
from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId, Role
from ceremony.people.quorum import verify_quorum
from ceremony.script.model import Step

READY: Final = "ready"
ABSENT: Final = "absent"
ANSWERS: Final = (READY, "not-ready", ABSENT)


@dataclass(frozen=True, slots=True)
class HoldParameters:
    """Who must answer."""

    roles: tuple[str, ...] = parameter("The roles that answer aloud.", refers="role")


def people_of(step: Step, state: State) -> tuple[PersonId, ...]:
    """Give everybody who must answer, in the order of the roll-call."""
    wanted = read_parameters(HoldParameters, step.parameters)
    return tuple(
        seat.person for role in wanted.roles for seat in state.holders(Role(role))
    )


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    return tuple(
        Need(
            f"answer_{person}",
            NeedKind.CHOICE,
            f"{state.title(person)}: ready?",
            state.seat(person).role,
            ANSWERS,
        )
        for person in people_of(step, state)
    )


def _verify(step: Step, state: State, fact: Fact) -> None:
    if isinstance(fact, HoldAnswered):
        told = tuple((answer.person, answer.role) for answer in fact.answers)
        called = tuple(
            (person, state.seat(person).role) for person in people_of(step, state)
        )
        if told != called or any(each.answer not in ANSWERS for each in fact.answers):
            raise RefusedError(
                "ENGINE-HOLD-01",
                f"At the hold {step.id} not everybody named in the script answered.",
                remedy="Call every role that the step names, in its order.",
            )
        for answer in fact.answers:
            inside = answer.person in state.in_room
            if (answer.answer == ABSENT) == inside:
                raise RefusedError(
                    "ENGINE-HOLD-03",
                    f"{state.title(answer.person)} is "
                    f"{'in' if inside else 'out of'} the room as the record has it, "
                    f"and answered {answer.answer}.",
                    remedy="Record who came or went, then call the roll again.",
                )


def _complete(step: Step, state: State) -> None:
    answered = demand(state, HoldAnswered)
    for answer in answered.answers:
        if answer.answer == "not-ready":
            raise RefusedError(
                "ENGINE-HOLD-02",
                f"{state.title(answer.person)} is not ready at the hold {step.id}.",
                meaning="The answers are recorded; the step stays open.",
                remedy="Settle what is missing, then call the roll again.",
            )
    present = [
        state.seat(answer.person)
        for answer in answered.answers
        if answer.answer == READY
    ]
    rule = state.script.quorum
    verify_quorum(rule.role, rule.need, present)


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for fact in facts:
        if isinstance(fact, HoldAnswered):
            ready = sum(answer.answer == READY for answer in fact.answers)
            rows = tuple(
                (state.title(answer.person), answer.answer) for answer in fact.answers
            )
            rule = state.script.quorum
            counted = sum(
                answer.answer == READY and answer.role == rule.role
                for answer in fact.answers
            )
            entries += [
                Table(("Roll-call", "answer"), rows),
                Line("", f"{ready} of {len(rows)} ready."),
                Line(
                    "",
                    f"quorum {rule.need} of {rule.of}: {counted} ready",
                    mark=Mark.PASS if counted >= rule.need else Mark.FAIL,
                ),
            ]
    return tuple(entries)


KIND: Final = Kind(
    verb="hold",
    title="Hold: all answer",
    summary="The ceremony holds until each named role has answered.",
    parameters=HoldParameters,
    records=(HoldAnswered,),
    needs=_needs,
    verify=_verify,
    complete=_complete,
    entries=_entries,
)
