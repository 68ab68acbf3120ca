"""Key pairs and what they sign, checked by cryptography and by openssl."""

from __future__ import annotations

import subprocess
from hashlib import new as digest_of
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

from ceremony.errors import DeviceError, InputError
from ceremony.hsm.inventory import difference
from ceremony.hsm.mechanism import CANDIDATES, SignatureScheme
from ceremony.hsm.order import Copies, KeyAlgorithm, KeyOrder, PairUse
from tests.hsm.contract.token_under_test import TokenUnderTest, new_id

pytestmark = pytest.mark.hsm

SLOW = {KeyAlgorithm.RSA_3072, KeyAlgorithm.RSA_4096}
ALGORITHMS = [
    pytest.param(each, marks=[pytest.mark.slow] if each in SLOW else [])
    for each in KeyAlgorithm
]
DIGESTS: dict[KeyAlgorithm, hashes.HashAlgorithm] = {
    KeyAlgorithm.EC_P256: hashes.SHA256(),
    KeyAlgorithm.EC_P384: hashes.SHA384(),
    KeyAlgorithm.EC_P521: hashes.SHA512(),
}
RSA_SCHEMES = [each for each in SignatureScheme if each.startswith("RSA")]
MESSAGE = b"what is signed"


def verify_ecdsa(public: object, raw: bytes, digest: hashes.HashAlgorithm) -> None:
    assert isinstance(public, ec.EllipticCurvePublicKey)
    half = len(raw) // 2
    assert half == (public.key_size + 7) // 8
    numbers = [int.from_bytes(part, "big") for part in (raw[:half], raw[half:])]
    signature = utils.encode_dss_signature(*numbers)
    public.verify(signature, MESSAGE, ec.ECDSA(digest))


@pytest.mark.no_cover
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_pair_is_made_as_ordered_and_its_signature_verifies(
    under_test: TokenUnderTest, algorithm: KeyAlgorithm
) -> None:
    with under_test.session() as session:
        before = session.inventory()
        order = KeyOrder("contract pair", new_id(), algorithm)
        with under_test.offering(algorithm.value):
            key = session.generate_key_pair(order)
        change = difference(before, session.inventory())

        assert (key.label, key.cka_id, key.algorithm) == (
            order.label,
            order.cka_id,
            algorithm,
        )
        assert session.read_key(order.cka_id).public_key_der == key.public_key_der
        assert change.removed == ()
        assert [
            (each.object_class, each.label, each.cka_id) for each in change.added
        ] == [
            ("CKO_PRIVATE_KEY", order.label, order.cka_id),
            ("CKO_PUBLIC_KEY", order.label, order.cka_id),
        ]
        public = serialization.load_der_public_key(key.public_key_der)
        signature = session.sign(order.cka_id, MESSAGE)
        match public:
            case ec.EllipticCurvePublicKey():
                public.verify(signature, MESSAGE, ec.ECDSA(DIGESTS[algorithm]))
                digest = digest_of(DIGESTS[algorithm].name, MESSAGE).digest()
                raw = session.sign_by(order.cka_id, SignatureScheme.ECDSA, digest)
                verify_ecdsa(public, raw.value, DIGESTS[algorithm])
            case ed25519.Ed25519PublicKey():
                public.verify(signature, MESSAGE)
            case rsa.RSAPublicKey():
                assert f"RSA_{public.key_size}" == algorithm.value
                assert public.public_numbers().e == 65537
                public.verify(signature, MESSAGE, padding.PKCS1v15(), hashes.SHA256())
            case other:
                pytest.fail(f"unexpected {other}")


@pytest.mark.parametrize(
    ("use", "copies"),
    [
        (PairUse.SIGN, Copies.NEVER),
        (PairUse.SIGN, Copies.WRAPPED),
        (PairUse.WRAP, Copies.NEVER),
    ],
)
def test_a_pair_may_do_what_was_ordered_and_nothing_else(
    under_test: TokenUnderTest, use: PairUse, copies: Copies
) -> None:
    with under_test.session() as session:
        order = KeyOrder("contract", new_id(), KeyAlgorithm.RSA_2048, use, copies)
        with under_test.offering("RSA_2048"):
            key = session.generate_key_pair(order)

    private = {each.name: each.value for each in key.private_attributes}
    public = {each.name: each.value for each in key.public_attributes}
    signs, leaves = use is PairUse.SIGN, copies is not Copies.NEVER
    expected = {
        "CKA_TOKEN": True,
        "CKA_PRIVATE": True,
        "CKA_SENSITIVE": True,
        "CKA_EXTRACTABLE": leaves,
        "CKA_ALWAYS_SENSITIVE": True,
        "CKA_NEVER_EXTRACTABLE": not leaves,
        "CKA_SIGN": signs,
        "CKA_UNWRAP": not signs,
        "CKA_DECRYPT": False,
        "CKA_DERIVE": False,
    }
    assert {name: private[name] for name in expected} == expected
    assert public["CKA_PRIVATE"] is False
    assert (public["CKA_VERIFY"], public["CKA_WRAP"]) == (signs, not signs)
    assert public["CKA_ENCRYPT"] is False
    # A token that does not say so is remarked upon, and one that does is not.
    told_wrongly = {each.subject for each in key.remarks}
    assert ("CKA_LOCAL" in told_wrongly) is (private.get("CKA_LOCAL") is not True)


