"""The journal's tree as a pack tells it: leaf hashes, checkpoints, computed roots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import Attested, RecordVerified, SignedOnPaper
from ceremony.errors import CeremonyError
from ceremony.identifiers import Digest
from ceremony.journal.checkpoint import Checkpoint, read_checkpoint
from ceremony.journal.merkle import CompactRange
from ceremony.pack.leaf_hashes import LeafHashes, decode_leaf_hashes
from ceremony.pack.record import CHECKPOINT, LEAF_HASHES, Record
from ceremony.verify.check import FailedError, failed_from
from ceremony.verify.trace import place

_ATTESTED: Final = (Attested, SignedOnPaper)


@dataclass(frozen=True, slots=True)
class Tree:
    """What ``leaf-hashes.txt`` and the notes say of the journal, read and not judged.

    Attributes:
        hashes: The leaf hashes.
        final: The final checkpoint, as its note tells it.
        checkpoints: Every checkpoint of the pack by file name, the final one among
            them.
        heads: The heads that no person signs for, each with where it is told; those
            of attestations follow with no place, since check 7 looks at them.
        roots: The computed root for every size that the record names and that the
            leaf hashes reach.
    """

    hashes: LeafHashes
    final: Checkpoint
    checkpoints: Mapping[str, Checkpoint]
    heads: tuple[tuple[int, Digest, str], ...]
    roots: Mapping[int, Digest]


def read_tree(record: Record) -> Tree:
    """Read the leaf hashes and every checkpoint, and compute the roots.

    Raises:
        FailedError: ``VERIFY-ROOT-01``, or the rule of the file's own form.
    """
    files = record.files
    for name in (LEAF_HASHES, CHECKPOINT):
        if name not in files:
            raise FailedError("VERIFY-ROOT-01", f"{name} is missing")
    try:
        hashes = decode_leaf_hashes(files[LEAF_HASHES])
        checkpoints = {
            name: read_checkpoint(files[name])
            for name in sorted(files)
            if name == CHECKPOINT or name.startswith(f"{CHECKPOINT}-")
        }
    except CeremonyError as error:
        raise failed_from(error, f"{LEAF_HASHES} or a checkpoint") from error
    heads = _heads_told(record)
    sizes = {checkpoint.size for checkpoint in checkpoints.values()}
    sizes |= {size for size, _, _ in heads}
    final = checkpoints[CHECKPOINT]
    return Tree(hashes, final, checkpoints, heads, _roots(hashes, sizes))


def _roots(told: LeafHashes, sizes: Iterable[int]) -> dict[int, Digest]:
    """Compute the root of each size that lies within, in one pass."""
    tree = CompactRange.decode(told.start, [node.hex() for node in told.nodes])
    roots: dict[int, Digest] = {}
    for size in sorted({size for size in sizes if told.start <= size <= told.end}):
        tree.extend(told.hashes[tree.size - told.start : size - told.start])
        roots[size] = Digest(tree.root().hex())
    return roots


def _heads_told(record: Record) -> tuple[tuple[int, Digest, str], ...]:
    heads: list[tuple[int, Digest, str]] = []
    attested: list[tuple[int, Digest, str]] = []
    previous = record.opened.previous
    if previous is not None:
        heads.append((previous.size, previous.root, place(record.facts[0])))
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, RecordVerified):
            heads.append((fact.head.size, fact.head.root, place(recorded)))
        elif isinstance(fact, _ATTESTED):
            attested.append((fact.head.size, fact.head.root, ""))
    return (*heads, *attested)
