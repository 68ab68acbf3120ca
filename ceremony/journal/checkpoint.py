"""Checkpoints: the journal's head, signed by the log key.

Invariants:
    * The body has exactly three lines: origin, size, root; no extension lines.
    * A checkpoint is verified right after it was signed, so that a faulty token never
      leaves one that nobody can use.

Source: C2SP tlog-checkpoint v1.0.0; C2SP signed-note v1.0.0.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ceremony.errors import DeviceError, EvidenceError
from ceremony.identifiers import Digest, Origin
from ceremony.journal.merkle import HASH_SIZE
from ceremony.journal.note import (
    Note,
    NoteSignature,
    VerifierKey,
    decode_note,
    decode_vkey,
    encode_note,
)

SIZE: Final = re.compile("0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The journal's head.

    Attributes:
        origin: The journal's name.
        size: How many leaves it has, 0 or more.
        root: The RFC 6962 root over them.
    """

    origin: Origin
    size: int
    root: Digest


def encode_checkpoint(checkpoint: Checkpoint) -> bytes:
    """Write the body that is signed: three lines, UTF-8."""
    root = base64.b64encode(bytes.fromhex(checkpoint.root)).decode()
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n".encode()


def decode_checkpoint(body: bytes) -> Checkpoint:
    """Read a body: exactly what :func:`encode_checkpoint` gives.

    Args:
        body: Three lines, UTF-8, each ended by a line feed.

    Raises:
        EvidenceError: ``JOURNAL-CHECKPOINT-01``: it is not such a body.
    """
    try:
        lines = body.decode().split("\n")
        origin, size, root, rest = lines
        raw = base64.b64decode(root, validate=True)
    except (ValueError, binascii.Error) as error:
        raise _malformed() from error
    if not origin or rest or SIZE.fullmatch(size) is None or len(raw) != HASH_SIZE:
        raise _malformed()
    checkpoint = Checkpoint(Origin(origin), int(size), Digest(raw.hex()))
    if encode_checkpoint(checkpoint) != body:
        raise _malformed()
    return checkpoint


def read_checkpoint(note: bytes) -> Checkpoint:
    """Read the checkpoint of a note without verifying who signed it.

    Raises:
        EvidenceError: ``JOURNAL-NOTE-01`` or ``JOURNAL-CHECKPOINT-01``.
    """
    return decode_checkpoint(decode_note(note).text)


def sign_checkpoint(
    checkpoint: Checkpoint, vkey: str, sign: Callable[[bytes], bytes]
) -> bytes:
    """Make a checkpoint with the log key's line.

    Args:
        checkpoint: The journal's head.
        vkey: The log key as verifier key.
        sign: Signs a message with the log key; Ed25519: 64 bytes, ECDSA: DER.

    Returns:
        The signed note, UTF-8.

    Raises:
        DeviceError: ``JOURNAL-SIGN-01``: what ``sign`` gave is not the key's
            signature.
        InputError: ``JOURNAL-VKEY-01``: ``vkey`` is not a verifier key.
    """
    key = decode_vkey(vkey)
    body = encode_checkpoint(checkpoint)
    signature = sign(body)
    if not key.is_signature(signature, body):
        raise wrong_signature(key.name)
    return encode_note(Note(body, (NoteSignature(key.name, key.key_id, signature),)))


def verify_checkpoint(note: bytes, vkey: str) -> Checkpoint:
    """Verify that the log key signed a checkpoint, and give it.

    Lines of other keys are passed over; every line of this key has to verify.

    Args:
        note: The signed note, UTF-8.
        vkey: The log key as verifier key, from outside the note.

    Raises:
        EvidenceError: ``JOURNAL-NOTE-01`` or ``JOURNAL-CHECKPOINT-01``: not a
            checkpoint; ``JOURNAL-CHECKPOINT-02``: not signed by this key.
        InputError: ``JOURNAL-VKEY-01``: ``vkey`` is not a verifier key.
    """
    key = decode_vkey(vkey)
    read = decode_note(note)
    lines = own_lines(read, key)
    if not lines or not all(
        key.is_signature(line.signature, read.text) for line in lines
    ):
        raise EvidenceError(
            "JOURNAL-CHECKPOINT-02",
            f"The checkpoint is not signed by the log key {key.name}.",
            meaning="Whoever made it is not the journal that the policy names.",
            remedy="Ask for the checkpoint again and compare the log key.",
        )
    return decode_checkpoint(read.text)


def own_lines(note: Note, key: VerifierKey) -> tuple[NoteSignature, ...]:
    """Give the signature lines that claim to be the key's."""
    return tuple(line for line in note.signatures if key.signed_by(line))


def wrong_signature(name: str) -> DeviceError:
    """Make the error for a token that gave something else than its signature."""
    return DeviceError(
        "JOURNAL-SIGN-01",
        f"What the token of {name} gave is not a signature of that key.",
        meaning="Nothing was recorded.",
        remedy="Check that the right token is in the reader, then ask it again.",
    )


def _malformed() -> EvidenceError:
    return EvidenceError(
        "JOURNAL-CHECKPOINT-01",
        "A checkpoint does not consist of origin, size and root.",
        meaning="Nothing is known about the journal's head from it.",
        remedy="Ask for the checkpoint again.",
    )
