from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from ceremony.errors import DeviceError, InputError
from ceremony.hsm.errors import TokenCallError
from ceremony.hsm.module import Module
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.hsm.token import is_software
from ceremony.identifiers import OperationId
from tests.hsm.fresh_token import SO_PIN, USER_PIN, FreshToken, look_afresh, secret

pytestmark = pytest.mark.hsm

NewId = Callable[[], OperationId]


def test_a_new_token_has_a_serial_and_no_user_pin(module: Module) -> None:
    facts = module.initialise_free_slot("FACTORY NEW", secret(SO_PIN))

    assert facts.label == "FACTORY NEW"
    assert len(facts.serial) == 16
    assert (facts.initialised, facts.user_pin_set) == (True, False)


def test_initialising_keeps_the_serial_and_sets_label_and_pin(module: Module) -> None:
    serial = module.initialise_free_slot("FACTORY", secret(SO_PIN)).serial

    facts = module.token(serial).initialise(
        secret(SO_PIN), "CEREMONY B", secret(USER_PIN)
    )

    assert (facts.serial, facts.label) == (serial, "CEREMONY B")
    assert facts.user_pin_set
    with module.token(serial).session(secret(USER_PIN)) as session:
        assert len(session.inventory()) == 0


def test_initialising_erases_every_object(fresh: FreshToken, new_id: NewId) -> None:
    with fresh.token.session(fresh.pin) as session:
        session.generate_key_pair(KeyOrder("old", new_id(), KeyAlgorithm.EC_P256))

    fresh.token.initialise(fresh.so_pin, "AGAIN", fresh.pin)

    with fresh.token.session(fresh.pin) as session:
        assert len(session.inventory()) == 0


def test_a_software_token_shows_itself(fresh: FreshToken) -> None:
    facts = fresh.token.facts

    assert is_software(facts)
    assert not facts.hardware_slot
    assert facts.manufacturer == "SoftHSM project"
    assert not facts.protected_path


def test_the_officers_wrong_pin_changes_nothing(fresh: FreshToken) -> None:
    with pytest.raises(TokenCallError) as caught:
        fresh.token.initialise(secret(b"wrong-officer"), "LOST", fresh.pin)

    assert caught.value.code == "HSM-PIN-01"
    assert caught.value.ckr == "CKR_PIN_INCORRECT"
    assert not caught.value.in_doubt
    assert fresh.token.facts.label == "CEREMONY A"
    with fresh.token.session(fresh.pin):
        pass


def test_a_user_pin_that_is_too_short_leaves_the_token_in_doubt(
    fresh: FreshToken,
) -> None:
    with pytest.raises(TokenCallError) as caught:
        fresh.token.initialise(fresh.so_pin, "SHORT", secret(b"12"))

    assert caught.value.code == "HSM-PIN-04"
    assert caught.value.in_doubt
    assert not fresh.token.facts.user_pin_set
    with pytest.raises(TokenCallError, match="no user PIN") as caught:
        fresh.token.session(fresh.pin).__enter__()
    assert caught.value.code == "HSM-PIN-03"
    fresh.token.initialise(fresh.so_pin, "GOOD", fresh.pin)
    assert fresh.token.facts.user_pin_set


@pytest.mark.parametrize("label", ["", "x" * 33, "ä" * 17])
def test_a_token_label_beyond_32_bytes_is_refused(
    fresh: FreshToken, module: Module, label: str
) -> None:
    with pytest.raises(InputError) as caught:
        fresh.token.initialise(fresh.so_pin, label, fresh.pin)
    assert caught.value.code == "HSM-TOKEN-05"
    with pytest.raises(InputError):
        module.initialise_free_slot(label, secret(SO_PIN))


def test_a_wrong_pin_leaves_nothing_open_and_the_next_login_works(
    fresh: FreshToken,
) -> None:
    with pytest.raises(TokenCallError) as caught:
        fresh.token.session(secret(b"0000-wrong")).__enter__()

    assert (caught.value.code, caught.value.ckr) == ("HSM-PIN-01", "CKR_PIN_INCORRECT")
    assert not caught.value.in_doubt
    assert fresh.token.facts.pin_count_low
    # A session left open would make C_InitToken refuse, and a login would last.
    with fresh.token.session(fresh.pin) as session:
        assert len(session.inventory()) == 0
    facts = fresh.token.initialise(fresh.so_pin, "STILL FREE", fresh.pin)
    assert not facts.pin_count_low


