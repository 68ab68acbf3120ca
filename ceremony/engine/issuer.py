"""Whose keys are issuers': no request is answered that asks for one of theirs."""

from __future__ import annotations

from collections.abc import Iterable

from ceremony.engine.facts import EarlierFound, Fact, Outcome
from ceremony.errors import InputError
from ceremony.pki.script_profile import certificate_profile
from ceremony.script.model import Script


def issuer_keys(script: Script, facts: Iterable[Fact]) -> frozenset[bytes]:
    """Give the keys of a ceremony that are an issuer's.

    They are those that have signed a certificate or a list, and those whose profile is
    a CA's, used or not. A key that only asked for its certificate is none.

    Args:
        script: The ceremony's script.
        facts: What was recorded of the ceremony so far, in order.

    Returns:
        SHA-256 of each SubjectPublicKeyInfo (DER): 32 bytes.
    """
    made: dict[str, bytes] = {}
    signers: set[str] = set()
    for fact in facts:
        if isinstance(fact, Outcome):
            signers |= _signers(fact)
        if not isinstance(fact, Outcome | EarlierFound):
            continue
        done = fact if isinstance(fact, Outcome) else fact.outcome
        if done.key is not None:
            made[fact.thing] = bytes.fromhex(done.key.public_key)
    return frozenset(
        key
        for name, key in made.items()
        if name in signers or is_authority(script, name)
    )


def _signers(done: Outcome) -> set[str]:
    """Name the key that an act has issued something by."""
    told = (done.certificate, done.part, done.crl)
    return {each.issuer_thing for each in told if each is not None}


def is_authority(script: Script, name: str) -> bool:
    """Tell whether a key is made for a CA; one whose profile nobody has counts as one.

    A copy is of its original's profile.

    Args:
        script: The ceremony's script.
        name: A key, by name; an unknown one is no CA's.
    """
    key = next((thing for thing in script.things if thing.name == name), None)
    if key is not None and key.copy_of:
        return is_authority(script, key.copy_of)
    if key is None or not key.profile:
        return False
    try:
        return certificate_profile(script, key.profile).is_ca
    except InputError:
        return True
