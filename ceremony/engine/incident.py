"""The rules for what may happen at any time: people, deviations, breaks, resuming."""

from __future__ import annotations

from typing import Final, assert_never

from ceremony.engine.change import (
    CHANGED,
    verify_as_decided,
    verify_changed,
    verify_course,
    verify_expected,
    verify_inspected,
)
from ceremony.engine.facts import (
    AttendanceChanged,
    BreakBegun,
    BreakEnded,
    CommandRefused,
    DeviationClosed,
    DeviationRecorded,
    Noted,
    Resumed,
    Severity,
    TokensChanged,
    TokensInspected,
)
from ceremony.engine.initials import REPORTED, verify_initials, verify_internal
from ceremony.engine.login import verify_logged_out
from ceremony.engine.state import Phase, State
from ceremony.engine.unseen import UNSEEN, verify_unseen, verify_unseen_course
from ceremony.errors import RefusedError
from ceremony.identifiers import RoleKind

INTERRUPTION: Final = "interruption"
UNWATCHED: Final = (INTERRUPTION, CHANGED, UNSEEN)
"""What comes of a time in which nobody watched, whoever is in the room by then."""

CAUSES: Final = (REPORTED, "read-back", *UNWATCHED)

LONGEST_BREAK: Final = 600
"""Minutes for which a break can be planned; a longer one is no break."""

LEAST_STAYING: Final = 2
"""People who stay with the equipment, so that nobody is alone with it."""

Incident = (
    AttendanceChanged
    | DeviationRecorded
    | DeviationClosed
    | TokensChanged
    | TokensInspected
    | Resumed
    | Noted
    | BreakBegun
    | BreakEnded
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
        case TokensChanged() | TokensInspected() | Resumed():
            _verify_found(state, fact)
        case BreakBegun():
            verify_break_begun(state, fact)
        case BreakEnded():
            verify_break_ended(state)
        case Noted() | CommandRefused():
            return
        case _ as never:
            assert_never(never)


def _verify_found(
    state: State, fact: TokensChanged | TokensInspected | Resumed
) -> None:
    if isinstance(fact, TokensChanged):
        verify_changed(state, fact)
        return
    if isinstance(fact, Resumed):
        verify_resumed(state, fact)
    else:
        verify_inspected(state, fact)
    verify_expected(state, fact)


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
        RefusedError: ``ENGINE-DEVIATION-01``, ``ENGINE-UNSEEN-01``,
            ``ENGINE-UNSEEN-05``.
    """
    verify_unseen(state, fact)
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
        RefusedError: ``ENGINE-DEVIATION-02``, ``ENGINE-DEVIATION-03``,
            ``ENGINE-CHANGE-03``, ``ENGINE-UNSEEN-02`` or the initials' own.
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
    if known.recorded.cause == UNSEEN:
        verify_unseen_course(state, fact)
    else:
        verify_course(state, known, fact)
    if known.recorded.cause in UNWATCHED:
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


def verify_no_break(state: State, what: str) -> None:
    """Insist that a running ceremony is not in a break.

    Args:
        state: Where the ceremony stands.
        what: The type of fact that is to be recorded.

    Raises:
        RefusedError: ``ENGINE-BREAK-01``.
    """
    if state.phase is Phase.RUNNING and state.on_break is not None:
        raise RefusedError(
            "ENGINE-BREAK-01",
            f"A break is on: {what} has to wait until it is ended.",
            meaning="What is recorded stands, and nothing was added to it.",
            remedy="End the break when everybody is back, then go on.",
        )


def verify_not_held(state: State) -> None:
    """Insist that no dissent holds the ceremony.

    Raises:
        RefusedError: ``ENGINE-DISSENT-05``.
    """
    known = state.open_dissent
    if known is not None:
        raise RefusedError(
            "ENGINE-DISSENT-05",
            f"{state.title(known.recorded.person)} does not agree in step "
            f"{known.step}, and nothing was decided about it yet.",
            meaning="The ceremony holds.",
            remedy="Let the security officer and the internal witness record what is "
            "decided.",
        )


def verify_break_begun(state: State, fact: BreakBegun) -> None:
    """Insist that a break may begin now, and that nobody is alone meanwhile.

    Raises:
        RefusedError: ``ENGINE-BREAK-02`` to ``-05``, ``ENGINE-DISSENT-05`` or
            ``ENGINE-LOGIN-05``.
    """
    verify_not_held(state)
    if state.pending is not None:
        raise RefusedError(
            "ENGINE-BREAK-02",
            f"The outcome of step {state.pending.step}'s operation is still awaited.",
            meaning="Whether the device acted is not known until it is inspected.",
            remedy="Let the operation end, or resolve it with: ceremony resume.",
        )
    if state.step is None or state.closing is not None:
        # People cosign the closing checkpoint one after another: nothing that is
        # not a farewell may follow it, or their cosignatures would be void.
        raise RefusedError(
            "ENGINE-BREAK-03",
            "No break begins once people sign out.",
            remedy="Let everybody sign out and close the ceremony.",
        )
    if not fact.reason.strip() or not 1 <= fact.minutes <= LONGEST_BREAK:
        raise RefusedError(
            "ENGINE-BREAK-04",
            f"A break has a reason and is planned for 1 to {LONGEST_BREAK} minutes.",
            remedy="Say why, and for how many minutes.",
        )
    _verify_staying(state, fact)
    verify_logged_out(state, fact)


def _verify_staying(state: State, fact: BreakBegun) -> None:
    may = {
        seat.person
        for seat in state.seats
        if seat.kind is not RoleKind.EXTERNAL and seat.person in state.in_room
    }
    people = set(fact.staying)
    if len(people) < LEAST_STAYING or len(people) < len(fact.staying) or people - may:
        raise RefusedError(
            "ENGINE-BREAK-05",
            "During a break at least two different people of control or witness roles "
            "stay in the room, each named once.",
            meaning="The equipment would not be under the eyes of two people.",
            remedy="Name two people who are in the room, neither of them external.",
        )


def verify_break_ended(state: State) -> None:
    """Insist that a break is on and that whoever was to stay is in the room.

    Raises:
        RefusedError: ``ENGINE-BREAK-06``: none is on; ``ENGINE-BREAK-07``: somebody
            who was to stay is not in the room.
    """
    on = state.on_break
    if on is None:
        raise RefusedError(
            "ENGINE-BREAK-06",
            "No break is on that could be ended.",
            remedy="Go on with the step that is open.",
        )
    gone = sorted(set(on.begun.staying) - state.in_room)
    if gone:
        raise RefusedError(
            "ENGINE-BREAK-07",
            f"{', '.join(gone)} had to stay and left the room as the record has it.",
            meaning="The equipment may have been out of the sight of two people.",
            remedy="Record their return and, as a deviation, what happened meanwhile.",
        )


def verify_resumed(state: State, fact: Resumed) -> None:
    """Insist that two people inspected, and that the doubt is the real one.

    Raises:
        RefusedError: ``ENGINE-RESUME-01``, ``ENGINE-CHANGE-04`` or the initials' own.
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
    verify_as_decided(state, fact)
    verify_internal(state, fact.by)
