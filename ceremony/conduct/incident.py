"""What may happen at any time: deviations, comings and goings, breaks, notes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.left import left_after
from ceremony.engine.facts import (
    AttendanceChanged,
    BreakBegun,
    BreakEnded,
    CeremonyAbandoned,
    DeviationClosed,
    DeviationRecorded,
    Initial,
    Noted,
    Severity,
)
from ceremony.engine.login import logged_in
from ceremony.engine.unresolved import doubt_lines
from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId, Role


def record_deviation(
    conductor: Conductor,
    severity: Severity,
    *,
    expected: str,
    happened: str,
    cause: str = "reported",
) -> str:
    """Record a deviation's first two answers; give its number.

    Raises:
        RefusedError: An answer is empty.
    """
    number = deviation_number(conductor)
    conductor.record(DeviationRecorded(number, severity, cause, expected, happened))
    return number


def close_deviation(
    conductor: Conductor, number: str, decided: str, by: Sequence[Role | Initial]
) -> None:
    """Record what was decided, by these people or the holders of these roles.

    Raises:
        RefusedError: It is not open, or too few people decided.
    """
    conductor.record(DeviationClosed(number, decided, initials_of(conductor, by)))


@dataclass(frozen=True, slots=True)
class Deviation:
    """A deviation with all its answers, so that it is recorded and closed at once.

    Attributes:
        by: Who decided: marks as typed, or roles whose holders' marks are taken.
        cause: ``reported`` or ``read-back``.
    """

    severity: Severity
    expected: str
    happened: str
    decided: str
    by: Sequence[Role | Initial]
    cause: str = "reported"


def deviate(conductor: Conductor, told: Deviation) -> str:
    """Record a deviation and its decision in one transaction; give its number.

    Raises:
        RefusedError: An answer is empty, or too few people decided; nothing of it
            is recorded.
    """
    number = deviation_number(conductor)
    recorded = DeviationRecorded(
        number, told.severity, told.cause, told.expected, told.happened
    )
    closed = DeviationClosed(number, told.decided, initials_of(conductor, told.by))
    conductor.record_all(
        [(recorded, None, None, {}), (closed, None, None, {})], in_step=True
    )
    return number


def deviation_number(conductor: Conductor) -> str:
    """Give the number that the next deviation has, ``D-01`` and up."""
    return f"D-{len(conductor.state.deviations) + 1:02d}"


def initials_of(
    conductor: Conductor, by: Sequence[Role | Initial]
) -> tuple[Initial, ...]:
    """Give marks as they were typed; a role stands for its first holder's own mark.

    Raises:
        RefusedError: ``CONDUCT-ROLE-01``: nobody holds the role.
    """
    return tuple(
        each if isinstance(each, Initial) else initial_of(conductor, each)
        for each in by
    )


def initial_of(
    conductor: Conductor, role: Role, *, besides: PersonId | None = None
) -> Initial:
    """Give the initial of a role's first holder who is in the room.

    Args:
        conductor: The ceremony.
        role: Whose mark is asked for.
        besides: Somebody who is passed over where another one holds the role.

    Raises:
        RefusedError: ``CONDUCT-ROLE-01``: nobody holds the role.
    """
    holders = conductor.state.holders(role)
    if not holders:
        raise RefusedError(
            "CONDUCT-ROLE-01",
            f"Nobody holds a role {role!r} in this ceremony.",
            remedy=f"Name one of: {', '.join(_roles(conductor))}.",
        )
    others = [seat for seat in holders if seat.person != besides] or holders
    inside = [seat for seat in others if seat.person in conductor.state.in_room]
    seat = (inside or others)[0]
    return Initial(seat.person, role, seat.initials)


def _roles(conductor: Conductor) -> list[str]:
    return sorted({seat.role for seat in conductor.state.seats})


def change_attendance(
    conductor: Conductor, person: PersonId, direction: str, reason: str
) -> None:
    """Record that somebody left the room or came back.

    Raises:
        RefusedError: The record has them there already.
    """
    conductor.record(AttendanceChanged(person, direction, reason), in_step=False)


def begin_break(
    conductor: Conductor, reason: str, minutes: int, staying: Sequence[PersonId]
) -> None:
    """Log out of every token, record that a break begins, and sign the journal.

    Args:
        conductor: The ceremony, running.
        reason: Why, in a person's words.
        minutes: How long it is planned to be, 1 to 600.
        staying: Who stays in the room, two people or more.

    Raises:
        RefusedError: It may not begin now, or too few people stay.
        DeviceError: ``HSM-HOST-04``: a token cannot be logged out of.
    """
    left = logged_in(conductor.state)
    begun = BreakBegun(reason, minutes, tuple(staying), left)
    # What is refused ends no login; that it was refused is recorded below.
    with suppress(RefusedError):
        conductor.verify(begun)
        conductor.devices.log_out_all()
    conductor.record(begun)
    conductor.head()


def end_break(conductor: Conductor) -> None:
    """Record that the break is over; the open step can then be carried out.

    Raises:
        RefusedError: None is on, or somebody who was to stay is not in the room.
    """
    conductor.record(BreakEnded())


def note(conductor: Conductor, text: str) -> None:
    """Keep a remark for the record; one of a ceremony that was left says so."""
    left = left_after(conductor.facts, conductor.found_count)
    conductor.record(Noted(text, left))


def abandon(conductor: Conductor, reason: str) -> None:
    """Give the ceremony up, with a reason, log out, and sign the journal as it is.

    What is in doubt for good is named after the reason.

    Raises:
        RefusedError: It is not running, or no reason was given.
        DeviceError: ``HSM-HOST-04``: a token cannot be logged out of.
    """
    if reason.strip():
        reason = " ".join((reason, *doubt_lines(conductor.state)))
    conductor.record(CeremonyAbandoned(reason), in_step=False)
    conductor.head()
    conductor.devices.log_out_all()
