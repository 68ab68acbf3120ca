"""Revocation lists as they are read and named."""

from __future__ import annotations

import hashlib

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import InputError, Place
from ceremony.identifiers import Digest
from ceremony.pki.crl_order import Revocation, reason_of
from ceremony.pki.field_fault import LOAD_FAULTS
from ceremony.pki.issuer_name import names_issuer
from ceremony.pki.signature import VERIFYING_KEYS


def decode_crl(der: bytes, file: str) -> x509.CertificateRevocationList:
    """Read one revocation list.

    Args:
        der: A CertificateList: DER.
        file: Its name, for the place.

    Raises:
        InputError: ``PKI-LIST-11``: it is not one revocation list.
    """
    try:
        return x509.load_der_x509_crl(der)
    except LOAD_FAULTS as error:
        raise InputError(
            "PKI-LIST-11",
            "The file is not one revocation list in DER.",
            remedy="Give a file with exactly one revocation list.",
            place=Place(file),
        ) from error


def crl_fingerprint(crl: x509.CertificateRevocationList) -> Digest:
    """Give the SHA-256 digest of the list's DER: what is read aloud."""
    return Digest(hashlib.sha256(crl.public_bytes(Encoding.DER)).hexdigest())


def crl_number(crl: x509.CertificateRevocationList) -> int:
    """Give the list's number.

    Raises:
        ValueError: It has none.
    """
    for extension in crl.extensions:
        if isinstance(extension.value, x509.CRLNumber):
            return extension.value.crl_number
    raise ValueError("the list has no number")


def revoked_in(crl: x509.CertificateRevocationList) -> tuple[Revocation, ...]:
    """Give what a list revokes, in its order.

    Raises:
        ValueError: An entry has no reason that a profile could permit.
    """
    return tuple(
        Revocation(
            entry.serial_number, entry.revocation_date_utc.date(), reason_of(entry)
        )
        for entry in crl
    )


def is_list_signed_by(
    crl: x509.CertificateRevocationList, issuer: x509.Certificate
) -> bool:
    """Tell whether a list names an issuer, and is signed by its certificate's key.

    Raises:
        InputError: ``PKI-CERT-02`` or ``PKI-LIST-07``: a name cannot be read, and what
            it stands in cannot be taken apart.
    """
    try:
        key = issuer.public_key()
        if not (isinstance(key, VERIFYING_KEYS) and names_issuer(crl, issuer)):
            return False
        return crl.is_signature_valid(key)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
