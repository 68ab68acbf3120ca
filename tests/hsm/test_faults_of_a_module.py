"""A token or module that is not as it should be: each has its error and remedy."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing

import pytest

from ceremony.errors import DeviceError
from ceremony.hsm.hosted import HostedToken, open_module
from ceremony.hsm.module import module_digest
from ceremony.hsm.order import KeyAlgorithm, KeyOrder, PairUse
from ceremony.hsm.token import TokenName
from ceremony.identifiers import OperationId
from ceremony.secret import entered_at_reader
from tests.faulty.module import FaultyModule
from tests.faulty.site import PAIR, Site, make_faulty_token, told
from tests.hsm.fresh_token import SO_PIN, USER_PIN, secret

pytestmark = [pytest.mark.hsm, pytest.mark.no_cover]

NewId = Callable[[], OperationId]

COUNT_LOW, FINAL_TRY, LOCKED, TO_BE_CHANGED = 0x10000, 0x20000, 0x40000, 0x80000
"""CKF_USER_PIN_*. Source: PKCS#11 v2.40, section 3.2, table 4."""


def test_without_a_plan_the_module_is_the_real_one(site: Site, new_id: NewId) -> None:
    key_id = new_id()
    site.generate(key_id)
    with site.token.session(secret(USER_PIN)) as session:
        session.sign(key_id, b"message")
        found = session.inventory().entries
    assert tuple(each.object_class for each in found) == PAIR


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        (COUNT_LOW, "a wrong PIN was entered since the last login"),
        (FINAL_TRY, "one try is left before its PIN is locked"),
        (LOCKED, "its PIN is locked now"),
    ],
)
def test_a_wrong_pin_is_told_with_the_tries_that_are_left(
    site: Site, flag: int, words: str
) -> None:
    site.faulty.plan(f"C_GetTokenInfo * after flags {flag:#x}")

    with pytest.raises(DeviceError) as caught, site.token.session(secret(b"00000000")):
        pass

    assert told(caught.value) == ("HSM-PIN-01", False)
    assert words in caught.value.meaning
    assert "Nobody is logged in" in caught.value.meaning


@pytest.mark.parametrize(
    ("number", "code"), [(0xA4, "HSM-PIN-02"), (0xA3, "HSM-PIN-05")]
)
def test_a_pin_that_is_locked_or_expired_logs_nobody_in(
    site: Site, number: int, code: str
) -> None:
    site.faulty.plan(f"C_Login 2 before return {number:#x}")

    with pytest.raises(DeviceError) as caught, site.token.session(secret(USER_PIN)):
        pass

    assert told(caught.value) == (code, False)
    with site.token.session(secret(USER_PIN)) as session:
        assert len(session.inventory()) == 0


def test_a_pin_that_is_to_be_changed_is_not_even_tried(site: Site) -> None:
    site.faulty.plan(
        f"C_GetTokenInfo * after flags {TO_BE_CHANGED:#x}", "C_Login * before crash"
    )

    with pytest.raises(DeviceError) as caught, site.token.session(secret(USER_PIN)):
        pass

    assert told(caught.value) == ("HSM-PIN-06", False)
    assert site.module.is_running


def test_a_pin_is_entered_at_the_reader_where_the_token_has_a_keypad(
    faulty: FaultyModule, new_id: NewId
) -> None:
    faulty.plan("keypad")
    with closing(faulty.open(FAULTY_PIN=USER_PIN.decode())) as module:
        serial = module.initialise_free_slot("FACTORY", entered_at_reader()).serial
        token = module.token(serial)
        token.initialise(entered_at_reader(), "KEYPAD", entered_at_reader())
        assert token.facts.protected_path
        with token.session(entered_at_reader()) as session:
            order = KeyOrder("k", new_id(), KeyAlgorithm.EC_P256)
            session.generate_key_pair(order)
            assert len(session.inventory()) == 2
        # The keypad of this reader is the only way: a typed PIN is refused.
        with pytest.raises(DeviceError) as caught, token.session(secret(USER_PIN)):
            pass
    assert "CKR_ARGUMENTS_BAD" in str(caught.value)


