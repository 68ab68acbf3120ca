"""Checks 4 and 5: the leaves follow from one another, and the roots from the leaves.

Check 4 looks at the ceremony's own leaves alone. Check 5 hashes them, finds each at
its place in ``leaf-hashes.txt`` and computes every root that the record names; it
also compares what lies beside the leaves with the digests in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceremony.errors import CeremonyError
from ceremony.identifiers import Digest
from ceremony.journal.merkle import verify_inclusion
from ceremony.journal.proof import decode_proof
from ceremony.pack.leaf_hashes import LeafHashes
from ceremony.pack.record import (
    CHECKPOINT,
    EVENTS,
    LEAF_HASHES,
    Record,
)
from ceremony.verify.check import (
    Check,
    FailedError,
    check_failed,
    check_passed,
    failed_from,
    make_check,
)
from ceremony.verify.earlier_leaf import verify_earlier_leaves
from ceremony.verify.form import Leaves
from ceremony.verify.named import verify_named
from ceremony.verify.trace import place
from ceremony.verify.tree import Tree

_RULES: Final = {
    "JOURNAL-CHAIN-01": "VERIFY-CHAIN-03",
    "JOURNAL-CHAIN-02": "VERIFY-CHAIN-02",
    "JOURNAL-CHAIN-03": "VERIFY-CHAIN-04",
    "JOURNAL-CHAIN-04": "VERIFY-CHAIN-01",
}
"""What a broken link is called here, by the journal's own rule."""

_PROOF: Final = ("proof-", ".tlog-proof")


def check_chain(leaves: Leaves) -> Check:
    """Compare numbers, journal, ceremony and ``prev`` of the ceremony's own leaves.

    Args:
        leaves: What the first pass over them gave.
    """
    if leaves.fault is not None:
        rule = _RULES.get(leaves.fault.code, leaves.fault.code)
        reason = f"leaf {leaves.fault.seq}: it {leaves.fault.why}"
        return check_failed("4", rule, reason)
    return check_passed(
        "4",
        f"{len(leaves)} leaves count up without a gap, each after the hash before it.",
        compared=("cseq, seq and prev of each leaf", "the leaf before it"),
    )


def check_roots(record: Record, leaves: Leaves, tree: Tree) -> Check:
    """Compare leaf hashes, roots, named files, openings and proofs."""
    return make_check("5", lambda: _check_roots(record, leaves, tree))


def _check_roots(record: Record, leaves: Leaves, tree: Tree) -> Check:
    _verify_span(record, tree)
    _verify_own(record, leaves, tree.hashes)
    _verify_checkpoints(tree)
    _verify_heads(tree)
    _verify_previous(record)
    verify_named(record)
    told = verify_earlier_leaves(record, tree)
    _verify_proofs(record, tree, told)
    return check_passed(
        "5",
        f"The root over {tree.final.size} leaves is {tree.final.root}.",
        compared=(
            f"{EVENTS} with {LEAF_HASHES}",
            f"{len(tree.checkpoints)} checkpoints with the computed roots",
            "the embedded files with the digests in the leaves",
        ),
    )


def _verify_span(record: Record, tree: Tree) -> None:
    last = record.facts[-1].event.seq
    if tree.hashes.origin != record.log or tree.hashes.end != tree.final.size:
        raise FailedError(
            "VERIFY-ROOT-01",
            f"{LEAF_HASHES}: it is about {tree.hashes.end} leaves of "
            f"{tree.hashes.origin}, and the final checkpoint has {tree.final.size}",
        )
    if tree.final.size != last + 1:
        # It is signed right after the last leaf, so that no leaf at the end can be
        # left out as if it were another ceremony's.
        raise FailedError(
            "VERIFY-ROOT-01",
            f"{CHECKPOINT}: it covers {tree.final.size} leaves, and the record ends "
            f"with leaf {last}",
        )


def _verify_own(record: Record, leaves: Leaves, hashes: LeafHashes) -> None:
    for recorded, hashed in zip(record.facts, leaves.hashes, strict=True):
        if hashes.value_of(recorded.event.seq) != hashed:
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


def _verify_heads(tree: Tree) -> None:
    for size, root, where in tree.heads:
        reachable = tree.hashes.start <= size <= tree.hashes.end
        if where and reachable and tree.roots.get(size) != root:
            raise FailedError(
                "VERIFY-ROOT-04",
                f"{where}: it names another root for the first {size} leaves",
            )


def _verify_previous(record: Record) -> None:
    """Insist that the head before the ceremony lies before its first leaf.

    One beyond it would be of a journal that had more leaves, and was rolled back.
    """
    first, previous = record.facts[0], record.opened.previous
    if previous is not None and previous.size > first.event.seq:
        raise FailedError(
            "VERIFY-ROOT-04",
            f"{place(first)}: the head before it has {previous.size} leaves, and only "
            f"{first.event.seq} lie before it",
        )


def _verify_proofs(record: Record, tree: Tree, told: Mapping[int, Digest]) -> None:
    """Verify each proof of a leaf; an earlier ceremony's stands in its own leaf."""
    begin, end = _PROOF
    for name in sorted(record.files):
        if not (name.startswith(begin) and name.endswith(end)):
            continue
        try:
            proof = decode_proof(record.files[name])
            leaf = tree.hashes.hash_of(proof.index) or told.get(proof.index)
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
