"""Every attestation in full, and the fields for the signatures on this report."""

from __future__ import annotations

from typing import Final

from ceremony.engine.facts import Attested, SignedOnPaper
from ceremony.engine.state import Recorded
from ceremony.engine.transcript import Mark as Sign
from ceremony.hexadecimal import grouped
from ceremony.identifiers import PersonId
from ceremony.people.attestation import Meaning, presented_digest
from ceremony.report.block import (
    chapter,
    digest_lines,
    labelled,
    section,
    signed_line,
    word_rows,
)
from ceremony.report.book import Book, clock, listed, wall
from ceremony.report.drawing import Field, Frame, Line, Stroke, rule, space
from ceremony.report.face import Face
from ceremony.report.people import LEVELS, report_fields
from ceremony.report.piece import Column, Piece, rows
from ceremony.report.sign import tag
from ceremony.report.statement import statement_of
from ceremony.report.style import (
    BODY,
    BODY_STRONG,
    HALF,
    LABEL,
    NAME,
    NOTE,
    SECOND_HALF,
    SMALL,
    SMALL_LIGHT,
    SMALL_STRONG,
    STATEMENT,
    TAG,
    VALUE,
    VERB,
    WIDTH,
    Style,
)
from ceremony.report.text import Run, left, paragraph, wrapped
from ceremony.report.verdict import played

_X: Final = 133.0
_TEXT_X: Final = 145.0
_INDENT: Final = 58.0
_WORDS: Final = (52.0, 116.0, 188.0, 252.0)
_TURNS: Final = {"sign-in": "opening checkpoint", "sign-out": "closing checkpoint"}
_SMALL_TAG: Final = Style(Face.STRONG, 6.8, 9, 0.8)
FIELD_HEIGHT: Final = 42.0
_OUTSIDE: Final = "the ink cannot be verified here: the sheet is outside this pack"
Signed = Attested | SignedOnPaper