def test_a_pair_that_is_twice_there_as_it_is_made_trusted_is_in_doubt(
    site: Site, new_id: NewId
) -> None:
    key_id, rsa = new_id(), KeyAlgorithm.RSA_2048
    with site.token.session(secret(USER_PIN)) as session:
        session.generate_key_pair(KeyOrder("carrier", key_id, rsa, PairUse.WRAP))
    site.faulty.plan("C_DestroyObject 1 before return 0x30")
    with pytest.raises(DeviceError) as caught:
        site.token.trust(secret(SO_PIN), key_id)
    site.faulty.plan()

    assert told(caught.value) == ("HSM-DEVICE-01", True)
    assert caught.value.meaning == (
        "The key may or may not be trusted, and may exist twice."
    )
    with site.token.session(secret(USER_PIN)) as session:
        found = [
            each
            for each in session.inventory().entries
            if each.object_class == "CKO_PUBLIC_KEY"
        ]
    assert [each.cka_id for each in found] == [key_id] * 2


@pytest.mark.parametrize("answer", ["0x10", "0x13"])
def test_a_pair_that_the_officer_may_not_write_stays_as_it_is(
    site: Site, new_id: NewId, answer: str
) -> None:
    key_id, rsa = new_id(), KeyAlgorithm.RSA_2048
    with site.token.session(secret(USER_PIN)) as session:
        session.generate_key_pair(KeyOrder("carrier", key_id, rsa, PairUse.WRAP))
        before = session.inventory()
    site.faulty.plan(f"C_CreateObject * before return {answer}")
    with pytest.raises(DeviceError) as caught:
        site.token.trust(secret(SO_PIN), key_id)
    site.faulty.plan()

    assert told(caught.value) == ("HSM-TRUST-01", False)
    with site.token.session(secret(USER_PIN)) as session:
        assert session.inventory() == before


def test_a_pin_is_changed_at_the_reader_and_tried_there(site: Site) -> None:
    site.faulty.plan("keypad")
    new, serial = "5521-second", site.token.serial
    entered = {"FAULTY_PIN": USER_PIN.decode(), "FAULTY_NEW_PIN": new}
    with closing(site.faulty.open(**entered)) as module:
        module.token(serial).change_pin(entered_at_reader(), entered_at_reader())
    site.faulty.plan()

    # SoftHSMv2 keeps in memory what a PIN opened before another process changed it.
    with (
        closing(site.faulty.open()) as module,
        module.token(serial).session(secret(new.encode())),
    ):
        pass
    with pytest.raises(DeviceError) as caught:
        site.token.change_pin(entered_at_reader(), entered_at_reader())
    assert told(caught.value) == ("HSM-PIN-07", False)


def test_a_wrong_old_pin_at_the_reader_changes_nothing(site: Site) -> None:
    site.faulty.plan("keypad")
    wrong = {"FAULTY_PIN": "00000000", "FAULTY_NEW_PIN": "5521-second"}
    with (
        closing(site.faulty.open(**wrong)) as module,
        pytest.raises(DeviceError) as caught,
    ):
        module.token(site.token.serial).change_pin(
            entered_at_reader(), entered_at_reader()
        )
    assert told(caught.value) == ("HSM-PIN-01", False)
    site.faulty.plan()
    with site.token.session(secret(USER_PIN)):
        pass


def test_a_pin_that_was_wiped_is_not_taken_for_one_at_the_reader(site: Site) -> None:
    site.faulty.plan("keypad", "C_Login * before crash")
    pin = secret(USER_PIN)
    pin.wipe()

    with pytest.raises(ValueError, match="wiped"), site.token.session(pin):
        pass

    assert site.module.tokens()


