"""Keys by which anybody can sign are found, and honest ones never."""

from __future__ import annotations

from datetime import date
from math import isqrt
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from ceremony.errors import InputError
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.certificate import encode_spki
from ceremony.pki.der import read_key
from ceremony.pki.extension import open_values
from ceremony.pki.fact import KeyAlgorithm
from ceremony.pki.finding import LintReport
from ceremony.pki.key_form import weakness
from ceremony.pki.linted import lint_tbs
from ceremony.pki.order import Order, serial_number
from ceremony.pki.request import verify_request
from ceremony.pki.request_file import Imported
from ceremony.pki.request_judgement import judge_request
from ceremony.pki.stand_in import stand_in_public_key
from ceremony.pki.weak_key import modulus_weakness, point_weakness
from tests.fakes.weak_keys import (
    IDENTITY_KEY,
    MODP_1024,
    MODP_2048,
    modulus,
    modulus_key,
    request_of_anybody,
    request_of_modulus,
)

VECTORS = Path(__file__).parents[2] / "vectors/profiles"

SMALL_ORDER = (
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
)
"""What libsodium refuses, whatever the sign: ``ge25519_has_small_order`` of its
``crypto_core/ed25519/ref10/ed25519_ref10.c``. The last two are not canonical."""

HONEST = (
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
    "ec172b93ad5e563f4932c70e1245034c35467ef2efd4d64ebf819683467e2bf2",
)
"""The public keys of RFC 8032, section 7.1."""


@pytest.mark.parametrize("known", SMALL_ORDER)
@pytest.mark.parametrize("sign", [0, 0x80])
def test_each_encoding_of_a_point_of_small_order_is_found(
    known: str, sign: int
) -> None:
    encoded = bytearray.fromhex(known)
    encoded[-1] |= sign
    assert point_weakness(bytes(encoded))


@pytest.mark.parametrize("known", HONEST)
def test_the_keys_of_the_standard_are_let_be(known: str) -> None:
    assert point_weakness(bytes.fromhex(known)) == ""


def test_keys_that_were_just_made_are_let_be() -> None:
    for _ in range(200):
        key = ed25519.Ed25519PrivateKey.generate().public_key()
        assert point_weakness(key.public_bytes_raw()) == ""


def test_what_is_no_point_in_its_one_encoding_is_found() -> None:
    # y = 2 has no x: (4 - 1) / (4 d + 1) is no square.
    assert "curve" in point_weakness(bytes([2, *bytes(31)]))
    assert "encoding" in point_weakness(bytes([255] * 32))
    assert "encoding" in point_weakness(bytes([3, *bytes(30)]))


def test_a_modulus_with_a_small_factor_is_found() -> None:
    for factor in (2, 3, 751, 10_007, 16_381):
        assert "16384" in modulus_weakness(factor * MODP_2048)


def test_a_square_is_found() -> None:
    assert "Fermat" in modulus_weakness(MODP_1024**2)


@pytest.mark.parametrize(("rounds", "is_found"), [(1, True), (98, True), (105, False)])
def test_close_factors_are_found_within_a_hundred_rounds(
    rounds: int, *, is_found: bool
) -> None:
    # n = a^2 - b^2, whose root lies about b^2 / (2 a) below a.
    for middle in range(2**1023, 2**1023 + 4_000, 2):
        half = isqrt(2 * middle * rounds) | 1
        told = modulus_weakness(middle**2 - half**2)
        if "16384" not in told:
            assert bool(told) is is_found
            return
    pytest.fail("each has a small factor")


@pytest.mark.parametrize("bits", [2048, 3072])
def test_nothing_is_seen_in_an_honest_modulus(bits: int) -> None:
    made = rsa.generate_private_key(65537, bits).public_key().public_numbers().n
    assert modulus_weakness(made) == ""


@pytest.mark.parametrize("number", [-5, 0, 1])
def test_what_is_no_modulus_is_found(number: int) -> None:
    assert weakness(modulus_key(number))


@pytest.mark.parametrize("algorithm", KeyAlgorithm)
def test_nothing_is_seen_in_a_stand_in(algorithm: KeyAlgorithm) -> None:
    key = read_key(encode_spki(stand_in_public_key(algorithm)))
    assert weakness(key) == ""


def issued(profile: str) -> x509.Certificate:
    """The certificate of the vectors for a profile."""
    return x509.load_pem_x509_certificate((VECTORS / f"{profile}.pem").read_bytes())


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("issuing-ca-ed25519", "small order"),
        ("issuing-ca-rsa-4096", "Fermat"),
        ("issuing-ca-rsa-4096-pss", "Fermat"),
    ],
)
def test_a_request_that_anybody_could_have_signed_is_refused(
    profile: str, words: str
) -> None:
    wanted, subject = load_builtin_profile(profile), issued(profile).subject
    asked = (
        request_of_anybody(subject)
        if wanted.key is KeyAlgorithm.ED25519
        else request_of_modulus(subject, MODP_2048**2)
    )
    judged = judge_request(Imported("it", 1, asked), wanted)
    assert [each.rule for each in judged.findings] == ["PKI-KEY-02"]
    assert words in judged.findings[0].message
    with pytest.raises(InputError, match=words) as refused:
        verify_request(asked, wanted.key)
    assert refused.value.code == "PKI-REQUEST-03"


@pytest.mark.parametrize(
    ("profile", "key"),
    [
        ("root-ca-ed25519", IDENTITY_KEY),
        ("root-ca-rsa-4096", modulus(MODP_2048**2)),
        ("root-ca-rsa-4096", modulus(10_007 * (2**4082 + 1))),
    ],
)
def test_a_certificate_of_such_a_key_is_never_signed(
    profile: str, key: CertificatePublicKeyTypes
) -> None:
    wanted = load_builtin_profile(profile)
    values = dict.fromkeys(open_values(wanted), "Example") | {"country": "GB"}
    serial = serial_number(bytes(wanted.serial_octets))
    report = lint_tbs(Order(wanted, values, None, date(2026, 1, 1), serial), key)
    assert isinstance(report, LintReport)
    assert "PKI-KEY-02" in {each.rule for each in report.findings}