@pytest.mark.parametrize("scheme", RSA_SCHEMES)
def test_rsa_signs_by_every_scheme_and_tells_the_mechanism(
    under_test: TokenUnderTest, scheme: SignatureScheme
) -> None:
    with under_test.session() as session:
        order = KeyOrder("contract rsa", new_id(), KeyAlgorithm.RSA_2048)
        with under_test.offering("RSA_2048"):
            key = session.generate_key_pair(order)
        with under_test.offering(scheme.value):
            signed = session.sign_by(order.cka_id, scheme, MESSAGE)

    name = scheme.value.rpartition("_")[2]
    digest = {"SHA256": hashes.SHA256, "SHA384": hashes.SHA384, "SHA512": hashes.SHA512}
    hasher = digest[name]()
    pss = padding.PSS(padding.MGF1(hasher), hasher.digest_size)
    scheme_padding = pss if "PSS" in scheme else padding.PKCS1v15()
    public = serialization.load_der_public_key(key.public_key_der)
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(signed.value, MESSAGE, scheme_padding, hasher)
    with pytest.raises(InvalidSignature):
        public.verify(signed.value, MESSAGE + b".", scheme_padding, hasher)
    offered = under_test.token.mechanisms
    assert signed.choice.operation == scheme
    assert signed.choice.used in offered
    assert not set(signed.choice.passed_over) & set(offered)
    assert (*signed.choice.passed_over, signed.choice.used) == CANDIDATES[scheme][
        : len(signed.choice.passed_over) + 1
    ]


@pytest.mark.parametrize(
    "algorithm", [KeyAlgorithm.EC_P384, KeyAlgorithm.ED25519, KeyAlgorithm.RSA_2048]
)
def test_a_proof_is_domain_separated_and_verifies_with_openssl(
    under_test: TokenUnderTest, algorithm: KeyAlgorithm, tmp_path: Path
) -> None:
    challenge = bytes(range(32))
    with under_test.session() as session:
        order = KeyOrder("contract proof", new_id(), algorithm)
        with under_test.offering(algorithm.value):
            key = session.generate_key_pair(order)
        proof = session.prove(order.cka_id, challenge)

    assert proof.message == (
        b"key-ceremony/key.prove/v1\n"
        b"token " + under_test.token.serial.encode() + b"\n"
        b"key " + order.cka_id.encode() + b"\n"
        b"challenge 000102030405060708090a0b0c0d0e0f"
        b"101112131415161718191a1b1c1d1e1f\n"
    )
    assert proof.public_key_der == key.public_key_der
    (tmp_path / "key.der").write_bytes(key.public_key_der)
    (tmp_path / "message").write_bytes(proof.message)
    (tmp_path / "signature").write_bytes(proof.signature)
    plain = algorithm is KeyAlgorithm.ED25519
    name = "sha384" if algorithm is KeyAlgorithm.EC_P384 else "sha256"
    how = ["-rawin"] if plain else ["-rawin", "-digest", name]
    verify = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.der"]
    files = ["-keyform", "DER", "-in", "message", "-sigfile", "signature"]
    done = subprocess.run(  # noqa: S603  fixed arguments
        [*verify, *files, *how], cwd=tmp_path, capture_output=True, check=False
    )
    assert b"Verified Successfully" in done.stdout, done.stderr


@pytest.mark.parametrize("length", [0, 15, 65])
def test_a_challenge_of_another_length_is_refused(
    under_test: TokenUnderTest, length: int
) -> None:
    with under_test.session() as session:
        order = KeyOrder("contract", new_id(), KeyAlgorithm.EC_P256)
        with under_test.offering("EC_P256"):
            session.generate_key_pair(order)
        with pytest.raises(InputError) as caught:
            session.prove(order.cka_id, bytes(length))
    assert caught.value.code == "HSM-PROVE-01"


def test_a_wrapping_pair_signs_nothing(under_test: TokenUnderTest) -> None:
    with under_test.session() as session:
        order = KeyOrder("c", new_id(), KeyAlgorithm.RSA_2048, PairUse.WRAP)
        with under_test.offering("RSA_2048"):
            session.generate_key_pair(order)
        for act in (
            lambda: session.sign(order.cka_id, MESSAGE),
            lambda: session.prove(order.cka_id, bytes(32)),
        ):
            with pytest.raises(DeviceError) as caught:
                act()
            assert caught.value.code == "HSM-KEY-05"
            assert not caught.value.in_doubt


def test_nothing_is_made_under_a_label_or_an_id_that_exists(
    under_test: TokenUnderTest,
) -> None:
    with under_test.session() as session:
        first = KeyOrder("contract first", new_id(), KeyAlgorithm.EC_P256)
        with under_test.offering("EC_P256"):
            session.generate_key_pair(first)
        before = session.inventory()
        for order in (
            KeyOrder(first.label, new_id(), KeyAlgorithm.EC_P256),
            KeyOrder("contract second", first.cka_id, KeyAlgorithm.EC_P256),
        ):
            with pytest.raises(DeviceError) as caught:
                session.generate_key_pair(order)
            assert caught.value.code == "HSM-LABEL-01"
        assert session.inventory() == before


def test_an_unknown_key_is_not_found(under_test: TokenUnderTest) -> None:
    with under_test.session() as session:
        for act in (session.read_key, session.read_secret_key, session.private_key):
            with pytest.raises(DeviceError) as caught:
                act(new_id())
            assert caught.value.code == "HSM-KEY-01"
            assert not caught.value.in_doubt
