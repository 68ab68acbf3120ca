"""What a leaf tells of a certificate, read from the certificate itself."""

from __future__ import annotations

from typing import Final

from cryptography import x509

from ceremony import canonical
from ceremony.engine.facts import CertificateMade
from ceremony.pki.certificate import (
    encode_spki,
    fingerprint,
    key_identifier,
    name_text,
)

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


def certificate_leaf(
    certificate: x509.Certificate, issuer_thing: str
) -> CertificateMade:
    """Tell of a certificate as a leaf does, from its own bytes.

    Args:
        certificate: As issued; nothing is verified here.
        issuer_thing: The script's name of the key that signed it.

    Returns:
        Digests over DER (SHA-256), the serial as 32 hex digits or more, times in UTC
        (RFC 3339, whole seconds) and the key's short id (RFC 5280 method (2)).
    """
    spki = encode_spki(certificate.public_key())
    return CertificateMade(
        digest=fingerprint(certificate),
        tbs=canonical.digest(certificate.tbs_certificate_bytes),
        serial=f"{certificate.serial_number:032x}",
        subject=name_text(certificate.subject),
        issuer=name_text(certificate.issuer),
        issuer_thing=issuer_thing,
        not_before=certificate.not_valid_before_utc.strftime(_TIME),
        not_after=certificate.not_valid_after_utc.strftime(_TIME),
        public_key=canonical.digest(spki),
        key_identifier=key_identifier(spki).hex(),
    )
