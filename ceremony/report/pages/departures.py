"""Deviations and dissent in full, an end before time, breaks, what was refused."""

from __future__ import annotations

from typing import Final

from ceremony.engine.facts import (
    CeremonyAbandoned,
    CommandRefused,
    RequestsJudged,
    Resumed,
    Severity,
    TokensChanged,
    TokensInspected,
)
from ceremony.engine.state import DeviationState, DissentState
from ceremony.engine.unresolved import doubt_lines
from ceremony.report.block import chapter, digest_lines, labelled, section
from ceremony.report.book import Book, clock, counted, listed, wall
from ceremony.report.drawing import Line, rule
from ceremony.report.grid import Heading, table
from ceremony.report.pages.aside import answers, look
from ceremony.report.piece import Column, Piece, rows
from ceremony.report.sign import diamond
from ceremony.report.style import BODY, BODY_STRONG, NAME, SMALL, VALUE_SMALL, WIDTH
from ceremony.report.text import baseline, left, paragraph
from ceremony.report.verdict import severities

_X: Final = 133.0


def departures(book: Book) -> tuple[Piece, ...]:
    """Lay out deviations, breaks, interruptions and refusals.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    count = severities(book)
    told = ", ".join(f"{count[severity]} {severity.value}" for severity in Severity)
    pieces: list[Piece] = [
        chapter(
            "Deviations",
            "departures from the script, which others call exceptions",
            anchor="deviations",
            need=200,
        ),
        section("By number", told),
    ]
    known = book.state.deviations
    for number, deviation in enumerate(known):
        last = number == len(known) - 1
        pieces.append(_deviation(book, deviation, last=last))
    if not known:
        pieces.append(rows(paragraph("No deviation was recorded.", BODY, WIDTH)))
    return (
        *pieces,
        *_dissents(book),
        *_given_up(book),
        *_breaks(book),
        *_interruptions(book),
        *_refusals(book),
    )


def _deviation(book: Book, known: DeviationState, *, last: bool) -> Piece:
    recorded = known.recorded
    base = baseline(NAME)
    about: tuple[Line, ...] = (
        Line(
            NAME.leading,
            (
                *diamond(recorded.severity, 6, base),
                left(recorded.deviation, NAME, 17, base),
            ),
        ),
        *paragraph(recorded.severity.value, SMALL, _X - 25, 17),
        *paragraph(
            f"step {known.step}" if known.step else "no step", SMALL, _X - 25, 17
        ),
        *paragraph(f"{recorded.cause}, event {known.seq}", SMALL, _X - 25, 17),
    )
    lines: list[Line] = []
    for label, text in answers(book, known):
        lines += labelled(label, text, 52, WIDTH - _X, _X)
    ends = () if last else (rule(0, WIDTH, 0, 0.3),)
    return Piece(((Line(3), *about), (Line(4), *lines)), after=5, ends=ends)


def _dissents(book: Book) -> tuple[Piece, ...]:
    """Lay out each dissent: who, with which text, why, and what was decided."""
    known = book.state.dissents
    if not known:
        return ()
    head = section("Dissent", counted(len(known), "dissent"), anchor="dissents")
    return (head, *(_dissent(book, one) for one in known))


def _dissent(book: Book, known: DissentState) -> Piece:
    person = known.recorded.person
    settled = known.settled
    about: tuple[Line, ...] = (
        *paragraph(book.name(person), NAME, _X - 8),
        *paragraph(book.title(person), SMALL, _X - 8),
        *paragraph(f"step {known.step}, event {known.seq}", SMALL, _X - 8),
    )
    by = listed(tuple(book.who(each.person) for each in settled.by)) if settled else ""
    told = (
        ("dissent", known.recorded.reason),
        ("decided", settled.decided if settled else "nothing"),
        ("by", f"{by}." if by else "nobody yet"),
    )
    lines: list[Line] = []
    for label, text in told:
        lines += labelled(label, text, 52, WIDTH - _X, _X)
    offered = digest_lines(known.recorded.statement, WIDTH - _X - 52)
    lines += labelled("offered", offered, 52, WIDTH - _X, _X)
    return Piece(((Line(3), *about), (Line(4), *lines)), after=5)


def _given_up(book: Book) -> tuple[Piece, ...]:
    told = [
        (clock(wall(recorded), seconds=True), recorded.fact.reason)
        for recorded in book.record.facts
        if isinstance(recorded.fact, CeremonyAbandoned)
    ]
    if not told:
        return ()
    headings = (Heading("Time", 0, 60), Heading("Why", 60, WIDTH - 60))
    return (
        section("The ceremony was abandoned"),
        *table(headings, told),
        *(
            rows(paragraph(line, BODY_STRONG, WIDTH))
            for line in doubt_lines(book.state)
        ),
    )


def _breaks(book: Book) -> tuple[Piece, ...]:
    """Lay out every break; a record without one says nothing of breaks."""
    found = [
        (
            clock(known.begun_at, seconds=True),
            clock(known.ended_at, seconds=True) if known.ended_at else "not ended",
            f"{known.begun.minutes} min",
            known.begun.reason,
            listed(tuple(book.who(person) for person in known.begun.staying)),
        )
        for known in book.state.breaks
    ]
    if not found:
        return ()
    headings = (
        Heading("Began", 0, 55),
        Heading("Ended", 55, 55),
        Heading("Planned", 110, 50),
        Heading("Why", 160, 145),
        Heading("Who was to stay in the room", 305, WIDTH - 305),
    )
    return (section("Breaks", counted(len(found), "break")), *table(headings, found))


def _interruptions(book: Book) -> tuple[Piece, ...]:
    found = [
        (clock(wall(recorded), seconds=True), look(book, recorded.fact))
        for recorded in book.record.facts
        if isinstance(recorded.fact, Resumed | TokensChanged | TokensInspected)
    ]
    headings = (Heading("Time", 0, 60), Heading("What was found", 60, WIDTH - 60))
    if not found:
        none: Column = paragraph("The ceremony ran without one.", BODY, WIDTH)
        return (section("Interruptions"), rows(none))
    return (
        section("Interruptions", counted(len(book.state.resumptions), "resumption")),
        *table(headings, found),
    )


def _refusals(book: Book) -> tuple[Piece, ...]:
    refused = [
        (recorded, recorded.fact)
        for recorded in book.record.facts
        if isinstance(recorded.fact, CommandRefused)
    ]
    headings = (
        Heading("Time", 0, 60),
        Heading("Event", 60, 50),
        Heading("Rule", 110, 140, VALUE_SMALL),
        Heading("What was asked", 250, WIDTH - 250),
    )
    judged = _refused_requests(book)
    if not refused:
        none: Column = paragraph("No command was refused.", BODY, WIDTH)
        return (section("Refused by a rule"), rows(none), *judged)
    cells = [
        (
            clock(wall(recorded), seconds=True),
            str(recorded.event.seq),
            fact.rule,
            fact.command,
        )
        for recorded, fact in refused
    ]
    return (section("Refused by a rule"), *table(headings, cells), *judged)


def _refused_requests(book: Book) -> tuple[Piece, ...]:
    """Count the requests that an import refused; nothing where none was."""
    found = [
        f"{book.thing(recorded.fact.request)}: {recorded.fact.refused}"
        for recorded in book.record.facts
        if isinstance(recorded.fact, RequestsJudged) and recorded.fact.refused
    ]
    if not found:
        return ()
    where = book.page("requests")
    told = f"Requests refused when they were imported, {where}: {'; '.join(found)}."
    return (rows(paragraph(told, BODY, WIDTH), before=4),)
