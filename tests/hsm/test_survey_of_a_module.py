"""What SoftHSMv2 tells without a login, beside what other tools read in it."""

from __future__ import annotations

import ctypes
import dataclasses
import os
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ceremony.hsm.hosted import open_module
from ceremony.hsm.module import Module
from ceremony.hsm.surveying import TokenInfo, mechanism_name, read_limits
from ceremony.hsm.uri import decode_uri, encode_uri, matches, uri_of
from tests.faulty.module import FaultyModule, compile_proxy
from tests.hsm.fresh_token import FreshToken, write_softhsm_configuration

pytestmark = pytest.mark.hsm


def test_the_survey_shows_library_tokens_and_the_free_slot(
    module: Module, fresh: FreshToken
) -> None:
    survey = module.survey()

    assert survey.library.manufacturer == "SoftHSM"
    assert survey.library.description == "Implementation of PKCS11"
    assert re.fullmatch(r"2\.\d+", survey.library.version)
    assert survey.library.standard == "2.40"
    by_serial = {each.facts.serial: each for each in survey.tokens}
    assert by_serial[fresh.token.serial].facts == fresh.token.facts
    assert not by_serial[""].facts.initialised
    assert survey.empty_slots == ()


def test_the_survey_is_the_same_from_a_process_of_its_own(
    module: Module, fresh: FreshToken, softhsm_path: Path
) -> None:
    hosted = open_module(softhsm_path, sha256=module.digest, environment=os.environ)
    try:
        told = hosted.survey()
    finally:
        hosted.close()

    ours = {each.facts.serial: each for each in module.survey().tokens}
    theirs = {each.facts.serial: each for each in told.tokens}
    assert told.library == module.survey().library
    # A slot has another number in another process: this is why none is kept.
    serial = fresh.token.serial
    assert dataclasses.replace(theirs[serial], slot=0, facts=ours[serial].facts) == (
        dataclasses.replace(ours[serial], slot=0)
    )
    assert theirs[serial].facts.label == fresh.label


def test_a_makers_own_calls_for_several_cards_are_seen(
    softhsm_path: Path, tmp_path: Path
) -> None:
    write_softhsm_configuration(tmp_path)
    assert _quorum_calls(softhsm_path, tmp_path) == ()
    seen = _quorum_calls(softhsm_path, tmp_path, "-DQUORUM_CALLS")
    assert seen == ("C_LoginBegin", "C_LoginNext", "C_LoginEnd")


def _quorum_calls(real: Path, folder: Path, *options: str) -> tuple[str, ...]:
    path = compile_proxy(folder, *options)
    told = {"SOFTHSM2_CONF": str(folder / "softhsm2.conf")}
    with closing(FaultyModule(path, real, folder, told).open()) as module:
        return module.survey().quorum_calls


def test_the_mechanisms_have_the_names_of_the_standard(module: Module) -> None:
    (token, *_) = module.survey().tokens

    assert {
        "CKM_EC_KEY_PAIR_GEN",
        "CKM_ECDSA",
        "CKM_RSA_PKCS_KEY_PAIR_GEN",
        "CKM_SHA256_RSA_PKCS",
        "CKM_AES_KEY_WRAP",
        "CKM_SHA256",
    } <= set(token.mechanisms)
    # pkcs11-tool --list-mechanisms has these two not, from the same library.
    assert not {"CKM_ECDSA_SHA256", "CKM_RSA_AES_KEY_WRAP"} & set(token.mechanisms)
    assert token.mechanisms == tuple(sorted(set(token.mechanisms)))


def test_a_mechanism_of_a_makers_own_stands_as_a_number() -> None:
    assert mechanism_name(0x1041) == "CKM_ECDSA"
    assert mechanism_name(0x80001234) == "CKM_0x80001234"


def test_the_limits_are_what_softhsm_was_built_with(
    module: Module, fresh: FreshToken
) -> None:
    (survey,) = [
        each
        for each in module.survey().tokens
        if each.facts.serial == fresh.token.serial
    ]

    assert (survey.limits.shortest_pin, survey.limits.longest_pin) == (4, 255)
    assert survey.limits.free_private is None
    assert survey.limits.login_required
    assert not survey.limits.officer_pin_locked


def test_every_flag_and_size_comes_from_its_own_place() -> None:
    names = {
        0x2: "write_protected",
        0x4: "login_required",
        0x100000: "officer_pin_low",
        0x200000: "officer_pin_final",
        0x400000: "officer_pin_locked",
        0x1000000: "failed",
    }
    for flag, name in names.items():
        limits = read_limits(TokenInfo(flags=flag))
        assert [each for each in names.values() if getattr(limits, each)] == [name]

    info = TokenInfo(
        total_public=1,
        free_public=2,
        total_private=3,
        free_private=ctypes.c_ulong(-1).value,
        longest_pin=5,
        shortest_pin=6,
    )
    limits = read_limits(info)
    assert (limits.total_public, limits.free_public) == (1, 2)
    assert (limits.total_private, limits.free_private) == (3, None)
    assert (limits.longest_pin, limits.shortest_pin) == (5, 6)


def test_a_token_is_found_by_the_uri_that_is_printed(
    module: Module, make_token: Callable[[str], FreshToken]
) -> None:
    fresh = make_token("Root; 50%")
    uri = decode_uri(encode_uri(uri_of(fresh.token.facts)))

    found = [each.facts for each in module.survey().tokens if matches(uri, each.facts)]

    assert found == [fresh.token.facts]
