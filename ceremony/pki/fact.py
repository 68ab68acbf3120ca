"""What the facts of a certificate profile can be: closed sets, status and source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How well a fact of a profile is known."""

    READ = "read"
    OBSERVED = "observed"
    STANDARD = "standard"
    UNVERIFIED = "unverified"


class KeyAlgorithm(StrEnum):
    """The kinds of subject key."""

    EC_P256 = "ec-p256"


class SignatureAlgorithm(StrEnum):
    """The kinds of signature on a certificate."""

    ECDSA_SHA256 = "ecdsa-with-sha256"


class KeyIdentifierMethod(StrEnum):
    """How a key identifier is derived from the key."""

    METHOD_2 = "method-2"


class KeyUse(StrEnum):
    """The key usages, by the names of RFC 5280, section 4.2.1.3."""

    DIGITAL_SIGNATURE = "digital-signature"
    NON_REPUDIATION = "non-repudiation"
    KEY_AGREEMENT = "key-agreement"
    KEY_CERT_SIGN = "key-cert-sign"
    CRL_SIGN = "crl-sign"


@dataclass(frozen=True, slots=True)
class Fact:
    """How well one fact of a profile is known, and from where.

    Attributes:
        name: The fact's key in the file, e.g. ``validity-years``; the policies' is
            ``policies``.
        status: How well it is known.
        source: Where it comes from.
    """

    name: str
    status: Status
    source: str
