"""Check 9: each attestation is what its leaf says, by the person whom it names.

Invariants:
    * A signature is verified with the key of the enrolled certificate, and that key
      is the policy's where there is a policy.
    * The text that was signed is made again from the record, word for word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from ceremony.engine.facts import Attested
from ceremony.engine.fold import fold
from ceremony.engine.state import Recorded, State
from ceremony.engine.statement import sign_in_text, sign_out_text
from ceremony.errors import CeremonyError
from ceremony.identifiers import Mode, PersonId, RoleKind
from ceremony.pack.policy import SOFTWARE_WAIVER, TrustPolicy
from ceremony.pack.record import Record
from ceremony.people.attestation import (
    Envelope,
    Statement,
    decode_envelope,
    decode_statement,
    pre_authentication_encoding,
    presented_digest,
)
from ceremony.people.roster import Seat
from ceremony.pki.certificate import (
    decode_certificate,
    fingerprint,
    spki_digest,
)
from ceremony.verify.check import (
    Check,
    FailedError,
    UncheckedError,
    check_passed,
    failed_from,
    make_check,
)
from ceremony.verify.trace import Trace, place

COMMAND = "see VERIFY.txt, section 4: openssl pkeyutl -verify -rawin"

_FILES: Final = ("attestation-", ".dsse.json")


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


def check_attestations(
    record: Record, policy: TrustPolicy | None, trace: Trace
) -> Check:
    """Verify every attestation: signature, level, meaning, text, place and nonce."""
    return make_check("9", lambda: _check(record, policy, trace), command=COMMAND)


def _check(record: Record, policy: TrustPolicy | None, trace: Trace) -> Check:
    waived: list[str] = []
    nonces: set[str] = set()
    _verify_no_stray(record)
    if policy is not None:
        _verify_seats(record, policy)
    for given in attestations(record):
        statement = verify_attestation(record, given)
        _verify_text(given, statement)
        if statement.nonce in nonces:
            raise FailedError(
                "VERIFY-ATTEST-07",
                f"{place(given.recorded)}: its nonce has served before",
            )
        nonces.add(statement.nonce)
        waived += _verify_level(record, policy, given)
    trace.verify("9")
    if policy is None:
        raise UncheckedError(
            "The signatures verify; no trust policy says whose keys these are."
        )
    _verify_required(record, policy)
    return _passed(len(nonces), waived)


def _passed(count: int, waived: list[str]) -> Check:
    remarks: tuple[str, ...] = ()
    if waived:
        roles = ", ".join(sorted(set(waived)))
        remarks = (f"The minimum signature level is waived (rehearsal): {roles}.",)
    return check_passed(
        "9",
        f"{count} attestations are signed by the people whom they name.",
        compared=("each envelope", "its leaf, the script and the enrolled key"),
        command=COMMAND,
        remarks=remarks,
    )


def verify_attestation(record: Record, given: Given) -> Statement:
    """Verify one attestation's signature and that it says what its leaf says.

    Raises:
        FailedError: ``VERIFY-ATTEST-01`` to ``-05``, or the rule of its form.
    """
    where = place(given.recorded)
    envelope = _envelope(record, given)
    seat = _seat(record, given)
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


def _seat(record: Record, given: Given) -> Seat:
    actor = given.recorded.event.actor
    for seat in record.opened.seats:
        if actor is not None and (seat.person, seat.role) == (actor.person, actor.role):
            return seat
    raise FailedError(
        "VERIFY-ATTEST-02", f"{place(given.recorded)}: nobody of the roster signed it"
    )


def _certificate(record: Record, seat: Seat) -> x509.Certificate:
    name = f"certificate-person-{seat.person}.pem"
    return decode_certificate(record.files.get(name, b""), name)


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
    meant = step is not None and step.meaning in ("", fact.meaning.value)
    if signed != told or not meant:
        raise FailedError(
            "VERIFY-ATTEST-05",
            f"{place(given.recorded)}: what was signed is not what the leaf and the "
            "script say",
        )


def _verify_text(given: Given, statement: Statement) -> None:
    """Make the text again: nobody signs for what they were out of the room for."""
    seats = {seat.person: seat for seat in given.before.seats}
    seat = seats[PersonId(statement.person)]
    if given.fact.turn == "sign-in":
        text = sign_in_text(given.before, statement.ceremony, statement.person)
    else:
        text = sign_out_text(
            given.before,
            given.facts,
            statement.person,
            acted=seat.kind is RoleKind.CONTROL,
        )
    if text != statement.text:
        raise FailedError(
            "VERIFY-ATTEST-06",
            f"{place(given.recorded)}: the text that was signed is not the one that "
            "the record gives",
        )


def _verify_level(
    record: Record, policy: TrustPolicy | None, given: Given
) -> list[str]:
    """Compare the level with the minimum; give the role where it was waived."""
    seat = _seat(record, given)
    if policy is None or given.fact.level >= policy.minimum_level(seat.role):
        return []
    rehearsal = record.opened.mode is Mode.REHEARSAL
    if rehearsal and given.fact.waived and SOFTWARE_WAIVER in policy.waivers:
        return [seat.role]
    raise FailedError(
        "VERIFY-ATTEST-08",
        f"{place(given.recorded)}: {seat.person} signed at level "
        f"{given.fact.level.value}, and the trust policy wants "
        f"{policy.minimum_level(seat.role).value}",
    )


def _verify_seats(record: Record, policy: TrustPolicy) -> None:
    """Insist that each seat is held by a person of the policy with the policy's key."""
    known = {person.id: person for person in policy.people}
    for seat in record.opened.seats:
        person = known.get(seat.person)
        if (
            person is None
            or seat.role not in person.roles
            or (seat.key, seat.certificate) != (person.key, person.certificate)
        ):
            raise FailedError(
                "VERIFY-ATTEST-09",
                f"{place(record.facts[0])}: the seat of {seat.person} as {seat.role} "
                "is not one that the trust policy knows",
            )


def _verify_required(record: Record, policy: TrustPolicy) -> None:
    """Insist on a statement at the end by every role that the policy requires."""
    signed = {
        _seat(record, given).role
        for given in attestations(record)
        if given.fact.turn == "sign-out"
    }
    missing = [role for role in policy.required_roles if role not in signed]
    if record.state.step is None and missing:
        raise FailedError(
            "VERIFY-ATTEST-10",
            f"nobody signed out as {', '.join(missing)}, and the trust policy wants it",
        )


def _verify_no_stray(record: Record) -> None:
    begin, end = _FILES
    named = {blob.name for known in record.facts for blob in known.event.blobs}
    for name in sorted(record.files):
        if name.startswith(begin) and name.endswith(end) and name not in named:
            raise FailedError(
                "VERIFY-ATTEST-01", f"{name}: no leaf names this attestation"
            )
