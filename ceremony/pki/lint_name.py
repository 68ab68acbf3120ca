"""The subject's name held against its profile, attribute by attribute."""

from __future__ import annotations

from ceremony.pki.der import RawAttribute
from ceremony.pki.fact import Attribute
from ceremony.pki.naming import EUI, misfit
from ceremony.pki.oid_name import name_oid
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
    passed: list[NamePart] = []
    for part in parts:
        if left and _is_of(left[0], part):
            wrong = _value_differs(left.pop(0).value, part)
            passed = []
        else:
            passed.append(part)
            wrong = "" if part.optional else _missing(left, passed)
        if wrong:
            return wrong
    if not left:
        return ""
    return _mistyped(left[0], passed) or f"it also holds {_told(left[0])}"


def text_differs(found: tuple[RawAttribute, ...], parts: tuple[NamePart, ...]) -> str:
    """Hold the texts of a name that does not differ against what an order may give.

    Letters that look like others, turn a line's direction or are not seen are told by
    their code, for nobody could tell them apart in the message either.

    Args:
        found: The attributes of the name.
        parts: What the profile asks for; :func:`name_differs` has found nothing.

    Returns:
        What is wrong, as a clause; empty where nothing is.
    """
    for part, text in match_parts(found, parts):
        shape = misfit(part.attribute, text)
        if shape:
            return f"the {part.attribute} is not {shape}, but {text!a}"
    return ""


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


def _missing(left: list[RawAttribute], passed: list[NamePart]) -> str:
    """Say what stands where a part is missing; optional ones were passed before it."""
    mistyped = _mistyped(left[0], passed) if left else ""
    if mistyped:
        return mistyped
    told, part = _told(left[0]) if left else "nothing", passed[-1]
    return f"it holds {told}, and not the {part.attribute} as {part.string.asn1}"


def _mistyped(item: RawAttribute, passed: list[NamePart]) -> str:
    """Say so where an attribute is one of those parts but for its string type."""
    for part in passed:
        if part.attribute.oid == item.oid:
            wanted = part.string.asn1
            return f"it holds the {part.attribute} as {item.kind}, and not as {wanted}"
    return ""


def _told(item: RawAttribute) -> str:
    return f"{name_oid(item.oid)} as {item.kind}"


def _value_differs(value: str, part: NamePart) -> str:
    if part.text and value != part.text:
        return f"the {part.attribute} is {value!r}, not {part.text!r}"
    if part.attribute is Attribute.UNIQUE_IDENTIFIER and not EUI.fullmatch(value):
        return f"the unique identifier is {value!r}, and not of 64 bits"
    return "" if value.strip() else f"the {part.attribute} is empty"
