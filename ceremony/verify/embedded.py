"""Each embedded file of certificates, requests or lists has one reading.

Part of check 12. Whoever takes a pack apart gives these files to other tools, which
pass over other things than this one does: a file is what the record tells of it to
everybody only where it is exactly the encoding of that and no more. What is in DER has
been compared with what was read from it, or is read by a strict reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cryptography import x509

from ceremony.errors import InputError, Place
from ceremony.pack.record import Record
from ceremony.pki.certificate import decode_certificate, readable_key
from ceremony.pki.pem import is_pem
from ceremony.verify.check import FailedError

_LABELS: Final[Mapping[str, str]] = {
    "certificate": "CERTIFICATE",
    "certificates": "CERTIFICATE",
    "chain": "CERTIFICATE",
    "crl": "X509 CRL",
    "refused": "CERTIFICATE REQUEST",
    "request": "CERTIFICATE REQUEST",
    "requests": "CERTIFICATE REQUEST",
}
"""The label of the blocks in a PEM file, by what its name begins with."""


def verify_one_reading(record: Record) -> None:
    """Insist that each PEM file is its blocks as this tool writes them, and no more.

    Raises:
        FailedError: ``VERIFY-FILE-06``: one is not.
    """
    for name, raw in record.files.items():
        label = _LABELS.get(name.partition("-")[0], "")
        if name.endswith(".pem") and not is_pem(raw, label):
            raise FailedError(
                "VERIFY-FILE-06",
                f"{name}: it is not exactly the encoding of what is in it ({label}, "
                "PEM), so that other tools may read something else from it: do not "
                "rely on it",
            )


def read_certificate(raw: bytes, file: str) -> x509.Certificate:
    """Read an embedded certificate whose key can be told.

    Args:
        raw: PEM (ASCII).
        file: Its name, for the place.

    Raises:
        InputError: ``PKI-CERT-01``: it is not one certificate; ``PKI-CERT-02``: its
            key is malformed, or of a curve or an algorithm that nobody here knows.
    """
    certificate = decode_certificate(raw, file)
    if readable_key(certificate) is None:
        raise InputError(
            "PKI-CERT-02",
            "The key of the certificate cannot be read.",
            remedy="Do not rely on it, and find out who made it.",
            place=Place(file),
        )
    return certificate
