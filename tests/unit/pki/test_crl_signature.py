"""By which of its profile's algorithms a CA signs a list: as its certificate is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import (
    CertificatePublicKeyTypes,
)

from ceremony.errors import InputError
from ceremony.pki.builtin import load_builtin_profile
from ceremony.pki.crl_profile import CrlProfile
from ceremony.pki.crl_profile_file import load_builtin_crl_profile
from ceremony.pki.crl_signature import crl_signature, planned_crl_signature
from ceremony.pki.crl_trial import try_crl_profile
from ceremony.pki.fact import KeyAlgorithm, KeyUse, SignatureAlgorithm
from ceremony.pki.trial import made_up_issuer
from tests.fakes.golden import published_keys

EC, PKCS1, PKCS1_512 = "ecdsa-with-sha384", "rsa-pkcs1-sha256", "rsa-pkcs1-sha512"
PSS, PSS_384, EDWARDS = "rsa-pss-sha256", "rsa-pss-sha384", "ed25519"
EC_256, EC_512 = "ecdsa-with-sha256", "ecdsa-with-sha512"
CURVES = [
    ec.derive_private_key(7, curve()).public_key()
    for curve in (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
]


def profile_of(*signatures: str) -> CrlProfile:
    named = tuple(map(SignatureAlgorithm, signatures))
    return replace(load_builtin_crl_profile("generic-crl"), signatures=named)


CASES = [
    # The key, what its certificate is signed by, what the profile has, what is taken.
    ("rsa-4096", PSS, (PKCS1, PSS), PSS),
    ("rsa-4096", PKCS1, (PSS, PKCS1), PKCS1),
    ("rsa-2048", PKCS1_512, (PKCS1, PKCS1_512, PSS), PKCS1_512),
    # Another digest of the same padding goes before one of the other padding.
    ("rsa-4096", PSS_384, (PKCS1, PSS), PSS),
    ("rsa-4096", PKCS1_512, (PSS, PKCS1), PKCS1),
    # A profile that has the other padding alone says so.
    ("rsa-4096", PSS, (EC, PKCS1), PKCS1),
    ("rsa-4096", PKCS1, (PSS_384, PSS), PSS_384),
    # What a key of another kind has signed says nothing of the padding.
    ("rsa-4096", EC, (PSS, PKCS1), PSS),
    ("rsa-4096", EDWARDS, (EDWARDS, PKCS1, PSS), PKCS1),
    ("ec-p384", PSS, (PSS, EC), EC),
    ("ed25519", PSS, (PSS, EDWARDS), EDWARDS),
]


@pytest.mark.parametrize(("key", "by", "named", "taken"), CASES)
def test_a_list_is_signed_as_the_certificate_of_its_ca_is(
    key: str, by: str, named: tuple[str, ...], taken: str
) -> None:
    algorithm, signature = KeyAlgorithm(key), SignatureAlgorithm(by)
    profile = profile_of(*named)
    issuer = made_up_issuer(algorithm, (KeyUse.CRL_SIGN,), signature)
    assert crl_signature(profile, issuer) == taken
    # The same, while there is no certificate yet.
    shipped = load_builtin_profile("root-ca-rsa-4096")
    holder = replace(shipped, key=algorithm, signature=signature)
    assert planned_crl_signature(profile, holder) == taken


def test_a_ca_that_no_algorithm_suits_signs_by_none() -> None:
    profile = profile_of(EC, "ecdsa-with-sha512", EDWARDS)
    issuer = made_up_issuer(KeyAlgorithm.RSA_2048)
    with pytest.raises(InputError) as caught:
        crl_signature(profile, issuer)
    assert caught.value.code == "PKI-LIST-05"
    holder = load_builtin_profile("root-ca-rsa-4096")
    assert planned_crl_signature(profile, holder) is None


def test_a_certificate_by_pss_with_other_parameters_is_one_by_pss() -> None:
    key = published_keys()["rsa-2048"][0]
    assert isinstance(key, rsa.RSAPrivateKey)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Salted")])
    day = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 1, day, day.replace(year=2030)
    )
    salted = padding.PSS(padding.MGF1(hashes.SHA256()), 20)
    issuer = builder.sign(key, hashes.SHA256(), rsa_padding=salted)
    assert crl_signature(profile_of(PKCS1, PSS_384), issuer) == PSS_384


@pytest.mark.parametrize(
    ("key", "taken"),
    [
        *zip(CURVES, (EC_256, EC, EC_512), strict=True),
        (ec.derive_private_key(7, ec.BrainpoolP384R1()).public_key(), EC),
        (rsa.RSAPublicNumbers(65537, (1 << 1535) + 1).public_key(), PSS),
        (ec.derive_private_key(7, ec.SECP224R1()).public_key(), ""),
        (ed448.Ed448PrivateKey.from_private_bytes(bytes(57)).public_key(), ""),
    ],
)
def test_a_ca_from_elsewhere_may_have_any_curve_and_an_rsa_key_of_any_size(
    key: CertificatePublicKeyTypes, taken: str
) -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Elsewhere")])
    day = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key, 1, day, day.replace(year=2030))
    issuer = builder.sign(published_keys()["ec-p256"][0], hashes.SHA256())
    profile = profile_of(PSS, EC_512, EC, EC_256, EDWARDS)
    if taken:
        assert crl_signature(profile, issuer) == taken
    else:
        with pytest.raises(InputError, match="by none of the algorithms"):
            crl_signature(profile, issuer)


@pytest.mark.parametrize("lists", ["generic-arl", "generic-crl"])
@pytest.mark.parametrize(
    "signature", [each for each in SignatureAlgorithm if each.startswith("rsa-")]
)
def test_the_generic_lists_have_every_signature_of_an_rsa_ca(
    lists: str, signature: SignatureAlgorithm
) -> None:
    issuer = made_up_issuer(KeyAlgorithm.RSA_4096, (KeyUse.CRL_SIGN,), signature)
    assert crl_signature(load_builtin_crl_profile(lists), issuer) is signature


def test_a_profile_is_tried_by_each_of_its_algorithms() -> None:
    profile = load_builtin_crl_profile("generic-crl")
    trials = try_crl_profile(profile, ())
    without_entries = [each for each in trials if each.given == "no entry"]
    # The CAs have one name and few keys, and the lists differ by their algorithm.
    assert len({each.report.tbs_digest for each in without_entries}) == len(
        profile.signatures
    )
