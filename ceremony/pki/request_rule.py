"""The rules by which a request is held against the profile of its certificate.

What a request asks for and its certificate will hold alike is judged by the lint's own
rules about key and name. A request asks for nothing that the profile does not say: what
is left of it is refused, and never dropped in silence.

Invariants:
    * A rule decides from the request's encoding and the profile alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from ceremony.errors import InputError
from ceremony.pki.der import RawExtension, read_hardware_module_name
from ceremony.pki.der_general_name import read_general_names
from ceremony.pki.der_request import RawRequest
from ceremony.pki.extension import (
    HARDWARE_MODULE_NAME,
    alternative_name,
    fixed_extensions,
    key_extensions,
)
from ceremony.pki.fact import AlternativeName
from ceremony.pki.finding import Severity
from ceremony.pki.found_words import extension_differs
from ceremony.pki.key_form import (
    is_ec,
    is_rsa,
    kind_differs,
    modulus_differs,
    parameters_differ,
    point_differs,
    weakness,
)
from ceremony.pki.lint_fields import FIELD_RULES
from ceremony.pki.lint_given import names_unfit
from ceremony.pki.lint_name import name_differs, text_differs
from ceremony.pki.oid_name import name_oid
from ceremony.pki.plain_text import number_text
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.rule import always

KEY_USAGE: Final = "2.5.29.15"
ALTERNATIVE_NAME: Final = "2.5.29.17"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule is shown.

    Attributes:
        raw: The request.
        profile: What its certificate has to look like.
        values: What the request gives of what the profile leaves open.
    """

    raw: RawRequest
    profile: CertificateProfile
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RequestRule:
    """One rule; where a request breaks it, it is not answered, nor ever signed here.

    Attributes:
        id: Its stable id, e.g. ``PKI-CSR-01``.
        sentence: What it wants.
        source: Standard and clause, or where it was read.
        check: Says what is wrong, as a clause; empty where nothing is.
        applies: Tells whether it is asked of a request for a profile's certificate.
    """

    severity: ClassVar[Severity] = Severity.ERROR
    id: str
    sentence: str
    source: str
    check: Callable[[Asked], str]
    applies: Callable[[CertificateProfile], bool] = always


def _version(asked: Asked) -> str:
    found = asked.raw.version - 1
    return f"it is {number_text(found)}" if found else ""


def _name(asked: Asked) -> str:
    return name_differs(asked.raw.subject_attributes, asked.profile.subject)


def _letters(asked: Asked) -> str:
    if _name(asked):
        return ""
    return text_differs(asked.raw.subject_attributes, asked.profile.subject)


def _expected(asked: Asked) -> Iterator[RawExtension]:
    """Give every extension that the certificate will hold and a request may state."""
    profile = asked.profile
    built = [*fixed_extensions(profile), *key_extensions(profile, asked.raw.spki, None)]
    if profile.alternative_name is not None:
        try:
            names = alternative_name(profile, asked.values)
        except InputError:
            names = None
        if names is None:
            # What the profile wants there cannot be met by what was asked for.
            yield RawExtension(ALTERNATIVE_NAME, profile.alternative_name_critical, b"")
        else:
            built.append((names, profile.alternative_name_critical))
    for extension, critical in built:
        yield RawExtension(
            extension.oid.dotted_string, critical, extension.public_bytes()
        )


def _extensions(asked: Asked) -> str:
    wanted = {each.oid: each for each in _expected(asked)}
    for found in asked.raw.extensions:
        expected = wanted.get(found.oid)
        if expected is not None and not expected.value:
            return f"{name_oid(found.oid)} {_unfit_names(found.value, asked.profile)}"
        if expected is not None and found != expected:
            told = extension_differs(found.oid, _told(found), _told(expected))
            return f"{name_oid(found.oid)}: {told}"
    return ""


def _told(extension: RawExtension) -> str:
    critical = "critical" if extension.critical else "non-critical"
    return f"{critical} {extension.value.hex()}"


