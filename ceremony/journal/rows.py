"""The journal's rows: every statement that reads or writes them.

What a row means is for :mod:`ceremony.journal.store`; here a value that SQLite gives
in another type than the schema says is damage, never a defect.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ceremony.identifiers import Digest, Origin
from ceremony.journal.audit import damaged
from ceremony.journal.chain import ChainError
from ceremony.journal.fault import translated
from ceremony.journal.merkle import leaf_hash
from ceremony.journal.schema import SCHEMA


@dataclass(frozen=True, slots=True)
class StoredNote:
    """A checkpoint as it was kept.

    Attributes:
        id: Counts the notes from 1, in the order in which they were kept.
        size: How many leaves the journal had.
        text: The signed note, UTF-8.
    """

    id: int
    size: int
    text: bytes


class Rows:
    """The rows behind one open connection."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path

    def origin(self) -> Origin:
        """Give the journal's name.

        Raises:
            EvidenceError: ``JOURNAL-HEAD-01``: it has none.
        """
        with translated(SCHEMA.name, self.path):
            row = self.connection.execute("SELECT origin FROM origin").fetchone()
        if row is None or not isinstance(row[0], str):
            raise damaged("it does not say its own name")
        return Origin(row[0])

    def stored_leaves(self) -> Iterator[bytes]:
        """Give all leaves in order, each compared with its place and stored hash.

        Raises:
            ChainError: ``JOURNAL-STORE-01``: one is not stored as itself.
        """
        with translated(SCHEMA.name, self.path):
            rows = self.connection.execute(
                "SELECT seq, leaf, hash FROM leaf ORDER BY seq"
            )
            for place, (seq, leaf, hashed) in enumerate(rows):
                if (
                    seq != place
                    or not isinstance(leaf, bytes)
                    or hashed != leaf_hash(leaf)
                ):
                    raise ChainError(
                        "JOURNAL-STORE-01", place, "is not stored under its own hash"
                    )
                yield leaf

    def leaves(self, places: Sequence[int]) -> Iterator[bytes]:
        """Give the leaves at some places, in their order."""
        for seq in places:
            with translated(SCHEMA.name, self.path):
                row = self.connection.execute(
                    "SELECT leaf FROM leaf WHERE seq = ?", (seq,)
                ).fetchone()
            if row is None or not isinstance(row[0], bytes):
                raise ChainError("JOURNAL-STORE-01", seq, "is missing")
            yield row[0]

    def hashes(self, start: int, stop: int) -> tuple[bytes, ...]:
        """Give the leaf hashes (32 bytes each) from ``start`` to before ``stop``."""
        with translated(SCHEMA.name, self.path):
            rows = self.connection.execute(
                "SELECT hash FROM leaf WHERE seq >= ? AND seq < ? ORDER BY seq",
                (start, stop),
            )
            return tuple(row[0] for row in rows)

    def blob(self, digest: Digest) -> bytes | None:
        """Give a blob's bytes as stored; None where it is not."""
        with translated(SCHEMA.name, self.path):
            row = self.connection.execute(
                "SELECT content FROM blob WHERE sha256 = ?", (digest,)
            ).fetchone()
        if row is None or not isinstance(row[0], bytes):
            return None
        return row[0]

    def blob_piece(self, digest: Digest, start: int, size: int) -> bytes:
        """Give some octets of a blob as stored; none where it is not, or is over."""
        with translated(SCHEMA.name, self.path):
            row = self.connection.execute(
                "SELECT rowid FROM blob WHERE sha256 = ?", (digest,)
            ).fetchone()
            if row is None:
                return b""
            with self.connection.blobopen(
                "blob", "content", row[0], readonly=True
            ) as content:
                content.seek(min(start, len(content)))
                return content.read(size)

    def notes(self) -> tuple[StoredNote, ...]:
        """Give every kept note in order."""
        with translated(SCHEMA.name, self.path):
            rows = self.connection.execute(
                "SELECT id, size, text FROM note ORDER BY id"
            ).fetchall()
        if not all(
            isinstance(size, int) and isinstance(text, bytes) for _, size, text in rows
        ):
            raise damaged("a checkpoint that it keeps is not one")
        return tuple(StoredNote(*row) for row in rows)

    def write(self, work: Sequence[tuple[str, Sequence[tuple[object, ...]]]]) -> None:
        """Run statements with their rows in one transaction, durably.

        Raises:
            StorageError: It could not be made durable.
        """
        with translated(SCHEMA.name, self.path):
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                for statement, rows in work:
                    self.connection.executemany(statement, rows)
                self.connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
                raise
