"""Attestations: the statement's bytes, the envelope, and what DSSE signs."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from ceremony.errors import EvidenceError
from ceremony.identifiers import (
    CeremonyId,
    Digest,
    Origin,
    PersonId,
    Role,
    StepId,
)
from ceremony.people.attestation import (
    Envelope,
    Meaning,
    Statement,
    decode_envelope,
    decode_statement,
    encode_envelope,
    encode_statement,
    pre_authentication_encoding,
    presented_digest,
)

STATEMENT = Statement(
    log=Origin("example.org/site/rehearsal"),
    ceremony=CeremonyId("KC-2026-014-R1"),
    step=StepId("6.3"),
    person=PersonId("c-01"),
    role=Role("custodian"),
    meaning=Meaning.PERFORMED,
    text="I was present for steps 1 to 29, and saw no deviation.",
    size=412,
    root=Digest("ab" * 32),
    nonce="0123456789abcdef" * 2,
    clock_reading="11:32",
)
ENVELOPE = Envelope(encode_statement(STATEMENT), Digest("cd" * 32), b"\x01\x02\x03")


def rewritten(raw: bytes, change: Callable[[Any], object]) -> bytes:
    told = json.loads(raw)
    change(told)
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def test_a_statement_names_checkpoint_and_shown_text_as_subjects() -> None:
    told = json.loads(encode_statement(STATEMENT))
    shown = hashlib.sha256(STATEMENT.text.encode()).hexdigest()
    assert told["_type"] == "https://in-toto.io/Statement/v1"
    assert told["subject"] == [
        {"name": "checkpoint", "digest": {"sha256": "ab" * 32}},
        {"name": "presented", "digest": {"sha256": shown}},
    ]
    assert told["predicate"]["statement"] == STATEMENT.text
    assert presented_digest(STATEMENT.text) == shown


def test_a_statement_written_and_read_again_is_the_same() -> None:
    assert decode_statement(encode_statement(STATEMENT)) == STATEMENT


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.pop("predicate"),
        lambda told: told.update(predicate=[]),
        lambda told: told["predicate"].pop("nonce"),
        lambda told: told["predicate"].update(nonce=7),
        lambda told: told["predicate"].update(meaning="guessed"),
        lambda told: told["predicate"]["checkpoint"].update(size="412"),
        lambda told: told["predicate"]["checkpoint"].update(size=True),
        lambda told: told["predicate"].update(extra="x"),
        lambda told: told["predicate"].update(statement="Something else."),
        lambda told: told["subject"].pop(),
        lambda told: told.update(predicateType="other"),
    ],
)
def test_a_statement_that_says_more_or_less_is_refused(
    change: Callable[[Any], object],
) -> None:
    with pytest.raises(EvidenceError) as caught:
        decode_statement(rewritten(encode_statement(STATEMENT), change))
    assert caught.value.code == "PEOPLE-STATEMENT-01"


def test_a_statement_in_other_bytes_is_refused() -> None:
    with pytest.raises(EvidenceError) as caught:
        decode_statement(encode_statement(STATEMENT).replace(b'","', b'", "'))
    assert caught.value.code == "PEOPLE-STATEMENT-01"


def test_what_is_signed_is_the_pre_authentication_encoding_of_dsse() -> None:
    assert pre_authentication_encoding(b"hello world") == (
        b"DSSEv1 28 application/vnd.in-toto+json 11 hello world"
    )


def test_an_envelope_written_and_read_again_is_the_same() -> None:
    raw = encode_envelope(ENVELOPE)
    assert decode_envelope(raw) == ENVELOPE
    told = json.loads(raw)
    assert base64.b64decode(told["payload"]) == ENVELOPE.payload
    assert told["signatures"] == [{"keyid": "cd" * 32, "sig": "AQID"}]


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(signatures=[]),
        lambda told: told.update(signatures=told["signatures"] * 2),
        lambda told: told.update(signatures="AQID"),
        lambda told: told.update(signatures=["AQID"]),
        lambda told: told.pop("payload"),
        lambda told: told.update(payload="not base64!"),
        lambda told: told["signatures"][0].update(sig=1),
        lambda told: told.update(payloadType="text/plain"),
        lambda told: told.update(extra="x"),
    ],
)
def test_an_envelope_of_another_shape_is_refused(
    change: Callable[[Any], object],
) -> None:
    with pytest.raises(EvidenceError) as caught:
        decode_envelope(rewritten(encode_envelope(ENVELOPE), change))
    assert caught.value.code == "PEOPLE-ENVELOPE-01"
