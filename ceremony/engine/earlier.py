"""What this ceremony may do with keys and certificates of earlier ones.

A key that exists already is used only once it was shown here to be in its token: a
pair that signs proves it, a secret key gives its check value, a pair that wraps is
among what is listed.

Invariants:
    * What earlier ceremonies did is told right after the opening, before any step.
    * A fact about a thing is one that the script names by key or digest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ceremony.engine.command import Command
from ceremony.engine.facts import (
    CertificateBrought,
    CheckValueFound,
    EarlierFound,
    KeyMade,
    Outcome,
    SecretKeyMade,
)
from ceremony.engine.state import State, TokenState
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest
from ceremony.script.key_kind import KeyUse
from ceremony.script.model import Step, Thing, ThingKind

SHOWING: Final = ("key.prove", "key.check-value")
"""What shows a key to be in its token."""


def take_earlier(state: State, fact: EarlierFound) -> State:
    """Enter what an earlier ceremony did, under the names of this one."""
    name, done = fact.thing, fact.outcome
    state = replace(state, earlier=(*state.earlier, fact))
    if done.key is not None:
        state = replace(state, keys={**state.keys, name: done.key})
    if done.secret_key is not None:
        made = {**state.secret_keys, name: done.secret_key}
        state = replace(state, secret_keys=made)
    if done.certificate is not None:
        told = replace(done.certificate, issuer_thing=fact.by)
        state = replace(state, certificates={**state.certificates, name: told})
    if done.wrapped is not None:
        blobs = (replace(done.wrapped, under=fact.by),)
        state = replace(state, wrapped={**state.wrapped, name: blobs})
    if done.public_wrapped is not None:
        # Its names are that ceremony's; which AES key it was is told there.
        told_so = {name: replace(done.public_wrapped, under="")}
        state = replace(state, public_wrapped={**state.public_wrapped, **told_so})
    if is_of_token(state, fact):
        known = TokenState(inventory=done.inventory)
        state = replace(state, tokens={**state.tokens, name: known})
    return state


def take_brought(state: State, fact: CertificateBrought) -> State:
    """Enter another CA's certificate."""
    made = {**state.certificates, fact.thing: fact.certificate}
    return replace(state, certificates=made)


def is_of_token(state: State, fact: EarlierFound) -> bool:
    """Tell whether a fact is about a token: what was listed in it last."""
    return any(
        thing.name == fact.thing and thing.kind is ThingKind.TOKEN
        for thing in state.script.things
    )


def origin_of(state: State, name: str) -> EarlierFound | None:
    """Find where a thing was made in an earlier ceremony; None where it was not."""
    return next((fact for fact in state.earlier if fact.thing == name), None)


def earlier_check_value(state: State, name: str) -> CheckValueFound | None:
    """Give a secret key's check value as the journal has it; None where it has none."""
    told = [fact.outcome.check_value for fact in state.earlier if fact.thing == name]
    return next((value for value in told if value is not None), None)


def take_shown(state: State, fact: Outcome) -> State:
    """Enter which keys an outcome shows to be in its token, or to be gone from it."""
    if fact.inventory is None:
        return state
    removed = set(fact.inventory.removed)
    shown = set(state.shown)
    for thing in state.script.things:
        key = state.made.get(thing.name)
        if key is None or thing.token != fact.token or not thing.is_earlier:
            continue
        if removed & set(key.objects):
            shown.discard(thing.name)
        elif _shows(state, thing, key, fact):
            shown.add(thing.name)
    return replace(state, shown=frozenset(shown))


def _shows(
    state: State, thing: Thing, key: KeyMade | SecretKeyMade, fact: Outcome
) -> bool:
    if isinstance(key, SecretKeyMade):
        known = earlier_check_value(state, thing.name)
        found = fact.check_value if fact.thing == thing.name else None
        return found is not None and (
            known is None or (known.method, known.value) == (found.method, found.value)
        )
    if state.script.key_kind(thing.name).use is KeyUse.WRAP:
        return True
    return (
        fact.thing == thing.name
        and fact.proof is not None
        and fact.proof.public_key == key.public_key
    )


def verify_shown(state: State, step: Step) -> None:
    """Refuse to use a key of an earlier ceremony that was not shown to be there.

    Raises:
        RefusedError: ``ENGINE-EARLIER-02``.
    """
    used = [str(step.parameters.get("under", ""))]
    if step.verb not in SHOWING:
        used.append(str(step.parameters.get("key", "")))
    for thing in state.script.things:
        if thing.name in used and thing.is_earlier and thing.name not in state.shown:
            raise RefusedError(
                "ENGINE-EARLIER-02",
                f"Step {step.id} uses {thing.name}, which an earlier ceremony made, "
                "and nobody has shown here that it is in its token.",
                meaning="The key was not used, and is as it was.",
                remedy="Let a pair prove itself first, or find the secret key's check "
                "value; list the token where a pair only wraps.",
            )


