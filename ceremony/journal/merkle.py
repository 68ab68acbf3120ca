"""The tree over the leaves: roots, and proofs of inclusion and of consistency.

Invariants:
    * A hash is 32 bytes; leaves and inner nodes are hashed apart by their prefix.
    * Nothing is proved about a tree of size 0: its proofs are refused.
    * The :class:`CompactRange` of a tree is all that is needed to append to it.

Source: RFC 6962 section 2.1; proof verification as in RFC 9162 sections 2.1.3.2
and 2.1.4.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Final, Self

from ceremony.errors import EvidenceError
from ceremony.identifiers import Digest

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = hashlib.sha256().digest()
"""The root of the tree without leaves: SHA-256 of nothing, 32 bytes."""


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf (of any length) to 32 bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees (32 bytes each) to 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class CompactRange:
    """The roots of the perfect subtrees that a tree of some size consists of.

    A tree of 13 leaves has three: of its first 8, the next 4 and the last 1.
    """

    __slots__ = ("_nodes", "_size")

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._size = 0

    @property
    def size(self) -> int:
        """Give the number of leaves, 0 or more."""
        return self._size

    @classmethod
    def over(cls, leaf_hashes: Iterable[bytes]) -> Self:
        """Sum up leaf hashes (32 bytes each, none to many)."""
        made = cls()
        made.extend(leaf_hashes)
        return made

    def append(self, leaf: bytes) -> None:
        """Take in one more leaf by its hash (32 bytes)."""
        self._take_in(leaf, 0)

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Take in more leaves (32 bytes each, none to many), faster than one by one."""
        leaves = list(leaf_hashes)
        begin = 0
        while begin < len(leaves):
            # The largest perfect subtree that may begin here and that is at hand.
            width = 1 << (len(leaves) - begin).bit_length() - 1
            if self._size:
                width = min(width, self._size & -self._size)
            self._take_in(_top(leaves[begin : begin + width]), width.bit_length() - 1)
            begin += width

    def _take_in(self, node: bytes, height: int) -> None:
        """Put a perfect subtree of a height (0 for a leaf) after those before it."""
        nodes = self._nodes
        below = self._size >> height
        while below & 1:
            node = node_hash(nodes.pop(), node)
            below >>= 1
        nodes.append(node)
        self._size += 1 << height

    def root(self) -> bytes:
        """Give the tree's root, 32 bytes."""
        if not self._nodes:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), self._nodes[::-1])

    def encode(self) -> tuple[Digest, ...]:
        """Give the subtrees' roots in hex, from the left: one per bit of the size."""
        return tuple(Digest(node.hex()) for node in self._nodes)

    @classmethod
    def decode(cls, size: int, nodes: Sequence[str]) -> Self:
        """Read what :meth:`encode` gave for a tree of ``size`` leaves.

        Raises:
            EvidenceError: ``JOURNAL-RANGE-01``: these are not the hashes of such a
                tree's subtrees by number or form.
        """
        try:
            raw = [bytes.fromhex(node) for node in nodes]
        except ValueError:
            raw = []
        right_form = all(
            len(node) == HASH_SIZE and node.hex() == text
            for node, text in zip(raw, nodes, strict=False)
        )
        if size < 0 or len(raw) != size.bit_count() or not right_form:
            raise EvidenceError(
                "JOURNAL-RANGE-01",
                f"What should sum up the first {size} entries does not have its form.",
                meaning="The earlier entries cannot be connected with the later ones.",
                remedy="Ask for the file again, or for the earlier record.",
            )
        made = cls()
        made._nodes = raw
        made._size = size
        return made


def _top(level: Sequence[bytes]) -> bytes:
    """Give the root of a perfect subtree by its leaves: 1, 2, 4 and so on."""
    sha256 = hashlib.sha256
    while len(level) > 1:
        pairs = iter(level)
        level = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(pairs, pairs, strict=True)
        ]
    return level[0]


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """Give the root (32 bytes) over leaf hashes (32 bytes each), none to many."""
    return CompactRange.over(leaf_hashes).root()


