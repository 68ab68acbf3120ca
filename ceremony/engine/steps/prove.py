"""A key proves that it is in its token: it signs what nobody could foresee."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import Fact, Intent, Outcome
from ceremony.engine.state import State
from ceremony.engine.steps.device import (
    completed,
    not_done,
    outcome_lines,
    user_needs,
    verify_intent,
)
from ceremony.engine.steps.kind import Kind, Need, parameter, read_parameters
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.errors import RefusedError
from ceremony.script.model import Step


@dataclass(frozen=True, slots=True)
class ProveParameters:
    """Which key proves that it is there."""

    key: str = parameter("The key that signs the challenge.", refers="key")


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    wanted = read_parameters(ProveParameters, step.parameters)
    return user_needs(step, state, state.script.thing(wanted.key).token)


def _verify(step: Step, state: State, fact: Fact) -> None:
    wanted = read_parameters(ProveParameters, step.parameters)
    verify_intent(step, fact, state.script.thing(wanted.key).token, wanted.key)
    key = state.keys.get(wanted.key)
    if key is None or (
        isinstance(fact, Outcome)
        and fact.proof is not None
        and fact.proof.public_key != key.public_key
    ):
        raise RefusedError(
            "ENGINE-PROVE-01",
            f"The proof of step {step.id} is not one by the key {wanted.key}.",
            meaning="Nothing is shown about the key.",
            remedy="Generate the key first, and let that key sign.",
        )


def _complete(step: Step, state: State) -> None:
    if completed(step, state).proof is None:
        raise not_done(step)


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    entries: list[Entry] = list(outcome_lines(facts))
    for fact in facts:
        if isinstance(fact, Outcome) and fact.proof is not None:
            entries += [
                Line("signed", fact.proof.message, mono=True),
                Line("signature", fact.proof.signature, mono=True),
                Line("mechanism", fact.proof.mechanism, mono=True),
                Line("", "verified with the public key on record", mark=Mark.PASS),
            ]
    return tuple(entries)


KIND: Final = Kind(
    verb="key.prove",
    title="Prove key",
    summary="A key signs a challenge that follows from the journal.",
    parameters=ProveParameters,
    records=(Intent, Outcome),
    needs=_needs,
    verify=_verify,
    complete=_complete,
    entries=_entries,
    device=True,
)
