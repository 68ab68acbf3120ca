"""What a rule has found is told in words, and octets only where there are none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.name import _ASN1Type  # the only way to choose the encoding
from hypothesis import given
from hypothesis import strategies as st

from ceremony.pki.certificate import encode_spki
from ceremony.pki.der import RawKey, read_key
from ceremony.pki.fact import KeyAlgorithm, SignatureAlgorithm
from ceremony.pki.found_words import (
    algorithm_words,
    algorithms_words,
    cut_hex,
    extension_differs,
    found_words,
    name_differs_words,
)
from ceremony.pki.key_form import SIGNATURES, kind_differs, parameters_differ
from ceremony.pki.lint import lint_certificate
from tests.fakes.golden import golden
from tests.unit.pki.certificates import changed, name, put

KU, BC, SKI, AKI = "2.5.29.15", "2.5.29.19", "2.5.29.14", "2.5.29.35"
EKU, POLICIES, SAN = "2.5.29.37", "2.5.29.32", "2.5.29.17"
P256 = KeyAlgorithm.EC_P256


@pytest.mark.parametrize(
    ("oid", "found", "told"),
    [
        (KU, "absent", "absent"),
        (KU, "critical 03020780", "critical digital-signature"),
        (KU, "critical 03020106", "critical key-cert-sign, crl-sign"),
        (BC, "critical 30060101ff020100", "critical CA: yes, CA certificates that may"),
        (BC, "non-critical 3000", "non-critical CA: no"),
        (SKI, "non-critical 0404aabbccdd", "non-critical aabbccdd"),
        (AKI, "non-critical 30068004aabbccdd", "non-critical key identifier aabbccdd"),
        (EKU, "critical 300a06082b06010505070301", "critical server-auth (1.3.6.1.5.5"),
        (POLICIES, "critical 3006300406022a03", "critical 1.2.3"),
        (SAN, "non-critical 3003820161", "non-critical DNS: a"),
        # Twice, no DER, not the library's, and none at all.
        (
            KU,
            "critical 03020780, critical 03020780",
            "critical digital-signature, crit",
        ),
        (KU, "critical 0303078000", "critical 0303078000"),
        (KU, "critical ffff", "critical ffff"),
        ("1.2.3", "critical 0500", "critical 0500"),
        ("1.2.3", f"critical {'00' * 40}", f"critical {'00' * 32}... (40 octets)"),
    ],
)
def test_an_extension_is_told_by_what_it_says(oid: str, found: str, told: str) -> None:
    assert found_words(oid, found).startswith(told)


def test_two_that_have_the_same_words_are_told_by_their_octets() -> None:
    # An empty key identifier, and none.
    found, wanted = "non-critical 30028000", "non-critical 3000"
    assert found_words(AKI, found) == found_words(AKI, wanted)
    assert extension_differs(AKI, found, wanted) == f"it is {found}, not {wanted}"


@given(st.sampled_from([KU, BC, SKI, AKI, EKU, POLICIES, SAN]), st.binary(max_size=8))
def test_what_differs_is_never_told_as_one(oid: str, der: bytes) -> None:
    for wanted in ("absent", "critical 03020780", f"non-critical {der.hex()}"):
        found = f"critical {der.hex()}" if der else "absent"
        told = extension_differs(oid, found, wanted)
        assert (told == "") == (found == wanted)
        if told:
            left, _, right = told.removeprefix("it is ").partition(", not ")
            assert left != right


def test_a_signature_algorithm_is_told_by_name() -> None:
    known = bytes.fromhex(SIGNATURES[SignatureAlgorithm.ECDSA_SHA384])
    assert algorithm_words(known) == SignatureAlgorithm.ECDSA_SHA384.called
    null = bytes.fromhex("300c06082a8648ce3d0403020500")
    told = f"ecdsa-with-SHA256 (1.2.840.10045.4.3.2) in the form {null.hex()}"
    assert algorithm_words(null) == told
    assert algorithm_words(b"\x05\x00") == "0500"
    assert algorithms_words(known, known).startswith("both are ")
    assert algorithms_words(known, null).startswith("they are ")


def test_a_name_is_told_in_words_unless_they_are_the_same() -> None:
    def name(text: str, kind: _ASN1Type = _ASN1Type.UTF8String) -> bytes:
        made = x509.NameAttribute(x509.NameOID.COMMON_NAME, text, _type=kind)
        return x509.Name([made]).public_bytes()

    assert name_differs_words(name("A"), name("A")) == ""
    assert name_differs_words(name("A"), name("B")) == "it is CN=A, not CN=B"
    assert name_differs_words(name("A"), b"\x30\x00") == "it is CN=A, not (empty)"
    other = name("A", _ASN1Type.PrintableString)
    assert name_differs_words(name("A"), other) == (
        f"it is {name('A').hex()}, not {other.hex()}"
    )
    assert name_differs_words(b"\xff", other) == f"it is ff, not {other.hex()}"


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ("06052b81040022", "it names secp384r1 (1.3.132.0.34)"),
        ("06022a03", "it names 1.2.3"),
        ("", "the parameters are absent"),
        ("0500", "the parameters are NULL"),
        ("0401ff", "the parameters are 0401ff"),
        (
            f"3081f7{'00' * 247}",
            "it states a curve by explicit parameters, 250 octets, and names none",
        ),
    ],
)
def test_a_curve_is_told_by_name(parameters: str, told: str) -> None:
    key = read_key(encode_spki(ec.derive_private_key(5, ec.SECP256R1()).public_key()))
    changed = replace(key, parameters=bytes.fromhex(parameters))
    assert parameters_differ(changed, P256) == told


def test_a_kind_of_key_is_told_by_name() -> None:
    key = RawKey("1.3.101.112", b"", b"")
    assert kind_differs(key, P256) == "it is of the kind Ed25519 (1.3.101.112)"


def test_a_finding_has_no_octets_of_what_has_words() -> None:
    made, other = golden("issuing-ca-ec-p384"), golden("code-signing")
    assert made.issuer is not None
    findings = lint_certificate(
        made.certificate, other.order.profile, made.issuer.certificate
    )
    told = {each.rule: each.message for each in findings}
    assert (
        "it is critical key-cert-sign, crl-sign, not critical digital-s"
        in (told["PKI-KU-01"])
    )
    assert not [each for each in told.values() if "03020" in each]


def test_what_is_long_is_cut() -> None:
    assert cut_hex(bytes(32)) == "00" * 32
    assert cut_hex(bytes(33)) == "00" * 32 + "... (33 octets)"


def test_a_finding_quotes_nothing_that_steers_a_terminal() -> None:
    made = golden("smki-issuing-oca")
    steering = "A\x1b[31mRED\x1b]0;title\x07\r\nLint\u202e"
    issuer = name(("2.5.4.3", core.UTF8String, steering))
    named = changed(made.certificate, put("issuer", issuer))
    (found,) = lint_certificate(named, made.order.profile, made.order.issuer)
    quoted = r"A\x1b[31mRED\x1b]0;title\x07\r\nLint\u202e"
    assert found.rule == "PKI-NAME-02"
    assert f"CN={quoted}, not" in found.message
