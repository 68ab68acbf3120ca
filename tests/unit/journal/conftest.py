"""A journal to write in, facts to write, and a fixed time to write them at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

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
from ceremony.journal.codec import encode_event
from ceremony.journal.event import NO_PREVIOUS, Actor, Blob, Draft, Event, StepRef
from ceremony.journal.merkle import leaf_hash
from ceremony.journal.store import JournalStore

AT = Instant(
    wall=datetime(2026, 11, 22, 6, 31, 33, 123456, tzinfo=UTC),
    mono_us=812345678,
    boot="3f0c6a1e-8a57-4d7e-9a39-5d9f4d6c1b2a",
)
SCRIPT = Digest("ab" * 32)
LOG = Origin("example.org/ceremonies/rehearsal")
ONE = CeremonyId("KC-2026-014-R1")
OTHER = CeremonyId("KC-2026-015-R1")


@pytest.fixture
def at() -> Instant:
    return AT


@pytest.fixture
def script() -> Digest:
    return SCRIPT


@pytest.fixture
def full_event() -> Event:
    """An event in which every field is present."""
    return Event(
        log=LOG,
        ceremony=ONE,
        seq=1,
        cseq=1,
        prev=Digest("11" * 32),
        script=SCRIPT,
        t=AT,
        type="hsm.outcome",
        data={"result": "done", "times": [1, 2], "seen": True, "more": {"word": "été"}},
        op=OperationId("0123456789abcdef" * 2),
        step=StepRef(StepId("4.2"), Digest("cd" * 32)),
        actor=Actor(PersonId("c-02"), Role("custodian")),
        blobs=(Blob("inventory-1.json", Digest("ef" * 32), 12),),
    )


@pytest.fixture
def draft() -> Callable[..., Draft]:
    """Make small facts that differ by their number."""

    def make(number: int = 0, blobs: tuple[Blob, ...] = ()) -> Draft:
        return Draft(
            type="note.recorded",
            data={"text": f"note {number}", "number": number},
            step=StepRef(StepId("1.1"), Digest("cd" * 32)),
            actor=Actor(PersonId("ca-01"), Role("ceremony-administrator")),
            blobs=blobs,
        )

    return make


@pytest.fixture
def honest_leaves() -> Callable[[int], list[bytes]]:
    """Make the leaves of an honest journal in which two ceremonies take turns."""

    def make(count: int) -> list[bytes]:
        leaves: list[bytes] = []
        prev = NO_PREVIOUS
        for seq in range(count):
            event = Event(
                log=LOG,
                ceremony=(ONE, OTHER)[seq % 2],
                seq=seq,
                cseq=seq // 2,
                prev=prev,
                script=SCRIPT,
                t=AT,
                type="note.recorded",
                data={"text": f"Zeile {seq} für später" if seq % 5 == 0 else "plain"},
            )
            leaves.append(encode_event(event))
            prev = Digest(leaf_hash(leaves[-1]).hex())
        return leaves

    return make


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[JournalStore]:
    """An empty journal, open for writing."""
    store = JournalStore.create(tmp_path / "journal.sqlite", LOG)
    yield store
    store.close()
