"""A public key under an AES key of the token, undone by cryptography."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import keywrap

from ceremony.errors import DeviceError
from ceremony.hsm.order import (
    KeyAlgorithm,
    KeyOrder,
    SecretAlgorithm,
    SecretKeyOrder,
    SecretUse,
)
from tests.hsm.contract.known_key import bring_in
from tests.hsm.contract.token_under_test import TokenUnderTest, new_id

pytestmark = pytest.mark.hsm

FEATURE = "wrapping a public key"
KEK = bytes.fromhex("5840df6e29b02af1ab493b705bf16ea1")
KEKS = {SecretAlgorithm.AES_128: KEK, SecretAlgorithm.AES_256: KEK + bytes(16)}


@pytest.mark.parametrize("size", list(KEKS))
@pytest.mark.parametrize("kind", [KeyAlgorithm.EC_P256, KeyAlgorithm.EC_P384])
def test_a_public_key_comes_back_from_what_the_token_wrapped(
    under_test: TokenUnderTest, size: SecretAlgorithm, kind: KeyAlgorithm
) -> None:
    with under_test.session() as session:
        kek = SecretKeyOrder("contract kek", new_id(), size, SecretUse.WRAP)
        bring_in(under_test, session, KEKS[size], kek)
        with under_test.offering(kind.value):
            made = session.generate_key_pair(KeyOrder("contract", new_id(), kind))
        before = session.inventory()
        with under_test.offering(FEATURE):
            wrapped = session.wrap_public(kek.cka_id, made.public_key_der)
        assert session.inventory() == before

    assert wrapped.choice.used in under_test.token.mechanisms
    octets = keywrap.aes_key_unwrap_with_padding(KEKS[size], wrapped.blob)
    assert octets == made.public_key_der + bytes(wrapped.filled)
    if wrapped.filled:
        told = f"{wrapped.filled} zeros follow"
        under_test.lack("a wrapped public key and nothing else", told)
    assert wrapped.filled == 0


def test_a_public_key_is_not_wrapped_by_a_key_for_data(
    under_test: TokenUnderTest,
) -> None:
    with under_test.session() as session:
        order = SecretKeyOrder(
            "contract", new_id(), SecretAlgorithm.AES_128, SecretUse.ENCRYPT
        )
        session.generate_secret_key(order)
        before = session.inventory()
        with pytest.raises(DeviceError) as refusal:
            session.wrap_public(order.cka_id, bytes(91))
        assert session.inventory() == before
    under_test.pass_over(FEATURE, refusal.value)
    assert refusal.value.code == "HSM-KEY-05"
