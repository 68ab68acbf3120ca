"""What is chosen, remarked upon and signed for proof: values only, no device."""

from __future__ import annotations

import dataclasses

import pytest

from ceremony.errors import DeviceError, InputError
from ceremony.hsm.attributes import FoundAttribute
from ceremony.hsm.mechanism import (
    CANDIDATES,
    MechanismChoice,
    MechanismName,
    SignatureScheme,
    WrapMethod,
    choose,
)
from ceremony.hsm.order import (
    CheckValueKind,
    KeyAlgorithm,
    KeyOrder,
    PairUse,
    SecretAlgorithm,
    SecretKeyOrder,
    SecretUse,
)
from ceremony.hsm.remark import (
    remarks_on_made,
    remarks_on_ordered,
    remarks_on_serial,
    remarks_on_size,
)
from ceremony.hsm.token import TokenName
from ceremony.identifiers import OperationId
from ceremony.key_proof import proof_message
from tests.fakes.token_facts import FACTS

KEY_ID = OperationId("4f6e65206f7065726174696f6e206964")


def test_every_operation_has_a_mechanism_and_a_name_of_its_own() -> None:
    kinds = (KeyAlgorithm, SecretAlgorithm, SignatureScheme, WrapMethod, CheckValueKind)
    operations = [str(each) for kind in kinds for each in kind]
    assert len(set(operations)) == len(operations)
    assert [str(each) for each in CANDIDATES] == operations
    used = {each for candidates in CANDIDATES.values() for each in candidates}
    assert used == set(MechanismName)


def test_the_best_that_is_offered_is_chosen_and_the_rest_is_told() -> None:
    scheme = SignatureScheme.RSA_PKCS1_SHA256
    plain, hashing = MechanismName.RSA_PKCS, MechanismName.SHA256_RSA_PKCS

    assert choose(scheme, [plain, hashing]) == MechanismChoice(scheme.value, hashing)
    assert choose(scheme, [plain]) == MechanismChoice(scheme.value, plain, (hashing,))
    with pytest.raises(DeviceError, match="CKM_SHA256_RSA_PKCS, CKM_RSA") as caught:
        choose(scheme, ["CKM_ECDSA", "CKM_0x80000001"])
    assert caught.value.code == "HSM-MECHANISM-01"


def test_a_key_that_cannot_wrap_is_not_ordered_to() -> None:
    for algorithm in KeyAlgorithm:
        if algorithm.is_rsa:
            KeyOrder("k", KEY_ID, algorithm, PairUse.WRAP)
            continue
        with pytest.raises(InputError) as caught:
            KeyOrder("k", KEY_ID, algorithm, PairUse.WRAP)
        assert caught.value.code == "HSM-ORDER-03"


@pytest.mark.parametrize(
    ("label", "key_id", "code"),
    [
        ("", KEY_ID, "HSM-ORDER-01"),
        ("l" * 65, KEY_ID, "HSM-ORDER-01"),
        ("k", "00", "HSM-ORDER-02"),
        ("k", KEY_ID.upper(), "HSM-ORDER-02"),
    ],
)
def test_a_secret_key_is_ordered_by_a_name_it_is_found_by(
    label: str, key_id: str, code: str
) -> None:
    aes = SecretAlgorithm.AES_128
    with pytest.raises(InputError) as caught:
        SecretKeyOrder(label, OperationId(key_id), aes, SecretUse.WRAP)
    assert caught.value.code == code


def test_the_proof_of_one_key_is_none_of_another() -> None:
    message = proof_message("0a1b2c3d4e5f6071", KEY_ID, bytes(range(16)))
    assert message == (
        b"key-ceremony/key.prove/v1\n"
        b"token 0a1b2c3d4e5f6071\n"
        b"key 4f6e65206f7065726174696f6e206964\n"
        b"challenge 000102030405060708090a0b0c0d0e0f\n"
    )
    others = {
        proof_message("0a1b2c3d4e5f6072", KEY_ID, bytes(range(16))),
        proof_message("0a1b2c3d4e5f6071", OperationId("00" * 16), bytes(range(16))),
        proof_message("0a1b2c3d4e5f6071", KEY_ID, bytes(16)),
    }
    assert message not in others
    assert len(others) == 3


@pytest.mark.parametrize("length", [0, 15, 65])
def test_a_challenge_is_long_enough_and_not_too_long(length: int) -> None:
    with pytest.raises(InputError) as caught:
        proof_message("1", KEY_ID, bytes(length))
    assert caught.value.code == "HSM-PROVE-01"


@pytest.mark.parametrize(
    ("serial", "remarks"), [("0" * 16, 1), ("", 1), ("0a1b", 0), ("10", 0)]
)
def test_a_serial_that_tells_nothing_is_remarked_upon(
    serial: str, remarks: int
) -> None:
    assert len(remarks_on_serial(serial)) == remarks


def test_what_a_token_says_wrongly_of_a_key_it_made_is_remarked_upon() -> None:
    local = FoundAttribute("CKA_LOCAL", value=True)
    mechanism = FoundAttribute("CKA_KEY_GEN_MECHANISM", "CKM_AES_KEY_GEN")
    lies = (
        FoundAttribute("CKA_LOCAL", value=False),
        FoundAttribute("CKA_KEY_GEN_MECHANISM", "absent"),
    )

    assert remarks_on_made((local, mechanism)) == ()
    assert [(each.subject, each.told) for each in remarks_on_made(lies)] == [
        ("CKA_LOCAL", "false"),
        ("CKA_KEY_GEN_MECHANISM", "absent"),
    ]
    assert [each.told for each in remarks_on_made(())] == ["absent", "absent"]


def test_what_is_not_as_ordered_is_remarked_upon() -> None:
    ordered = {"CKA_SIGN": True, "CKA_UNWRAP": False, "CKA_DERIVE": False}
    good = (FoundAttribute("CKA_SIGN", value=True),)
    bad = (FoundAttribute("CKA_UNWRAP", value=True),)

    assert remarks_on_ordered(ordered, good) == ()
    assert [(each.subject, each.told) for each in remarks_on_ordered(ordered, bad)] == [
        ("CKA_SIGN", "absent"),
        ("CKA_UNWRAP", "true"),
    ]
    assert remarks_on_size(256) == ()
    assert len(remarks_on_size(0)) == 1


def test_the_tries_that_are_left_are_said_in_words() -> None:
    low = dataclasses.replace(FACTS, pin_count_low=True)
    last = dataclasses.replace(low, pin_final_try=True)
    locked = dataclasses.replace(last, pin_locked=True)

    assert FACTS.pin_words == ""
    assert "wrong PIN was entered" in low.pin_words
    assert "one try is left" in last.pin_words
    assert "locked now" in locked.pin_words


def test_a_token_is_named_by_its_serial_and_where_asked_by_its_label() -> None:
    assert TokenName(FACTS.serial).is_of(FACTS)
    assert TokenName(FACTS.serial, FACTS.label).is_of(FACTS)
    assert not TokenName(FACTS.serial, "another").is_of(FACTS)
    assert not TokenName("2", FACTS.label).is_of(FACTS)
    assert not TokenName("").is_of(dataclasses.replace(FACTS, serial=""))
