"""How the SMKI's certificates and requests are formed, whichever of them holds it.

A request states name, key and extensions in the form that its certificate will have, so
that both are judged here, against what was read or observed and against no profile.
"""

from __future__ import annotations

from typing import Final

from ceremony.pki.der import (
    RawAttribute,
    RawCertificate,
    RawExtension,
    RawKey,
    read_hardware_module_name,
)
from ceremony.pki.der_general_name import read_general_names
from ceremony.pki.der_request import RawRequest
from ceremony.pki.extension import HARDWARE_MODULE_NAME
from ceremony.pki.fact import Attribute, KeyAlgorithm, SignatureAlgorithm
from ceremony.pki.found_words import found_words
from ceremony.pki.key_form import SIGNATURES, key_differs
from ceremony.pki.naming import EUI
from ceremony.pki.oid_name import name_oid
from ceremony.pki.plain_text import cut_hex
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.smki_kind import (
    ISSUING_ROLE,
    PARTY_ROLES,
    ROOT_ROLE,
    SmkiKind,
    smki_kind,
)

Raw = RawCertificate | RawRequest
"""What both hold alike: a name, a key and extensions."""

KEY_USAGE: Final = "2.5.29.15"
MODULE_NAME: Final = "2.5.29.17"
"""The OIDs of keyUsage and of subjectAltName."""

ECDSA_SHA256: Final = bytes.fromhex(SIGNATURES[SignatureAlgorithm.ECDSA_SHA256])
"""The one AlgorithmIdentifier of the SMKI's signatures: DER."""

CA_ROLES: Final = {SmkiKind.ROOT_OCA: ROOT_ROLE, SmkiKind.ISSUING_OCA: ISSUING_ROLE}

_SIGNS, _AGREES = "critical 03020780", "critical 03020308"
"""keyUsage of digitalSignature alone, and of keyAgreement alone."""

_EUI_OCTETS: Final = 8


def key_wrong(raw: Raw) -> str:
    """Say what keeps a key from being an uncompressed point on P-256."""
    return key_differs(_key_of(raw), KeyAlgorithm.EC_P256)


def client_key_wrong(raw: Raw) -> str:
    """Say what keeps a key from being an IKI client's: RSA of 2048 bits."""
    return key_differs(_key_of(raw), KeyAlgorithm.RSA_2048)


def usage_wrong(raw: Raw) -> str:
    """Say what the keyUsage of a party is, if not one usage alone, and critical."""
    found = extension_told(raw, KEY_USAGE)
    return (
        "" if found in {_SIGNS, _AGREES} else f"it is {found_words(KEY_USAGE, found)}"
    )


def client_usage_wrong(raw: Raw) -> str:
    """Say what the keyUsage of an IKI client is, if not digitalSignature alone."""
    found = extension_told(raw, KEY_USAGE)
    return "" if found == _SIGNS else f"it is {found_words(KEY_USAGE, found)}"


def subject_wrong(raw: Raw) -> str:
    """Say which name a device has; empty where it has none."""
    held = ", ".join(name_oid(each.oid) for each in raw.subject_attributes)
    return f"it holds {held}" if held else ""


def identifier_wrong(raw: Raw) -> str:
    """Say what keeps an organisation from being named by the 64 bits of one EUI."""
    found = _named(raw, Attribute.UNIQUE_IDENTIFIER)
    if len(found) != 1:
        return f"it holds {len(found)} unique identifiers"
    # One of another ASN.1 type could not be taken apart.
    if EUI.fullmatch(found[0].value):
        return ""
    return f"the unique identifier is {found[0].value!r}, and not of 64 bits"


def role_wrong(raw: Raw) -> str:
    """Say what keeps an organisation from being of one role that is not a CA's."""
    roles = [each.value for each in _named(raw, Attribute.REMOTE_PARTY_ROLE)]
    if len(roles) != 1 or _code(roles[0]) is None:
        return f"it holds {', '.join(map(repr, roles)) or 'none'}"
    whose = {ROOT_ROLE: "the Root OCA's", ISSUING_ROLE: "the Issuing OCA's"}
    code = _code(roles[0])
    return f"{roles[0]} is {whose[code]}" if code in whose else ""


def role_unknown(raw: Raw, profile: CertificateProfile) -> str:
    """Say which role nobody has seen and the profile does not state either."""
    oid = Attribute.REMOTE_PARTY_ROLE.oid
    parts = [part for part in profile.subject if part.attribute.oid == oid]
    stated = {_code(part.text) for part in parts if part.text}
    roles = [each.value for each in _named(raw, Attribute.REMOTE_PARTY_ROLE)]
    known = PARTY_ROLES | stated | {ROOT_ROLE, ISSUING_ROLE}
    unknown = [role for role in roles if _code(role) not in known]
    return f"it is {', '.join(map(repr, unknown))}" if unknown else ""


def ca_role_wrong(raw: Raw, profile: CertificateProfile) -> str:
    """Say which role an OCA has that is not its own."""
    wanted = CA_ROLES.get(smki_kind(profile) or SmkiKind.ORGANISATION)
    roles = [each.value for each in _named(raw, Attribute.REMOTE_PARTY_ROLE)]
    if [_code(role) for role in roles] == [wanted]:
        return ""
    return f"it is {', '.join(map(repr, roles)) or 'absent'}"


def module_wrong(raw: Raw) -> str:
    """Say what keeps a device from being named by one EUI in a HardwareModuleName."""
    found = [each for each in raw.extensions if each.oid == MODULE_NAME]
    if len(found) != 1 or not found[0].critical:
        return f"it is {found_words(MODULE_NAME, extension_told(raw, MODULE_NAME))}"
    names = read_general_names(found[0].value)
    if len(names) != 1 or names[0].oid != HARDWARE_MODULE_NAME:
        return f"it holds {len(names)} names, and not one hardware module name"
    module = read_hardware_module_name(names[0].value)
    if module is None or len(module[1]) != _EUI_OCTETS:
        return f"the module is {cut_hex(names[0].value)}"
    return ""


def _key_of(raw: Raw) -> RawKey:
    if isinstance(raw, RawRequest):
        return raw.key
    return RawKey(raw.key_oid, raw.key_parameters, raw.key_bits)


def _named(raw: Raw, attribute: Attribute) -> list[RawAttribute]:
    return [each for each in raw.subject_attributes if each.oid == attribute.oid]


def _code(text: str) -> int | None:
    """Read a role's code: two hexadecimal digits."""
    try:
        octets = bytes.fromhex(text)
    except ValueError:
        return None
    return octets[0] if len(octets) == len(text) - 1 == 1 else None


def extension_told(raw: Raw, oid: str) -> str:
    """Give an extension as text: ``absent``, or criticality and DER in hex."""
    return ", ".join(_words(each) for each in raw.extensions if each.oid == oid) or (
        "absent"
    )


def _words(extension: RawExtension) -> str:
    critical = "critical" if extension.critical else "non-critical"
    return f"{critical} {extension.value.hex()}"
