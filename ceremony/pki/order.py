"""What is asked for when a certificate is to be issued, and its unsigned form.

Serial number and first day are given, never taken from a generator or a clock here,
so that the same order always makes the same bytes.

Invariants:
    * The extensions are those of the profile and no others.
    * An order for a self-signed certificate has no issuer, any other has one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.name import _ASN1Type  # the only way to choose the encoding
from cryptography.x509.oid import NameOID

from ceremony.errors import InputError
from ceremony.pki.certificate import encode_spki, key_identifier
from ceremony.pki.fact import KeyUse
from ceremony.pki.profile import CertificateProfile

SERIAL_OCTETS: Final = 16

# X.680, section 41.4: what a PrintableString may hold. 64 is ub-common-name of
# RFC 5280, appendix A.1.
_COMMON_NAME: Final = re.compile(r"[A-Za-z0-9 '()+,\-./:=?]{1,64}")


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for; the subject's key comes apart, since it may not exist yet.

    Attributes:
        profile: What the certificate has to look like.
        common_name: The subject's common name, 1 to 64 printable characters.
        issuer: The issuer's certificate; None for a self-signed one.
        not_before: The first day, UTC.
        serial: The serial number; see :func:`serial_number`.
    """

    profile: CertificateProfile
    common_name: str
    issuer: x509.Certificate | None
    not_before: date
    serial: int


def serial_number(random: bytes) -> int:
    """Make a serial number that is positive and takes 16 octets.

    Args:
        random: 16 random bytes; 126 of their bits are used.

    Returns:
        A number of exactly 127 bits.

    Raises:
        ValueError: Not 16 bytes.

    Source:
        RFC 5280, section 4.1.2.2: positive, at most 20 octets.
    """
    if len(random) != SERIAL_OCTETS:
        raise ValueError(f"a serial number takes {SERIAL_OCTETS} random bytes")
    number = int.from_bytes(random, "big")
    return number & ((1 << 127) - 1) | (1 << 126)


def subject_name(profile: CertificateProfile, common_name: str) -> x509.Name:
    """Make a subject's name: role code, then common name, both PrintableString.

    Raises:
        InputError: ``PKI-ORDER-01``: the common name is not 1 to 64 characters that
            a PrintableString may hold.

    Source:
        GBCS v0.8.1, section 12, and the order and types seen in published
        certificates.
    """
    if not _COMMON_NAME.fullmatch(common_name):
        raise InputError(
            "PKI-ORDER-01",
            f"The common name {common_name!r} is not 1 to 64 printable characters.",
            remedy="Use letters, digits, spaces and '()+,-./:=? only.",
        )
    return x509.Name(
        [
            x509.NameAttribute(oid, text, _type=_ASN1Type.PrintableString)
            for oid, text in (
                (NameOID.ORGANIZATIONAL_UNIT_NAME, profile.subject_ou),
                (NameOID.COMMON_NAME, common_name),
            )
        ]
    )


def validity(first_day: date, years: int) -> tuple[datetime, datetime]:
    """Give the first and last second of so many calendar years.

    Args:
        first_day: The day on which the validity begins, UTC.
        years: Calendar years, 1 or more.

    Returns:
        00:00:00 of the first day, and 23:59:59 of the day before its anniversary.
        The anniversary of 29 February is 1 March where the year has none.
    """
    year = first_day.year + years
    try:
        anniversary = first_day.replace(year=year)
    except ValueError:
        anniversary = date(year, 3, 1)
    last_day = anniversary - timedelta(days=1)
    return (
        datetime.combine(first_day, time(), UTC),
        datetime.combine(last_day, time(23, 59, 59), UTC),
    )


def verify_order(order: Order) -> None:
    """Verify that an order has an issuer exactly where its profile wants one.

    Raises:
        InputError: ``PKI-ORDER-02``: an issuer is missing or too many.
    """
    if order.profile.is_self_signed != (order.issuer is None):
        raise InputError(
            "PKI-ORDER-02",
            f"The profile {order.profile.name} is signed by {order.profile.signed_by}.",
            remedy="Give the issuer's certificate, and none for a self-signed one.",
        )


def prepare(
    order: Order, subject_key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    """Lay out a certificate as its order and profile ask, ready to be signed.

    Raises:
        InputError: ``PKI-ORDER-01`` or ``PKI-ORDER-02``.
    """
    verify_order(order)
    profile = order.profile
    subject = subject_name(profile, order.common_name)
    not_before, not_after = validity(order.not_before, profile.validity_years)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if order.issuer is None else order.issuer.subject)
        .serial_number(order.serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .public_key(subject_key)
    )
    for extension, critical in _extensions(order, subject_key):
        builder = builder.add_extension(extension, critical)
    return builder


def encode_key_usage(uses: tuple[KeyUse, ...]) -> x509.KeyUsage:
    """Make the keyUsage extension from the usages."""
    return x509.KeyUsage(
        digital_signature=KeyUse.DIGITAL_SIGNATURE in uses,
        content_commitment=KeyUse.NON_REPUDIATION in uses,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=KeyUse.KEY_AGREEMENT in uses,
        key_cert_sign=KeyUse.KEY_CERT_SIGN in uses,
        crl_sign=KeyUse.CRL_SIGN in uses,
        encipher_only=False,
        decipher_only=False,
    )


def _extensions(
    order: Order, subject_key: ec.EllipticCurvePublicKey
) -> list[tuple[x509.ExtensionType, bool]]:
    profile = order.profile
    policies = [
        x509.PolicyInformation(x509.ObjectIdentifier(oid), None)
        for oid in profile.policies
    ]
    listed: list[tuple[x509.ExtensionType, bool]] = [
        (encode_key_usage(profile.key_usage), True),
        (x509.BasicConstraints(ca=True, path_length=profile.path_length), True),
        (x509.CertificatePolicies(policies), True),
        (x509.SubjectKeyIdentifier(key_identifier(encode_spki(subject_key))), False),
    ]
    if order.issuer is not None:
        key = key_identifier(encode_spki(order.issuer.public_key()))
        listed.append((x509.AuthorityKeyIdentifier(key, None, None), False))
    return listed
