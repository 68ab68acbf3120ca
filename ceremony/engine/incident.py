"""The rules for what may happen at any time: people, deviations, interruptions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from ceremony.engine.facts import (
    AttendanceChanged,
    CommandRefused,
    DeviationClosed,
    DeviationRecorded,
    Initial,
    Noted,
    Resumed,
    Severity,
)
from ceremony.engine.state import State
from ceremony.errors import RefusedError
from ceremony.identifiers import RoleKind

INTERRUPTION: Final = "interruption"
CAUSES: Final = ("reported", "read-back", INTERRUPTION)


Incident = (
    AttendanceChanged
    | DeviationRecorded
    | DeviationClosed
    | Resumed
    | Noted
    | CommandRefused
)


def verify_incident(state: State, fact: Incident) -> None:
    """Apply the rules for what may happen at any time.

    Raises:
        RefusedError: A rule forbids it.
    """
    match fact:
        case AttendanceChanged():
            verify_attendance(state, fact)
        case DeviationRecorded():
            verify_deviation(state, fact)
        case DeviationClosed():
            verify_deviation_closed(state, fact)
        case Resumed():
            verify_resumed(state, fact)
        case Noted() | CommandRefused():
            return
        case _ as never:
            assert_never(never)


def verify_attendance(state: State, fact: AttendanceChanged) -> None:
    """Insist that somebody leaves who is in, or comes back who signed in.

    Raises:
        RefusedError: ``ENGINE-ATTENDANCE-01``.
    """
    inside = fact.person in state.in_room
    away = fact.person in state.signed_in and fact.person not in state.signed_out
    allowed = inside if fact.direction == "out" else (away and not inside)
    if fact.direction not in ("in", "out") or not allowed:
        raise RefusedError(
            "ENGINE-ATTENDANCE-01",
            f"{fact.person} cannot go {fact.direction}: the record has them "
            f"{'in' if inside else 'out of'} the room.",
            remedy="Record the movement as it happened, in its order.",
        )


def verify_deviation(state: State, fact: DeviationRecorded) -> None:
    """Insist on the next number, a known cause and both answers.

    Raises:
        RefusedError: ``ENGINE-DEVIATION-01``.
    """
    number = f"D-{len(state.deviations) + 1:02d}"
    full = fact.expected.strip() and fact.happened.strip()
    if fact.deviation != number or fact.cause not in CAUSES or not full:
        raise RefusedError(
            "ENGINE-DEVIATION-01",
            f"The next deviation is {number}; it needs what was expected and what "
            "happened.",
            remedy="Give both answers.",
        )


def verify_deviation_closed(state: State, fact: DeviationClosed) -> None:
    """Insist that an open deviation is closed by those who may.

    A minor or major one is decided by two people, one of them of a control role and
    none of them external; a note by one line and the witness.

    Raises:
        RefusedError: ``ENGINE-DEVIATION-02``, ``ENGINE-DEVIATION-03`` or the
            initials' own.
    """
    known = next(
        (
            deviation
            for deviation in state.deviations
            if deviation.recorded.deviation == fact.deviation
            and deviation.closed is None
        ),
        None,
    )
    if known is None or not fact.decided.strip():
        raise RefusedError(
            "ENGINE-DEVIATION-02",
            f"{fact.deviation} is not open, or nothing was decided.",
            remedy="Name an open deviation and say what was decided.",
        )
    if known.recorded.cause == INTERRUPTION:
        # Before the sign-ins and after the sign-outs nobody is in the room as the
        # record has it, and an interruption still has to be decided.
        verify_internal(state, fact.by)
    else:
        verify_initials(state, fact.by)
    severity = known.recorded.severity
    people = {initial.person for initial in fact.by}
    control = {
        seat.person for seat in state.seats if seat.kind is RoleKind.CONTROL
    } & people
    note = severity is Severity.NOTE
    if len(people) < (1 if note else 2) or not (note or control):
        raise RefusedError(
            "ENGINE-DEVIATION-03",
            f"A {severity.value} deviation is closed by "
            + ("one person." if note else "two, one of them of a control role."),
            remedy="Let the security officer and the internal witness decide.",
        )


def verify_resumed(state: State, fact: Resumed) -> None:
    """Insist that two people inspected, and that the doubt is the real one.

    Raises:
        RefusedError: ``ENGINE-RESUME-01``, or the initials' own.
    """
    pending = state.pending.op if state.pending is not None else None
    seated = {seat.person for seat in state.seats}
    people = {initial.person for initial in fact.by}
    if len(people) < 2 or not people <= seated or fact.in_doubt != pending:  # noqa: PLR2004  two people, as the rule says
        raise RefusedError(
            "ENGINE-RESUME-01",
            "A ceremony is resumed by two people who inspected the tokens.",
            meaning="Nothing was decided about what the interruption left.",
            remedy="Let two people of the roster compare the lists and give initials.",
        )
    verify_internal(state, fact.by)


def verify_initials(state: State, initials: Sequence[Initial]) -> None:
    """Insist that initials are of people in the room who may give them.

    Raises:
        RefusedError: ``ENGINE-INITIAL-01``: absent; or ``verify_internal``'s own.
    """
    for initial in initials:
        if initial.person not in state.in_room:
            raise _absent(initial)
    verify_internal(state, initials)


def verify_at_hand(state: State, initials: Sequence[Initial]) -> None:
    """Insist that initials are of internal people who have not left the room.

    At the first sign-ins and the last sign-outs hardly anybody is in the room as the
    record has it, so that whoever did not sign in yet or has signed out may serve.

    Raises:
        RefusedError: ``ENGINE-INITIAL-01``: gone; or ``verify_internal``'s own.
    """
    gone = set(state.signed_in) - set(state.signed_out) - state.in_room
    for initial in initials:
        if initial.person in gone:
            raise _absent(initial)
    verify_internal(state, initials)


def _absent(initial: Initial) -> RefusedError:
    return RefusedError(
        "ENGINE-INITIAL-01",
        f"{initial.mark} cannot be given: the person is not in the room.",
        remedy="Let somebody initial who is in the room.",
    )


def verify_internal(state: State, initials: Sequence[Initial]) -> None:
    """Insist that initials are of people whose roles act or witness.

    Raises:
        RefusedError: ``ENGINE-INITIAL-04``: external; or a wrong mark.
    """
    for initial in initials:
        if any(
            seat.person == initial.person and seat.kind is RoleKind.EXTERNAL
            for seat in state.seats
        ):
            raise RefusedError(
                "ENGINE-INITIAL-04",
                f"{initial.mark} cannot be given: the person holds an external role.",
                remedy="Let somebody of a control or witness role initial.",
            )
    verify_marks(state, initials)


def verify_marks(state: State, initials: Sequence[Initial]) -> None:
    """Insist that each mark and role is the person's own.

    Raises:
        RefusedError: ``ENGINE-INITIAL-02``.
    """
    own = {seat.person: (seat.role, seat.initials) for seat in state.seats}
    for initial in initials:
        if own.get(initial.person) != (initial.role, initial.mark):
            raise RefusedError(
                "ENGINE-INITIAL-02",
                f"{initial.mark!r} are not the initials of the {initial.role}.",
                remedy="Type the person's own initials as the roster has them.",
            )
