"""Signed notes: a text with signature lines, and the keys that verify them.

Invariants:
    * A signature line is known by its key's name and id together; lines of unknown
      keys are kept and never counted.
    * ``encode_note(decode_note(raw)) == raw``.

Source: C2SP signed-note v1.0.0.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from ceremony.errors import EvidenceError, InputError

SIGNATURE_LIMIT: Final = 64
"""The most signature lines that a note may have; the standard asks for 16 or more."""

NOTE_LIMIT: Final = 64 * 1024
"""The most bytes that a note may have."""

KEY_ID_SIZE: Final = 4

PublicKey = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey


class Algorithm(IntEnum):
    """What a key signs, by its type byte in the standard."""

    ED25519 = 0x01
    ECDSA_P256 = 0x02
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line.

    Attributes:
        name: The key's name.
        key_id: The key's id, 4 bytes, big-endian.
        signature: What the key made of the text; its length depends on the key.
    """

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures, not yet verified.

    Attributes:
        text: UTF-8, ending with a line feed.
        signatures: At least one, in the order of their lines.
    """

    text: bytes
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key that verifies signature lines of one kind under one name.

    Attributes:
        name: Without spaces and plus signs.
        algorithm: What it verifies.
        public: Ed25519: 32 bytes; ECDSA P-256: SubjectPublicKeyInfo, DER.
    """

    name: str
    algorithm: Algorithm
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Give the key's id, 4 bytes, big-endian.

        Source: C2SP signed-note v1.0.0, "Signatures" and "Signature types".
        """
        if self.algorithm is Algorithm.ECDSA_P256:
            return hashlib.sha256(self.public).digest()[:KEY_ID_SIZE]
        hashed = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public
        return hashlib.sha256(hashed).digest()[:KEY_ID_SIZE]

    @property
    def public_key(self) -> PublicKey:
        """Give the key itself."""
        return _load_public(self)

    def signed_by(self, line: NoteSignature) -> bool:
        """Tell whether a line claims to be this key's."""
        return line.name == self.name and line.key_id == self.key_id

    def is_signature(self, signature: bytes, message: bytes) -> bool:
        """Tell whether this key made ``signature`` over ``message``.

        Args:
            signature: Ed25519: 64 bytes; ECDSA over SHA-256: DER.
            message: Of any length.
        """
        try:
            key = _load_public(self)
            if isinstance(key, ed25519.Ed25519PublicKey):
                key.verify(signature, message)
            else:
                key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True


def make_vkey(name: str, public_key: PublicKey, *, cosigner: bool = False) -> str:
    """Give a public key as verifier key text under a name.

    Args:
        name: Without spaces and plus signs.
        public_key: Ed25519, or ECDSA on P-256.
        cosigner: True for the key of a ``cosignature/v1`` line, which is Ed25519.

    Raises:
        InputError: ``JOURNAL-VKEY-01``: no such key is defined.
    """
    if isinstance(public_key, ed25519.Ed25519PublicKey):
        raw = public_key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        kind = Algorithm.COSIGNATURE if cosigner else Algorithm.ED25519
        key = VerifierKey(name, kind, raw)
    else:
        der = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        key = VerifierKey(name, Algorithm.ECDSA_P256, der)
        if cosigner:
            raise _bad_vkey(name, "a cosignature/v1 key is Ed25519")
    text = encode_vkey(key)
    decode_vkey(text)
    return text


def encode_vkey(key: VerifierKey) -> str:
    """Write a verifier key: ``name+id+base64``."""
    body = base64.b64encode(bytes([key.algorithm]) + key.public).decode()
    return f"{key.name}+{key.key_id.hex()}+{body}"


def decode_vkey(text: str) -> VerifierKey:
    """Read a verifier key.

    Raises:
        InputError: ``JOURNAL-VKEY-01``: not a verifier key of a known kind, or its
            id is not that of the key.
    """
    name, _, rest = text.partition("+")
    key_id, _, body = rest.partition("+")
    try:
        raw = base64.b64decode(body, validate=True)
        key = VerifierKey(name, Algorithm(raw[0]), raw[1:])
        _load_public(key)
    except (ValueError, IndexError) as error:
        raise _bad_vkey(text, "its key cannot be read") from error
    if not _is_key_name(name) or encode_vkey(key) != text:
        raise _bad_vkey(text, f"its name or its id {key_id} does not fit its key")
    return key


