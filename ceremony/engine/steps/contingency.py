"""A public key is wrapped by an AES key of its token, for a certificate to carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.engine.contingency import WRAP_PUBLIC
from ceremony.engine.facts import Fact, Intent, Outcome, PublicKeyWrapped
from ceremony.engine.state import State
from ceremony.engine.steps.backup import wrapped_lines
from ceremony.engine.steps.device import (
    completed,
    not_done,
    outcome_lines,
    user_needs,
    verify_intent,
)
from ceremony.engine.steps.kind import Kind, Need, parameter, read_parameters
from ceremony.engine.steps.token import inventory_lines
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.errors import RefusedError
from ceremony.identifiers import Mode
from ceremony.pki.contingency import WRAP_ALGORITHMS
from ceremony.script.key_kind import WrapBy
from ceremony.script.model import Step

METHOD: Final = WrapBy.AES_KWP
"""The one method: a public key's encoding is of any length (RFC 5649)."""


@dataclass(frozen=True, slots=True)
class WrapPublicParameters:
    """Whose public key is wrapped, and under which key."""

    key: str = parameter("The pair whose public key is wrapped.", refers="key")
    under: str = parameter("The AES key of the same token that wraps.", refers="key")


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    told = read_parameters(WrapPublicParameters, step.parameters)
    return user_needs(step, state, state.script.thing(told.key).token)


def _verify(step: Step, state: State, fact: Fact) -> None:
    told = read_parameters(WrapPublicParameters, step.parameters)
    verify_intent(step, fact, state.script.thing(told.key).token, told.key)
    if isinstance(fact, Intent):
        _verify_intent(step, state, fact, told)
    if isinstance(fact, Outcome) and fact.public_wrapped is not None:
        _verify_wrapped(step, state, fact.public_wrapped, told)


def _verify_intent(
    step: Step, state: State, fact: Intent, told: WrapPublicParameters
) -> None:
    exist = told.key in state.keys and told.under in state.secret_keys
    if not exist or (fact.under, fact.algorithm) != (told.under, METHOD):
        raise RefusedError(
            "ENGINE-CONTINGENCY-01",
            f"Step {step.id} wraps the public key of {told.key} under {told.under}, "
            "and one of the keys does not exist, or something else was asked.",
            meaning="Nothing was wrapped.",
            remedy="Make both keys first, and wrap as the script has it.",
        )
    if told.key in state.public_wrapped:
        raise RefusedError(
            "ENGINE-CONTINGENCY-02",
            f"The public key of {told.key} is wrapped already.",
            meaning="It was not wrapped a second time.",
            remedy="Close the step; another wrapping needs a ceremony of its own.",
        )


def _verify_wrapped(
    step: Step, state: State, wrapped: PublicKeyWrapped, told: WrapPublicParameters
) -> None:
    live = state.opened is not None and state.opened.mode is Mode.LIVE
    wanted = (
        told.under,
        WRAP_ALGORITHMS[state.script.key_kind(told.under).algorithm],
        state.keys[told.key].public_key,
    )
    found = (wrapped.under, wrapped.algorithm, wrapped.public_key)
    if found != wanted or (live and wrapped.filled):
        raise RefusedError(
            "ENGINE-CONTINGENCY-03",
            f"What step {step.id} wrapped is not the public key of {told.key} alone, "
            f"under {told.under}.",
            meaning="A device could not get the public key back; no certificate may "
            "carry it.",
            remedy="Record the deviation, and abandon.",
        )


def _complete(step: Step, state: State) -> None:
    if completed(step, state).public_wrapped is None:
        raise not_done(step)


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    entries: list[Entry] = list(outcome_lines(facts))
    for fact in facts:
        if not isinstance(fact, Outcome) or fact.public_wrapped is None:
            continue
        wrapped = fact.public_wrapped
        algorithm = Line("algorithm", wrapped.algorithm, mono=True)
        entries += wrapped_lines(state, wrapped, algorithm)
        came = "the token unwrapped it again: the public key came back"
        entries.append(Line("", came, mark=Mark.PASS))
        if wrapped.filled:
            entries.append(Line("", filled_words(wrapped)))
    return (*entries, *inventory_lines(facts))


def filled_words(wrapped: PublicKeyWrapped) -> str:
    """Say what a token has put behind the public key."""
    return (
        f"with {wrapped.filled} bytes of zeros behind it, which RFC 5649 does not "
        "have; a live ceremony refuses that"
    )


KIND: Final = Kind(
    verb=WRAP_PUBLIC,
    title="Wrap public key",
    summary="A pair's public key is wrapped by an AES key, for a certificate to carry.",
    parameters=WrapPublicParameters,
    records=(Intent, Outcome),
    needs=_needs,
    verify=_verify,
    complete=_complete,
    entries=_entries,
    device=True,
)
