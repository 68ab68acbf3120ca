"""What is certified by a cross-certificate, before it is signed."""

from __future__ import annotations

from cryptography import x509

from ceremony.errors import RefusedError
from ceremony.pki.certificate import name_text
from ceremony.pki.naming import subject_name
from ceremony.pki.order import Order
from ceremony.pki.signature import VERIFYING_KEYS, VerifyingKey


def key_to_cross(other: x509.Certificate, order: Order) -> VerifyingKey:
    """Give the key of a CA's certificate, where the order fits to that certificate.

    Args:
        other: The certificate that the other CA has.
        order: For the new one.

    Raises:
        RefusedError: ``CONDUCT-CROSS-01``: the order gives another name, byte for
            byte, or the key is of a kind that nothing here certifies.
    """
    key = other.public_key()
    name = subject_name(order.profile, order.values)
    same = other.subject.public_bytes() == name.public_bytes()
    if not same or not isinstance(key, VERIFYING_KEYS):
        raise RefusedError(
            "CONDUCT-CROSS-01",
            f"The certificate is for {name_text(other.subject)}, and the script orders "
            f"{name_text(name)}.",
            meaning="Nothing was signed: a relying party would not find the way from "
            "what the other CA has issued.",
            remedy="Give profile, common name and values of that name, and have the "
            "script approved again.",
        )
    return key
