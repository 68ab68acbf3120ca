from __future__ import annotations

import copy
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.x509.oid import NameOID
from pkcs11 import Attribute, KeyType, Mechanism

from ceremony.errors import DeviceError
from ceremony.hsm.attributes import (
    AttributePolicy,
    AttributeRule,
    FoundAttribute,
    check_attributes,
)
from ceremony.hsm.order import KeyAlgorithm, KeyOrder, PairUse
from ceremony.hsm.session import Session
from ceremony.identifiers import OperationId, Stance
from tests.hsm.contract.token_under_test import TokenUnderTest
from tests.hsm.fresh_token import SIGNING_KEY_POLICY, FreshToken

pytestmark = pytest.mark.hsm

NewId = Callable[[], OperationId]
CERTIFICATE_HASHES: dict[KeyAlgorithm, hashes.HashAlgorithm | None] = {
    KeyAlgorithm.EC_P256: hashes.SHA256(),
    KeyAlgorithm.EC_P384: hashes.SHA384(),
    KeyAlgorithm.EC_P521: hashes.SHA512(),
    KeyAlgorithm.ED25519: None,
    KeyAlgorithm.RSA_2048: hashes.SHA256(),
}
MADE_BY = {
    KeyAlgorithm.EC_P256: "CKM_EC_KEY_PAIR_GEN",
    KeyAlgorithm.EC_P384: "CKM_EC_KEY_PAIR_GEN",
    KeyAlgorithm.EC_P521: "CKM_EC_KEY_PAIR_GEN",
    KeyAlgorithm.ED25519: "CKM_EC_EDWARDS_KEY_PAIR_GEN",
    KeyAlgorithm.RSA_2048: "CKM_RSA_PKCS_KEY_PAIR_GEN",
}


@pytest.fixture
def session(fresh: FreshToken) -> Iterator[Session]:
    with fresh.token.session(fresh.pin) as opened:
        yield opened


@pytest.mark.parametrize("algorithm", list(MADE_BY))
def test_a_key_is_read_back_as_it_was_ordered(
    session: Session, new_id: NewId, algorithm: KeyAlgorithm
) -> None:
    order = KeyOrder("root-key", new_id(), algorithm)

    key = session.generate_key_pair(order)

    assert (key.label, key.cka_id) == (order.label, order.cka_id)
    assert key.algorithm is algorithm
    assert key.mechanism == MADE_BY[algorithm]
    assert session.read_key(order.cka_id) == key
    public = serialization.load_der_public_key(key.public_key_der)
    assert isinstance(
        public,
        ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey,
    )


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", [KeyAlgorithm.RSA_3072, KeyAlgorithm.RSA_4096])
def test_longer_rsa_keys_are_made_too(
    session: Session, new_id: NewId, algorithm: KeyAlgorithm
) -> None:
    key = session.generate_key_pair(KeyOrder("long", new_id(), algorithm))

    public = serialization.load_der_public_key(key.public_key_der)
    assert isinstance(public, rsa.RSAPublicKey)
    assert f"RSA_{public.key_size}" == algorithm.value
    assert public.public_numbers().e == 65537


def test_a_pair_that_wraps_and_unwraps_fails_where_both_are_kept_apart(
    session: Session, new_id: NewId
) -> None:
    order = KeyOrder("w", new_id(), KeyAlgorithm.RSA_2048, PairUse.WRAP)
    key = session.generate_key_pair(order)
    apart = (("CKA_WRAP", "CKA_UNWRAP"), ("CKA_WRAP", "CKA_DECRYPT"))

    both, other = check_attributes(
        AttributePolicy((), apart=apart), key.private_attributes, key.public_attributes
    )

    assert (both.holds, both.found) == (False, "CKA_WRAP + CKA_UNWRAP")
    assert other.passed


def test_what_nss_tells_wrongly_of_its_own_key_is_for_the_policy_to_decide(
    nss_token: TokenUnderTest, new_id: NewId
) -> None:
    strict = AttributeRule("CKA_LOCAL", expected=True)
    untold = AttributeRule("CKA_KEY_GEN_MECHANISM", "CKM_EC_KEY_PAIR_GEN")
    rules = (
        strict,
        replace(strict, reported_wrongly=Stance.REMARK),
        untold,
        replace(untold, absent=Stance.REMARK),
    )
    with nss_token.session() as session:
        key = session.generate_key_pair(KeyOrder("n", new_id(), KeyAlgorithm.EC_P256))

    verdicts = check_attributes(AttributePolicy(rules), key.private_attributes)

    assert [(each.found, each.passed, each.holds) for each in verdicts] == [
        (False, False, False),
        (False, False, True),
        ("absent", False, False),
        ("absent", False, True),
    ]


