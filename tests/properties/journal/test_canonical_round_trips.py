"""Canonical JSON and leaves for any value: one form, there and back."""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from datetime import UTC, datetime

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.clock import Instant
from ceremony.identifiers import (
    CeremonyId,
    Digest,
    OperationId,
    Origin,
    PersonId,
    Role,
    StepId,
)
from ceremony.journal.chain import verify_strand
from ceremony.journal.codec import decode_event, encode_event
from ceremony.journal.event import Actor, Blob, Event, StepRef
from ceremony.journal.merkle import leaf_hash

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(
    lambda text: unicodedata.normalize("NFC", text)
)
keys = st.text(st.characters(codec="ascii"), max_size=8)
integers = st.integers(-(2**53) + 1, 2**53 - 1)
values: st.SearchStrategy[Json] = st.recursive(
    texts | integers | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=12,
)
digests = st.binary(min_size=32, max_size=32).map(lambda raw: Digest(raw.hex()))
lines = st.text("abcxyzäö-./0123456789", min_size=1, max_size=20)
counts = st.integers(0, 2**53 - 1)
events = st.builds(
    Event,
    log=lines.map(Origin),
    ceremony=lines.map(CeremonyId),
    seq=counts,
    cseq=counts,
    prev=digests,
    script=digests,
    t=st.builds(
        Instant,
        wall=st.datetimes(min_value=datetime(1000, 1, 1)).map(  # noqa: DTZ001  aware next
            lambda wall: wall.replace(tzinfo=UTC)
        ),
        mono_us=counts,
        boot=lines,
    ),
    type=st.sampled_from(["note.recorded", "hsm.outcome", "x"]),
    data=st.dictionaries(keys, values, max_size=4),
    op=st.none()
    | st.binary(min_size=16, max_size=16).map(lambda raw: OperationId(raw.hex())),
    step=st.none() | st.builds(StepRef, lines.map(StepId), digests),
    actor=st.none() | st.builds(Actor, lines.map(PersonId), lines.map(Role)),
    blobs=st.lists(
        st.builds(
            Blob, st.sampled_from(["a.txt", "b.pem", "c-1.json"]), digests, counts
        ),
        max_size=3,
        unique_by=lambda blob: blob.name,
    ).map(tuple),
)


@given(values)
def test_every_value_comes_back_from_its_canonical_bytes(value: Json) -> None:
    raw = canonical.encode(value)
    assert canonical.decode(raw) == value


@given(values)
def test_an_independent_implementation_writes_the_same_bytes(value: Json) -> None:
    assert canonical.encode(value) == rfc8785.dumps(value)


@given(st.binary(max_size=60) | st.text(max_size=40).map(str.encode))
def test_any_bytes_are_decoded_or_refused(raw: bytes) -> None:
    try:
        value = canonical.decode(raw)
    except canonical.CanonicalError:
        return
    assert canonical.decode(canonical.encode(value)) == value


@given(events)
def test_every_event_comes_back_from_its_leaf(event: Event) -> None:
    leaf = encode_event(event)
    assert decode_event(leaf) == event
    assert json.loads(leaf)["seq"] == event.seq


@given(events)
def test_the_fast_reader_reads_what_the_careful_one_reads(event: Event) -> None:
    first = dataclasses.replace(event, seq=max(1, event.seq), cseq=0)
    leaf = encode_event(first)
    strand = verify_strand([leaf])
    assert (strand.origin, strand.ceremony) == (event.log, event.ceremony)
    assert strand.hashes == {first.seq: leaf_hash(leaf)}


@given(events, events)
def test_two_events_never_share_a_leaf(one: Event, other: Event) -> None:
    assert (encode_event(one) == encode_event(other)) == (one == other)
    moved = dataclasses.replace(one, seq=one.seq ^ 1)
    assert encode_event(moved) != encode_event(one)
