"""The lint rules about a certificate's own fields; see docs/rules-pki.md."""

from __future__ import annotations

from datetime import MAXYEAR
from typing import Final

from ceremony.pki.finding import Severity
from ceremony.pki.order import validity
from ceremony.pki.rule import Exhibit, Rule

# DER of AlgorithmIdentifier ecdsa-with-SHA256, parameters absent (RFC 5758, 3.2).
_ECDSA_SHA256: Final = bytes.fromhex("300a06082a8648ce3d040302")
_EC_KEY: Final = "1.2.840.10045.2.1"
# DER of OBJECT IDENTIFIER prime256v1, 1.2.840.10045.3.1.7 (RFC 5480, 2.1.1.1).
_P256: Final = bytes.fromhex("06082a8648ce3d030107")
_UNCOMPRESSED: Final = b"\x04"
_P256_POINT_OCTETS: Final = 65
_OU: Final = "2.5.4.11"
_CN: Final = "2.5.4.3"
_LAST_UTC_YEAR: Final = 2049
_V3: Final = 3


def _version(exhibit: Exhibit) -> str:
    version = exhibit.certificate.version
    return "" if version == _V3 else f"it is version {version}"


def _serial(exhibit: Exhibit) -> str:
    raw, want = exhibit.certificate, exhibit.profile.serial_octets
    if raw.serial > 0 and raw.serial_octets == want:
        return ""
    return f"it is {raw.serial} and takes {raw.serial_octets} octets, not {want}"


def _signature_algorithm(exhibit: Exhibit) -> str:
    raw = exhibit.certificate
    if raw.inner_signature == raw.outer_signature == _ECDSA_SHA256:
        return ""
    return f"they are {raw.inner_signature.hex()} and {raw.outer_signature.hex()}"


def _subject(exhibit: Exhibit) -> str:
    attributes = exhibit.certificate.subject_attributes
    shape = [(item.rdn, item.oid, item.kind) for item in attributes]
    wanted = [(0, _OU, "PrintableString"), (1, _CN, "PrintableString")]
    if shape != wanted:
        found = ", ".join(f"{item.oid} as {item.kind}" for item in attributes)
        return f"it holds {found or 'nothing'}"
    role, name = (item.value for item in attributes)
    if role != exhibit.profile.subject_ou:
        return f"the role code is {role!r}, not {exhibit.profile.subject_ou!r}"
    return "" if name.strip() else "the common name is empty"


def _issuer_name(exhibit: Exhibit) -> str:
    expected = exhibit.issuer or exhibit.certificate
    if exhibit.certificate.issuer == expected.subject:
        return ""
    return f"it is {exhibit.certificate.issuer.hex()}, not {expected.subject.hex()}"


def _validity(exhibit: Exhibit) -> str:
    raw, years = exhibit.certificate, exhibit.profile.validity_years
    first, last = raw.not_before.moment, raw.not_after.moment
    if first.year + years > MAXYEAR:
        return f"it begins in {first.year}"
    if (first, last) == validity(first.date(), years):
        return ""
    return f"it runs from {first:%Y-%m-%d %H:%M:%S} to {last:%Y-%m-%d %H:%M:%S}"


def _within_issuer(exhibit: Exhibit) -> str:
    issuer, raw = exhibit.issuer, exhibit.certificate
    if issuer is None:
        return ""
    if raw.not_before.moment < issuer.not_before.moment:
        return f"the issuer is valid only from {issuer.not_before.moment:%Y-%m-%d}"
    if raw.not_after.moment > issuer.not_after.moment:
        return f"the issuer is valid only until {issuer.not_after.moment:%Y-%m-%d}"
    return ""


def _time_encoding(exhibit: Exhibit) -> str:
    raw = exhibit.certificate
    wrong = [
        f"{time.text} is a {time.kind}"
        for time in (raw.not_before, raw.not_after)
        if (time.kind == "UTCTime") != (time.moment.year <= _LAST_UTC_YEAR)
    ]
    return ", ".join(wrong)


