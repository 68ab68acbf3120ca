"""A signature of another kind than the key above it is told as what it is."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from ceremony.pki.extension import key_usage
from ceremony.pki.path import PathAbove, find_path_fault
from tests.unit.pki.test_path import FIRST, LAST, LEAF, ROOT, Wanted, name

Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
KEYS: dict[str, Key] = {
    "ECDSA": ec.generate_private_key(ec.SECP256R1()),
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    "RSA": rsa.generate_private_key(65537, 2048),
}
PAIRS = [(own, other) for own in KEYS for other in KEYS if own != other]


def made(wanted: Wanted, key: Key, signer: Key) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder(name("Root"), name(wanted.common), key.public_key())
        .serial_number(1)
        .not_valid_before(FIRST)
        .not_valid_after(LAST)
        .add_extension(key_usage(wanted.usage), critical=True)
        .add_extension(x509.BasicConstraints(wanted.is_ca, None), critical=True)
    )
    digest = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(signer, digest)


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize(("own", "other"), PAIRS)
def test_a_signature_of_another_kind_than_the_key_above_is_named(
    own: str, other: str, *, signed: bool
) -> None:
    """RFC 5280, section 6.1.3 (a)(1): no RSA key is too short where none is there."""
    root = made(ROOT, KEYS[own], KEYS[own])
    leaf = made(LEAF, KEYS["ECDSA"], KEYS[other])
    fault = find_path_fault([leaf, root], signed=signed)
    assert fault is not None
    by = "RSA PKCS#1" if other == "RSA" else other
    assert fault.rule == "PKI-PATH-02"
    assert fault.text == (
        f"A signature of the path could not be verified: it is by {by}, and the key of "
        f"the certificate above is for {own}."
    )
    assert PathAbove([root], rooted=False).find_fault(leaf, signed=signed) == fault


@pytest.mark.parametrize(("own", "other"), PAIRS)
def test_a_root_that_another_kind_of_key_signed_did_not_sign_itself(
    own: str, other: str
) -> None:
    fault = find_path_fault([made(ROOT, KEYS[own], KEYS[other])])
    assert fault is not None
    assert fault.rule == "PKI-PATH-02"


@pytest.mark.parametrize("own", KEYS)
def test_a_signature_of_the_kind_of_the_key_is_verified(own: str) -> None:
    root = made(ROOT, KEYS[own], KEYS[own])
    assert find_path_fault([made(LEAF, KEYS["ECDSA"], KEYS[own]), root]) is None
