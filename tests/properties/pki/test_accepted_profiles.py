"""Whatever passes the check of profiles can be issued, and is what the profile says.

The certificate is compared with the file's own text, read by the library that parses
certificates and by another one, and not with what the product says of it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
from asn1crypto import core
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ceremony.errors import InputError
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.fact import KeyAlgorithm
from ceremony.pki.linted import LintedTbs, issue, lint_tbs
from ceremony.pki.order import Order
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.profile_file import decode_profile
from ceremony.pki.schema import profile_schema
from ceremony.pki.stand_in import stand_in_public_key
from ceremony.pki.trial import try_profile
from tests.fakes.golden import published_keys
from tests.fakes.made_up_bases import based_files, whole
from tests.fakes.made_up_profiles import UNKNOWN, orders, profile_files, root_key
from tests.fakes.told_extensions import PURPOSES, always, given_by, held, sometimes

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

SIGNATURES = {
    "ecdsa-with-sha256": "sha256_ecdsa",
    "ecdsa-with-sha384": "sha384_ecdsa",
    "ecdsa-with-sha512": "sha512_ecdsa",
    "rsa-pkcs1-sha256": "sha256_rsa",
    "rsa-pkcs1-sha384": "sha384_rsa",
    "rsa-pkcs1-sha512": "sha512_rsa",
    "rsa-pss-sha256": "rsassa_pss",
    "rsa-pss-sha384": "rsassa_pss",
    "rsa-pss-sha512": "rsassa_pss",
    "ed25519": "ed25519",
}
KEYS: dict[str, tuple[type, object]] = {
    "ec-p256": (ec.EllipticCurvePublicKey, 256),
    "ec-p384": (ec.EllipticCurvePublicKey, 384),
    "ec-p521": (ec.EllipticCurvePublicKey, 521),
    "ed25519": (ed25519.Ed25519PublicKey, None),
    "rsa-2048": (rsa.RSAPublicKey, 2048),
    "rsa-3072": (rsa.RSAPublicKey, 3072),
    "rsa-4096": (rsa.RSAPublicKey, 4096),
}
STRINGS = {"printable": 19, "utf8": 12, "bit": 3}
TYPES = {
    "common-name": "2.5.4.3",
    "remote-party-role": "2.5.4.11",
    "organizational-unit": "2.5.4.11",
    "organization": "2.5.4.10",
    "country": "2.5.4.6",
    "unique-identifier": "2.5.4.45",
}
USES = {
    "digital-signature": "digital_signature",
    "non-repudiation": "non_repudiation",
    "key-encipherment": "key_encipherment",
    "key-agreement": "key_agreement",
    "key-cert-sign": "key_cert_sign",
    "crl-sign": "crl_sign",
}
VALIDATOR = jsonschema.Draft7Validator(profile_schema())
A_BIT_STRING = {
    "finding": "itu.invalid_asn1_syntax",
    "about": "OID 2.5.4.45",
    "reason": "It is a BIT STRING, and pkilint takes a text.",
    "source": "RFC 4519, section 2.44",
}
"""What the profiles of SMKI that have a unique identifier depart from."""


@settings(max_examples=150, deadline=None)
@given(st.one_of(profile_files(is_quiet=True), based_files()), st.data())
def test_what_passes_the_check_is_issued_as_it_says(
    text: str, data: st.DataObject
) -> None:
    own = json.loads(text)
    told = whole(own)
    if "departs" not in told and "unique-identifier" in str(told["facts"]["subject"]):
        own["departs"] = [A_BIT_STRING]
    place = data.draw(st.sampled_from(sorted(told.get("environments", ["test"]))))
    profile = read(json.dumps(own), place)
    if profile is None:
        event("refused by the reader")
        return
    assert profile.baseline == told.get("baseline-requirements")
    if not is_sound(profile):
        event("refused by its trial")
        return
    order = data.draw(orders(profile, is_quiet=True))
    key = real_key(profile.key) if profile.is_self_signed else None
    public = key.public_key() if key else stand_in_public_key(profile.key)
    linted = lint_tbs(order, public)  # type: ignore[arg-type]  # one of the library's
    assert isinstance(linted, LintedTbs), linted.stopping
    assert linted.report.findings == ()
    event(f"issued, based: {'based-on' in told}, of an environment: {place != 'test'}")
    signer: Any = key or root_key(profile.signature)
    made = issue(linted, signer, signer.public_key())
    compare(made, told, order, place)


def compare(made: x509.Certificate, told: Any, order: Order, place: str) -> None:
    """Hold a certificate against the file's own text."""
    compare_fields(made, told, order)
    found = {each.oid.dotted_string: each for each in made.extensions}
    assert len(found) == len(made.extensions)
    wanted = [
        *always(told["facts"], order, made.public_key()),
        *sometimes(told, place),
        *given_by(told["facts"], order),
    ]
    assert {oid: (each.value, each.critical) for oid, each in found.items()} == {
        each.oid.dotted_string: (each, critical) for each, critical in wanted
    }
    compare_second_reading(made, told["facts"])


