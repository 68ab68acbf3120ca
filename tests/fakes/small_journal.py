"""A real journal on disk that holds the made-up ceremony of the record builder.

Five leaves of another ceremony stand before it, as in the builder, so that every leaf
has the same number in both. Names of people are committed to in a private store of
its own, and so every hash after the opening differs from the builder's. What the
statements inside say about roots is therefore not true of this journal: it serves for
collecting a record, not for verifying one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ceremony import canonical
from ceremony.clock import Instant
from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.facts import Fact, Head, Noted, Opened, PackSealed
from ceremony.engine.state import Recorded
from ceremony.identifiers import CeremonyId, Digest
from ceremony.journal.checkpoint import Checkpoint
from ceremony.journal.cosignature import cosign_checkpoint
from ceremony.journal.event import Draft
from ceremony.journal.private import PrivateStore
from ceremony.journal.store import JournalStore
from tests.fakes.record_builder import FOREIGN, BuiltRecord

OTHER: Final = CeremonyId("KC-2025-009-R1")


@dataclass(frozen=True)
class SmallJournal:
    """The journal and what it was made from."""

    journal: JournalStore
    private: PrivateStore
    built: BuiltRecord

    @property
    def ceremony(self) -> CeremonyId:
        return CeremonyId(self.built.builder.facts[0].event.ceremony)

    def append(self, fact: Fact, *, like: Recorded | None = None) -> None:
        event = like.event if like else self.built.builder.facts[-1].event
        draft = Draft(
            fact.type,
            encode_fact(fact),
            op=event.op if like else None,
            step=event.step if like else None,
            actor=event.actor if like else None,
            blobs=event.blobs if like else (),
        )
        contents = {blob.sha256: self.built.files[blob.name] for blob in draft.blobs}
        self.journal.append(self.ceremony, event.script, [draft], contents, event.t)

    def checkpoint(self) -> None:
        head = Head(self.journal.size, self.journal.root())
        self.journal.add_note(head.size, self.built.builder.sign_head(head))

    def cosign(self) -> None:
        person = self.built.site.person(self.built.site.people[-1].id)
        note = cosign_checkpoint(
            Checkpoint(self.journal.origin, self.journal.size, self.journal.root()),
            person.cosigner,
            1_795_000_000,
            person.sign,
        )
        self.journal.add_note(self.journal.size, note)

    def seal(self, pdf: bytes) -> None:
        digest = canonical.digest(pdf)
        self.append(PackSealed(digest, len(pdf), Digest("0" * 64)))


@contextmanager
def write_journal(folder: Path, built: BuiltRecord) -> Iterator[SmallJournal]:
    """Write the journal into ``folder`` as far as the record goes, checkpoints too."""
    builder = built.builder
    with (
        JournalStore.create(folder / "journal.sqlite", built.site.origin) as journal,
        PrivateStore.create(folder / "private.sqlite") as private,
    ):
        small = SmallJournal(journal, private, built)
        _write_other(journal, builder.facts[0].event.t)
        for recorded in builder.facts:
            fact = recorded.fact
            if isinstance(fact, Opened):
                fact = _committed(fact, small)
            small.append(fact, like=recorded)
            if journal.size in builder.notes:
                small.checkpoint()
                if builder.notes[journal.size].count(b"\n") > 5:
                    small.cosign()
        yield small


def _write_other(journal: JournalStore, at: Instant) -> None:
    drafts = [
        Draft("note.recorded", encode_fact(Noted(f"remark {number}")))
        for number in range(FOREIGN)
    ]
    journal.append(OTHER, Digest("f" * 64), drafts, {}, at)


def _committed(opened: Opened, small: SmallJournal) -> Opened:
    """Commit to the people's names in the private store."""
    openings = {person.id: person.opening for person in small.built.site.people}
    seats = tuple(
        replace(
            seat,
            name=small.private.commit("person", openings[seat.person]["value"]),
        )
        for seat in opened.seats
    )
    return replace(opened, seats=seats)
