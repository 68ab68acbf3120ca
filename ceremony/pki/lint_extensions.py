"""The lint rules about a certificate's extensions; see docs/rules-pki.md.

Each profile fixes an extension's DER to the last bit, so that a rule compares bytes
and nothing that a lenient reader forgives goes unseen.
"""

from __future__ import annotations

from typing import Final

from cryptography import x509

from ceremony.pki.certificate import key_identifier
from ceremony.pki.finding import Severity
from ceremony.pki.order import encode_key_usage
from ceremony.pki.rule import Exhibit, Rule

_SKI: Final = "2.5.29.14"
_KEY_USAGE: Final = "2.5.29.15"
_BASIC_CONSTRAINTS: Final = "2.5.29.19"
_POLICIES: Final = "2.5.29.32"
_AKI: Final = "2.5.29.35"
_KNOWN: Final = (_SKI, _KEY_USAGE, _BASIC_CONSTRAINTS, _POLICIES, _AKI)


def _key_usage(exhibit: Exhibit) -> str:
    wanted = encode_key_usage(exhibit.profile.key_usage).public_bytes()
    return _differs(exhibit, _KEY_USAGE, f"critical {wanted.hex()}")


def _basic_constraints(exhibit: Exhibit) -> str:
    wanted = x509.BasicConstraints(ca=True, path_length=exhibit.profile.path_length)
    return _differs(
        exhibit, _BASIC_CONSTRAINTS, f"critical {wanted.public_bytes().hex()}"
    )


def _policies(exhibit: Exhibit) -> str:
    wanted = x509.CertificatePolicies(
        x509.PolicyInformation(x509.ObjectIdentifier(oid), None)
        for oid in exhibit.profile.policies
    )
    return _differs(exhibit, _POLICIES, f"critical {wanted.public_bytes().hex()}")


def _subject_key_identifier(exhibit: Exhibit) -> str:
    wanted = key_identifier(exhibit.certificate.spki)
    # OCTET STRING of 8 octets.
    return _differs(exhibit, _SKI, f"non-critical 0408{wanted.hex()}")


def _authority_key_identifier(exhibit: Exhibit) -> str:
    if exhibit.issuer is None:
        return _differs(exhibit, _AKI, "absent")
    wanted = key_identifier(exhibit.issuer.spki)
    # SEQUENCE of one [0] IMPLICIT OCTET STRING of 8 octets.
    return _differs(exhibit, _AKI, f"non-critical 300a8008{wanted.hex()}")


def _other_extensions(exhibit: Exhibit) -> str:
    others = [
        ext.oid for ext in exhibit.certificate.extensions if ext.oid not in _KNOWN
    ]
    return f"it also holds {', '.join(others)}" if others else ""


def _issuer_may_sign(exhibit: Exhibit) -> str:
    if exhibit.issuer is None:
        return ""
    values = {ext.oid: ext.value for ext in exhibit.issuer.extensions}
    constraints = values.get(_BASIC_CONSTRAINTS, b"")
    if constraints not in _CA_VALUES:
        return "the issuer's basicConstraints do not let it sign a CA certificate"
    usage = values.get(_KEY_USAGE, b"")
    if len(usage) < _KEY_USAGE_OCTETS or not usage[3] & _KEY_CERT_SIGN:
        return "the issuer's keyUsage lacks keyCertSign"
    return ""


def _differs(exhibit: Exhibit, oid: str, wanted: str) -> str:
    found = exhibit.value(oid)
    return "" if found == wanted else f"it is {found}, not {wanted}"


# A CA below which a CA may follow: no path length, or one from 1 to 9.
_CA_VALUES: Final = frozenset(
    x509.BasicConstraints(ca=True, path_length=length).public_bytes()
    for length in (None, *range(1, 10))
)
# BIT STRING: tag, length, unused bits, then the first eight usages.
_KEY_USAGE_OCTETS: Final = 4
_KEY_CERT_SIGN: Final = 0x04

EXTENSION_RULES: Final = (
    Rule(
        "PKI-KU-01",
        Severity.ERROR,
        "keyUsage is critical and holds exactly the profile's usages.",
        "RFC 5280, section 4.2.1.3; RFC 5759, section 3.2.3; GBCS v0.8.1, section 12",
        _key_usage,
    ),
    Rule(
        "PKI-BC-01",
        Severity.ERROR,
        "basicConstraints is critical and holds CA TRUE with the profile's path "
        "length.",
        "RFC 5280, section 4.2.1.9; observed in published certificates",
        _basic_constraints,
    ),
    Rule(
        "PKI-POLICY-01",
        Severity.ERROR,
        "certificatePolicies is critical and holds exactly the profile's OIDs, "
        "without qualifiers.",
        "RFC 5280, section 4.2.1.4; GBCS v0.8.1, section 12",
        _policies,
    ),
    Rule(
        "PKI-SKI-01",
        Severity.ERROR,
        "subjectKeyIdentifier is non-critical and derived from the key by method (2).",
        "RFC 5280, section 4.2.1.2; GBCS v0.8.1, section 12",
        _subject_key_identifier,
    ),
    Rule(
        "PKI-AKI-01",
        Severity.ERROR,
        "authorityKeyIdentifier is non-critical and holds the issuer's key identifier "
        "alone; a self-signed certificate has none.",
        "RFC 5280, section 4.2.1.1; GBCS v0.8.1, section 12",
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
        "The issuer is a CA that may sign certificates of CAs.",
        "RFC 5280, section 6.1.4 (k), (m) and (n)",
        _issuer_may_sign,
    ),
)
