"""Which leaves and checkpoints belong to a ceremony, and the proofs of its leaves.

Invariants:
    * A ceremony's leaves end with its final checkpoint: the first one after it was
      closed or abandoned.
    * A checkpoint stands with every signature line that the journal holds for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ceremony.engine.fact_codec import decode_fact
from ceremony.engine.facts import (
    CeremonyAbandoned,
    CeremonyClosed,
    EarlierFound,
    Outcome,
    PackSealed,
    Result,
)
from ceremony.engine.state import Recorded
from ceremony.errors import EvidenceError
from ceremony.identifiers import CeremonyId
from ceremony.journal.codec import encode_event
from ceremony.journal.event import Event
from ceremony.journal.merkle import inclusion_proof
from ceremony.journal.note import merge_notes
from ceremony.journal.proof import LogProof, encode_proof
from ceremony.journal.store import JournalStore

_MADE: Final = (Result.DONE, Result.ADOPTED)


@dataclass(frozen=True, slots=True)
class Span:
    """One ceremony's part of the journal.

    Attributes:
        events: Its leaves below the final checkpoint, one or more, in order.
        size: The final checkpoint's number of leaves.
        checkpoint: The final checkpoint: a signed note, UTF-8.
    """

    events: tuple[Event, ...]
    size: int
    checkpoint: bytes


def find_span(journal: JournalStore, ceremony: CeremonyId) -> Span:
    """Find the ceremony's leaves and its final checkpoint, or the newest so far.

    Raises:
        EvidenceError: ``EVIDENCE-RECORD-01``: there is no such ceremony, or no
            checkpoint over it.
        StorageError: The journal cannot be read.
    """
    events = journal.events(ceremony)
    ends = [
        recorded.event.seq
        for recorded in decode_facts(events)
        if isinstance(recorded.fact, CeremonyClosed | CeremonyAbandoned)
    ]
    texts = checkpoint_texts(journal)
    sizes = sorted(texts)
    if ends:
        sizes = [size for size in sizes if size > ends[0]][:1]
    if not events or not sizes or sizes[-1] <= events[0].seq:
        raise EvidenceError(
            "EVIDENCE-RECORD-01",
            f"The journal holds no checkpoint over the ceremony {ceremony}.",
            meaning="There is nothing yet that a pack could rest on.",
            remedy="See which ceremonies there are with: ceremony status.",
        )
    size = sizes[-1]
    inside = tuple(event for event in events if event.seq < size)
    return Span(inside, size, texts[size])


def checkpoint_texts(journal: JournalStore) -> dict[int, bytes]:
    """Give the journal's checkpoints by size, each with all its signature lines."""
    texts: dict[int, bytes] = {}
    for note in journal.notes():
        known = texts.get(note.size)
        texts[note.size] = note.text if known is None else merge_notes(known, note.text)
    return texts


def decode_facts(events: Iterable[Event]) -> tuple[Recorded, ...]:
    """Read the fact in each leaf.

    Raises:
        EvidenceError: A leaf holds no known fact.
    """
    return tuple(
        Recorded(event, decode_fact(event.type, event.data)) for event in events
    )


def proof_names(span: Span) -> Iterator[tuple[str, int]]:
    """Name a proof for each key, certificate and list made, with its leaf's number.

    So is one for each leaf of an earlier ceremony that this one works with.
    """
    for recorded in decode_facts(span.events):
        fact = recorded.fact
        if isinstance(fact, EarlierFound):
            yield f"proof-earlier-{fact.seq:04}.tlog-proof", fact.seq
        if not isinstance(fact, Outcome) or fact.result not in _MADE:
            continue
        if fact.key is not None:
            yield f"proof-key-{fact.thing}.tlog-proof", recorded.event.seq
        if fact.certificate is not None:
            yield f"proof-certificate-{fact.thing}.tlog-proof", recorded.event.seq
        if fact.crl is not None:
            yield f"proof-crl-{fact.thing}.tlog-proof", recorded.event.seq


def encode_leaf_proof(
    seq: int, hashes: Sequence[bytes], checkpoint: bytes, *, leaf: bytes = b""
) -> bytes:
    """Prove that a leaf is in the journal.

    Args:
        seq: The leaf's number.
        hashes: The leaf hashes below the checkpoint, 32 bytes each.
        checkpoint: The signed note, UTF-8.
        leaf: The leaf itself, to be carried along; empty for none.

    Returns:
        The proof: C2SP tlog-proof, UTF-8.
    """
    proof = LogProof(seq, inclusion_proof(seq, hashes), checkpoint, leaf)
    return encode_proof(proof)


def write_proof(journal: JournalStore, ceremony: CeremonyId) -> bytes:
    """Write the companion file that proves the journal's record of the seal.

    Returns:
        ``evidence.proof``: C2SP tlog-proof, UTF-8, with the leaf of ``pack.sealed``
        as its extra data and the first checkpoint after it.

    Raises:
        EvidenceError: ``EVIDENCE-PROOF-01``: no sealing is recorded, or there is no
            checkpoint after it.
        StorageError: The journal cannot be read.
    """
    events = journal.events(ceremony)
    sealed = [
        recorded.event
        for recorded in decode_facts(events)
        if isinstance(recorded.fact, PackSealed)
    ]
    texts = checkpoint_texts(journal)
    sizes = [size for size in sorted(texts) if sealed and size > sealed[-1].seq]
    if not sizes:
        raise EvidenceError(
            "EVIDENCE-PROOF-01",
            f"The journal holds no checkpoint after the sealing of {ceremony}.",
            meaning="It cannot be proved yet that the journal knows the pack.",
            remedy="Seal the pack first; the checkpoint is made right after it.",
        )
    hashes = journal.leaf_hashes(0, sizes[0])
    leaf = encode_event(sealed[-1])
    return encode_leaf_proof(sealed[-1].seq, hashes, texts[sizes[0]], leaf=leaf)
