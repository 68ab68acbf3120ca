"""One subject spelled otherwise is one subject, and two are two."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from ceremony.errors import InputError
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.der import RawAttribute
from ceremony.pki.extension import ALTERNATIVE_NAMES, alternative_name
from ceremony.pki.fact import Attribute, StringType
from ceremony.pki.naming import subject_name
from ceremony.pki.profile import NamePart
from ceremony.pki.request_file import Imported
from ceremony.pki.request_results import Tally, encode_results, read_issued
from ceremony.pki.request_set import Issued, issued_in, judge_requests
from ceremony.pki.same_subject import (
    compared_subject,
    has_one_subject,
    subject_text,
)
from tests.fakes.made_requests import ORGANISATION, organisation_request

CA = load_builtin_profile("smki-issuing-dca")
FIRST, SECOND = "Test Supplier", ("TEST SUPPLIER", "test supplier", "Test  Supplier")

Rules = list[list[str]]


def key(number: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(number, ec.SECP256R1())


def judged(
    *names: str, issued: Issued | None = None, before: int = 0
) -> tuple[Rules, list[bytes]]:
    """Judge a request of each name, each with a key of its own."""
    asked = [
        Imported("it", at, organisation_request(key(30 + before + at), name))
        for at, name in enumerate(names, 1)
    ]
    made = list(judge_requests(asked, ORGANISATION, issued))
    lines = list(encode_results(iter(made), ORGANISATION, Tally()))
    return [[each.rule for each in one.findings] for one in made], lines


@pytest.mark.parametrize("name", SECOND)
def test_a_name_spelled_otherwise_is_the_same_subject(name: str) -> None:
    assert judged(FIRST, name)[0] == [[], ["PKI-CSR-07"]]
    before = read_issued(judged(FIRST)[1], "r", ORGANISATION)
    again = partial(judged, name, before=5)
    assert again(issued=Issued(subjects=before.subjects))[0] == [["PKI-CSR-09"]]
    assert again(issued=Issued(renewed=before.subjects))[0] == [[]]


def test_another_name_is_another_subject() -> None:
    before = read_issued(judged(FIRST)[1], "r", ORGANISATION)
    names = ("TestSupplier", "Test Supplier 2")
    assert judged(FIRST, *names)[0] == [[], [], []]
    found = judged(*names, issued=Issued(renewed=before.subjects), before=5)[0]
    assert found == [["PKI-RENEW-01"], ["PKI-RENEW-01"]]


def ca_request(number: int, names: str, common_name: str = "Z2") -> bytes:
    values = {
        ALTERNATIVE_NAMES: names,
        Attribute.COMMON_NAME.value: common_name,
    }
    builder = x509.CertificateSigningRequestBuilder(subject_name(CA, values))
    builder = builder.add_extension(
        alternative_name(CA, values), CA.alternative_name_critical
    )
    return builder.sign(key(number), hashes.SHA256()).public_bytes(Encoding.DER)


def test_another_alternative_name_makes_no_other_subject() -> None:
    ders = (
        ca_request(71, "dns:issuing.example"),
        ca_request(72, "dns:attacker.example"),
        ca_request(73, "dns:attacker.example", "z2"),
        ca_request(74, "dns:issuing.example", "Z3"),
    )
    found = judge_requests([Imported("it", 1, der) for der in ders], CA)
    rules = [[each.rule for each in one.findings] for one in found]
    assert rules == [[], ["PKI-CSR-07"], ["PKI-CSR-07"], []]


def test_a_certificate_is_compared_by_its_name_alone() -> None:
    first, other, third = (
        issued_in(certified(name, host), CA).subjects
        for name, host in (
            (named("Z2"), "issuing.example"),
            (named("z2", _ASN1Type.PrintableString), "other.example"),
            (named("Z3"), "issuing.example"),
        )
    )
    assert len(first) == 1
    assert first == other
    assert first != third


@pytest.mark.parametrize(
    ("profile", "counts"),
    [("issuing-ca-ec-p384", True), ("root-ca-ed25519", True), ("code-signing", False)],
)
def test_a_certificate_counts_for_every_profile_of_its_usage(
    profile: str, *, counts: bool
) -> None:
    made = certified(named("Z2"), "issuing.example")
    other = issued_in(made, load_builtin_profile(profile))
    assert other.keys == issued_in(made, CA).keys
    assert (other.subjects == issued_in(made, CA).subjects) is counts


def named(text: str, kind: _ASN1Type = _ASN1Type.UTF8String) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text, kind)])


def spelled(*values: str) -> bytes:
    """Compare a name of organisational units."""
    parts = [RawAttribute(0, "2.5.4.11", "UTF8String", each) for each in values]
    return compared_subject(subject_text(parts), "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (" A  B ", "a b"),
        ("Straße", "STRASSE"),
        ("Caf\u00e9", "CAFE\u0301"),
        ("a\u00adb", "AB"),
        ("a\tb", "A B"),
        ("\U0001d400", "a"),
        ('A, "B" = \\ C', 'a,  "b" = \\ c'),
        ("\u0416", "\u0436"),
    ],
)
def test_a_value_is_compared_as_its_letters_are(one: str, other: str) -> None:
    assert spelled(one) == spelled(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("A", "B"), ("A, OU=B",)),
        (("A, B",), ("A,B",)),
        (("\\xe9",), ("\u00e9",)),
        (("A", "B"), ("B", "A")),
        (('"',), ("\\",)),
    ],
)
def test_other_names_are_told_apart(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    assert spelled(*one) != spelled(*other)


def test_what_is_no_name_of_ours_is_compared_as_it_stands() -> None:
    assert compared_subject("A", "") != compared_subject("B", "")


def test_without_a_name_the_digest_of_the_request_tells() -> None:
    assert compared_subject("", "ab" * 32) == bytes.fromhex("ab" * 32)


def test_results_without_a_name_are_refused() -> None:
    head, line, last = judged(FIRST)[1]
    told = json.loads(line)
    del told["name"]
    with pytest.raises(InputError) as caught:
        read_issued([head, json.dumps(told).encode() + b"\n", last], "r", ORGANISATION)
    assert caught.value.code == "PKI-RESULTS-01"


def certified(name: x509.Name, host: str) -> x509.Certificate:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(named("Z1"))
        .public_key(key(80).public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day.replace(year=2027))
        .add_extension(usage, critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False
        )
        .sign(key(81), hashes.SHA256())
    )


def test_a_profile_has_one_subject_where_no_request_states_a_part_of_it() -> None:
    party = load_builtin_profile("code-signing")
    fixed = NamePart(Attribute.ORGANIZATION, StringType.UTF8, "Example Publisher")
    asked = NamePart(Attribute.COMMON_NAME, StringType.UTF8)
    assert has_one_subject(replace(party, subject=(fixed,)))
    # A name that is not empty is compared alone, whatever subjectAltName says.
    device = load_builtin_profile("smki-device-ds")
    assert has_one_subject(replace(device, subject=(fixed,)))
    assert has_one_subject(replace(device, alternative_name=None))
    assert not has_one_subject(device)
    assert not has_one_subject(party)
    for part in (asked, replace(asked, optional=True)):
        assert not has_one_subject(replace(party, subject=(fixed, part)))
