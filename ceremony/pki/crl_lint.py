"""Holding a revocation list against its profile, rule by rule; see docs/rules-pki.md.

The rules look at the encoding, the profile and the issuer's encoding, never at the
signature's value, so that a list signed with a throw-away key is judged like the real
one. Every rule is asked, and all findings are given.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony.errors import InputError
from ceremony.hexadecimal import serial_text
from ceremony.pki.certificate import key_identifier
from ceremony.pki.crl_der import RawEntry, decode_raw_crl
from ceremony.pki.crl_order import update_term
from ceremony.pki.crl_profile import CrlProfile, Reason, Scope
from ceremony.pki.crl_rule import CrlExhibit, CrlRule
from ceremony.pki.crl_signature import crl_signature
from ceremony.pki.der import RawExtension, RawTime, decode_raw
from ceremony.pki.der_extension import read_basic_constraints
from ceremony.pki.fact import SignatureAlgorithm
from ceremony.pki.finding import LintReport
from ceremony.pki.found_words import (
    algorithms_words,
    extension_differs,
    name_differs_words,
)
from ceremony.pki.key_form import SIGNATURES
from ceremony.pki.lint_fields import LAST_UTC_YEAR
from ceremony.pki.oid_name import name_oid

_SKI: Final = "2.5.29.14"
_KEY_USAGE: Final = "2.5.29.15"
_BASIC_CONSTRAINTS: Final = "2.5.29.19"
_NUMBER: Final = "2.5.29.20"
_REASON: Final = "2.5.29.21"
_POINT: Final = "2.5.29.28"
_AKI: Final = "2.5.29.35"

_V2: Final = 2
_CRL_SIGN: Final = 0x02
_KEY_USAGE_OCTETS: Final = 4
_MOST_OCTETS: Final = 20
_MIDNIGHT: Final = "000000Z"


def report_on_crl(
    crl: x509.CertificateRevocationList, profile: CrlProfile, issuer: x509.Certificate
) -> LintReport:
    """Lint a revocation list and give the report that is kept as evidence.

    The same to-be-signed bytes, profile and issuer give the same report.

    Args:
        crl: The list, whoever signed it.
        profile: What it has to look like.
        issuer: The certificate of the CA that it names as its issuer.

    Raises:
        InputError: ``PKI-LIST-07``: the list cannot be taken apart; ``PKI-CERT-02``:
            the certificate cannot.
    """
    exhibit = CrlExhibit(
        decode_raw_crl(crl.public_bytes(Encoding.DER)),
        profile,
        decode_raw(issuer.public_bytes(Encoding.DER)),
        _signature(profile, issuer),
    )
    findings = tuple(
        rule.finding(wrong, profile)
        for rule in CRL_RULES
        if (wrong := rule.check(exhibit))
    )
    tbs = crl.tbs_certlist_bytes
    return LintReport.by_rules(profile.name, CRL_RULES, findings, tbs)


def _signature(
    profile: CrlProfile, issuer: x509.Certificate
) -> SignatureAlgorithm | None:
    try:
        return crl_signature(profile, issuer)
    except InputError:
        return None


def _version(exhibit: CrlExhibit) -> str:
    version = exhibit.crl.version
    return "" if version == _V2 else f"it is version {version}"


def _signature_algorithm(exhibit: CrlExhibit) -> str:
    crl, signature = exhibit.crl, exhibit.signature
    if signature is None:
        return "the issuer's key signs by none of them"
    wanted = bytes.fromhex(SIGNATURES[signature])
    if crl.inner_signature == crl.outer_signature == wanted:
        return ""
    told = algorithms_words(crl.inner_signature, crl.outer_signature)
    return f"{told}, and not {signature.called}"


def _issuer_name(exhibit: CrlExhibit) -> str:
    return name_differs_words(exhibit.crl.issuer, exhibit.issuer.subject)


def _updates(exhibit: CrlExhibit) -> str:
    first, following = exhibit.crl.this_update, exhibit.crl.next_update
    if following is None:
        return "there is no nextUpdate"
    wanted = update_term(first.moment.date(), exhibit.profile.days)
    if (first.moment, following.moment) == wanted:
        return ""
    return f"they are {first.text} and {following.text}"


def _within_issuer(exhibit: CrlExhibit) -> str:
    first, issuer = exhibit.crl.this_update.moment, exhibit.issuer
    if issuer.not_before.moment <= first <= issuer.not_after.moment:
        return ""
    return (
        f"it is of {first:%Y-%m-%d}, and the issuer is valid from "
        f"{issuer.not_before.moment:%Y-%m-%d} to {issuer.not_after.moment:%Y-%m-%d}"
    )


def _time_encoding(exhibit: CrlExhibit) -> str:
    crl = exhibit.crl
    times: list[RawTime] = [crl.this_update, *(each.revoked_at for each in crl.entries)]
    if crl.next_update is not None:
        times.append(crl.next_update)
    return ", ".join(
        f"{time.text} is a {time.kind}"
        for time in times
        if (time.kind == "UTCTime") != (time.moment.year <= LAST_UTC_YEAR)
    )


def _number(exhibit: CrlExhibit) -> str:
    found = _named(exhibit.crl.extensions, _NUMBER)
    if len(found) != 1 or found[0].critical:
        return f"it is {_shown(found)}"
    head, octets = found[0].value[:2], found[0].value[2:]
    number = int.from_bytes(octets, "big", signed=True)
    fits = number.bit_length() // 8 + 1 == len(octets) <= exhibit.profile.number_octets
    if head == bytes((0x02, len(octets))) and number >= 0 and fits:
        return ""
    return f"it is {_shown(found)}"


def _authority_key_identifier(exhibit: CrlExhibit) -> str:
    issuer, method = exhibit.issuer, exhibit.profile.key_identifier
    told = [ext.value[2:] for ext in issuer.extensions if ext.oid == _SKI]
    wanted = told[0] if told else key_identifier(issuer.spki, method)
    # SEQUENCE of one [0] IMPLICIT OCTET STRING.
    size = len(wanted)
    value = f"30{size + 2:02x}80{size:02x}{wanted.hex()}"
    return _differs(exhibit, _AKI, f"non-critical {value}")


def _distribution_point(exhibit: CrlExhibit) -> str:
    # SEQUENCE of onlyContainsCACerts, [2] IMPLICIT BOOLEAN TRUE.
    about_authorities = exhibit.profile.scope is Scope.AUTHORITIES
    return _differs(
        exhibit, _POINT, "critical 30038201ff" if about_authorities else "absent"
    )


def _other_extensions(exhibit: CrlExhibit) -> str:
    known = {_AKI, _NUMBER, _POINT}
    others = [ext.oid for ext in exhibit.crl.extensions if ext.oid not in known]
    return f"it holds {', '.join(map(name_oid, others))}" if others else ""


def _entries(exhibit: CrlExhibit) -> str:
    crl = exhibit.crl
    if crl.has_entries and not crl.entries:
        return "the list of entries is there and empty"
    serials = Counter(entry.serial for entry in crl.entries)
    wrong = [
        serial_text(serial)
        for serial, count in serials.items()
        if count > 1 or not 0 < serial < 1 << (8 * _MOST_OCTETS - 1)
    ]
    return f"there is {', '.join(wrong)}" if wrong else ""


def _reasons(exhibit: CrlExhibit) -> str:
    permitted = {
        _encode_reason(reason)
        for reason in exhibit.profile.reasons
        if reason is not Reason.UNSPECIFIED
    }
    is_due = exhibit.profile.baseline is Scope.AUTHORITIES
    unspecified = not is_due and Reason.UNSPECIFIED in exhibit.profile.reasons
    absent = "none, and one is due of a CA under the TLS Baseline Requirements"
    return ", ".join(
        f"{serial_text(entry.serial)} has "
        f"{absent if is_due and not entry.extensions else _shown(entry.extensions)}"
        for entry in exhibit.crl.entries
        if not _has_reason(entry, permitted, unspecified=unspecified)
    )


def _has_reason(entry: RawEntry, permitted: set[str], *, unspecified: bool) -> bool:
    if not entry.extensions:
        return unspecified
    return (
        len(entry.extensions) == 1
        and entry.extensions[0].oid == _REASON
        and not entry.extensions[0].critical
        and entry.extensions[0].value.hex() in permitted
    )


def _encode_reason(reason: Reason) -> str:
    """Encode a CRLReason: an ENUMERATED of one octet."""
    return f"0a01{reason.code:02x}"


def _revocation_dates(exhibit: CrlExhibit) -> str:
    crl = exhibit.crl
    return ", ".join(
        f"{serial_text(entry.serial)} is revoked from {entry.revoked_at.text}"
        for entry in crl.entries
        if entry.revoked_at.moment > crl.this_update.moment
        or not entry.revoked_at.text.endswith(_MIDNIGHT)
    )


def _issuer_may_sign(exhibit: CrlExhibit) -> str:
    extensions = exhibit.issuer.extensions
    constraints = [ext.value for ext in _named(extensions, _BASIC_CONSTRAINTS)]
    usages = [ext.value for ext in _named(extensions, _KEY_USAGE)]
    is_ca = len(constraints) == 1 and read_basic_constraints(constraints[0])[0]
    may_sign = (
        len(usages) == 1
        and len(usages[0]) >= _KEY_USAGE_OCTETS
        and bool(usages[0][3] & _CRL_SIGN)
    )
    if not is_ca:
        return "it is no CA"
    return "" if may_sign else "its key is not for signing revocation lists"


def _named(extensions: tuple[RawExtension, ...], oid: str) -> list[RawExtension]:
    return [ext for ext in extensions if ext.oid == oid]


def _shown(extensions: list[RawExtension] | tuple[RawExtension, ...]) -> str:
    """Give extensions as text: ``absent``, or criticality and DER in hex."""
    told = (
        f"{'critical' if ext.critical else 'non-critical'} {ext.value.hex()}"
        for ext in extensions
    )
    return ", ".join(told) or "absent"


def _differs(exhibit: CrlExhibit, oid: str, wanted: str) -> str:
    return extension_differs(oid, _shown(_named(exhibit.crl.extensions, oid)), wanted)


CRL_RULES: Final = (
    CrlRule(
        "PKI-CRL-01",
        "The revocation list is of version 2.",
        "RFC 5280, section 5.1.2.1",
        _version,
    ),
    CrlRule(
        "PKI-CRL-02",
        "Both signature algorithms of the list are the one of the profile's by which "
        "its issuer signs, with the parameters of its kind.",
        "RFC 5280, sections 5.1.1.2 and 5.1.2.2; RFC 5758, section 3.2; RFC 4055, "
        "sections 3 and 5; RFC 8410, section 3",
        _signature_algorithm,
    ),
    CrlRule(
        "PKI-CRL-03",
        "The list's issuer equals the subject of the issuer's certificate, byte for "
        "byte.",
        "RFC 5280, sections 5.1.2.3 and 6.3.3 (f)",
        _issuer_name,
    ),
    CrlRule(
        "PKI-CRL-04",
        "The list is of midnight, and the next update follows after the profile's "
        "days.",
        "RFC 5280, sections 5.1.2.4 and 5.1.2.5; midnight is this tool's own",
        _updates,
    ),
    CrlRule(
        "PKI-CRL-05",
        "The list begins within the validity of its issuer.",
        "RFC 5280, section 6.3.3 (f): the issuer's certification path has to be valid",
        _within_issuer,
    ),
    CrlRule(
        "PKI-CRL-06",
        "Times of the list until 2049 are UTCTime, and later ones GeneralizedTime.",
        "RFC 5280, sections 5.1.2.4 to 5.1.2.6",
        _time_encoding,
    ),
    CrlRule(
        "PKI-CRL-07",
        "cRLNumber is non-critical, not negative, and takes no more octets than the "
        "profile says.",
        "RFC 5280, section 5.2.3",
        _number,
    ),
    CrlRule(
        "PKI-CRL-08",
        "The list's authorityKeyIdentifier is non-critical and holds the issuer's key "
        "identifier alone.",
        "RFC 5280, sections 4.2.1.1 and 5.2.1",
        _authority_key_identifier,
    ),
    CrlRule(
        "PKI-CRL-09",
        "issuingDistributionPoint is critical and says authority certificates alone "
        "where the profile does; else it is absent.",
        "RFC 5280, section 5.2.5",
        _distribution_point,
    ),
    CrlRule(
        "PKI-CRL-10",
        "The list has no other extension: no delta, no freshest list, nothing unknown.",
        "RFC 5280, section 5.2; this tool's own",
        _other_extensions,
    ),
    CrlRule(
        "PKI-CRL-11",
        "Each serial number in the list is positive, takes at most 20 octets and "
        "stands once; without entries the field is absent.",
        "RFC 5280, sections 4.1.2.2 and 5.1.2.6",
        _entries,
    ),
    CrlRule(
        "PKI-CRL-12",
        "Each entry has a reason that the profile permits and nothing else; that it is "
        "unspecified is said by no reason.",
        "RFC 5280, section 5.3.1; CA/Browser Forum TLS Baseline Requirements, section "
        "7.2.2",
        _reasons,
    ),
    CrlRule(
        "PKI-CRL-13",
        "Each entry is revoked from a midnight on that does not lie after the list's "
        "own.",
        "RFC 5280, section 5.3.2; this tool's own",
        _revocation_dates,
    ),
    CrlRule(
        "PKI-CRL-14",
        "The list's issuer is a CA whose key is for signing revocation lists.",
        "RFC 5280, sections 4.2.1.3 and 6.3.3 (f)",
        _issuer_may_sign,
    ),
)
"""Every lint rule about revocation lists, in the order in which findings are given."""
