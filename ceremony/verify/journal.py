"""Checks 4 and 5: the leaves follow from one another, and the roots from the leaves.

Check 4 looks at the ceremony's own leaves alone. Check 5 hashes them, finds each at
its place in ``leaf-hashes.txt`` and computes every root that the record names; it
also compares what lies beside the leaves with the digests in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ceremony import canonical
from ceremony.canonical import CanonicalError
from ceremony.engine.facts import Attested, RecordVerified
from ceremony.errors import CeremonyError
from ceremony.identifiers import Digest
from ceremony.journal.checkpoint import Checkpoint, read_checkpoint
from ceremony.journal.merkle import CompactRange, leaf_hash, verify_inclusion
from ceremony.journal.proof import decode_proof
from ceremony.pack.leaf_hashes import LeafHashes, decode_leaf_hashes
from ceremony.pack.record import (
    CHECKPOINT,
    EVENTS,
    LEAF_HASHES,
    OPENINGS,
    SCRIPT,
    Record,
)
from ceremony.verify.check import (
    Check,
    FailedError,
    check_passed,
    failed_from,
    make_check,
)
from ceremony.verify.trace import place

NO_LEAF: Final = "0" * 64
"""What the journal's first leaf has for ``prev``."""

_PROOF: Final = ("proof-", ".tlog-proof")


@dataclass(frozen=True, slots=True)
class Tree:
    """What ``leaf-hashes.txt`` and the notes say of the journal, read and not judged.

    Attributes:
        hashes: The leaf hashes.
        final: The final checkpoint, as its note tells it.
        checkpoints: Every checkpoint of the pack by file name, the final one among
            them.
        roots: The computed root for every size that the record names and that the
            leaf hashes reach.
    """

    hashes: LeafHashes
    final: Checkpoint
    checkpoints: Mapping[str, Checkpoint]
    roots: Mapping[int, Digest]


def check_chain(record: Record, leaves: tuple[bytes, ...]) -> Check:
    """Compare numbers, journal, ceremony and ``prev`` of the ceremony's own leaves.

    Args:
        record: The record.
        leaves: The bytes of its leaves, in order.
    """
    return make_check("4", lambda: _check_chain(record, leaves))


def _check_chain(record: Record, leaves: tuple[bytes, ...]) -> Check:
    _verify_numbers(record, leaves)
    return check_passed(
        "4",
        f"{len(leaves)} leaves count up without a gap, each after the hash before it.",
        compared=("cseq, seq and prev of each leaf", "the leaf before it"),
    )


def _verify_numbers(record: Record, leaves: tuple[bytes, ...]) -> None:
    before = -1
    for cseq, recorded in enumerate(record.facts):
        event = recorded.event
        if (event.log, event.ceremony) != (record.log, record.ceremony):
            raise FailedError(
                "VERIFY-CHAIN-01",
                f"{place(recorded)}: it belongs to {event.ceremony} in {event.log}",
            )
        if event.cseq != cseq:
            raise FailedError(
                "VERIFY-CHAIN-02",
                f"{place(recorded)}: it is number {event.cseq} of the ceremony where "
                f"number {cseq} is expected",
            )
        if event.seq <= before:
            raise FailedError(
                "VERIFY-CHAIN-03", f"{place(recorded)}: it follows leaf {before}"
            )
        neighbour = _hex(leaves[cseq - 1]) if cseq else Digest(NO_LEAF)
        if event.seq == before + 1 and event.prev != neighbour:
            raise FailedError(
                "VERIFY-CHAIN-04",
                f"{place(recorded)}: its prev is not the hash of the leaf before it",
            )
        before = event.seq


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
    sizes = {checkpoint.size for checkpoint in checkpoints.values()}
    sizes |= {size for size, _, _ in _heads(record)}
    final = checkpoints[CHECKPOINT]
    return Tree(hashes, final, checkpoints, _roots(hashes, sizes))


def check_roots(record: Record, leaves: tuple[bytes, ...], tree: Tree) -> Check:
    """Compare leaf hashes, roots, named files, openings and proofs."""
    return make_check("5", lambda: _check_roots(record, leaves, tree))


def _check_roots(record: Record, leaves: tuple[bytes, ...], tree: Tree) -> Check:
    _verify_span(record, tree)
    _verify_own(record, leaves, tree.hashes)
    _verify_checkpoints(tree)
    _verify_heads(record, tree)
    _verify_blobs(record)
    _verify_openings(record)
    _verify_proofs(record, tree)
    return check_passed(
        "5",
        f"The root over {tree.final.size} leaves is {tree.final.root}.",
        compared=(
            f"{EVENTS} with {LEAF_HASHES}",
            f"{len(tree.checkpoints)} checkpoints with the computed roots",
            "the embedded files with the digests in the leaves",
        ),
    )


def _roots(told: LeafHashes, sizes: Iterable[int]) -> dict[int, Digest]:
    """Compute the root of each size in one pass."""
    wanted = set(sizes)
    tree = CompactRange.decode(told.start, [node.hex() for node in told.nodes])
    roots: dict[int, Digest] = {}
    if tree.size in wanted:
        roots[tree.size] = Digest(tree.root().hex())
    for value in told.hashes:
        tree.append(value)
        if tree.size in wanted:
            roots[tree.size] = Digest(tree.root().hex())
    return roots