def verify_not_wiped(state: State, step: Step, token: str) -> None:
    """Refuse to initialise a token that holds a key of an earlier ceremony.

    Raises:
        RefusedError: ``ENGINE-EARLIER-04``.
    """
    for thing in state.script.things:
        held = thing.token == token and thing.name not in state.destroyed
        if held and origin_of(state, thing.name) is not None:
            raise RefusedError(
                "ENGINE-EARLIER-04",
                f"Step {step.id} initialises {token}, which holds {thing.name} of an "
                "earlier ceremony.",
                meaning="The token was not wiped, and the key is as it was.",
                remedy="Take the step out of the script, or destroy the key first.",
            )


def verify_earlier(
    state: State, command: Command, fact: EarlierFound | CertificateBrought
) -> None:
    """Insist that a fact is about what the script names, and comes before any step.

    Raises:
        RefusedError: ``ENGINE-EARLIER-01``.
    """
    why = ""
    if state.position or state.current or command.step is not None:
        why = "comes after the first step"
    elif command.actor is not None:
        why = "is told by a person"
    elif isinstance(fact, CertificateBrought):
        why = "" if _is_brought(state, fact) else "is not what the script names"
    elif not _is_named(state, fact):
        why = "is not what the script names"
    if why:
        raise RefusedError(
            "ENGINE-EARLIER-01",
            f"What is told of {fact.thing}, which exists already, {why}.",
            meaning="This ceremony does not work with it.",
            remedy="Open the ceremony again, with a script that names what exists.",
        )


def _is_named(state: State, fact: EarlierFound) -> bool:  # noqa: PLR0911  one a kind
    thing = next((it for it in state.script.things if it.name == fact.thing), None)
    if thing is None:
        return False
    if thing.kind is ThingKind.TOKEN:
        return fact.outcome.inventory is not None and fact.outcome.serial == _serial(
            state, thing.name
        )
    if thing.kind is ThingKind.CERTIFICATE:
        return _is_of_certificate(state, thing, fact)
    if thing.kind is ThingKind.CERTIFICATES:
        part = fact.outcome.part
        return part is not None and part.issued == thing.sha256
    return thing.kind is ThingKind.KEY and _is_of_key(state, thing, fact)


def _is_brought(state: State, fact: CertificateBrought) -> bool:
    """Tell whether a certificate is one that the script names by its digest alone."""
    return any(
        (thing.name, thing.sha256, thing.profile)
        == (fact.thing, fact.certificate.digest, "")
        for thing in state.script.things
        if fact.certificate.issuer_thing == ""
    )


def _is_of_certificate(state: State, thing: Thing, fact: EarlierFound) -> bool:
    """Tell whether a fact is about a certificate, or is a list of the key in it."""
    made, crl = fact.outcome.certificate, fact.outcome.crl
    if crl is not None:
        known = state.certificates.get(thing.name)
        return known is not None and known.public_key == crl.issuer_key
    return made is not None and made.digest == thing.sha256


def _is_of_key(state: State, thing: Thing, fact: EarlierFound) -> bool:
    """Tell whether a fact is about the key that a thing names."""
    done, kind = fact.outcome, state.script.key_kind(thing.name)
    made = done.key or done.secret_key
    if made is not None:
        named = (
            done.key.public_key == thing.public_key
            if done.key is not None
            else made.cka_id == thing.cka_id
        )
        same = (made.algorithm, made.size) == (kind.algorithm, kind.algorithm.bits)
        new = thing.name not in state.made
        return named and same and new and done.serial == _serial(state, thing.token)
    known, told = state.keys.get(thing.name), _pair_of(done)
    if told is not None:
        return known is not None and told == known.public_key
    return bool(done.wrapped or done.check_value) and _is_same(state, fact)


def _pair_of(done: Outcome) -> Digest | None:
    """Give the public key (SHA-256) of the pair that an act itself names."""
    if done.crl is not None:
        return done.crl.issuer_key
    if done.proof is not None:
        return done.proof.public_key
    return done.public_wrapped.public_key if done.public_wrapped is not None else None


def _is_same(state: State, fact: EarlierFound) -> bool:
    """Tell whether an act is about a secret key, by the names of its own ceremony.

    Where another ceremony than the one that made the key has done it, those names do
    not tell: that it is the key rests on the site's journal.
    """
    made = origin_of(state, fact.thing)
    return made is not None and (
        made.ceremony != fact.ceremony or made.outcome.thing == fact.outcome.thing
    )


def _serial(state: State, token: str) -> str:
    bound = state.opened.tokens if state.opened is not None else ()
    return next((each.serial for each in bound if each.name == token), "none")
