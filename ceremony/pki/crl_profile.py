"""What a revocation list of one kind has to look like, as data with sources.

A profile decides everything in a list but its number, its first day and what is
revoked. It does not build or judge one; ``crl_profile_file`` reads it. An authority
revocation list is a list whose scope is authority certificates.

Invariants:
    * Every fact carries a status and a source, as in a certificate profile.
    * Lists are whole: there is no delta, so that nothing is ever removed from one and
      ``removeFromCRL`` is no reason here (RFC 5280, section 5.3.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ceremony.pki.departure import Departure
from ceremony.pki.fact import Fact, KeyIdentifierMethod, SignatureAlgorithm, Status
from ceremony.pki.profile import ProfileName

ANY_CA: Final = "any-ca"
"""What ``signed_by`` is where every CA may sign such a list."""


class Reason(StrEnum):
    """Why a certificate is revoked, by the names of RFC 5280, section 5.3.1."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "key-compromise"
    CA_COMPROMISE = "ca-compromise"
    AFFILIATION_CHANGED = "affiliation-changed"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessation-of-operation"
    CERTIFICATE_HOLD = "certificate-hold"
    PRIVILEGE_WITHDRAWN = "privilege-withdrawn"
    AA_COMPROMISE = "aa-compromise"

    @property
    def code(self) -> int:
        """Give the CRLReason's number."""
        return _CODES[self]


_CODES: Final = {
    Reason.UNSPECIFIED: 0,
    Reason.KEY_COMPROMISE: 1,
    Reason.CA_COMPROMISE: 2,
    Reason.AFFILIATION_CHANGED: 3,
    Reason.SUPERSEDED: 4,
    Reason.CESSATION_OF_OPERATION: 5,
    Reason.CERTIFICATE_HOLD: 6,
    Reason.PRIVILEGE_WITHDRAWN: 9,
    Reason.AA_COMPROMISE: 10,
}


class Scope(StrEnum):
    """Which of its issuer's certificates a list is about."""

    ANY = "any-certificate"
    AUTHORITIES = "authority-certificates"


@dataclass(frozen=True, slots=True)
class CrlProfile:
    """What a revocation list of one kind has to look like.

    Attributes:
        name: The profile's name.
        title: What it is called on paper.
        signed_by: ``any-ca``, or the name of its issuer's certificate profile.
        signatures: The signature algorithms; the first that suits the issuer's key is
            taken.
        days: Days from thisUpdate to nextUpdate, 1 to 9999.
        number_octets: Octets that cRLNumber may take in DER, 1 to 20.
        key_identifier: How the issuer's key identifier is derived where its
            certificate does not tell it.
        scope: Which certificates it is about; for authorities,
            issuingDistributionPoint says so.
        reasons: The reasons that an entry may have.
        facts: Status and source of each fact, in the file's order.
        departures: What a second linter finds in such lists on purpose.
        baseline: As a list of which scope the TLS Baseline Requirements have it; None
            where they are not meant.
    """

    name: ProfileName
    title: str
    signed_by: str
    signatures: tuple[SignatureAlgorithm, ...]
    days: int
    number_octets: int
    key_identifier: KeyIdentifierMethod
    scope: Scope
    reasons: tuple[Reason, ...]
    facts: tuple[Fact, ...]
    departures: tuple[Departure, ...] = ()
    baseline: Scope | None = None

    @property
    def unverified(self) -> tuple[Fact, ...]:
        """Give the facts that nobody could confirm."""
        return tuple(fact for fact in self.facts if fact.status is Status.UNVERIFIED)
