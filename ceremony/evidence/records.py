"""Collect a ceremony's files from the journal, as a pack embeds them.

Invariants:
    * The same journal gives the same files, whatever was appended after the
      ceremony's final checkpoint.
    * Every blob that an event names is there under that very name, but the files of
      large batches, which stay in the journal (``pack.batch_files``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ceremony import canonical
from ceremony.engine.facts import Opened, RequestsJudged
from ceremony.errors import EvidenceError
from ceremony.evidence.checkpoints import (
    Span,
    checkpoint_texts,
    decode_facts,
    encode_leaf_proof,
    find_span,
    proof_names,
)
from ceremony.identifiers import CeremonyId, Digest
from ceremony.journal.codec import encode_event
from ceremony.journal.event import Event
from ceremony.journal.private import PrivateStore
from ceremony.journal.store import JournalStore
from ceremony.pack.batch_files import left_in_journal
from ceremony.pack.leaf_hashes import LeafHashes, encode_leaf_hashes
from ceremony.pack.manifest import encode_manifest
from ceremony.pack.record import (
    CHECKPOINT,
    EVENTS,
    EXHIBITS,
    LEAF_HASHES,
    MANIFEST,
    OPENINGS,
    SCRIPT,
    VERIFY_TEXT,
    read_record,
)
from ceremony.pack.verify_text import render_verify_text
from ceremony.script.decode import decode_script


def collect_files(
    journal: JournalStore,
    private: PrivateStore,
    ceremony: CeremonyId,
    previous_size: int = 0,
) -> dict[str, bytes]:
    """Collect everything that the ceremony's pack embeds, manifest and all.

    Before the ceremony is over, the newest checkpoint takes the final one's place.

    Args:
        journal: The site's journal.
        private: The openings of the commitments in it.
        ceremony: Whose pack it is.
        previous_size: The tree size from which ``leaf-hashes.txt`` begins: that of
            the previous pack's checkpoint, or 0 for the whole journal.

    Returns:
        The files' bytes by flat name, in the order of their names.

    Raises:
        EvidenceError: ``EVIDENCE-RECORD-01``: the journal holds no such ceremony, or
            no checkpoint over it; ``EVIDENCE-NAME-01``: two different things have
            one name; ``PACK-RECORD-01``: the events are no readable record.
        StorageError: The journal cannot be read.
    """
    span = find_span(journal, ceremony)
    hashes = journal.leaf_hashes(0, span.size)
    files = dict(_blobs(journal, span.events))
    files[EVENTS] = b"".join(encode_event(event) + b"\n" for event in span.events)
    files[LEAF_HASHES] = _leaf_hashes(journal, hashes, previous_size)
    files |= _checkpoints(journal, span, previous_size)
    files |= _proofs(span, hashes)
    files[EXHIBITS] = canonical.encode([])
    files[OPENINGS] = _openings(private, span)
    files[VERIFY_TEXT] = render_verify_text(read_record(files))
    files[MANIFEST] = encode_manifest(files)
    return {name: files[name] for name in sorted(files)}


def _blobs(
    journal: JournalStore, events: Sequence[Event]
) -> Iterator[tuple[str, bytes]]:
    seen: dict[str, Digest] = {}
    kept = _kept_apart(journal, events)
    for event, apart in zip(events, kept, strict=True):
        for blob in event.blobs:
            if blob.sha256 in apart:
                continue
            if seen.setdefault(blob.name, blob.sha256) != blob.sha256:
                raise EvidenceError(
                    "EVIDENCE-NAME-01",
                    f"The journal names two different things {blob.name}.",
                    meaning="A pack can embed only one of them under that name.",
                    remedy="Preserve the journal and report it as a defect.",
                )
            yield blob.name, journal.blob(blob.sha256)


def _kept_apart(
    journal: JournalStore, events: Sequence[Event]
) -> Sequence[frozenset[str]]:
    """Give for each event the digests of its blobs that a pack does not embed."""
    facts = [recorded.fact for recorded in decode_facts(events)]
    if not any(isinstance(fact, RequestsJudged) for fact in facts):
        return [frozenset() for _ in events]
    script = decode_script(journal.blob(events[0].script), SCRIPT)
    return list(left_in_journal(facts, script))


def _leaf_hashes(
    journal: JournalStore, hashes: Sequence[bytes], previous_size: int
) -> bytes:
    tree = journal.compact_range(previous_size)
    told = LeafHashes(
        origin=journal.origin,
        start=tree.size,
        nodes=tuple(bytes.fromhex(node) for node in tree.encode()),
        hashes=tuple(hashes[previous_size:]),
    )
    return encode_leaf_hashes(told)


def _checkpoints(
    journal: JournalStore, span: Span, previous_size: int
) -> dict[str, bytes]:
    """Give the final checkpoint and every earlier one that belongs to the ceremony."""
    texts = checkpoint_texts(journal)
    files = {CHECKPOINT: span.checkpoint}
    for size, text in texts.items():
        inside = span.events[0].seq < size < span.size
        if inside or (size == previous_size and size < span.size):
            files[f"{CHECKPOINT}-{size:04}"] = text
    return files


def _proofs(span: Span, hashes: Sequence[bytes]) -> Mapping[str, bytes]:
    return {
        name: encode_leaf_proof(seq, hashes, span.checkpoint)
        for name, seq in proof_names(span)
    }


def _openings(private: PrivateStore, span: Span) -> bytes:
    seats = [
        seat
        for recorded in decode_facts(span.events)
        if isinstance(recorded.fact, Opened)
        for seat in recorded.fact.seats
    ]
    return canonical.encode(list(private.openings([seat.name for seat in seats])))
