"""A name that stands by itself, taken apart to its attributes."""

from __future__ import annotations

from asn1crypto import x509 as asn1

from ceremony.pki.der import RawAttribute, read_name, unreadable


def decode_name(der: bytes) -> tuple[RawAttribute, ...]:
    """Take a name apart.

    Args:
        der: The name: DER.

    Returns:
        Its attributes in order; none of an empty name.

    Raises:
        InputError: ``PKI-CERT-02``: it cannot be taken apart.
    """
    try:
        return tuple(read_name(asn1.Name.load(der, strict=True)))
    except (ValueError, TypeError, KeyError) as error:
        raise unreadable() from error
