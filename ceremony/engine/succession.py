"""A CA that has changed its key: what the record shows of the key before.

The CA goes on under its name, and so do its subjects: the successor renews what the key
before has signed. The record shows it by the certificates of both keys: of one name,
issued under one name, the successor's not before the other.

Invariants:
    * Both certificates are a CA's own: none that was brought, of which the site knows
      no more than what it says itself, and none by which a CA certifies another's key,
      in this ceremony or in an earlier one.
    * Names are compared as a leaf has them. ``pki.certificate.name_text`` gives two
      names one text only where they differ by string type alone, and those are one name
      to everybody (RFC 5280, section 7.1).
"""

from __future__ import annotations

from ceremony.engine.revocation import CROSS_SIGN, cross_certificates
from ceremony.engine.state import State
from ceremony.script.model import Script, ThingKind


def original_of(state: State, key: str) -> str:
    """Name the key that a key is a copy of; itself where it is none."""
    things = (thing for thing in state.script.things if thing.name == key)
    return next((thing.copy_of for thing in things), "") or key


def is_key(state: State, key: str, signer: str) -> bool:
    """Tell whether a key, or what it is a copy of, has a public key.

    A copy may be restored only after the requests were taken in that it answers.

    Args:
        state: The state.
        key: The key, by name.
        signer: The public key (SHA-256).
    """
    known = state.keys.get(key) or state.keys.get(original_of(state, key))
    return known is not None and known.public_key == signer


def own_certificate(state: State, key: str) -> str:
    """Name the last certificate of a CA's own that a key has; empty where it has none.

    A copy has that of its original.

    Args:
        state: The state.
        key: The key, by name.
    """
    made = state.keys.get(key) or state.keys.get(original_of(state, key))
    for name, certificate in reversed(tuple(state.certificates.items())):
        same = made is not None and certificate.public_key == made.public_key
        if same and not _is_anothers(state, name):
            return name
    return ""


def _is_anothers(state: State, name: str) -> bool:
    """Tell whether a certificate was brought, or is one by a CA for another's key."""
    crossed = cross_certificates(state.script) | {
        fact.thing for fact in state.earlier if fact.outcome.verb == CROSS_SIGN
    }
    return name in crossed or state.script.thing(name).is_brought


def certificate_before(state: State, key: str, signer: str) -> str:
    """Name the certificate of the key that a CA had before, as the record shows it.

    A certificate of another CA is none, nor one by which a CA certifies another's key;
    nor does the key succeed by one of those.

    Args:
        state: The state.
        key: The CA's key, by name.
        signer: The public key (SHA-256) that it had before.

    Returns:
        Its name; empty where the record shows no such succession.
    """
    own = own_certificate(state, key)
    if not own:
        return ""
    new = state.certificates[own]
    for name, old in state.certificates.items():
        if (
            (old.public_key, old.subject, old.issuer)
            == (signer, new.subject, new.issuer)
            and old.not_before <= new.not_before
            and not _is_anothers(state, name)
        ):
            return name
    return ""


def is_succeeding(script: Script, key: str) -> bool:
    """Tell whether a key is for a CA of which the script names an earlier certificate.

    Args:
        script: The script.
        key: A key, by name; an unknown one is for none.
    """
    named = [
        (thing.profile, thing.given) for thing in script.things if thing.name == key
    ]
    return any(
        thing.kind is ThingKind.CERTIFICATE
        and thing.is_earlier
        and (thing.profile, thing.given) in named
        for thing in script.things
    )
