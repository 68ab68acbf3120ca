"""Cosignatures: a person's own key over the journal's head and a time.

Invariants:
    * A line binds origin, size, root and time; it says nothing about the log key.
    * Made and verified with Ed25519 only, as the standard defines it.

Source: C2SP tlog-cosignature v1.0.0, "Ed25519 signed message".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ceremony.errors import EvidenceError, InputError
from ceremony.journal.checkpoint import (
    Checkpoint,
    encode_checkpoint,
    own_lines,
    wrong_signature,
)
from ceremony.journal.note import (
    Algorithm,
    Note,
    NoteSignature,
    VerifierKey,
    decode_note,
    decode_vkey,
    encode_note,
)

TIME_SIZE: Final = 8
SIGNATURE_SIZE: Final = TIME_SIZE + 64
TIME_LIMIT: Final = 2**63 - 1


def cosignature_message(body: bytes, at: int) -> bytes:
    """Give the bytes that a cosigner signs.

    Args:
        body: The checkpoint's body, UTF-8, with its last line feed.
        at: POSIX time in seconds, 0 to 2^63 - 1.
    """
    return b"cosignature/v1\ntime %d\n" % at + body


def cosign_checkpoint(
    checkpoint: Checkpoint, vkey: str, at: int, sign: Callable[[bytes], bytes]
) -> bytes:
    """Make a note over a checkpoint with one cosignature line and no other.

    Args:
        checkpoint: What the person attests to.
        vkey: The person's key as verifier key of the cosignature kind.
        at: POSIX time in seconds, 0 to 2^63 - 1.
        sign: Signs a message with the person's key: Ed25519, 64 bytes.

    Returns:
        The signed note, UTF-8; ``note.merge_notes`` puts it to the log's line.

    Raises:
        DeviceError: ``JOURNAL-SIGN-01``: what ``sign`` gave is not the key's
            signature.
        InputError: ``JOURNAL-VKEY-01``: not a cosigner's verifier key.
    """
    key = _cosigner_key(vkey)
    body = encode_checkpoint(checkpoint)
    message = cosignature_message(body, at)
    signature = sign(message)
    if not key.is_signature(signature, message):
        raise wrong_signature(key.name)
    stamped = at.to_bytes(TIME_SIZE, "big") + signature
    return encode_note(Note(body, (NoteSignature(key.name, key.key_id, stamped),)))


def verify_cosignature(note: bytes, vkey: str) -> int:
    """Verify a person's line on a note, and give its time.

    Args:
        note: The signed note, UTF-8.
        vkey: The person's verifier key of the cosignature kind.

    Returns:
        The latest time at which the person cosigned, POSIX seconds.

    Raises:
        EvidenceError: ``JOURNAL-NOTE-01``: not a note; ``JOURNAL-COSIGNATURE-01``:
            no line of this key, or one that does not verify.
        InputError: ``JOURNAL-VKEY-01``: not a cosigner's verifier key.
    """
    key = _cosigner_key(vkey)
    read = decode_note(note)
    times = [_time_of(line, key, read.text) for line in own_lines(read, key)]
    if not times:
        raise _not_cosigned(key, "no line is this key's")
    return max(times)


def _time_of(line: NoteSignature, key: VerifierKey, body: bytes) -> int:
    at = int.from_bytes(line.signature[:TIME_SIZE], "big")
    message = cosignature_message(body, at)
    if (
        len(line.signature) != SIGNATURE_SIZE
        or at > TIME_LIMIT
        or not key.is_signature(line.signature[TIME_SIZE:], message)
    ):
        raise _not_cosigned(key, "its line does not verify")
    return at


def _cosigner_key(vkey: str) -> VerifierKey:
    key = decode_vkey(vkey)
    if key.algorithm is not Algorithm.COSIGNATURE:
        raise InputError(
            "JOURNAL-VKEY-01",
            f"{vkey!r} is not a verifier key: it is not of the cosignature kind.",
            remedy="Give the verifier key that was made for cosignatures.",
        )
    return key


def _not_cosigned(key: VerifierKey, why: str) -> EvidenceError:
    return EvidenceError(
        "JOURNAL-COSIGNATURE-01",
        f"The checkpoint is not cosigned by {key.name}: {why}.",
        meaning="This person does not stand behind this head of the journal.",
        remedy="Ask for the note again, or ask the person.",
    )
