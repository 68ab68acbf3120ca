"""Whether what a journal keeps beside its leaves fits them: heads and blobs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from ceremony import canonical
from ceremony.errors import EvidenceError
from ceremony.identifiers import Digest, Origin
from ceremony.journal.checkpoint import read_checkpoint
from ceremony.journal.codec import decode_event
from ceremony.journal.merkle import CompactRange


class KeptNote(Protocol):
    """A checkpoint as a store keeps it."""

    @property
    def size(self) -> int:
        """Give the size under which it is kept."""
        ...

    @property
    def text(self) -> bytes:
        """Give the signed note, UTF-8."""
        ...


def verify_heads(
    notes: Sequence[KeptNote], origin: Origin, hashes: Sequence[bytes]
) -> None:
    """Verify that every kept checkpoint is a head that the journal once had.

    Args:
        notes: In any order; signatures are not looked at.
        origin: The journal's name.
        hashes: Its leaf hashes, 32 bytes each.

    Raises:
        EvidenceError: ``JOURNAL-HEAD-01``: one is not; the message names it and how
            many leaves are missing, if any.
    """
    tree = CompactRange()
    for note in sorted(notes, key=lambda note: note.size):
        checkpoint = read_checkpoint(note.text)
        if checkpoint.size > len(hashes):
            missing = checkpoint.size - len(hashes)
            raise damaged(
                f"a checkpoint is over {checkpoint.size} entries and the last "
                f"{missing} of them are missing"
            )
        for hashed in hashes[tree.size : checkpoint.size]:
            tree.append(hashed)
        if (
            checkpoint.origin != origin
            or checkpoint.size != note.size
            or checkpoint.root != tree.root().hex()
        ):
            raise damaged(
                f"its first {checkpoint.size} entries are not those of the "
                "checkpoint that it keeps"
            )


def verify_blobs(
    leaves: Iterable[bytes], stored: Callable[[Digest], bytes | None]
) -> None:
    """Verify that every blob that a leaf names is there and is itself.

    Args:
        leaves: The journal's leaves.
        stored: Gives a blob's bytes, or None where it is missing.

    Raises:
        EvidenceError: ``JOURNAL-BLOB-01``: one is missing or changed; ``JOURNAL-LEAF-``
            and so on: a leaf is not well formed.
    """
    for leaf in leaves:
        event = decode_event(leaf)
        for blob in event.blobs:
            content = stored(blob.sha256)
            if (
                content is None
                or len(content) != blob.size
                or canonical.digest(content) != blob.sha256
            ):
                raise damaged(
                    f"{blob.name}, named by entry {event.seq}, is missing or changed",
                    "JOURNAL-BLOB-01",
                )


def damaged(why: str, code: str = "JOURNAL-HEAD-01") -> EvidenceError:
    """Make the error that says how a journal contradicts itself."""
    return EvidenceError(
        code,
        f"The journal contradicts itself: {why}.",
        meaning="It was changed, cut or damaged after it was written.",
        remedy="Stop, preserve it as it is and bring your backup copy.",
    )
