"""Sign-in and sign-out: a person's turns at the laptop.

The person's own attestation, by token or on paper, closes the step, so that it needs
no initial: a signature says more than a mark. What else may happen in a turn, and on
what terms, stands in ``engine.turn``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import (
    Attested,
    DissentRecorded,
    DissentSettled,
    Fact,
    Initial,
    SignedOnPaper,
)
from ceremony.engine.state import State
from ceremony.engine.steps.kind import Kind, Need, NeedKind, parameter, read_parameters
from ceremony.engine.steps.rule import demand, found
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.engine.turn import (
    verify_dissent,
    verify_meaning,
    verify_paper,
    verify_settled,
    verify_signed_once,
)
from ceremony.errors import RefusedError
from ceremony.people.roster import Seat
from ceremony.script.model import Step

SIGN_IN: Final = "sign-in"
SIGN_OUT: Final = "sign-out"

_CLOCK_READING: Final = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")
"""``HH:MM``, of whatever time zone the person's watch is set to."""


@dataclass(frozen=True, slots=True)
class SignParameters:
    """Whose turn it is."""

    role: str = parameter("The role whose holder takes the turn.", refers="role")
    seat: int = parameter(
        "Which of the role's holders, from 1, in roster order.", default=1
    )


def seat_of(step: Step, state: State) -> Seat:
    """Find the seat whose turn the step is.

    Raises:
        RefusedError: ``ENGINE-SEAT-01``: the roster has no such seat.
    """
    wanted = read_parameters(SignParameters, step.parameters)
    holders = [seat for seat in state.seats if seat.role == wanted.role]
    if not 1 <= wanted.seat <= len(holders):
        raise RefusedError(
            "ENGINE-SEAT-01",
            f"Step {step.id} is the turn of {wanted.role} {wanted.seat}, whom the "
            "roster does not name.",
            remedy="Complete the roster and open the ceremony again.",
        )
    return holders[wanted.seat - 1]


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    seat = seat_of(step, state)
    return (
        Need(
            "clock_reading",
            NeedKind.TEXT,
            "What does your own watch say? (HH:MM)",
            seat.role,
        ),
        Need(
            "pin", NeedKind.PIN, "The PIN of your own token", seat.role, (), seat.token
        ),
    )


def _verify(step: Step, state: State, fact: Fact) -> None:
    seat = seat_of(step, state)
    if isinstance(fact, DissentRecorded):
        verify_dissent(step, state, seat, fact)
    elif isinstance(fact, DissentSettled):
        verify_settled(state, fact)
    elif isinstance(fact, SignedOnPaper):
        verify_signed_once(step, state)
        verify_paper(step, state, seat, fact)
        verify_meaning(step, state, fact.meaning)
        _verify_watch(fact.clock_reading)
    elif isinstance(fact, Attested):
        verify_signed_once(step, state)
        _verify_attested(step, state, seat, fact)


def _verify_attested(step: Step, state: State, seat: Seat, fact: Attested) -> None:
    if fact.turn != step.verb or fact.key != seat.key:
        raise RefusedError(
            "ENGINE-ATTEST-01",
            f"The signature for step {step.id} is not one by {state.title(seat.person)}"
            " with the enrolled key.",
            remedy="Insert the token that was enrolled for this person and sign again.",
        )
    verify_meaning(step, state, fact.meaning)
    if fact.nonce in state.nonces:
        raise RefusedError(
            "ENGINE-ATTEST-02",
            "The attestation's nonce has served before.",
            remedy="Sign again: each signature needs a new nonce.",
        )
    _verify_watch(fact.clock_reading)


def _verify_watch(reading: str) -> None:
    if _CLOCK_READING.fullmatch(reading) is None:
        raise RefusedError(
            "ENGINE-ATTEST-04",
            f"{reading!r} is not what a watch says.",
            meaning="Nothing was recorded.",
            remedy="Give hours and minutes with two digits each, for example 09:58.",
        )


def _complete(step: Step, state: State) -> None:
    if found(state, SignedOnPaper) is None:
        demand(state, Attested)


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    lines: list[Entry] = []
    for fact in facts:
        match fact:
            case Attested():
                lines += [
                    Line(
                        "statement", "signed with the person's own key", mark=Mark.PASS
                    ),
                    *_signed(fact),
                ]
            case SignedOnPaper():
                lines += [
                    Line("statement", f"signed on paper, sheet {fact.sheet}"),
                    Line("why", fact.reason),
                    Line("seen by", _people(state, fact.by)),
                    *_signed(fact),
                ]
            case DissentRecorded():
                lines.append(Line("dissent", fact.reason, strong=True))
            case DissentSettled():
                lines += [
                    Line("decided", fact.decided),
                    Line("by", _people(state, fact.by)),
                ]
            case _:
                pass
    return tuple(lines)


def _signed(fact: Attested | SignedOnPaper) -> tuple[Line, ...]:
    return (
        Line("level", f"{fact.level}{', waived' if fact.waived else ''}"),
        Line("checkpoint", f"{fact.head.size}"),
        Line("root", f"{fact.head.root[:32]}", mono=True),
        Line("own watch", fact.clock_reading),
    )


def _people(state: State, by: tuple[Initial, ...]) -> str:
    return ", ".join(f"{state.title(each.person)} ({each.mark})" for each in by)


def _kind(verb: str, title: str, summary: str) -> Kind:
    return Kind(
        verb=verb,
        title=title,
        summary=summary,
        parameters=SignParameters,
        records=(Attested, SignedOnPaper, DissentRecorded, DissentSettled),
        needs=_needs,
        verify=_verify,
        complete=_complete,
        entries=_entries,
    )


KINDS: Final = (
    _kind(
        SIGN_IN,
        "Sign in",
        "A person shows who they are and cosigns the opening checkpoint.",
    ),
    _kind(
        SIGN_OUT,
        "Sign out",
        "A person states what they saw and cosigns the closing one.",
    ),
)
