from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import Attribute, KeyType, ObjectClass

from ceremony.errors import DeviceError
from ceremony.hsm.anchor import ANCHOR_LABEL
from ceremony.hsm.errors import TokenCallError
from ceremony.hsm.inventory import difference
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.hsm.session import Session
from ceremony.identifiers import OperationId
from tests.hsm.fresh_token import FreshToken

pytestmark = pytest.mark.hsm

NewId = Callable[[], OperationId]


@pytest.fixture
def session(fresh: FreshToken) -> Iterator[Session]:
    with fresh.token.session(fresh.pin) as opened:
        yield opened


def _make(session: Session, **attributes: object) -> None:
    """Put an object into the token past the room's own rules."""
    template = {Attribute[name]: value for name, value in attributes.items()}
    session._library.create_object({Attribute.TOKEN: True, **template})


def test_making_a_key_adds_exactly_its_two_objects(
    session: Session, new_id: NewId
) -> None:
    session.generate_key_pair(KeyOrder("first", new_id(), KeyAlgorithm.ED25519))
    before = session.inventory()
    key = session.generate_key_pair(KeyOrder("second", new_id(), KeyAlgorithm.EC_P384))

    change = difference(before, session.inventory())

    assert change.removed == ()
    assert [
        (each.object_class, each.label, each.cka_id, each.key_type, each.size)
        for each in change.added
    ] == [
        ("CKO_PRIVATE_KEY", "second", key.cka_id, "CKK_EC", 384),
        ("CKO_PUBLIC_KEY", "second", key.cka_id, "CKK_EC", 384),
    ]
    assert {each.curve for each in change.added} == {"P-384"}


def test_an_inventory_identifies_the_public_key_itself(
    session: Session, new_id: NewId
) -> None:
    key = session.generate_key_pair(KeyOrder("k", new_id(), KeyAlgorithm.EC_P256))
    public = serialization.load_der_public_key(key.public_key_der)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    point = public.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )

    entry = next(
        each
        for each in session.inventory().entries
        if each.object_class == "CKO_PUBLIC_KEY"
    )

    expected = sha256(b"\x04\x41" + point).hexdigest()
    assert entry.value("CKA_EC_POINT") == f"sha256:{expected}"


def test_every_kind_of_object_is_listed_and_survives_the_file(
    session: Session, new_id: NewId
) -> None:
    session.generate_key_pair(KeyOrder("rsa", new_id(), KeyAlgorithm.RSA_2048))
    session._library.generate_key(KeyType.AES, 256, store=True, label="wrap")
    _make(session, CLASS=ObjectClass.DATA, LABEL="note", VALUE=b"some data")
    _make(session, CLASS=ObjectClass.DATA, LABEL="bad\nlabel", VALUE=b"")

    inventory = session.inventory()

    assert [
        (each.object_class, each.label, each.key_type, each.size)
        for each in inventory.entries
    ] == [
        ("CKO_DATA", "hex:6261640a6c6162656c", "", 0),
        ("CKO_DATA", "note", "", 0),
        ("CKO_PRIVATE_KEY", "rsa", "CKK_RSA", 2048),
        ("CKO_PUBLIC_KEY", "rsa", "CKK_RSA", 2048),
        ("CKO_SECRET_KEY", "wrap", "CKK_AES", 256),
    ]
    note = inventory.entries[1]
    assert note.value("CKA_VALUE") == f"sha256:{sha256(b'some data').hexdigest()}"


def test_nameless_twins_are_two_objects_and_are_destroyed_one_by_one(
    session: Session,
) -> None:
    _make(session, CLASS=ObjectClass.DATA, VALUE=b"junk")
    _make(session, CLASS=ObjectClass.DATA, VALUE=b"junk")
    before = session.inventory()
    assert [(each.label, each.cka_id) for each in before.entries] == [("", "")] * 2
    assert before.entries[0] == before.entries[1]

    session.destroy(before.entries[0])

    after = session.inventory()
    assert after.entries == before.entries[:1]
    assert difference(before, after).removed == before.entries[:1]


