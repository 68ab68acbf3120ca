"""Whatever the reader of profiles accepts can be issued, and is what the profile says.

The certificate is compared with the file's own text, read by the library that parses
certificates and by another one, and not with what the product says of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
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
from ceremony.pki.linted import lint_order
from ceremony.pki.order import Order, prepare
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.profile_file import decode_profile
from ceremony.pki.schema import profile_schema
from ceremony.pki.stand_in import sign_for_looking, stand_in_public_key
from tests.fakes.made_up_profiles import orders, profile_files

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
PURPOSES = {
    "server-auth": "1.3.6.1.5.5.7.3.1",
    "client-auth": "1.3.6.1.5.5.7.3.2",
    "code-signing": "1.3.6.1.5.5.7.3.3",
    "email-protection": "1.3.6.1.5.5.7.3.4",
    "time-stamping": "1.3.6.1.5.5.7.3.8",
    "ocsp-signing": "1.3.6.1.5.5.7.3.9",
    "document-signing": "1.3.6.1.5.5.7.3.36",
}
VALIDATOR = jsonschema.Draft7Validator(profile_schema())
NAMES: dict[str, Callable[[str], x509.GeneralName]] = {
    "dns": x509.DNSName,
    "email": x509.RFC822Name,
    "uri": x509.UniformResourceIdentifier,
}


@settings(max_examples=150, deadline=None)
@given(profile_files(), st.data())
def test_what_is_accepted_is_issued_as_it_says(text: str, data: st.DataObject) -> None:
    profile = read(text)
    event("refused" if profile is None else "accepted")
    if profile is None:
        return
    order = data.draw(orders(profile))
    report = lint_order(order)
    assert report.findings == ()
    key = stand_in_public_key(profile.key)
    made = sign_for_looking(prepare(order, key), profile.signature)
    told = json.loads(text)
    compare_fields(made, told, order)
    found = {each.oid.dotted_string: each for each in made.extensions}
    assert len(found) == len(made.extensions)
    wanted = [
        *always(told["facts"], order, key),
        *sometimes(told),
        *given_by(told["facts"], order),
    ]
    assert {oid: (each.value, each.critical) for oid, each in found.items()} == {
        each.oid.dotted_string: (each, critical) for each, critical in wanted
    }
    compare_second_reading(made, told["facts"])


@settings(max_examples=50, deadline=None)
@given(profile_files())
def test_what_is_made_up_is_of_the_published_schema(text: str) -> None:
    VALIDATOR.validate(json.loads(text))


def read(text: str) -> CertificateProfile | None:
    """Read a file; None where it contradicts itself, which is all that can be wrong."""
    try:
        return decode_profile(text, "made-up.yaml")
    except InputError as error:
        if error.code != "PKI-PROFILE-10":
            raise
        return None


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


Wanted = Iterator[tuple[x509.ExtensionType, bool]]


def always(facts: Any, order: Order, key: Any) -> Wanted:
    uses = facts["key-usage"]["value"]
    yield (
        x509.KeyUsage(
            digital_signature="digital-signature" in uses,
            content_commitment="non-repudiation" in uses,
            key_encipherment="key-encipherment" in uses,
            data_encipherment=False,
            key_agreement="key-agreement" in uses,
            key_cert_sign="key-cert-sign" in uses,
            crl_sign="crl-sign" in uses,
            encipher_only=False,
            decipher_only=False,
        ),
        True,
    )
    digest = x509.SubjectKeyIdentifier.from_public_key(key).digest
    if facts["key-identifier"]["value"] == "method-2":
        digest = bytes([0x40 | digest[-8] & 0x0F]) + digest[-7:]
    yield x509.SubjectKeyIdentifier(digest), False
    if order.issuer is not None:
        own = order.issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        yield x509.AuthorityKeyIdentifier(own.value.digest, None, None), False


def sometimes(told: Any) -> Wanted:
    """What the file alone decides."""
    facts = told["facts"]
    limit = facts["path-length"]["value"]
    if limit != "no-ca":
        is_ca = limit != "no-ca-stated"
        most = limit if isinstance(limit, int) else None
        yield x509.BasicConstraints(is_ca, most), True
    if fact := facts.get("extended-key-usage"):
        oids = [x509.ObjectIdentifier(PURPOSES[each]) for each in fact["value"]]
        yield x509.ExtendedKeyUsage(oids), fact["critical"]
    # Never of both: whose source would be told beside whose OIDs?
    assert not ("environments" in told and "policies" in facts)
    if place := told.get("environments", {}).get("test"):
        oids, critical = place["policies"], place.get("critical", True)
    else:
        fact = facts.get("policies", {"value": []})
        oids, critical = fact["value"], fact.get("critical", False)
    if oids:
        yield (
            x509.CertificatePolicies(
                [
                    x509.PolicyInformation(x509.ObjectIdentifier(oid), None)
                    for oid in oids
                ]
            ),
            critical,
        )
    if fact := facts.get("permitted-names"):
        yield x509.NameConstraints([name(each) for each in fact["value"]], None), True
    if facts.get("ocsp-no-check", {}).get("value"):
        yield x509.OCSPNoCheck(), False


def name(text: str) -> x509.GeneralName:
    kind, _, value = text.partition(":")
    return NAMES[kind](value)


def given_by(facts: Any, order: Order) -> Wanted:
    """What the order gives, where the file has a place for it."""
    values = order.values
    if fact := facts.get("subject-alternative-name"):
        names: list[x509.GeneralName]
        if fact["value"] == "given":
            names = [name(each) for each in values["alternative-names"].split()]
        else:
            names = [hardware_module(order)]
        yield x509.SubjectAlternativeName(names), fact["critical"]
    if urls := values.get("crl-urls"):
        yield (
            x509.CRLDistributionPoints(
                [
                    x509.DistributionPoint([name(f"uri:{url}")], None, None, None)
                    for url in urls.split()
                ]
            ),
            False,
        )
    access = [
        x509.AccessDescription(x509.ObjectIdentifier(oid), name(f"uri:{url}"))
        for key, oid in (
            ("ocsp-urls", "1.3.6.1.5.5.7.48.1"),
            ("issuer-urls", "1.3.6.1.5.5.7.48.2"),
        )
        for url in values.get(key, "").split()
    ]
    if access:
        yield x509.AuthorityInformationAccess(access), False
    if wrapped := values.get("apex-wrapped-key"):
        algorithm = core.ObjectIdentifier(values["apex-wrap-algorithm"]).dump()
        octets = core.OctetString(bytes.fromhex(wrapped)).dump()
        value = sequence(sequence(algorithm) + octets)
        oid = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.20")
        yield x509.UnrecognizedExtension(oid, value), False


def hardware_module(order: Order) -> x509.OtherName:
    hardware = core.ObjectIdentifier(order.profile.hardware_type).dump()
    serial = core.OctetString(bytes.fromhex(order.values["hardware-serial"])).dump()
    oid = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.4")
    return x509.OtherName(oid, sequence(hardware + serial))


def sequence(contents: bytes) -> bytes:
    assert len(contents) < 128
    return bytes([0x30, len(contents)]) + contents


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
    purposes = facts.get("extended-key-usage", {"value": []})["value"]
    assert [each.dotted for each in told or []] == [PURPOSES[each] for each in purposes]
