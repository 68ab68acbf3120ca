"""What people may record at any time: notes, deviations, breaks, comings, goings."""

from __future__ import annotations

from typing import Final

from ceremony.cli.console import render_error, tell
from ceremony.cli.prompt import ask, ask_choice, ask_number, ask_people
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.incident import (
    Deviation,
    begin_break,
    change_attendance,
    close_deviation,
    deviate,
    end_break,
    note,
)
from ceremony.engine.facts import Initial, Severity
from ceremony.engine.incident import LONGEST_BREAK
from ceremony.engine.state import DeviationState
from ceremony.engine.steps.check import CheckParameters
from ceremony.engine.steps.kind import read_parameters
from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId, RoleKind
from ceremony.script.model import Step

ASKED_AGAIN: Final = ("ENGINE-INITIAL-02", "ENGINE-INITIAL-04", "ENGINE-DEVIATION-03")
"""Refusals of who decided that other marks can mend: only these are asked again."""

AS_EXPECTED: Final = "What is read at the device is what the script expects."
"""What a reading that differs is a deviation from."""

HINT: Final = "Write no health or private matters."


def take_note(conductor: Conductor) -> None:
    """Take a remark for the record."""
    tell(HINT)
    note(conductor, ask("The note"))
    tell("The note is recorded.")


def take_deviation(conductor: Conductor) -> None:
    """Take a deviation with all its answers; it is recorded and closed at once."""
    tell(HINT)
    severity = Severity(ask_choice("How severe", tuple(Severity)))
    expected = ask("What was expected")
    happened = ask("What happened")
    _record(conductor, severity, expected, happened)


def offer_read_back(conductor: Conductor, step: Step) -> None:
    """Offer to record that a read-back stopped; the draft is not asked for."""
    wanted = read_parameters(CheckParameters, step.parameters)
    value = f"{wanted.what} {wanted.subject}".strip()
    expected = f"The words of the {value} are read and typed as they are."
    happened = f"The read-back of step {step.id} stopped at its third wrong row."
    _offer(conductor, expected, happened, cause="read-back")


def offer_reading(conductor: Conductor, error: RefusedError) -> None:
    """Offer to record that a device shows what was not expected of it."""
    _offer(conductor, AS_EXPECTED, str(error), cause="reported")


def _offer(conductor: Conductor, expected: str, happened: str, *, cause: str) -> None:
    tell(f"Draft of a deviation, severity note: {happened}")
    if ask_choice("Record it", ("yes", "no")) == "yes":
        _record(conductor, Severity.NOTE, expected, happened, cause=cause)


def _record(
    conductor: Conductor,
    severity: Severity,
    expected: str,
    happened: str,
    *,
    cause: str = "reported",
) -> None:
    decided = ask("What is decided")
    while True:
        by = ask_people(conductor, _count(severity))
        try:
            number = deviate(
                conductor,
                Deviation(severity, expected, happened, decided, by, cause),
            )
        except RefusedError as error:
            _ask_again(error)
        else:
            tell(f"Deviation {number} is recorded and closed.")
            return


def _count(severity: Severity) -> int:
    """Say how many people close a deviation: a note one, anything else two."""
    return 1 if severity is Severity.NOTE else 2


def _ask_again(error: RefusedError) -> None:
    """Tell a refusal of who decided; let every other one through."""
    if error.code not in ASKED_AGAIN:
        raise error
    tell(render_error(error))


def close_left_open(conductor: Conductor) -> None:
    """Ask for the decision on every deviation that an older record left open."""
    for known in conductor.state.deviations:
        if known.closed is None:
            try:
                _close(conductor, known)
            except RefusedError as error:
                # It stays open, and the ceremony goes on to where it can be closed.
                tell(render_error(error))


def _close(conductor: Conductor, known: DeviationState) -> None:
    fact = known.recorded
    tell(f"Deviation {fact.deviation}, {fact.severity.value}, is still open:")
    tell(f"  {fact.happened}")
    decided = ask("What is decided")
    while True:
        by: tuple[Initial, ...] = ask_people(conductor, _count(fact.severity))
        try:
            close_deviation(conductor, fact.deviation, decided, by)
        except RefusedError as error:
            _ask_again(error)
        else:
            tell(f"Deviation {fact.deviation} is closed.")
            return


def let_out(conductor: Conductor) -> None:
    """Record that somebody leaves the room, and why."""
    state = conductor.state
    inside = [seat.person for seat in state.seats if seat.person in state.in_room]
    _move(conductor, inside, "out", "Nobody is in the room as the record has it.")


def let_in(conductor: Conductor) -> None:
    """Record that somebody who had left comes back."""
    state = conductor.state
    away = [
        person
        for person in state.signed_in
        if person not in state.in_room and person not in state.signed_out
    ]
    _move(conductor, away, "in", "Nobody has left as the record has it.")


def change_break(conductor: Conductor) -> None:
    """Begin a break, or end the one that is on."""
    if conductor.state.on_break is None:
        _begin_break(conductor)
        return
    end_break(conductor)
    closed = conductor.state.closed_steps
    tell("The break is over.")
    tell(f"The last closed step is {closed[-1] if closed else 'none'}.")


def _begin_break(conductor: Conductor) -> None:
    state = conductor.state
    may = [
        seat.person
        for seat in state.seats
        if seat.person in state.in_room and seat.kind is not RoleKind.EXTERNAL
    ]
    if not may:
        tell("Nobody who could stay is in the room as the record has it.")
        return
    tell(HINT)
    reason = ask("Why a break")
    minutes = ask_number("For how many minutes", 1, LONGEST_BREAK)
    for each in may:
        tell(f"  {each:<8} {state.title(each)}")
    begin_break(conductor, reason, minutes, _ask_staying(may))
    tell("The break is on. Nothing of the script goes on until it is ended with b.")


def _ask_staying(may: list[PersonId]) -> tuple[PersonId, ...]:
    """Ask until every id typed is one of these; the rules say whether they suffice."""
    while True:
        told = ask("Who stays in the room, ids with spaces between").split()
        strange = [name for name in told if name not in may]
        if not strange:
            return tuple(PersonId(name) for name in told)
        tell(f"{', '.join(strange)}: not in the list. Type ids such as {may[0]}.")


def _move(
    conductor: Conductor, people: list[PersonId], direction: str, nobody: str
) -> None:
    if not people:
        tell(nobody)
        return
    for each in people:
        tell(f"  {each:<8} {conductor.state.title(each)}")
    person = PersonId(ask_choice("Who", people))
    reason = ask("Why") if direction == "out" else ""
    change_attendance(conductor, person, direction, reason)
    told = "has left the room" if direction == "out" else "is back"
    tell(f"{conductor.state.title(person)} {told}.")
