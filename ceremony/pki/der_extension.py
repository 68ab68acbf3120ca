"""What is read by the ASN.1 library alone: values of extensions, and OIDs."""

from __future__ import annotations

from asn1crypto import core
from asn1crypto import x509 as asn1

POLICY_MAPPINGS = "2.5.29.33"
DIRECTORY_ATTRIBUTES = "2.5.29.9"


def read_policy_mappings(der: bytes) -> tuple[tuple[str, str], ...]:
    """Read policyMappings; none where they cannot be read whole.

    Args:
        der: The extension's value, DER.

    Returns:
        The issuer's policy and the subject's that is equivalent, dotted, for each.

    Source:
        RFC 5280, section 4.2.1.5.
    """
    try:
        read = asn1.PolicyMappings.load(der, strict=True)
        told = tuple(
            (
                each["issuer_domain_policy"].dotted,
                each["subject_domain_policy"].dotted,
            )
            for each in read
        )
    except (ValueError, TypeError):
        return ()
    return told if _is_whole(read, der) else ()


def read_directory_attributes(
    der: bytes,
) -> tuple[tuple[str, tuple[str | bytes, ...]], ...]:
    """Read subjectDirectoryAttributes; none where they cannot be read whole.

    Args:
        der: The extension's value, DER.

    Returns:
        The type of each, dotted, and its values: text, or DER of what is none.

    Source:
        RFC 5280, section 4.2.1.8.
    """
    try:
        read = _Attributes.load(der, strict=True)
        told = tuple(
            (each["type"].dotted, tuple(map(_value, each["values"]))) for each in read
        )
    except (ValueError, TypeError):
        return ()
    return told if _is_whole(read, der) else ()


def read_usages(der: bytes) -> frozenset[str]:
    """Read keyUsage, by the names of ``KeyUse``; none where it cannot be read.

    A bit that RFC 5280, section 4.2.1.3, does not name is told by its number.
    """
    try:
        usages = asn1.KeyUsage.load(der, strict=True).native
        return frozenset(str(usage).replace("_", "-") for usage in usages)
    except (ValueError, TypeError, IndexError):
        # The last for a BIT STRING without the octet that counts unused bits.
        return frozenset()


def read_purposes(der: bytes) -> tuple[str, ...]:
    """Read the purposes of an extendedKeyUsage, dotted; none where unreadable."""
    try:
        purposes = asn1.ExtKeyUsageSyntax.load(der, strict=True)
        return tuple(each.dotted for each in purposes)
    except (ValueError, TypeError):
        return ()


def read_basic_constraints(der: bytes) -> tuple[bool, int | None]:
    """Read basicConstraints; those of no CA where they cannot be read whole.

    Args:
        der: The extension's value, DER.

    Returns:
        Whether it is a CA's, and how many CA certificates may follow below, 0 or more;
        None for no limit.

    Source:
        RFC 5280, section 4.2.1.9.
    """
    try:
        read = asn1.BasicConstraints.load(der, strict=True)
        is_ca, most = read["ca"].native, read["path_len_constraint"].native
    except (ValueError, TypeError):
        return False, None
    is_whole = _is_whole(read, der) and (most is None or most >= 0)
    return (is_ca, most) if is_whole else (False, None)


def read_oid(der: bytes) -> str:
    """Read the OID that octets begin with, dotted; empty where they do not."""
    try:
        return str(core.ObjectIdentifier.load(der).dotted)
    except (ValueError, TypeError):
        return ""


def _value(value: core.Any) -> str | bytes:
    octets = bytes(value.dump())
    parsed = value.parse()
    native = parsed.native if isinstance(parsed, core.AbstractString) else None
    return native if isinstance(native, str) else octets


def _is_whole(read: core.Asn1Value, der: bytes) -> bool:
    return bytes(read.dump(force=True)) == der


class _Values(core.SetOf):  # type: ignore[misc]  # the library is untyped
    _child_spec = core.Any


class _Attribute(core.Sequence):  # type: ignore[misc]  # the library is untyped
    _fields = [  # noqa: RUF012  the library reads it by this name and kind
        ("type", core.ObjectIdentifier),
        ("values", _Values),
    ]


class _Attributes(core.SequenceOf):  # type: ignore[misc]  # the library is untyped
    _child_spec = _Attribute
