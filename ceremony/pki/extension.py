"""The extensions that a profile asks for, in the encoding in which they are compared.

Invariants:
    * The extensions are those of the profile and no others, each once.
    * A value that an order gives and its profile does not ask for is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from ceremony.errors import InputError
from ceremony.pki.certificate import key_identifier
from ceremony.pki.der import encode_apex_key, encode_hardware_module_name
from ceremony.pki.fact import AlternativeName, KeyUse, Presence
from ceremony.pki.name_fault import NameFault, find_fault, find_url_fault
from ceremony.pki.naming import EUI
from ceremony.pki.profile import CertificateProfile

Built = tuple[x509.ExtensionType, bool]
"""An extension and whether it is critical."""

APEX_KEY: Final = "1.3.6.1.5.5.7.1.20"
HARDWARE_MODULE_NAME: Final = "1.3.6.1.5.5.7.8.4"

HARDWARE_SERIAL: Final = "hardware-serial"
ALTERNATIVE_NAMES: Final = "alternative-names"
CRL_URLS: Final = "crl-urls"
OCSP_URLS: Final = "ocsp-urls"
ISSUER_URLS: Final = "issuer-urls"
APEX_ALGORITHM: Final = "apex-wrap-algorithm"
APEX_WRAPPED: Final = "apex-wrapped-key"
"""What an order may give beside the parts of a name; lists are set off by blanks."""

_LABEL: Final = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = rf"(?![a-z0-9.-]{{254}}){_LABEL}(\.{_LABEL})*"
"""RFC 1034, sections 3.1 and 3.5: labels of 1 to 63 characters with no hyphen at an
end, 253 in all."""
_ATOM: Final = "[a-z0-9_+-]+"
_LOCAL: Final = rf"(?![^@]{{65}}){_ATOM}(\.{_ATOM})*"
"""RFC 5321, sections 4.1.2 and 4.5.3.1.1: atoms with dots between, 64 in all."""
_URL: Final = re.compile(rf"https?://{_HOST}(:[0-9]{{1,5}})?(/[A-Za-z0-9._~/%-]*)?")
_HEX: Final = re.compile(r"([0-9a-f]{2})+")
_DNS: Final = re.compile(rf"(?!.{{254}})(\*\.)?{_HOST}")
_EMAIL: Final = re.compile(rf"{_LOCAL.replace('a-z', 'A-Za-z')}@{_HOST}")
_FORMS: Final[
    Mapping[str, tuple[re.Pattern[str], Callable[[str], x509.GeneralName]]]
] = {
    "dns": (_DNS, x509.DNSName),
    "email": (_EMAIL, x509.RFC822Name),
    "uri": (_URL, x509.UniformResourceIdentifier),
}
"""By the kind of a name, its form and what makes it."""

OID: Final = re.compile(
    r"([01]\.[1-3]?[0-9]|2\.(0|[1-9][0-9]{0,8}))(\.(0|[1-9][0-9]{0,8})){0,10}"
)
"""An OID in dotted form (X.660, section 7.6): at most 12 arcs, of 9 figures each."""
SUBTREE: Final = re.compile(rf"dns:{_HOST}|uri:\.?{_HOST}|email:({_LOCAL}@|\.)?{_HOST}")
"""A subtree of names: a host, of e-mail and URIs also what lies below it."""


def key_usage(uses: tuple[KeyUse, ...]) -> x509.KeyUsage:
    """Make the keyUsage extension from the usages."""
    return x509.KeyUsage(
        digital_signature=KeyUse.DIGITAL_SIGNATURE in uses,
        content_commitment=KeyUse.NON_REPUDIATION in uses,
        key_encipherment=KeyUse.KEY_ENCIPHERMENT in uses,
        data_encipherment=False,
        key_agreement=KeyUse.KEY_AGREEMENT in uses,
        key_cert_sign=KeyUse.KEY_CERT_SIGN in uses,
        crl_sign=KeyUse.CRL_SIGN in uses,
        encipher_only=False,
        decipher_only=False,
    )


def fixed_extensions(profile: CertificateProfile) -> Iterator[Built]:
    """Give the extensions that the profile alone decides, to the last bit."""
    yield key_usage(profile.key_usage), True
    if profile.is_ca:
        yield x509.BasicConstraints(ca=True, path_length=profile.path_length), True
    elif profile.denies_ca:
        yield x509.BasicConstraints(ca=False, path_length=None), True
    if profile.purposes:
        oids = [x509.ObjectIdentifier(purpose.oid) for purpose in profile.purposes]
        yield x509.ExtendedKeyUsage(oids), profile.purposes_critical
    if profile.policies:
        policies = [
            x509.PolicyInformation(x509.ObjectIdentifier(oid), None)
            for oid in profile.policies
        ]
        yield x509.CertificatePolicies(policies), profile.policies_critical
    if profile.permitted:
        # RFC 5280, section 4.2.1.10: always critical.
        names = [_subtree(text) for text in profile.permitted]
        yield x509.NameConstraints(names, None), True
    if profile.no_check:
        yield x509.OCSPNoCheck(), False


def given_extensions(
    profile: CertificateProfile, values: Mapping[str, str]
) -> Iterator[Built]:
    """Give the extensions whose values come from the order.

    Raises:
        InputError: ``PKI-ORDER-04``: a value is missing; ``PKI-ORDER-05``: it is not of
            the form that it has to be.
    """
    if profile.alternative_name is not None:
        yield alternative_name(profile, values), profile.alternative_name_critical
    urls = _list(profile.crl_urls, values, CRL_URLS)
    if urls:
        points = [x509.DistributionPoint([_url(url)], None, None, None) for url in urls]
        yield x509.CRLDistributionPoints(points), False
    access = [
        x509.AccessDescription(oid, _url(url))
        for presence, key, oid in (
            (profile.ocsp_urls, OCSP_URLS, AuthorityInformationAccessOID.OCSP),
            (
                profile.issuer_urls,
                ISSUER_URLS,
                AuthorityInformationAccessOID.CA_ISSUERS,
            ),
        )
        for url in _list(presence, values, key)
    ]
    if access:
        yield x509.AuthorityInformationAccess(access), False
    # One of the two without the other is a fault of the order, and never left out.
    if any(
        _is_there(profile.apex_key, values, key)
        for key in (APEX_ALGORITHM, APEX_WRAPPED)
    ):
        algorithm = _matching(values, APEX_ALGORITHM, OID, "an OID")
        wrapped = _matching(values, APEX_WRAPPED, _HEX, "octets in hexadecimal")
        der = encode_apex_key(algorithm, bytes.fromhex(wrapped))
        yield x509.UnrecognizedExtension(x509.ObjectIdentifier(APEX_KEY), der), False


def key_extensions(
    profile: CertificateProfile, spki: bytes, authority: bytes | None
) -> Iterator[Built]:
    """Give the key identifiers.

    Args:
        profile: How they are derived.
        spki: The subject's SubjectPublicKeyInfo: DER.
        authority: The key identifier of the key that signs; None where it is not told.
    """
    method = profile.key_identifier
    yield x509.SubjectKeyIdentifier(key_identifier(spki, method)), False
    if authority is not None:
        yield x509.AuthorityKeyIdentifier(authority, None, None), False


def open_values(profile: CertificateProfile) -> dict[str, bool]:
    """Name what an order has to give (true) or may give (false) for a profile."""
    named: dict[str, bool] = {
        part.attribute.value: not part.optional
        for part in profile.subject
        if not part.text
    }
    if profile.alternative_name is AlternativeName.HARDWARE_MODULE_NAME:
        named[HARDWARE_SERIAL] = True
    elif profile.alternative_name is AlternativeName.GIVEN:
        named[ALTERNATIVE_NAMES] = True
    for presence, keys in (
        (profile.crl_urls, (CRL_URLS,)),
        (profile.ocsp_urls, (OCSP_URLS,)),
        (profile.issuer_urls, (ISSUER_URLS,)),
        (profile.apex_key, (APEX_ALGORITHM, APEX_WRAPPED)),
    ):
        if presence is not Presence.ABSENT:
            named |= dict.fromkeys(keys, presence is Presence.REQUIRED)
    return named


def verify_values(profile: CertificateProfile, values: Mapping[str, str]) -> None:
    """Refuse a value that the profile has no place for.

    Raises:
        InputError: ``PKI-ORDER-03``.
    """
    known = open_values(profile)
    for name in values:
        if name not in known:
            raise InputError(
                "PKI-ORDER-03",
                f"The profile {profile.name} has no place for {name}.",
                remedy="Leave it out, or give one of "
                f"{', '.join(known) or 'no value at all'}.",
            )


def general_name(text: str) -> x509.GeneralName:
    """Read a name of the form ``dns:``, ``email:`` or ``uri:``.

    Raises:
        InputError: ``PKI-ORDER-05``: it is of another form.
    """
    kind, _, value = text.partition(":")
    if not is_general_name(text):
        raise _odd_name("name", text, find_fault(text))
    return _FORMS[kind][1](value)


def is_general_name(text: str) -> bool:
    """Tell whether a text is a name of the form ``dns:``, ``email:`` or ``uri:``."""
    kind, _, value = text.partition(":")
    return kind in _FORMS and _FORMS[kind][0].fullmatch(value) is not None


def _subtree(text: str) -> x509.GeneralName:
    kind, _, value = text.partition(":")
    return _FORMS[kind][1](value)


def alternative_name(
    profile: CertificateProfile, values: Mapping[str, str]
) -> x509.SubjectAlternativeName:
    """Make the subjectAltName of a profile that has one.

    Raises:
        InputError: ``PKI-ORDER-04``: its value is missing; ``PKI-ORDER-05``: it is not
            of the form that it has to be.
    """
    if profile.alternative_name is AlternativeName.HARDWARE_MODULE_NAME:
        serial = _matching(values, HARDWARE_SERIAL, EUI, "16 hexadecimal digits")
        der = encode_hardware_module_name(profile.hardware_type, bytes.fromhex(serial))
        oid = x509.ObjectIdentifier(HARDWARE_MODULE_NAME)
        return x509.SubjectAlternativeName([x509.OtherName(oid, der)])
    names = _list(Presence.REQUIRED, values, ALTERNATIVE_NAMES)
    return x509.SubjectAlternativeName([general_name(name) for name in names])


def _is_there(presence: Presence, values: Mapping[str, str], key: str) -> bool:
    if presence is Presence.REQUIRED:
        return True
    return presence is Presence.WHERE_GIVEN and bool(values.get(key))


def _list(presence: Presence, values: Mapping[str, str], key: str) -> list[str]:
    if not _is_there(presence, values, key):
        return []
    return _given(values, key).split()


def _given(values: Mapping[str, str], key: str) -> str:
    value = values.get(key, "").strip()
    if not value:
        raise InputError(
            "PKI-ORDER-04",
            f"The order gives no {key}.",
            remedy=f"Give a value for {key}.",
        )
    return value


def _matching(
    values: Mapping[str, str], key: str, pattern: re.Pattern[str], shape: str
) -> str:
    value = _given(values, key)
    if not pattern.fullmatch(value):
        raise _unfit(key, value, shape)
    return value


def _url(text: str) -> x509.UniformResourceIdentifier:
    if not _URL.fullmatch(text):
        raise _odd_name("URL", text, find_url_fault(text))
    return x509.UniformResourceIdentifier(text)


def _odd_name(what: str, found: str, fault: NameFault) -> InputError:
    return InputError(
        "PKI-ORDER-05", f"The {what} {found!r} {fault.why}.", remedy=fault.remedy
    )


def _unfit(what: str, found: str, shape: str) -> InputError:
    return InputError(
        "PKI-ORDER-05",
        f"{what} is {found!r}, and not {shape}.",
        remedy="Correct the value in the order.",
    )
