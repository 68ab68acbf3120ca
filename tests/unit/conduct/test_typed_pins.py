"""A typed PIN serves for one act, comes before the site's own, and is wiped after."""

from __future__ import annotations

import pytest

from ceremony.conduct.pins import OfferedPinSource, TypedPinSource
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.errors import InputError
from ceremony.identifiers import Role
from ceremony.secret import Secret


def secret(text: str) -> Secret:
    return Secret(bytearray(text.encode()))


def need(token: str, name: str = "pin") -> Need:
    return Need(name, NeedKind.PIN, f"The PIN of {token}", Role("auditor"), (), token)


class Site:
    """The site's own PINs: always the same one."""

    def pin(self, need: Need) -> Secret:
        return secret(f"site {need.token}")

    def evidence_pin(self) -> Secret:
        return secret("site evidence")


def test_a_pin_typed_for_the_token_comes_before_one_typed_for_the_need() -> None:
    typed = TypedPinSource()
    with typed.given({"pin": secret("for the need"), "0001": secret("for the token")}):
        assert typed.pin(need("0001")).expose() == b"for the token"
        assert typed.pin(need("0002")).expose() == b"for the need"


@pytest.mark.parametrize("name", ["so_pin", "new_pin", "new_pin_again", "new_so_pin"])
def test_the_pin_typed_for_a_token_is_its_user_pin_and_no_other(name: str) -> None:
    typed = TypedPinSource()
    with typed.given({"0001": secret("1234")}):
        assert not typed.has(need("0001", name))
        with pytest.raises(InputError):
            typed.pin(need("0001", name))
    with typed.given({"0001": secret("1234"), name: secret("5678")}):
        assert typed.pin(need("0001", name)).expose() == b"5678"


def test_who_takes_a_pin_may_wipe_it_and_it_can_be_given_again() -> None:
    typed = TypedPinSource()
    with typed.given({"pin": secret("1234")}):
        with typed.pin(need("0001")) as first:
            assert first.expose() == b"1234"
        assert typed.pin(need("0001")).expose() == b"1234"


def test_every_typed_pin_is_wiped_when_the_act_is_over() -> None:
    typed = TypedPinSource()
    pins = [secret("1234"), secret("5678")]
    with typed.given({"a": pins[0], "b": pins[1]}):
        assert all(pins)
    assert [bytes(pin._buffer) for pin in pins] == [bytes(4), bytes(4)]
    with pytest.raises(InputError):
        typed.pin(need("a"))


def test_a_typed_pin_is_wiped_when_the_act_fails_too() -> None:
    typed = TypedPinSource()
    pin = secret("1234")
    with pytest.raises(LookupError), typed.given({"pin": pin}):
        raise LookupError
    assert bytes(pin._buffer) == bytes(4)


@pytest.mark.parametrize("given", [None, secret("")])
def test_a_pin_that_nobody_typed_is_refused_by_its_prompt(given: Secret | None) -> None:
    typed = TypedPinSource()
    with typed.given({"pin": given}), pytest.raises(InputError) as refused:
        typed.pin(need("0001"))
    assert refused.value.code == "CONDUCT-PIN-02"
    assert str(refused.value) == "The PIN of 0001 was not typed."
    with typed.given({}), pytest.raises(InputError) as refused:
        typed.evidence_pin()
    assert refused.value.code == "CONDUCT-PIN-02"


def test_the_evidence_pin_is_typed_by_its_own_name() -> None:
    typed = TypedPinSource()
    with typed.given({"evidence": secret("333333")}):
        assert typed.evidence_pin().expose() == b"333333"


def test_what_was_typed_comes_before_what_the_site_offers() -> None:
    typed = TypedPinSource()
    offered = OfferedPinSource(typed, Site())
    with typed.given({"0001": secret("typed")}):
        assert offered.pin(need("0001")).expose() == b"typed"
        assert offered.pin(need("0002")).expose() == b"site 0002"
    assert offered.pin(need("0001")).expose() == b"site 0001"
    assert offered.evidence_pin().expose() == b"site evidence"
