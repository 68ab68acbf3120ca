"""What is asked for when a certificate is to be issued, and its unsigned form.

Serial number and first day are given, never taken from a generator or a clock here,
so that the same order always makes the same bytes.

Invariants:
    * An order for a self-signed certificate has no issuer, any other has one.
    * An order states what its profile leaves open, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from ceremony.errors import InputError
from ceremony.pki.certificate import (
    authority_identifier,
    encode_spki,
    key_identifier,
)
from ceremony.pki.extension import (
    fixed_extensions,
    given_extensions,
    key_extensions,
    verify_values,
)
from ceremony.pki.fact import AuthorityKey
from ceremony.pki.naming import subject_name
from ceremony.pki.profile import CertificateProfile, Validity
from ceremony.script.waiver import Waiver

SERIAL_OCTETS: Final = 16
"""How many octets the serial numbers of a site's own evidence take."""

LEAST_OCTETS: Final = 8
MOST_OCTETS: Final = 20
"""Between these a profile says how many octets a serial number takes."""

BASELINE_OCTETS: Final = 9
"""The least by the Baseline Requirements: 64 random bits and the two that are set."""

NO_END: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""No well-defined end: 99991231235959Z (RFC 5280, section 4.1.2.5)."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for; the subject's key comes apart, since it may not exist yet.

    Attributes:
        profile: What the certificate has to look like.
        values: What the profile leaves open, by the names of ``open_values``.
        issuer: The issuer's certificate; None for a self-signed one.
        not_before: The first day, UTC.
        serial: The serial number; see :func:`serial_number`.
        waivers: What a second linter may find in it all the same.
    """

    profile: CertificateProfile
    values: Mapping[str, str]
    issuer: x509.Certificate | None
    not_before: date
    serial: int
    waivers: tuple[Waiver, ...] = ()


def serial_number(random: bytes) -> int:
    """Make a serial number that is positive and takes as many octets as are given.

    Args:
        random: 8 to 20 random bytes; all of their bits but the first two are used.

    Returns:
        A number of exactly one bit less than the bytes hold: for 16 bytes 127 bits.

    Raises:
        ValueError: Fewer bytes, or more.

    Source:
        RFC 5280, section 4.1.2.2: positive, at most 20 octets. CA/Browser Forum TLS
        Baseline Requirements, sections 7.1.2.1, 7.1.2.2, 7.1.2.6 and 7.1.2.8: at least
        64 bits of a generator, for which it takes ``BASELINE_OCTETS`` or more.
    """
    if not LEAST_OCTETS <= len(random) <= MOST_OCTETS:
        raise ValueError(
            f"a serial number takes {LEAST_OCTETS} to {MOST_OCTETS} random bytes"
        )
    top = 8 * len(random) - 2
    return int.from_bytes(random, "big") & ((1 << top) - 1) | (1 << top)


def term(first_day: date, validity: Validity) -> tuple[datetime, datetime]:
    """Give the first and last second of a validity.

    Args:
        first_day: The day on which the validity begins, UTC.
        validity: For how long.

    Returns:
        00:00:00 of the first day, and 23:59:59 of the last: the day before the
        anniversary, the last of so many days, or the last of the year 9999. The
        anniversary of 29 February is 1 March where the year has none.
    """
    begin = datetime.combine(first_day, time(), UTC)
    if not validity.has_end:
        return begin, NO_END
    if validity.days:
        last_day = first_day + timedelta(days=validity.days - 1)
    else:
        last_day = _anniversary(first_day, validity.years) - timedelta(days=1)
    return begin, datetime.combine(last_day, time(23, 59, 59), UTC)


def _anniversary(first_day: date, years: int) -> date:
    year = first_day.year + years
    try:
        return first_day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def verify_order(order: Order) -> None:
    """Verify that an order is one that its profile can be met by.

    Raises:
        InputError: ``PKI-ORDER-02``: an issuer is missing or too many;
            ``PKI-ORDER-03``: a value has no place.
    """
    if order.profile.is_self_signed != (order.issuer is None):
        raise InputError(
            "PKI-ORDER-02",
            f"The profile {order.profile.name} is signed by {order.profile.signed_by}.",
            remedy="Give the issuer's certificate, and none for a self-signed one.",
        )
    verify_values(order.profile, order.values)


def prepare(
    order: Order, subject_key: CertificatePublicKeyTypes
) -> x509.CertificateBuilder:
    """Lay out a certificate as its order and profile ask, ready to be signed.

    Raises:
        InputError: ``PKI-ORDER-01`` to ``PKI-ORDER-05``.
    """
    verify_order(order)
    profile, issuer = order.profile, order.issuer
    subject = subject_name(profile, order.values)
    not_before, not_after = term(order.not_before, profile.validity)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .serial_number(order.serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .public_key(subject_key)
    )
    spki = encode_spki(subject_key)
    for extension, critical in (
        *fixed_extensions(profile),
        *given_extensions(profile, order.values),
        *key_extensions(profile, spki, _authority(order, spki)),
    ):
        builder = builder.add_extension(extension, critical)
    return builder


def _authority(order: Order, spki: bytes) -> bytes | None:
    """Give the key identifier of the key that signs; None where it is not told."""
    method = order.profile.key_identifier
    if order.issuer is not None:
        return authority_identifier(order.issuer, method)
    is_told = order.profile.authority_key is AuthorityKey.OWN_KEY
    return key_identifier(spki, method) if is_told else None
