"""Page 1: nine questions, answered on one page whatever the ceremony's size.

What is too much for the page is cut to the first few with a word where the rest is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from ceremony.engine.facts import RecordVerified
from ceremony.identifiers import Mode
from ceremony.report.block import HAIR, section_head
from ceremony.report.book import Book, clock, counted, day, span, wall
from ceremony.report.compose import compose
from ceremony.report.drawing import Frame, Line, rule, space, stacked
from ceremony.report.face import Face
from ceremony.report.furniture import title_tag
from ceremony.report.pages.front_digest import closing_blocks, digest_block
from ceremony.report.pages.front_keys import FULL_KEY, keys_block
from ceremony.report.pages.front_people import people_block
from ceremony.report.pages.front_script import (
    Shown,
    expected_block,
    relied_on,
    script_and_deviations,
)
from ceremony.report.piece import Column, Piece, rows
from ceremony.report.style import (
    RESULT,
    RESULT_STRONG,
    SMALL_LIGHT,
    TAG,
    TITLE,
    WIDTH,
    Style,
)
from ceremony.report.text import Run, left, paragraph, right, wrapped
from ceremony.report.verdict import ceremony_line, hardware_line, headline

_DATE: Final = Style(Face.LIGHT, 9.2, 13)
_VERDICT: Final = Style(Face.STRONG, 9.4, 12, 0.25)
_ID: Final = Style(Face.STRONG, 8.8, 11)
_BOX_LABEL: Final = Style(Face.REGULAR, 8.6, 12)


_CLOSE: Final = 3.0
"""Between question 4 and on whose word its script relies, points."""

_ALL: Final = Shown()
_IN_SHORT: Final = Shown(in_short=True)

_CUT: Final = tuple(range(40, 0, -1))
"""How many of what the script relies on and lets be are tried where not all has room.

One by one: none is left out that would fit. More than the first have never room.
"""


@dataclass(frozen=True, slots=True)
class Density:
    """How much of a long list page 1 shows.

    Attributes:
        people: Rows of people.
        keys: Keys.
        lines: Lines a key: ``FULL_KEY``, or two.
        deviations: Deviations.
        dissents: Dissents, each with its reason word for word.
        gap: Space between sections, points.
        shown: What is relied on and let be by the script.
    """

    people: int
    keys: int
    lines: int
    deviations: int
    gap: float
    dissents: int = 99
    shown: Shown = _ALL


DENSITIES: Final = (
    Density(12, 2, 4, 6, 13),
    Density(12, 2, 4, 6, 10),
    Density(12, 2, 4, 6, 8),
    Density(10, 2, 4, 6, 7),
    Density(12, 6, 2, 6, 9),
    Density(8, 6, 2, 6, 8),
    Density(6, 6, 2, 6, 8),
    Density(6, 6, 2, 4, 7),
    Density(6, 6, 2, 2, 6),
    Density(6, 5, 2, 2, 6),
    Density(6, 4, 2, 2, 6),
    Density(6, 3, 2, 2, 6),
    Density(6, 2, 2, 1, 5),
    Density(6, 4, 2, 2, 6, shown=_IN_SHORT),
    Density(6, 2, 2, 1, 5, shown=_IN_SHORT),
    Density(4, 2, 2, 1, 5, shown=_IN_SHORT),
    *(Density(2, 1, 2, 1, 4, most, _IN_SHORT) for most in (99, 3, 2, 1)),
    *(Density(2, 1, 2, 1, 4, 1, Shown(most, in_short=True)) for most in _CUT),
)
"""From the roomiest to the closest."""


def front(book: Book, room: float) -> tuple[Piece, ...]:
    """Lay out page 1 within ``room`` points.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    pieces: tuple[Piece, ...] = ()
    for density in DENSITIES:
        if density.keys < len(book.own_keys) and density.lines == FULL_KEY:
            continue
        pieces = _front(book, density)
        if len(compose(pieces, room).pages) == 1:
            return pieces
    return pieces


