"""What a certificate of one kind has to look like, as data with sources.

A profile decides everything in a certificate but the subject's key, the values that
its order gives, the serial number and the first day. It does not build or judge one;
``profile_file`` reads it.

Invariants:
    * Every fact carries a status and a source; what could not be confirmed is
      ``unverified`` and stands in a file, never in code.
    * The certificate policies belong to an environment; an environment that the file
      does not name cannot be used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NewType

from ceremony.pki.departure import Departure
from ceremony.pki.fact import (
    AlternativeName,
    Attribute,
    AuthorityKey,
    BaselineKind,
    Fact,
    KeyAlgorithm,
    KeyIdentifierMethod,
    KeyUse,
    Presence,
    Purpose,
    RequestExtension,
    SignatureAlgorithm,
    Status,
    StringType,
)

SELF_SIGNED: Final = "self"
"""What ``signed_by`` is where a certificate is signed with its own key."""

ProfileName = NewType("ProfileName", str)
"""A profile's name, e.g. ``smki-root-oca``."""


@dataclass(frozen=True, slots=True)
class NamePart:
    """One attribute of the subject's name, alone in its relative name.

    Attributes:
        attribute: Its type.
        string: The ASN.1 type of its value.
        text: The fixed value; empty where the order gives it.
        optional: True where the order may leave it out.
    """

    attribute: Attribute
    string: StringType
    text: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Validity:
    """For how long a certificate is valid.

    Attributes:
        years: Calendar years, 1 to 100; 0 where days count or there is no end.
        days: Days, 1 to 9999; 0 where years count or there is no end.
    """

    years: int = 0
    days: int = 0

    @property
    def has_end(self) -> bool:
        """Tell whether it ends; else notAfter is 99991231235959Z."""
        return bool(self.years or self.days)

    def __str__(self) -> str:
        """Say it as the file does."""
        if not self.has_end:
            return "no end"
        count, unit = (self.years, "year") if self.years else (self.days, "day")
        return f"{count} {unit}{'' if count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class RequestForm:
    """What a subject's own request for a certificate of one kind carries.

    Name and key are those of the certificate.

    Attributes:
        extensions: What its one attribute, extensionRequest, asks for, in order; none
            where it has no attribute.
        signature: How its key signs it; None for the usual way of its kind.
        facts: Status and source of both.
    """

    extensions: tuple[RequestExtension, ...]
    signature: SignatureAlgorithm | None
    facts: tuple[Fact, ...]

    @property
    def unverified(self) -> tuple[Fact, ...]:
        """Give the facts that nobody could confirm."""
        return unverified_of(self.facts)


@dataclass(frozen=True, slots=True)
class CertificateProfile:
    """What a certificate of one kind has to look like.

    Attributes:
        name: The profile's name.
        title: What it is called on paper.
        signed_by: ``self``, or the name of the issuer's profile.
        environment: The environment whose policies are meant, e.g. ``test``.
        subject: The parts of the subject's name, in order; none for an empty name.
        key: The subject key's algorithm.
        signature: The signature's algorithm.
        validity: How long it is valid.
        serial_octets: Length of the serial number in DER, 8 to 20 octets.
        is_ca: Whether basicConstraints is there and says CA.
        denies_ca: Whether basicConstraints is there and says that it is no CA.
        path_length: CA certificates that may follow below, 0 to 9; None for no limit.
        key_usage: The usages, each once.
        purposes: The extended key usages, each once; none where the extension is
            absent.
        purposes_critical: Whether extendedKeyUsage is critical.
        key_identifier: How key identifiers are derived.
        authority_key: What its authorityKeyIdentifier holds where it is self-signed;
            else it is the issuer's key identifier.
        policies: The policy OIDs, in dotted form; none where the extension is absent.
        policies_critical: Whether certificatePolicies is critical.
        alternative_name: What subjectAltName holds; None where it is absent.
        alternative_name_critical: Whether subjectAltName is critical.
        hardware_type: The hwType OID of the environment; empty where there is none.
        apex_key: Whether the wrapped apex contingency key is there (RFC 5934).
        crl_urls: Whether cRLDistributionPoints is there.
        ocsp_urls: Whether authorityInfoAccess names an OCSP responder.
        issuer_urls: Whether authorityInfoAccess names the issuer's certificate.
        permitted: The permitted subtrees of nameConstraints, e.g. ``dns:example.org``;
            none where the extension is absent.
        no_check: Whether id-pkix-ocsp-nocheck is there (RFC 6960, 4.2.2.2.1).
        facts: Status and source of each fact, in the file's order.
        departures: What a second linter finds in it on purpose.
        inherits_departures: Whether they are those of the built-in profile that it is
            based on, and none of its own.
        baseline: As which kind of certificate of the TLS Baseline Requirements a second
            linter holds it; None where it knows RFC 5280 alone.
        request: What a request for it carries; None where the profile does not say,
            and name and key are all that one holds.
        lineage: The built-in profiles that it is and is based on, the nearest first.
    """

    name: ProfileName
    title: str
    signed_by: str
    environment: str
    subject: tuple[NamePart, ...]
    key: KeyAlgorithm
    signature: SignatureAlgorithm
    validity: Validity
    serial_octets: int
    is_ca: bool
    denies_ca: bool
    path_length: int | None
    key_usage: tuple[KeyUse, ...]
    purposes: tuple[Purpose, ...]
    purposes_critical: bool
    key_identifier: KeyIdentifierMethod
    authority_key: AuthorityKey
    policies: tuple[str, ...]
    policies_critical: bool
    alternative_name: AlternativeName | None
    alternative_name_critical: bool
    hardware_type: str
    apex_key: Presence
    crl_urls: Presence
    ocsp_urls: Presence
    issuer_urls: Presence
    permitted: tuple[str, ...]
    no_check: bool
    facts: tuple[Fact, ...]
    departures: tuple[Departure, ...] = ()
    inherits_departures: bool = False
    baseline: BaselineKind | None = None
    request: RequestForm | None = None
    lineage: tuple[str, ...] = ()

    @property
    def is_self_signed(self) -> bool:
        """Tell whether the certificate is signed with its own key."""
        return self.signed_by == SELF_SIGNED

    @property
    def every_fact(self) -> tuple[Fact, ...]:
        """Give the certificate's facts, then those of the request for it."""
        return (*self.facts, *(self.request.facts if self.request else ()))

    @property
    def unverified(self) -> tuple[Fact, ...]:
        """Give the certificate's facts that nobody could confirm."""
        return unverified_of(self.facts)


def unverified_of(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Give those among facts that nobody could confirm."""
    return tuple(fact for fact in facts if fact.status is Status.UNVERIFIED)