def test_an_empty_pin_is_a_pin_that_was_typed(site: Site) -> None:
    with pytest.raises(DeviceError) as caught, site.token.session(secret(b"")):
        pass

    # SoftHSMv2 knows no PIN under four characters; NSS has an empty one at first.
    assert caught.value.code in ("HSM-PIN-01", "HSM-PIN-04")


def test_a_wrong_pin_at_the_reader_is_a_wrong_pin(site: Site) -> None:
    site.faulty.plan("keypad")
    with (
        closing(site.faulty.open(FAULTY_PIN="00000000")) as module,
        pytest.raises(DeviceError) as caught,
        module.token(site.token.serial).session(entered_at_reader()),
    ):
        pass

    assert told(caught.value) == ("HSM-PIN-01", False)


def test_a_token_without_a_keypad_is_asked_for_no_pin_that_nobody_typed(
    site: Site,
) -> None:
    site.faulty.plan("C_Login * before crash", "C_InitToken * before crash")

    with pytest.raises(DeviceError) as caught, site.token.session(entered_at_reader()):
        pass
    with pytest.raises(DeviceError) as erased:
        site.token.initialise(secret(SO_PIN), "NO", entered_at_reader())
    with pytest.raises(DeviceError) as fresh:
        site.module.initialise_free_slot("NO", entered_at_reader())

    for error in (caught, erased, fresh):
        assert told(error.value) == ("HSM-PIN-07", False)
    assert site.module.is_running


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 2)])
def test_a_token_that_is_taken_out_while_it_makes_a_key_and_put_back(
    site: Site, new_id: NewId, when: str, made: int
) -> None:
    key_id = new_id()
    plan = f"C_GenerateKeyPair 1 {when} remove"
    error = site.fails(key_id, plan)

    assert told(error) == ("HSM-DEVICE-02", True)
    assert "Put the token back" in error.remedy
    with pytest.raises(DeviceError) as absent:
        site.generate(new_id())
    assert told(absent.value) == ("HSM-TOKEN-01", False)
    site.faulty.plan(plan, "restore")
    with site.token.session(secret(USER_PIN)) as session:
        found = [
            (each.object_class, each.cka_id) for each in session.inventory().entries
        ]
    assert found == [(name, key_id) for name in PAIR][:made]


def test_a_session_does_not_outlive_its_token(site: Site, new_id: NewId) -> None:
    key_id = new_id()
    site.generate(key_id)
    plan = "C_GetSessionInfo 2 before remove"
    with ExitStack() as held:
        session = held.enter_context(site.token.session(secret(USER_PIN)))
        site.faulty.plan(plan)
        session.sign(key_id, b"first")
        with pytest.raises(DeviceError) as out:
            session.sign(key_id, b"second")
        site.faulty.plan(plan, "restore")
        with pytest.raises(DeviceError) as back:
            session.sign(key_id, b"third")
        # Nobody is logged in any more, so that the end of the session fails as well.
        with pytest.raises(DeviceError):
            held.close()
    assert told(out.value) == ("HSM-DEVICE-02", False)
    assert told(back.value) == ("HSM-DEVICE-04", False)


def test_of_two_tokens_with_one_label_the_serial_tells(
    site: Site, new_id: NewId
) -> None:
    twin, key_id = make_faulty_token(site.module, "FAULTY"), new_id()
    site.generate(key_id)

    with twin.session(secret(USER_PIN)) as session:
        assert len(session.inventory()) == 0
    assert twin.facts.label == site.token.facts.label


def test_of_two_tokens_with_one_serial_neither_is_used(
    site: Site, new_id: NewId
) -> None:
    make_faulty_token(site.module)
    plan = f"C_GetTokenInfo * after serial {site.token.serial}"

    error = site.fails(new_id(), plan, "C_GenerateKeyPair * before crash")

    assert told(error) == ("HSM-TOKEN-06", False)


