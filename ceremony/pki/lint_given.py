"""What the lint holds extensions to whose values an order gives.

Whether they are there, how critical they are, of which form, and that each name is one
that an order may give; which of them it gave only the order tells. What an order may
give is judged in one place, ``extension``, and what is found is read apart from what
makes it, so that a fault there is seen here.
"""

from __future__ import annotations

from typing import Final

from ceremony.pki.der import encode_hardware_module_name, read_apex_key
from ceremony.pki.der_general_name import (
    RawName,
    RawPoint,
    read_access,
    read_crl_points,
    read_general_names,
)
from ceremony.pki.extension import APEX_KEY, HARDWARE_MODULE_NAME, is_general_name
from ceremony.pki.fact import AlternativeName, Presence
from ceremony.pki.name_fault import find_fault, find_url_fault
from ceremony.pki.oid_name import name_oid
from ceremony.pki.plain_text import cut_hex
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.rule import Exhibit

SAN: Final = "2.5.29.17"
CRL_POINTS: Final = "2.5.29.31"
ACCESS: Final = "1.3.6.1.5.5.7.1.1"

_OCSP: Final = "1.3.6.1.5.5.7.48.1"
_ISSUERS: Final = "1.3.6.1.5.5.7.48.2"
_EUI_OCTETS: Final = 8


def alternative_name_wrong(exhibit: Exhibit) -> str:
    """Say what is wrong with subjectAltName; empty where nothing is."""
    profile = exhibit.profile
    wrong = _presence(exhibit, SAN, critical=profile.alternative_name_critical)
    if wrong:
        return wrong
    names = read_general_names(_value(exhibit, SAN) or b"")
    if profile.alternative_name is AlternativeName.HARDWARE_MODULE_NAME:
        return _hardware_differs(names, profile.hardware_type)
    unfit = names_unfit(names)
    return f"it {unfit}" if unfit else ""


def names_unfit(names: tuple[RawName, ...]) -> str:
    """Say why no certificate may hold such given names; empty where one may."""
    odd = [each.given for each in names if not is_general_name(each.given)]
    if names and not odd:
        return ""
    if names and all(each.given for each in names):
        return f"holds {odd[0]!r}, which {find_fault(odd[0]).why}"
    kinds = ", ".join(each.kind for each in names) or "no names that can be read"
    return (
        f"holds {kinds}, and only dNSName, rfc822Name and uniformResourceIdentifier in "
        "ASCII may stand there"
    )


def _hardware_differs(names: tuple[RawName, ...], hardware_type: str) -> str:
    if len(names) != 1 or names[0].oid != HARDWARE_MODULE_NAME:
        return f"it holds {len(names)} names, and not one hardware module name"
    serial = names[0].value[-_EUI_OCTETS:]
    wanted = encode_hardware_module_name(hardware_type, serial)
    if names[0].value != wanted:
        found = names[0].value
        return f"the module is {cut_hex(found)}, and not of {wanted.hex()}"
    return ""


def apex_key_wrong(exhibit: Exhibit) -> str:
    """Say what is wrong with the contingency key; empty where nothing is."""
    wrong = _presence(exhibit, APEX_KEY, critical=False)
    found = _value(exhibit, APEX_KEY)
    if wrong or found is None:
        return _where_required(exhibit.profile.apex_key, wrong, found)
    return "" if read_apex_key(found) else f"it cannot be read: {cut_hex(found)}"


def crl_points_wrong(exhibit: Exhibit) -> str:
    """Say what is wrong with cRLDistributionPoints; empty where nothing is."""
    wrong = _presence(exhibit, CRL_POINTS, critical=False)
    found = _value(exhibit, CRL_POINTS)
    if wrong or found is None:
        return _where_required(exhibit.profile.crl_urls, wrong, found)
    points = read_crl_points(found)
    if not points:
        return "it holds no point that can be read"
    odd = ((number, _point_wrong(point)) for number, point in enumerate(points, 1))
    return next((f"point {number} {why}" for number, why in odd if why), "")


