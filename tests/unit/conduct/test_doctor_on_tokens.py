"""What the doctor makes of tokens: each line with its good case and its bad ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date

import pytest

from ceremony.conduct.diagnosis.hardware import Device, check_hardware
from ceremony.conduct.diagnosis.line import Line, State
from ceremony.conduct.diagnosis.token import (
    LITTLE_ROOM,
    WantedToken,
    check_serials,
    check_tokens,
)
from ceremony.hardware.vendor import load_vendors
from ceremony.hsm.mechanism import CANDIDATES, SignatureScheme, operation_words
from ceremony.hsm.order import KeyAlgorithm
from ceremony.hsm.survey import TokenLimits, TokenSurvey
from ceremony.pack.hardware_file import HardwareList
from tests.fakes.certified import RECORD, TODAY, VALID_DAYS
from tests.fakes.token_facts import FACTS

LIMITS = TokenLimits(
    login_required=True,
    write_protected=False,
    officer_pin_low=False,
    officer_pin_final=False,
    officer_pin_locked=False,
    failed=False,
    shortest_pin=4,
    longest_pin=255,
    total_private=1_000_000,
    free_private=900_000,
    total_public=None,
    free_public=None,
)
TOKEN = TokenSurvey(7, FACTS, LIMITS, ("CKM_ECDSA", "CKM_EC_KEY_PAIR_GEN"))
WANTED = WantedToken(
    "root-hsm",
    "main",
    FACTS.serial,
    FACTS.label,
    {KeyAlgorithm.EC_P256: "step 3.1", SignatureScheme.ECDSA: "steps 3.3, 4.5"},
)


def with_facts(**change: object) -> TokenSurvey:
    return dataclasses.replace(TOKEN, facts=dataclasses.replace(FACTS, **change))


def with_limits(**change: object) -> TokenSurvey:
    return dataclasses.replace(TOKEN, limits=dataclasses.replace(LIMITS, **change))


def lines(
    *tokens: TokenSurvey, wanted: WantedToken = WANTED, module: str = "main"
) -> tuple[Line, ...]:
    return check_tokens([wanted], {module: tokens})


def line(found: Sequence[Line], rule: str) -> Line:
    (one,) = [each for each in found if each.rule == rule]
    assert (one.remedy == "") == (one.state is State.OK)
    assert one.about == "token root-hsm"
    return one


def test_a_token_with_nothing_amiss_is_ok_in_every_line() -> None:
    found = lines(TOKEN)

    assert [each.rule for each in found] == [
        "DOCTOR-TOKEN-01",
        "DOCTOR-MECHANISM-01",
        "DOCTOR-PIN-01",
        "DOCTOR-SPACE-01",
    ]
    assert {each.state for each in found} == {State.OK}


@pytest.mark.parametrize(
    "tokens", [(), (with_facts(serial="another"),), (TOKEN, TOKEN)]
)
def test_a_token_that_is_missing_or_there_twice_fails(
    tokens: tuple[TokenSurvey, ...],
) -> None:
    (found,) = lines(*tokens)

    assert line([found], "DOCTOR-TOKEN-01").state is State.FAIL


def test_nothing_is_said_of_a_token_whose_module_could_not_be_looked_at() -> None:
    assert lines(TOKEN, module="another") == ()


def test_a_wrong_label_fails_unless_the_script_gives_it() -> None:
    other = with_facts(label="factory")
    later = dataclasses.replace(WANTED, initialised_in="2.1")

    assert line(lines(other), "DOCTOR-TOKEN-01").state is State.FAIL
    found = line(lines(other, wanted=later), "DOCTOR-TOKEN-01")
    assert found.state is State.OK
    assert "step 2.1 erases it" in found.told


def test_a_missing_mechanism_is_named_with_the_steps_that_need_it() -> None:
    poor = dataclasses.replace(TOKEN, mechanisms=("CKM_EC_KEY_PAIR_GEN",))
    found = line(lines(poor), "DOCTOR-MECHANISM-01")

    assert found.state is State.FAIL
    assert found.told == (
        "Missing: signatures by ECDSA (steps 3.3, 4.5); none of CKM_ECDSA."
    )


@pytest.mark.parametrize(
    ("offered", "state", "told"),
    [
        (
            ("CKM_RSA_PKCS", "CKM_SHA256_RSA_PKCS"),
            State.OK,
            "It offers signatures by SHA-256 with RSA (turns) by CKM_SHA256_RSA_PKCS.",
        ),
        (
            ("CKM_RSA_PKCS", "CKM_SHA384_RSA_PKCS"),
            State.OK,
            (
                "It offers signatures by SHA-256 with RSA (turns) by CKM_RSA_PKCS and "
                "not by CKM_SHA256_RSA_PKCS, which it lacks."
            ),
        ),
        (
            ("CKM_SHA384_RSA_PKCS", "CKM_RSA_PKCS_PSS"),
            State.FAIL,
            (
                "Missing: signatures by SHA-256 with RSA (turns); none of "
                "CKM_SHA256_RSA_PKCS, CKM_RSA_PKCS."
            ),
        ),
    ],
)
def test_any_mechanism_that_does_the_work_will_do(
    offered: tuple[str, ...], state: State, told: str
) -> None:
    signs = {SignatureScheme.RSA_PKCS1_SHA256: "turns"}
    found = line(
        lines(
            dataclasses.replace(TOKEN, mechanisms=offered),
            wanted=dataclasses.replace(WANTED, operations=signs),
        ),
        "DOCTOR-MECHANISM-01",
    )

    assert (found.state, found.told) == (state, told)


def test_every_operation_has_words_of_its_own() -> None:
    words = [operation_words(each) for each in CANDIDATES]

    assert len(set(words)) == len(CANDIDATES)


@pytest.mark.parametrize(
    ("token", "state", "words"),
    [
        (with_facts(pin_locked=True), State.FAIL, "user PIN is locked"),
        (with_facts(pin_final_try=True), State.FAIL, "One more wrong user PIN"),
        (with_facts(user_pin_set=False), State.FAIL, "No user PIN is set"),
        (with_facts(initialised=False), State.FAIL, "never initialised"),
        (with_facts(pin_count_low=True), State.WARN, "A wrong user PIN was entered"),
        (with_facts(pin_to_be_changed=True), State.FAIL, "has to be changed"),
        (with_limits(officer_pin_locked=True), State.FAIL, "SO PIN is locked"),
        (with_limits(officer_pin_final=True), State.FAIL, "wrong SO PIN locks"),
        (with_limits(failed=True), State.FAIL, "error state"),
        (with_limits(officer_pin_low=True), State.WARN, "A wrong SO PIN"),
        (with_facts(so_pin_to_be_changed=True), State.WARN, "The SO PIN has"),
    ],
)
def test_each_state_of_a_pin_that_matters_is_told(
    token: TokenSurvey, state: State, words: str
) -> None:
    found = line(lines(token), "DOCTOR-PIN-01")

    assert (found.state, words in found.told) == (state, True)


def test_a_pin_at_the_device_is_told_and_one_that_the_script_sets_is_no_fault() -> None:
    later = dataclasses.replace(WANTED, initialised_in="2.1")
    at_device = line(lines(with_facts(protected_path=True)), "DOCTOR-PIN-01")
    unset = line(lines(with_facts(user_pin_set=False), wanted=later), "DOCTOR-PIN-01")

    assert "at the device" in at_device.told
    assert unset.state is State.OK


@pytest.mark.parametrize(
    ("token", "state"),
    [
        (with_limits(write_protected=True), State.FAIL),
        (with_limits(free_private=LITTLE_ROOM - 1), State.WARN),
        (with_limits(free_private=0), State.WARN),
        (with_limits(free_private=LITTLE_ROOM), State.OK),
        (with_limits(free_private=None), State.OK),
        # As NSS tells it: 1 byte in all and free.
        (with_limits(free_private=1, total_private=1), State.OK),
    ],
)
def test_room_is_judged_where_it_is_told(token: TokenSurvey, state: State) -> None:
    assert line(lines(token), "DOCTOR-SPACE-01").state is state


def test_tokens_that_cannot_be_told_apart_fail() -> None:
    other = with_facts(serial="another")
    zeros = with_facts(serial="0000000000000000")
    twin = with_facts(label="another")
    fresh = with_facts(serial="", initialised=False)

    def state(*tokens: TokenSurvey) -> State:
        found = check_serials("main", tokens)
        assert found.rule == "DOCTOR-SERIAL-01"
        return found.state

    assert state() is State.OK
    assert state(TOKEN, other, fresh, fresh) is State.OK
    assert state(TOKEN, TOKEN) is State.FAIL
    assert state(TOKEN, twin) is State.WARN
    assert state(TOKEN, zeros) is State.WARN
    assert state(zeros, zeros) is State.FAIL
    assert state(with_facts(serial="")) is State.FAIL


def test_of_tokens_with_one_serial_the_label_tells_which_is_wanted() -> None:
    twin = with_facts(label="another")
    found = line(lines(TOKEN, twin), "DOCTOR-TOKEN-01")
    (none,) = lines(twin, with_facts(label="a third"))

    assert (found.state, f"labelled {FACTS.label!r}" in found.told) == (State.OK, True)
    assert (none.rule, none.state) == ("DOCTOR-TOKEN-01", State.FAIL)


def judged(
    *devices: Device, listed: HardwareList | None, today: date = TODAY
) -> list[tuple[str, State]]:
    found = check_hardware(devices, listed, today)
    assert all((each.remedy == "") == (each.state is State.OK) for each in found)
    return [(each.rule, each.state) for each in found]


def test_certification_is_judged_for_each_device() -> None:
    (yubihsm,) = [each for each in load_vendors() if each.name == "yubihsm-2"]
    facts = dataclasses.replace(FACTS, firmware_version="2.41")
    device = Device(WANTED, facts, yubihsm)
    software = Device(WANTED, dataclasses.replace(facts, model="SoftHSM v2"), None)
    listed = HardwareList(VALID_DAYS, (RECORD,))
    weak = dataclasses.replace(
        RECORD, firmware_reported="2.3.2", firmware_certified=("2.3.2",)
    )

    assert judged(device, listed=listed) == [("DOCTOR-CERT-01", State.OK)]
    unrecorded = [("HSM-CERT-02", State.WARN), ("DOCTOR-CERT-01", State.WARN)]
    assert judged(device, listed=None) == unrecorded
    other = HardwareList(VALID_DAYS, (dataclasses.replace(RECORD, serial="x"),))
    assert judged(device, listed=other) == unrecorded
    old = Device(WANTED, dataclasses.replace(FACTS, firmware_version="1.9"), yubihsm)
    assert judged(old, listed=None)[0] == ("HSM-CERT-02", State.FAIL)
    assert judged(device, listed=HardwareList(VALID_DAYS, (weak,))) == [
        ("HSM-CERT-02", State.FAIL)
    ]
    assert judged(device, listed=listed, today=date(2030, 1, 1)) == [
        ("HSM-CERT-03", State.FAIL)
    ]
    # A record does not make hardware of a program.
    assert judged(software, listed=listed) == [("DOCTOR-CERT-01", State.WARN)]
    assert judged(listed=listed) == []


def test_devices_without_a_record_stand_in_one_line() -> None:
    second = dataclasses.replace(WANTED, name="issuing-hsm")
    found = check_hardware(
        [Device(WANTED, FACTS, None), Device(second, FACTS, None)], None, TODAY
    )

    assert [each.about for each in found] == ["tokens root-hsm, issuing-hsm"]
