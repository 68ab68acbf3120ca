"""Write a journal the way a ceremony does, and tell what is acknowledged.

Run by scripts/crash_explorer.py, which records the calls of this process.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from crash_trace import tell

from ceremony import canonical
from ceremony.clock import Instant
from ceremony.identifiers import CeremonyId, Digest, Origin
from ceremony.journal.checkpoint import Checkpoint, encode_checkpoint
from ceremony.journal.database import set_pragmas
from ceremony.journal.event import Blob, Draft
from ceremony.journal.note import Note, NoteSignature, encode_note
from ceremony.journal.schema import SCHEMA
from ceremony.journal.store import JournalStore

NAME: Final = "journal.sqlite"
ORIGIN: Final = Origin("example.org/ceremonies/rehearsal")

Pragmas: TypeAlias = tuple[tuple[str, str, object], ...]

_EXTRA: Final = ("synchronous", "EXTRA", 3)
_FULL: Final = ("synchronous", "FULL", 2)
_DELETE: Final = ("journal_mode", "DELETE", "delete")
_HELD: Final = ("locking_mode", "EXCLUSIVE", "exclusive")
_FREE: Final = ("locking_mode", "NORMAL", "normal")
_WAL: Final = (("journal_mode", "WAL", "wal"), ("synchronous", "NORMAL", 1))

SETTINGS: Final[dict[str, Pragmas | None]] = {
    "ours": None,
    "delete-extra": (_EXTRA, _DELETE, _FREE),
    "delete-full": (_FULL, _DELETE, _FREE),
    "delete-full-held": (_FULL, _DELETE, _HELD),
    "delete-off": (("synchronous", "OFF", 0), _DELETE, _HELD),
    "wal-normal": _WAL,
    "wal-normal-held": (_HELD, *_WAL),
}
"""What a writer sets, by name; None is what the product sets itself."""

_CEREMONIES: Final = (CeremonyId("KC-2026-014-R1"), CeremonyId("KC-2026-015-R1"))
_AT: Final = Instant(datetime(2026, 11, 22, 6, 31, 33, tzinfo=UTC), 812345678, "boot")


def open_journal(path: Path, settings: str) -> JournalStore:
    """Open a journal for writing with settings of that name."""
    pragmas = SETTINGS[settings]
    if pragmas is None:
        return JournalStore.open(path)
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    set_pragmas(connection, SCHEMA, path, pragmas)
    return JournalStore(path, connection, read_only=False)


def append(journal: JournalStore, number: int, blob_size: int = 0) -> None:
    """Add one leaf, or two where the number is even, and a blob every third time."""
    content = (number.to_bytes(2, "big") * (blob_size or 5000))[: blob_size or 5000]
    blob = Blob("exhibit.bin", canonical.digest(content), len(content))
    carries = bool(blob_size) or number % 3 == 0
    drafts = [
        Draft("note.recorded", {"number": number, "text": "x" * (40 * (number % 30))}),
        Draft("note.recorded", {"number": number}, blobs=(blob,) if carries else ()),
    ]
    journal.append(
        _CEREMONIES[number % 2],
        Digest("ab" * 32),
        drafts[number % 2 and not carries :],
        {blob.sha256: content} if carries else {},
        _AT,
    )


def keep_checkpoint(journal: JournalStore) -> None:
    """Keep a checkpoint over all leaves; nobody looks at its signature here."""
    body = encode_checkpoint(Checkpoint(journal.origin, journal.size, journal.root()))
    line = NoteSignature(str(journal.origin), bytes(4), bytes(64))
    journal.add_note(journal.size, encode_note(Note(body, (line,))))


def write(path: Path, settings: str, count: int, blob_size: int) -> None:
    """Make or resume a journal and add to it, telling each time what is durable."""
    journal = JournalStore.open(path) if path.exists() else make(path)
    journal.close()
    journal = open_journal(path, settings)
    told: Callable[[], object] = lambda: os.write(  # noqa: E731  said once, used thrice
        1, tell(journal.size, len(journal.notes()))
    )
    told()
    for number in range(count):
        append(journal, number, blob_size)
        told()
        if number % 5 == 4:  # noqa: PLR2004  now and then is enough
            keep_checkpoint(journal)
            told()
        if number % 8 == 7:  # noqa: PLR2004  a ceremony is closed and opened again
            journal.close()
            journal = open_journal(path, settings)
    journal.close()


def make(path: Path) -> JournalStore:
    """Make an empty journal and say that it is there."""
    journal = JournalStore.create(path, ORIGIN)
    os.write(1, tell(0, 0))
    return journal


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--settings", choices=SETTINGS, default="ours")
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--blob-size", type=int, default=0)
    given = parser.parse_args()
    write(given.path, given.settings, given.count, given.blob_size)
