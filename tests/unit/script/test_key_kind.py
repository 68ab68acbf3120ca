"""What kind of key a script orders, and what a policy's demands come to for it.

Expected values: PKCS#11 v2.40, section 5.13, for a key that was unwrapped.
"""

from __future__ import annotations

from ceremony.script.decode import decode_script
from ceremony.script.key_kind import (
    Algorithm,
    CheckMethod,
    KeyCopies,
    KeyKind,
    KeyUse,
    demanded_of,
    left_open_by,
)
from tests.fakes.record_backup import SCRIPT_FILE

SCRIPT = decode_script(SCRIPT_FILE.read_bytes(), SCRIPT_FILE.name)

DEMANDS = {
    "CKA_SENSITIVE": "true",
    "CKA_EXTRACTABLE": "false",
    "CKA_NEVER_EXTRACTABLE": "true",
    "CKA_ALWAYS_SENSITIVE": "true",
    "CKA_LOCAL": "true",
    "CKA_SIGN": "true",
    "CKA_UNWRAP": "false",
    "CKA_ENCRYPT": "false",
}


def test_a_copy_is_of_the_kind_of_its_original_and_stays_where_it_is() -> None:
    original, copy = SCRIPT.key_kind("kek"), SCRIPT.key_kind("kek-copy")
    assert original == KeyKind(
        Algorithm.AES_256, KeyUse.WRAP, KeyCopies.WRAPPED, CheckMethod.CMAC
    )
    assert copy == KeyKind(
        Algorithm.AES_256, KeyUse.WRAP, KeyCopies.NEVER, CheckMethod.CMAC, "kek"
    )
    assert SCRIPT.copies_of("kek") == ("kek-copy",)
    assert SCRIPT.copies_of("transport") == ()


def test_a_key_that_signs_and_stays_is_as_the_policy_wants_every_key() -> None:
    kind = KeyKind(Algorithm.P_256, KeyUse.SIGN, KeyCopies.NEVER, CheckMethod.ZEROS)
    assert demanded_of(kind, DEMANDS) == DEMANDS
    assert left_open_by(kind) == {}


def test_a_key_that_may_leave_is_extractable_and_still_sensitive() -> None:
    told = demanded_of(SCRIPT.key_kind("signer"), DEMANDS)
    assert told == {
        **DEMANDS,
        "CKA_EXTRACTABLE": "true",
        "CKA_NEVER_EXTRACTABLE": "false",
    }


def test_a_copy_was_outside_of_its_token_once_and_does_not_deny_it() -> None:
    told = demanded_of(SCRIPT.key_kind("signer-copy"), DEMANDS)
    assert told == {
        **DEMANDS,
        "CKA_LOCAL": "false",
        "CKA_ALWAYS_SENSITIVE": "false",
        "CKA_NEVER_EXTRACTABLE": "false",
    }


def test_a_wrapping_pair_unwraps_and_does_not_sign() -> None:
    told = demanded_of(SCRIPT.key_kind("transport"), DEMANDS)
    assert told == {**DEMANDS, "CKA_SIGN": "false", "CKA_UNWRAP": "true"}


def test_a_wrapping_key_has_the_one_usage_more_that_its_check_value_needs() -> None:
    usages = {}
    for check in CheckMethod:
        kind = KeyKind(Algorithm.AES_128, KeyUse.WRAP, KeyCopies.NEVER, check)
        told = demanded_of(kind, DEMANDS)
        usages[check] = (told["CKA_SIGN"], told["CKA_ENCRYPT"], told["CKA_UNWRAP"])
    assert usages == {
        CheckMethod.ZEROS: ("false", "true", "true"),
        CheckMethod.CMAC: ("true", "false", "true"),
    }


def test_a_policy_is_asked_for_nothing_that_it_does_not_name() -> None:
    assert demanded_of(SCRIPT.key_kind("kek"), {}) == {}


def test_sizes_are_those_of_the_algorithms_names() -> None:
    assert {each: each.bits for each in Algorithm} == {
        Algorithm.P_256: 256,
        Algorithm.P_384: 384,
        Algorithm.P_521: 521,
        Algorithm.ED25519: 256,
        Algorithm.RSA_2048: 2048,
        Algorithm.RSA_3072: 3072,
        Algorithm.RSA_4096: 4096,
        Algorithm.AES_128: 128,
        Algorithm.AES_256: 256,
    }
