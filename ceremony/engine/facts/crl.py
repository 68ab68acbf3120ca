"""What a leaf tells of a revocation list."""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.identifiers import Digest


@dataclass(frozen=True, slots=True)
class RevokedCertificate:
    """One entry of a revocation list.

    Attributes:
        serial: Hex, 32 digits or more.
        day: ``YYYY-MM-DD``: the day from which on it is revoked, UTC.
        reason: By the names of ``pki.crl_profile``, e.g. ``superseded``.
    """

    serial: str
    day: str
    reason: str


@dataclass(frozen=True, slots=True)
class CrlMade:
    """A revocation list; the blob is ``crl-NAME.crl`` (DER).

    Attributes:
        digest: SHA-256 over the DER.
        tbs: SHA-256 over the signed to-be-signed bytes (DER).
        number: The cRLNumber.
        issuer: The issuer's name.
        issuer_thing: Name of the key that signed.
        issuer_key: SHA-256 of that key's SubjectPublicKeyInfo (DER).
        this_update: ``YYYY-MM-DDTHH:MM:SSZ``; likewise ``next_update``.
        revoked: Its entries, in the list's order.
    """

    digest: Digest
    tbs: Digest
    number: int
    issuer: str
    issuer_thing: str
    issuer_key: Digest
    this_update: str
    next_update: str
    revoked: tuple[RevokedCertificate, ...] = ()
