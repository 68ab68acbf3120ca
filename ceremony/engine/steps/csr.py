"""A certificate request: linted first, then signed by the key that it asks for.

Records made before requests were linted tell of no bytes to be signed, in intent and
outcome alike; they are read as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import Fact, Intent, Linted, Outcome, RequestMade
from ceremony.engine.state import State
from ceremony.engine.steps.device import (
    completed,
    not_done,
    outcome_lines,
    user_needs,
    verify_intent,
)
from ceremony.engine.steps.kind import Kind, Need, parameter, read_parameters
from ceremony.engine.steps.lint import (
    BEFORE_SIGNING,
    lint_lines,
    verify_lint_told,
    verify_linted,
)
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest
from ceremony.script.model import Step, ThingKind


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
    profile = state.script.thing(wanted.key).profile
    verify_lint_told(step, fact, BEFORE_SIGNING, {wanted.request: profile})
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
    if isinstance(fact, Intent) and fact.tbs is not None:
        verify_linted(state, BEFORE_SIGNING, fact.tbs, (wanted.request,))
    if isinstance(fact, Outcome) and fact.request is not None:
        _verify_made(step, state, fact.request)


def _verify_made(step: Step, state: State, made: RequestMade) -> None:
    intent = state.pending.intent if state.pending else None
    if intent is None or made.tbs != intent.tbs:
        raise RefusedError(
            "ENGINE-REQUEST-21",
            f"What was signed in step {step.id} is not what was linted.",
            meaning="The request must not be used.",
            remedy="Record the deviation and preserve the request.",
        )


def _complete(step: Step, state: State) -> None:
    if completed(step, state).request is None:
        raise not_done(step)


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    requests = {
        thing.name for thing in state.script.things if thing.kind is ThingKind.REQUEST
    }
    lints = tuple(
        fact for fact in facts if isinstance(fact, Linted) and fact.subject in requests
    )
    entries: list[Entry] = [*lint_lines(lints), *outcome_lines(facts)]
    linted = [fact.tbs for fact in lints]
    for fact in facts:
        if isinstance(fact, Outcome) and fact.request is not None:
            entries += _signed_lines(fact.request, linted)
            entries += [
                Line("subject", fact.request.subject),
                Line("SHA-256", fact.request.digest, mono=True),
                Line("", "signature verified with the key in it", mark=Mark.PASS),
            ]
    return tuple(entries)


def _signed_lines(made: RequestMade, linted: list[Digest | None]) -> list[Entry]:
    """Tell that what was linted was signed; of an earlier record there is nothing."""
    if made.tbs is None:
        return []
    mark = Mark.SAME_BYTES if made.tbs in linted else Mark.FAIL
    return [
        Line("signed", made.tbs[:32], mono=True),
        Line("", "what was linted is what is signed", mark=mark),
    ]


KIND: Final = Kind(
    verb="csr.create",
    title="Make request",
    summary="A request is made, linted and signed by the key it asks for.",
    parameters=RequestParameters,
    records=(Linted, Intent, Outcome),
    needs=_needs,
    verify=_verify,
    complete=_complete,
    entries=_entries,
    device=True,
)
