"""What a room knows after a made-up ceremony: its facts, and the site's journal.

:class:`RoomAfter` stands for a conductor where an action only reads: it has the state,
the facts and the journal of a record, no device and no pen. What it gives are the
record's own leaves and files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from io import BufferedReader, BytesIO
from typing import cast

from ceremony import canonical
from ceremony.conduct.conductor import Conductor
from ceremony.engine.state import Recorded, State
from ceremony.identifiers import CeremonyId, Digest
from ceremony.journal.event import Event
from ceremony.register.history import History
from ceremony.script.model import Script
from tests.fakes.record_builder import BuiltRecord


def history_of(facts: Iterable[Recorded]) -> History:
    """Give what devices did, by the leaves of made-up ceremonies."""
    history = History()
    for recorded in facts:
        history.take(recorded.event)
    return history


def kept_by(*built: BuiltRecord) -> Callable[[Digest], bytes]:
    """Give what a journal keeps, by digest: every file of made-up records."""
    files = {
        canonical.digest(raw): raw for each in built for raw in each.files.values()
    }
    return files.__getitem__


@dataclass(frozen=True)
class _Journal:
    blob: Callable[[Digest], bytes]
    recorded: Sequence[Recorded]

    def ceremonies(self) -> tuple[CeremonyId, ...]:
        return tuple(dict.fromkeys(each.event.ceremony for each in self.recorded))

    def events(self, ceremony: CeremonyId) -> tuple[Event, ...]:
        events = (each.event for each in self.recorded)
        return tuple(each for each in events if each.ceremony == ceremony)

    def open_blob(self, digest: Digest) -> BufferedReader:
        return cast("BufferedReader", BytesIO(self.blob(digest)))


@dataclass(frozen=True)
class _Log:
    history: History
    journal: _Journal


@dataclass(frozen=True)
class RoomAfter:
    """A ceremony as far as it has come.

    Attributes:
        script: Its script.
        state: Where it stands.
        facts: What was recorded so far.
        others: What other ceremonies of the site recorded, before and since.
        records: The records whose files the journal keeps.
    """

    script: Script
    state: State
    facts: Sequence[Recorded]
    others: Sequence[Recorded]
    records: Sequence[BuiltRecord]
    ceremony: CeremonyId
    log: _Log = field(init=False)

    def __post_init__(self) -> None:
        """Lay the journal open."""
        recorded = [*self.others, *self.facts]
        journal = _Journal(kept_by(*self.records), recorded)
        log = _Log(history_of(recorded), journal)
        object.__setattr__(self, "log", log)

    def as_conductor(self) -> Conductor:
        """Give it where a conductor is asked to read."""
        return cast("Conductor", self)


def room_after(  # noqa: PLR0913  each is another part of what is known
    built: BuiltRecord,
    before: BuiltRecord,
    state: State | None = None,
    *,
    since: Sequence[Recorded] = (),
    more: Sequence[BuiltRecord] = (),
    facts: Sequence[Recorded] | None = None,
) -> RoomAfter:
    """Give the room of a ceremony of a site that has held another one before.

    Args:
        built: The ceremony.
        before: The one before it.
        state: Where it stands; at the end of its record where none is given.
        since: What a third ceremony has recorded meanwhile.
        more: Records whose files the journal keeps besides.
        facts: What it has recorded itself, where that is not all of its record.
    """
    builder = built.builder
    others = [*before.builder.facts, *since]
    return RoomAfter(
        builder.script,
        state or builder.state,
        builder.facts if facts is None else facts,
        others,
        (before, built, *more),
        builder.forgery.ceremony,
    )