def _key_algorithm(exhibit: Exhibit) -> str:
    oid = exhibit.certificate.key_oid
    return "" if oid == _EC_KEY else f"it is of the kind {oid}"


def _curve(exhibit: Exhibit) -> str:
    raw = exhibit.certificate
    if raw.key_oid != _EC_KEY or raw.key_parameters == _P256:
        return ""
    return f"the parameters are {raw.key_parameters.hex()}"


def _point(exhibit: Exhibit) -> str:
    raw = exhibit.certificate
    if raw.key_oid != _EC_KEY or raw.key_parameters != _P256:
        return ""
    if raw.key_bits[:1] == _UNCOMPRESSED and len(raw.key_bits) == _P256_POINT_OCTETS:
        return ""
    return f"the point takes {len(raw.key_bits)} octets"


def _unique_ids(exhibit: Exhibit) -> str:
    return "one is there" if exhibit.certificate.has_unique_ids else ""


FIELD_RULES: Final = (
    Rule(
        "PKI-VERSION-01",
        Severity.ERROR,
        "The certificate is of X.509 version 3.",
        "RFC 5280, section 4.1.2.1; GBCS v0.8.1, section 12",
        _version,
    ),
    Rule(
        "PKI-SERIAL-01",
        Severity.ERROR,
        "The serial number is positive and takes as many octets as the profile says.",
        "RFC 5280, section 4.1.2.2; length observed in published certificates",
        _serial,
    ),
    Rule(
        "PKI-SIGALG-01",
        Severity.ERROR,
        "Both signature algorithms are ecdsa-with-SHA256 without parameters.",
        "RFC 5758, section 3.2; RFC 5280, section 4.1.1.2; GBCS v0.8.1, section 12",
        _signature_algorithm,
    ),
    Rule(
        "PKI-NAME-01",
        Severity.ERROR,
        "The subject is the profile's role code as OU and then one CN, both "
        "PrintableString.",
        "observed in published certificates",
        _subject,
    ),
    Rule(
        "PKI-NAME-02",
        Severity.ERROR,
        "The issuer's name equals the subject of the issuer's certificate, byte for "
        "byte.",
        "RFC 5280, sections 4.1.2.4 and 6.1.3 (a)(4)",
        _issuer_name,
    ),
    Rule(
        "PKI-VALIDITY-01",
        Severity.ERROR,
        "The validity runs from midnight for the profile's calendar years, less one "
        "second.",
        "observed in published certificates; years as the profile says",
        _validity,
    ),
    Rule(
        "PKI-VALIDITY-02",
        Severity.ERROR,
        "The validity lies within the issuer's.",
        "RFC 5280, section 6.1.3 (a)(2): each certificate of a path has to be valid",
        _within_issuer,
    ),
    Rule(
        "PKI-VALIDITY-03",
        Severity.ERROR,
        "Times until 2049 are UTCTime, and later ones GeneralizedTime.",
        "RFC 5280, section 4.1.2.5",
        _time_encoding,
    ),
    Rule(
        "PKI-KEY-01",
        Severity.ERROR,
        "The subject's key is of the kind id-ecPublicKey.",
        "RFC 5480, section 2.1.1; GBCS v0.8.1, section 12",
        _key_algorithm,
    ),
    Rule(
        "PKI-CURVE-01",
        Severity.ERROR,
        "The subject's key names the curve P-256.",
        "RFC 5480, section 2.1.1.1; GBCS v0.8.1, section 12",
        _curve,
    ),
    Rule(
        "PKI-POINT-01",
        Severity.ERROR,
        "The subject's key is an uncompressed point.",
        "RFC 5480, section 2.2; GBCS v0.8.1, section 12",
        _point,
    ),
    Rule(
        "PKI-UNIQUE-01",
        Severity.ERROR,
        "There is no issuer or subject unique identifier.",
        "RFC 5280, section 4.1.2.8",
        _unique_ids,
    ),
)
