"""Certificates with numbers that no certificate may have, or nobody knows, as files.

They are given as bytes: the library that reads them warns of the one, and refuses the
other.
"""

from __future__ import annotations

from typing import Final

from asn1crypto import pem
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

NOT_POSITIVE: Final = {-5: "-05", 0: "00"}
"""Serial numbers, and how a reader is told of each."""


def numbered(certificate: x509.Certificate, serial: int) -> bytes:
    """Give it another serial number: PEM. Its signature fits no more."""
    raw = asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
    raw["tbs_certificate"]["serial_number"] = serial
    return bytes(pem.armor("CERTIFICATE", raw.dump()))


def of_no_version(certificate: x509.Certificate) -> bytes:
    """Let it say that it is of version 8, which there is not: PEM."""
    der = certificate.public_bytes(Encoding.DER)
    version_3 = bytes.fromhex("a003020102")
    assert der.count(version_3) == 1
    changed = der.replace(version_3, bytes.fromhex("a003020107"))
    return bytes(pem.armor("CERTIFICATE", changed))


def first_of_no_version(certificates: bytes) -> bytes:
    """Let the first certificate of a file say so: PEM, as many as there were."""
    first, end, others = certificates.partition(b"-----END CERTIFICATE-----\n")
    return of_no_version(x509.load_pem_x509_certificate(first + end)) + others


def list_of_no_version(crl: x509.CertificateRevocationList) -> bytes:
    """Let a revocation list say that it is of version 8: DER."""
    der = crl.public_bytes(Encoding.DER)
    # The first INTEGER of 1: nothing but lengths stands before it.
    return der.replace(bytes.fromhex("020101"), bytes.fromhex("020107"), 1)


def of_unknown_curve(der: bytes) -> bytes:
    """Let every key on P-256 be of a curve that nobody has named, in DER as it is."""
    named = bytes.fromhex("2a8648ce3d030107")
    assert named in der
    return der.replace(named, bytes.fromhex("2a86ccce3d030107"))


def certificate_of_unknown_curve(certificate: bytes) -> bytes:
    """Let a certificate be for such a key: PEM."""
    _, _, der = pem.unarmor(certificate)
    return bytes(pem.armor("CERTIFICATE", of_unknown_curve(der)))
