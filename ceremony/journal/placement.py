"""Give drafts their places: from what the rules propose to leaves and blobs.

Invariants:
    * No leaf is made that the strict reader would refuse.
    * A blob goes with the leaf that names it, and is what its digest says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ceremony import canonical
from ceremony.clock import Instant
from ceremony.errors import EvidenceError, InputError
from ceremony.identifiers import CeremonyId, Digest, Origin
from ceremony.journal.codec import LINE, decode_event, encode_event
from ceremony.journal.event import Blob, Draft, Event
from ceremony.journal.merkle import leaf_hash


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next leaf goes.

    Attributes:
        origin: The journal's name.
        ceremony: The ceremony that the leaf belongs to.
        script: SHA-256 of the script that it runs.
        seq: The next index in the journal.
        cseq: The next index in the ceremony.
        prev: The hash of the journal's last leaf.
        at: When it is recorded.
    """

    origin: Origin
    ceremony: CeremonyId
    script: Digest
    seq: int
    cseq: int
    prev: Digest
    at: Instant


@dataclass(frozen=True, slots=True)
class PlacedLeaf:
    """An event with its leaf.

    Attributes:
        event: As the strict reader reads the leaf.
        leaf: RFC 8785 JSON, UTF-8, at most 16 KiB.
        hash: RFC 6962 leaf hash, 32 bytes.
    """

    event: Event
    leaf: bytes
    hash: bytes

    @property
    def row(self) -> tuple[int, bytes, bytes]:
        """Give what a store keeps: ``seq``, leaf and hash."""
        return self.event.seq, self.leaf, self.hash


def place_drafts(place: Place, drafts: Sequence[Draft]) -> tuple[PlacedLeaf, ...]:
    """Make the leaves of drafts, the first one at ``place``.

    Raises:
        InputError: ``JOURNAL-DRAFT-01``: a leaf would be too large;
            ``JOURNAL-DRAFT-02``: a value cannot be journalled.
    """
    placed: list[PlacedLeaf] = []
    prev = place.prev
    for offset, draft in enumerate(drafts):
        event = Event(
            log=place.origin,
            ceremony=place.ceremony,
            seq=place.seq + offset,
            cseq=place.cseq + offset,
            prev=prev,
            script=place.script,
            t=place.at,
            type=draft.type,
            data=draft.data,
            op=draft.op,
            step=draft.step,
            actor=draft.actor,
            blobs=draft.blobs,
        )
        leaf = encode_event(event)
        hashed = leaf_hash(leaf)
        placed.append(PlacedLeaf(_read_back(event, leaf), leaf, hashed))
        prev = Digest(hashed.hex())
    return tuple(placed)


def collect_blobs(
    drafts: Sequence[Draft],
    contents: Mapping[Digest, bytes],
    stored: Callable[[Digest], bytes | None],
) -> dict[Digest, bytes]:
    """Find the blobs that drafts name and that are not stored yet.

    Args:
        drafts: The facts.
        contents: Bytes by digest; those of stored blobs may be left out.
        stored: Gives a stored blob's bytes, or None.

    Raises:
        InputError: ``JOURNAL-DRAFT-03``: a blob's bytes are nowhere;
            ``JOURNAL-DRAFT-04``: they are not the ones that the draft names.
    """
    new: dict[Digest, bytes] = {}
    for blob in (blob for draft in drafts for blob in draft.blobs):
        kept = stored(blob.sha256)
        content = contents.get(blob.sha256, kept)
        if content is None:
            raise _unfit_blob("JOURNAL-DRAFT-03", blob, "its content is not given")
        if len(content) != blob.size or canonical.digest(content) != blob.sha256:
            raise _unfit_blob("JOURNAL-DRAFT-04", blob, "its content is another one")
        if kept is None:
            new[blob.sha256] = content
    return new


def verify_origin(origin: Origin) -> None:
    """Verify that a text can name a journal: one line in NFC.

    Raises:
        InputError: ``JOURNAL-ORIGIN-01``: it cannot.
    """
    try:
        canonical.encode(origin)
        fits = LINE.fullmatch(origin) is not None
    except canonical.CanonicalError:
        fits = False
    if not fits:
        raise InputError(
            "JOURNAL-ORIGIN-01",
            f"{origin!r} cannot be the name of a journal.",
            remedy="Give one line such as example.org/ceremonies.",
        )


def _read_back(event: Event, leaf: bytes) -> Event:
    """Read a leaf before it is kept."""
    try:
        return decode_event(leaf)
    except EvidenceError as error:
        raise InputError(
            "JOURNAL-DRAFT-02",
            f"A fact of the type {event.type} cannot be journalled: {error}",
            remedy="Write ids, names and digests in their own form.",
        ) from error


def _unfit_blob(code: str, blob: Blob, why: str) -> InputError:
    return InputError(
        code,
        f"{blob.name} cannot be journalled with its fact: {why}.",
        remedy="Give exactly the bytes that the fact names by digest.",
    )
