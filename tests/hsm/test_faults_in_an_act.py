"""A module that fails in an act, before or after its effect: what is in doubt."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony.errors import DeviceError
from ceremony.hsm.errors import Act
from ceremony.identifiers import OperationId
from tests.faulty.site import PAIR, Site, told
from tests.hsm.fresh_token import USER_PIN, secret

pytestmark = [pytest.mark.hsm, pytest.mark.no_cover]

NewId = Callable[[], OperationId]


@pytest.mark.parametrize(
    ("number", "code", "in_doubt"),
    [
        (0x31, "HSM-DEVICE-03", True),
        (0x30, "HSM-DEVICE-01", True),
        (0xE2, "HSM-DEVICE-05", False),
        (0x54, "HSM-DEVICE-06", False),
        (0xB5, "HSM-DEVICE-05", False),
        (0x101, "HSM-DEVICE-08", False),
        (0xD0, "HSM-DEVICE-07", True),
        (0x80000001, "HSM-DEVICE-01", True),
    ],
)
def test_a_refusal_of_a_key_is_in_doubt_unless_no_device_can_have_acted(
    site: Site, new_id: NewId, number: int, code: str, *, in_doubt: bool
) -> None:
    error = site.fails(new_id(), f"C_GenerateKeyPair 1 before return {number:#x}")

    assert told(error) == (code, in_doubt)
    assert ("may exist" in error.meaning) == in_doubt
    # An answer that says nothing may be that of a token without room.
    assert ("whether it is full" in error.remedy) == (code == "HSM-DEVICE-01")
    assert site.look_afresh() == []


def test_a_key_that_was_made_and_then_denied_is_in_doubt_and_found(
    site: Site, new_id: NewId
) -> None:
    key_id = new_id()
    error = site.fails(key_id, "C_GenerateKeyPair 1 after return 0x31")

    assert told(error) == ("HSM-DEVICE-03", True)
    assert "more space" in error.remedy
    assert site.look_afresh() == [(name, key_id) for name in PAIR]


@pytest.mark.crash
@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 2)])
def test_a_module_that_dies_while_it_makes_a_key_leaves_it_in_doubt(
    site: Site, new_id: NewId, when: str, made: int
) -> None:
    key_id = new_id()
    error = site.fails(key_id, f"C_GenerateKeyPair 1 {when} crash")

    assert told(error) == ("HSM-HOST-01", True)
    assert "Segmentation fault" in str(error)
    assert error.meaning == "A key, or half of one, may exist in the token."
    assert "inventory" in error.remedy
    assert site.look_afresh() == [(name, key_id) for name in PAIR][:made]


@pytest.mark.crash
@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 2)])
def test_a_module_that_hangs_while_it_makes_a_key_gives_control_back_in_time(
    site: Site,
    new_id: NewId,
    monkeypatch: pytest.MonkeyPatch,
    when: str,
    made: int,
) -> None:
    monkeypatch.setattr(Act.GENERATE, "deadline_s", 0.5)
    key_id = new_id()
    began = time.monotonic()
    error = site.fails(key_id, f"C_GenerateKeyPair 1 {when} hang")

    assert time.monotonic() - began < 2
    assert told(error) == ("HSM-HOST-02", True)
    assert not Path(f"/proc/{site.module.pid}").exists()
    assert site.look_afresh() == [(name, key_id) for name in PAIR][:made]


@pytest.mark.crash
@pytest.mark.parametrize("function", ["C_GetSlotList", "C_GetTokenInfo", "C_Login"])
def test_a_module_that_hangs_where_nothing_changes_leaves_nothing_in_doubt(
    site: Site, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    for act in (Act.LOOK, Act.LOGIN):
        monkeypatch.setattr(act, "deadline_s", 0.5)
    site.faulty.plan(f"{function} * before hang")
    began = time.monotonic()

    with pytest.raises(DeviceError) as caught, site.token.session(secret(USER_PIN)):
        pass

    assert time.monotonic() - began < 2
    assert told(caught.value) == ("HSM-HOST-02", False)


def test_a_signature_that_is_lost_or_denied_is_in_doubt(
    site: Site, new_id: NewId
) -> None:
    key_id = new_id()
    site.generate(key_id)
    for plan, code in (
        ("C_Sign 1 after return 0x30", "HSM-DEVICE-01"),
        ("C_Sign 2 before return 0x32", "HSM-DEVICE-02"),
        ("C_Sign * after crash", "HSM-HOST-01"),
    ):
        site.faulty.plan(plan)
        with (
            pytest.raises(DeviceError) as caught,
            site.token.session(secret(USER_PIN)) as session,
        ):
            session.sign(key_id, b"message")
        assert told(caught.value) == (code, True), plan
        assert "may have made a signature" in caught.value.meaning


def test_a_wrong_signature_does_not_verify(site: Site, new_id: NewId) -> None:
    key_id = new_id()
    site.generate(key_id)
    site.faulty.plan("C_Sign * after flip 3")

    with site.token.session(secret(USER_PIN)) as session:
        signature = session.sign(key_id, b"message")
        public = load_der_public_key(session.read_key(key_id).public_key_der)

    assert isinstance(public, ec.EllipticCurvePublicKey)
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"message", ec.ECDSA(SHA256()))


@pytest.mark.parametrize(("when", "left"), [("before", 2), ("after", 1)])
def test_a_destruction_that_is_denied_is_in_doubt(
    site: Site, new_id: NewId, when: str, left: int
) -> None:
    site.generate(new_id())
    site.faulty.plan(f"C_DestroyObject * {when} return 0x6")

    with site.token.session(secret(USER_PIN)) as session:
        entry = session.inventory().entries[0]
        with pytest.raises(DeviceError) as caught:
            session.destroy(entry)
        assert len(session.inventory()) == left

    assert told(caught.value) == ("HSM-DEVICE-01", True)
    assert caught.value.meaning == "The object may or may not exist any more."
