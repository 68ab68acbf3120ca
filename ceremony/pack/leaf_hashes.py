"""leaf-hashes.txt: the hash of every leaf from an earlier checkpoint to the final one.

With the compact range of the earlier tree at its head, both roots can be computed
from this file alone, and a ceremony's own leaves are found in it by their number.

    key-ceremony/leaf-hashes/1
    journal.example/site
    from 0
    to 2
    96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7
    ...

Invariants:
    * ``range`` stands once for each node of the compact range of the tree of size
      ``from``: as many as that number has binary ones, highest subtree first.
    * One hash a line for the leaves ``from`` to ``to`` - 1.

Source: RFC 6962 clause 2.1 (leaf and node hashes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from struct import iter_unpack
from typing import Final

from ceremony.errors import EvidenceError
from ceremony.identifiers import Digest, Origin
from ceremony.journal.merkle import HASH_SIZE, CompactRange
from ceremony.pack.record import LEAF_HASHES

HEADER: Final = "key-ceremony/leaf-hashes/1"
RANGE: Final = "range "

_LINE_SIZE: Final = 2 * HASH_SIZE + 1
"""Bytes of a line with a hash, its line feed included."""
_AT_ONCE: Final = 1_000
"""Lines that are read at a time."""

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_COUNT: Final = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class LeafHashes:
    """The leaf hashes between two sizes of one journal.

    Attributes:
        origin: The journal's origin.
        start: Size of the earlier tree, 0 and up.
        nodes: Its compact range, highest subtree first; 32 bytes each.
        hashes: The leaf hashes from leaf ``start`` on; 32 bytes each.
    """

    origin: Origin
    start: int
    nodes: tuple[bytes, ...]
    hashes: tuple[bytes, ...]

    @property
    def end(self) -> int:
        """Give the size of the later tree."""
        return self.start + len(self.hashes)

    def hash_of(self, seq: int) -> Digest | None:
        """Give the hash of leaf ``seq``, or None where it lies outside."""
        value = self.value_of(seq)
        return None if value is None else Digest(value.hex())

    def value_of(self, seq: int) -> bytes | None:
        """Give the same hash as 32 bytes, or None where it lies outside."""
        place = seq - self.start
        return self.hashes[place] if 0 <= place < len(self.hashes) else None

    def roots(self) -> tuple[bytes, bytes]:
        """Compute the roots of the earlier and the later tree, 32 bytes each.

        Raises:
            EvidenceError: ``JOURNAL-RANGE-01``: the range is not one of such a tree.
        """
        tree = CompactRange.decode(self.start, [node.hex() for node in self.nodes])
        earlier = tree.root()
        tree.extend(self.hashes)
        return earlier, tree.root()


def encode_leaf_hashes(told: LeafHashes) -> bytes:
    """Write ``leaf-hashes.txt``: UTF-8, each line ended by a line feed."""
    lines = [HEADER, told.origin, f"from {told.start}"]
    lines += [f"{RANGE}{node.hex()}" for node in told.nodes]
    lines.append(f"to {told.end}")
    lines += [value.hex() for value in told.hashes]
    return ("\n".join(lines) + "\n").encode()


def decode_leaf_hashes(raw: bytes) -> LeafHashes:
    """Read ``leaf-hashes.txt`` strictly.

    Args:
        raw: The file's bytes, UTF-8.

    Raises:
        EvidenceError: ``PACK-LEAVES-01``: it is not in exactly the form above.
    """
    if not raw.endswith(b"\n"):
        raise _bad("it does not end with a line feed")
    try:
        return _read(BytesIO(raw))
    except UnicodeDecodeError as error:
        raise _bad("it is not UTF-8") from error


def _split(raw: BytesIO) -> Iterator[str]:
    """Give one line after another, so that they are not all held at once."""
    for line in raw:
        yield line[:-1].decode("utf-8")


def _read(raw: BytesIO) -> LeafHashes:
    """Read each line in the one form that it can have."""
    lines = _split(raw)
    if next(lines, "") != HEADER:
        raise _bad(f"it does not begin with {HEADER}")
    origin = Origin(next(lines, ""))
    start = _count(next(lines, ""), "from")
    nodes = tuple(
        _hash(next(lines, ""), number, RANGE)
        for number in range(4, 4 + start.bit_count())
    )
    end = _count(next(lines, ""), "to")
    first = 5 + len(nodes)
    hashes = tuple(_hashes(raw, first))
    told = LeafHashes(origin, start, nodes, hashes)
    if told.end != end:
        raise _bad(f"it does not hold the leaves {start} to {end - 1}")
    return told


def _hashes(raw: BytesIO, first: int) -> Iterator[bytes]:
    """Read what is left, lines that are one hash each, some at a time.

    Args:
        raw: The file, which ends with a line feed.
        first: The number of the next line.
    """
    while some := raw.read(_LINE_SIZE * _AT_ONCE):
        if not some.endswith(b"\n"):
            some += raw.readline()
        yield from _read_some(some, first)
        first += _AT_ONCE


def _read_some(raw: bytes, first: int) -> tuple[bytes, ...]:
    # What is no hexadecimal digit is as many line feeds as there are lines, and one
    # stands after every 64 bytes: so each line is 64 digits.
    others = raw.translate(None, b"0123456789abcdef")
    count = len(others)
    if (
        len(raw) == count * _LINE_SIZE
        and others == raw[_LINE_SIZE - 1 :: _LINE_SIZE] == b"\n" * count
    ):
        whole = bytes.fromhex(raw.decode("ascii"))
        return tuple(value for (value,) in iter_unpack(f"{HASH_SIZE}s", whole))
    # One is not, and its number is told.
    lines = enumerate(_split(BytesIO(raw)), first)
    return tuple(_hash(line, number) for number, line in lines)


def _hash(line: str, number: int, word: str = "") -> bytes:
    text = line.removeprefix(word)
    if len(line) != len(word) + len(text) or _HASH.fullmatch(text) is None:
        raise _bad(f"line {number} is no hash")
    return bytes.fromhex(text)


def _count(line: str, word: str) -> int:
    told, _, count = line.partition(" ")
    if told != word or _COUNT.fullmatch(count) is None:
        raise _bad(f"there is no line '{word} N' where it belongs")
    return int(count)


def _bad(why: str) -> EvidenceError:
    return EvidenceError(
        "PACK-LEAVES-01",
        f"{LEAF_HASHES} is not well formed: {why}.",
        meaning="The journal's root cannot be computed from this pack.",
        remedy="Preserve the file and compare its digest with another copy.",
    )
