"""A profile in words: what each fact says, how well it is known, what is left open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ceremony.pki.extension import (
    ALTERNATIVE_NAMES,
    APEX_ALGORITHM,
    APEX_WRAPPED,
    CRL_URLS,
    HARDWARE_SERIAL,
    ISSUER_URLS,
    OCSP_URLS,
    open_values,
)
from ceremony.pki.fact import (
    AlternativeName,
    Attribute,
    AuthorityKey,
    Fact,
    KeyIdentifierMethod,
    Presence,
)
from ceremony.pki.oid_name import name_oid
from ceremony.pki.profile import CertificateProfile, NamePart
from ceremony.pki.request_form import request_signature

METHODS: Final = {
    KeyIdentifierMethod.METHOD_1: "method 1: SHA-1 of the key's bits, 20 octets",
    KeyIdentifierMethod.METHOD_2: "method 2: 0100 and the last 60 bits of SHA-1 of "
    "the key's bits, 8 octets",
}
_NOT_THERE: Final = "not there"
_PRESENCES: Final = {
    Presence.ABSENT: _NOT_THERE,
    Presence.WHERE_GIVEN: "there where the order gives one; not critical",
    Presence.REQUIRED: "there in each certificate, from the order; not critical",
}
_SHAPES: Final[Mapping[str, str]] = {
    Attribute.COMMON_NAME: "1 to 64 printable letters",
    Attribute.REMOTE_PARTY_ROLE: "two hexadecimal digits",
    Attribute.ORGANIZATIONAL_UNIT: "1 to 64 printable letters",
    Attribute.ORGANIZATION: "1 to 64 printable letters",
    Attribute.COUNTRY: "two capital letters",
    Attribute.UNIQUE_IDENTIFIER: "an EUI-64: 16 hexadecimal digits",
    HARDWARE_SERIAL: "the device's EUI-64: 16 hexadecimal digits",
    ALTERNATIVE_NAMES: "names such as dns:host.example, set off by blanks",
    CRL_URLS: "URLs of the revocation list, set off by blanks",
    OCSP_URLS: "URLs of OCSP responders, set off by blanks",
    ISSUER_URLS: "URLs of the issuer's certificate, set off by blanks",
    APEX_ALGORITHM: "OID of the algorithm that wrapped the contingency key",
    APEX_WRAPPED: "the wrapped contingency key, in hexadecimal",
}


def describe_fact(profile: CertificateProfile, fact: Fact) -> tuple[str, ...]:
    """Say what a fact of a profile means, in one or more lines of any length."""
    return _WORDS[fact.name](profile)


def facts_in_order(profile: CertificateProfile) -> tuple[Fact, ...]:
    """Give the facts in the order in which people read them: the name first.

    Those about requests come last.
    """
    order = list(_WORDS)
    return tuple(sorted(profile.every_fact, key=lambda fact: order.index(fact.name)))


def describe_open_values(profile: CertificateProfile) -> dict[str, tuple[bool, str]]:
    """Say what an order has to give (true) or may give (false), and of what shape."""
    return {
        name: (is_required, _SHAPES[name])
        for name, is_required in open_values(profile).items()
    }


def describe_issuer(profile: CertificateProfile) -> str:
    """Say by whose key a certificate of a profile is signed."""
    return "its own key" if profile.is_self_signed else profile.signed_by


def _subject(profile: CertificateProfile) -> tuple[str, ...]:
    if not profile.subject:
        return ("empty",)
    return tuple(map(_part, profile.subject))


def _part(part: NamePart) -> str:
    if part.text:
        value = f'always "{part.text}"'
    else:
        value = "may be given" if part.optional else "given by the order"
    return f"{part.attribute}: {value}, as {part.string.asn1}"


def _path_length(profile: CertificateProfile) -> tuple[str, ...]:
    if not profile.is_ca:
        return ("not a CA: basicConstraints is not there",)
    if profile.path_length is None:
        return ("a CA, with no limit to the CAs that may follow below",)
    return (f"a CA; CA certificates that may follow below: {profile.path_length}",)


def _usage(profile: CertificateProfile) -> tuple[str, ...]:
    return (f"{', '.join(profile.key_usage)}; critical",)


def _purposes(profile: CertificateProfile) -> tuple[str, ...]:
    if not profile.purposes:
        return (_NOT_THERE,)
    told = tuple(name_oid(purpose.oid) for purpose in profile.purposes)
    return (*told, _critical(is_critical=profile.purposes_critical))


def _policies(profile: CertificateProfile) -> tuple[str, ...]:
    if not profile.policies:
        return (_NOT_THERE,)
    told = tuple(name_oid(oid) for oid in profile.policies)
    hardware = profile.hardware_type
    module = (f"hardware type {hardware}",) if hardware else ()
    return (*told, _critical(is_critical=profile.policies_critical), *module)


def _alternative_name(profile: CertificateProfile) -> tuple[str, ...]:
    if profile.alternative_name is None:
        return (_NOT_THERE,)
    hardware = profile.alternative_name is AlternativeName.HARDWARE_MODULE_NAME
    what = (
        "one hardware module name with the device's identifier"
        if hardware
        else "the names that the order gives"
    )
    return (what, _critical(is_critical=profile.alternative_name_critical))


def _asked(profile: CertificateProfile) -> tuple[str, ...]:
    form = profile.request
    named = ", ".join(form.extensions) if form is not None else ""
    return (f"asks for {named}" if named else "asks for name and key alone",)


def _asking(profile: CertificateProfile) -> tuple[str, ...]:
    form, signed = profile.request, request_signature(profile).value
    fits = form is not None and form.signature is None
    return (f"{signed}, which fits the key" if fits else signed,)


def _critical(*, is_critical: bool) -> str:
    return "critical" if is_critical else "not critical"


def _permitted(profile: CertificateProfile) -> tuple[str, ...]:
    return (*profile.permitted, "critical") if profile.permitted else (_NOT_THERE,)


def _authority_key(profile: CertificateProfile) -> tuple[str, ...]:
    if not profile.is_self_signed:
        return ("the issuer's key identifier; not critical",)
    own = profile.authority_key is AuthorityKey.OWN_KEY
    return ("its own key identifier; not critical" if own else _NOT_THERE,)


def _no_check(profile: CertificateProfile) -> tuple[str, ...]:
    return ("there; not critical" if profile.no_check else _NOT_THERE,)


_WORDS: Final[Mapping[str, Callable[[CertificateProfile], tuple[str, ...]]]] = {
    "subject": _subject,
    "key": lambda profile: (profile.key.value,),
    "signature": lambda profile: (profile.signature.value,),
    "validity": lambda profile: (str(profile.validity),),
    "serial-octets": lambda profile: (f"{profile.serial_octets} octets, positive",),
    "path-length": _path_length,
    "key-usage": _usage,
    "key-identifier": lambda profile: (METHODS[profile.key_identifier],),
    "authority-key-identifier": _authority_key,
    "extended-key-usage": _purposes,
    "policies": _policies,
    "subject-alternative-name": _alternative_name,
    "apex-contingency-key": lambda profile: (_PRESENCES[profile.apex_key],),
    "crl-distribution-points": lambda profile: (_PRESENCES[profile.crl_urls],),
    "ocsp-responders": lambda profile: (_PRESENCES[profile.ocsp_urls],),
    "issuer-certificates": lambda profile: (_PRESENCES[profile.issuer_urls],),
    "permitted-names": _permitted,
    "ocsp-no-check": _no_check,
    "request-extensions": _asked,
    "request-signature": _asking,
}