def test_a_token_of_another_serial_is_not_used(site: Site, new_id: NewId) -> None:
    error = site.fails(new_id(), "C_GetTokenInfo * after serial 0000000000000000")

    assert told(error) == ("HSM-TOKEN-01", False)
    assert site.look_afresh() == []


def test_a_token_that_is_swapped_during_a_session_is_noticed(
    site: Site, new_id: NewId
) -> None:
    order = KeyOrder("k", new_id(), KeyAlgorithm.EC_P256)
    with site.token.session(secret(USER_PIN)) as session:
        site.faulty.plan("C_GetTokenInfo * after serial 1111111111111111")
        with pytest.raises(DeviceError) as caught:
            session.generate_key_pair(order)

    assert told(caught.value) == ("HSM-TOKEN-02", False)
    assert site.look_afresh() == []


def test_a_session_that_is_open_for_reading_makes_no_key(
    site: Site, new_id: NewId
) -> None:
    with site.token.session(secret(USER_PIN), writable=False) as session:
        with pytest.raises(DeviceError) as caught:
            session.generate_key_pair(KeyOrder("k", new_id(), KeyAlgorithm.EC_P256))
        assert len(session.inventory()) == 0

    assert told(caught.value) == ("HSM-DEVICE-05", False)


def test_a_label_that_exists_is_refused_before_the_token_is_asked(
    site: Site, new_id: NewId
) -> None:
    site.generate(new_id())

    error = site.fails(new_id(), "C_GenerateKeyPair * before crash")

    assert told(error) == ("HSM-LABEL-01", False)
    assert site.module.is_running


def test_a_module_that_was_replaced_after_its_approval_is_not_run(
    faulty: FaultyModule,
) -> None:
    approved = module_digest(faulty.path)
    other = faulty.folder / "libother.so"
    other.write_bytes(faulty.path.read_bytes() + b"\0")

    with pytest.raises(DeviceError) as caught:
        open_module(other, sha256=approved, environment=faulty.environment())

    assert told(caught.value) == ("HSM-MODULE-02", False)
    assert caught.value.meaning == "Nothing of the module was run."
    given = faulty.environment()
    with closing(
        open_module(faulty.path, sha256=approved, environment=given)
    ) as module:
        assert module.digest == approved


@pytest.mark.parametrize(
    "function", ["C_GenerateKeyPair", "C_Login", "C_GetTokenInfo", "C_OpenSession"]
)
def test_a_function_that_the_module_lacks_is_named_and_does_not_end_it(
    site: Site, new_id: NewId, function: str
) -> None:
    site.faulty.plan(f"missing {function}")
    with closing(site.faulty.open()) as module:
        anew = Site(
            site.faulty, module, HostedToken(module, TokenName(site.token.serial))
        )
        with pytest.raises(DeviceError) as caught:
            anew.generate(new_id())
        assert module.is_running

    assert told(caught.value) == ("HSM-DEVICE-06", False)
    assert "CKR_FUNCTION_NOT_SUPPORTED" in str(caught.value)
    assert site.look_afresh() == []


def test_a_mechanism_that_the_token_lacks_makes_no_key(
    site: Site, new_id: NewId
) -> None:
    error = site.fails(new_id(), "mechanism 0x1040 hide")

    assert told(error) == ("HSM-MECHANISM-01", False)
    assert error.meaning == "Nothing was done with any key."
    assert site.look_afresh() == []


@pytest.mark.parametrize("number", [0x5, 0x2])
def test_a_module_that_cannot_start_is_told_when_it_is_opened(
    faulty: FaultyModule, number: int
) -> None:
    faulty.plan(f"C_Initialize * before return {number:#x}")

    with pytest.raises(DeviceError) as caught:
        faulty.open()

    code = {0x5: "HSM-DEVICE-01", 0x2: "HSM-DEVICE-03"}[number]
    assert told(caught.value) == (code, False)
