"""A certificate request, signed by the key that it asks for."""

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
class RequestParameters:
    """Which key asks, and the name of the request."""

    key: str = parameter("The key that is to be certified.", refers="key")
    request: str = parameter("The request.", refers="request")


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    wanted = read_parameters(RequestParameters, step.parameters)
    return user_needs(step, state, state.script.thing(wanted.key).token)


def _verify(step: Step, state: State, fact: Fact) -> None:
    wanted = read_parameters(RequestParameters, step.parameters)
    token = state.script.thing(wanted.key).token
    verify_intent(step, fact, token, wanted.request)
    key = state.keys.get(wanted.key)
    if key is None or (
        isinstance(fact, Outcome)
        and fact.request is not None
        and fact.request.public_key != key.public_key
    ):
        raise RefusedError(
            "ENGINE-REQUEST-01",
            f"The request of step {step.id} is not for the key {wanted.key}.",
            remedy="Generate the key first, and let the request be made from it.",
        )


def _complete(step: Step, state: State) -> None:
    if completed(step, state).request is None:
        raise not_done(step)


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    entries: list[Entry] = list(outcome_lines(facts))
    for fact in facts:
        if isinstance(fact, Outcome) and fact.request is not None:
            entries += [
                Line("subject", fact.request.subject),
                Line("SHA-256", fact.request.digest, mono=True),
                Line("", "signature verified with the key in it", mark=Mark.PASS),
            ]
    return tuple(entries)


KIND: Final = Kind(
    verb="csr.create",
    title="Make request",
    summary="A certificate request is made and signed by the key it asks for.",
    parameters=RequestParameters,
    records=(Intent, Outcome),
    needs=_needs,
    verify=_verify,
    complete=_complete,
    entries=_entries,
    device=True,
)
