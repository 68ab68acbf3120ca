"""The clock gate: the laptop's clock is compared with two references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import ClockRead, Fact
from ceremony.engine.state import State
from ceremony.engine.steps.kind import Kind, Need, NeedKind, parameter, read_parameters
from ceremony.engine.steps.rule import demand, holds
from ceremony.engine.transcript import Entry, Line, Mark, Table
from ceremony.errors import RefusedError
from ceremony.identifiers import Role
from ceremony.script.model import Step


@dataclass(frozen=True, slots=True)
class ClockParameters:
    """Which references are read, by whom, and how far they may be off."""

    references: tuple[str, ...] = parameter("What is read, two or more references.")
    readers: tuple[str, ...] = parameter(
        "The role that reads each reference, in the same order.", refers="role"
    )
    tolerance_seconds: int = parameter("The largest offset that passes, in seconds.")


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    wanted = read_parameters(ClockParameters, step.parameters)
    return tuple(
        Need(
            f"reading_{number}",
            NeedKind.READING,
            f"Read the {name}: date and time to the second, UTC",
            Role(reader),
        )
        for number, (name, reader) in enumerate(
            zip(wanted.references, wanted.readers, strict=True), start=1
        )
    )


def _verify(step: Step, state: State, fact: Fact) -> None:
    if not isinstance(fact, ClockRead):
        return
    wanted = read_parameters(ClockParameters, step.parameters)
    if (
        fact.tolerance_ms != wanted.tolerance_seconds * 1000
        or tuple(reference.name for reference in fact.references) != wanted.references
        or not all(
            holds(state, reference.person, reader)
            for reference, reader in zip(fact.references, wanted.readers, strict=True)
        )
    ):
        raise RefusedError(
            "ENGINE-CLOCK-01",
            f"Step {step.id} compares the clock with "
            f"{' and '.join(wanted.references)}, and other readings were given.",
            remedy="Read the references that the script names.",
        )


def _complete(step: Step, state: State) -> None:
    read = demand(state, ClockRead)
    worst = max(abs(reference.offset_ms) for reference in read.references)
    if worst > read.tolerance_ms:
        raise RefusedError(
            "ENGINE-CLOCK-02",
            f"The laptop's clock is {worst / 1000:.0f} s off; "
            f"{read.tolerance_ms / 1000:.0f} s pass.",
            meaning="The readings are recorded; the step stays open.",
            remedy="Set the laptop's clock, then read both references again.",
        )


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for fact in facts:
        if isinstance(fact, ClockRead):
            rows = tuple(
                (ref.name, ref.reading[11:19], f"{ref.offset_ms / 1000:+.1f} s")
                for ref in fact.references
            )
            worst = max(abs(ref.offset_ms) for ref in fact.references)
            entries += [
                Table(("Reference", "read", "laptop"), rows),
                Line(
                    "",
                    f"within {fact.tolerance_ms // 1000} s",
                    mark=Mark.PASS if worst <= fact.tolerance_ms else Mark.FAIL,
                ),
            ]
    return tuple(entries)


KIND: Final = Kind(
    verb="clock",
    title="Compare the clock",
    summary="The laptop's clock is compared with references outside it.",
    parameters=ClockParameters,
    records=(ClockRead,),
    needs=_needs,
    verify=_verify,
    complete=_complete,
    entries=_entries,
)