def _heads(record: Record) -> list[tuple[int, Digest, str]]:
    """Give the heads that no person signs for; check 7 looks at the others."""
    heads: list[tuple[int, Digest, str]] = []
    previous = record.opened.previous
    if previous is not None:
        heads.append((previous.size, previous.root, place(record.facts[0])))
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, RecordVerified):
            heads.append((fact.head.size, fact.head.root, place(recorded)))
    heads += [
        (recorded.fact.head.size, recorded.fact.head.root, "")
        for recorded in record.facts
        if isinstance(recorded.fact, Attested)
    ]
    return heads


def _verify_span(record: Record, tree: Tree) -> None:
    last = record.facts[-1].event.seq
    if tree.hashes.origin != record.log or tree.hashes.end != tree.final.size:
        raise FailedError(
            "VERIFY-ROOT-01",
            f"{LEAF_HASHES}: it is about {tree.hashes.end} leaves of "
            f"{tree.hashes.origin}, and the final checkpoint has {tree.final.size}",
        )
    if tree.final.size <= last:
        raise FailedError(
            "VERIFY-ROOT-01",
            f"{CHECKPOINT}: it covers {tree.final.size} leaves, and the ceremony's "
            f"last is leaf {last}",
        )


def _verify_own(record: Record, leaves: tuple[bytes, ...], hashes: LeafHashes) -> None:
    for recorded, leaf in zip(record.facts, leaves, strict=True):
        if hashes.hash_of(recorded.event.seq) != _hex(leaf):
            raise FailedError(
                "VERIFY-ROOT-02",
                f"{place(recorded)}: its hash is not the one at its place in "
                f"{LEAF_HASHES}",
            )
    first = record.facts[0]
    before = hashes.hash_of(first.event.seq - 1)
    if before is not None and before != first.event.prev:
        raise FailedError(
            "VERIFY-ROOT-02",
            f"{place(first)}: its prev is not the hash before it in {LEAF_HASHES}",
        )


def _verify_checkpoints(tree: Tree) -> None:
    for name, checkpoint in tree.checkpoints.items():
        size = checkpoint.size
        if name not in (CHECKPOINT, f"{CHECKPOINT}-{size:04d}"):
            raise FailedError(
                "VERIFY-ROOT-03", f"{name}: it is the checkpoint of {size} leaves"
            )
        if tree.roots.get(size) != checkpoint.root:
            raise FailedError(
                "VERIFY-ROOT-03",
                f"{name}: its root is not the root of the first {size} leaves",
            )


def _verify_heads(record: Record, tree: Tree) -> None:
    for size, root, where in _heads(record):
        reachable = tree.hashes.start <= size <= tree.hashes.end
        if where and reachable and tree.roots.get(size) != root:
            raise FailedError(
                "VERIFY-ROOT-04",
                f"{where}: it names another root for the first {size} leaves",
            )


def _verify_blobs(record: Record) -> None:
    """Compare each file that a leaf names, and the opening's own digests."""
    for recorded in record.facts:
        for blob in recorded.event.blobs:
            content = record.files.get(blob.name)
            if content is None:
                raise FailedError(
                    "VERIFY-FILE-01", f"{place(recorded)}: {blob.name} is missing"
                )
            found = (canonical.digest(content), len(content))
            if found != (blob.sha256, blob.size):
                raise FailedError(
                    "VERIFY-FILE-01",
                    f"{place(recorded)}: {blob.name} is not the file that it names",
                )
    named = {blob.name: blob.sha256 for blob in record.facts[0].event.blobs}
    opened = record.opened
    for name, digest in (
        ("binding.json", opened.binding),
        ("site-policy.toml", opened.site_policy),
        ("room-policy.toml", opened.room_policy),
        ("trust-policy.toml", opened.trust_policy),
        ("environment.json", opened.environment),
        (SCRIPT, record.script_digest),
    ):
        if named.get(name) != digest:
            raise FailedError(
                "VERIFY-FILE-02",
                f"{place(record.facts[0])}: the ceremony was opened on another {name}",
            )


def _verify_openings(record: Record) -> None:
    """Insist that each opening opens a commitment of a seat."""
    commitments = {seat.name for seat in record.opened.seats}
    try:
        told = canonical.decode(record.files.get(OPENINGS, b"[]"))
    except CanonicalError as error:
        raise FailedError("VERIFY-FILE-03", f"{OPENINGS}: {error}") from error
    for number, opening in enumerate(told if isinstance(told, list) else [told]):
        if canonical.digest(canonical.encode(opening)) not in commitments:
            raise FailedError(
                "VERIFY-FILE-03",
                f"{OPENINGS}, entry {number}: it opens no commitment of the record",
            )


def _verify_proofs(record: Record, tree: Tree) -> None:
    begin, end = _PROOF
    for name in sorted(record.files):
        if not (name.startswith(begin) and name.endswith(end)):
            continue
        try:
            proof = decode_proof(record.files[name])
            leaf = tree.hashes.hash_of(proof.index)
            verify_inclusion(
                bytes.fromhex(leaf or ""),
                proof.index,
                tree.final.size,
                proof.hashes,
                bytes.fromhex(tree.final.root),
            )
        except CeremonyError as error:
            raise failed_from(error, name) from error
        if proof.checkpoint != record.files[CHECKPOINT]:
            raise FailedError(
                "VERIFY-ROOT-05", f"{name}: it leads to another checkpoint"
            )


def _hex(leaf: bytes) -> Digest:
    return Digest(leaf_hash(leaf).hex())
