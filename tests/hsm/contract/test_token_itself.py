"""The token itself: what it says of itself, its PINs and its random generator."""

from __future__ import annotations

import inspect

import pytest

from ceremony.errors import DeviceError, InputError
from ceremony.hsm.mechanism import CANDIDATES, choose
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.hsm.pkcs11_token import Pkcs11Token
from ceremony.hsm.session import Session
from tests.fakes.software_session import SoftwareSession
from tests.fakes.software_token import SoftwareToken
from tests.hsm.contract.token_under_test import TokenUnderTest, new_id, secret

pytestmark = pytest.mark.hsm

NEW_PIN = b"5527-new"


@pytest.mark.parametrize(
    ("fake", "real"), [(SoftwareToken, Pkcs11Token), (SoftwareSession, Session)]
)
def test_the_token_in_memory_has_the_interface_of_a_real_one(
    fake: type, real: type
) -> None:
    def interface(kind: type) -> dict[str, object]:
        names = [name for name in vars(kind) if not name.startswith("_")]
        return {
            name: list(inspect.signature(getattr(kind, name)).parameters.values())
            if inspect.isfunction(getattr(kind, name))
            else None
            for name in names
        }

    wanted = interface(real)
    assert {name: interface(fake).get(name) for name in wanted} | {"serial": None} == (
        wanted | {"serial": None}
    )


def test_a_token_tells_what_it_is(under_test: TokenUnderTest) -> None:
    facts = under_test.token.facts

    assert facts.serial == under_test.token.serial
    assert facts.label
    assert facts.initialised
    assert facts.user_pin_set
    zeros = set(facts.serial) == {"0"}
    assert [each.subject for each in facts.remarks] == ["serial"] * zeros


def test_a_choice_is_made_among_what_the_token_offers(
    under_test: TokenUnderTest,
) -> None:
    offered = under_test.token.mechanisms
    assert offered == tuple(sorted(set(offered)))
    assert all(each.startswith("CKM_") for each in offered)
    with under_test.session() as session:
        for operation, candidates in CANDIDATES.items():
            if set(candidates) & set(offered):
                assert session.choose(operation) == choose(operation, offered)
                continue
            with pytest.raises(DeviceError) as caught:
                session.choose(operation)
            assert caught.value.code == "HSM-MECHANISM-01"
            assert not caught.value.in_doubt


def test_random_bytes_are_as_many_as_asked_for_and_new_each_time(
    under_test: TokenUnderTest,
) -> None:
    with under_test.session() as session:
        drawn = [session.random(count) for count in (1, 16, 32, 32, 1024)]
        for count in (0, -1, 1025):
            with pytest.raises(InputError) as caught:
                session.random(count)
            assert caught.value.code == "HSM-RANDOM-01"
    assert [len(each) for each in drawn] == [1, 16, 32, 32, 1024]
    assert len(set(drawn)) == 5


def test_a_wrong_pin_logs_nobody_in(under_test: TokenUnderTest) -> None:
    with (
        pytest.raises(DeviceError) as caught,
        under_test.token.session(secret(NEW_PIN)),
    ):
        pytest.fail("somebody is logged in")
    assert caught.value.code == "HSM-PIN-01"
    assert not caught.value.in_doubt
    assert under_test.token.facts.pin_words in caught.value.meaning
    with under_test.session():
        assert not under_test.token.facts.pin_count_low


def test_a_user_changes_the_pin(under_test: TokenUnderTest) -> None:
    token, old, new = under_test.token, under_test.user_pin, NEW_PIN
    with pytest.raises(DeviceError) as caught:
        token.change_pin(secret(new), secret(old))
    assert (caught.value.code, caught.value.in_doubt) == ("HSM-PIN-01", False)

    token.change_pin(secret(old), secret(new))
    try:
        with pytest.raises(DeviceError), token.session(secret(old)):
            pytest.fail("the old PIN still holds")
        with token.session(secret(new)) as session:
            session.inventory()
    finally:
        under_test.put_back(token.change_pin, new, old)
    with under_test.session():
        pass


def test_an_officer_changes_the_pin(under_test: TokenUnderTest) -> None:
    if under_test.so_pin is None:
        pytest.skip("no officer's PIN was given (--p11-so-pin)")
    token, old, new = under_test.token, under_test.so_pin, NEW_PIN
    with under_test.offering("changing the security officer's PIN"):
        token.change_so_pin(secret(old), secret(new))
    try:
        with pytest.raises(DeviceError) as caught:
            token.change_so_pin(secret(old), secret(new))
        assert (caught.value.code, caught.value.in_doubt) == ("HSM-PIN-01", False)
    finally:
        under_test.put_back(token.change_so_pin, new, old)


def test_a_token_is_used_by_one_session_at_a_time(under_test: TokenUnderTest) -> None:
    pin = under_test.user_pin
    with under_test.session():
        for act in (
            lambda: under_test.token.session(secret(pin)).__enter__(),
            lambda: under_test.token.change_pin(secret(pin), secret(NEW_PIN)),
        ):
            with pytest.raises(DeviceError) as caught:
                act()
            assert caught.value.code == "HSM-TOKEN-04"


def test_nothing_is_made_in_a_session_that_only_reads(
    under_test: TokenUnderTest,
) -> None:
    pin = secret(under_test.user_pin)
    with under_test.token.session(pin, writable=False) as session:
        before = session.inventory()
        order = KeyOrder("contract", new_id(), KeyAlgorithm.EC_P256)
        with pytest.raises(DeviceError) as caught:
            session.generate_key_pair(order)
        under_test.pass_over("EC_P256", caught.value)
        assert caught.value.code == "HSM-DEVICE-05"
        assert not caught.value.in_doubt
        assert session.inventory() == before
