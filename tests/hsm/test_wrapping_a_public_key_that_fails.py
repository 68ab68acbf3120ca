"""A token that wraps a public key and does it otherwise than RFC 5649 says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pkcs11 import KeyType

from ceremony.errors import DeviceError
from ceremony.hsm.inventory import difference
from ceremony.hsm.order import (
    KeyAlgorithm,
    KeyOrder,
    SecretAlgorithm,
    SecretKeyOrder,
    SecretUse,
)
from ceremony.hsm.raw import FunctionList, RawMechanism
from ceremony.hsm.session import Session
from ceremony.identifiers import OperationId
from tests.hsm.fresh_token import FreshToken
from tests.hsm.test_devices_that_lie import Honest

pytestmark = pytest.mark.hsm

NewId = Callable[[], OperationId]
PUBLIC_KEY_BYTES = 120
"""A SubjectPublicKeyInfo on P-384: whole blocks, so that nothing is filled up."""


@pytest.fixture
def session(fresh: FreshToken) -> Iterator[Session]:
    with fresh.token.session(fresh.pin) as opened:
        yield opened


@pytest.fixture
def keys(session: Session, new_id: NewId) -> tuple[OperationId, bytes]:
    """Give the AES key that wraps, and a public key."""
    aes = SecretAlgorithm.AES_128
    kek = SecretKeyOrder("kek", new_id(), aes, SecretUse.WRAP)
    session.generate_secret_key(kek)
    pair = KeyOrder("contingency", new_id(), KeyAlgorithm.EC_P384)
    return kek.cka_id, session.generate_key_pair(pair).public_key_der


class WrapsOtherwise(Honest):
    """Wraps as the module does, but for what a test changes of it."""

    def __init__(
        self, functions: FunctionList, change: Callable[[list[bytes]], bytes]
    ) -> None:
        super().__init__(functions)
        self.change = change
        self.blobs: list[bytes] = []

    def wrap_key(
        self, session: int, mechanism: RawMechanism, wrapping: int, key: int
    ) -> bytes:
        self.blobs.append(super().wrap_key(session, mechanism, wrapping, key))
        return self.change(self.blobs)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        pytest.param(
            lambda blobs: blobs[-1] + bytes(8), "HSM-WRAP-03", id="padded-as-by-pkcs-7"
        ),
        pytest.param(lambda blobs: blobs[-1][::-1], "HSM-WRAP-02", id="tampered"),
    ],
)
def test_a_public_key_wrapped_otherwise_is_not_kept_and_leaves_nothing(
    session: Session,
    keys: tuple[OperationId, bytes],
    change: Callable[[list[bytes]], bytes],
    rule: str,
) -> None:
    kek, public_key = keys
    assert len(public_key) == PUBLIC_KEY_BYTES
    before = session.inventory()
    token = WrapsOtherwise(session._functions, change)
    with pytest.raises(DeviceError) as caught:
        Session(session._library, token, lambda: None).wrap_public(kek, public_key)
    assert (caught.value.code, caught.value.in_doubt) == (rule, False)
    assert session.inventory() == before


def test_another_public_key_that_comes_back_is_seen(
    session: Session, keys: tuple[OperationId, bytes]
) -> None:
    kek, public_key = keys
    earlier = bytearray(public_key)
    earlier[-1] ^= 1
    blob = session.wrap_public(kek, bytes(earlier)).blob
    before = session.inventory()
    token = WrapsOtherwise(
        session._functions, lambda blobs: blobs[-1] if len(blobs) == 1 else blob
    )
    with pytest.raises(DeviceError, match="unwrapped something else") as caught:
        Session(session._library, token, lambda: None).wrap_public(kek, public_key)
    assert (caught.value.code, caught.value.in_doubt) == ("HSM-WRAP-24", False)
    assert session.inventory() == before


def test_what_came_is_destroyed_while_the_session_goes_on(
    session: Session, keys: tuple[OperationId, bytes]
) -> None:
    kek, public_key = keys
    before = session._functions.find_objects(session._access.handle)
    wrapped = session.wrap_public(kek, public_key)
    assert wrapped.filled == 0
    assert session._functions.find_objects(session._access.handle) == before


def test_a_pair_that_another_program_stores_meanwhile_stays(
    session: Session, keys: tuple[OperationId, bytes]
) -> None:
    kek, public_key = keys
    before = session.inventory()

    class Meanwhile(Honest):
        def wrap_key(
            self, handle: int, mechanism: RawMechanism, wrapping: int, key: int
        ) -> bytes:
            session._library.generate_keypair(
                KeyType.RSA, 2048, store=True, label="another's", id=b"\x77"
            )
            return super().wrap_key(handle, mechanism, wrapping, key)

    token = Meanwhile(session._functions)
    Session(session._library, token, lambda: None).wrap_public(kek, public_key)
    change = difference(before, session.inventory())
    # Once as the length is tried, and once as the whole is wrapped.
    assert [each.label for each in change.added] == ["another's"] * 4
    assert not change.removed
