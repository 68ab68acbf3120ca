"""A person's turn: their own key signs the statement and cosigns the journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cryptography import x509

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.turn import is_waived, turn_head
from ceremony.engine.facts import Attested, Head
from ceremony.engine.incident import verify_not_held
from ceremony.engine.steps.sign import seat_of
from ceremony.errors import DeviceError
from ceremony.hsm.hosted_session import HostedSession
from ceremony.identifiers import OperationId, Role
from ceremony.pack.binding import PersonBinding
from ceremony.people.attestation import (
    Envelope,
    Level,
    Statement,
    encode_envelope,
    encode_statement,
    pre_authentication_encoding,
    presented_digest,
)
from ceremony.people.roster import Seat
from ceremony.script.model import Step
from ceremony.verify.attestation import is_signature

NONCE_BYTES: Final = 16


def sign_in(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Take a person in: statement and opening checkpoint in one turn."""
    _attest(conductor, step, inputs)


def sign_out(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    """Let a person go: statement on their presence and closing checkpoint."""
    _attest(conductor, step, inputs)


def _attest(conductor: Conductor, step: Step, inputs: Inputs) -> None:
    # Before a checkpoint is signed that nobody may sign for yet.
    verify_not_held(conductor.state)
    head = turn_head(conductor)
    seat = seat_of(step, conductor.state)
    statement = Statement(
        log=conductor.log.journal.origin,
        ceremony=conductor.ceremony,
        step=step.id,
        person=seat.person,
        role=Role(seat.role),
        meaning=conductor.meaning(),
        text=conductor.statement(),
        size=head.size,
        root=head.root,
        nonce=conductor.random(NONCE_BYTES).hex(),
        clock_reading=inputs.values.get("clock_reading", "").strip(),
    )
    bound = conductor.devices.person(seat.person)
    payload = encode_statement(statement)
    fact = _fact(conductor, step, statement, seat)
    # Whatever the rules refuse is refused before the person's token signs.
    conductor.verify(fact, actor=seat.person)
    with conductor.devices.person_session(seat.person, inputs.pins["pin"]) as session:
        envelope = _sign(session, bound, seat, payload)
        if bound.cosigner:
            # Before the leaf: a cosignature without its leaf harms nothing, while
            # one that is lost after it could not be made again.
            conductor.log.cosign(head, bound.cosigner, _signer(session, bound))
        conductor.record(
            fact,
            actor=seat.person,
            contents={_name(conductor): encode_envelope(envelope)},
        )


def _fact(
    conductor: Conductor, step: Step, statement: Statement, seat: Seat
) -> Attested:
    level = Level.A1
    return Attested(
        turn=step.verb,
        meaning=statement.meaning,
        level=level,
        statement=presented_digest(statement.text),
        head=Head(statement.size, statement.root),
        nonce=statement.nonce,
        clock_reading=statement.clock_reading,
        key=seat.key,
        waived=is_waived(conductor, seat.role, level),
    )


def _name(conductor: Conductor) -> str:
    return f"attestation-{len(conductor.state.nonces) + 1:04d}.dsse.json"


def _signer(session: HostedSession, bound: PersonBinding) -> Callable[[bytes], bytes]:
    return lambda message: session.sign(OperationId(bound.key_id), message)


def _sign(
    session: HostedSession, bound: PersonBinding, seat: Seat, payload: bytes
) -> Envelope:
    """Sign and check at once, with the enrolled certificate's key.

    Raises:
        DeviceError: ``CONDUCT-SIGN-01``: the signature is not one by that key.
    """
    message = pre_authentication_encoding(payload)
    signature = session.sign(OperationId(bound.key_id), message)
    certificate = x509.load_der_x509_certificate(bound.certificate)
    # As the verifier will ask: what it refuses later is not recorded now.
    if not is_signature(certificate, signature, message):
        raise DeviceError(
            "CONDUCT-SIGN-01",
            "The token's signature does not verify with the enrolled certificate.",
            meaning="Nothing was signed for this person.",
            remedy="Insert the token that was enrolled for this person.",
        )
    return Envelope(payload, seat.key, signature)
