"""Keys that leave a token wrapped and come back, undone by cryptography."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ceremony.errors import DeviceError, InputError
from ceremony.hsm.errors import CkrError
from ceremony.hsm.generation import library_mechanism
from ceremony.hsm.inventory import difference
from ceremony.hsm.keys import verify_by_default
from ceremony.hsm.mechanism import WrapMethod
from ceremony.hsm.order import (
    CheckValueKind,
    Copies,
    KeyAlgorithm,
    KeyOrder,
    PairUse,
    SecretAlgorithm,
    SecretKeyOrder,
    SecretUse,
)
from ceremony.hsm.raw import RawMechanism
from ceremony.hsm.result import WrappedKey
from ceremony.hsm.session import Session
from tests.hsm.contract.known_key import OAEP, bring_in, oaep, tampered
from tests.hsm.contract.token_under_test import AnySession, TokenUnderTest, new_id

pytestmark = [pytest.mark.hsm, pytest.mark.no_cover]

KEK = bytes.fromhex("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8") + bytes(8)
AES_METHODS = [WrapMethod.AES_KWP, WrapMethod.AES_KW]
UNDO = {
    WrapMethod.AES_KWP: keywrap.aes_key_unwrap_with_padding,
    WrapMethod.AES_KW: keywrap.aes_key_unwrap,
}
REDO = {
    WrapMethod.AES_KWP: keywrap.aes_key_wrap_with_padding,
    WrapMethod.AES_KW: keywrap.aes_key_wrap,
}
PKCS8 = (
    serialization.Encoding.DER,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
)
SPKI = (
    serialization.Encoding.DER,
    serialization.PublicFormat.SubjectPublicKeyInfo,
)


def wrapping_key(under_test: TokenUnderTest, session: AnySession) -> SecretKeyOrder:
    order = SecretKeyOrder(
        "contract kek", new_id(), SecretAlgorithm.AES_256, SecretUse.WRAP
    )
    bring_in(under_test, session, KEK, order)
    return order


def secret_order(label: str, copies: Copies = Copies.NEVER) -> SecretKeyOrder:
    return SecretKeyOrder(
        label,
        new_id(),
        SecretAlgorithm.AES_256,
        SecretUse.ENCRYPT,
        copies,
        CheckValueKind.ENCRYPTED_ZEROS,
    )


@pytest.mark.parametrize("method", AES_METHODS)
def test_a_secret_key_wrapped_by_aes_comes_back_equal(
    under_test: TokenUnderTest, method: WrapMethod
) -> None:
    with under_test.session() as session:
        kek = wrapping_key(under_test, session)
        order = secret_order("contract backed up", Copies.WRAPPED)
        session.generate_secret_key(order)
        kind = CheckValueKind.ENCRYPTED_ZEROS
        with under_test.offering(f"wrapping by {method}"):
            wrapped = session.wrap(kek.cka_id, order.cka_id, method)
        before, again = session.inventory(), secret_order("contract restored")
        restored = session.unwrap_secret_key(kek.cka_id, wrapped, again)
        change = difference(before, session.inventory())
        values = {
            session.check_value(each.cka_id, kind).value for each in (order, again)
        }

    value = UNDO[method](KEK, wrapped.blob)
    assert len(value) == 32
    assert values == {_encrypted_zeros(value)[:3].hex()}
    assert change.removed == ()
    assert [each.label for each in change.added] == ["contract restored"]
    found = {each.name: each.value for each in restored.attributes}
    assert (found["CKA_EXTRACTABLE"], found["CKA_SENSITIVE"]) == (False, True)
    # It was outside of the token once, and the token must not deny it.
    assert not found["CKA_NEVER_EXTRACTABLE"]
    assert wrapped.choice is not None
    assert wrapped.choice.used in under_test.token.mechanisms


def _encrypted_zeros(value: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    mode = modes.ECB()  # noqa: S305  what a check value is
    return Cipher(algorithms.AES(value), mode).encryptor().update(bytes(16))


@pytest.mark.parametrize(
    "algorithm",
    [KeyAlgorithm.EC_P256, KeyAlgorithm.EC_P521, KeyAlgorithm.RSA_2048],
)
def test_a_wrapped_private_key_is_the_one_of_its_public_key(
    under_test: TokenUnderTest, algorithm: KeyAlgorithm
) -> None:
    with under_test.session() as session:
        kek = wrapping_key(under_test, session)
        order = KeyOrder("contract", new_id(), algorithm, copies=Copies.WRAPPED)
        with under_test.offering(algorithm.value):
            key = session.generate_key_pair(order)
        with under_test.offering("wrapping by AES_KWP"):
            wrapped = session.wrap(kek.cka_id, order.cka_id, WrapMethod.AES_KWP)

    encoded = keywrap.aes_key_unwrap_with_padding(KEK, wrapped.blob)
    length = sequence_length(encoded)
    private = serialization.load_der_private_key(encoded[:length], None)
    assert private.public_key().public_bytes(*SPKI) == key.public_key_der
    assert set(encoded[length:]) <= {0}
    assert len(encoded) - length < 8


def sequence_length(der: bytes) -> int:
    """Give the length of the DER SEQUENCE that comes first, with its head."""
    assert der[0] == 0x30
    if der[1] < 0x80:
        return 2 + der[1]
    width = der[1] - 0x80
    return 2 + width + int.from_bytes(der[2 : 2 + width], "big")


def test_nothing_follows_a_wrapped_private_key(under_test: TokenUnderTest) -> None:
    with under_test.session() as session:
        kek = wrapping_key(under_test, session)
        p256 = KeyAlgorithm.EC_P256
        order = KeyOrder("contract", new_id(), p256, copies=Copies.WRAPPED)
        with under_test.offering("EC_P256"):
            session.generate_key_pair(order)
        with under_test.offering("wrapping by AES_KWP"):
            wrapped = session.wrap(kek.cka_id, order.cka_id, WrapMethod.AES_KWP)
    encoded = keywrap.aes_key_unwrap_with_padding(KEK, wrapped.blob)
    extra = len(encoded) - sequence_length(encoded)
    if extra:
        under_test.lack("a wrapped private key and nothing else", f"{extra} zeros")
    assert extra == 0


@pytest.mark.parametrize(
    "algorithm", [KeyAlgorithm.EC_P256, KeyAlgorithm.ED25519, KeyAlgorithm.RSA_2048]
)
def test_a_pair_is_restored_and_signs_as_before(
    under_test: TokenUnderTest, algorithm: KeyAlgorithm
) -> None:
    with under_test.session() as session:
        kek = wrapping_key(under_test, session)
        order = KeyOrder("contract", new_id(), algorithm, copies=Copies.WRAPPED)
        with under_test.offering(algorithm.value):
            key = session.generate_key_pair(order)
        feature = "EC_P256" if algorithm is KeyAlgorithm.EC_P256 else algorithm.value
        again = KeyOrder("contract restored", new_id(), algorithm)
        with under_test.offering(f"restoring {feature}"):
            wrapped = session.wrap(kek.cka_id, order.cka_id, WrapMethod.AES_KWP)
            restored = session.unwrap_key_pair(
                kek.cka_id, wrapped, again, key.public_key_der
            )
        signature = session.sign(again.cka_id, b"after")
        proof = session.prove(again.cka_id, bytes(16))

    assert restored.public_key_der == key.public_key_der == proof.public_key_der
    public = serialization.load_der_public_key(key.public_key_der)
    verify_by_default(public, b"after", signature)
    found = {each.name: each.value for each in restored.private_attributes}
    assert (found["CKA_SIGN"], found["CKA_EXTRACTABLE"]) == (True, False)
    other = {name for name in ("CKA_UNWRAP", "CKA_DECRYPT") if found[name]}
    # A use that nobody ordered is never passed over in silence.
    assert other <= {each.subject for each in restored.remarks}
    if other:
        under_test.lack("restoring with the ordered uses only", f"{sorted(other)}")
    assert not other


def test_a_pair_that_the_test_made_is_restored(under_test: TokenUnderTest) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    der = private.public_key().public_bytes(*SPKI)
    blob = keywrap.aes_key_wrap_with_padding(KEK, private.private_bytes(*PKCS8))
    with under_test.session() as session:
        kek = wrapping_key(under_test, session)
        order = KeyOrder("contract", new_id(), KeyAlgorithm.RSA_2048)
        with under_test.offering("restoring RSA_2048"):
            session.unwrap_key_pair(
                kek.cka_id, WrappedKey(blob, WrapMethod.AES_KWP), order, der
            )
        signature = session.sign(order.cka_id, b"message")
    verify_by_default(private.public_key(), b"message", signature)


def test_a_private_key_that_is_not_the_public_keys_is_in_doubt(
    under_test: TokenUnderTest,
) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    other = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(*SPKI)
    blob = keywrap.aes_key_wrap_with_padding(KEK, private.private_bytes(*PKCS8))
    with under_test.session() as session:
        kek = wrapping_key(under_test, session)
        order = KeyOrder("contract", new_id(), KeyAlgorithm.EC_P256)
        wrapped = WrappedKey(blob, WrapMethod.AES_KWP)
        with pytest.raises(DeviceError) as caught:
            session.unwrap_key_pair(kek.cka_id, wrapped, order, other)
    under_test.pass_over("wrapping by AES_KWP", caught.value)
    if caught.value.code == "HSM-DEVICE-07":
        under_test.lack("restoring EC_P256", str(caught.value))
    assert caught.value.code == "HSM-PROVE-02"
    assert caught.value.in_doubt


def test_a_public_key_of_another_kind_is_refused(under_test: TokenUnderTest) -> None:
    wrong = ec.generate_private_key(ec.SECP384R1()).public_key().public_bytes(*SPKI)
    with under_test.session() as session:
        before = session.inventory()
        order = KeyOrder("contract", new_id(), KeyAlgorithm.EC_P256)
        for der in (wrong, b"", b"0" * 91):
            with pytest.raises(InputError) as caught:
                session.unwrap_key_pair(
                    new_id(), WrappedKey(b"", WrapMethod.AES_KWP), order, der
                )
            assert caught.value.code == "HSM-ORDER-04"
        assert session.inventory() == before


@pytest.mark.parametrize("method", list(OAEP))
def test_a_secret_key_wrapped_by_oaep_comes_back_equal(
    under_test: TokenUnderTest, method: WrapMethod
) -> None:
    kind = CheckValueKind.ENCRYPTED_ZEROS
    with under_test.session() as session:
        pair = KeyOrder("contract", new_id(), KeyAlgorithm.RSA_2048, PairUse.WRAP)
        with under_test.offering("RSA_2048"):
            made = session.generate_key_pair(pair)
        order = secret_order("contract backed up", Copies.WRAPPED)
        session.generate_secret_key(order)
        with under_test.offering(f"wrapping by {method}"):
            wrapped = session.wrap(pair.cka_id, order.cka_id, method)
        again = secret_order("contract restored")
        session.unwrap_secret_key(pair.cka_id, wrapped, again)
        values = {
            session.check_value(each.cka_id, kind).value for each in (order, again)
        }
        # What cryptography encrypts to the same pair is restored as well.
        public = serialization.load_der_public_key(made.public_key_der)
        assert isinstance(public, rsa.RSAPublicKey)
        known = WrappedKey(public.encrypt(KEK, oaep(method)), method)
        third = secret_order("contract known")
        session.unwrap_secret_key(pair.cka_id, known, third)
        told = session.check_value(third.cka_id, kind).value

    assert len(values) == 1
    assert told == _encrypted_zeros(KEK)[:3].hex()


@pytest.mark.parametrize("method", AES_METHODS)
def test_a_tampered_secret_key_is_refused_and_leaves_nothing(
    under_test: TokenUnderTest, method: WrapMethod
) -> None:
    good = WrappedKey(REDO[method](KEK, bytes(range(32))), method)
    with under_test.session() as session:
        kek = wrapping_key(under_test, session)
        with under_test.offering(f"wrapping by {method}"):
            session.choose(method)
        before = session.inventory()
        for place in (0, 9, len(good.blob) - 1):
            bad, order = tampered(good, place), secret_order("contract bad")
            with pytest.raises(DeviceError) as caught:
                session.unwrap_secret_key(kek.cka_id, bad, order)
            assert caught.value.code == "HSM-WRAP-02"
            assert not caught.value.in_doubt
            assert caught.value.meaning.startswith("No key was restored.")
        assert session.inventory() == before
        session.unwrap_secret_key(kek.cka_id, good, secret_order("contract good"))


def test_a_tampered_private_key_is_refused_and_leaves_nothing(
    under_test: TokenUnderTest,
) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    der = private.public_key().public_bytes(*SPKI)
    blob = keywrap.aes_key_wrap_with_padding(KEK, private.private_bytes(*PKCS8))
    junk = keywrap.aes_key_wrap_with_padding(KEK, b"no PKCS #8 at all")
    good = WrappedKey(blob, WrapMethod.AES_KWP)
    order = KeyOrder("contract", new_id(), KeyAlgorithm.RSA_2048)
    with under_test.session() as session:
        kek = wrapping_key(under_test, session)
        before = session.inventory()
        for bad in (tampered(good, 700), WrappedKey(junk, WrapMethod.AES_KWP)):
            with pytest.raises(DeviceError) as caught:
                session.unwrap_key_pair(kek.cka_id, bad, order, der)
            under_test.pass_over("wrapping by AES_KWP", caught.value)
            # Where a token looks for attributes in the junk, it misses those.
            assert caught.value.code in {"HSM-WRAP-02", "HSM-DEVICE-07"}
            assert not caught.value.in_doubt
        assert session.inventory() == before


@pytest.mark.parametrize("copies", [Copies.NEVER, Copies.WRAPPED_BY_TRUSTED])
def test_a_key_that_may_not_leave_is_not_wrapped(
    under_test: TokenUnderTest, copies: Copies
) -> None:
    with under_test.session() as session:
        kek = wrapping_key(under_test, session)
        order = secret_order("contract stays", copies)
        feature = "keeping a key for trusted wrapping keys"
        with under_test.offering(feature):
            key = session.generate_secret_key(order)
        with under_test.offering("wrapping by AES_KW"):
            session.choose(WrapMethod.AES_KW)
        asked = {each.subject for each in key.remarks}
        if "CKA_WRAP_WITH_TRUSTED" in asked:
            under_test.lack(feature, "the token does not take the attribute")
        with pytest.raises(DeviceError) as caught:
            session.wrap(kek.cka_id, order.cka_id, WrapMethod.AES_KW)
    assert caught.value.code == "HSM-WRAP-01"
    assert not caught.value.in_doubt


@pytest.mark.parametrize("copies", [Copies.NEVER, Copies.WRAPPED_BY_TRUSTED])
def test_a_token_keeps_a_key_in_whoever_asks(
    under_test: TokenUnderTest, copies: Copies
) -> None:
    """Asked past our own refusal, it is the token that must refuse."""
    with under_test.session() as session:
        kek = wrapping_key(under_test, session)
        order = secret_order("contract stays", copies)
        feature = f"keeping in a key of {copies}"
        with under_test.offering(feature):
            session.generate_secret_key(order)
        if not isinstance(session, Session):
            with pytest.raises(DeviceError, match="CKR_KEY_"):
                session.wrap(kek.cka_id, order.cka_id, WrapMethod.AES_KW)
            return
        access = session._access
        with under_test.offering("wrapping by AES_KW"):
            used = session.choose(WrapMethod.AES_KW).used
        handles = [access.only(each.cka_id, "CKO_SECRET_KEY") for each in (kek, order)]
        try:
            access.functions.wrap_key(
                access.handle, RawMechanism(library_mechanism(used)), *handles
            )
        except CkrError:
            return
    under_test.lack(feature, "the token wrapped it all the same")
    pytest.fail("the token wrapped it all the same")


def test_only_a_wrapping_key_wraps(under_test: TokenUnderTest) -> None:
    with under_test.session() as session:
        order = secret_order("contract", Copies.WRAPPED)
        with under_test.offering("AES_256"):
            session.generate_secret_key(order)
        for act in (
            lambda: session.wrap(order.cka_id, order.cka_id, WrapMethod.AES_KW),
            lambda: session.unwrap_secret_key(
                order.cka_id,
                WrappedKey(bytes(40), WrapMethod.AES_KW),
                secret_order("contract 2"),
            ),
        ):
            with pytest.raises(DeviceError) as caught:
                act()
            under_test.pass_over("wrapping by AES_KW", caught.value)
            assert caught.value.code == "HSM-KEY-05"


def test_nothing_is_restored_under_a_label_or_an_id_that_exists(
    under_test: TokenUnderTest,
) -> None:
    good = WrappedKey(keywrap.aes_key_wrap(KEK, bytes(32)), WrapMethod.AES_KW)
    with under_test.session() as session:
        kek = wrapping_key(under_test, session)
        before = session.inventory()
        aes, use = SecretAlgorithm.AES_256, SecretUse.ENCRYPT
        for order in (
            SecretKeyOrder(kek.label, new_id(), aes, use),
            SecretKeyOrder("contract other", kek.cka_id, aes, use),
        ):
            with pytest.raises(DeviceError) as caught:
                session.unwrap_secret_key(kek.cka_id, good, order)
            assert caught.value.code == "HSM-LABEL-01"
        assert session.inventory() == before
