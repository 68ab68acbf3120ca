"""The paths from a certificate up to trust anchors, where a CA has several above it.

A CA has another certificate once its own was renewed, or another CA has certified its
key. Each may lead up to an anchor, and not each such path need be valid.

Invariants:
    * A path names no CA, by name and key, twice, so that CAs which certify one another
      lead nowhere in a ring.
    * However many certificates are known, at most :data:`MOST_LOOKED_AT` beginnings of
      paths are looked at, the shortest first.

Source: RFC 4158, sections 2.4.2 and 3.5.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony.errors import EvidenceError
from ceremony.pki.certificate import verify_issued_by
from ceremony.pki.path import find_path_fault

MOST_LOOKED_AT: Final = 1_000
"""Beginnings of paths."""

Path = tuple[x509.Certificate, ...]


def choose_path(
    preferred: Sequence[x509.Certificate],
    known: Sequence[x509.Certificate],
    day: date,
) -> Path:
    """Give the path that is preferred, or else the first one that is valid on a day.

    Args:
        preferred: A CA's certificate and those above it; at least one.
        known: Every certificate that may stand above, those first that are preferred.
        day: The day, UTC.

    Returns:
        What is preferred also where no path is valid: its fault is told later.
    """
    if is_valid_on(preferred, day):
        return tuple(preferred)
    paths = find_paths(preferred[0], known)
    valid = (path for path in paths if is_valid_on(path, day))
    return next(valid, tuple(preferred))


def find_paths(
    certificate: x509.Certificate, known: Sequence[x509.Certificate]
) -> Iterator[Path]:
    """Find the paths from a certificate up to one that signed itself, shortest first.

    Args:
        certificate: The certificate.
        known: Every certificate that may stand above, those first that are preferred.
    """
    begun: deque[Path] = deque([(certificate,)])
    for _ in range(MOST_LOOKED_AT):
        if not begun:
            return
        path = begun.popleft()
        if _has_signed(path[-1], path[-1]):
            yield path
            continue
        named = {_identity(each) for each in path}
        begun += (
            (*path, above)
            for above in known
            if _identity(above) not in named and _has_signed(above, path[-1])
        )


def is_valid_on(path: Sequence[x509.Certificate], day: date) -> bool:
    """Tell whether a path is valid, and each certificate of it on a day.

    Args:
        path: A certificate and those above it up to the trust anchor's; at least one.
        day: The day, UTC.
    """
    return find_path_fault(path) is None and all(
        each.not_valid_before_utc.date() <= day <= each.not_valid_after_utc.date()
        for each in path
    )


def _identity(certificate: x509.Certificate) -> tuple[bytes, bytes]:
    """Give what tells one CA from another: its name and its key, DER each."""
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = certificate.public_key().public_bytes(*form)
    return certificate.subject.public_bytes(), key


def _has_signed(above: x509.Certificate, below: x509.Certificate) -> bool:
    if above.subject != below.issuer:
        return False
    try:
        verify_issued_by(below, above)
    except EvidenceError:
        return False
    return True
