"""Proofs on their own: one leaf's place in a journal with a signed head.

Invariants:
    * ``encode_proof(decode_proof(raw)) == raw``.
    * What stands in ``extra`` is not covered by anything; a caller who puts the leaf
      there hashes it and verifies that hash.

Source: C2SP tlog-proof v1.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from ceremony.errors import EvidenceError
from ceremony.identifiers import Origin
from ceremony.journal.checkpoint import Checkpoint, read_checkpoint, verify_checkpoint
from ceremony.journal.merkle import HASH_SIZE, leaf_hash, verify_inclusion

HEADER: Final = "c2sp.org/tlog-proof@v1"
INDEX: Final = re.compile("0|[1-9][0-9]{0,15}")
HASH_LIMIT: Final = 63
"""The most hashes that a proof may have: a tree has at most 2^63 leaves."""

PROOF_LIMIT: Final = 256 * 1024
"""The most bytes that a proof may have."""


@dataclass(frozen=True, slots=True)
class LogProof:
    """A leaf's place, not yet verified.

    Attributes:
        index: The leaf's index from 0.
        hashes: From the leaf's sibling up to below the root; 32 bytes each, at most 63.
        checkpoint: The signed note, UTF-8.
        extra: Whatever the maker adds, of any kind; empty where nothing is added.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""


def encode_proof(proof: LogProof) -> bytes:
    """Write a proof, UTF-8."""
    lines = [HEADER]
    if proof.extra:
        lines.append(f"extra {base64.b64encode(proof.extra).decode()}")
    lines.append(f"index {proof.index}")
    lines += [base64.b64encode(node).decode() for node in proof.hashes]
    return "\n".join([*lines, "", ""]).encode() + proof.checkpoint


def decode_proof(raw: bytes) -> LogProof:
    """Read a proof without verifying it.

    Args:
        raw: UTF-8, at most 256 KiB.

    Raises:
        EvidenceError: ``JOURNAL-PROOF-01``: not a proof; ``JOURNAL-NOTE-01`` or
            ``JOURNAL-CHECKPOINT-01``: its checkpoint is none.
    """
    head, blank, checkpoint = raw.partition(b"\n\n")
    if not blank or len(raw) > PROOF_LIMIT:
        raise _malformed("it has no checkpoint, or it is too long")
    try:
        lines = head.decode("ascii").split("\n")
        proof = _proof(lines, checkpoint)
    except (ValueError, IndexError, binascii.Error) as error:
        raise _malformed(str(error)) from error
    if encode_proof(proof) != raw:
        raise _malformed("its bytes are not the only ones for its values")
    read_checkpoint(checkpoint)
    return proof


def verify_proof(proof: LogProof, leaf: bytes, origin: Origin, vkey: str) -> Checkpoint:
    """Verify that ``leaf`` stands in the journal, and give the signed head.

    Args:
        proof: As read.
        leaf: The leaf's bytes.
        origin: The journal that the caller means.
        vkey: The log key as verifier key, from outside the proof.

    Raises:
        EvidenceError: ``JOURNAL-CHECKPOINT-02``: the head is not signed by the log
            key; ``JOURNAL-PROOF-02``: it is of another journal;
            ``JOURNAL-INCLUSION-01``: the leaf is not shown to stand there.
        InputError: ``JOURNAL-VKEY-01``: ``vkey`` is not a verifier key.
    """
    checkpoint = verify_checkpoint(proof.checkpoint, vkey)
    if checkpoint.origin != origin:
        raise EvidenceError(
            "JOURNAL-PROOF-02",
            f"The proof is about the journal {checkpoint.origin}, not {origin}.",
            meaning="It shows nothing about the journal in question.",
            remedy="Ask for the proof that belongs to this journal.",
        )
    verify_inclusion(
        leaf_hash(leaf),
        proof.index,
        checkpoint.size,
        proof.hashes,
        bytes.fromhex(checkpoint.root),
    )
    return checkpoint


def _proof(lines: list[str], checkpoint: bytes) -> LogProof:
    """Read the lines above the checkpoint; a ValueError or IndexError says no."""
    if lines.pop(0) != HEADER:
        raise ValueError(f"it does not begin with {HEADER}")
    extra = b""
    if lines[0].startswith("extra "):
        extra = base64.b64decode(lines.pop(0).removeprefix("extra "), validate=True)
    index = lines.pop(0).removeprefix("index ")
    if INDEX.fullmatch(index) is None:
        raise ValueError("its index is not a number")
    hashes = tuple(base64.b64decode(line, validate=True) for line in lines)
    if len(hashes) > HASH_LIMIT or any(len(node) != HASH_SIZE for node in hashes):
        raise ValueError("a hash does not have 32 bytes, or there are too many")
    return LogProof(int(index), hashes, checkpoint, extra)


def _malformed(why: str) -> EvidenceError:
    return EvidenceError(
        "JOURNAL-PROOF-01",
        f"This is not a proof of a journal's entry: {why}.",
        meaning="Nothing is shown by it.",
        remedy="Ask for the proof again.",
    )
