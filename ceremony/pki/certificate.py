"""Certificates as they are named, compared and checked against their issuer.

Invariants:
    * A certificate's fingerprint is over its DER, a key's digest over its
      SubjectPublicKeyInfo, a key identifier over the key's bits alone.
"""

from __future__ import annotations

import hashlib
import warnings
from contextlib import suppress
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import (
    CertificatePublicKeyTypes,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony.errors import EvidenceError, InputError, Place
from ceremony.hexadecimal import serial_text
from ceremony.identifiers import Digest
from ceremony.pki.der import key_bits
from ceremony.pki.fact import KeyIdentifierMethod
from ceremony.pki.field_fault import FIELD_FAULTS, LOAD_FAULTS

_LOW_60_BITS: Final = (1 << 60) - 1
_METHOD_2_MARK: Final = 0b0100 << 60


def fingerprint(certificate: x509.Certificate) -> Digest:
    """Give the SHA-256 digest of the certificate's DER: what is read aloud."""
    return Digest(hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest())


def encode_spki(key: CertificatePublicKeyTypes) -> bytes:
    """Give the key's SubjectPublicKeyInfo: DER, 44 to some hundred bytes."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def readable_key(certificate: x509.Certificate) -> CertificatePublicKeyTypes | None:
    """Give a certificate's key; None where the library cannot read it.

    It may be malformed, or of a curve or an algorithm that the library does not know.
    """
    try:
        return certificate.public_key()
    except FIELD_FAULTS:
        return None


def name_text(name: x509.Name) -> str:
    """Write a name in the order of the certificate, e.g. ``OU=00, CN=NA``.

    RFC 4514 would print it the other way round; people compare it with the profile,
    which has the role code first.
    """
    return ", ".join(part.rfc4514_string() for part in name.rdns)


def spki_digest(key: CertificatePublicKeyTypes) -> Digest:
    """Give the SHA-256 digest of the key's SubjectPublicKeyInfo in DER."""
    return Digest(hashlib.sha256(encode_spki(key)).hexdigest())


@lru_cache(maxsize=64)
def key_identifier(
    spki: bytes, method: KeyIdentifierMethod = KeyIdentifierMethod.METHOD_2
) -> bytes:
    """Derive a key identifier; several rules ask for one, one after the other.

    Args:
        spki: A SubjectPublicKeyInfo, DER.
        method: How. By method (2) it is the short id by which a record calls a key,
            whichever method the key's certificate has.

    Returns:
        By method (1) the SHA-1 of the key's bits, which are the BIT STRING's value
        without tag, length and count of unused bits: 20 bytes. By method (2) the four
        bits 0100 and the low 60 bits of that: 8 bytes.

    Source:
        RFC 5280, section 4.2.1.2; GBCS v0.8.1, section 12, for method (2).
    """
    # SHA-1 names the key here and protects nothing.
    digest = hashlib.sha1(key_bits(spki), usedforsecurity=False).digest()
    if method is KeyIdentifierMethod.METHOD_1:
        return digest
    low = int.from_bytes(digest[-8:], "big") & _LOW_60_BITS
    return (_METHOD_2_MARK | low).to_bytes(8, "big")


def carried_identifier(certificate: x509.Certificate) -> bytes | None:
    """Give the key identifier that a certificate carries: its subjectKeyIdentifier.

    Args:
        certificate: Any whose extensions can be read.

    Returns:
        The octets, 20 by method (1) and 8 by method (2), any number of another CA's;
        None where it carries none.

    Source:
        RFC 5280, section 4.2.1.2.
    """
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.SubjectKeyIdentifier):
            return extension.value.digest
    return None


def authority_identifier(
    issuer: x509.Certificate, method: KeyIdentifierMethod
) -> bytes:
    """Give the key identifier by which an issuer's key is named in what it signs.

    Args:
        issuer: The issuer's certificate.
        method: How it is derived where the issuer's certificate does not tell it.

    Source:
        RFC 5280, section 4.2.1.1: the subjectKeyIdentifier of the issuer's certificate.
    """
    carried = carried_identifier(issuer)
    if carried is not None:
        return carried
    return key_identifier(encode_spki(issuer.public_key()), method)


def decode_certificate(raw: bytes, file: str) -> x509.Certificate:
    """Read one certificate, PEM or DER.

    Args:
        raw: PEM (ASCII) or DER.
        file: Its name, for the place.

    Raises:
        InputError: ``PKI-CERT-01``: it is not one certificate, or its serial number is
            not positive, or the library would only read it with a warning.
    """
    try:
        # The library warns of what RFC 5280 forbids.
        with warnings.catch_warnings(action="error"):
            return _read(raw)
    except (*LOAD_FAULTS, UserWarning) as error:
        if isinstance(error, UserWarning):
            with warnings.catch_warnings(action="ignore"), suppress(*LOAD_FAULTS):
                verify_serial(_read(raw), file)
        raise InputError(
            "PKI-CERT-01",
            "The file is not one certificate in PEM or DER.",
            remedy="Give a file with exactly one certificate.",
            place=Place(file),
        ) from error


def decode_pem(raw: bytes) -> x509.Certificate:
    """Read the first certificate of a text in PEM, whatever else stands in it.

    Raises:
        ValueError: There is none, or it is malformed; see ``LOAD_FAULTS``.
        InvalidVersion: It is of a version that there is not.
    """
    # What the library only warns of is told by :func:`serial_fault`.
    with warnings.catch_warnings(action="ignore"):
        return x509.load_pem_x509_certificate(raw)


def verify_serial(certificate: x509.Certificate, file: str) -> None:
    """Insist that somebody's certificate has a positive serial number.

    Args:
        certificate: What others rest on; looked at for its own sake, it is shown.
        file: Its file's name, for the place.

    Raises:
        InputError: ``PKI-CERT-01``: it is negative or zero.
    """
    wrong = serial_fault(certificate)
    if wrong:
        raise InputError(
            "PKI-CERT-01",
            f"The certificate is not to be used: {wrong}",
            remedy="Ask its CA for a certificate with a positive serial number.",
            place=Place(file),
        )


def serial_fault(certificate: x509.Certificate) -> str:
    """Say that a serial number is not positive; empty where it is.

    Source: RFC 5280, section 4.1.2.2.
    """
    with warnings.catch_warnings(action="ignore"):
        number = certificate.serial_number
    told = f"its serial number is {serial_text(number)}, and not positive."
    return "" if number > 0 else told


def encode_certificate(certificate: x509.Certificate) -> bytes:
    """Write a certificate as PEM: ASCII, ending in a line feed."""
    return certificate.public_bytes(Encoding.PEM)


def verify_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> None:
    """Verify that the issuer's name and key stand behind the certificate.

    For a self-signed certificate pass it twice. Time, path length and profile are not
    looked at.

    Raises:
        EvidenceError: ``PKI-SIGN-01``: the names differ, or the signature is not the
            issuer's.

    Source:
        RFC 5280, section 6.1.3 (a)(1) and (a)(4).
    """
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm) as error:
        raise EvidenceError(
            "PKI-SIGN-01",
            f"The certificate {fingerprint(certificate)} is not signed by the key of "
            f"{fingerprint(issuer)}.",
            meaning="Nobody may rely on this certificate.",
            remedy="Stop, keep the record, and find out which key signed.",
        ) from error


def _read(raw: bytes) -> x509.Certificate:
    if raw.lstrip().startswith(b"-----BEGIN "):
        (certificate,) = x509.load_pem_x509_certificates(raw)
        return certificate
    return x509.load_der_x509_certificate(raw)
