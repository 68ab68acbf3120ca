"""Custody: a thing changes hands, or a bag is sealed or opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import CustodyRecorded, Fact
from ceremony.engine.state import State
from ceremony.engine.steps.kind import Kind, Need, NeedKind, parameter, read_parameters
from ceremony.engine.steps.rule import demand, holds
from ceremony.engine.transcript import Entry, Line
from ceremony.errors import RefusedError
from ceremony.identifiers import Role
from ceremony.script.model import Step, ThingKind

ACTIONS: Final = ("sealed", "opened", "handed-over", "placed")


@dataclass(frozen=True, slots=True)
class CustodyParameters:
    """Which thing, what happens to it, who gives and who takes it."""

    thing: str = parameter("The thing or bag.", refers="thing")
    action: str = parameter("What happens to it.", choices=ACTIONS)
    giver: str = parameter("Who hands it over.", refers="role")
    taker: str = parameter("Who takes it.", refers="role")
    contents: tuple[str, ...] = parameter(
        "What a bag holds.", refers="thing", default=()
    )
    storage: str = parameter("Where it goes.", default="")


def _is_bag(step: Step, state: State) -> bool:
    wanted = read_parameters(CustodyParameters, step.parameters)
    return state.script.thing(wanted.thing).kind is ThingKind.BAG


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    wanted = read_parameters(CustodyParameters, step.parameters)
    if not _is_bag(step, state):
        return ()
    return (
        Need(
            "bag",
            NeedKind.TEXT,
            "Read the number printed on the bag",
            Role(wanted.taker),
        ),
    )


def _verify(step: Step, state: State, fact: Fact) -> None:
    if not isinstance(fact, CustodyRecorded):
        return
    wanted = read_parameters(CustodyParameters, step.parameters)
    same = (
        fact.thing == wanted.thing
        and fact.action == wanted.action
        and fact.contents == wanted.contents
        and fact.storage == wanted.storage
        and holds(state, fact.giver, wanted.giver)
        and holds(state, fact.taker, wanted.taker)
    )
    if not same or fact.giver == fact.taker:
        raise RefusedError(
            "ENGINE-CUSTODY-01",
            f"Step {step.id} hands {wanted.thing} from {wanted.giver} to "
            f"{wanted.taker}, and something else was recorded.",
            remedy="Record the hand-over as the script has it, or a deviation.",
        )
    if _is_bag(step, state) and not fact.bag.strip():
        raise RefusedError(
            "ENGINE-CUSTODY-02",
            f"Step {step.id} needs the number printed on the bag.",
            remedy="Read the number from the bag and type it.",
        )


def _complete(step: Step, state: State) -> None:
    demand(state, CustodyRecorded)


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    lines: list[Entry] = []
    for fact in facts:
        if isinstance(fact, CustodyRecorded):
            lines.append(Line(state.script.thing(fact.thing).title, fact.action))
            if fact.bag:
                lines.append(Line("bag number", fact.bag, mono=True, strong=True))
            lines += [
                Line("contains", state.script.thing(name).title)
                for name in fact.contents
            ]
            lines += [
                Line("from", state.title(fact.giver)),
                Line("to", state.title(fact.taker)),
            ]
            if fact.storage:
                lines.append(Line("kept", fact.storage))
    return tuple(lines)


KIND: Final = Kind(
    verb="custody",
    title="Hand over",
    summary="A thing changes hands, or a bag is sealed or opened.",
    parameters=CustodyParameters,
    records=(CustodyRecorded,),
    needs=_needs,
    verify=_verify,
    complete=_complete,
    entries=_entries,
)
