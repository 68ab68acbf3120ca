"""Check 100,000 leaves of one ceremony as the verifier does, beside a hash of each.

    python scripts/bench_leaves.py make PACK FOLDER
    python scripts/bench_leaves.py walk FOLDER
    python scripts/bench_leaves.py check FOLDER KNOWN

``make`` takes a pack's record and goes on after its last leaf with made-up ones, until
there are 100,000; FOLDER gets the embedded files, and the number of the pack's own
leaves is KNOWN. ``walk`` goes through the files as checks 3 to 5 do and reads no fact:
what its whole process takes is their memory. ``check`` times them. Each prints one JSON
object of figures.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ed25519

from ceremony.engine.facts import StepClosed
from ceremony.engine.state import Recorded
from ceremony.identifiers import Digest
from ceremony.journal.checkpoint import (
    Checkpoint,
    read_checkpoint,
    sign_checkpoint,
)
from ceremony.journal.codec import encode_event
from ceremony.journal.event import Event
from ceremony.journal.merkle import CompactRange, leaf_hash
from ceremony.journal.note import make_vkey
from ceremony.pack.leaf_hashes import decode_leaf_hashes, encode_leaf_hashes
from ceremony.pack.record import (
    CHECKPOINT,
    EVENTS,
    LEAF_HASHES,
    Record,
    read_record,
)
from ceremony.verify.check import Check, Status
from ceremony.verify.form import read_leaves
from ceremony.verify.journal import check_chain, check_roots
from ceremony.verify.tree import read_tree

LEAVES: Final = 100_000
ROUNDS: Final = 3
CHUNK: Final = 5_000
"""Leaves that are split off and hashed at a time."""


def make(pack: Path, folder: Path) -> dict[str, int]:
    """Write a pack's files with leaves after its own, until there are enough."""
    # The PDF library is no part of what the walk is measured for.
    from ceremony.verify.limits import unpack

    files = {
        name: raw
        for name, raw in unpack(pack.read_bytes()).files.items()
        # A proof leads to the pack's own checkpoint, which is not the last one here.
        if not name.startswith("proof-")
    }
    record = read_record(files)
    known = decode_leaf_hashes(files[LEAF_HASHES])
    tree = CompactRange.decode(known.start, [node.hex() for node in known.nodes])
    hashes, leaves = list(known.hashes), bytearray(files[EVENTS])
    for event in _later(record, LEAVES - len(record.facts), hashes):
        leaf = encode_event(event)
        hashes.append(leaf_hash(leaf))
        leaves += leaf + b"\n"
    for value in hashes:
        tree.append(value)
    key = ed25519.Ed25519PrivateKey.generate()
    head = Checkpoint(record.log, tree.size, Digest(tree.root().hex()))
    files[EVENTS] = bytes(leaves)
    files[LEAF_HASHES] = encode_leaf_hashes(replace(known, hashes=tuple(hashes)))
    vkey = make_vkey(record.log, key.public_key())
    files[CHECKPOINT] = sign_checkpoint(head, vkey, key.sign)
    folder.mkdir()
    for name, raw in files.items():
        (folder / name).write_bytes(raw)
    return {"known": len(record.facts)}


def _later(record: Record, count: int, hashes: list[bytes]) -> Iterator[Event]:
    """Make events that follow the last leaf; each names the last of the hashes."""
    closed = next(each for each in record.facts if isinstance(each.fact, StepClosed))
    last = record.facts[-1].event
    for number in range(1, count + 1):
        yield replace(
            closed.event,
            seq=last.seq + number,
            cseq=last.cseq + number,
            prev=Digest(hashes[-1].hex()),
        )


def check(files: dict[str, bytes], known: int) -> dict[str, float]:
    """Go through checks 3 to 5 on the leaves, and hash each of them once.

    Reading the record is not timed: the values in the leaves are for other checks.

    Returns:
        Both medians in microseconds a leaf.

    Raises:
        RuntimeError: A check did not pass.
    """
    record = _extended(files, known)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        leaves = read_leaves(files)
        chain = check_chain(leaves)
        roots = check_roots(record, leaves, read_tree(record))
        ours.append(time.perf_counter() - begin)
        _insist(chain, roots)
        del leaves
        theirs.append(_time_hashing(files[EVENTS]))
    each = 1_000_000 / LEAVES
    return {"checked_us": median(ours) * each, "hashed_us": median(theirs) * each}


def walk(files: dict[str, bytes]) -> dict[str, float]:
    """Go through form, chain, hashes and roots, without the values in the leaves.

    Raises:
        RuntimeError: Something did not follow.
    """
    leaves = read_leaves(files)
    _insist(check_chain(leaves))
    told = decode_leaf_hashes(files[LEAF_HASHES])
    head = read_checkpoint(files[CHECKPOINT])
    _, root = told.roots()
    if told.hashes != leaves.hashes or root.hex() != head.root:
        raise RuntimeError("the hashes do not make the checkpoint's root")
    return {}


def _extended(files: dict[str, bytes], known: int) -> Record:
    """Read the pack's own leaves, and put the made-up ones after them."""
    own = b"".join(islice(BytesIO(files[EVENTS]), known))
    record = read_record({**files, EVENTS: own})
    closed = next(each for each in record.facts if isinstance(each.fact, StepClosed))
    hashes = decode_leaf_hashes(files[LEAF_HASHES]).hashes
    before = list(hashes[:known])
    later = []
    for event in _later(record, LEAVES - known, before):
        later.append(Recorded(event, closed.fact))
        before[-1] = hashes[len(later) + known - 1]
    return replace(record, files=files, facts=(*record.facts, *later))


def _time_hashing(events: bytes) -> float:
    """Hash each leaf once; splitting them off is not timed."""
    lines = BytesIO(events)
    seconds = 0.0
    while chunk := [line[:-1] for line in islice(lines, CHUNK)]:
        begin = time.perf_counter()
        for leaf in chunk:
            hashlib.sha256(leaf).digest()
        seconds += time.perf_counter() - begin
    return seconds


def _insist(*checks: Check) -> None:
    for each in checks:
        if each.status is not Status.PASSED:
            raise RuntimeError(f"check {each.number}: {each.reason}")


def main(act: str, *arguments: str) -> dict[str, float] | dict[str, int]:
    """Do one of the three acts and give its figures."""
    if act == "make":
        return make(Path(arguments[0]), Path(arguments[1]))
    files = {path.name: path.read_bytes() for path in Path(arguments[0]).iterdir()}
    return walk(files) if act == "walk" else check(files, int(arguments[1]))


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
