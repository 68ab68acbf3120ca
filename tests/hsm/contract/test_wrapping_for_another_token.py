"""A secret key that is wrapped to a pair which another token holds, undone outside."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from ceremony.errors import DeviceError, InputError
from ceremony.hsm.inventory import difference
from ceremony.hsm.mechanism import WrapMethod
from ceremony.hsm.order import CheckValueKind, Copies
from tests.hsm.contract.known_key import OAEP, oaep
from tests.hsm.contract.test_wrapping import SPKI, secret_order
from tests.hsm.contract.token_under_test import TokenUnderTest

pytestmark = pytest.mark.hsm


@pytest.mark.parametrize("method", list(OAEP))
def test_a_secret_key_is_wrapped_to_a_pair_that_is_not_in_the_token(
    under_test: TokenUnderTest, method: WrapMethod
) -> None:
    outside = rsa.generate_private_key(65537, 2048)
    kind = CheckValueKind.ENCRYPTED_ZEROS
    with under_test.session() as session:
        order = secret_order("contract backed up", Copies.WRAPPED)
        session.generate_secret_key(order)
        before = session.inventory()
        with under_test.offering(f"wrapping by {method}"):
            wrapped = session.wrap_for(
                outside.public_key().public_bytes(*SPKI), order.cka_id, method
            )
        change = difference(before, session.inventory())
        told = session.check_value(order.cka_id, kind).value

    value = outside.decrypt(wrapped.blob, oaep(method))
    mode = modes.ECB()  # noqa: S305  what a check value is
    zeros = Cipher(algorithms.AES(value), mode).encryptor().update(bytes(16))
    assert zeros[:3].hex() == told
    assert (change.added, change.removed) == ((), ())


def test_a_key_that_is_to_stay_is_not_wrapped_to_another_token_either(
    under_test: TokenUnderTest,
) -> None:
    outside = rsa.generate_private_key(65537, 2048).public_key()
    with under_test.session() as session:
        order = secret_order("contract stays")
        session.generate_secret_key(order)
        before = session.inventory()
        with (
            pytest.raises(DeviceError) as caught,
            under_test.offering("wrapping by RSA_OAEP_SHA1"),
        ):
            session.wrap_for(
                outside.public_bytes(*SPKI), order.cka_id, WrapMethod.RSA_OAEP_SHA1
            )
        change = difference(before, session.inventory())

    assert caught.value.code == "HSM-WRAP-01"
    assert (change.added, change.removed) == ((), ())


def test_nothing_is_wrapped_to_what_is_no_rsa_key(under_test: TokenUnderTest) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    with under_test.session() as session:
        order = secret_order("contract backed up", Copies.WRAPPED)
        session.generate_secret_key(order)
        with pytest.raises(InputError) as caught:
            session.wrap_for(
                other.public_bytes(*SPKI), order.cka_id, WrapMethod.RSA_OAEP_SHA1
            )

    assert caught.value.code == "HSM-ORDER-04"
