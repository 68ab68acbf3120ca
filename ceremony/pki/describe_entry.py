"""What an entry of a revocation list says beside its serial number, in words.

Source: RFC 5280, section 5.3.
"""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from ceremony.pki.describe_name import describe_general_name
from ceremony.pki.plain_text import time_text


def describe_reason(value: x509.CRLReason) -> list[str]:
    """Give the line of a reasonCode, e.g. ``key-compromise``."""
    return [value.reason.name.replace("_", "-")]


def describe_invalidity(value: x509.InvalidityDate) -> list[str]:
    """Give the line of an invalidityDate."""
    return [f"invalid since {time_text(value.invalidity_date_utc)}"]


def describe_certificate_issuer(value: x509.CertificateIssuer) -> Iterator[str]:
    """Give the lines of a certificateIssuer: whose certificate an entry is about."""
    for name in value:
        yield f"the certificate is of {describe_general_name(name)}"