@settings(max_examples=50, deadline=None)
@given(st.one_of(profile_files(), based_files()))
def test_what_is_made_up_is_of_the_published_schema(text: str) -> None:
    VALIDATOR.validate(json.loads(text))


def read(text: str, environment: str = "test") -> CertificateProfile | None:
    """Read a file; None where it contradicts itself, which is all that can be wrong."""
    try:
        return decode_profile(text, "made-up.yaml", environment=environment)
    except InputError as error:
        if error.code != "PKI-PROFILE-10":
            raise
        return None


def is_sound(profile: CertificateProfile) -> bool:
    """Tell whether a profile passes its trial, as ``profile check`` makes it."""
    try:
        above = []
        signer = profile.signed_by
        while signer not in ("self", UNKNOWN):
            above.append(load_builtin_profile(signer, environment=profile.environment))
            signer = above[-1].signed_by
        trials = try_profile(profile, above)
    except InputError as error:
        if error.code not in ("PKI-PROFILE-02", "PKI-PROFILE-12"):
            raise
        return False
    return not any(trial.report.stopping for trial in trials)


@lru_cache(maxsize=7)
def real_key(algorithm: KeyAlgorithm) -> Any:
    """Give a key that signs: a published one, or one that is made here."""
    if algorithm in published_keys():
        return published_keys()[algorithm][0]
    if algorithm is KeyAlgorithm.EC_P521:
        return ec.generate_private_key(ec.SECP521R1())
    return rsa.generate_private_key(65537, 3072)


def compare_fields(made: x509.Certificate, told: Any, order: Order) -> None:
    facts = {name: fact["value"] for name, fact in told["facts"].items()}
    raw = asn1.Certificate.load(made.public_bytes(Encoding.DER), strict=True)
    tbs = raw["tbs_certificate"]
    assert tbs["version"].native == "v3"
    assert made.serial_number == order.serial > 0
    assert len(tbs["serial_number"].contents) == facts["serial-octets"]
    assert tbs["signature"]["algorithm"].native == SIGNATURES[facts["signature"]]
    assert raw["signature_algorithm"].dump() == tbs["signature"].dump()
    digest = made.signature_hash_algorithm
    assert (digest.name if digest else "ed25519") in facts["signature"]
    if "pss" in facts["signature"]:
        pss = made.signature_algorithm_parameters
        assert isinstance(pss, padding.PSS)
        assert pss._salt_length == digest.digest_size
    kind, size = KEYS[facts["key"]]
    public = made.public_key()
    assert isinstance(public, kind)
    assert getattr(public, "key_size", None) == size
    assert made.not_valid_before_utc == datetime.combine(order.not_before, time(), UTC)
    assert made.not_valid_after_utc == last_second(order, facts["validity"])
    assert subject_of(tbs) == subject_told(facts["subject"], order)
    # RFC 5280, section 4.1.2.6.
    assert subject_of(tbs) or "subject_alt_name" in raw.critical_extensions
    issuer = order.issuer.subject if order.issuer else made.subject
    assert made.issuer.public_bytes() == issuer.public_bytes()


def last_second(order: Order, term: str) -> datetime:
    if term == "no end":
        return datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    count, unit = term.split()
    day = order.not_before
    if unit.startswith("day"):
        end = day + timedelta(days=int(count))
    elif (day.month, day.day) == (2, 29):
        leap = day.replace(day=28, year=day.year + int(count)) + timedelta(days=1)
        end = leap
    else:
        end = day.replace(year=day.year + int(count))
    return datetime.combine(end, time(), UTC) - timedelta(seconds=1)


def subject_of(tbs: Any) -> list[tuple[str, int, bytes]]:
    """OID, universal tag and octets of each attribute, as the encoding has them."""
    found = []
    for rdn in tbs["subject"].chosen:
        (attribute,) = rdn
        value = core.load(attribute["value"].dump())
        found.append((attribute["type"].dotted, value.tag, value.contents))
    return found


def subject_told(parts: Any, order: Order) -> list[tuple[str, int, bytes]]:
    wanted = []
    for part in [] if parts == "empty" else parts:
        text = part.get("text") or order.values.get(part["attribute"])
        if text:
            is_bits = part["string"] == "bit"
            octets = b"\0" + bytes.fromhex(text) if is_bits else text.encode()
            oid = TYPES[part["attribute"]]
            wanted.append((oid, STRINGS[part["string"]], octets))
    return wanted


def compare_second_reading(made: x509.Certificate, facts: Any) -> None:
    raw = asn1.Certificate.load(made.public_bytes(Encoding.DER), strict=True)
    assert raw.key_usage_value.native == {
        USES[each] for each in facts["key-usage"]["value"]
    }
    limit = facts["path-length"]["value"]
    constraints = raw.basic_constraints_value
    assert (constraints is None) == (limit == "no-ca")
    if constraints is not None:
        assert constraints["ca"].native == (limit != "no-ca-stated")
        most = limit if isinstance(limit, int) else None
        assert constraints["path_len_constraint"].native == most
    told = raw.extended_key_usage_value
    purposes = held(facts).get("extended-key-usage", {"value": []})["value"]
    assert [each.dotted for each in told or []] == [PURPOSES[each] for each in purposes]
