"""Record: a value that a person reports, as typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import Fact, ValueRecorded
from ceremony.engine.state import State
from ceremony.engine.steps.kind import Kind, Need, NeedKind, parameter, read_parameters
from ceremony.engine.steps.rule import demand
from ceremony.engine.transcript import Entry, Line
from ceremony.errors import RefusedError
from ceremony.script.model import Step


@dataclass(frozen=True, slots=True)
class RecordParameters:
    """What is to be recorded."""

    name: str = parameter("The value's name, as printed beside it.")
    prompt: str = parameter("What the person is asked.")


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    wanted = read_parameters(RecordParameters, step.parameters)
    return (Need("value", NeedKind.TEXT, wanted.prompt, step.by),)


def _verify(step: Step, state: State, fact: Fact) -> None:
    wanted = read_parameters(RecordParameters, step.parameters)
    if isinstance(fact, ValueRecorded) and (
        fact.name != wanted.name or not fact.value.strip()
    ):
        raise RefusedError(
            "ENGINE-VALUE-01",
            f"Step {step.id} asks for {wanted.name}, and nothing was given for it.",
            remedy="Type the value, or record a deviation if there is none.",
        )


def _complete(step: Step, state: State) -> None:
    demand(state, ValueRecorded)


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    return tuple(
        Line(fact.name, fact.value, strong=True)
        for fact in facts
        if isinstance(fact, ValueRecorded)
    )


KIND: Final = Kind(
    verb="record",
    title="Record a value",
    summary="A value that a person reports is recorded as typed.",
    parameters=RecordParameters,
    records=(ValueRecorded,),
    needs=_needs,
    verify=_verify,
    complete=_complete,
    entries=_entries,
)