def test_no_pin_stands_in_a_refusal(fresh: FreshToken) -> None:
    with pytest.raises(TokenCallError) as caught:
        fresh.token.session(secret(b"0000-wrong")).__enter__()

    error: BaseException | None = caught.value
    while error is not None:
        assert "0000-wrong" not in f"{error!r} {error.__dict__}"
        error = error.__cause__


def test_nobody_is_logged_in_after_a_session(fresh: FreshToken, new_id: NewId) -> None:
    with fresh.token.session(fresh.pin) as session:
        session.generate_key_pair(KeyOrder("k", new_id(), KeyAlgorithm.EC_P256))

    with fresh.token.session(None, writable=False) as session:
        classes = [entry.object_class for entry in session.inventory().entries]
    assert classes == ["CKO_PUBLIC_KEY"]


def test_nobody_is_logged_in_after_a_failure_in_a_session(fresh: FreshToken) -> None:
    def broken_step() -> None:
        with fresh.token.session(fresh.pin) as session:
            session.write_anchor(b"private")
            raise RuntimeError("the step broke")

    with pytest.raises(RuntimeError, match="the step broke"):
        broken_step()

    with fresh.token.session(None) as session:
        assert len(session.inventory()) == 0


def test_a_token_has_one_session_at_a_time(fresh: FreshToken) -> None:
    with fresh.token.session(fresh.pin) as session:
        for act in (
            lambda: fresh.token.session(fresh.pin).__enter__(),
            lambda: fresh.token.initialise(fresh.so_pin, "NO", fresh.pin),
        ):
            with pytest.raises(DeviceError) as caught:
                act()
            assert caught.value.code == "HSM-TOKEN-04"
        assert len(session.inventory()) == 0


def test_two_tokens_are_used_at_the_same_time(
    make_token: Callable[[str], FreshToken],
) -> None:
    one, two = make_token("ONE"), make_token("TWO")

    with one.token.session(one.pin) as first:
        with two.token.session(two.pin) as second:
            second.write_anchor(b"two")
        first.write_anchor(b"one")
        assert first.read_anchors() == (b"one",)


def test_a_session_that_ended_is_of_no_use(fresh: FreshToken, new_id: NewId) -> None:
    with fresh.token.session(fresh.pin) as session:
        made = session.generate_key_pair(KeyOrder("k", new_id(), KeyAlgorithm.EC_P256))
        key = session.private_key(made.cka_id)
        assert isinstance(key, ec.EllipticCurvePrivateKey)

    with pytest.raises(TokenCallError) as caught:
        session.sign(made.cka_id, b"late")
    assert caught.value.code == "HSM-DEVICE-04"
    with pytest.raises(TokenCallError) as caught:
        key.sign(b"late", ec.ECDSA(hashes.SHA256()))
    assert not caught.value.in_doubt


def test_a_session_opened_for_reading_makes_no_key(
    fresh: FreshToken, new_id: NewId
) -> None:
    with fresh.token.session(fresh.pin, writable=False) as session:
        with pytest.raises(TokenCallError) as caught:
            session.generate_key_pair(KeyOrder("k", new_id(), KeyAlgorithm.EC_P256))
        assert len(session.inventory()) == 0

    assert caught.value.code == "HSM-DEVICE-05"
    assert not caught.value.in_doubt


def test_an_absent_token_is_named_with_those_that_are_there(
    module: Module, fresh: FreshToken
) -> None:
    with pytest.raises(
        DeviceError, match=f"{fresh.token.serial} .CEREMONY A."
    ) as caught:
        module.token("0123456789abcdef")

    assert caught.value.code == "HSM-TOKEN-01"
    assert "no token with serial 0123456789abcdef" in str(caught.value)


def test_the_empty_serial_of_a_fresh_slot_names_no_token(module: Module) -> None:
    assert any(facts.serial == "" for facts in module.tokens())
    with pytest.raises(DeviceError) as caught:
        module.token("")
    assert caught.value.code == "HSM-TOKEN-01"


def test_a_token_is_found_again_after_its_slot_changed(
    fresh: FreshToken, module: Module
) -> None:
    before = fresh.token.facts

    look_afresh(module)

    after = fresh.token.facts
    assert before.slot_description != after.slot_description
    assert (after.serial, after.label) == (before.serial, "CEREMONY A")
    with fresh.token.session(fresh.pin) as session:
        assert len(session.inventory()) == 0
