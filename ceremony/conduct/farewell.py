"""The farewell: once somebody has cosigned the closing checkpoint, people only leave.

People cosign that checkpoint one after another, and a pack in which anything else
follows it does not verify (``VERIFY-QUORUM-04``). What would void a pack for good is
refused here before it is recorded, and the farewell does not begin while something is
open that could not be settled any more.
"""

from __future__ import annotations

from ceremony.engine.facts import (
    AttendanceChanged,
    Attested,
    DeviationClosed,
    DeviationRecorded,
    DissentSettled,
    Fact,
    Noted,
    SignedOnPaper,
)
from ceremony.engine.incident import UNWATCHED
from ceremony.engine.state import State
from ceremony.engine.steps.sign import SIGN_OUT, seat_of
from ceremony.errors import RefusedError
from ceremony.people.roster import Seat


def verify_farewell(state: State, fact: Fact) -> None:
    """Insist that the farewell begins with nothing open, and is not broken into.

    Raises:
        RefusedError: ``CONDUCT-FAREWELL-01``: it is on, and the fact is no part of it;
            ``CONDUCT-FAREWELL-02``: it would begin, or go on after a dissent, while a
            deviation is open or somebody who has to sign out is away.
    """
    if _begins(state, fact):
        verify_may_begin(state)
    elif _is_on(state) and _breaks_in(state, fact):
        raise RefusedError(
            "CONDUCT-FAREWELL-01",
            "Somebody has signed out and cosigned the journal as it was then.",
            meaning="Nothing was recorded: after it the pack would not verify.",
            remedy="Let people sign out. Whoever has something to say says so in their "
            "own turn: I do not agree.",
        )


def verify_may_begin(state: State) -> None:
    """Insist that nothing is open which the farewell would leave open for good.

    Raises:
        RefusedError: ``CONDUCT-FAREWELL-02``.
    """
    left = [
        known.recorded.deviation
        for known in state.deviations
        if known.closed is None and known.recorded.cause not in UNWATCHED
    ]
    left += [state.title(seat.person) for seat in _awaited(state)]
    if left:
        raise RefusedError(
            "CONDUCT-FAREWELL-02",
            f"Nobody can sign out yet: {', '.join(left)}.",
            meaning="After the first sign-out no deviation can be decided, and nobody "
            "can be let in.",
            remedy="Decide about each open deviation, and record the return of whoever "
            "has still to sign out.",
        )


def _begins(state: State, fact: Fact) -> bool:
    if isinstance(fact, DissentSettled):
        return state.closing is not None
    signed = isinstance(fact, Attested | SignedOnPaper) and fact.turn == SIGN_OUT
    return signed and state.closing is None


def _is_on(state: State) -> bool:
    return state.closing is not None and state.open_dissent is None


def _breaks_in(state: State, fact: Fact) -> bool:
    match fact:
        case Noted() | AttendanceChanged():
            return True
        case DeviationRecorded(cause=cause):
            return cause not in UNWATCHED
        case DeviationClosed(deviation=number):
            return any(
                known.recorded.deviation == number
                and known.recorded.cause not in UNWATCHED
                for known in state.deviations
            )
        case _:
            return False


def _awaited(state: State) -> list[Seat]:
    """Find who has still to sign out, has signed in, and is not in the room."""
    seats = [
        seat_of(step, state)
        for step in state.script.steps[state.position :]
        if step.verb == SIGN_OUT
    ]
    return [
        seat
        for seat in seats
        if seat.person in state.signed_in
        and seat.person not in state.signed_out
        and seat.person not in state.in_room
    ]