@pytest.mark.parametrize("algorithm", list(MADE_BY))
def test_a_made_key_meets_the_policy_but_for_the_hardware_slot(
    fresh: FreshToken, session: Session, new_id: NewId, algorithm: KeyAlgorithm
) -> None:
    key = session.generate_key_pair(KeyOrder("k", new_id(), algorithm))
    found = (*key.private_attributes, *fresh.token.facts.found)

    verdicts = check_attributes(SIGNING_KEY_POLICY, found, key.public_attributes)

    assert [each.name for each in verdicts if not each.holds] == ["CKF_HW_SLOT"]
    assert not any(each.waived for each in verdicts)
    waived = replace(SIGNING_KEY_POLICY, waived=frozenset({"CKF_HW_SLOT"}))
    assert all(each.holds for each in check_attributes(waived, found))
    assert FoundAttribute("CKA_PRIVATE", value=False) in key.public_attributes


def test_nothing_is_made_under_a_label_or_id_that_exists(
    session: Session, new_id: NewId
) -> None:
    first = KeyOrder("root-key", new_id(), KeyAlgorithm.EC_P256)
    session.generate_key_pair(first)
    before = session.inventory()

    for order in (
        KeyOrder("root-key", new_id(), KeyAlgorithm.EC_P256),
        KeyOrder("other", first.cka_id, KeyAlgorithm.EC_P256),
    ):
        with pytest.raises(DeviceError) as caught:
            session.generate_key_pair(order)
        assert caught.value.code == "HSM-LABEL-01"
        assert not caught.value.in_doubt
    assert session.inventory() == before


def test_an_unknown_key_is_not_found(session: Session, new_id: NewId) -> None:
    for act in (session.read_key, session.private_key):
        with pytest.raises(DeviceError) as caught:
            act(new_id())
        assert caught.value.code == "HSM-KEY-01"
        assert not caught.value.in_doubt


def test_half_a_pair_is_no_key(session: Session, new_id: NewId) -> None:
    key = session.generate_key_pair(KeyOrder("k", new_id(), KeyAlgorithm.EC_P256))
    public = next(
        entry
        for entry in session.inventory().entries
        if entry.object_class == "CKO_PUBLIC_KEY"
    )
    session.destroy(public)

    with pytest.raises(DeviceError, match="0 objects CKO_PUBLIC_KEY"):
        session.read_key(key.cka_id)


def test_default_signatures_verify(session: Session, new_id: NewId) -> None:
    message = b"domain-separated challenge"
    for algorithm in MADE_BY:
        key = session.generate_key_pair(KeyOrder(algorithm, new_id(), algorithm))
        signature = session.sign(key.cka_id, message)
        match serialization.load_der_public_key(key.public_key_der):
            case ec.EllipticCurvePublicKey() as public:
                digest = CERTIFICATE_HASHES[algorithm]
                assert digest is not None
                public.verify(signature, message, ec.ECDSA(digest))
            case ed25519.Ed25519PublicKey() as public:
                public.verify(signature, message)
            case rsa.RSAPublicKey() as public:
                public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
            case other:
                pytest.fail(f"unexpected {other}")


