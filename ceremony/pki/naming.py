"""A subject's name, made from its profile and from what the order states.

Invariants:
    * Each attribute stands alone in its relative name, in the profile's order, in the
      profile's string type: a device compares names byte for byte.
    * Letters that are shown like others, or that turn the direction of a line, never
      come into a name: a PrintableString has none, and a UTF8String takes no more here
      than people can tell apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from cryptography import x509
from cryptography.x509.name import _ASN1Type  # the only way to choose the encoding

from ceremony.errors import InputError
from ceremony.pki.certificate import name_text
from ceremony.pki.fact import Attribute, StringType
from ceremony.pki.profile import CertificateProfile, NamePart

EUI: Final = re.compile(r"[0-9a-f]{16}")
"""A device's or an organisation's identifier: an EUI-64 in hexadecimal."""

VALUE_MISSING: Final = "PKI-ORDER-04"
"""The rule of an order that lacks a value which its profile requires."""

# X.680, section 41.4: what a PrintableString may hold. 64 is ub-common-name of
# RFC 5280, appendix A.1, and the bound of O and OU too. A blank at an end is not seen.
_PRINTABLE: Final = re.compile(r"(?! )[A-Za-z0-9 '()+,\-./:=?]{1,64}(?<! )")
_SHAPES: Final = {
    Attribute.COUNTRY: (re.compile(r"[A-Z]{2}"), "two capital letters"),
    Attribute.REMOTE_PARTY_ROLE: (
        re.compile(r"[0-9a-f]{2}"),
        "two lower-case hexadecimal digits",
    ),
    Attribute.UNIQUE_IDENTIFIER: (EUI, "16 lower-case hexadecimal digits"),
}

_TYPES: Final = {
    StringType.PRINTABLE: _ASN1Type.PrintableString,
    StringType.UTF8: _ASN1Type.UTF8String,
    StringType.BIT: _ASN1Type.BitString,
}


def misfit(attribute: Attribute, text: str) -> str:
    """Say what an attribute's text would have to be; empty where it is that.

    A UTF8String takes no letters that a PrintableString lacks: those that look alike
    cannot be told apart.
    """
    pattern, shape = _SHAPES.get(
        attribute, (_PRINTABLE, "1 to 64 printable letters without a blank at an end")
    )
    return "" if pattern.fullmatch(text) else shape


def subject_name(profile: CertificateProfile, values: Mapping[str, str]) -> x509.Name:
    """Make a subject's name.

    Args:
        profile: Which attributes it has, in which order and encoding.
        values: The texts that the profile leaves open, by the attribute's name; a
            unique identifier as 16 hexadecimal digits.

    Raises:
        InputError: ``PKI-ORDER-01``: a value is not what the attribute may hold;
            ``PKI-ORDER-04``: one is missing.

    Source:
        GBCS v0.8.1, section 12, and the order and types seen in published
        certificates.
    """
    return x509.Name(
        [
            _attribute(part, text)
            for part in profile.subject
            if (text := _text(part, values))
        ]
    )


def other_types_text(ordered: x509.Name, existing: x509.Name) -> str:
    """Say that string types alone tell a name from one that exists, and which.

    Args:
        ordered: The name that is to be written.
        existing: The one that it would have to be, byte for byte.

    Returns:
        The end of a sentence about both, e.g. ``, in another string type: O, CN as
        UTF8String and not PrintableString``; empty where their texts differ, or nothing
        does.
    """
    if name_text(ordered) != name_text(existing):
        return ""
    called: dict[str, list[str]] = {}
    for ours, theirs in zip(ordered, existing, strict=False):
        types = [each._type.name for each in (ours, theirs)]  # noqa: SLF001  see above
        if len(set(types)) > 1:
            name = ours.rfc4514_attribute_name
            called.setdefault(" and not ".join(types), []).append(name)
    told = [f"{', '.join(names)} as {types}" for types, names in called.items()]
    return f", in another string type: {'; '.join(told)}" if told else ""


def _text(part: NamePart, values: Mapping[str, str]) -> str:
    """Give a part's text; empty where an optional one is left out."""
    text = part.text or values.get(part.attribute, "")
    if not text and not part.optional:
        raise InputError(
            "PKI-ORDER-04",
            f"The order gives no {part.attribute}.",
            remedy=f"Give a value for {part.attribute}.",
        )
    return text


def _attribute(part: NamePart, text: str) -> x509.NameAttribute[str | bytes]:
    shape = misfit(part.attribute, text)
    if shape:
        called = part.attribute.value.replace("-", " ")
        raise InputError(
            "PKI-ORDER-01",
            f"The {called} {text!r} is not {shape}.",
            remedy="Use letters, digits, spaces and '()+,-./:=? only.",
        )
    oid = x509.ObjectIdentifier(part.attribute.oid)
    if part.string is StringType.BIT:
        # The first octet counts the unused bits.
        value: str | bytes = b"\0" + bytes.fromhex(text)
    else:
        value = text
    return x509.NameAttribute(oid, value, _type=_TYPES[part.string])