def _point_wrong(point: RawPoint) -> str:
    if point.has_reasons:
        return "is for some reasons alone"
    if point.has_issuer:
        return "names a cRLIssuer"
    if not point.names:
        return "has no URL"
    odd = next(filter(None, map(_no_url, point.names)), "")
    return f"is at {odd}" if odd else ""


def access_wrong(exhibit: Exhibit) -> str:
    """Say what is wrong with authorityInfoAccess; empty where nothing is."""
    wrong = _presence(exhibit, ACCESS, critical=False)
    found = _value(exhibit, ACCESS)
    profile = exhibit.profile
    if wrong or found is None:
        required = Presence.REQUIRED in {profile.ocsp_urls, profile.issuer_urls}
        presence = Presence.REQUIRED if required else Presence.WHERE_GIVEN
        return _where_required(presence, wrong, found)
    access = read_access(found)
    if not access:
        return "it names nothing that can be read"
    odd = ((oid, _no_url(location)) for oid, location in access)
    return _methods_differ([oid for oid, _ in access], profile) or next(
        (f"{name_oid(oid)} is at {why}" for oid, why in odd if why), ""
    )


def _methods_differ(methods: list[str], profile: CertificateProfile) -> str:
    for presence, oid in ((profile.ocsp_urls, _OCSP), (profile.issuer_urls, _ISSUERS)):
        if presence is Presence.REQUIRED and oid not in methods:
            return f"it does not name {name_oid(oid)}"
        if presence is Presence.ABSENT and oid in methods:
            return f"it names {name_oid(oid)}"
    others = [oid for oid in methods if oid not in {_OCSP, _ISSUERS}]
    return f"it also names {', '.join(map(name_oid, others))}" if others else ""


def has_access(profile: CertificateProfile) -> bool:
    """Tell whether a profile may have authorityInfoAccess."""
    return {profile.ocsp_urls, profile.issuer_urls} != {Presence.ABSENT}


def may_hold_urls(profile: CertificateProfile) -> bool:
    """Tell whether a profile may have URLs beside the alternative names."""
    return profile.crl_urls is not Presence.ABSENT or has_access(profile)


def secured_url(exhibit: Exhibit) -> str:
    """Say which URL is one of https; empty where none is."""
    points = read_crl_points(_value(exhibit, CRL_POINTS) or b"")
    access = read_access(_value(exhibit, ACCESS) or b"")
    names = [name for point in points for name in point.names]
    names += [location for _, location in access]
    secured = (each.given for each in names if each.given.startswith("uri:https:"))
    url = next(secured, "").removeprefix("uri:")
    return f"{url!r} does not" if url else ""


def _no_url(name: RawName) -> str:
    """Say what stands where an order would give a URL; empty where it is one."""
    kind, _, url = name.given.partition(":")
    if kind != "uri":
        return f"{name.kind}, and not at a URL in ASCII"
    fit = is_general_name(name.given)
    return "" if fit else f"{url!r}, which {find_url_fault(url).why}"


def _where_required(presence: Presence, wrong: str, found: bytes | None) -> str:
    """Let what may be left out be absent."""
    return "" if found is None and presence is Presence.WHERE_GIVEN else wrong


def _presence(exhibit: Exhibit, oid: str, *, critical: bool) -> str:
    """Tell whether an extension is there once, and as critical as it has to be."""
    found = [ext for ext in exhibit.certificate.extensions if ext.oid == oid]
    if len(found) != 1:
        return "it is absent" if not found else f"it is there {len(found)} times"
    if found[0].critical != critical:
        return f"it is {'critical' if found[0].critical else 'non-critical'}"
    return ""


def _value(exhibit: Exhibit, oid: str) -> bytes | None:
    found = [ext.value for ext in exhibit.certificate.extensions if ext.oid == oid]
    return found[0] if found else None