def attested(book: Book) -> tuple[Piece, ...]:
    """Lay out sign-out statements, then sign-ins, then the report's signatures.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    signed = [
        (recorded, recorded.fact)
        for recorded in book.record.facts
        if isinstance(recorded.fact, Attested | SignedOnPaper)
    ]
    closing = [one for one in signed if one[1].turn != "sign-in"]
    opening = [one for one in signed if one[1].turn == "sign-in"]
    pieces: list[Piece] = [
        chapter(
            "Attestations",
            "statements made when signing out, then those made when signing in",
            anchor="attestations",
        )
    ]
    for number, (recorded, fact) in enumerate((*closing, *opening)):
        pieces.append(_attestation(book, recorded, fact, first=number == 0))
    if not signed:
        pieces.append(rows(paragraph("Nobody signed a statement.", BODY, WIDTH)))
    return (*pieces, *_signatures(book))


def _attestation(book: Book, recorded: Recorded, fact: Signed, *, first: bool) -> Piece:
    person = book.actor(recorded) or PersonId("")
    head = Line(7, (rule(0, WIDTH, 0.65, 1.3),))
    return Piece(
        (
            (head, *_signer(book, recorded, fact, person)),
            (head, *_signed(book, recorded, fact)),
        ),
        before=0 if first else 15,
    )


def _signer(book: Book, recorded: Recorded, fact: Signed, person: PersonId) -> Column:
    marks, _ = tag(fact.meaning.value.upper(), 0, 3.5, TAG)
    level = (
        Run(fact.level.value, SMALL_STRONG),
        Run(f"  {LEVELS[fact.level]}", SMALL),
    )
    waived = "below the minimum, waived" if fact.waived else ""
    names = [blob.name for blob in recorded.event.blobs]
    if isinstance(fact, SignedOnPaper):
        names = [f"sheet {fact.sheet}"]
    return (
        *paragraph(book.name(person), NAME, _X - 8),
        *paragraph(book.title(person) if person else "", SMALL, _X - 8),
        Line(20, marks),
        *wrapped(level, _X - 8),
        *(paragraph(waived, SMALL_LIGHT, _X - 8) if waived else ()),
        space(3),
        *(line for name in names for line in paragraph(name, VERB, _X - 8)),
    )


def _signed(book: Book, recorded: Recorded, fact: Signed) -> Column:
    text = statement_of(book, recorded)
    said = paragraph(f"“{text}”", STATEMENT, WIDTH - _TEXT_X, _TEXT_X)
    height = sum(line.height for line in said)
    bar = Stroke(((_X + 1, 2), (_X + 1, height - 1)), 1.3)
    values = (
        _label("text digest", word_rows(fact.statement, 2, 0, _WORDS, SMALL)),
        _label("subject", _subject(fact)),
        *_vouched(book, recorded, fact),
        _label(
            "signed",
            f"{clock(wall(recorded), seconds=True)} UTC, event {recorded.event.seq}; "
            f"own watch {fact.clock_reading}",
        ),
        _label("", _verified(text, fact)),
    )
    lines = [Line(said[0].height, (bar, *said[0].marks)), *said[1:], space(4)]
    return (*lines, *(line for value in values for line in value))


def _vouched(book: Book, recorded: Recorded, fact: Signed) -> tuple[Column, ...]:
    """Say what stands behind a signature: a key, or those who saw the ink."""
    if isinstance(fact, SignedOnPaper):
        by = listed(tuple(book.who(each.person) for each in fact.by))
        return (_label("why in ink", fact.reason), _label("seen by", by))
    seat = next(
        (one for one in book.state.seats if one.person == book.actor(recorded)), None
    )
    return (
        _label("signer", digest_lines(fact.key, WIDTH - _X - _INDENT)),
        _label(
            "certificate",
            digest_lines(seat.certificate if seat else "", WIDTH - _X - _INDENT),
        ),
    )


def _subject(fact: Signed) -> tuple[Run, ...]:
    """Name the checkpoint; its whole root stands in its own embedded file."""
    root = grouped(fact.head.root)
    return (
        Run(f"{_TURNS.get(fact.turn, 'checkpoint')} {fact.head.size}   ", SMALL),
        Run(f"{root[:19]} … {root[-9:]}", VALUE),
    )


def _verified(text: str, fact: Signed) -> Column:
    if presented_digest(text) != fact.statement:
        return signed_line(
            Sign.FAIL,
            "the text is not the one whose digest was recorded",
            SMALL,
            300,
            0,
        )
    if isinstance(fact, SignedOnPaper):
        return paragraph(_OUTSIDE, SMALL, 300)
    return signed_line(
        Sign.PASS, "verified at once, with the enrolled certificate", SMALL, 300, 0
    )


def _label(label: str, value: Column | tuple[Run, ...] | str) -> Column:
    shown: Column | tuple[Run, ...]
    shown = (Run(value, SMALL),) if isinstance(value, str) else value
    return labelled(label, shown, _INDENT, WIDTH - _X, _X)


def _signatures(book: Book) -> tuple[Piece, ...]:
    fields = tuple(report_fields(book).items())
    if not fields:
        return ()
    pieces: list[Piece] = [
        section(
            "Signatures on this report",
            "made after these pages were laid out: a reader or the verifier shows "
            "their state",
            anchor="signatures",
            outline="Signatures on this report",
        )
    ]
    for number in range(0, len(fields), 2):
        columns = tuple(
            _signature(book, person, field, SECOND_HALF * place)
            for place, (person, field) in enumerate(fields[number : number + 2])
        )
        pieces.append(Piece(columns, after=8, joined=number + 2 < len(fields)))
    levels = "; ".join(f"{level.value} {told}" for level, told in LEVELS.items())
    about = (
        Run("Levels. ", Style(Face.STRONG, 7.6, 10.4)),
        Run(
            f"{levels}. An attestation stands on the record; a signature on the "
            "report stands on this PDF. The statement is the exact text that was "
            f"signed{_read(book)}.",
            NOTE,
        ),
    )
    pieces.append(Piece((wrapped(about, WIDTH),), before=4))
    return tuple(pieces)


def _read(book: Book) -> str:
    if played(book):
        return "; where recorded answers were played, nobody read it"
    return ", and was shown to the person before"


def _signature(book: Book, person: PersonId, field: str, x: float) -> Column:
    meaning, edge = Meaning.REPORTS_CORRECTLY.value.upper(), x + HALF
    _, wide = tag(meaning, 0, 1, _SMALL_TAG)
    placed, _ = tag(meaning, edge - wide, 1, _SMALL_TAG)
    names = paragraph(book.name(person), BODY_STRONG, HALF - wide - 8, x)
    box = (
        Frame(x, 4, HALF, FIELD_HEIGHT, 0.6, dash=(2.6, 1.8)),
        Field(field, x, 4, HALF, FIELD_HEIGHT),
        left(f"signature field {field}", LABEL, x + 6, 13.5),
        left(
            "This report sets out correctly what happened in my presence.",
            SMALL,
            x + 6,
            40,
        ),
    )
    ink = (
        rule(x, x + 152, 26, 0.4),
        rule(x + 166, edge, 26, 0.4),
        left("ink, only if level A0", NOTE, x, 34),
        left("date", NOTE, x + 166, 34),
    )
    return (
        Line(names[0].height + 1, (*placed, *names[0].marks)),
        *names[1:],
        *paragraph(book.title(person), SMALL, HALF, x),
        Line(FIELD_HEIGHT + 6, box),
        Line(37, ink),
    )
