"""The subject's name held against its profile, attribute by attribute."""

from __future__ import annotations

from ceremony.pki.der import RawAttribute
from ceremony.pki.fact import Attribute
from ceremony.pki.naming import EUI
from ceremony.pki.profile import NamePart


def name_differs(found: tuple[RawAttribute, ...], parts: tuple[NamePart, ...]) -> str:
    """Match a name's attributes with a profile's parts, in their order.

    Args:
        found: The attributes of the name.
        parts: What the profile asks for; optional ones may be missing.

    Returns:
        What is wrong, as a clause; empty where nothing is.
    """
    if any(item.rdn != number for number, item in enumerate(found)):
        return "a relative name of it holds several attributes"
    left = list(found)
    for part in parts:
        if left and _is_of(left[0], part):
            wrong = _value_differs(left.pop(0).value, part)
        else:
            wrong = "" if part.optional else _missing(left, part)
        if wrong:
            return wrong
    return f"it also holds {_told(left[0])}" if left else ""


def match_parts(
    found: tuple[RawAttribute, ...], parts: tuple[NamePart, ...]
) -> tuple[tuple[NamePart, str], ...]:
    """Give each part of a profile with its text in a name that does not differ."""
    left = list(found)
    return tuple(
        (part, left.pop(0).value) for part in parts if left and _is_of(left[0], part)
    )


def _is_of(item: RawAttribute, part: NamePart) -> bool:
    return (item.oid, item.kind) == (part.attribute.oid, part.string.asn1)


def _missing(left: list[RawAttribute], part: NamePart) -> str:
    told = _told(left[0]) if left else "nothing"
    return f"it holds {told}, and not the {part.attribute} as {part.string.asn1}"


def _told(item: RawAttribute) -> str:
    return f"{item.oid} as {item.kind}"


def _value_differs(value: str, part: NamePart) -> str:
    if part.text and value != part.text:
        return f"the {part.attribute} is {value!r}, not {part.text!r}"
    if part.attribute is Attribute.UNIQUE_IDENTIFIER and not EUI.fullmatch(value):
        return f"the unique identifier is {value!r}, and not of 64 bits"
    return "" if value.strip() else f"the {part.attribute} is empty"
