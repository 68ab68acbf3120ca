"""Secret keys and their check values, against published and recomputed ones."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.cmac import CMAC

from ceremony.errors import DeviceError
from ceremony.hsm.inventory import difference
from ceremony.hsm.order import (
    CheckValueKind,
    SecretAlgorithm,
    SecretKeyOrder,
    SecretUse,
)
from tests.hsm.contract.known_key import bring_in
from tests.hsm.contract.token_under_test import TokenUnderTest, new_id

pytestmark = pytest.mark.hsm

RFC4493_KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
RFC4493_ENCRYPTED_ZEROS = bytes.fromhex("7df76b0c1ab899b33e42f047b91b546f")
"""AES-128 of a block of zeros. Source: RFC 4493, section 4 (subkey generation)."""
USAGES = {
    SecretUse.WRAP: {"WRAP", "UNWRAP"},
    SecretUse.ENCRYPT: {"ENCRYPT", "DECRYPT"},
    SecretUse.MAC: {"SIGN", "VERIFY"},
}
ALL_USAGES = {usage for usages in USAGES.values() for usage in usages}


@pytest.mark.parametrize("algorithm", list(SecretAlgorithm))
@pytest.mark.parametrize("use", list(SecretUse))
def test_a_secret_key_may_do_what_was_ordered_and_nothing_else(
    under_test: TokenUnderTest, algorithm: SecretAlgorithm, use: SecretUse
) -> None:
    with under_test.session() as session:
        before = session.inventory()
        order = SecretKeyOrder("contract secret", new_id(), algorithm, use)
        with under_test.offering(algorithm.value):
            key = session.generate_secret_key(order)
        (entry,) = difference(before, session.inventory()).added
        assert session.read_secret_key(order.cka_id).attributes == key.attributes

    assert entry.object_class == "CKO_SECRET_KEY"
    assert (key.label, key.cka_id, key.key_type, key.size) == (
        order.label,
        order.cka_id,
        "CKK_AES",
        algorithm.bits,
    )
    found = {each.name: each.value for each in key.attributes}
    for usage in ALL_USAGES:
        assert found[f"CKA_{usage}"] is (usage in USAGES[use]), usage
    expected = {
        "CKA_PRIVATE": True,
        "CKA_SENSITIVE": True,
        "CKA_EXTRACTABLE": False,
        "CKA_ALWAYS_SENSITIVE": True,
        "CKA_NEVER_EXTRACTABLE": True,
        "CKA_DERIVE": False,
    }
    assert {name: found[name] for name in expected} == expected


def test_a_check_value_is_the_published_one(under_test: TokenUnderTest) -> None:
    order = SecretKeyOrder(
        "contract", new_id(), SecretAlgorithm.AES_128, SecretUse.ENCRYPT
    )
    with under_test.session() as session:
        bring_in(under_test, session, RFC4493_KEY, order)
        with under_test.offering("check value by encryption"):
            told = session.check_value(order.cka_id, CheckValueKind.ENCRYPTED_ZEROS)

    assert told.value == RFC4493_ENCRYPTED_ZEROS[:3].hex()
    assert told.told_by in {"CKA_CHECK_VALUE", "CKM_AES_ECB"}


@pytest.mark.parametrize("use", [SecretUse.MAC, SecretUse.WRAP])
def test_a_check_value_by_cmac_is_that_of_the_key(
    under_test: TokenUnderTest, use: SecretUse
) -> None:
    value = bytes(range(32))
    order = SecretKeyOrder(
        "contract",
        new_id(),
        SecretAlgorithm.AES_256,
        use,
        check_by=CheckValueKind.CMAC_ZEROS,
    )
    with under_test.session() as session:
        bring_in(under_test, session, value, order)
        with under_test.offering("check value by CMAC"):
            told = session.check_value(order.cka_id, CheckValueKind.CMAC_ZEROS)

    mac = CMAC(algorithms.AES(value))
    mac.update(bytes(16))
    assert told.value == mac.finalize()[:5].hex()
    assert told.told_by == "CKM_AES_CMAC"


def test_a_key_that_may_not_be_checked_so_is_not_used(
    under_test: TokenUnderTest,
) -> None:
    with under_test.session() as session:
        order = SecretKeyOrder(
            "contract", new_id(), SecretAlgorithm.AES_256, SecretUse.ENCRYPT
        )
        with under_test.offering("AES_256"):
            session.generate_secret_key(order)
        with pytest.raises(DeviceError) as caught:
            session.check_value(order.cka_id, CheckValueKind.CMAC_ZEROS)
    under_test.pass_over("check value by CMAC", caught.value)
    assert caught.value.code == "HSM-KEY-05"


def test_no_secret_key_is_made_over_one_that_exists(
    under_test: TokenUnderTest,
) -> None:
    aes, use = SecretAlgorithm.AES_128, SecretUse.MAC
    with under_test.session() as session:
        first = SecretKeyOrder("contract", new_id(), aes, use)
        with under_test.offering("AES_128"):
            session.generate_secret_key(first)
        before = session.inventory()
        for order in (
            SecretKeyOrder(first.label, new_id(), aes, use),
            SecretKeyOrder("contract 2", first.cka_id, aes, use),
        ):
            with pytest.raises(DeviceError) as caught:
                session.generate_secret_key(order)
            assert caught.value.code == "HSM-LABEL-01"
        assert session.inventory() == before