def inclusion_proof(index: int, leaf_hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """Show that a leaf stands at ``index`` (from 0) in the tree over some hashes.

    Args:
        index: Below the number of hashes.
        leaf_hashes: 32 bytes each, at least one.

    Returns:
        From the leaf's sibling up to below the root, 32 bytes each.

    Raises:
        ValueError: There is no such leaf.
    """
    if not 0 <= index < len(leaf_hashes):
        raise ValueError(f"a tree of {len(leaf_hashes)} leaves has no leaf {index}")
    proof: list[bytes] = []
    start, stop = 0, len(leaf_hashes)
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            proof.append(root(leaf_hashes[middle:stop]))
            stop = middle
        else:
            proof.append(root(leaf_hashes[start:middle]))
            start = middle
    return tuple(reversed(proof))


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes
) -> None:
    """Verify that a leaf stands at ``index`` in a tree of ``size`` leaves.

    Args:
        leaf: The leaf's hash, 32 bytes.
        index: From 0.
        size: 1 or more.
        proof: 32 bytes each.
        expected_root: The tree's root, 32 bytes.

    Raises:
        EvidenceError: ``JOURNAL-INCLUSION-01``: the proof does not show it.

    Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size or not _are_hashes(leaf, expected_root, *proof):
        raise _no_inclusion(index, size)
    place, last, found = index, size - 1, leaf
    for node in proof:
        if last == 0:
            raise _no_inclusion(index, size)
        if place & 1 or place == last:
            found = node_hash(node, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, node)
        place, last = place >> 1, last >> 1
    if last != 0 or found != expected_root:
        raise _no_inclusion(index, size)


def consistency_proof(first: int, leaf_hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """Show that the tree over ``leaf_hashes`` continues that of its first leaves.

    Args:
        first: Size of the earlier tree, 1 or more.
        leaf_hashes: 32 bytes each, ``first`` or more; the same number gives no hash.

    Raises:
        ValueError: The earlier tree is empty or the larger one.

    Source: RFC 6962 section 2.1.2.
    """
    if not 1 <= first <= len(leaf_hashes):
        raise ValueError(
            f"no tree of {first} leaves precedes one of {len(leaf_hashes)}"
        )
    proof: list[bytes] = []
    start, stop, whole = 0, len(leaf_hashes), True
    while first != stop:
        middle = start + _split(stop - start)
        if first <= middle:
            proof.append(root(leaf_hashes[middle:stop]))
            stop = middle
        else:
            proof.append(root(leaf_hashes[start:middle]))
            start, whole = middle, False
    if not whole:
        proof.append(root(leaf_hashes[start:stop]))
    return tuple(reversed(proof))


def verify_consistency(
    first: int,
    second: int,
    proof: Sequence[bytes],
    first_root: bytes,
    second_root: bytes,
) -> None:
    """Verify that the tree of ``second`` leaves continues that of ``first``.

    Args:
        first: Size of the earlier tree, 1 or more.
        second: Size of the later tree, ``first`` or more.
        proof: 32 bytes each.
        first_root: 32 bytes.
        second_root: 32 bytes.

    Raises:
        EvidenceError: ``JOURNAL-CONSISTENCY-01``: the proof does not show it.

    Source: RFC 9162 section 2.1.4.2.
    """
    refused = EvidenceError(
        "JOURNAL-CONSISTENCY-01",
        f"The journal with {second} entries is not shown to continue the one with "
        f"{first}.",
        meaning="Entries may have been changed or removed between the two.",
        remedy="Preserve both and compare the journal with another copy.",
    )
    if not 1 <= first <= second:
        raise refused
    if first == second:
        if proof or first_root != second_root:
            raise refused
        return
    if not _are_hashes(first_root, second_root, *proof):
        raise refused
    if (first & (first - 1)) == 0:
        proof = (first_root, *proof)
    found = _climb(first - 1, second - 1, proof)
    if found != (first_root, second_root):
        raise refused


def _climb(place: int, last: int, proof: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Compute both roots from a proof; None where it is too short or too long."""
    if not proof:
        return None
    while place & 1:
        place, last = place >> 1, last >> 1
    earlier = later = proof[0]
    for node in proof[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            earlier, later = node_hash(node, earlier), node_hash(node, later)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            later = node_hash(later, node)
        place, last = place >> 1, last >> 1
    return (earlier, later) if last == 0 else None


def _split(size: int) -> int:
    """Give the largest power of two below ``size`` (2 or more)."""
    return 1 << (size - 1).bit_length() - 1


def _are_hashes(*values: bytes) -> bool:
    return {len(value) for value in values} == {HASH_SIZE}


def _no_inclusion(index: int, size: int) -> EvidenceError:
    return EvidenceError(
        "JOURNAL-INCLUSION-01",
        f"Entry {index} is not shown to stand in the journal with {size} entries.",
        meaning="The entry may be made up, or belong to another journal.",
        remedy="Ask for the proof again and compare the checkpoint with another copy.",
    )