def test_a_changed_attribute_shows_as_one_object_gone_and_one_come(
    session: Session,
) -> None:
    _make(session, CLASS=ObjectClass.DATA, LABEL="before", VALUE=b"x")
    before = session.inventory()
    (item,) = list(session._library.get_objects({Attribute.LABEL: "before"}))
    item[Attribute.LABEL] = "after"

    change = difference(before, session.inventory())

    assert [each.label for each in change.removed] == ["before"]
    assert [each.label for each in change.added] == ["after"]


def test_destroying_takes_the_named_object_and_no_other(
    session: Session, new_id: NewId
) -> None:
    session.generate_key_pair(KeyOrder("keep", new_id(), KeyAlgorithm.EC_P256))
    session.generate_key_pair(KeyOrder("drop", new_id(), KeyAlgorithm.EC_P256))
    doomed = [each for each in session.inventory().entries if each.label == "drop"]

    for entry in doomed:
        session.destroy(entry)

    left = [(each.object_class, each.label) for each in session.inventory().entries]
    assert left == [("CKO_PRIVATE_KEY", "keep"), ("CKO_PUBLIC_KEY", "keep")]
    with pytest.raises(DeviceError) as caught:
        session.destroy(doomed[0])
    assert caught.value.code == "HSM-OBJECT-01"


def test_an_entry_that_differs_in_one_attribute_destroys_nothing(
    session: Session, new_id: NewId
) -> None:
    session.generate_key_pair(KeyOrder("keep", new_id(), KeyAlgorithm.EC_P256))
    before = session.inventory()
    stale = dataclasses.replace(before.entries[0], attributes=())

    with pytest.raises(DeviceError) as caught:
        session.destroy(stale)

    assert caught.value.code == "HSM-OBJECT-01"
    assert session.inventory() == before


def test_an_object_that_may_not_be_destroyed_is_left(session: Session) -> None:
    _make(session, CLASS=ObjectClass.DATA, LABEL="kept", DESTROYABLE=False, VALUE=b"x")
    (entry,) = session.inventory().entries

    with pytest.raises(TokenCallError) as caught:
        session.destroy(entry)

    assert (caught.value.code, caught.value.ckr) == (
        "HSM-DEVICE-09",
        "CKR_ACTION_PROHIBITED",
    )
    assert not caught.value.in_doubt
    assert session.inventory().entries == (entry,)


def test_the_anchor_is_replaced_and_lasts(fresh: FreshToken) -> None:
    with fresh.token.session(fresh.pin) as session:
        assert session.read_anchors() == ()
        session.write_anchor(b"checkpoint 1")
        session.write_anchor(b"checkpoint 2")

    with fresh.token.session(fresh.pin) as session:
        assert session.read_anchors() == (b"checkpoint 2",)
        assert len(session.inventory()) == 1
    with fresh.token.session(None) as session:
        assert session.read_anchors() == ()


def test_an_anchor_left_by_a_broken_write_is_cleared_by_the_next(
    session: Session,
) -> None:
    for value in (b"checkpoint 1", b"checkpoint 2"):
        _make(
            session,
            CLASS=ObjectClass.DATA,
            LABEL=ANCHOR_LABEL,
            PRIVATE=True,
            VALUE=value,
        )
    assert sorted(session.read_anchors()) == [b"checkpoint 1", b"checkpoint 2"]

    session.write_anchor(b"checkpoint 3")

    assert session.read_anchors() == (b"checkpoint 3",)


def test_the_same_anchor_may_be_written_again(session: Session) -> None:
    session.write_anchor(b"checkpoint")
    session.write_anchor(b"checkpoint")
    assert session.read_anchors() == (b"checkpoint",)


def test_a_long_anchor_is_read_whole(session: Session) -> None:
    value = bytes(range(256)) * 5
    session.write_anchor(value)
    assert session.read_anchors() == (value,)
