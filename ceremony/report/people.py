"""Who was present for what, and how each signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import Attested, SignedOnPaper
from ceremony.engine.state import Recorded
from ceremony.engine.statement import presence
from ceremony.identifiers import PersonId, RoleKind
from ceremony.people.attestation import Level
from ceremony.people.roster import Seat
from ceremony.report.book import Book
from ceremony.report.drawing import Mark
from ceremony.report.sign import dash, dot, ring

OTHERS: Final = 2
"""The group of witnesses and external people."""
LEVELS: Final = {
    Level.A3: "hardware token with PIN",
    Level.A2: "hardware, presence only",
    Level.A1: "software key",
    Level.A0: "ink",
}


Sign = Callable[[float, float], tuple[Mark, ...]]
"""Draws a sign around x on a baseline."""


@dataclass(frozen=True, slots=True)
class Presence:
    """One person's part in the ceremony.

    Attributes:
        seat: Who and in which role.
        steps: The spans of steps in words; ``no step`` where there is none.
        opening: The sign-in attestation; None where it is missing.
        statement: The sign-out attestation; None where it is missing.
        closing: True where the statement cosigns the closing checkpoint.
        inked: The turns that were signed on paper, which cosigns nothing.
        level: The weakest level of the two; empty without a signature.
        field: The report's signature field, e.g. ``report-1``; empty for none.
    """

    seat: Seat
    steps: str
    opening: Recorded | None
    statement: Recorded | None
    closing: bool
    inked: frozenset[str]
    level: str
    field: str


def report_fields(book: Book) -> dict[PersonId, str]:
    """Give the signature field of each report signatory, in the script's order."""
    signers = [
        seat.person
        for role in book.script.report_signers
        for seat in book.state.holders(role)[:1]
    ]
    return {person: f"report-{number}" for number, person in enumerate(signers, 1)}


def presences(book: Book) -> tuple[Presence, ...]:
    """Give everybody's part, by group and within it in roster order."""
    fields = report_fields(book)
    seats = sorted(book.state.seats, key=lambda seat: group(book, seat))
    return tuple(_presence(book, seat, fields.get(seat.person, "")) for seat in seats)


def group(book: Book, seat: Seat) -> int:
    """Sort control roles before the quorum's, these before witnesses and others."""
    if seat.role == book.script.quorum.role:
        return 1
    return 0 if seat.kind is RoleKind.CONTROL else OTHERS


def _presence(book: Book, seat: Seat, field: str) -> Presence:
    signed = [
        (recorded, recorded.fact)
        for recorded in book.record.facts
        if isinstance(recorded.fact, Attested | SignedOnPaper)
        and book.actor(recorded) == seat.person
    ]
    opening = next((one for one, fact in signed if fact.turn == "sign-in"), None)
    statement = next((one for one, fact in signed if fact.turn == "sign-out"), None)
    closing = any(
        isinstance(fact, Attested)
        and fact.turn == "sign-out"
        and fact.head == book.state.closing
        for _, fact in signed
    )
    spans = presence(book.state, book.record.facts, seat.person)
    told = ", ".join(
        first if first == last else f"{first} to {last}" for first, last in spans
    )
    return Presence(
        seat=seat,
        steps=told or "no step",
        opening=opening,
        statement=statement,
        closing=closing,
        inked=frozenset(
            fact.turn for _, fact in signed if isinstance(fact, SignedOnPaper)
        ),
        level=min((fact.level.value for _, fact in signed), default=""),
        field=field,
    )


def turn_sign(one: Presence, turn: str) -> Sign:
    """Give the sign of a turn: signed by token, in ink, or not at all."""
    if turn in one.inked:
        return ring
    signed = one.opening if turn == "sign-in" else one.statement
    return dot if signed is not None else dash
