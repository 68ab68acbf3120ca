"""The tree against published roots and proofs."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from ceremony.errors import EvidenceError
from ceremony.journal import merkle
from ceremony.journal.merkle import CompactRange

CHECKOUT = Path(__file__).parents[3]
OWN = json.loads(
    (CHECKOUT / "tests/vectors/journal/rfc6962-roots.json").read_text("utf-8")
)
LEAVES = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in OWN["leaves"]]


def published() -> Path:
    root = Path(os.environ.get("CEREMONY_VECTORS", CHECKOUT.parent / "shared/data"))
    if not (root / "merkle").is_dir():
        pytest.skip("the published vectors merkle are not on this machine")
    return root / "merkle" / "testdata"


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_the_empty_tree_has_the_digest_of_nothing() -> None:
    assert merkle.root([]).hex() == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert CompactRange().root() == merkle.EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones_whole_and_leaf_by_leaf(size: int) -> None:
    tree = CompactRange()
    for leaf in LEAVES[:size]:
        tree.append(leaf)
    assert tree.root().hex() == OWN["roots"][size - 1]
    assert merkle.root(LEAVES[:size]).hex() == OWN["roots"][size - 1]
    assert tree.size == size
    assert tree.encode() == CompactRange.over(LEAVES[:size]).encode()
    assert len(tree.encode()) == size.bit_count()


@pytest.mark.parametrize("size", range(8))
def test_a_tree_goes_on_from_its_compact_range(size: int) -> None:
    earlier = CompactRange.over(LEAVES[:size])
    tree = CompactRange.decode(size, earlier.encode())
    assert tree.root() == earlier.root()
    for leaf in LEAVES[size:]:
        tree.append(leaf)
    assert tree.root().hex() == OWN["roots"][-1]
    for between in range(size, 9):
        tree = CompactRange.decode(size, earlier.encode())
        tree.extend(LEAVES[size:between])
        tree.extend(LEAVES[between:])
        assert (tree.size, tree.root().hex()) == (8, OWN["roots"][-1])


@pytest.mark.parametrize(
    ("size", "nodes"),
    [
        (3, ("aa" * 32,)),
        (1, ()),
        (0, ("aa" * 32,)),
        (1, ("aa" * 31,)),
        (1, ("AA" * 32,)),
        (1, ("zz" * 32,)),
        (-1, ("aa" * 32,)),
    ],
)
def test_hashes_that_sum_up_no_such_tree_are_refused(
    size: int, nodes: tuple[str, ...]
) -> None:
    with pytest.raises(EvidenceError, match="first") as refused:
        CompactRange.decode(size, nodes)
    assert refused.value.code == "JOURNAL-RANGE-01"


def test_every_published_proof_has_its_published_outcome() -> None:
    files = sorted(published().rglob("*.json"))
    assert len(files) == 196
    for file in files:
        told = json.loads(file.read_text("utf-8"))
        proof = [raw(node) for node in told["proof"] or []]
        try:
            if "consistency" in file.parts:
                merkle.verify_consistency(
                    told["size1"],
                    told["size2"],
                    proof,
                    raw(told["root1"]),
                    raw(told["root2"]),
                )
            else:
                merkle.verify_inclusion(
                    raw(told["leafHash"]),
                    told["leafIdx"],
                    told["treeSize"],
                    proof,
                    raw(told["root"]),
                )
            accepted = True
        except EvidenceError:
            accepted = False
        assert accepted is not told["wantErr"], file.name


def test_every_leaf_of_every_small_tree_is_shown_to_be_in_it_and_nowhere_else() -> None:
    hashes = [merkle.leaf_hash(bytes([number])) for number in range(20)]
    for size in range(1, 21):
        root = merkle.root(hashes[:size])
        for index in range(size):
            proof = merkle.inclusion_proof(index, hashes[:size])
            merkle.verify_inclusion(hashes[index], index, size, proof, root)
            for elsewhere in {*range(size)} - {index}:
                with pytest.raises(EvidenceError):
                    merkle.verify_inclusion(hashes[index], elsewhere, size, proof, root)


def test_every_small_tree_is_shown_to_continue_every_smaller_one() -> None:
    hashes = [merkle.leaf_hash(bytes([number])) for number in range(20)]
    other = [merkle.leaf_hash(b"x"), *hashes[1:]]
    for second in range(1, 21):
        for first in range(1, second + 1):
            proof = merkle.consistency_proof(first, hashes[:second])
            roots = merkle.root(hashes[:first]), merkle.root(hashes[:second])
            merkle.verify_consistency(first, second, proof, *roots)
            with pytest.raises(EvidenceError):
                merkle.verify_consistency(
                    first, second, proof, merkle.root(other[:first]), roots[1]
                )


def test_a_proof_of_another_size_shows_no_continuation() -> None:
    """What the published proofs hold too, for a machine without them."""
    small, large = merkle.root(LEAVES[:3]), merkle.root(LEAVES[:5])
    proof = merkle.consistency_proof(3, LEAVES[:5])
    long = (*proof, *proof, *proof)
    for first, second, hashes in ((3, 5, ()), (3, 5, long), (5, 3, proof)):
        with pytest.raises(EvidenceError):
            merkle.verify_consistency(first, second, hashes, small, large)
    with pytest.raises(EvidenceError):
        merkle.verify_consistency(3, 3, proof, small, small)


def test_nothing_is_proved_about_what_is_not_there() -> None:
    with pytest.raises(ValueError, match="has no leaf 3"):
        merkle.inclusion_proof(3, LEAVES[:3])
    for first in (0, 4):
        with pytest.raises(ValueError, match="precedes"):
            merkle.consistency_proof(first, LEAVES[:3])


def test_hashes_of_another_length_are_refused() -> None:
    root = merkle.root(LEAVES[:2])
    with pytest.raises(EvidenceError):
        merkle.verify_inclusion(LEAVES[0], 0, 2, (b"short",), root)
    with pytest.raises(EvidenceError) as refused:
        merkle.verify_consistency(1, 2, (b"short",), LEAVES[0], root)
    assert refused.value.code == "JOURNAL-CONSISTENCY-01"
