"""What a person attests to, and the exact bytes that their key signs.

A DSSE envelope over an in-toto Statement v1 with the predicate
``key-ceremony/attestation/v1`` (docs/spec/attestation-v1.md). Building and reading
are pure; the signature itself is made by a token and checked by the caller with
:func:`pre_authentication_encoding`.

Invariants:
    * The payload is RFC 8785 JSON, so its bytes can be made again from its values.
    * The statement's text is in the predicate word for word, and its digest is the
      subject ``presented``: what was shown is what was signed.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.errors import EvidenceError
from ceremony.identifiers import CeremonyId, Digest, Origin, PersonId, Role, StepId

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "key-ceremony/attestation/v1"


class Meaning(StrEnum):
    """What the signer says by signing."""

    PERFORMED = "performed"
    OBSERVED = "observed"
    OBSERVED_REMOTELY = "observed-remotely"
    REVIEWED_LATER = "reviewed-later"
    AUTHORISED = "authorised"
    APPROVED = "approved"
    HANDED_OVER = "handed-over"
    RECEIVED = "received"
    DESTROYED = "destroyed"
    REPORTS_CORRECTLY = "reports-correctly"
    DID_NOT_AGREE = "did-not-agree"
    ABSTAINED = "abstained"


class Level(StrEnum):
    """How strongly a signature ties to its person; a higher digit is stronger."""

    A3 = "A3"
    A2 = "A2"
    A1 = "A1"
    A0 = "A0"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement by one person.

    Attributes:
        log: The journal's origin.
        ceremony: The ceremony's id.
        step: The step in which it was made.
        person: Who signs.
        role: In which role.
        meaning: What the signature says.
        text: The statement exactly as shown: NFC, plain text.
        size: The checkpoint's number of leaves, 1 or more.
        root: The checkpoint's root hash, SHA-256.
        nonce: 16 random bytes as 32 hex digits; serves once.
        clock_reading: The person's own reading of the clock, ``HH:MM``.
    """

    log: Origin
    ceremony: CeremonyId
    step: StepId
    person: PersonId
    role: Role
    meaning: Meaning
    text: str
    size: int
    root: Digest
    nonce: str
    clock_reading: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """A signed statement as it travels.

    Attributes:
        payload: The statement's canonical bytes, UTF-8 JSON.
        key_id: SHA-256 of the signer's SubjectPublicKeyInfo (DER).
        signature: ECDSA (DER) over SHA-256 of the encoding, or Ed25519 (64 bytes).
    """

    payload: bytes
    key_id: Digest
    signature: bytes


def presented_digest(text: str) -> Digest:
    """Digest the exact text that was shown: SHA-256 over its UTF-8 bytes."""
    return canonical.digest(text.encode())


def encode_statement(statement: Statement) -> bytes:
    """Write the in-toto Statement v1: canonical JSON, UTF-8."""
    value: dict[str, Json] = {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": "checkpoint", "digest": {"sha256": statement.root}},
            {
                "name": "presented",
                "digest": {"sha256": presented_digest(statement.text)},
            },
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "log": statement.log,
            "ceremony": statement.ceremony,
            "step": statement.step,
            "person": statement.person,
            "role": statement.role,
            "meaning": statement.meaning.value,
            "statement": statement.text,
            "checkpoint": {"size": statement.size, "root": statement.root},
            "nonce": statement.nonce,
            "clockReading": statement.clock_reading,
        },
    }
    return canonical.encode(value)


def decode_statement(payload: bytes) -> Statement:
    """Read a statement and insist that its bytes are the canonical ones.

    Raises:
        EvidenceError: ``PEOPLE-STATEMENT-01``: not a statement of this kind, or not
            the canonical bytes of its own values.
    """
    try:
        value = _object(canonical.decode(payload))
        told = _object(value["predicate"])
        checkpoint = _object(told["checkpoint"])
        statement = Statement(
            log=Origin(_text(told, "log")),
            ceremony=CeremonyId(_text(told, "ceremony")),
            step=StepId(_text(told, "step")),
            person=PersonId(_text(told, "person")),
            role=Role(_text(told, "role")),
            meaning=Meaning(_text(told, "meaning")),
            text=_text(told, "statement"),
            size=_number(checkpoint, "size"),
            root=Digest(_text(checkpoint, "root")),
            nonce=_text(told, "nonce"),
            clock_reading=_text(told, "clockReading"),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise _bad_statement(f"it cannot be read ({error})") from error
    if encode_statement(statement) != payload:
        raise _bad_statement("its bytes are not the canonical bytes of its values")
    return statement


def pre_authentication_encoding(payload: bytes) -> bytes:
    """Give the bytes that are signed.

    Source: DSSE v1.0.2, protocol.md, "Signature Definition" (PAE).
    """
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def encode_envelope(envelope: Envelope) -> bytes:
    """Write the DSSE envelope: canonical JSON, UTF-8."""
    return canonical.encode(
        {
            "payloadType": PAYLOAD_TYPE,
            "payload": base64.b64encode(envelope.payload).decode(),
            "signatures": [
                {
                    "keyid": envelope.key_id,
                    "sig": base64.b64encode(envelope.signature).decode(),
                }
            ],
        }
    )


def decode_envelope(raw: bytes) -> Envelope:
    """Read a DSSE envelope with exactly one signature.

    Raises:
        EvidenceError: ``PEOPLE-ENVELOPE-01``: not such an envelope, or not the
            canonical bytes of its own values.
    """
    try:
        value = _object(canonical.decode(raw))
        signed = _only_signature(value["signatures"])
        envelope = Envelope(
            payload=base64.b64decode(_text(value, "payload"), validate=True),
            key_id=Digest(_text(signed, "keyid")),
            signature=base64.b64decode(_text(signed, "sig"), validate=True),
        )
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise _bad_envelope(str(error)) from error
    if encode_envelope(envelope) != raw:
        raise _bad_envelope("its bytes are not canonical")
    return envelope


def _object(value: Json) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        raise TypeError("an object is expected")
    return value


def _text(value: Mapping[str, Json], name: str) -> str:
    found = value[name]
    if not isinstance(found, str):
        raise TypeError(name)
    return found


def _number(value: Mapping[str, Json], name: str) -> int:
    found = value[name]
    if not isinstance(found, int) or isinstance(found, bool):
        raise TypeError(name)
    return found


def _only_signature(value: Json) -> Mapping[str, Json]:
    if not isinstance(value, list) or len(value) != 1:
        raise TypeError("one signature is expected")
    return _object(value[0])


def _bad_statement(why: str) -> EvidenceError:
    return EvidenceError(
        "PEOPLE-STATEMENT-01",
        f"The attestation's statement is not well formed: {why}.",
        meaning="It proves nothing about what the person said.",
        remedy="Keep the file as it is and compare it with another copy of the pack.",
    )


def _bad_envelope(why: str) -> EvidenceError:
    return EvidenceError(
        "PEOPLE-ENVELOPE-01",
        f"The attestation's envelope is not well formed: {why}.",
        meaning="The signature in it cannot be checked.",
        remedy="Keep the file as it is and compare it with another copy of the pack.",
    )
