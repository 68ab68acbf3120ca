"""General names, and what holds them, by their encoding; nothing is judged here.

Source: RFC 5280, sections 4.2.1.6, 4.2.1.13 and 4.2.2.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from asn1crypto import core, parser
from asn1crypto import x509 as asn1


@dataclass(frozen=True, slots=True)
class RawName:
    """One general name.

    Attributes:
        kind: Which it is, as RFC 5280 calls it, e.g. ``iPAddress``.
        value: Its DER; of an otherName what stands inside.
        oid: An otherName's type, dotted; else empty.
        given: It as an order gives it: ``dns:``, ``email:`` or ``uri:`` and a name;
            empty where it is of another kind, or not ASCII.
    """

    kind: str
    value: bytes
    oid: str = ""
    given: str = ""


@dataclass(frozen=True, slots=True)
class RawPoint:
    """One distribution point.

    Attributes:
        names: Its full name: one list in 1 or more places; none where it has none, or
            one that is relative to the issuer.
        has_reasons: Whether its list is for some reasons alone.
        has_issuer: Whether it names who issues its list.
    """

    names: tuple[RawName, ...]
    has_reasons: bool
    has_issuer: bool


def read_general_names(der: bytes) -> tuple[RawName, ...]:
    """Read general names; none where they cannot be read."""
    try:
        return _names(asn1.GeneralNames.load(der, strict=True))
    except (ValueError, TypeError):
        return ()


def read_crl_points(der: bytes) -> tuple[RawPoint, ...]:
    """Read cRLDistributionPoints; none where they cannot be read."""
    try:
        points = asn1.CRLDistributionPoints.load(der, strict=True)
        return tuple(_point(each) for each in points)
    except (ValueError, TypeError):
        return ()


def read_access(der: bytes) -> tuple[tuple[str, RawName], ...]:
    """Read authorityInfoAccess; nothing where it cannot be read.

    Returns:
        The method of each access, dotted, and where it is to be had.
    """
    try:
        access = asn1.AuthorityInfoAccessSyntax.load(der, strict=True)
        return tuple(
            (each["access_method"].dotted, _name(each["access_location"]))
            for each in access
        )
    except (ValueError, TypeError):
        return ()


def _point(point: asn1.DistributionPoint) -> RawPoint:
    place = point["distribution_point"]
    is_full = not isinstance(place, core.Void) and place.name == "full_name"
    return RawPoint(
        _names(place.chosen) if is_full else (),
        not isinstance(point["reasons"], core.Void),
        not isinstance(point["crl_issuer"], core.Void),
    )


def _names(names: Iterable[asn1.GeneralName]) -> tuple[RawName, ...]:
    return tuple(map(_name, names))


def _name(name: asn1.GeneralName) -> RawName:
    kind, der = _KINDS[name.name], bytes(name.chosen.dump())
    if name.name == "other_name":
        inside = _inside(name.chosen["value"].dump())
        return RawName(kind, inside, name.chosen["type_id"].dotted)
    return RawName(kind, der, given=_given(name))


def _given(name: asn1.GeneralName) -> str:
    if name.name not in _GIVEN:
        return ""
    octets = bytes(name.chosen.contents)
    return f"{_GIVEN[name.name]}:{octets.decode()}" if octets.isascii() else ""


def _inside(tagged: bytes) -> bytes:
    """Give the DER inside an explicit tag."""
    return bytes(parser.parse(tagged)[4])


_GIVEN: Final = {
    "dns_name": "dns",
    "rfc822_name": "email",
    "uniform_resource_identifier": "uri",
}
"""By the library's names, those of an order."""

_KINDS: Final = {
    "other_name": "otherName",
    "rfc822_name": "rfc822Name",
    "dns_name": "dNSName",
    "x400_address": "x400Address",
    "directory_name": "directoryName",
    "edi_party_name": "ediPartyName",
    "uniform_resource_identifier": "uniformResourceIdentifier",
    "ip_address": "iPAddress",
    "registered_id": "registeredID",
}
"""By the library's names, those of RFC 5280, section 4.2.1.6."""
