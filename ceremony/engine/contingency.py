"""The contingency key: what is known of wrapped public keys, and who may carry one.

Invariants:
    * A public key is wrapped once in a ceremony, so that a name says which octets; or
      not at all, and the last wrapping in an earlier ceremony is carried on.
    * No certificate is signed that carries what was not wrapped before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ceremony.engine.facts import Outcome, PublicKeyWrapped
from ceremony.engine.state import State
from ceremony.errors import RefusedError
from ceremony.pki.contingency import CONTINGENCY_KEY
from ceremony.script.model import Script, Step

WRAP_PUBLIC: Final = "key.wrap-public"


def take_public_wrapped(state: State, fact: Outcome) -> State:
    """Enter what a done outcome tells of a wrapped public key."""
    if fact.public_wrapped is None:
        return state
    wrapped = {**state.public_wrapped, fact.thing: fact.public_wrapped}
    return replace(state, public_wrapped=wrapped)


def carried_by(state: State, certificate: str) -> PublicKeyWrapped | None:
    """Give the wrapped public key that a certificate carries; None for most."""
    pair = state.script.thing(certificate).given.get(CONTINGENCY_KEY, "")
    return state.public_wrapped.get(pair)


def is_carried_on(script: Script, pair: str) -> bool:
    """Tell whether a certificate carries what an earlier ceremony wrapped of a pair."""
    named = [thing.given.get(CONTINGENCY_KEY) for thing in script.things]
    wrapped = [
        step.parameters["key"] for step in script.steps if step.verb == WRAP_PUBLIC
    ]
    return script.thing(pair).is_earlier and pair in named and pair not in wrapped


def verify_carried(step: Step, state: State, certificate: str) -> None:
    """Refuse to sign a certificate whose contingency key was not wrapped before.

    Raises:
        RefusedError: ``ENGINE-CONTINGENCY-04``.
    """
    pair = state.script.thing(certificate).given.get(CONTINGENCY_KEY, "")
    if pair and pair not in state.public_wrapped:
        raise RefusedError(
            "ENGINE-CONTINGENCY-04",
            f"Step {step.id} signs {certificate}, which carries the wrapped public key "
            f"of {pair}, and nobody has wrapped it.",
            meaning="Nothing was signed.",
            remedy="Wrap the public key first.",
        )
