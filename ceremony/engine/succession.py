"""A CA that has changed its key: what the record shows of the key before.

The CA goes on under its name, and so do its subjects: the successor renews what the key
before has signed. The record shows it by the certificates of both keys: of one name,
issued under one name, the successor's first one after the other's.

Invariants:
    * Of two keys one is before the other, and never each before the other: whichever
      had its first certificate before, and of one moment by the earlier leaf. That a
      key is certified anew later makes it nobody's successor.
    * Both certificates are a CA's own: none that was brought, of which the site knows
      no more than what it says itself, and none by which a CA certifies another's key,
      in this ceremony or in an earlier one.
    * Names are compared as a leaf has them. ``pki.certificate.name_text`` gives two
      names one text only where they differ by string type alone, and those are one name
      to everybody (RFC 5280, section 7.1).
"""

from __future__ import annotations

from collections.abc import Mapping

from ceremony.engine.facts import CertificateMade
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
    for name, certificate in reversed(_own(state).items()):
        if made is not None and certificate.public_key == made.public_key:
            return name
    return ""


def _own(state: State) -> dict[str, CertificateMade]:
    """Give the certificates that were not brought, nor are for another CA's key."""
    crossed = cross_certificates(state.script) | {
        fact.thing for fact in state.earlier if fact.outcome.verb == CROSS_SIGN
    }
    others = crossed | {it.name for it in state.script.things if it.is_brought}
    return {
        name: made for name, made in state.certificates.items() if name not in others
    }


def signer_of(state: State, certificate: str) -> str:
    """Give the public key that has signed a certificate (SHA-256); empty if unknown.

    Args:
        state: The state.
        certificate: The certificate, by name; the record has it.
    """
    told = (it for it in state.earlier if it.thing == certificate)
    issuer_key = next((it.issuer_key for it in told if it.outcome.certificate), None)
    known = state.keys.get(state.certificates[certificate].issuer_thing)
    return issuer_key or (known.public_key if known is not None else "")


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
    if not own or signer not in keys_before(state, state.certificates[own].public_key):
        return ""
    named = _beginnings(state)[state.certificates[own].public_key]
    return next(
        name
        for name, old in _own(state).items()
        if old.public_key == signer and (old.subject, old.issuer) in named
    )


def keys_before(state: State, listed_by: str) -> frozenset[str]:
    """Give the public keys that a CA had before one of its keys, as the record shows.

    Args:
        state: The state.
        listed_by: A public key (SHA-256), one that has signed a list.

    Returns:
        SHA-256 of each; none where the record shows no succession.
    """
    begun = _beginnings(state)
    new = begun.get(listed_by, {})
    return frozenset(key for key, old in begun.items() if _is_before(old, new))


def keys_beside(state: State, public_key: str) -> frozenset[str]:
    """Give every other public key of a CA, as the record shows: before and after.

    Args:
        state: The state.
        public_key: One of its keys (SHA-256).

    Returns:
        SHA-256 of each; none where the record shows no succession.
    """
    begun = _beginnings(state)
    names = begun.get(public_key, {})
    return frozenset(
        key
        for key, others in begun.items()
        if _is_before(others, names) or _is_before(names, others)
    )


_Names = Mapping[tuple[str, str], tuple[str, int, int]]
"""By subject and issuer, when a key began: not before, and which leaf tells of it."""


def _beginnings(state: State) -> dict[str, _Names]:
    """Give, by public key, when each began under each name, by its first certificate.

    Of one moment a leaf of an earlier ceremony comes before one of this.
    """
    told = {it.thing: it.seq for it in state.earlier if it.outcome.certificate}
    begun: dict[str, dict[tuple[str, str], tuple[str, int, int]]] = {}
    for place, (name, made) in enumerate(_own(state).items()):
        leaf = (0, told[name]) if name in told else (1, place)
        at, named = (made.not_before, *leaf), (made.subject, made.issuer)
        names = begun.setdefault(made.public_key, {})
        names[named] = min(at, names.get(named, at))
    return dict(begun)


def _is_before(old: _Names, new: _Names) -> bool:
    """Tell whether a CA had one key before another: never both ways."""
    both = old.keys() & new.keys()
    return bool(both) and min(map(old.__getitem__, both)) < min(
        map(new.__getitem__, both)
    )


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