def _unfit_names(der: bytes, profile: CertificateProfile) -> str:
    """Say why no certificate may hold the names of a subjectAltName."""
    names = read_general_names(der)
    if profile.alternative_name is AlternativeName.GIVEN:
        return names_unfit(names)
    if [each.oid for each in names] == [HARDWARE_MODULE_NAME]:
        return f"holds a hardware module name {_module_wrong(names[0].value)}"
    kinds = ", ".join(each.kind for each in names) or "no names that can be read"
    return f"holds {kinds}, and not one hardware module name"


def _module_wrong(der: bytes) -> str:
    """Say why a hardware module name gives no order for a device."""
    module = read_hardware_module_name(der)
    if module is None:
        return "that cannot be read"
    return f"whose serial number has {len(module[1])} octets, and not the 8 of an EUI"


def _smuggled(asked: Asked) -> str:
    wanted = {each.oid for each in _expected(asked)}
    seen: set[str] = set()
    for found in asked.raw.extensions:
        if found.oid not in wanted:
            return f"it asks for {name_oid(found.oid)}"
        if found.oid in seen:
            return f"it asks for {name_oid(found.oid)} twice"
        seen.add(found.oid)
    for other in asked.raw.attributes:
        return f"it holds the attribute {name_oid(other.oid)}"
    return ""


def _stated(asked: Asked) -> str:
    found = {each.oid for each in asked.raw.extensions}
    if not asked.profile.is_ca and KEY_USAGE not in found:
        return "it does not state keyUsage"
    if asked.profile.alternative_name is not None and ALTERNATIVE_NAME not in found:
        return "it does not state subjectAltName"
    return ""


def _kind(asked: Asked) -> str:
    return kind_differs(asked.raw.key, asked.profile.key)


def _curve(asked: Asked) -> str:
    return parameters_differ(asked.raw.key, asked.profile.key)


def _point(asked: Asked) -> str:
    if not is_ec(asked.profile.key):
        return ""
    return point_differs(asked.raw.key, asked.profile.key)


def _modulus(asked: Asked) -> str:
    if not is_rsa(asked.profile.key):
        return ""
    return modulus_differs(asked.raw.key, asked.profile.key)


def _weakness(asked: Asked) -> str:
    if not _may_be_weak(asked.profile):
        return ""
    return weakness(asked.raw.key)


def _may_be_weak(profile: CertificateProfile) -> bool:
    return not is_ec(profile.key)


def _of_lint(
    identifier: str,
    check: Callable[[Asked], str],
    applies: Callable[[CertificateProfile], bool] = always,
) -> RequestRule:
    rule = next(rule for rule in FIELD_RULES if rule.id == identifier)
    return RequestRule(rule.id, rule.sentence, rule.source, check, applies)


VERSION_RULE: Final = RequestRule(
    "PKI-CSR-01",
    "The request is of version 0.",
    "RFC 2986, section 4.1; SEC Appendix M v8.0, Appendices F and G",
    _version,
)
KEY_RULES: Final = (
    _of_lint("PKI-KEY-01", _kind),
    _of_lint("PKI-CURVE-01", _curve),
    _of_lint("PKI-POINT-01", _point),
    _of_lint("PKI-RSA-01", _modulus),
    _of_lint("PKI-KEY-02", _weakness, _may_be_weak),
)
CONTENT_RULES: Final = (
    _of_lint("PKI-NAME-01", _name),
    RequestRule(
        "PKI-CSR-02",
        "A value of the name has only letters that people can tell apart, and the "
        "form of its attribute.",
        "X.680, section 41.4; RFC 5280, appendix A.1; this tool's own for UTF8String",
        _letters,
    ),
    RequestRule(
        "PKI-CSR-03",
        "A requested extension is the one that the profile gives the certificate, in "
        "value and criticality.",
        "RFC 2985, section 5.4.2; SEC Appendix M v8.0, Appendices F and G",
        _extensions,
    ),
    RequestRule(
        "PKI-CSR-04",
        "The request holds no extension or attribute that the profile has no place "
        "for, and none twice.",
        "this tool's own; SEC Appendix M v8.0, Appendices F and G",
        _smuggled,
    ),
    RequestRule(
        "PKI-CSR-05",
        "The request states keyUsage, unless it is a CA's, and subjectAltName where "
        "the certificate has one.",
        "SEC Appendix M v8.0, Appendices F and G",
        _stated,
    ),
)
