"""What a step revokes, as its script says it and as it comes to in the ceremony.

An item is one line: what, from which day on, and why, as in
``issuing-oca-certificate today superseded`` or
``serial:4a0f 2026-01-15 key-compromise``. ``today`` is the day of the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from ceremony.engine.facts import CertificateMade, RevokedCertificate
from ceremony.engine.state import State
from ceremony.pki.crl_order import Revocation
from ceremony.pki.crl_profile import Reason
from ceremony.script.model import Script
from ceremony.script.shape import NAME

_ITEM: Final = re.compile(
    r"(?:serial:(?P<serial>[0-9a-f]{1,40})|"
    rf"(?P<certificate>{NAME.pattern})) "
    r"(?P<day>today|[0-9]{4}-[0-9]{2}-[0-9]{2}) (?P<reason>[a-z-]+)"
)
TODAY: Final = "today"
CROSS_SIGN: Final = "certificate.cross-sign"


@dataclass(frozen=True, slots=True)
class Revoked:
    """One item of a step.

    Attributes:
        certificate: The certificate's name in the script; empty for a serial number.
        serial: The serial number; 0 for a certificate of the script.
        day: From which day on; None for the day of the list.
        reason: Why.
    """

    certificate: str
    serial: int
    day: date | None
    reason: Reason


class ZeroSerialError(ValueError):
    """What is to be revoked has a serial number that no certificate may have."""


def read_revoked(text: str) -> Revoked:
    """Read one item.

    Raises:
        ValueError: It is of another form, names no day or reason, or the serial number
            0, which no certificate may have (RFC 5280, section 4.1.2.2).
    """
    found = _ITEM.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not of the form NAME DAY REASON")
    day = None if found["day"] == TODAY else date.fromisoformat(found["day"])
    serial = int(found["serial"] or "0", 16)
    if found["serial"] and not serial:
        raise ZeroSerialError(
            f"{text!r} names the serial number 0, which no certificate may have"
        )
    return Revoked(found["certificate"] or "", serial, day, Reason(found["reason"]))


def revoked_before_begun(item: str, state: State) -> str:
    """Tell since when a certificate holds that is revoked from an earlier day on.

    That may be meant where its key was compromised before it was certified, for a list
    has no invalidityDate here; else the day is mistyped.

    Args:
        item: As the script has it.
        state: Where the certificates of the ceremony are known.

    Returns:
        The day, ``YYYY-MM-DD``; empty where the certificate holds by the day that the
        item tells, or is not known by name.

    Source: RFC 5280, sections 5.1.2.6 and 5.3.2.
    """
    told = read_revoked(item)
    made = state.certificates.get(told.certificate)
    begun = made.not_before[:10] if made is not None else ""
    early = told.day is not None and told.day.isoformat() < begun
    return begun if early else ""


def revocations(
    items: Iterable[str], state: State, this_update: date
) -> tuple[Revocation, ...]:
    """Give what a list has to hold, in the script's order.

    Args:
        items: As the script has them.
        state: Where the certificates of the ceremony are known.
        this_update: The day of the list.

    Raises:
        KeyError: A certificate was not made.
        ValueError: An item is of another form.
    """
    return tuple(
        Revocation(
            told.serial or int(state.certificates[told.certificate].serial, 16),
            told.day or this_update,
            told.reason,
        )
        for told in map(read_revoked, items)
    )


def as_told(revocation: Revocation) -> RevokedCertificate:
    """Give an entry as a leaf tells of it."""
    return RevokedCertificate(
        f"{revocation.serial:032x}",
        revocation.day.isoformat(),
        revocation.reason.value,
    )


def certificate_of_key(state: State, key: str) -> str:
    """Name the last certificate of a key; empty where it has none yet.

    A certificate by which another CA certifies the key as well is none of its own.
    """
    made, crossed = state.keys.get(key), cross_certificates(state.script)
    for name, certificate in reversed(tuple(state.certificates.items())):
        same = made is not None and certificate.public_key == made.public_key
        if same and name not in crossed:
            return name
    return ""


def cross_certificates(script: Script) -> frozenset[str]:
    """Name the certificates by which a script has one CA certify another's key."""
    return frozenset(
        str(step.parameters.get("certificate"))
        for step in script.steps
        if step.verb == CROSS_SIGN
    )


def own_last_first(script: Script, names: Sequence[str]) -> tuple[str, ...]:
    """Sort certificates: those of CAs of their own before cross-certificates.

    Args:
        script: The script.
        names: The certificates in the order in which they came; the last comes first.
    """
    crossed = cross_certificates(script)
    last_first = names[::-1]
    return tuple(sorted(last_first, key=lambda name: name in crossed))


def has_other_paths(path: Sequence[str], known: Mapping[str, CertificateMade]) -> bool:
    """Tell whether a CA of a path has another certificate, so that a path may be too.

    Args:
        path: A CA's certificate and those above it, by name.
        known: Every certificate by name.
    """
    above = {known[name].subject for name in path[1:]}
    return any(
        made.subject in above for name, made in known.items() if name not in path
    )


def path_of_key(state: State, key: str) -> tuple[str, ...]:
    """Name the certificate of a key and those above it, up to the self-signed one.

    Where the ceremony did not make the certificate above, the path ends there; it is
    empty where the ceremony has made none for the key.
    """
    return path_from(certificate_of_key(state, key), partial(_issuer_of, state))


def path_from(name: str, above: Callable[[str], str]) -> tuple[str, ...]:
    """Name a certificate and those above it, each once.

    Args:
        name: The certificate; empty for none, which has no path.
        above: Names the certificate above one; itself, or nothing, at the end.
    """
    path: list[str] = []
    while name and name not in path:
        path.append(name)
        name = above(name)
    return tuple(path)


def _issuer_of(state: State, name: str) -> str:
    """Name the certificate above one: of the key that signed it, else of its issuer.

    Two CAs may have one name, as where a root was made anew. Of several certificates
    of a key its own comes before those of other CAs for it, and the last before others.
    """
    certificate = state.certificates[name]
    if certificate.issuer_thing:
        return certificate_of_key(state, certificate.issuer_thing)
    key = next((it.issuer_key for it in state.earlier if it.thing == name), None)
    if key is None and certificate.subject == certificate.issuer:
        return name
    crossed = cross_certificates(state.script)
    named = [
        (other.public_key == key, above not in crossed, place, above)
        for place, (above, other) in enumerate(state.certificates.items())
        if other.subject == certificate.issuer
    ]
    return max(named)[-1] if named else ""


def path_above(state: State, certificate: CertificateMade) -> tuple[str, ...]:
    """Name the certificates above one; none where it is signed by its own key."""
    signer = state.keys.get(certificate.issuer_thing)
    if signer is None or signer.public_key == certificate.public_key:
        return ()
    return path_of_key(state, certificate.issuer_thing)
