"""The lint rules about a certificate's own fields; see docs/rules-pki.md."""

from __future__ import annotations

from datetime import MAXYEAR
from typing import Final

from ceremony.hexadecimal import serial_text
from ceremony.pki.der import RawCertificate, RawKey
from ceremony.pki.finding import Severity
from ceremony.pki.found_words import algorithms_words, name_differs_words
from ceremony.pki.key_form import (
    SIGNATURES,
    curve_named,
    is_ec,
    is_rsa,
    kind_differs,
    modulus_differs,
    parameters_differ,
    point_differs,
    signature_of,
    weakness,
)
from ceremony.pki.lint_name import name_differs, text_differs
from ceremony.pki.order import term
from ceremony.pki.request_form import fit_signatures
from ceremony.pki.rule import Exhibit, Rule

LAST_UTC_YEAR: Final = 2049
"""RFC 5280, sections 4.1.2.5 and 5.1.2.4."""

_V3: Final = 3


def _version(exhibit: Exhibit) -> str:
    version = exhibit.certificate.version
    return "" if version == _V3 else f"it is version {version}"


def _serial(exhibit: Exhibit) -> str:
    raw, want = exhibit.certificate, exhibit.profile.serial_octets
    if raw.serial > 0 and raw.serial_octets == want:
        return ""
    told = f"it is {serial_text(raw.serial)} and takes {raw.serial_octets} octets"
    return f"{told}, not {want}"


def _signature_algorithm(exhibit: Exhibit) -> str:
    raw = exhibit.certificate
    wanted = bytes.fromhex(SIGNATURES[exhibit.profile.signature])
    if raw.inner_signature == raw.outer_signature == wanted:
        return ""
    told = algorithms_words(raw.inner_signature, raw.outer_signature)
    return f"{told}, and not {exhibit.profile.signature.called}"


def _digest(exhibit: Exhibit) -> str:
    signature = signature_of(exhibit.certificate.inner_signature)
    if signature is None or not signature.startswith("ecdsa-"):
        return ""
    curve = curve_named(_key(exhibit.issuer or exhibit.certificate))
    if curve is None:
        return "the key that signs is on none of these curves"
    if signature in fit_signatures(curve):
        return ""
    return f"the key that signs is {curve.called}, the signature {signature.called}"


def _subject(exhibit: Exhibit) -> str:
    found, parts = exhibit.certificate.subject_attributes, exhibit.profile.subject
    return name_differs(found, parts) or text_differs(found, parts)


def _issuer_name(exhibit: Exhibit) -> str:
    expected = exhibit.issuer or exhibit.certificate
    return name_differs_words(exhibit.certificate.issuer, expected.subject)


