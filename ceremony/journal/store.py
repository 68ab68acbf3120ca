"""The journal on disk: leaves, blobs and checkpoints, each only ever added.

Invariants:
    * ``append`` returns only what is durable: all drafts and their blobs in one
      transaction, or nothing.
    * A journal that does not follow from itself is not opened.
    * After a failed write nothing more is written until the journal is opened again.
    * What an append costs does not depend on the journal's size.
"""

from __future__ import annotations

import hashlib
import io
import sqlite3
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from ceremony import canonical
from ceremony.clock import Instant
from ceremony.errors import StorageError
from ceremony.identifiers import CeremonyId, Digest, Origin
from ceremony.journal.audit import damaged, verify_blobs, verify_heads
from ceremony.journal.blob_stream import buffered
from ceremony.journal.chain import Chain, verify_chain
from ceremony.journal.checkpoint import read_checkpoint
from ceremony.journal.codec import decode_event
from ceremony.journal.database import (
    close_database,
    create_database,
    open_database,
    verify_integrity,
)
from ceremony.journal.event import NO_PREVIOUS, Draft, Event
from ceremony.journal.merkle import CompactRange
from ceremony.journal.placement import (
    Place,
    collect_blobs,
    place_drafts,
    verify_origin,
)
from ceremony.journal.rows import Rows, StoredNote
from ceremony.journal.schema import SCHEMA


