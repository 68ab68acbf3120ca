"""Part of check 9: what a person did not agree with, and what they signed in ink.

Neither leaves an envelope. What their leaves say of the text is compared with the text
that the record gives for the turn; that they may stand where they stand is decided
again with every other fact.

Invariants:
    * No ink is seen here: a sheet that passes is one that its leaf describes soundly,
      and a remark says where the original is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from ceremony.engine.facts import DissentRecorded, SignedOnPaper
from ceremony.engine.fold import fold
from ceremony.engine.state import Recorded, State
from ceremony.engine.statement import turn_text
from ceremony.identifiers import PersonId
from ceremony.pack.record import Record
from ceremony.people.attestation import presented_digest
from ceremony.verify.attestation import seat_behind
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place

TurnFact = TypeVar("TurnFact", DissentRecorded, SignedOnPaper)


@dataclass(frozen=True, slots=True)
class Told(Generic[TurnFact]):
    """A dissent or a sheet as its leaf tells it, with the state that it stands on."""

    recorded: Recorded
    fact: TurnFact
    before: State
    facts: tuple[Recorded, ...]


def dissents(record: Record) -> Iterator[Told[DissentRecorded]]:
    """Give every dissent with the state before it."""
    return _told(record, DissentRecorded)


def sheets(record: Record) -> Iterator[Told[SignedOnPaper]]:
    """Give every turn on paper with the state before it."""
    return _told(record, SignedOnPaper)


def _told(record: Record, kind: type[TurnFact]) -> Iterator[Told[TurnFact]]:
    if not any(isinstance(recorded.fact, kind) for recorded in record.facts):
        return
    state = State(record.state.script)
    for number, recorded in enumerate(record.facts):
        if isinstance(recorded.fact, kind):
            yield Told(recorded, recorded.fact, state, record.facts[:number])
        state = fold(state, recorded.event, recorded.fact)


def verify_dissent(record: Record, told: Told[DissentRecorded]) -> None:
    """Insist that a person did not agree with the text that they were offered.

    Raises:
        FailedError: ``VERIFY-DISSENT-01``; ``VERIFY-ATTEST-02``: it is nobody's.
    """
    if told.fact.statement != _digest(record, told, on_paper=False):
        raise FailedError(
            "VERIFY-DISSENT-01",
            f"{place(told.recorded)}: the text that was not agreed with is not the "
            "one that the record gives",
        )


def verify_sheet(record: Record, told: Told[SignedOnPaper]) -> None:
    """Insist that a sheet's text is the one that the record gives for the turn.

    Raises:
        FailedError: ``VERIFY-PAPER-01``; ``VERIFY-PAPER-02``: a file stands beside
            it; ``VERIFY-ATTEST-02``: it is nobody's.
    """
    if told.recorded.event.blobs:
        raise FailedError(
            "VERIFY-PAPER-02",
            f"{place(told.recorded)}: sheet {told.fact.sheet} is ink, and a file is "
            "named beside it",
        )
    if told.fact.statement != _digest(record, told, on_paper=True):
        raise FailedError(
            "VERIFY-PAPER-01",
            f"{place(told.recorded)}: the text of sheet {told.fact.sheet} is not the "
            "one that the record gives",
        )


def _digest(
    record: Record,
    told: Told[DissentRecorded] | Told[SignedOnPaper],
    *,
    on_paper: bool,
) -> str:
    seat = seat_behind(record, told.recorded)
    return presented_digest(
        turn_text(
            told.before,
            told.facts,
            record.ceremony,
            seat,
            turn=told.fact.turn,
            on_paper=on_paper,
        )
    )


def remarks_on_paper(record: Record) -> tuple[str, ...]:
    """Say of each sheet that its original is not here."""
    remarks: list[str] = []
    for recorded in record.facts:
        fact, actor = recorded.fact, recorded.event.actor
        if isinstance(fact, SignedOnPaper) and actor is not None:
            who = record.state.title(PersonId(actor.person))
            remarks.append(
                f"A paper original is outside this pack: sheet {fact.sheet} of {who}."
            )
    return tuple(remarks)