def _validity(exhibit: Exhibit) -> str:
    raw, validity = exhibit.certificate, exhibit.profile.validity
    first, last = raw.not_before.moment, raw.not_after.moment
    if first.year + max(validity.years, validity.days // 365) > MAXYEAR - 1:
        return f"it begins in {first.year}"
    if (first, last) == term(first.date(), validity):
        return ""
    return f"it runs from {first:%Y-%m-%d %H:%M:%S} to {last:%Y-%m-%d %H:%M:%S}"


def _within_issuer(exhibit: Exhibit) -> str:
    issuer, raw = exhibit.issuer, exhibit.certificate
    if issuer is None:
        return ""
    # What has no well-defined end is trusted for as long as its issuer is.
    open_ended = not exhibit.profile.validity.has_end
    if raw.not_before.moment < issuer.not_before.moment:
        return f"the issuer is valid only from {issuer.not_before.moment:%Y-%m-%d}"
    if raw.not_after.moment > issuer.not_after.moment and not open_ended:
        return f"the issuer is valid only until {issuer.not_after.moment:%Y-%m-%d}"
    return ""


def _time_encoding(exhibit: Exhibit) -> str:
    raw = exhibit.certificate
    wrong = [
        f"{time.text} is a {time.kind}"
        for time in (raw.not_before, raw.not_after)
        if (time.kind == "UTCTime") != (time.moment.year <= LAST_UTC_YEAR)
    ]
    return ", ".join(wrong)


def _key(raw: RawCertificate) -> RawKey:
    return RawKey(raw.key_oid, raw.key_parameters, raw.key_bits)


def _key_algorithm(exhibit: Exhibit) -> str:
    return kind_differs(_key(exhibit.certificate), exhibit.profile.key)


def _key_parameters(exhibit: Exhibit) -> str:
    return parameters_differ(_key(exhibit.certificate), exhibit.profile.key)


def _point(exhibit: Exhibit) -> str:
    return point_differs(_key(exhibit.certificate), exhibit.profile.key)


def _modulus(exhibit: Exhibit) -> str:
    return modulus_differs(_key(exhibit.certificate), exhibit.profile.key)


def _weakness(exhibit: Exhibit) -> str:
    return weakness(_key(exhibit.certificate))


def _unique_ids(exhibit: Exhibit) -> str:
    return "one is there" if any(exhibit.certificate.unique_ids) else ""


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
        "Both signature algorithms are the profile's, with the parameters of its kind.",
        "RFC 5758, section 3.2; RFC 4055, sections 3 and 5; RFC 8410, section 3; RFC "
        "5280, section 4.1.1.2; GBCS v0.8.1, section 12",
        _signature_algorithm,
    ),
    Rule(
        "PKI-SIGALG-02",
        Severity.ERROR,
        "An ECDSA signature is by a key on P-256 with SHA-256, on P-384 with SHA-384, "
        "or on P-521 with SHA-512.",
        "CA/Browser Forum TLS Baseline Requirements, section 7.1.3.2.2",
        _digest,
        applies=lambda profile: profile.baseline is not None,
    ),
    Rule(
        "PKI-NAME-01",
        Severity.ERROR,
        "The subject's name has the profile's attributes in their order, each alone, "
        "of its string type and of a text that an order may give.",
        "RFC 5280, section 4.1.2.6 and appendix A.1; X.680, section 41.4; GBCS v0.8.1, "
        "section 12; observed in published certificates",
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
        "The validity runs from midnight for the profile's years or days, less one "
        "second, or has no well-defined end where the profile says so.",
        "RFC 5280, section 4.1.2.5; observed in published certificates",
        _validity,
    ),
    Rule(
        "PKI-VALIDITY-02",
        Severity.ERROR,
        "The validity lies within the issuer's, or has no well-defined end by the "
        "profile.",
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
        "The subject's key is of the profile's kind.",
        "RFC 5480, section 2.1.1; RFC 3279, section 2.3.1; RFC 8410, section 3; GBCS "
        "v0.8.1, section 12",
        _key_algorithm,
    ),
    Rule(
        "PKI-CURVE-01",
        Severity.ERROR,
        "The subject's key names the profile's curve; an RSA key has NULL there, an "
        "Ed25519 key nothing.",
        "RFC 5480, section 2.1.1.1; RFC 3279, section 2.3.1; RFC 8410, section 3; GBCS "
        "v0.8.1, section 12",
        _key_parameters,
    ),
    Rule(
        "PKI-POINT-01",
        Severity.ERROR,
        "The subject's key is an uncompressed point of its curve.",
        "RFC 5480, section 2.2; GBCS v0.8.1, section 12",
        _point,
        applies=lambda profile: is_ec(profile.key),
    ),
    Rule(
        "PKI-RSA-01",
        Severity.ERROR,
        "The modulus has the profile's number of bits and the exponent is 65537.",
        "FIPS 186-5, section 5.1 and appendix A.1.1; CA/Browser Forum Baseline "
        "Requirements, sections 6.1.5 and 6.1.6",
        _modulus,
        applies=lambda profile: is_rsa(profile.key),
    ),
    Rule(
        "PKI-KEY-02",
        Severity.ERROR,
        "Nobody can sign by the subject's key without its private half: an Ed25519 key "
        "is a point in its one encoding and not of small order; an RSA modulus has no "
        "prime factor below 16384 and none that 100 rounds of Fermat's method find, "
        "which find a square.",
        "RFC 8032, section 5.1.3; this tool's own for points of small order; NIST SP "
        "800-89, section 5.3.3; CA/Browser Forum TLS Baseline Requirements, sections "
        "6.1.1.3 and 6.1.6",
        _weakness,
        applies=lambda profile: not is_ec(profile.key),
    ),
    Rule(
        "PKI-UNIQUE-01",
        Severity.ERROR,
        "There is no issuer or subject unique identifier.",
        "RFC 5280, section 4.1.2.8",
        _unique_ids,
    ),
)