class JournalStore:
    """One site's journal; made by :meth:`create` or :meth:`open` only.

    Attributes:
        path: Where it stands.
        origin: Its name in every checkpoint.
        read_only: True where it was opened without the right to append.
    """

    def __init__(
        self, path: Path, connection: sqlite3.Connection, *, read_only: bool
    ) -> None:
        self.path = path
        self.read_only = read_only
        self._connection = connection
        self._rows = Rows(connection, path)
        self._failed = False
        self.origin = self._rows.origin()
        chain = self._verify_leaves()
        self._places: dict[CeremonyId, array[int]] = dict(chain.places)
        self._range = CompactRange.over(chain.hashes)
        self._last = Digest(chain.hashes[-1].hex()) if chain.hashes else NO_PREVIOUS

    @classmethod
    def create(cls, path: Path, origin: Origin) -> Self:
        """Make an empty journal (mode 0600) and open it for writing.

        Raises:
            InputError: ``JOURNAL-ORIGIN-01``: the name cannot stand in a checkpoint.
            StorageError: ``JOURNAL-EXISTS-01``: something stands there; or it cannot
                be made.
        """
        verify_origin(origin)
        create_database(path, SCHEMA, "INSERT INTO origin VALUES (0, ?)", (origin,))
        return cls.open(path)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open a journal and verify it; for writing, alone until it is closed.

        Raises:
            StorageError: Another process holds it, or it cannot be used.
            EvidenceError: Its leaves do not follow from one another, or from a
                checkpoint that it keeps.
        """
        connection = open_database(path, SCHEMA, read_only=read_only)
        try:
            return cls(path, connection, read_only=read_only)
        except BaseException:
            close_database(path, connection, release=not read_only)
            raise

    def close(self) -> None:
        """Give the journal back; a second time does nothing."""
        close_database(self.path, self._connection, release=not self.read_only)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def size(self) -> int:
        """Give the number of leaves."""
        return self._range.size

    def root(self, size: int | None = None) -> Digest:
        """Give the root over the first ``size`` leaves, or over all.

        Raises:
            ValueError: There are not that many.
        """
        return Digest(self.compact_range(size).root().hex())

    def compact_range(self, size: int | None = None) -> CompactRange:
        """Sum up the first ``size`` leaves, or all.

        Raises:
            ValueError: There are not that many.
        """
        wanted = self.size if size is None else size
        if not 0 <= wanted <= self.size:
            raise ValueError(f"the journal has {self.size} leaves, not {wanted}")
        if wanted == self.size:
            return CompactRange.decode(wanted, self._range.encode())
        return CompactRange.over(self.leaf_hashes(stop=wanted))

    def leaf_hashes(self, start: int = 0, stop: int | None = None) -> tuple[bytes, ...]:
        """Give the leaf hashes (32 bytes each) from ``start`` to before ``stop``."""
        return self._rows.hashes(start, self.size if stop is None else stop)

    def ceremonies(self) -> tuple[CeremonyId, ...]:
        """List the ceremonies in the order of their first leaves."""
        return tuple(self._places)

    def leaves(self, ceremony: CeremonyId | None = None) -> Iterator[bytes]:
        """Give the leaves of a ceremony, or all, in order."""
        if ceremony is None:
            return self._rows.leaves(range(self.size))
        return self._rows.leaves(self._places.get(ceremony, array("Q"))[:])

    def events(self, ceremony: CeremonyId) -> tuple[Event, ...]:
        """Give a ceremony's events in order; none where it has none.

        Raises:
            EvidenceError: A leaf is not well formed.
        """
        return tuple(decode_event(leaf) for leaf in self.leaves(ceremony))

    def blob(self, digest: Digest) -> bytes:
        """Give a blob's bytes.

        Raises:
            EvidenceError: ``JOURNAL-BLOB-01``: it is not there, or not itself.
        """
        content = self._rows.blob(digest)
        if content is None or canonical.digest(content) != digest:
            raise damaged(f"the blob {digest} is missing or changed", "JOURNAL-BLOB-01")
        return content

    def open_blob(self, digest: Digest) -> io.BufferedReader:
        """Give a blob as a file, of which no more than a piece is in memory.

        Raises:
            EvidenceError: ``JOURNAL-BLOB-01``: it is not there, or not itself.
        """

        def read(start: int, size: int) -> bytes:
            return self._rows.blob_piece(digest, start, size)

        with buffered(read) as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != digest:
            raise damaged(f"the blob {digest} is missing or changed", "JOURNAL-BLOB-01")
        return buffered(read)

    def notes(self) -> tuple[StoredNote, ...]:
        """Give every kept checkpoint and cosignature, in order."""
        return self._rows.notes()

    def append(
        self,
        ceremony: CeremonyId,
        script: Digest,
        drafts: Sequence[Draft],
        contents: Mapping[Digest, bytes],
        at: Instant,
    ) -> tuple[Event, ...]:
        """Add facts with their blobs, durably, all or none.

        Args:
            ceremony: The ceremony that they belong to.
            script: SHA-256 of the script that it runs.
            drafts: The facts in order; none adds nothing.
            contents: Blobs by digest; those already stored may be left out.
            at: When they were recorded.

        Returns:
            The events in their places.

        Raises:
            InputError: ``JOURNAL-DRAFT-01`` to ``-04``: a draft cannot be a leaf, or
                a blob is missing or not the one named. Nothing was written.
            StorageError: ``JOURNAL-FULL-01``, ``JOURNAL-IO-01`` and so on: it could
                not be made durable; ``JOURNAL-CLOSED-01``: an earlier write failed,
                or it was opened for reading.
        """
        self._verify_writable()
        if not drafts:
            return ()
        taken = len(self._places.get(ceremony, ()))
        place = Place(self.origin, ceremony, script, self.size, taken, self._last, at)
        placed = place_drafts(place, drafts)
        blobs = collect_blobs(drafts, contents, self._rows.blob)
        self._write(
            (
                ("INSERT INTO blob VALUES (?, ?)", tuple(blobs.items())),
                ("INSERT INTO leaf VALUES (?, ?, ?)", [leaf.row for leaf in placed]),
            )
        )
        own = self._places.setdefault(ceremony, array("Q"))
        for leaf in placed:
            own.append(leaf.event.seq)
            self._range.append(leaf.hash)
        self._last = Digest(placed[-1].hash.hex())
        return tuple(leaf.event for leaf in placed)

    def add_note(self, size: int, text: bytes) -> None:
        """Keep a signed checkpoint or cosignature, durably.

        Args:
            size: The checkpoint's size.
            text: The signed note, UTF-8; who signed it is for the caller.

        Raises:
            EvidenceError: ``JOURNAL-HEAD-01``: it is not a checkpoint of this
                journal as it is.
            StorageError: It could not be made durable.
        """
        self._verify_writable()
        checkpoint = read_checkpoint(text)
        if (
            checkpoint.origin != self.origin
            or checkpoint.size != size
            or not 0 <= size <= self.size
            or checkpoint.root != self.root(size)
        ):
            raise damaged("a checkpoint to be kept is not of this journal")
        self._write((("INSERT INTO note (size, text) VALUES (?, ?)", ((size, text),)),))

    def verify(self) -> None:
        """Verify everything that is stored, as if for the first time.

        Raises:
            EvidenceError: ``JOURNAL-CHAIN-..`` or ``JOURNAL-LEAF-..`` with the first
                leaf that does not follow; ``JOURNAL-STORE-01``: a leaf is not stored
                under its own hash; ``JOURNAL-HEAD-01``: a checkpoint does not
                fit; ``JOURNAL-BLOB-01``: a blob is missing or changed.
            StorageError: ``JOURNAL-FILE-02``: the file is damaged.
        """
        verify_integrity(self._connection, SCHEMA, self.path)
        self._verify_leaves()
        verify_blobs(self.leaves(), self._rows.blob)

    def _verify_leaves(self) -> Chain:
        chain = verify_chain(self._rows.stored_leaves(), origin=self.origin)
        verify_heads(self._rows.notes(), self.origin, chain.hashes)
        return chain

    def _verify_writable(self) -> None:
        if self._failed or self.read_only:
            why = "it is open for reading only"
            if self._failed:
                why = "an earlier write failed"
            raise StorageError(
                "JOURNAL-CLOSED-01",
                f"Nothing can be added to the journal {self.path}: {why}.",
                meaning="What was recorded before stands; nothing was added.",
                remedy="Open the journal again for writing.",
            )

    def _write(self, work: Sequence[tuple[str, Sequence[tuple[object, ...]]]]) -> None:
        # Whatever goes wrong from here on, even an interruption, leaves it unknown
        # to this object what the file holds; opening it again finds out.
        self._failed = True
        self._rows.write(work)
        self._failed = False
