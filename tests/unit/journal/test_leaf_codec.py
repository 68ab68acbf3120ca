"""A leaf has exactly one form."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from ceremony.errors import EvidenceError, InputError
from ceremony.identifiers import Digest, OperationId
from ceremony.journal.codec import LEAF_LIMIT, decode_event, encode_event
from ceremony.journal.event import Blob, Event

VECTORS = Path(__file__).parents[2] / "vectors" / "journal"


def changed(event: Event, **fields: object) -> bytes:
    """Give an event's leaf with some of its JSON fields replaced; ... removes one."""
    value = json.loads(encode_event(event))
    for name, new in fields.items():
        *path, last = name.split("__")
        inner = value
        for part in path:
            inner = inner[int(part) if part.isdigit() else part]
        if new is ...:
            del inner[last]
        else:
            inner[last] = new
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def test_the_published_leaf_is_read_and_written_byte_for_byte() -> None:
    leaf = (VECTORS / "leaf-every-field.json").read_bytes().rstrip(b"\n")
    event = decode_event(leaf)
    assert encode_event(event) == leaf
    assert event.seq == 123
    assert event.cseq == 17
    assert event.t.wall.isoformat() == "2026-11-22T06:31:33.123456+00:00"
    assert event.blobs[0].name == "inventory-4.2.json"


def test_an_event_comes_back_from_its_leaf(full_event: Event) -> None:
    assert decode_event(encode_event(full_event)) == full_event
    bare = dataclasses.replace(full_event, op=None, step=None, actor=None, blobs=())
    leaf = encode_event(bare)
    assert decode_event(leaf) == bare
    assert b"null" not in leaf
    assert b"blobs" not in leaf


def test_a_fact_too_large_for_a_leaf_is_refused(full_event: Event) -> None:
    spare = LEAF_LIMIT - len(encode_event(dataclasses.replace(full_event, data={})))
    fits = {"x": "y" * (spare - len('"x":""'))}
    leaf = encode_event(dataclasses.replace(full_event, data=fits))
    assert len(leaf) == LEAF_LIMIT
    assert decode_event(leaf).data == fits
    with pytest.raises(InputError, match=f"holds {LEAF_LIMIT}") as refused:
        encode_event(dataclasses.replace(full_event, data={"x": fits["x"] + "y"}))
    assert refused.value.code == "JOURNAL-DRAFT-01"
    with pytest.raises(EvidenceError, match="16385 bytes") as unread:
        decode_event(leaf + b" ")
    assert unread.value.code == "JOURNAL-LEAF-01"


def test_a_fact_with_a_float_is_refused(full_event: Event) -> None:
    bad = dataclasses.replace(full_event, data={"x": 1.5})  # type: ignore[dict-item]  # what must not be passed
    with pytest.raises(InputError, match="float") as refused:
        encode_event(bad)
    assert refused.value.code == "JOURNAL-DRAFT-02"


def test_bytes_that_are_not_json_are_no_leaf() -> None:
    with pytest.raises(EvidenceError, match="not JSON") as refused:
        decode_event(b"{")
    assert refused.value.code == "JOURNAL-LEAF-02"


def test_the_same_values_in_other_bytes_are_no_leaf(full_event: Event) -> None:
    for other in (encode_event(full_event) + b"\n", b" " + encode_event(full_event)):
        with pytest.raises(EvidenceError, match="canonical") as refused:
            decode_event(other)
        assert refused.value.code == "JOURNAL-LEAF-03"


@pytest.mark.parametrize("name", ["v", "log", "seq", "prev", "t", "data", "t__boot"])
def test_a_missing_field_is_named(full_event: Event, name: str) -> None:
    with pytest.raises(
        EvidenceError, match=f"lacks the field {name.rpartition('__')[2]}"
    ) as refused:
        decode_event(changed(full_event, **{name: ...}))
    assert refused.value.code == "JOURNAL-LEAF-04"


@pytest.mark.parametrize("name", ["extra", "t__extra", "blobs__0__extra"])
def test_an_unknown_field_is_named(full_event: Event, name: str) -> None:
    with pytest.raises(EvidenceError, match="unknown field extra") as refused:
        decode_event(changed(full_event, **{name: 1}))
    assert refused.value.code == "JOURNAL-LEAF-04"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("v", "key-ceremony.event/2"),
        ("log", ""),
        ("log", 1),
        ("ceremony", "two\nlines"),
        ("seq", -1),
        ("seq", True),
        ("cseq", "1"),
        ("prev", "AB" * 32),
        ("prev", "ab" * 31),
        ("script", ""),
        ("type", "Not.a.type"),
        ("type", "half."),
        ("data", []),
        ("op", "0123"),
        ("step", "4.2"),
        ("step__presented", "x"),
        ("actor__role", ""),
        ("t", 5),
        ("t__wall", "2026-11-22T06:31:33Z"),
        ("t__wall", "2026-13-22T06:31:33.123456Z"),
        ("t__wall", "٢٠٢٦-11-22T06:31:33.123456Z"),
        ("t__mono_us", -5),
        ("blobs", []),
        ("blobs", {}),
        ("blobs", [1]),
        ("blobs__0__name", "../up"),
        ("blobs__0__size", -1),
        ("blobs__0__sha256", "0"),
    ],
)
def test_a_field_with_an_impossible_value_is_named(
    full_event: Event, name: str, value: object
) -> None:
    with pytest.raises(EvidenceError) as refused:
        decode_event(changed(full_event, **{name: value}))
    assert refused.value.code == "JOURNAL-LEAF-05"
    named = [part for part in name.split("__") if not part.isdigit()]
    assert named[-1] in str(refused.value) or "blob" in str(refused.value)


def test_a_name_stands_once_among_a_leafs_blobs(full_event: Event) -> None:
    twice = dataclasses.replace(
        full_event,
        blobs=(
            Blob("a.txt", Digest("11" * 32), 1),
            Blob("a.txt", Digest("22" * 32), 1),
        ),
    )
    with pytest.raises(EvidenceError, match="blobs"):
        decode_event(encode_event(twice))


def test_a_leaf_that_is_no_object_is_refused() -> None:
    with pytest.raises(EvidenceError, match="not an object"):
        decode_event(b"[]")


def test_an_operation_is_kept_as_it_is(full_event: Event) -> None:
    other = dataclasses.replace(full_event, op=OperationId("f" * 32))
    assert decode_event(encode_event(other)).op == "f" * 32
