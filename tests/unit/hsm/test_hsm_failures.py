from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pkcs11
import pytest
from pkcs11 import exceptions

from ceremony.errors import DeviceError, InputError
from ceremony.hsm.ckr import CKR_NAMES, name_of_class, name_of_number
from ceremony.hsm.errors import (
    Act,
    CkrError,
    TokenCallError,
    device_acted,
    device_door,
)
from ceremony.hsm.objects import printable
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.hsm.token import is_software
from ceremony.identifiers import OperationId
from tests.fakes.token_facts import FACTS

# Raised by the library itself, with no return value behind them.
WITHOUT_NUMBER = {
    "PKCS11Error",
    "MultipleObjectsReturned",
    "MultipleTokensReturned",
    "NoSuchKey",
    "NoSuchToken",
}


def _classes() -> Iterator[type[exceptions.PKCS11Error]]:
    for each in vars(exceptions).values():
        if isinstance(each, type) and issubclass(each, exceptions.PKCS11Error):
            yield each


def test_every_exception_of_the_library_has_the_standards_name() -> None:
    unnamed = {
        each.__name__
        for each in _classes()
        if name_of_class(each.__name__, "") == "CKR_UNKNOWN"
    }
    assert unnamed == WITHOUT_NUMBER


@pytest.mark.parametrize(
    ("class_name", "message", "expected"),
    [
        ("PinIncorrect", "", "CKR_PIN_INCORRECT"),
        ("SlotIDInvalid", "", "CKR_SLOT_ID_INVALID"),
        ("AnotherUserAlreadyLoggedIn", "", "CKR_USER_ANOTHER_ALREADY_LOGGED_IN"),
        ("FunctionCancelled", "", "CKR_FUNCTION_CANCELED"),
        ("PKCS11Error", "Unmapped error code 0x1b", "CKR_ACTION_PROHIBITED"),
        ("PKCS11Error", "Unmapped error code 0x80000001", "CKR_0x80000001"),
    ],
)
def test_a_return_value_is_named_again(
    class_name: str, message: str, expected: str
) -> None:
    assert name_of_class(class_name, message) == expected


def test_numbers_are_those_of_the_standard() -> None:
    """Source: PKCS#11 v2.40, pkcs11t.h."""
    assert name_of_number(0xA0) == "CKR_PIN_INCORRECT"
    assert name_of_number(0xA4) == "CKR_PIN_LOCKED"
    assert name_of_number(0x102) == "CKR_USER_PIN_NOT_INITIALIZED"
    assert name_of_number(0x30) == "CKR_DEVICE_ERROR"
    assert name_of_number(0x80000123) == "CKR_0x80000123"


def test_numbers_agree_with_the_systems_header() -> None:
    headers = [
        Path("/usr/include/p11-kit-1/p11-kit/pkcs11.h"),
        Path("/usr/include/pkcs11.h"),
    ]
    text = next((each.read_text() for each in headers if each.exists()), "")
    defined = re.findall(r"#define\s+(CKR_\w+)\s+\(?(0x[0-9a-fA-F]+)", text)
    if not defined:
        pytest.skip("no PKCS#11 header is installed")
    for name, number in defined:
        known = CKR_NAMES.get(int(number, 16))
        assert known in (name, None)


@pytest.mark.parametrize(
    ("ckr", "code"),
    [
        (0xA0, "HSM-PIN-01"),
        (0xA4, "HSM-PIN-02"),
        (0x102, "HSM-PIN-03"),
        (0xA2, "HSM-PIN-04"),
        (0xA3, "HSM-PIN-05"),
        (0x30, "HSM-DEVICE-01"),
        (0x32, "HSM-DEVICE-02"),
        (0x31, "HSM-DEVICE-03"),
        (0xB3, "HSM-DEVICE-04"),
        (0xB5, "HSM-DEVICE-05"),
        (0x70, "HSM-DEVICE-06"),
        (0xD1, "HSM-DEVICE-07"),
        (0x101, "HSM-DEVICE-08"),
        (0x1B, "HSM-DEVICE-09"),
        (0x6A, "HSM-WRAP-01"),
        (0x69, "HSM-WRAP-01"),
        (0x07, "HSM-DEVICE-06"),
        (0x103, "HSM-DEVICE-08"),
        (0x80000123, "HSM-DEVICE-01"),
    ],
)
def test_each_return_value_has_its_rule(ckr: int, code: str) -> None:
    with pytest.raises(TokenCallError) as caught, device_door(Act.LOOK):
        raise CkrError("C_Anything", ckr)

    error = caught.value
    assert (error.code, error.ckr) == (code, name_of_number(ckr))
    assert name_of_number(ckr) in str(error)
    assert error.remedy
    assert error.meaning == "Nothing on the token was changed."
    assert not error.in_doubt


