"""The journal of a tool that is killed: intents, outcomes, and what was acknowledged.

What ``append`` has given back is written to a file of acknowledgements, which no code
of the journal reads or writes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from ceremony import canonical
from ceremony.clock import SystemClock
from ceremony.engine.fact_codec import decode_fact, encode_fact
from ceremony.engine.facts import Fact, Intent, InventoryTaken, Outcome, Result
from ceremony.identifiers import CeremonyId, Digest, OperationId, Origin, PersonId
from ceremony.journal.event import Blob, Draft
from ceremony.journal.store import JournalStore
from ceremony.pack.inventory_file import Listing, decode_listing, encode_listing, new_in

CEREMONY: Final = CeremonyId("KC-2026-001-R1")
DEVICE: Final = "root-hsm"
DECIDERS: Final = (PersonId("s-01"), PersonId("w-01"))
_SCRIPT: Final = Digest("0" * 64)


@dataclass(frozen=True)
class Pending:
    """An intent without an outcome."""

    op: OperationId
    intent: Intent


class Log:
    """One journal, opened by one process at a time."""

    def __init__(self, journal: JournalStore, acknowledged: Path) -> None:
        self.journal = journal
        self._clock = SystemClock()
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self._acknowledged = os.open(acknowledged, flags, 0o600)
        self.intents: dict[OperationId, Intent] = {}
        self.outcomes: dict[OperationId, int] = {}
        self.listing: Listing = ()
        for event in journal.events(CEREMONY):
            self._take(event.op, decode_fact(event.type, event.data))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the journal of a folder, or make it."""
        path = folder / "journal.sqlite"
        if path.exists():
            journal = JournalStore.open(path)
        else:
            journal = JournalStore.create(path, Origin("journal.example"))
        return cls(journal, folder / "acknowledged")

    def _take(self, op: OperationId | None, fact: Fact) -> None:
        assert op is not None
        if isinstance(fact, Intent):
            self.intents[op] = fact
        elif isinstance(fact, Outcome):
            self.outcomes[op] = self.outcomes.get(op, 0) + 1
            if fact.inventory is not None:
                blob = self.journal.blob(fact.inventory.digest)
                self.listing = decode_listing(blob, "an inventory")

    @property
    def pending(self) -> Pending | None:
        """The operation in doubt."""
        for op in reversed(self.intents):
            if op not in self.outcomes:
                return Pending(op, self.intents[op])
        return None

    def begin(self, op: OperationId, intent: Intent) -> None:
        """Make an intent durable."""
        self._append(op, intent, (), {})

    def finish(self, op: OperationId, result: Result, listing: Listing | None) -> None:
        """Make an outcome durable, with the token's whole inventory."""
        intent = self.intents[op]
        taken: InventoryTaken | None = None
        blobs: tuple[Blob, ...] = ()
        contents: dict[Digest, bytes] = {}
        if listing is not None:
            content = encode_listing(listing)
            digest = canonical.digest(content)
            name = f"inventory-{self.journal.size}.json"
            blobs, contents = (Blob(name, digest, len(content)),), {digest: content}
            taken = InventoryTaken(
                digest,
                len(listing),
                tuple(each.brief for each in new_in(listing, self.listing)),
                tuple(each.brief for each in new_in(self.listing, listing)),
            )
        decided = () if result is Result.DONE else DECIDERS
        fact = Outcome(
            intent.verb,
            intent.token,
            intent.serial,
            result,
            inventory=taken,
            decided_by=decided,
        )
        self._append(op, fact, blobs, contents)

    def _append(
        self,
        op: OperationId,
        fact: Fact,
        blobs: tuple[Blob, ...],
        contents: Mapping[Digest, bytes],
    ) -> None:
        draft = Draft(fact.type, encode_fact(fact), op=op, blobs=blobs)
        now = self._clock.now()
        (event,) = self.journal.append(CEREMONY, _SCRIPT, [draft], contents, now)
        told = f"{event.seq} {event.type} {op}\n"
        os.write(self._acknowledged, told.encode())
        self._take(op, fact)


def lost(folder: Path, log: Log) -> int:
    """Count what was acknowledged and is not in the journal, or is another there."""
    events = log.journal.events(CEREMONY)
    told = (folder / "acknowledged").read_text().splitlines()
    kept = {f"{event.seq} {event.type} {event.op}" for event in events}
    return sum(line not in kept for line in told)
