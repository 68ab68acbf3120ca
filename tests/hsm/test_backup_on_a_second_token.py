"""A key backed up from one token and restored on another, also of another maker."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ceremony.hsm.mechanism import WrapMethod
from ceremony.hsm.order import (
    CheckValueKind,
    Copies,
    KeyAlgorithm,
    KeyOrder,
    SecretAlgorithm,
    SecretKeyOrder,
    SecretUse,
)
from tests.hsm.contract.known_key import bring_in
from tests.hsm.contract.token_under_test import TokenUnderTest, new_id
from tests.hsm.fresh_token import SO_PIN, USER_PIN, FreshToken

pytestmark = pytest.mark.hsm

KEK = bytes(range(32))
ZEROS = CheckValueKind.ENCRYPTED_ZEROS


@pytest.fixture
def first(make_token: Callable[[str], FreshToken]) -> TokenUnderTest:
    token = make_token("FIRST").token
    return TokenUnderTest(token, USER_PIN, SO_PIN, frozenset())


@pytest.fixture(params=["softhsm", "nss"])
def second(
    request: pytest.FixtureRequest, make_token: Callable[[str], FreshToken]
) -> TokenUnderTest:
    if request.param == "softhsm":
        token = make_token("SECOND").token
        return TokenUnderTest(token, USER_PIN, SO_PIN, frozenset())
    found: TokenUnderTest = request.getfixturevalue("nss_token")
    return found


def _wrapping_key() -> SecretKeyOrder:
    return SecretKeyOrder("kek", new_id(), SecretAlgorithm.AES_256, SecretUse.WRAP)


def _secret(label: str) -> SecretKeyOrder:
    aes, use = SecretAlgorithm.AES_256, SecretUse.ENCRYPT
    return SecretKeyOrder(label, new_id(), aes, use, Copies.WRAPPED, ZEROS)


@pytest.mark.parametrize("back", [False, True], ids=["there", "and-back"])
def test_a_secret_key_has_the_same_check_value_on_both(
    first: TokenUnderTest,
    second: TokenUnderTest,
    back: bool,  # noqa: FBT001  pytest gives it by name
) -> None:
    source, target = (second, first) if back else (first, second)
    kek, key = _wrapping_key(), _secret("backed up")
    with source.session() as session:
        bring_in(source, session, KEK, kek)
        session.generate_secret_key(key)
        wrapped = session.wrap(kek.cka_id, key.cka_id, WrapMethod.AES_KWP)
        before = session.check_value(key.cka_id, ZEROS)
    kek, key = _wrapping_key(), _secret("restored")
    with target.session() as session:
        bring_in(target, session, KEK, kek)
        session.unwrap_secret_key(kek.cka_id, wrapped, key)
        after = session.check_value(key.cka_id, ZEROS)

    assert (before.kind, before.value) == (after.kind, after.value)


def test_a_pair_signs_on_both_for_one_public_key(
    first: TokenUnderTest, second: TokenUnderTest
) -> None:
    kek = _wrapping_key()
    order = KeyOrder(
        "backed up", new_id(), KeyAlgorithm.RSA_2048, copies=Copies.WRAPPED
    )
    with first.session() as session:
        bring_in(first, session, KEK, kek)
        key = session.generate_key_pair(order)
        wrapped = session.wrap(kek.cka_id, order.cka_id, WrapMethod.AES_KWP)
        before = session.prove(order.cka_id, bytes(32))
    kek, again = (
        _wrapping_key(),
        KeyOrder("restored", new_id(), KeyAlgorithm.RSA_2048),
    )
    with second.session() as session:
        bring_in(second, session, KEK, kek)
        restored = session.unwrap_key_pair(
            kek.cka_id, wrapped, again, key.public_key_der
        )
        after = session.prove(again.cka_id, bytes(32))

    assert restored.public_key_der == key.public_key_der
    assert before.public_key_der == after.public_key_der
    assert before.message != after.message
