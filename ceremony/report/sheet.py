"""The sheet that a person signs in ink: one page with the exact text and its digest.

Pure: a sheet's values in, a PDF out. It is printed before anything is recorded; the
record names its number, text and checkpoint once the ink is dry.

Invariants:
    * The page holds the whole text, so that who signs and who looks on read the same.
    * It names one ceremony, one turn and one checkpoint, and serves no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.digest_words import words
from ceremony.identifiers import Mode
from ceremony.people.attestation import Level, presented_digest
from ceremony.report.block import digest_lines, labelled, section_head, word_rows
from ceremony.report.compose import compose
from ceremony.report.drawing import Line, Mark, rule, shifted, space
from ceremony.report.face import Face
from ceremony.report.furniture import BOTTOM, TOP_FIRST, Imprint, title_tag
from ceremony.report.paint import paint
from ceremony.report.people import LEVELS
from ceremony.report.piece import Column, Piece
from ceremony.report.sign import tag
from ceremony.report.style import (
    BODY,
    HALF,
    NAME,
    NOTE,
    SECOND_HALF,
    SMALL,
    SMALL_LIGHT,
    STATEMENT,
    TAG,
    TITLE,
    WIDTH,
    Style,
)
from ceremony.report.text import left, paragraph, right

A4: Final = (595.28, 841.89)
"""Width and height, points."""

_LABEL: Final = 58.0
_WORDS: Final = (52.0, 116.0, 188.0, 252.0)
_TEXT_ROWS: Final = 2
_ROOT_ROWS: Final = 8
_INK: Final = 48.0
"""From one ruled line to the next: room for a signature."""
_ID: Final = Style(Face.STRONG, 8.8, 11)
_WITNESSES: Final = (
    "first person who saw it signed: role",
    "second person who saw it signed: role",
)


@dataclass(frozen=True, slots=True)
class SheetPage:
    """What a sheet says.

    Attributes:
        ceremony: The ceremony's id.
        log: The journal's origin.
        mode: Rehearsal or live.
        title: The ceremony's title.
        day: The day on which it is printed, e.g. ``19 November 2026``.
        number: The sheet's number, e.g. ``P-01``.
        turn: ``sign-in`` or ``sign-out``; likewise ``step``, its id.
        name: The person's name.
        role: The person's role as printed, e.g. ``Key custodian 2``.
        meaning: What the signature says, e.g. ``observed``.
        text: The exact text that is signed.
        size: The checkpoint's number of leaves.
        root: The checkpoint's root, 64 hex digits.
    """

    ceremony: str
    log: str
    mode: Mode
    title: str
    day: str
    number: str
    turn: str
    step: str
    name: str
    role: str
    meaning: str
    text: str
    size: int
    root: str


def render_sheet(page: SheetPage) -> bytes:
    """Lay a sheet out on A4.

    Returns:
        The PDF, bytes; the same sheet gives the same bytes.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    digest = presented_digest(page.text)
    spoken = words(bytes.fromhex(digest))
    parts = (
        _head(page),
        _person(page),
        _statement(page),
        _digest(digest),
        _checkpoint(page),
        _ink(page),
    )
    pieces = [Piece((part,), before=13 if at else 0) for at, part in enumerate(parts)]
    composed = compose(pieces, A4[1] - TOP_FIRST - BOTTOM)
    imprint = Imprint(
        ceremony=page.ceremony,
        mode=page.mode,
        title=page.title,
        day=page.day,
        edition=f"Sheet {page.number}, {page.turn} in step {page.step}",
        digest=digest,
        ends=f"{spoken[0]} {spoken[1]} … {spoken[-2]} {spoken[-1]}",
        digested="Text",
    )
    return paint(
        composed.pages,
        imprint,
        A4,
        title=f"{page.ceremony} sheet {page.number}",
        author=page.log,
    ).pdf


def _head(page: SheetPage) -> Column:
    kind = "SIGNATURE ON PAPER"
    kicker = Line(
        18,
        (
            left(kind, TAG, 0, 10.5),
            left(page.ceremony, _ID, TAG.width(kind) + 14, 10.5),
            right(f"journal {page.log}", SMALL_LIGHT, WIDTH, 10.5),
        ),
    )
    first, *more = paragraph(f"Sheet {page.number}", TITLE, WIDTH - 110)
    titled = Line(first.height, (*first.marks, *title_tag(page.mode, 3)))
    about = f"{page.title}   ·   {page.turn} in step {page.step}   ·   {page.day}"
    return (kicker, titled, *more, space(2), *paragraph(about, SMALL, WIDTH))


def _person(page: SheetPage) -> Column:
    return (
        *section_head("Who signs", f"level {Level.A0}: {LEVELS[Level.A0]}"),
        *paragraph(page.name, NAME, WIDTH),
        *paragraph(page.role, BODY, WIDTH),
    )


def _statement(page: SheetPage) -> Column:
    marks, _ = tag(page.meaning.upper(), 0, 3.5, TAG)
    return (
        *section_head("What is signed, word for word"),
        *paragraph(f"“{page.text}”", STATEMENT, WIDTH),
        Line(20, marks),
    )


def _digest(digest: str) -> Column:
    return (
        *section_head("Digest of this text", "SHA-256, and its first eight words"),
        *labelled("SHA-256", digest_lines(digest, WIDTH - _LABEL), _LABEL, WIDTH),
        *labelled(
            "words", word_rows(digest, _TEXT_ROWS, 0, _WORDS, SMALL), _LABEL, WIDTH
        ),
    )


def _checkpoint(page: SheetPage) -> Column:
    qualifier = "the journal as it stood; ink cosigns nothing"
    return (
        *section_head("Checkpoint of the journal", qualifier),
        *labelled("size", f"{page.size}", _LABEL, WIDTH),
        *labelled("root", digest_lines(page.root, WIDTH - _LABEL), _LABEL, WIDTH),
        *labelled(
            "words", word_rows(page.root, _ROOT_ROWS, 0, _WORDS, SMALL), _LABEL, WIDTH
        ),
    )


def _ink(page: SheetPage) -> Column:
    lines = [
        *section_head("In ink", "the original is kept, and handed in as a supplement"),
        _ruled(f"signature of {page.name}", "date, and time by the signer's own watch"),
    ]
    lines += [_ruled(who, "initials") for who in _WITNESSES]
    told = (
        "The two are of control or witness roles and not the signer. What was signed "
        "is recorded when the ink is dry; until then nothing has happened."
    )
    return (*lines, space(4), *paragraph(told, NOTE, WIDTH))


def _ruled(first: str, second: str) -> Line:
    """Give two ruled lines side by side, each with its word below."""
    low = _INK - 13
    marks: list[Mark] = []
    for word, x in ((first, 0.0), (second, SECOND_HALF)):
        # The name stands above in full; below its line it takes one line at most.
        below = paragraph(word, NOTE, HALF, x)[0]
        marks += [rule(x, x + HALF, low, 0.4), *shifted(below.marks, 0, low + 1.5)]
    return Line(_INK, tuple(marks))
