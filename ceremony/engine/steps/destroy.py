"""A key is destroyed: exactly its own objects go from its token, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import Fact, Intent, KeyMade, Outcome, Result
from ceremony.engine.state import State
from ceremony.engine.steps.device import (
    completed,
    outcome_lines,
    user_needs,
    verify_intent,
)
from ceremony.engine.steps.kind import Kind, Need, parameter, read_parameters
from ceremony.engine.steps.token import inventory_lines
from ceremony.engine.transcript import Entry, Line
from ceremony.errors import RefusedError
from ceremony.script.model import Step


@dataclass(frozen=True, slots=True)
class DestroyParameters:
    """Which key is destroyed, and whether anything of it has to be left."""

    key: str = parameter("The key that is destroyed for good.", refers="key")
    last: bool = parameter(
        "Whether it may be the last that is left of a key with a backup.",
        default=False,
    )


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    wanted = read_parameters(DestroyParameters, step.parameters)
    return user_needs(step, state, state.script.thing(wanted.key).token)


def _verify(step: Step, state: State, fact: Fact) -> None:
    key = read_parameters(DestroyParameters, step.parameters).key
    verify_intent(step, fact, state.script.thing(key).token, key, label=key)
    if key not in state.made:
        raise RefusedError(
            "ENGINE-DESTROY-01",
            f"Step {step.id} destroys {key}, which was not made in this ceremony.",
            meaning="Nothing was destroyed.",
            remedy="Destroy only what the record has seen made.",
        )


def _complete(step: Step, state: State) -> None:
    """Insist that the key's objects are gone and that nothing else came or went.

    What an interruption had destroyed already stands in the inventory of the
    resumption, so that the outcome that was adopted may show less.
    """
    outcome = completed(step, state)
    wanted = state.made[outcome.thing].objects
    taken = outcome.inventory
    if (
        taken is None
        or taken.added
        or not set(taken.removed) <= set(wanted)
        or (outcome.result is Result.DONE and len(taken.removed) != len(wanted))
    ):
        raise RefusedError(
            "ENGINE-DESTROY-02",
            f"After step {step.id} the token does not lack exactly the objects of "
            f"{outcome.thing}.",
            meaning="Another object may be gone, or the key may still be there.",
            remedy="Record the deviation and compare the token's inventory with the "
            "record.",
        )


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    lines: list[Entry] = list(outcome_lines(facts))
    for fact in facts:
        key = state.made.get(getattr(fact, "thing", ""))
        if isinstance(fact, Intent) and key is not None:
            lines += [
                Line("label", key.label, mono=True),
                Line("CKA_ID", key.cka_id, mono=True),
            ]
            if isinstance(key, KeyMade):
                lines.append(Line("short id", key.key_identifier, mono=True))
    return (*lines, *inventory_lines(facts))


KIND: Final = Kind(
    verb="key.destroy",
    title="Destroy key",
    summary="A key goes from its token for good, and nothing else does.",
    parameters=DestroyParameters,
    records=(Intent, Outcome),
    needs=_needs,
    verify=_verify,
    complete=_complete,
    entries=_entries,
    device=True,
)
