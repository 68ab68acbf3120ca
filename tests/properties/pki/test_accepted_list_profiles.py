"""Whatever profile of revocation lists is accepted can be issued, and is what it says.

The list is compared with the file's own text, read by the library that parses lists and
by another one, and not with what the product says of it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
from asn1crypto import core
from asn1crypto import crl as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ceremony.pki.crl_linted import LintedCrl, issue_crl, lint_crl
from ceremony.pki.crl_order import CrlOrder
from ceremony.pki.crl_profile import Reason, Scope
from ceremony.pki.crl_profile_file import decode_crl_profile
from ceremony.pki.crl_schema import crl_profile_schema
from tests.fakes.made_up_list_profiles import (
    key_for,
    list_orders,
    list_profile_files,
)
from tests.properties.pki.test_accepted_profiles import SIGNATURES

REASONS = {
    "unspecified": None,
    "key-compromise": "key_compromise",
    "ca-compromise": "ca_compromise",
    "affiliation-changed": "affiliation_changed",
    "superseded": "superseded",
    "cessation-of-operation": "cessation_of_operation",
    "certificate-hold": "certificate_hold",
    "privilege-withdrawn": "privilege_withdrawn",
    "aa-compromise": "aa_compromise",
}
DIGESTS = {256: "sha256", 384: "sha384", 521: "sha512"}
"""By the bits of a curve (FIPS 186-5, section 6.1.1)."""

UTC_ENDS = 2050
VALIDATOR = jsonschema.Draft7Validator(crl_profile_schema())


@settings(max_examples=120, deadline=None)
@given(list_profile_files(), st.data())
def test_what_is_accepted_is_issued_as_it_says(text: str, data: st.DataObject) -> None:
    VALIDATOR.validate(json.loads(text))
    profile = decode_crl_profile(text, "made-up.yaml")
    order = data.draw(list_orders(profile))
    linted = lint_crl(order)
    report = linted.report if isinstance(linted, LintedCrl) else linted
    # The Baseline Requirements, section 7.2.2, have a CA's entry tell its reason.
    is_due = profile.baseline is Scope.AUTHORITIES and any(
        each.reason is Reason.UNSPECIFIED for each in order.revoked
    )
    assert [each.rule for each in report.findings] == ["PKI-CRL-12"] * is_due
    event("issued" if isinstance(linted, LintedCrl) else "stopped by pkilint")
    if not isinstance(linted, LintedCrl):
        return
    public = order.issuer.public_key()
    made = issue_crl(linted, signer_of(order), public)  # type: ignore[arg-type]  # a CA's
    told = {name: fact["value"] for name, fact in json.loads(text)["facts"].items()}
    assert made.is_signature_valid(public)  # type: ignore[arg-type]  # the same
    compare_fields(made, told, order)
    compare_extensions(made, told, order)


def signer_of(order: CrlOrder) -> Any:
    """Find the key that is the issuer's."""
    wanted = spki(order.issuer.public_key())
    keys = (key_for(each.value) for each in order.profile.signatures)
    return next(key for key in keys if spki(key.public_key()) == wanted)


def spki(key: Any) -> bytes:
    octets: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return octets


def present(field: Any) -> Any:
    """Give the items of an optional field; none where it is absent."""
    return () if isinstance(field, core.Void) else field


def suits(key: Any, algorithm: str) -> bool:
    """Tell whether a key signs by an algorithm."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return algorithm == f"ecdsa-with-{DIGESTS[key.key_size]}"
    family = "rsa-" if isinstance(key, rsa.RSAPublicKey) else "ed25519"
    return algorithm.startswith(family)


def wanted_signature(told: list[str], issuer: x509.Certificate) -> str:
    """Give the issuer's own certificate's where it is told, or the nearest to it."""
    suiting = [each for each in told if suits(issuer.public_key(), each)]
    by = issuer.signature_hash_algorithm
    is_pss = isinstance(issuer.signature_algorithm_parameters, padding.PSS)
    own = f"rsa-{'pss' if is_pss else 'pkcs1'}-"
    if by is not None and f"{own}{by.name}" in suiting:
        return f"{own}{by.name}"
    return next((each for each in suiting if each.startswith(own)), suiting[0])


def compare_fields(
    made: x509.CertificateRevocationList, told: Any, order: CrlOrder
) -> None:
    raw = asn1.CertificateList.load(made.public_bytes(Encoding.DER), strict=True)
    tbs = raw["tbs_cert_list"]
    assert tbs["version"].native == "v2"
    assert tbs["issuer"].dump() == order.issuer.subject.public_bytes()
    assert raw["signature_algorithm"].dump() == tbs["signature"].dump()
    wanted = wanted_signature(told["signatures"], order.issuer)
    assert tbs["signature"]["algorithm"].native == SIGNATURES[wanted]
    digest = made.signature_hash_algorithm
    assert (digest.name if digest else "ed25519") in wanted
    first = datetime.combine(order.this_update, time(), UTC)
    following = first + timedelta(days=int(told["next-update"].split()[0]))
    for field, moment in (("this_update", first), ("next_update", following)):
        assert tbs[field].native == moment
        is_utc = moment.year < UTC_ENDS
        assert tbs[field].name == ("utc_time" if is_utc else "general_time")
    entries = [
        (
            entry["user_certificate"].native,
            entry["revocation_date"].native,
            {
                ext["extn_id"].native: (
                    ext["critical"].native,
                    ext["extn_value"].native,
                )
                for ext in present(entry["crl_entry_extensions"])
            },
        )
        for entry in present(tbs["revoked_certificates"])
    ]
    assert entries == [
        (
            each.serial,
            datetime.combine(each.day, time(), UTC),
            {"crl_reason": (False, reason)} if reason else {},
        )
        for each in order.revoked
        for reason in (REASONS[each.reason.value],)
    ]
    assert {each.reason.value for each in order.revoked} <= set(told["reasons"])
    # RFC 5280, section 5.1.2.6: without entries there is no list of them.
    assert isinstance(tbs["revoked_certificates"], core.Void) is (not order.revoked)


def compare_extensions(
    made: x509.CertificateRevocationList, told: Any, order: CrlOrder
) -> None:
    found = {each.oid: (each.value, each.critical) for each in made.extensions}
    assert len(found) == len(made.extensions)
    key = order.issuer.public_key()
    issuers = [
        each.value.digest
        for each in order.issuer.extensions
        if isinstance(each.value, x509.SubjectKeyIdentifier)
    ]
    digest = x509.SubjectKeyIdentifier.from_public_key(key).digest
    if told["key-identifier"] == "method-2":
        digest = bytes([0x40 | digest[-8] & 0x0F]) + digest[-7:]
    identifier = issuers[0] if issuers else digest
    wanted: list[tuple[x509.ExtensionType, bool]] = [
        (x509.AuthorityKeyIdentifier(identifier, None, None), False),
        (x509.CRLNumber(order.number), False),
    ]
    if told["scope"] == "authority-certificates":
        point = x509.IssuingDistributionPoint(
            full_name=None,
            relative_name=None,
            only_contains_user_certs=False,
            only_contains_ca_certs=True,
            only_some_reasons=None,
            indirect_crl=False,
            only_contains_attribute_certs=False,
        )
        wanted.append((point, True))
    assert found == {each.oid: (each, critical) for each, critical in wanted}
    octets = (order.number.bit_length() // 8) + 1
    assert octets <= told["number-octets"]
