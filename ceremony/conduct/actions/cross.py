"""What is certified by a cross-certificate, before it is signed."""

from __future__ import annotations

from typing import cast

from cryptography import x509

from ceremony.conduct.crossable import verify_crossable
from ceremony.pki.order import Order
from ceremony.pki.signature import VerifyingKey


def key_to_cross(other: x509.Certificate, order: Order) -> VerifyingKey:
    """Give the key of a CA's certificate, where the order fits to that certificate.

    Args:
        other: The certificate that the other CA has.
        order: For the new one.

    Raises:
        RefusedError: ``CONDUCT-CROSS-01``: the order gives another name, byte for
            byte, or the key is of another kind than its profile has.
    """
    verify_crossable(other, order.profile, order.values)
    # Every kind that a profile may have is one that verifies.
    return cast("VerifyingKey", other.public_key())
