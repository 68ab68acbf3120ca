"""What the doctor makes of a module: each line with its good case and its bad ones."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from ceremony.conduct.diagnosis.line import Line, State
from ceremony.conduct.diagnosis.module import Failure, ModuleState, check_module
from ceremony.hardware.vendor import Vendor, load_vendors
from ceremony.hsm.p11_kit import KitModule
from ceremony.hsm.survey import LibraryFacts, ModuleSurvey
from ceremony.identifiers import Digest

PINNED = Digest("5f" * 32)
VENDORS: dict[str, Vendor] = {each.name: each for each in load_vendors()}
KIT = KitModule("/etc/pkcs11/modules/a.module", "/m/libsofthsm2.so")
GOOD = ModuleState(
    name="softhsm",
    path=Path("/m/libsofthsm2.so"),
    pinned=PINNED,
    digest=PINNED,
    survey=ModuleSurvey(
        LibraryFacts("SoftHSM", "Implementation", "2.6", "2.40"), (), ()
    ),
    failure=None,
    vendor=VENDORS["softhsm"],
    kit=(),
)


def failed(ckr: str = "", code: str = "HSM-DEVICE-01") -> ModuleState:
    failure = Failure(code, "The module failed.", "Mend it.", ckr)
    return dataclasses.replace(GOOD, survey=None, failure=failure)


def line(state: ModuleState, rule: str) -> Line:
    (found,) = [each for each in check_module(state) if each.rule == rule]
    assert (found.remedy == "") == (found.state is State.OK)
    assert found.about == "module softhsm"
    return found


def test_a_module_with_nothing_amiss_is_ok_in_every_line() -> None:
    lines = check_module(GOOD)

    assert [each.rule for each in lines] == [
        "DOCTOR-LOAD-01",
        "DOCTOR-DIGEST-01",
        "DOCTOR-LOCK-01",
        "DOCTOR-VENDOR-01",
        "DOCTOR-KIT-01",
    ]
    assert {each.state for each in lines} == {State.OK}
    assert any(note.startswith("pin-lock: ") for note in lines[3].notes)


def test_a_module_that_does_not_load_fails_with_its_own_reason() -> None:
    found = line(failed(code="HSM-MODULE-01"), "DOCTOR-LOAD-01")

    assert found.state is State.FAIL
    assert "[HSM-MODULE-01]" in found.told
    assert found.remedy == "Mend it."


def test_a_module_that_wants_arguments_is_told_which() -> None:
    nss = dataclasses.replace(failed("CKR_ARGUMENTS_BAD"), vendor=VENDORS["nss"])

    assert "configdir=" in line(nss, "DOCTOR-LOAD-01").remedy
    other = dataclasses.replace(failed("CKR_DEVICE_ERROR"), vendor=VENDORS["nss"])
    assert "configdir=" not in line(other, "DOCTOR-LOAD-01").remedy


@pytest.mark.parametrize(
    ("pinned", "digest", "state"),
    [
        (PINNED, Digest("00" * 32), State.FAIL),
        (PINNED, None, State.FAIL),
        (None, None, State.FAIL),
        (None, PINNED, State.WARN),
    ],
)
def test_another_digest_or_none_is_not_passed(
    pinned: Digest | None, digest: Digest | None, state: State
) -> None:
    bad = dataclasses.replace(GOOD, pinned=pinned, digest=digest)

    assert line(bad, "DOCTOR-DIGEST-01").state is state


@pytest.mark.parametrize("ckr", ["CKR_CANT_LOCK", "CKR_NEED_TO_CREATE_THREADS"])
def test_a_module_that_cannot_lock_fails(ckr: str) -> None:
    found = line(failed(ckr), "DOCTOR-LOCK-01")

    assert found.state is State.FAIL
    assert ckr in found.told


def test_locking_is_not_claimed_of_a_module_that_failed_otherwise() -> None:
    assert line(failed("CKR_DEVICE_ERROR"), "DOCTOR-LOCK-01").state is State.WARN


def test_a_module_that_nobody_knows_or_tried_is_to_be_rehearsed() -> None:
    unknown = dataclasses.replace(GOOD, vendor=None)
    untried = dataclasses.replace(GOOD, vendor=VENDORS["luna"])

    assert line(unknown, "DOCTOR-VENDOR-01").state is State.WARN
    found = line(untried, "DOCTOR-VENDOR-01")
    assert found.state is State.WARN
    assert all("not tried here; https://" in note for note in found.notes)


def test_a_device_that_wants_several_cards_is_told_where_they_are_presented() -> None:
    assert GOOD.survey
    calls = dataclasses.replace(GOOD.survey, quorum_calls=("C_LoginBegin",))
    by_module = line(dataclasses.replace(GOOD, survey=calls), "DOCTOR-QUORUM-01")
    luna = dataclasses.replace(GOOD, vendor=VENDORS["luna"])
    by_maker = line(luna, "DOCTOR-QUORUM-01")

    assert "C_LoginBegin. None is made" in by_module.told
    assert "not given through PKCS#11" in by_maker.told
    for found in (by_module, by_maker):
        assert found.state is State.WARN
        assert "device.manual" in found.remedy


def test_a_module_that_p11_kit_offers_to_all_is_to_be_looked_at() -> None:
    shared = dataclasses.replace(GOOD, kit=(KIT,))
    kept = dataclasses.replace(KIT, only_in=("ceremony",))

    assert line(shared, "DOCTOR-KIT-01").state is State.WARN
    alone = line(dataclasses.replace(GOOD, kit=(kept,)), "DOCTOR-KIT-01")
    assert alone.state is State.OK
    assert "ceremony" in alone.told


def test_a_module_that_p11_kit_has_twice_fails() -> None:
    other = dataclasses.replace(KIT, file="/usr/share/p11-kit/modules/b.module")
    found = line(dataclasses.replace(GOOD, kit=(KIT, other)), "DOCTOR-KIT-01")

    assert found.state is State.FAIL
    assert KIT.file in found.told
    assert other.file in found.told


def test_p11_kits_proxy_is_never_passed() -> None:
    proxy = dataclasses.replace(GOOD, vendor=VENDORS["p11-kit-proxy"])

    assert line(proxy, "DOCTOR-KIT-01").state is State.FAIL
