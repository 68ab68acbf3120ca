"""A journal that is not the one that was signed is always noticed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony.clock import Instant
from ceremony.errors import EvidenceError
from ceremony.identifiers import (
    CeremonyId,
    Digest,
    OperationId,
    Origin,
    PersonId,
    Role,
    StepId,
)
from ceremony.journal import merkle
from ceremony.journal.chain import ChainError, verify_chain
from ceremony.journal.codec import encode_event
from ceremony.journal.event import NO_PREVIOUS, Actor, Blob, Event, StepRef
from ceremony.journal.merkle import CompactRange

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

AT = Instant(datetime(2026, 11, 22, 6, 31, 33, 123456, tzinfo=UTC), 812345678, "boot-1")


def honest(count: int) -> list[bytes]:
    """Make a journal in which every field of a leaf is present."""
    leaves: list[bytes] = []
    prev = NO_PREVIOUS
    for seq in range(count):
        event = Event(
            log=Origin("example.org/x"),
            ceremony=CeremonyId(f"KC-{seq % 3}"),
            seq=seq,
            cseq=seq // 3,
            prev=prev,
            script=Digest("ab" * 32),
            t=AT,
            type="hsm.outcome",
            data={"number": seq, "seen": True, "words": ["one", "two"]},
            op=OperationId("0" * 32),
            step=StepRef(StepId("1.1"), Digest("cd" * 32)),
            actor=Actor(PersonId("c-01"), Role("custodian")),
            blobs=(Blob("a.txt", Digest("ef" * 32), 3),),
        )
        leaves.append(encode_event(event))
        prev = Digest(merkle.leaf_hash(leaves[-1]).hex())
    return leaves


LEAVES = honest(30)
ROOT = merkle.root(verify_chain(LEAVES).hashes)


def is_the_signed_journal(leaves: list[bytes]) -> bool:
    """Verify a journal against the head over the honest one."""
    try:
        chain = verify_chain(leaves)
    except EvidenceError:
        return False
    return merkle.root(chain.hashes) == ROOT


def paths(
    value: object, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[str | int, ...]]:
    """Name every value inside a JSON value, and every inner object and list."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*path, index))


def changed_at(leaf: bytes, path: tuple[str | int, ...], *, remove: bool) -> bytes:
    """Give the leaf with one value changed (or removed), in canonical bytes."""
    told = json.loads(leaf)
    inner = told
    for part in path[:-1]:
        inner = inner[part]
    old = inner[path[-1]]
    if remove:
        del inner[path[-1]]
    elif isinstance(old, bool):
        inner[path[-1]] = not old
    elif isinstance(old, int):
        inner[path[-1]] = old + 1
    elif isinstance(old, str):
        inner[path[-1]] = ("1" if old[:1] != "1" else "2") + old[1:]
    else:
        inner[path[-1]] = []
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def test_the_honest_journal_is_never_suspected() -> None:
    assert is_the_signed_journal(LEAVES)
    for count in range(60):
        leaves = honest(count)
        assert len(verify_chain(leaves).hashes) == count


def test_a_change_of_any_field_of_any_leaf_is_found_there_or_at_the_next() -> None:
    for seq in range(0, 30, 7):
        for path in paths(json.loads(LEAVES[seq])):
            for remove in (False, True):
                spoiled = changed_at(LEAVES[seq], path, remove=remove)
                leaves = [*LEAVES[:seq], spoiled, *LEAVES[seq + 1 :]]
                assert spoiled != LEAVES[seq]
                assert not is_the_signed_journal(leaves), path
                with pytest.raises(ChainError) as broken:
                    verify_chain(leaves)
                assert broken.value.seq in {seq, seq + 1}, path


def test_a_change_of_the_last_leaf_is_found_by_the_root() -> None:
    for path in paths(json.loads(LEAVES[-1])):
        leaves = [*LEAVES[:-1], changed_at(LEAVES[-1], path, remove=False)]
        assert not is_the_signed_journal(leaves), path


def test_every_leaf_dropped_doubled_or_swapped_is_found_and_named() -> None:
    for seq in range(30):
        dropped = LEAVES[:seq] + LEAVES[seq + 1 :]
        doubled = LEAVES[: seq + 1] + LEAVES[seq:]
        assert not is_the_signed_journal(dropped)
        assert not is_the_signed_journal(doubled)
        if seq:
            swapped = LEAVES.copy()
            swapped[seq - 1], swapped[seq] = swapped[seq], swapped[seq - 1]
            assert not is_the_signed_journal(swapped)
        with pytest.raises(ChainError) as broken:
            verify_chain(doubled)
        assert broken.value.seq == seq + 1


def test_a_tail_cut_anywhere_is_found_by_the_root() -> None:
    for size in range(30):
        verify_chain(LEAVES[:size])
        assert not is_the_signed_journal(LEAVES[:size])


@given(st.integers(0, 29), st.integers(0, 10_000), st.integers(1, 255))
@settings(max_examples=300)
def test_any_changed_byte_is_found(seq: int, place: int, change: int) -> None:
    raw = bytearray(LEAVES[seq])
    raw[place % len(raw)] ^= change
    assert not is_the_signed_journal([*LEAVES[:seq], bytes(raw), *LEAVES[seq + 1 :]])


hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=70)


@given(hashes)
def test_a_tree_grown_leaf_by_leaf_is_the_tree_made_at_once(
    leaves: list[bytes],
) -> None:
    grown = CompactRange()
    for leaf in leaves:
        grown.append(leaf)
    made = CompactRange.over(leaves)
    assert (grown.size, grown.root(), grown.encode()) == (
        len(leaves),
        merkle.root(leaves),
        made.encode(),
    )


@given(hashes.filter(bool), st.data())
def test_every_proof_made_is_a_proof(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root = merkle.root(leaves)
    proof = merkle.inclusion_proof(index, leaves)
    merkle.verify_inclusion(leaves[index], index, len(leaves), proof, root)
    first = index + 1
    merkle.verify_consistency(
        first,
        len(leaves),
        merkle.consistency_proof(first, leaves),
        merkle.root(leaves[:first]),
        root,
    )