def test_ecdsa_signs_any_of_the_three_digests_and_a_ready_one(
    session: Session, new_id: NewId
) -> None:
    made = session.generate_key_pair(KeyOrder("k", new_id(), KeyAlgorithm.EC_P256))
    key = session.private_key(made.cka_id)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert (key.key_size, key.curve.name) == (256, "secp256r1")

    for digest in (hashes.SHA256(), hashes.SHA384(), hashes.SHA512()):
        signature = key.sign(b"message", ec.ECDSA(digest))
        key.public_key().verify(signature, b"message", ec.ECDSA(digest))
    ready = ec.ECDSA(utils.Prehashed(hashes.SHA256()))
    signature = key.sign(sha256(b"message").digest(), ready)
    key.public_key().verify(signature, b"message", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(ValueError, match="length"):
        key.sign(b"no digest", ready)
    with pytest.raises(TypeError, match="sha1"):
        key.sign(b"message", ec.ECDSA(hashes.SHA1()))  # noqa: S303  it is refused


def test_rsa_signs_with_pkcs1_or_pss_and_sha2_only(
    session: Session, new_id: NewId
) -> None:
    made = session.generate_key_pair(KeyOrder("k", new_id(), KeyAlgorithm.RSA_2048))
    key = session.private_key(made.cka_id)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size == 2048

    sha256_mask = padding.MGF1(hashes.SHA256())
    for salt in (32, padding.PSS.DIGEST_LENGTH):
        pss = padding.PSS(sha256_mask, salt)
        signature = key.sign(b"message", pss, hashes.SHA256())
        key.public_key().verify(
            signature, b"message", padding.PSS(sha256_mask, 32), hashes.SHA256()
        )
    for wrong_padding, digest in (
        (padding.PSS(sha256_mask, 20), hashes.SHA256()),
        (padding.PSS(sha256_mask, padding.PSS.MAX_LENGTH), hashes.SHA256()),
        (padding.PSS(sha256_mask, 48), hashes.SHA384()),
        (padding.PKCS1v15(), hashes.SHA1()),  # noqa: S303  it is refused
        (padding.PKCS1v15(), utils.Prehashed(hashes.SHA256())),
    ):
        with pytest.raises(TypeError):
            key.sign(b"message", wrong_padding, digest)


@pytest.mark.parametrize("algorithm", list(MADE_BY))
def test_a_key_gives_nothing_of_itself_away(
    session: Session, new_id: NewId, algorithm: KeyAlgorithm
) -> None:
    made = session.generate_key_pair(KeyOrder("k", new_id(), algorithm))
    key = session.private_key(made.cka_id)

    names = ("private_bytes", "private_bytes_raw", "private_numbers", "exchange")
    refused = 0
    for name in (*names, "decrypt"):
        if hasattr(key, name):
            with pytest.raises(TypeError, match="never leaves"):
                getattr(key, name)()
            refused += 1
    assert refused >= 2
    assert copy.copy(key) is key
    assert copy.deepcopy(key) is key


@pytest.mark.parametrize("algorithm", list(MADE_BY))
def test_certificate_request_and_crl_by_a_token_verify_with_openssl(
    session: Session, new_id: NewId, algorithm: KeyAlgorithm, tmp_path: Path
) -> None:
    made = session.generate_key_pair(KeyOrder("root", new_id(), algorithm))
    key = session.private_key(made.cka_id)
    digest = CERTIFICATE_HASHES[algorithm]
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Root")])
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)

    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .sign(key, digest)
    )
    request = x509.CertificateSigningRequestBuilder().subject_name(name)
    revocation = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name)
        .last_update(start)
        .next_update(end)
    )
    pem = serialization.Encoding.PEM
    (tmp_path / "root.pem").write_bytes(certificate.public_bytes(pem))
    (tmp_path / "root.csr").write_bytes(request.sign(key, digest).public_bytes(pem))
    (tmp_path / "root.crl").write_bytes(revocation.sign(key, digest).public_bytes(pem))

    assert "root.pem: OK" in _openssl(
        tmp_path, "verify", "-check_ss_sig", "-CAfile", "root.pem", "root.pem"
    )
    assert "OK" in _openssl(tmp_path, "req", "-verify", "-noout", "-in", "root.csr")
    assert "OK" in _openssl(
        tmp_path, "crl", "-noout", "-in", "root.crl", "-CAfile", "root.pem"
    )


def _openssl(folder: Path, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603  fixed arguments
        ["openssl", *arguments],  # noqa: S607  the system's own
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout + done.stderr


def test_a_key_that_cannot_be_read_back_is_in_doubt(
    session: Session, new_id: NewId
) -> None:
    """The token is swapped between the call that makes the key and the look at it."""
    looks: list[None] = []

    def verify_same_token() -> None:
        looks.append(None)
        if len(looks) > 1:
            raise DeviceError("HSM-TOKEN-02", "Another token.", remedy="Stop.")

    watched = Session(session._library, session._functions, verify_same_token)

    with pytest.raises(DeviceError) as caught:
        watched.generate_key_pair(KeyOrder("k", new_id(), KeyAlgorithm.EC_P256))

    assert caught.value.in_doubt
    assert caught.value.meaning == "A key, or half of one, may exist in the token."
    assert [each.label for each in session.inventory().entries] == ["k", "k"]


def test_a_key_of_an_unknown_kind_is_listed_and_not_used(
    session: Session, new_id: NewId
) -> None:
    key_id = new_id()
    brainpool = bytes.fromhex("06092b2403030208010107")
    session._library.create_domain_parameters(
        KeyType.EC, {Attribute.EC_PARAMS: brainpool}, local=True
    ).generate_keypair(
        mechanism=Mechanism.EC_KEY_PAIR_GEN,
        store=True,
        id=bytes.fromhex(key_id),
        label="other",
    )

    assert {each.curve for each in session.inventory().entries} == {brainpool.hex()}
    for act in (session.read_key, session.private_key):
        with pytest.raises(DeviceError) as caught:
            act(key_id)
        assert caught.value.code == "HSM-KEY-03"
