"""What is asked for when a revocation list is to be issued, and its unsigned form.

Number and first day are given, never counted or taken from a clock here, so that the
same order always makes the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from cryptography import x509

from ceremony.errors import InputError
from ceremony.pki.certificate import authority_identifier
from ceremony.pki.crl_profile import CrlProfile, Reason, Scope
from ceremony.pki.crl_signature import crl_signature
from ceremony.pki.fact import SignatureAlgorithm
from ceremony.script.waiver import Waiver

_MOST_BITS: Final = 159
"""20 octets, positive (RFC 5280, section 4.1.2.2)."""

_FIRST_YEAR: Final = 1950
"""UTCTime begins there (RFC 5280, section 5.1.2.6)."""

_FLAGS: Final = {
    reason: x509.ReasonFlags(name)
    for reason, name in {
        Reason.KEY_COMPROMISE: "keyCompromise",
        Reason.CA_COMPROMISE: "cACompromise",
        Reason.AFFILIATION_CHANGED: "affiliationChanged",
        Reason.SUPERSEDED: "superseded",
        Reason.CESSATION_OF_OPERATION: "cessationOfOperation",
        Reason.CERTIFICATE_HOLD: "certificateHold",
        Reason.PRIVILEGE_WITHDRAWN: "privilegeWithdrawn",
        Reason.AA_COMPROMISE: "aACompromise",
    }.items()
}


@dataclass(frozen=True, slots=True)
class Revocation:
    """One certificate that is revoked.

    Attributes:
        serial: Its serial number.
        day: The day from which on it is revoked, UTC; 00:00:00 in the list.
        reason: Why; ``unspecified`` is left out of the entry (RFC 5280, 5.3.1).
    """

    serial: int
    day: date
    reason: Reason


@dataclass(frozen=True, slots=True)
class CrlOrder:
    """What is asked for.

    Attributes:
        profile: What the list has to look like.
        issuer: The certificate of the CA that signs it.
        number: The cRLNumber.
        this_update: The first day, UTC; the list is of its 00:00:00.
        revoked: What is revoked, in the order of the list.
        waivers: What the second lint may find in it all the same.
    """

    profile: CrlProfile
    issuer: x509.Certificate
    number: int
    this_update: date
    revoked: tuple[Revocation, ...]
    waivers: tuple[Waiver, ...] = ()

    @property
    def signature(self) -> SignatureAlgorithm:
        """Give the algorithm by which the issuer signs it.

        Raises:
            InputError: As ``crl_signature.crl_signature``.
        """
        return crl_signature(self.profile, self.issuer)


def update_term(first_day: date, days: int) -> tuple[datetime, datetime]:
    """Give thisUpdate and nextUpdate: 00:00:00 of the first day, and days later."""
    begin = datetime.combine(first_day, time(), UTC)
    return begin, begin + timedelta(days=days)


def prepare_crl(order: CrlOrder) -> x509.CertificateRevocationListBuilder:
    """Lay out a revocation list as its order and profile ask, ready to be signed.

    Raises:
        InputError: ``PKI-LIST-06``: a number or a day of it cannot be encoded.
    """
    profile = order.profile
    _verify_encodable(order)
    this_update, next_update = update_term(order.this_update, profile.days)
    authority = authority_identifier(order.issuer, profile.key_identifier)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(order.issuer.subject)
        .last_update(this_update)
        .next_update(next_update)
        .add_extension(
            x509.AuthorityKeyIdentifier(authority, None, None), critical=False
        )
        .add_extension(x509.CRLNumber(order.number), critical=False)
    )
    if profile.scope is Scope.AUTHORITIES:
        builder = builder.add_extension(_about_authorities(), critical=True)
    for revocation in order.revoked:
        builder = builder.add_revoked_certificate(_entry(revocation))
    return builder


def _verify_encodable(order: CrlOrder) -> None:
    numbers = (order.number, *(each.serial for each in order.revoked))
    days = (order.this_update, *(each.day for each in order.revoked))
    if all(0 < number < 1 << _MOST_BITS for number in numbers) and all(
        day.year >= _FIRST_YEAR for day in days
    ):
        return
    raise InputError(
        "PKI-LIST-06",
        "A number of the list is not positive or takes over 20 octets, or a day lies "
        "before 1950.",
        remedy="Correct the list's number, or the serial number and day of an entry.",
    )


def _about_authorities() -> x509.IssuingDistributionPoint:
    """Say that the list is about authority certificates and nothing else."""
    return x509.IssuingDistributionPoint(
        full_name=None,
        relative_name=None,
        only_contains_user_certs=False,
        only_contains_ca_certs=True,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )


def reason_of(entry: x509.RevokedCertificate) -> Reason:
    """Give the reason of an entry; one that has none is unspecified.

    Raises:
        ValueError: It is none that a profile could permit.
    """
    for extension in entry.extensions:
        if isinstance(extension.value, x509.CRLReason):
            told = extension.value.reason
            for reason, flag in _FLAGS.items():
                if flag is told:
                    return reason
            raise ValueError(f"{told} is no reason of a list that is whole")
    return Reason.UNSPECIFIED


def _entry(revocation: Revocation) -> x509.RevokedCertificate:
    begin, _ = update_term(revocation.day, 0)
    builder = (
        x509.RevokedCertificateBuilder()
        .serial_number(revocation.serial)
        .revocation_date(begin)
    )
    if revocation.reason in _FLAGS:
        reason = x509.CRLReason(_FLAGS[revocation.reason])
        builder = builder.add_extension(reason, critical=False)
    return builder.build()
