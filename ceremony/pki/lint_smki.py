"""The lint rules of the SMKI, whatever a profile says; see docs/rules-pki.md.

The other rules hold a certificate against its profile, so that a wrong profile passes
them. These hold it against what was read in GBCS and SEC Appendix M, or observed in
every published certificate of its kind. What is only recalled or inferred is no rule
here, and a rule is asked only of the kinds of certificate for which it was read or
observed.

Invariants:
    * Which rules are asked follows from what the profile is based on, and from none of
      its facts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ceremony.hexadecimal import serial_text
from ceremony.pki.certificate import key_identifier
from ceremony.pki.der_form import members
from ceremony.pki.finding import Severity
from ceremony.pki.found_words import (
    algorithms_words,
    extension_differs,
    found_words,
)
from ceremony.pki.oid_name import name_oid
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.rule import Exhibit, Rule
from ceremony.pki.smki_form import (
    CA_ROLES,
    ECDSA_SHA256,
    KEY_USAGE,
    ca_role_wrong,
    client_key_wrong,
    client_usage_wrong,
    identifier_wrong,
    key_wrong,
    module_wrong,
    role_unknown,
    role_wrong,
    subject_wrong,
    usage_wrong,
)
from ceremony.pki.smki_kind import BY_GBCS, SmkiKind, smki_kind

_SKI: Final = "2.5.29.14"
_BASIC_CONSTRAINTS: Final = "2.5.29.19"
_POLICIES: Final = "2.5.29.32"
_AKI: Final = "2.5.29.35"
_NEVER: Final = ("2.5.29.31", "2.5.29.37", "1.3.6.1.5.5.7.1.1")
"""CRL distribution points, extended key usage, authority information access."""

_SIGNS_BELOW: Final = "critical 03020106"
"""keyUsage of keyCertSign and cRLSign."""

_PATH_LENGTH_0: Final = "critical 30060101ff020100"
_END: Final = ("GeneralizedTime", "99991231235959Z")
_MOST_SERIAL_OCTETS: Final = 16
_PARTIES: Final = frozenset({SmkiKind.ORGANISATION, SmkiKind.DEVICE})
_SEEN: Final = frozenset({*_PARTIES, SmkiKind.ISSUING_OCA})
"""Those of which certificates were published."""

_OTHER_CAS: Final = BY_GBCS - _SEEN
_ROOTS: Final = frozenset({SmkiKind.ROOT_OCA, SmkiKind.ROOT_DCA})


def _signature(exhibit: Exhibit) -> str:
    raw = exhibit.certificate
    if raw.inner_signature == raw.outer_signature == ECDSA_SHA256:
        return ""
    return algorithms_words(raw.inner_signature, raw.outer_signature)


def _serial(exhibit: Exhibit) -> str:
    raw = exhibit.certificate
    if raw.serial > 0 and raw.serial_octets <= _MOST_SERIAL_OCTETS:
        return ""
    return f"it is {serial_text(raw.serial)} and takes {raw.serial_octets} octets"


def _critical_usage(exhibit: Exhibit) -> str:
    found = exhibit.value(KEY_USAGE)
    is_there = found.startswith("critical ") and ", " not in found
    return "" if is_there else f"it is {found_words(KEY_USAGE, found)}"


def _issuing_usage(exhibit: Exhibit) -> str:
    found = exhibit.value(KEY_USAGE)
    return "" if found == _SIGNS_BELOW else f"it is {found_words(KEY_USAGE, found)}"


def _subject_key(exhibit: Exhibit) -> str:
    wanted = f"non-critical 0408{key_identifier(exhibit.certificate.spki).hex()}"
    return extension_differs(_SKI, exhibit.value(_SKI), wanted)


def _authority_key(exhibit: Exhibit) -> str:
    issuer = exhibit.issuer or exhibit.certificate
    # SEQUENCE of one [0] IMPLICIT OCTET STRING of 8 octets.
    wanted = f"non-critical 300a8008{key_identifier(issuer.spki).hex()}"
    return extension_differs(_AKI, exhibit.value(_AKI), wanted)


def _policy_count(exhibit: Exhibit) -> int:
    raw = exhibit.certificate
    return sum(
        len(members(each.value)) for each in raw.extensions if each.oid == _POLICIES
    )


def _policies(exhibit: Exhibit) -> str:
    found = exhibit.value(_POLICIES)
    is_there = found.startswith("critical ") and ", " not in found
    return (
        ""
        if is_there and _policy_count(exhibit)
        else f"it is {found_words(_POLICIES, found)}"
    )


def _one_policy(exhibit: Exhibit) -> str:
    count = _policy_count(exhibit)
    return "" if count == 1 else f"it holds {count}"


def _end(exhibit: Exhibit) -> str:
    last = exhibit.certificate.not_after
    return "" if (last.kind, last.text) == _END else f"it is {last.kind} {last.text}"


def _no_ca(exhibit: Exhibit) -> str:
    # SEQUENCE, length, and a BOOLEAN that is TRUE.
    found = exhibit.value(_BASIC_CONSTRAINTS)
    return (
        f"it is {found_words(_BASIC_CONSTRAINTS, found)}" if "0101ff" in found else ""
    )


def _no_ca_below(exhibit: Exhibit) -> str:
    found = exhibit.value(_BASIC_CONSTRAINTS)
    return (
        ""
        if found == _PATH_LENGTH_0
        else f"it is {found_words(_BASIC_CONSTRAINTS, found)}"
    )


def _never(exhibit: Exhibit) -> str:
    extensions = exhibit.certificate.extensions
    held = ", ".join(name_oid(each.oid) for each in extensions if each.oid in _NEVER)
    return f"it holds {held}" if held else ""


def of_kinds(
    kinds: frozenset[SmkiKind],
) -> Callable[[CertificateProfile], bool]:
    """Tell of a profile whether it is for one of some kinds of certificate."""
    return lambda profile: smki_kind(profile) in kinds


def _only(kind: SmkiKind) -> Callable[[CertificateProfile], bool]:
    return of_kinds(frozenset({kind}))


_SECTION_12: Final = "GBCS v0.8.1, section 12 (read)"
_DEVICES: Final = "GBCS v0.8.1, section 12, Device Certificates (read)"
_PUBLISHED: Final = "published DCC test certificates (observed)"
_APPENDIX_F: Final = "SEC Appendix M v8.0, Appendix F (read)"
_APPENDIX_G: Final = "SEC Appendix M v8.0, Appendix G (read)"

SMKI_RULES: Final = (
    Rule(
        "SMKI-KEY-01",
        Severity.ERROR,
        "The key is an uncompressed point on P-256.",
        _SECTION_12,
        lambda exhibit: key_wrong(exhibit.certificate),
        applies=of_kinds(BY_GBCS),
    ),
    Rule(
        "SMKI-KEY-02",
        Severity.ERROR,
        "An IKI client's key is an RSA key of 2048 bits.",
        _APPENDIX_G,
        lambda exhibit: client_key_wrong(exhibit.certificate),
        applies=_only(SmkiKind.IKI_CLIENT),
    ),
    Rule(
        "SMKI-SIGALG-01",
        Severity.ERROR,
        "Both signature algorithms are ECDSA with SHA-256.",
        _SECTION_12,
        _signature,
        applies=of_kinds(BY_GBCS),
    ),
    Rule(
        "SMKI-SERIAL-01",
        Severity.ERROR,
        "The serial number is positive and takes at most 16 octets.",
        f"{_PUBLISHED}, none of more than 16 octets",
        _serial,
        applies=of_kinds(BY_GBCS),
    ),
    Rule(
        "SMKI-NAME-01",
        Severity.ERROR,
        "A device's subject is empty.",
        _DEVICES,
        lambda exhibit: subject_wrong(exhibit.certificate),
        applies=_only(SmkiKind.DEVICE),
    ),
    Rule(
        "SMKI-NAME-02",
        Severity.ERROR,
        "An organisation is named by one unique identifier, a BIT STRING of 64 bits.",
        f"{_APPENDIX_F}; {_PUBLISHED}",
        lambda exhibit: identifier_wrong(exhibit.certificate),
        applies=_only(SmkiKind.ORGANISATION),
    ),
    Rule(
        "SMKI-ROLE-01",
        Severity.ERROR,
        "An organisation has one remote party role, and never 00 or 07, which are the "
        "CAs'.",
        f"DCC's gbcs-parser, RemotePartyRole (read); {_APPENDIX_F}",
        lambda exhibit: role_wrong(exhibit.certificate),
        applies=_only(SmkiKind.ORGANISATION),
    ),
    Rule(
        "SMKI-ROLE-02",
        Severity.ERROR,
        "An organisation's remote party role is a known one, or one that its profile "
        "states.",
        f"DCC's gbcs-parser, RemotePartyRole (read); {_PUBLISHED}",
        lambda exhibit: role_unknown(exhibit.certificate, exhibit.profile),
        applies=_only(SmkiKind.ORGANISATION),
    ),
    Rule(
        "SMKI-ROLE-03",
        Severity.ERROR,
        "The Root OCA has the remote party role 00, and an Issuing OCA 07.",
        f"DCC's gbcs-parser, RemotePartyRole (read); {_PUBLISHED}",
        lambda exhibit: ca_role_wrong(exhibit.certificate, exhibit.profile),
        applies=of_kinds(frozenset(CA_ROLES)),
    ),
    Rule(
        "SMKI-VALIDITY-01",
        Severity.ERROR,
        "A device's certificate ends at 99991231235959Z.",
        _DEVICES,
        _end,
        applies=_only(SmkiKind.DEVICE),
    ),
    Rule(
        "SMKI-KU-01",
        Severity.ERROR,
        "An organisation's or device's keyUsage is critical, and digitalSignature or "
        "keyAgreement alone.",
        f"{_DEVICES}; {_APPENDIX_F}; {_PUBLISHED}",
        lambda exhibit: usage_wrong(exhibit.certificate),
        applies=of_kinds(_PARTIES),
    ),
    Rule(
        "SMKI-KU-02",
        Severity.ERROR,
        "An Issuing OCA's keyUsage is critical, and keyCertSign and cRLSign alone.",
        f"{_SECTION_12}; {_PUBLISHED}",
        _issuing_usage,
        applies=_only(SmkiKind.ISSUING_OCA),
    ),
    Rule(
        "SMKI-KU-03",
        Severity.ERROR,
        "keyUsage of any other CA is there and critical.",
        _SECTION_12,
        _critical_usage,
        applies=of_kinds(_OTHER_CAS),
    ),
    Rule(
        "SMKI-KU-04",
        Severity.ERROR,
        "An IKI client's keyUsage is critical, and digitalSignature alone.",
        _APPENDIX_G,
        lambda exhibit: client_usage_wrong(exhibit.certificate),
        applies=_only(SmkiKind.IKI_CLIENT),
    ),
    Rule(
        "SMKI-BC-01",
        Severity.ERROR,
        "An organisation or a device is no CA.",
        _PUBLISHED,
        _no_ca,
        applies=of_kinds(_PARTIES),
    ),
    Rule(
        "SMKI-BC-02",
        Severity.ERROR,
        "An Issuing OCA's basicConstraints is critical, with CA TRUE and a path length "
        "of 0.",
        _PUBLISHED,
        _no_ca_below,
        applies=_only(SmkiKind.ISSUING_OCA),
    ),
    Rule(
        "SMKI-SKI-01",
        Severity.ERROR,
        "subjectKeyIdentifier is non-critical and derived by method (2): 0100 and 60 "
        "bits.",
        _SECTION_12,
        _subject_key,
        applies=of_kinds(BY_GBCS),
    ),
    Rule(
        "SMKI-AKI-01",
        Severity.ERROR,
        "authorityKeyIdentifier of all but the Root OCA and the Root DCA is there, "
        "non-critical, and holds the issuer's key identifier by method (2) alone.",
        _SECTION_12,
        _authority_key,
        applies=of_kinds(BY_GBCS - _ROOTS),
    ),
    Rule(
        "SMKI-POLICY-01",
        Severity.ERROR,
        "certificatePolicies is there, critical, and holds at least one policy.",
        _SECTION_12,
        _policies,
        applies=of_kinds(BY_GBCS),
    ),
    Rule(
        "SMKI-POLICY-02",
        Severity.ERROR,
        "An organisation's, a device's or an Issuing OCA's certificate has one policy.",
        f"{_DEVICES}; {_PUBLISHED}",
        _one_policy,
        applies=of_kinds(_SEEN),
    ),
    Rule(
        "SMKI-SAN-01",
        Severity.ERROR,
        "A device's subjectAltName is critical, and one HardwareModuleName with an "
        "identifier of 64 bits.",
        _DEVICES,
        lambda exhibit: module_wrong(exhibit.certificate),
        applies=_only(SmkiKind.DEVICE),
    ),
    Rule(
        "SMKI-EXT-01",
        Severity.ERROR,
        "An organisation's, a device's or an Issuing OCA's certificate has no "
        "extendedKeyUsage, cRLDistributionPoints or authorityInfoAccess.",
        _PUBLISHED,
        _never,
        applies=of_kinds(_SEEN),
    ),
)
"""Every rule of the SMKI, in the order in which findings are given."""
