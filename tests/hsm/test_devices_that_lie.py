"""A token that says it did what it did not do: each lie is found by looking again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pkcs11 import Attribute
from pkcs11.types import Token

from ceremony.errors import DeviceError
from ceremony.hsm.module import Module
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.hsm.raw import FunctionList
from ceremony.hsm.session import Session
from ceremony.identifiers import OperationId
from tests.hsm.fresh_token import SO_PIN, FreshToken, secret

pytestmark = pytest.mark.hsm

NewId = Callable[[], OperationId]


class Honest(FunctionList):
    """The same loaded module's functions, for a test to make one of them lie."""

    def __init__(self, functions: FunctionList) -> None:
        vars(self).update(vars(functions))


@pytest.fixture
def session(fresh: FreshToken) -> Iterator[Session]:
    with fresh.token.session(fresh.pin) as opened:
        yield opened


def _with(session: Session, functions: FunctionList) -> Session:
    return Session(session._library, functions, lambda: None)


def test_an_object_that_is_said_to_be_destroyed_and_is_not(session: Session) -> None:
    class KeepsEverything(Honest):
        def destroy_object(self, session: int, handle: int) -> None:
            """Answer CKR_OK and do nothing."""

    session.write_anchor(b"checkpoint")
    (entry,) = session.inventory().entries

    with pytest.raises(DeviceError) as caught:
        _with(session, KeepsEverything(session._functions)).destroy(entry)

    assert caught.value.code == "HSM-OBJECT-02"
    assert caught.value.in_doubt


def test_an_object_destroyed_together_with_its_twin(session: Session) -> None:
    class TakesAll(Honest):
        def destroy_object(self, session: int, handle: int) -> None:
            super().destroy_object(session, handle)
            for twin in self.find_objects(session):
                super().destroy_object(session, twin)

    for _ in range(2):
        session._library.create_object(
            {Attribute.CLASS: 0, Attribute.TOKEN: True, Attribute.VALUE: b"twin"}
        )
    entry, _twin = session.inventory().entries

    with pytest.raises(DeviceError, match="lost 2 and gained 0") as caught:
        _with(session, TakesAll(session._functions)).destroy(entry)

    assert caught.value.code == "HSM-OBJECT-02"


def test_an_anchor_that_is_not_stored_as_written(session: Session) -> None:
    class Truncates(Honest):
        def read_attribute(self, session: int, handle: int, kind: int) -> bytes | None:
            found = super().read_attribute(session, handle, kind)
            return found[:-1] if found and kind == Attribute.VALUE else found

    session.write_anchor(b"checkpoint 1")

    with pytest.raises(DeviceError) as caught:
        _with(session, Truncates(session._functions)).write_anchor(b"checkpoint 2")

    assert caught.value.code == "HSM-ANCHOR-01"
    assert caught.value.in_doubt
    assert b"checkpoint 1" in session.read_anchors()


def test_a_key_that_is_not_the_one_that_was_ordered(
    session: Session, new_id: NewId
) -> None:
    class Renames(Honest):
        def read_attribute(self, session: int, handle: int, kind: int) -> bytes | None:
            if kind == Attribute.LABEL:
                return b"another"
            return super().read_attribute(session, handle, kind)

    order = KeyOrder("root-key", new_id(), KeyAlgorithm.EC_P256)
    with pytest.raises(DeviceError, match="'another'") as caught:
        _with(session, Renames(session._functions)).generate_key_pair(order)

    assert caught.value.code == "HSM-KEY-04"
    assert caught.value.in_doubt
    assert len(session.inventory()) == 2


def test_a_module_without_a_free_place_makes_no_token(
    module: Module, fresh: FreshToken
) -> None:
    class Full(Module):
        def _present(self) -> list[Token]:
            serial = fresh.token.serial.encode()
            return [each for each in super()._present() if each.serial == serial]

    with pytest.raises(DeviceError) as caught:
        Full(module._image).initialise_free_slot("NEW", secret(SO_PIN))
    assert caught.value.code == "HSM-TOKEN-07"
    assert fresh.token.facts.label == "CEREMONY A"
