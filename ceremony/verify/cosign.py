"""Check 7: the quorum stands behind the closing checkpoint, and nobody else's root.

A statement whose subject is a checkpoint's root counts as its signer's cosignature,
and so does a ``cosignature/v1`` line. Both count only with a key of the policy. A sheet
in ink names a root and cosigns nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ceremony.engine.facts import (
    AttendanceChanged,
    Attested,
    CeremonyAbandoned,
    CeremonyClosed,
    DeviationClosed,
    DeviationRecorded,
    DissentRecorded,
    DissentSettled,
    Head,
    Noted,
    RecordVerified,
    Resumed,
    SignedOnPaper,
    StepClosed,
    TokensChanged,
    TokensInspected,
)
from ceremony.engine.incident import UNWATCHED
from ceremony.engine.state import Recorded
from ceremony.errors import CeremonyError
from ceremony.identifiers import Digest, PersonId
from ceremony.journal.checkpoint import own_lines
from ceremony.journal.cosignature import verify_cosignature
from ceremony.journal.note import decode_note, decode_vkey
from ceremony.pack.policy import TrustedPerson, TrustPolicy
from ceremony.pack.record import Record
from ceremony.verify.attestation import attestations, verify_attestation
from ceremony.verify.check import (
    Check,
    FailedError,
    UncheckedError,
    check_passed,
    failed_from,
    make_check,
)
from ceremony.verify.trace import place
from ceremony.verify.tree import Tree

_WHILE_HELD: Final = (
    AttendanceChanged,
    DeviationRecorded,
    DeviationClosed,
    Noted,
    CeremonyAbandoned,
)
"""What may follow the closing checkpoint while a dissent holds the ceremony."""

_ALWAYS_AFTER: Final = (
    RecordVerified,
    CeremonyClosed,
    TokensChanged,
    TokensInspected,
    Resumed,
    DissentSettled,
)


def check_quorum(record: Record, policy: TrustPolicy | None, tree: Tree) -> Check:
    """Verify every cosignature, and count those under the closing checkpoint."""
    return make_check("7", lambda: _check(record, policy, tree))


def _check(record: Record, policy: TrustPolicy | None, tree: Tree) -> Check:
    _verify_roots(record, tree)
    if policy is None:
        raise UncheckedError("No trust policy says who the quorum is.")
    lines = _verify_lines(record, policy, tree)
    closing = record.state.closing
    if closing is None:
        raise UncheckedError("There is no closing checkpoint that people cosigned.")
    _verify_after(record, closing)
    people = _cosigners(record, policy, closing) | lines.get(closing.size, set())
    counted = _verify_quorum(policy, people, closing)
    return check_passed(
        "7",
        f"{len(counted)} of the {policy.quorum_role} role cosigned the closing "
        f"checkpoint of {closing.size} leaves; {policy.quorum_need} are needed.",
        compared=(
            f"statements and lines by {', '.join(sorted(counted))}",
            f"the root {tree.roots.get(closing.size, '')}",
        ),
    )


def _verify_roots(record: Record, tree: Tree) -> None:
    """Insist that every statement names a root of this journal."""
    for recorded in record.facts:
        fact = recorded.fact
        if not isinstance(fact, Attested | SignedOnPaper):
            continue
        if tree.roots.get(fact.head.size) != fact.head.root:
            did = (
                "the person cosigned"
                if isinstance(fact, Attested)
                else f"sheet {fact.sheet} names"
            )
            raise FailedError(
                "VERIFY-QUORUM-01",
                f"{place(recorded)}: {did} another journal of {fact.head.size} leaves "
                "than this one",
            )


def _verify_lines(
    record: Record, policy: TrustPolicy, tree: Tree
) -> dict[int, set[PersonId]]:
    """Verify each signature line that is not the log key's; give people by size."""
    log_key = decode_vkey(policy.log_key)
    cosigners = [
        (decode_vkey(person.cosigner), person)
        for person in policy.people
        if person.cosigner
    ]
    people: dict[int, set[PersonId]] = {}
    for name, checkpoint in tree.checkpoints.items():
        note = decode_note(record.files[name])
        for line in note.signatures:
            if line in own_lines(note, log_key) or line.name == record.log:
                continue
            person = next(
                (known for key, known in cosigners if key.signed_by(line)), None
            )
            if person is None:
                raise FailedError(
                    "VERIFY-QUORUM-02",
                    f"{name}: the line of {line.name} is by no key of the trust policy",
                )
            _verify_line(record, name, person)
            people.setdefault(checkpoint.size, set()).add(person.id)
    return people


def _verify_line(record: Record, name: str, person: TrustedPerson) -> None:
    try:
        verify_cosignature(record.files[name], person.cosigner)
    except CeremonyError as error:
        raise failed_from(error, name) from error


def _cosigners(record: Record, policy: TrustPolicy, closing: Head) -> set[PersonId]:
    """Find whose statement, with the policy's key, names the closing checkpoint."""
    keys: dict[PersonId, Digest] = {person.id: person.key for person in policy.people}
    people: set[PersonId] = set()
    for given in attestations(record):
        if given.fact.head != closing:
            continue
        try:
            statement = verify_attestation(record, given)
        except FailedError:
            continue  # Check 9 tells of it; here it only does not count.
        if keys.get(statement.person) == given.fact.key:
            people.add(statement.person)
    return people


def _verify_quorum(
    policy: TrustPolicy, people: Iterable[PersonId], closing: Head
) -> set[PersonId]:
    holders = {
        person.id for person in policy.people if policy.quorum_role in person.roles
    }
    counted = holders & set(people)
    if len(counted) < policy.quorum_need:
        raise FailedError(
            "VERIFY-QUORUM-03",
            f"checkpoint-{closing.size:04d}: {len(counted)} of the role "
            f"{policy.quorum_role} cosigned the closing checkpoint, and "
            f"{policy.quorum_need} are needed",
        )
    return counted


def _verify_after(record: Record, closing: Head) -> None:
    """Insist that after the closing checkpoint nothing but the farewell follows."""
    held = False
    for recorded in record.facts:
        if isinstance(recorded.fact, DissentRecorded | DissentSettled):
            held = isinstance(recorded.fact, DissentRecorded)
        allowed = held and isinstance(recorded.fact, _WHILE_HELD)
        if recorded.event.seq < closing.size or allowed:
            continue
        if not _may_follow(record, recorded):
            raise FailedError(
                "VERIFY-QUORUM-04",
                f"{place(recorded)}: {recorded.event.type} may not follow the closing "
                f"checkpoint of {closing.size} leaves",
            )


def _may_follow(record: Record, recorded: Recorded) -> bool:
    """Tell whether a fact is a farewell, an interruption or the end itself."""
    match recorded.fact:
        case (Attested() | SignedOnPaper() | DissentRecorded()) as fact:
            allowed = fact.turn == "sign-out"
        case StepClosed():
            verbs = {step.id: step.verb for step in record.state.script.steps}
            step = recorded.event.step
            allowed = step is not None and verbs.get(step.id) == "sign-out"
        case DeviationRecorded() as fact:
            allowed = fact.cause in UNWATCHED
        case DeviationClosed() as fact:
            causes = {
                known.recorded.deviation: known.recorded.cause
                for known in record.state.deviations
            }
            allowed = causes.get(fact.deviation) in UNWATCHED
        case _:
            allowed = isinstance(recorded.fact, _ALWAYS_AFTER)
    return allowed
