"""A wrapping key that the security officer made trusted, and keys that want one."""

from __future__ import annotations

import pytest

from ceremony.errors import DeviceError
from ceremony.hsm.inventory import Inventory
from ceremony.hsm.mechanism import WrapMethod
from ceremony.hsm.order import (
    Copies,
    KeyAlgorithm,
    KeyOrder,
    PairUse,
    SecretAlgorithm,
    SecretKeyOrder,
    SecretUse,
)
from ceremony.identifiers import OperationId
from tests.hsm.contract.token_under_test import (
    NOT_OFFERED,
    AnySession,
    TokenUnderTest,
    new_id,
    secret,
)

pytestmark = pytest.mark.hsm

PAIR, AES = "making a pair trusted", "making an AES key trusted"


def wrapping_order(feature: str, label: str) -> KeyOrder | SecretKeyOrder:
    if feature == PAIR:
        return KeyOrder(label, new_id(), KeyAlgorithm.RSA_2048, PairUse.WRAP)
    return SecretKeyOrder(label, new_id(), SecretAlgorithm.AES_256, SecretUse.WRAP)


def make(session: AnySession, order: KeyOrder | SecretKeyOrder) -> OperationId:
    if isinstance(order, KeyOrder):
        session.generate_key_pair(order)
    else:
        session.generate_secret_key(order)
    return order.cka_id


def trust_told(inventory: Inventory, cka_id: OperationId) -> list[object]:
    """Give what each object with an id and a usage of wrapping says of its trust."""
    return [
        each.value("CKA_TRUSTED")
        for each in inventory.entries
        if each.cka_id == cka_id and each.value("CKA_WRAP") is True
    ]


@pytest.mark.parametrize("feature", [PAIR, AES])
def test_a_key_that_wants_a_trusted_one_is_wrapped_by_that_and_by_no_other(
    under_test: TokenUnderTest, feature: str
) -> None:
    if under_test.so_pin is None:
        pytest.skip(f"{NOT_OFFERED}: {feature}: the officer's acts are not to be tried")
    user = under_test.user_pin
    orders = [wrapping_order(feature, f"contract {label}") for label in "ab"]
    method = WrapMethod.RSA_OAEP_SHA1 if feature == PAIR else WrapMethod.AES_KW
    wanting = SecretKeyOrder(
        "contract wants trust",
        new_id(),
        SecretAlgorithm.AES_256,
        SecretUse.ENCRYPT,
        Copies.WRAPPED_BY_TRUSTED,
    )
    with under_test.cleared():
        with under_test.token.session(secret(user)) as session:
            trusted, other = (make(session, order) for order in orders)
            before = session.inventory()
        with under_test.offering(feature):
            under_test.token.trust(secret(under_test.so_pin), trusted)
        with under_test.token.session(secret(user)) as session:
            after = session.inventory()
            with under_test.offering("keeping a key for trusted wrapping keys"):
                session.generate_secret_key(wanting)
            with under_test.offering(f"wrapping by {method}"):
                wrapped = session.wrap(trusted, wanting.cka_id, method)
            with pytest.raises(DeviceError) as caught:
                session.wrap(other, wanting.cka_id, method)
    assert trust_told(after, trusted) == [True]
    assert trust_told(after, other) == trust_told(before, other)
    assert trust_told(after, other) in ([False], ["absent"])
    assert sorted((e.object_class, e.label, e.cka_id) for e in after.entries) == sorted(
        (e.object_class, e.label, e.cka_id) for e in before.entries
    )
    assert len(wrapped.blob) == (256 if feature == PAIR else 40)
    assert caught.value.code == "HSM-WRAP-01"


@pytest.mark.parametrize("feature", [PAIR, AES])
def test_nobody_but_the_security_officer_makes_a_key_trusted(
    under_test: TokenUnderTest, feature: str
) -> None:
    if under_test.so_pin is None:
        pytest.skip(f"{NOT_OFFERED}: {feature}: the officer's acts are not to be tried")
    with under_test.cleared():
        with under_test.token.session(secret(under_test.user_pin)) as session:
            made = make(session, wrapping_order(feature, "contract"))
            before = session.inventory()
        with under_test.offering(feature):
            under_test.token.trust(secret(under_test.so_pin), made)
        with pytest.raises(DeviceError) as caught:
            under_test.token.trust(secret(b"not-the-officer"), made)
        # The right PIN follows, so that no count of wrong ones is left behind; what is
        # trusted already stays so.
        under_test.token.trust(secret(under_test.so_pin), made)
        with under_test.token.session(secret(under_test.user_pin)) as session:
            after = session.inventory()
    assert caught.value.code == "HSM-PIN-01"
    assert trust_told(before, made) in ([False], ["absent"])
    assert trust_told(after, made) == [True]
