"""What a request of a ceremony's own asks for, and the bytes that its key signs.

The same order and key always make the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ceremony.pki.der_request import encode_request_info
from ceremony.pki.extension import verify_values
from ceremony.pki.naming import subject_name
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_form import asked_extensions


@dataclass(frozen=True, slots=True)
class RequestOrder:
    """What is asked for; the key comes apart, since it may not exist yet.

    Attributes:
        profile: What the certificate, and the request for it, have to look like.
        values: What the profile leaves open, by the names of ``open_values``.
    """

    profile: CertificateProfile
    values: Mapping[str, str]


def request_info(order: RequestOrder, spki: bytes) -> bytes:
    """Give the bytes that a key signs for an order, unlinted.

    Args:
        order: What is asked for.
        spki: The key's SubjectPublicKeyInfo: DER.

    Returns:
        A CertificationRequestInfo: DER.

    Raises:
        InputError: ``PKI-ORDER-01`` to ``PKI-ORDER-05``: the order is unusable.
    """
    verify_values(order.profile, order.values)
    subject = subject_name(order.profile, order.values)
    return encode_request_info(
        subject.public_bytes(),
        spki,
        asked_extensions(order.profile, order.values, spki),
    )
