"""A blob read in pieces: whole, while the journal is written to, or missing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from ceremony import canonical
from ceremony.clock import Instant
from ceremony.errors import EvidenceError
from ceremony.identifiers import CeremonyId, Digest
from ceremony.journal.blob_stream import PIECE
from ceremony.journal.event import Blob, Draft
from ceremony.journal.store import JournalStore

ONE = CeremonyId("KC-2026-014-R1")
LARGE = b"".join(b"line %06d\n" % number for number in range(20_000))
NAMED = Blob("large.txt", canonical.digest(LARGE), len(LARGE))


@pytest.fixture
def filled(
    journal: JournalStore, draft: Callable[..., Draft], script: Digest, at: Instant
) -> JournalStore:
    """A journal with a blob of several pieces."""
    assert len(LARGE) > 3 * PIECE
    journal.append(ONE, script, [draft(0, (NAMED,))], {NAMED.sha256: LARGE}, at)
    return journal


def test_a_blob_is_read_in_pieces_while_the_journal_is_written_to(
    filled: JournalStore, draft: Callable[..., Draft], script: Digest, at: Instant
) -> None:
    stream = filled.open_blob(NAMED.sha256)
    lines = [next(stream)]
    filled.append(ONE, script, [draft(1)], {}, at)
    lines += stream
    assert len(lines) == 20_000
    assert b"".join(lines) == LARGE
    assert filled.open_blob(NAMED.sha256).read() == LARGE


def test_a_blob_that_is_not_there_is_missed(filled: JournalStore) -> None:
    with pytest.raises(EvidenceError, match="missing") as missed:
        filled.open_blob(Digest("00" * 32))
    assert missed.value.code == "JOURNAL-BLOB-01"


def test_a_blob_that_was_changed_is_not_read(filled: JournalStore) -> None:
    path = filled.path
    filled.close()
    behind = sqlite3.connect(path, isolation_level=None)
    triggers = behind.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid"
    ).fetchall()
    for name, _ in triggers:
        behind.execute(f"DROP TRIGGER {name}")
    behind.execute("UPDATE blob SET content = zeroblob(length(content))")
    for _, trigger in triggers:
        behind.execute(trigger)
    behind.close()
    with JournalStore.open(path) as again:
        with pytest.raises(EvidenceError, match="missing or changed") as missed:
            again.open_blob(NAMED.sha256)
        assert missed.value.code == "JOURNAL-BLOB-01"
