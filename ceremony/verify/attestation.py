"""One attestation: its leaf, its fact, its file and its signature belong together.

Invariants:
    * A signature is verified with the key of the enrolled certificate.
    * What was signed says what the leaf and the script say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from ceremony.engine.facts import Attested
from ceremony.engine.fold import fold
from ceremony.engine.state import Recorded, State
from ceremony.engine.turn import turn_meaning
from ceremony.errors import CeremonyError
from ceremony.pack.record import Record, person_file
from ceremony.people.attestation import (
    Envelope,
    Statement,
    decode_envelope,
    decode_statement,
    pre_authentication_encoding,
    presented_digest,
)
from ceremony.people.roster import Seat
from ceremony.pki.certificate import fingerprint, spki_digest
from ceremony.verify.check import FailedError, failed_from
from ceremony.verify.embedded import read_certificate
from ceremony.verify.trace import place


@dataclass(frozen=True, slots=True)
class Given:
    """One attestation as its leaf, its fact and its file tell it.

    Attributes:
        recorded: The leaf.
        fact: What it records.
        before: Where the ceremony stood before it.
        facts: What was recorded before it.
    """

    recorded: Recorded
    fact: Attested
    before: State
    facts: tuple[Recorded, ...]


def attestations(record: Record) -> Iterator[Given]:
    """Give every attestation with the state that it was made in."""
    state = State(record.state.script)
    for number, recorded in enumerate(record.facts):
        if isinstance(recorded.fact, Attested):
            yield Given(recorded, recorded.fact, state, record.facts[:number])
        state = fold(state, recorded.event, recorded.fact)


def verify_attestation(record: Record, given: Given) -> Statement:
    """Verify one attestation's signature and that it says what its leaf says.

    Raises:
        FailedError: ``VERIFY-ATTEST-01`` to ``-05``, or the rule of its form.
    """
    where = place(given.recorded)
    envelope = _envelope(record, given)
    seat = seat_behind(record, given.recorded)
    try:
        certificate = _certificate(record, seat)
        statement = decode_statement(envelope.payload)
    except CeremonyError as error:
        raise failed_from(error, where) from error
    if (
        fingerprint(certificate) != seat.certificate
        or spki_digest(certificate.public_key()) != seat.key
        or {envelope.key_id, given.fact.key} != {seat.key}
    ):
        raise FailedError(
            "VERIFY-ATTEST-03",
            f"{where}: the key is not the one enrolled for {seat.person}",
        )
    message = pre_authentication_encoding(envelope.payload)
    if not is_signature(certificate, envelope.signature, message):
        raise FailedError(
            "VERIFY-ATTEST-04",
            f"{where}: the signature is not one by {seat.person}",
        )
    _verify_same(record, given, statement)
    return statement


def is_signature(
    certificate: x509.Certificate, signature: bytes, message: bytes
) -> bool:
    """Tell whether the certificate's key made a signature.

    Args:
        certificate: With an Ed25519 key or an EC key.
        signature: Ed25519: 64 bytes; ECDSA over SHA-256: DER.
        message: Of any length.
    """
    key = certificate.public_key()
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, message)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _envelope(record: Record, given: Given) -> Envelope:
    blobs = given.recorded.event.blobs
    where = place(given.recorded)
    if len(blobs) != 1 or blobs[0].name not in record.files:
        raise FailedError("VERIFY-ATTEST-01", f"{where}: its envelope is missing")
    try:
        return decode_envelope(record.files[blobs[0].name])
    except CeremonyError as error:
        raise failed_from(error, f"{where}, {blobs[0].name}") from error


def seat_behind(record: Record, recorded: Recorded) -> Seat:
    """Find the seat of whoever the leaf says signed.

    Raises:
        FailedError: ``VERIFY-ATTEST-02``: the roster has no such seat.
    """
    actor = recorded.event.actor
    for seat in record.opened.seats:
        if actor is not None and (seat.person, seat.role) == (actor.person, actor.role):
            return seat
    raise FailedError(
        "VERIFY-ATTEST-02", f"{place(recorded)}: nobody of the roster signed it"
    )


def _certificate(record: Record, seat: Seat) -> x509.Certificate:
    name = person_file(seat.person)
    return read_certificate(record.files.get(name, b""), name)


def _verify_same(record: Record, given: Given, statement: Statement) -> None:
    """Compare what was signed with the leaf and with the script's step."""
    fact, event = given.fact, given.recorded.event
    step = next(
        (
            step
            for step in record.state.script.steps
            if event.step is not None and step.id == event.step.id
        ),
        None,
    )
    signed = (
        statement.log,
        statement.ceremony,
        statement.step,
        statement.person,
        statement.role,
        statement.meaning,
        statement.size,
        statement.root,
        statement.nonce,
        statement.clock_reading,
        presented_digest(statement.text),
    )
    told = (
        event.log,
        event.ceremony,
        event.step.id if event.step else "",
        event.actor.person if event.actor else "",
        event.actor.role if event.actor else "",
        fact.meaning,
        fact.head.size,
        fact.head.root,
        fact.nonce,
        fact.clock_reading,
        fact.statement,
    )
    wanted = "" if step is None else turn_meaning(step, given.before)
    meant = step is not None and wanted in ("", fact.meaning.value)
    if signed != told or not meant:
        raise FailedError(
            "VERIFY-ATTEST-05",
            f"{place(given.recorded)}: what was signed is not what the leaf and the "
            "script say",
        )