def _front(book: Book, density: Density) -> tuple[Piece, ...]:
    parts = (
        _title(book),
        _happened(book),
        keys_block(book, density.keys, density.lines),
        people_block(book, density.people, density.dissents),
        script_and_deviations(book, density.deviations),
        expected_block(book),
        digest_block(book),
        closing_blocks(book),
    )
    title, happened, keys, people, script, *rest = (
        Piece(columns, before=density.gap) for columns in parts
    )
    relied = rows(relied_on(book, density.shown), before=_CLOSE)
    under = (relied,) if relied.height else ()
    return (replace(title, before=0), happened, keys, people, script, *under, *rest)


def _title(book: Book) -> tuple[Column, ...]:
    record = book.record
    organisations = [
        book.organisation(seat)
        for seat in record.opened.seats
        if book.organisation(seat)
    ]
    house = max(organisations, key=organisations.count, default="")
    told = f"{house}   ·   " if house else ""
    kicker = Line(
        18,
        (
            left("EVIDENCE PACK", TAG, 0, 10.5),
            left(record.ceremony, _ID, TAG.width("EVIDENCE PACK") + 14, 10.5),
            right(f"{told}journal {record.log}", SMALL_LIGHT, WIDTH, 10.5),
        ),
    )
    tag_room = 102 if book.mode is Mode.REHEARSAL else 62
    title = paragraph(record.opened.title, TITLE, WIDTH - tag_room)
    first = Line(title[0].height, (*title[0].marks, *title_tag(book.mode, 3)))
    when = (
        f"{day(book.begun, weekday=True)}, {span(book.begun, book.ended)} UTC   ·   "
        f"{record.opened.place}"
    )
    dates = paragraph(when, _DATE, WIDTH)
    return ((kicker, first, *title[1:], space(2), *dates),)


def _happened(book: Book) -> tuple[Column, ...]:
    word, told = headline(book)
    result = wrapped((Run(word, RESULT_STRONG), Run(" " + told, RESULT)), WIDTH)
    return (
        (
            *section_head("What happened", number="1"),
            *result,
            space(6),
            _verdict_box(book),
        ),
    )


def _verdict_box(book: Book) -> Line:
    verified = book.state.verified
    record = verified.record if verified else "Not checked before sealing"
    if book.mode is Mode.REHEARSAL:
        record += ", REHEARSAL"
    at = [
        f"verified at {clock(wall(recorded))} UTC"
        for recorded in book.record.facts
        if isinstance(recorded.fact, RecordVerified)
    ]
    if verified and verified.remarks:
        at.append(f"{counted(len(verified.remarks), 'remark')}, {book.page('checks')}")
    elif verified:
        at.append(f"no remark, {book.page('checks')}")
    elif book.state.closing is None:
        at.append(f"a verifier answers CANNOT TELL, {book.page('checks')}")
    rows = (
        _box_row("Record", record, "   ·   ".join(at[-2:])),
        _box_row(
            "Ceremony",
            ceremony_line(book),
            f"{book.mode.value}   ·   {hardware_line(book)}",
        ),
    )
    upper, lower = stacked(rows[0]), stacked(rows[1])
    box = stacked((upper, lower))
    marks = (
        Frame(0.65, 0, WIDTH - 1.3, box.height, 1.3),
        rule(0, WIDTH, upper.height, HAIR),
        *box.marks,
    )
    return Line(box.height, marks)


def _box_row(label: str, value: str, remark: str) -> Column:
    """Set one row of the box; a remark that does not fit takes a second line."""
    base = 13.2
    wide = 54 + _VERDICT.width(value)
    marks = (left(label, _BOX_LABEL, 7, base), left(value, _VERDICT, 54, base))
    if wide + 16 + SMALL_LIGHT.width(remark) <= WIDTH - 7:
        return (Line(19.6, (*marks, right(remark, SMALL_LIGHT, WIDTH - 7, base))),)
    more = paragraph(remark, SMALL_LIGHT, WIDTH - 61, 54)
    return (Line(17.2, marks), *more, space(4))
