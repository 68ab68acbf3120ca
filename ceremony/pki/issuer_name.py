"""Subjects and issuers as they stand, also where the library cannot read a name.

A name may hold what the library refuses, e.g. one attribute twice in a relative name,
or bits where it wants a text. Such a name is told by its DER, and compared by it. What
the library only warns of, e.g. a country of three letters, is told as any other name.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.pki.crl_der import decode_raw_crl
from ceremony.pki.der import decode_raw
from ceremony.pki.describe_name import describe_name
from ceremony.pki.field_fault import FIELD_FAULTS

Issued = x509.Certificate | x509.CertificateRevocationList
"""What has an issuer."""


def told_name(read: Callable[[], x509.Name], der: Callable[[], bytes]) -> str:
    """Write a name in words, or in hexadecimal where the library cannot read it.

    Args:
        read: Gives the name, or raises.
        der: Gives the name in DER.

    Raises:
        InputError: What ``der`` raises.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            return describe_name(read())
    except FIELD_FAULTS:
        return f"(in DER) {der().hex()}"


def describe_subject(certificate: x509.Certificate) -> str:
    """Write whom a certificate names.

    Raises:
        InputError: ``PKI-CERT-02``: the certificate cannot be taken apart.
    """
    return told_name(lambda: certificate.subject, lambda: _subject(certificate))


def describe_issuer(issued: Issued) -> str:
    """Write who a certificate or a revocation list says issued it.

    Raises:
        InputError: ``PKI-CERT-02`` or ``PKI-LIST-07``: it cannot be taken apart.
    """
    return told_name(lambda: issued.issuer, lambda: _issuer(issued))


def names_issuer(issued: Issued, issuer: x509.Certificate) -> bool:
    """Tell whether a certificate or a list names an issuer by its subject.

    Raises:
        InputError: ``PKI-CERT-02`` or ``PKI-LIST-07``: one of them cannot be taken
            apart.

    Source:
        RFC 5280, section 6.1.3 (a)(4).
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            return issued.issuer == issuer.subject
    except FIELD_FAULTS:
        return _issuer(issued) == _subject(issuer)


def _subject(certificate: x509.Certificate) -> bytes:
    return decode_raw(certificate.public_bytes(Encoding.DER)).subject


def _issuer(issued: Issued) -> bytes:
    der = issued.public_bytes(Encoding.DER)
    if isinstance(issued, x509.Certificate):
        return decode_raw(der).issuer
    return decode_raw_crl(der).issuer
