"""Check 9: each attestation is what its leaf says, by the person whom it names.

Invariants:
    * A signature is verified with the key of the enrolled certificate, and that key
      is the policy's where there is a policy.
    * The text that was signed is made again from the record, word for word.
    * A turn on paper passes as one, and its original is named in a remark.
"""

from __future__ import annotations

from typing import Final

from ceremony.engine.facts import Attested, SignedOnPaper
from ceremony.engine.state import Recorded
from ceremony.engine.statement import turn_text
from ceremony.identifiers import Mode, PersonId
from ceremony.pack.policy import SOFTWARE_WAIVER, TrustPolicy
from ceremony.pack.record import OPENINGS, Record
from ceremony.people.attestation import Level, Statement
from ceremony.verify.attestation import (
    Given,
    attestations,
    seat_behind,
    verify_attestation,
)
from ceremony.verify.check import (
    Check,
    FailedError,
    UncheckedError,
    check_passed,
    make_check,
)
from ceremony.verify.ink import (
    dissents,
    remarks_on_paper,
    sheets,
    verify_dissent,
    verify_sheet,
)
from ceremony.verify.trace import Trace, place

COMMAND = "see VERIFY.txt, section 4: openssl pkeyutl -verify -rawin"

_FILES: Final = ("attestation-", ".dsse.json")

_SUPPORTED: Final = Level.A1
"""A record carries no model of a person's token, so that it shows no hardware."""


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
        waived += _verify_level(record, policy, given.recorded, given.fact)
    for dissent in dissents(record):
        verify_dissent(record, dissent)
    for sheet in sheets(record):
        verify_sheet(record, sheet)
        waived += _verify_level(record, policy, sheet.recorded, sheet.fact)
    trace.verify("9")
    if policy is None:
        raise UncheckedError(
            "The signatures verify; no trust policy says whose keys these are."
        )
    _verify_required(record, policy)
    return _passed(record, len(nonces), waived)


def _passed(record: Record, count: int, waived: list[str]) -> Check:
    remarks: tuple[str, ...] = ()
    told = f"{count} attestations are signed by the people whom they name."
    compared = ["each envelope", "its leaf, the script and the enrolled key"]
    if waived:
        roles = ", ".join(sorted(set(waived)))
        remarks = (f"The minimum signature level is waived (rehearsal): {roles}.",)
    originals = remarks_on_paper(record)
    if originals:
        told += f" On paper, as their leaves tell: {len(originals)}."
        compared += ["the text on each sheet", "the text that the record gives"]
    return check_passed(
        "9",
        told,
        compared=tuple(compared),
        command=COMMAND,
        remarks=(*remarks, *originals),
    )


def _verify_text(given: Given, statement: Statement) -> None:
    """Make the text again: nobody signs for what they were out of the room for."""
    seats = {seat.person: seat for seat in given.before.seats}
    seat = seats[PersonId(statement.person)]
    text = turn_text(
        given.before, given.facts, statement.ceremony, seat, turn=given.fact.turn
    )
    if text != statement.text:
        raise FailedError(
            "VERIFY-ATTEST-06",
            f"{place(given.recorded)}: the text that was signed is not the one that "
            "the record gives",
        )


def _verify_level(
    record: Record,
    policy: TrustPolicy | None,
    recorded: Recorded,
    fact: Attested | SignedOnPaper,
) -> list[str]:
    """Compare the level with the minimum; give the role where it was waived."""
    seat = seat_behind(record, recorded)
    if fact.level > _SUPPORTED:
        raise FailedError(
            "VERIFY-ATTEST-12",
            f"{place(recorded)}: {seat.person} is said to have signed at level "
            f"{fact.level.value}, and a record of this version supports no more "
            f"than {_SUPPORTED.value}",
        )
    if policy is None or fact.level >= policy.minimum_level(seat.role):
        return []
    rehearsal = record.opened.mode is Mode.REHEARSAL
    if rehearsal and fact.waived and SOFTWARE_WAIVER in policy.waivers:
        return [seat.role]
    raise FailedError(
        "VERIFY-ATTEST-08",
        f"{place(recorded)}: {seat.person} signed at level "
        f"{fact.level.value}, and the trust policy wants "
        f"{policy.minimum_level(seat.role).value}",
    )


def _verify_seats(record: Record, policy: TrustPolicy) -> None:
    """Insist that each seat is held by a person of the policy with the policy's key."""
    known = {person.id: person for person in policy.people}
    for person_id, name in record.names.items():
        # The pages print the name that is opened, and readers take it for the truth.
        if person_id in known and known[person_id].name != name:
            raise FailedError(
                "VERIFY-ATTEST-11",
                f"{OPENINGS}: it opens {name!r} as the name of {person_id}, who is "
                f"{known[person_id].name!r} in the trust policy",
            )
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
        seat_behind(record, recorded).role
        for recorded in record.facts
        if isinstance(recorded.fact, Attested | SignedOnPaper)
        and recorded.fact.turn == "sign-out"
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