def encode_note(note: Note) -> bytes:
    """Write a signed note, UTF-8."""
    lines = [
        f"\u2014 {line.name} "
        f"{base64.b64encode(line.key_id + line.signature).decode()}\n"
        for line in note.signatures
    ]
    return note.text + b"\n" + "".join(lines).encode()


def decode_note(raw: bytes) -> Note:
    """Read a signed note without verifying it.

    Args:
        raw: UTF-8, at most 64 KiB and 64 signature lines.

    Raises:
        EvidenceError: ``JOURNAL-NOTE-01``: not a signed note.
    """
    if len(raw) > NOTE_LIMIT:
        raise _bad_note("it is too long")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise _bad_note("it is not UTF-8") from error
    if any(character < " " and character != "\n" for character in text):
        raise _bad_note("it holds control characters")
    body, blank, lines = text.rpartition("\n\n")
    if not blank or not body or not lines.endswith("\n"):
        raise _bad_note("it does not end with signature lines after an empty line")
    signatures = tuple(_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > SIGNATURE_LIMIT:
        raise _bad_note(f"it has more than {SIGNATURE_LIMIT} signatures")
    return Note((body + "\n").encode(), signatures)


def merge_notes(first: bytes, *others: bytes) -> bytes:
    """Put the signature lines of several notes over one text together.

    A line that stands twice is kept once; the order is that of the arguments.

    Raises:
        EvidenceError: ``JOURNAL-NOTE-01``: one is not a signed note;
            ``JOURNAL-NOTE-02``: they do not have the same text.
    """
    notes = [decode_note(raw) for raw in (first, *others)]
    if any(note.text != notes[0].text for note in notes):
        raise EvidenceError(
            "JOURNAL-NOTE-02",
            "Signatures over different checkpoints cannot stand in one note.",
            meaning="Two histories may have been signed.",
            remedy="Preserve both notes and compare the journals behind them.",
        )
    lines = dict.fromkeys(line for note in notes for line in note.signatures)
    return encode_note(Note(notes[0].text, tuple(lines)))


def _signature(line: str) -> NoteSignature:
    mark, _, rest = line.partition(" ")
    name, _, body = rest.partition(" ")
    try:
        raw = base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise _bad_note("a signature is not base64") from error
    canonical = base64.b64encode(raw).decode() == body
    right_size = len(raw) > KEY_ID_SIZE
    if mark != "\u2014" or not _is_key_name(name) or not canonical or not right_size:
        raise _bad_note("a signature line is not well formed")
    return NoteSignature(name, raw[:KEY_ID_SIZE], raw[KEY_ID_SIZE:])


def _load_public(key: VerifierKey) -> PublicKey:
    if key.algorithm is not Algorithm.ECDSA_P256:
        return ed25519.Ed25519PublicKey.from_public_bytes(key.public)
    public = load_der_public_key(key.public)
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(
        public.curve, ec.SECP256R1
    ):
        return public
    raise ValueError("not a key on P-256")


def _is_key_name(name: str) -> bool:
    return (
        bool(name)
        and "+" not in name
        and name.isprintable()
        and not any(character.isspace() for character in name)
    )


def _bad_vkey(text: str, why: str) -> InputError:
    return InputError(
        "JOURNAL-VKEY-01",
        f"{text!r} is not a verifier key: {why}.",
        remedy="Copy the verifier key again from where it was published.",
    )


def _bad_note(why: str) -> EvidenceError:
    return EvidenceError(
        "JOURNAL-NOTE-01",
        f"This is not a signed note: {why}.",
        meaning="Nothing is known about the journal's head from it.",
        remedy="Ask for the checkpoint again.",
    )
