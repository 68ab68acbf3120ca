"""leaf-hashes.txt: written, read back strictly, and good for both roots."""

from __future__ import annotations

import hashlib

import pytest

from ceremony.errors import EvidenceError
from ceremony.identifiers import Origin
from ceremony.pack.leaf_hashes import (
    LeafHashes,
    decode_leaf_hashes,
    encode_leaf_hashes,
)

LEAVES = [hashlib.sha256(b"\0" + bytes([number])).digest() for number in range(7)]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


NODES = (
    _node(_node(LEAVES[0], LEAVES[1]), _node(LEAVES[2], LEAVES[3])),
    LEAVES[4],
)
TOLD = LeafHashes(Origin("journal.example/site"), 5, NODES, tuple(LEAVES[5:]))
TEXT = "\n".join(
    [
        "key-ceremony/leaf-hashes/1",
        "journal.example/site",
        "from 5",
        f"range {NODES[0].hex()}",
        f"range {NODES[1].hex()}",
        "to 7",
        LEAVES[5].hex(),
        LEAVES[6].hex(),
        "",
    ]
)


def test_the_file_is_written_as_specified() -> None:
    assert encode_leaf_hashes(TOLD).decode() == TEXT


def test_the_file_is_read_back() -> None:
    assert decode_leaf_hashes(TEXT.encode()) == TOLD


def test_a_whole_journal_needs_no_range() -> None:
    told = LeafHashes(Origin("o"), 0, (), tuple(LEAVES))
    assert decode_leaf_hashes(encode_leaf_hashes(told)) == told


def test_an_empty_span_is_read_back() -> None:
    told = LeafHashes(Origin("o"), 5, NODES, ())
    assert decode_leaf_hashes(encode_leaf_hashes(told)) == told


def test_a_leaf_is_found_by_its_number_and_only_inside() -> None:
    assert TOLD.hash_of(4) is None
    assert TOLD.hash_of(5) == LEAVES[5].hex()
    assert TOLD.hash_of(6) == LEAVES[6].hex()
    assert TOLD.hash_of(7) is None


def test_both_roots_follow_from_the_file_alone() -> None:
    earlier = _node(NODES[0], LEAVES[4])
    later = _node(NODES[0], _node(_node(LEAVES[4], LEAVES[5]), LEAVES[6]))
    assert TOLD.roots() == (earlier, later)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        TEXT[:-1],
        TEXT + "\n",
        TEXT.replace("hashes/1", "hashes/2"),
        TEXT.replace("from 5", "from 05"),
        TEXT.replace("from 5", "from -5"),
        TEXT.replace("from 5", "from 4"),
        TEXT.replace("to 7", "to 8"),
        TEXT.replace("to 7\n", ""),
        TEXT.replace(f"range {NODES[1].hex()}\n", ""),
        TEXT.replace("range ", "range  ", 1),
        TEXT.replace("range ", "", 1),
        TEXT.replace(LEAVES[6].hex(), LEAVES[6].hex().upper()),
        TEXT.replace(LEAVES[6].hex() + "\n", ""),
        TEXT + LEAVES[0].hex() + "\n",
        TEXT.replace("\n", "\r\n"),
        "key-ceremony/leaf-hashes/1\n",
    ],
)
def test_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        decode_leaf_hashes(text.encode())
    assert caught.value.code == "PACK-LEAVES-01"


@pytest.mark.parametrize("number", [0, 999, 1000, 2499])
@pytest.mark.parametrize("instead", ["{}0", "{}\n", "\n{}", "{} ", "{:.63}", "é{:.62}"])
def test_the_first_line_that_is_no_hash_is_named(number: int, instead: str) -> None:
    hashes = [bytes([place % 251]) * 32 for place in range(2500)]
    lines = [value.hex() for value in hashes]
    head = ["key-ceremony/leaf-hashes/1", "o", "from 0", "to 2500"]
    whole = "\n".join([*head, *lines]) + "\n"
    assert decode_leaf_hashes(whole.encode()).hashes == tuple(hashes)
    lines[number] = instead.format(lines[number])
    with pytest.raises(EvidenceError) as caught:
        decode_leaf_hashes(("\n".join([*head, *lines]) + "\n").encode())
    told = number + 5 + (instead == "{}\n")
    assert f"line {told} is no hash" in str(caught.value)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(EvidenceError) as caught:
        decode_leaf_hashes(b"\xff\n")
    assert caught.value.code == "PACK-LEAVES-01"