CHANGING = (Act.INITIALISE, Act.GENERATE, Act.SIGN, Act.DESTROY, Act.STORE)


@pytest.mark.parametrize("act", CHANGING)
def test_a_failing_device_leaves_a_changing_act_in_doubt(act: Act) -> None:
    for number in (0x05, 0x06, 0x30, 0x32, 0x50, 0xB3, 0x80000123):
        with pytest.raises(TokenCallError) as caught, device_door(act):
            raise CkrError("C_Anything", number)
        assert caught.value.in_doubt
        assert "may" in caught.value.meaning


@pytest.mark.parametrize("act", CHANGING)
def test_an_act_that_was_refused_beforehand_is_not_in_doubt(act: Act) -> None:
    for refusal in (
        exceptions.PinIncorrect(),
        exceptions.MechanismInvalid(),
        exceptions.UserNotLoggedIn(),
        exceptions.SessionReadOnly(),
    ):
        with pytest.raises(TokenCallError) as caught, device_door(act):
            raise refusal
        assert not caught.value.in_doubt
        assert "may" not in caught.value.meaning


def test_a_failure_after_the_device_acted_is_in_doubt_whatever_it_is() -> None:
    with (
        pytest.raises(TokenCallError) as caught,
        device_acted(Act.GENERATE),
        device_door(Act.LOOK),
    ):
        raise exceptions.PinIncorrect

    assert caught.value.in_doubt
    assert caught.value.meaning == "A key, or half of one, may exist in the token."


@pytest.mark.parametrize("act", [Act.LOOK, Act.LOGIN])
def test_looking_and_logging_in_are_never_in_doubt(act: Act) -> None:
    with pytest.raises(DeviceError) as caught, device_door(act):
        raise pkcs11.PKCS11Error("OS exception while loading")
    assert not caught.value.in_doubt
    assert caught.value.code == "HSM-DEVICE-01"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"ROOT CA     ", "ROOT CA"),
        (b"", ""),
        ("Schlüssel".encode(), "Schlüssel"),
        (b"\xff\xfe", "hex:fffe"),
        (b"two\nlines", "hex:74776f0a6c696e6573"),
        ("u\u0308".encode(), "hex:75cc88"),
        ("\u202eevil".encode(), "hex:e280ae6576696c"),
    ],
)
def test_a_label_is_plain_text_or_hexadecimal(raw: bytes, text: str) -> None:
    assert printable(raw) == text


@pytest.mark.parametrize(
    ("label", "cka_id", "code"),
    [
        ("", "00" * 16, "HSM-ORDER-01"),
        ("x" * 65, "00" * 16, "HSM-ORDER-01"),
        ("root\nkey", "00" * 16, "HSM-ORDER-01"),
        ("root-key", "00" * 15, "HSM-ORDER-02"),
        ("root-key", "AA" * 16, "HSM-ORDER-02"),
        ("root-key", "", "HSM-ORDER-02"),
    ],
)
def test_an_order_has_a_label_and_an_id_to_find_the_key_by(
    label: str, cka_id: str, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        KeyOrder(label, OperationId(cka_id), KeyAlgorithm.EC_P256)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("ckr", "in_doubt"),
    [
        (0x07, False),
        (0x69, False),
        (0x6A, False),
        (0x70, False),
        (0x71, False),
        (0xA0, False),
        (0xA1, False),
        (0xA2, False),
        (0x103, False),
        (0x1B8, False),
        (0x05, True),
        (0x30, True),
        (0x110, True),
    ],
)
def test_only_what_a_device_checks_before_it_acts_leaves_no_doubt(
    ckr: int,
    in_doubt: bool,  # noqa: FBT001  pytest gives it by name
) -> None:
    for act in (Act.WRAP, Act.UNWRAP, Act.CHANGE_PIN):
        with pytest.raises(TokenCallError) as caught, device_door(act):
            raise CkrError("C_Anything", ckr)
        assert caught.value.in_doubt is in_doubt
        assert caught.value.meaning == (act.doubt if in_doubt else act.refusal)


@pytest.mark.parametrize(
    ("manufacturer", "model", "software"),
    [
        ("SoftHSM project", "SoftHSM v2", True),
        ("IBM", "Soft token", True),
        ("Kryoptic", "v1", True),
        ("Made-up Devices", "Model 7", False),
    ],
)
def test_known_software_tokens_are_told_by_name(
    manufacturer: str,
    model: str,
    software: bool,  # noqa: FBT001  pytest gives it by name
) -> None:
    facts = replace(
        FACTS, manufacturer=manufacturer, model=model, slot_description="slot"
    )
    assert is_software(facts) is software
