"""What a request gives of what the profile of its certificate leaves open."""

from __future__ import annotations

from ceremony.pki.der import read_hardware_module_name
from ceremony.pki.der_general_name import read_general_names
from ceremony.pki.der_request import RawRequest
from ceremony.pki.extension import (
    ALTERNATIVE_NAMES,
    HARDWARE_MODULE_NAME,
    HARDWARE_SERIAL,
)
from ceremony.pki.fact import AlternativeName
from ceremony.pki.lint_name import match_parts, name_differs
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_rule import ALTERNATIVE_NAME


def read_values(raw: RawRequest, profile: CertificateProfile) -> dict[str, str]:
    """Read what the profile leaves open; what cannot be read is left out."""
    values: dict[str, str] = {}
    if not name_differs(raw.subject_attributes, profile.subject):
        for part, text in match_parts(raw.subject_attributes, profile.subject):
            if not part.text:
                values[part.attribute.value] = text
    for extension in raw.extensions:
        if extension.oid == ALTERNATIVE_NAME:
            values |= _read_names(extension.value, profile)
    return values


def _read_names(der: bytes, profile: CertificateProfile) -> dict[str, str]:
    names = read_general_names(der)
    if profile.alternative_name is AlternativeName.GIVEN:
        given = [each.given for each in names]
        return {ALTERNATIVE_NAMES: " ".join(given) if all(given) else ""}
    if len(names) != 1 or names[0].oid != HARDWARE_MODULE_NAME:
        return {}
    module = read_hardware_module_name(names[0].value)
    return {HARDWARE_SERIAL: module[1].hex()} if module else {}
