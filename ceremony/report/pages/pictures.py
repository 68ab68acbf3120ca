"""The ceremony in three pictures: when, what, and who signed."""

from __future__ import annotations

from typing import Final

from ceremony.report.block import section_head
from ceremony.report.book import Book
from ceremony.report.drawing import (
    Disc,
    Line,
    Mark,
    Shape,
    Stroke,
    rule,
    shifted,
    space,
    stacked,
)
from ceremony.report.hierarchy import hierarchy
from ceremony.report.people import (
    OTHERS,
    Presence,
    Sign,
    group,
    presences,
    turn_sign,
)
from ceremony.report.piece import NEW_PAGE, Column, Piece
from ceremony.report.sign import dash, dot, hollow, ring, solid
from ceremony.report.style import (
    NOTE,
    SMALL,
    SMALL_LIGHT,
    SMALL_STRONG,
    WIDTH,
)
from ceremony.report.text import baseline, centred, left, paragraph
from ceremony.report.timeline import timeline

_PLACES: Final = (212.0, 278.0, 344.0, 410.0, 472.0)
_NAME_WIDTH: Final = 90.0
_ROLE_WIDTH: Final = 94.0
_ROW: Final = 14.0


def pictures(book: Book) -> tuple[Piece, ...]:
    """Draw the three figures.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    second = hierarchy(book)
    return (
        Piece(
            (timeline(book),),
            anchor="pictures",
            running="The ceremony in three pictures",
            outline="The ceremony in three pictures",
            need=NEW_PAGE,
        ),
        *(
            Piece((column,), before=15 if number == 0 else 0)
            for number, column in enumerate(second)
        ),
        Piece((_signatures(book),), before=9),
    )


def _signatures(book: Book) -> Column:
    head = section_head(
        "Who signed what, with which key",
        "each point covers everything to its left",
        number="Figure 3",
    )
    lines: list[Line] = [*head, space(2), _heads(book), _chain(), space(4)]
    lines.append(_row("Log key", "evidence token", _log_key(book)))
    lines.append(_row("Pack seal key", "evidence token", (dash,) * 4 + (solid,)))
    lines.append(Line(1.6, (rule(0, WIDTH, 0.5, 0.4),)))
    last: int | None = None
    for one in presences(book):
        here = group(book, one.seat)
        if last is not None and here == OTHERS != last:
            lines.append(Line(1.6, (rule(0, WIDTH, 0.5, 0.4),)))
        last = here
        lines.append(_person(book, one))
    return (*lines, space(5), _legend(book), *_inked(book))


def _log_key(book: Book) -> tuple[Sign, ...]:
    opening = dot if book.state.opening else dash
    closing = dot if book.state.closing else dash
    return (opening, closing, dash, dot, dash)


def _person(book: Book, one: Presence) -> Line:
    return _row(
        book.name(one.seat.person),
        book.title(one.seat.person),
        (
            turn_sign(one, "sign-in"),
            dot if one.closing else dash,
            turn_sign(one, "sign-out"),
            dash,
            hollow if one.field else dash,
        ),
    )


def _row(name: str, role: str, signs: tuple[Sign, ...]) -> Line:
    base = baseline(SMALL) + 1.4
    texts = (
        stacked(paragraph(name, SMALL_STRONG, _NAME_WIDTH)),
        stacked(paragraph(role, SMALL, _ROLE_WIDTH, _NAME_WIDTH + 6)),
    )
    marks: list[Mark] = [*shifted((*texts[0].marks, *texts[1].marks), 0, 1.4)]
    for sign, x in zip(signs, _PLACES, strict=True):
        marks += sign(x, base)
    return Line(max(text.height for text in texts) + _ROW - 11, tuple(marks))


def _heads(book: Book) -> Line:
    state = book.state
    opening = str(state.opening.size) if state.opening else "none"
    closing = str(state.closing.size) if state.closing else "none"
    heads = (
        ("opening", "checkpoint", opening),
        ("closing", "checkpoint", closing),
        ("statement", "on own presence", "sign-out"),
        ("final", "checkpoint", str(book.size)),
        ("pack", "this PDF", "seal, report"),
    )
    marks: list[Mark] = []
    for (name, what, size), x in zip(heads, _PLACES, strict=True):
        marks += [
            centred(name, SMALL_STRONG, x, 9),
            centred(what, SMALL_LIGHT, x, 18.6),
            centred(size, NOTE, x, 28),
        ]
    return Line(33, tuple(marks))


def _chain() -> Line:
    marks: list[Mark] = []
    for number, x in enumerate(_PLACES):
        marks.append(Disc(x, 6, 2.8, 1))
        if number + 1 < len(_PLACES):
            end = _PLACES[number + 1] - 5
            marks.append(Stroke(((x + 5, 6), (end - 3, 6)), 0.9))
            marks.append(Shape(((end - 5, 3.6), (end, 6), (end - 5, 8.4)), fill=0))
    return Line(13, tuple(marks))


def _legend(book: Book) -> Line:
    base = baseline(NOTE)
    marks: list[Mark] = []
    x = 3.0
    for sign, word in (
        (dot, "signed, in the journal"),
        (solid, "seal, made when the pack is made"),
        (hollow, f"signature field, {book.page('signatures')}: this page cannot know"),
    ):
        marks += sign(x, base)
        marks.append(left(word, NOTE, x + 8, base))
        x += NOTE.width(word) + 26
    return Line(NOTE.leading, tuple(marks))


def _inked(book: Book) -> Column:
    """Explain the ring where somebody signed in ink."""
    if not book.state.sheets:
        return ()
    told = left(
        "signed in ink on a sheet outside this pack; cosigns no checkpoint", NOTE, 11
    )
    return (Line(NOTE.leading, (*ring(3, baseline(NOTE)), told)),)
