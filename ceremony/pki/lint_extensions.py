"""The lint rules about a certificate's extensions; see docs/rules-pki.md.

A profile fixes most extensions' DER to the last bit, so that a rule compares bytes and
nothing that a lenient reader forgives goes unseen. What the order gives is held to its
form by ``lint_given``.
"""

from __future__ import annotations

from typing import Final

from ceremony.pki.certificate import key_identifier
from ceremony.pki.der import RawCertificate
from ceremony.pki.der_extension import read_basic_constraints
from ceremony.pki.extension import APEX_KEY, fixed_extensions
from ceremony.pki.fact import AuthorityKey, Presence
from ceremony.pki.finding import Severity
from ceremony.pki.found_words import extension_differs
from ceremony.pki.lint_given import (
    ACCESS,
    CRL_POINTS,
    SAN,
    access_wrong,
    alternative_name_wrong,
    apex_key_wrong,
    crl_points_wrong,
    has_access,
    may_hold_urls,
    secured_url,
)
from ceremony.pki.oid_name import name_oid
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.rule import Exhibit, Rule

_SKI: Final = "2.5.29.14"
_KEY_USAGE: Final = "2.5.29.15"
_BASIC_CONSTRAINTS: Final = "2.5.29.19"
_NAME_CONSTRAINTS: Final = "2.5.29.30"
_POLICIES: Final = "2.5.29.32"
_AKI: Final = "2.5.29.35"
_PURPOSES: Final = "2.5.29.37"
_NO_CHECK: Final = "1.3.6.1.5.5.7.48.1.5"


def _fixed(exhibit: Exhibit, oid: str) -> str:
    """Compare an extension that the profile fixes, or its absence."""
    wanted = "absent"
    for extension, critical in fixed_extensions(exhibit.profile):
        if extension.oid.dotted_string == oid:
            word = "critical" if critical else "non-critical"
            wanted = f"{word} {extension.public_bytes().hex()}"
    return _differs(exhibit, oid, wanted)


def _key_usage(exhibit: Exhibit) -> str:
    return _fixed(exhibit, _KEY_USAGE)


def _basic_constraints(exhibit: Exhibit) -> str:
    return _fixed(exhibit, _BASIC_CONSTRAINTS)


def _policies(exhibit: Exhibit) -> str:
    return _fixed(exhibit, _POLICIES)


def _purposes(exhibit: Exhibit) -> str:
    return _fixed(exhibit, _PURPOSES)


def _name_constraints(exhibit: Exhibit) -> str:
    return _fixed(exhibit, _NAME_CONSTRAINTS)


def _no_check(exhibit: Exhibit) -> str:
    return _fixed(exhibit, _NO_CHECK)


def _subject_key_identifier(exhibit: Exhibit) -> str:
    method = exhibit.profile.key_identifier
    wanted = key_identifier(exhibit.certificate.spki, method)
    return _differs(exhibit, _SKI, f"non-critical 04{len(wanted):02x}{wanted.hex()}")


def _authority_key_identifier(exhibit: Exhibit) -> str:
    issuer = exhibit.issuer
    if issuer is None:
        if exhibit.profile.authority_key is AuthorityKey.ABSENT:
            return _differs(exhibit, _AKI, "absent")
        issuer = exhibit.certificate
    told = [ext.value[2:] for ext in issuer.extensions if ext.oid == _SKI]
    method = exhibit.profile.key_identifier
    wanted = told[0] if told else key_identifier(issuer.spki, method)
    # SEQUENCE of one [0] IMPLICIT OCTET STRING.
    size = len(wanted)
    return _differs(
        exhibit, _AKI, f"non-critical 30{size + 2:02x}80{size:02x}{wanted.hex()}"
    )


def _known(profile: CertificateProfile) -> frozenset[str]:
    """Give the extensions that a profile has a rule of its own for."""
    given = (
        (profile.alternative_name is not None, SAN),
        (profile.apex_key is not Presence.ABSENT, APEX_KEY),
        (profile.crl_urls is not Presence.ABSENT, CRL_POINTS),
        (has_access(profile), ACCESS),
        (bool(profile.purposes), _PURPOSES),
        (bool(profile.permitted), _NAME_CONSTRAINTS),
        (profile.no_check, _NO_CHECK),
    )
    always = (_SKI, _KEY_USAGE, _BASIC_CONSTRAINTS, _POLICIES, _AKI)
    return frozenset((*always, *(oid for holds, oid in given if holds)))


def _other_extensions(exhibit: Exhibit) -> str:
    known = _known(exhibit.profile)
    others = [ext.oid for ext in exhibit.certificate.extensions if ext.oid not in known]
    return f"it also holds {', '.join(map(name_oid, others))}" if others else ""


def _issuer_may_sign(exhibit: Exhibit) -> str:
    return "" if exhibit.issuer is None else unfit(exhibit.issuer, exhibit.profile)


def unfit(issuer: RawCertificate, profile: CertificateProfile) -> str:
    """Say what keeps an issuer from signing certificates of a profile; else nothing."""
    values = {ext.oid: ext.value for ext in issuer.extensions}
    is_ca, most = read_basic_constraints(values.get(_BASIC_CONSTRAINTS, b""))
    if not is_ca or (profile.is_ca and most == 0):
        return "the issuer's basicConstraints do not let it sign such a certificate"
    usage = values.get(_KEY_USAGE, b"")
    if len(usage) < _KEY_USAGE_OCTETS or not usage[3] & _KEY_CERT_SIGN:
        return "the issuer's keyUsage lacks keyCertSign"
    return ""


def _differs(exhibit: Exhibit, oid: str, wanted: str) -> str:
    return extension_differs(oid, exhibit.value(oid), wanted)


# BIT STRING: tag, length, unused bits, then the first eight usages.
_KEY_USAGE_OCTETS: Final = 4
_KEY_CERT_SIGN: Final = 0x04

EXTENSION_RULES: Final = (
    Rule(
        "PKI-KU-01",
        Severity.ERROR,
        "keyUsage is critical and holds exactly the profile's usages.",
        "RFC 5280, section 4.2.1.3 (critical is a SHOULD there, and a MUST of this "
        "tool's own); RFC 5759, sections 4.5.1 to 4.5.3; GBCS v0.8.1, section 12",
        _key_usage,
    ),
    Rule(
        "PKI-BC-01",
        Severity.ERROR,
        "basicConstraints is critical and holds CA TRUE with the profile's path "
        "length; a certificate that is not a CA's has none, or one that says so.",
        "RFC 5280, section 4.2.1.9; observed in published certificates",
        _basic_constraints,
    ),
    Rule(
        "PKI-POLICY-01",
        Severity.ERROR,
        "certificatePolicies is as critical as the profile says and holds exactly its "
        "OIDs, without qualifiers.",
        "RFC 5280, section 4.2.1.4; GBCS v0.8.1, section 12",
        _policies,
    ),
    Rule(
        "PKI-SKI-01",
        Severity.ERROR,
        "subjectKeyIdentifier is non-critical and derived from the key by the "
        "profile's method.",
        "RFC 5280, section 4.2.1.2; GBCS v0.8.1, section 12",
        _subject_key_identifier,
    ),
    Rule(
        "PKI-AKI-01",
        Severity.ERROR,
        "authorityKeyIdentifier is non-critical and holds the issuer's key identifier "
        "alone; a self-signed certificate has none, or its own where the profile says "
        "so.",
        "RFC 5280, section 4.2.1.1, by which a self-signed one may go without; GBCS "
        "v0.8.1, section 12, but for a Root DCA's; that one has none where its profile "
        "says nothing is this tool's own",
        _authority_key_identifier,
    ),
    Rule(
        "PKI-EXT-01",
        Severity.ERROR,
        "There is no other extension.",
        "recalled from Annex B of the SMKI Organisation Certificate Policy "
        "(unverified); agrees with published certificates",
        _other_extensions,
    ),
    Rule(
        "PKI-ISSUER-01",
        Severity.ERROR,
        "The issuer is a CA that may sign such a certificate.",
        "RFC 5280, section 6.1.4 (k), (m) and (n)",
        _issuer_may_sign,
    ),
    Rule(
        "PKI-EKU-01",
        Severity.ERROR,
        "extendedKeyUsage is as critical as the profile says and holds exactly its "
        "purposes.",
        "RFC 5280, section 4.2.1.12; RFC 3161, section 2.3, for timestamping",
        _purposes,
        applies=lambda profile: bool(profile.purposes),
    ),
    Rule(
        "PKI-SAN-01",
        Severity.ERROR,
        "subjectAltName is there, as critical as the profile says, and holds what the "
        "profile says; given names are such as an order may give.",
        "RFC 5280, section 4.2.1.6; RFC 1034, section 3.5; RFC 4108, section 5; this "
        "tool's own for how an order writes a name; GBCS v0.8.1, section 12",
        alternative_name_wrong,
        applies=lambda profile: profile.alternative_name is not None,
    ),
    Rule(
        "PKI-NC-01",
        Severity.ERROR,
        "nameConstraints is critical and permits exactly the profile's names.",
        "RFC 5280, section 4.2.1.10",
        _name_constraints,
        applies=lambda profile: bool(profile.permitted),
    ),
    Rule(
        "PKI-CDP-01",
        Severity.ERROR,
        "cRLDistributionPoints is non-critical and there where the profile requires "
        "it, and holds nothing but URLs such as an order may give: no reasons, and no "
        "cRLIssuer.",
        "RFC 5280, section 4.2.1.13 (non-critical is a SHOULD there, and a MUST of "
        "this tool's own); this tool's own for how an order writes a URL",
        crl_points_wrong,
        applies=lambda profile: profile.crl_urls is not Presence.ABSENT,
    ),
    Rule(
        "PKI-AIA-01",
        Severity.ERROR,
        "authorityInfoAccess is non-critical and names what the profile requires and "
        "nothing else, by URLs such as an order may give.",
        "RFC 5280, section 4.2.2.1; this tool's own for how an order writes a URL",
        access_wrong,
        applies=has_access,
    ),
    Rule(
        "PKI-URL-01",
        Severity.WARNING,
        "A URL in cRLDistributionPoints or authorityInfoAccess begins with http://: by "
        "https:// a server's certificate has to be validated first, perhaps with what "
        "the URL points to.",
        "RFC 5280, section 8",
        secured_url,
        applies=may_hold_urls,
    ),
    Rule(
        "PKI-APEX-01",
        Severity.ERROR,
        "The wrapped apex contingency key is non-critical, well formed, and there "
        "where the profile requires it.",
        "RFC 5934, appendix A; SEC, section L10.30 (e)",
        apex_key_wrong,
        applies=lambda profile: profile.apex_key is not Presence.ABSENT,
    ),
    Rule(
        "PKI-NOCHECK-01",
        Severity.ERROR,
        "id-pkix-ocsp-nocheck is non-critical and NULL.",
        "RFC 6960, section 4.2.2.2.1 (non-critical is a SHOULD there, and a MUST of "
        "this tool's own)",
        _no_check,
        applies=lambda profile: profile.no_check,
    ),
)
