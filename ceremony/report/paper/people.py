"""The participants sheet: every role with its sign, and a row for each person."""

from __future__ import annotations

from typing import Final

from ceremony.report.block import section_head
from ceremony.report.drawing import Frame, Line, Mark, rule, space
from ceremony.report.face import Face
from ceremony.report.paper.field import BOX_HIGH, CORNER, ROW, TIME, time_box
from ceremony.report.paper.source import PaperScript, PaperSeat
from ceremony.report.piece import NEW_PAGE, Column, Piece
from ceremony.report.sign import tag
from ceremony.report.style import (
    BODY,
    BODY_STRONG,
    COLUMN_HEAD,
    NOTE,
    SMALL_LIGHT,
    WIDTH,
    Style,
)
from ceremony.report.text import baseline, left, paragraph, right

_NAME_X: Final = 126.0
_INITIALS_X: Final = 262.0
_INITIALS: Final = 36.0
_SIGNATURE_X: Final = 306.0
_OUT_X: Final = WIDTH - TIME
_IN_X: Final = _OUT_X - TIME - 5
_SIGNATURE: Final = _IN_X - 8 - _SIGNATURE_X
_NAME: Final = _INITIALS_X - 8 - _NAME_X
_VISITORS: Final = 3
_ABOVE: Final = 3.5
_TAG: Final = Style(Face.STRONG, 6.4, 8, 1.1)


def participants(paper: PaperScript) -> tuple[Piece, ...]:
    """Lay the participants sheet out: a sample, everybody, and lines for visitors.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    opening = Piece(
        (section_head("Participants", "sign here before anything else is done"),),
        joined=True,
        outline="Participants",
        running="Participants",
        need=NEW_PAGE,
    )
    told = (
        "Each person prints the name, sets the initials that all boxes will bear, and "
        "signs. The sign in the corner of a box is the role that initials there."
    )
    visitors = (PaperSeat(paper.script.roles[0].role, 0, ""),) * _VISITORS
    return (
        opening,
        Piece((paragraph(told, SMALL_LIGHT, WIDTH),), after=4, joined=True),
        _sample(),
        *(_row(seat, paper.code(seat.role)) for seat in paper.seats),
        *(_row(seat, "") for seat in visitors),
        Piece(
            (
                paragraph(
                    "The last rows are for anybody else who enters, with the reason "
                    "in place of the role.",
                    NOTE,
                    WIDTH,
                ),
            ),
            before=4,
        ),
    )


def _head() -> Column:
    heads = (
        ("Role and its sign", 0.0),
        ("Name, printed", _NAME_X),
        ("Initials", _INITIALS_X),
        ("Signature", _SIGNATURE_X),
        ("In, UTC", _IN_X),
        ("Out, UTC", _OUT_X),
    )
    marks: list[Mark] = [left(word, COLUMN_HEAD, x, 8) for word, x in heads]
    marks.append(rule(0, WIDTH, 11.6, 0.4))
    return (Line(12, tuple(marks)),)


def _sample() -> Piece:
    """Show how a row is filled in, marked so that nobody takes it for a person."""
    base = 21.0
    marks, wide = tag("SAMPLE", 0, base - 9, _TAG, 5)
    written = (
        left("Key custodian 9", SMALL_LIGHT, wide + 7, base),
        left("ANN EXAMPLE", SMALL_LIGHT, _NAME_X, base),
        left("AE", SMALL_LIGHT, _INITIALS_X + 12, base),
        left("as on the identity card", SMALL_LIGHT, _SIGNATURE_X, base),
        left("09 : 05", SMALL_LIGHT, _IN_X + 10, base),
        left("17 : 20", SMALL_LIGHT, _OUT_X + 10, base),
    )
    head = _head()
    line = Line(ROW, (*marks, *written))
    return Piece(((*head, line),), ends=(rule(0, WIDTH, 0, 0.5),), joined=True)


def _row(seat: PaperSeat, sign: str) -> Piece:
    """Set one person's row; what the record knows of the person is printed."""
    low = ROW - 7
    boxes: list[Mark] = [
        rule(_SIGNATURE_X, _SIGNATURE_X + _SIGNATURE, low, 0.5),
        Frame(_INITIALS_X, low - BOX_HIGH, _INITIALS, BOX_HIGH, 0.9),
        *time_box(_IN_X, low - BOX_HIGH),
        *time_box(_OUT_X, low - BOX_HIGH),
        right(sign, BODY_STRONG, _NAME_X - 8, _ABOVE + baseline(BODY_STRONG)),
    ]
    if seat.initials:
        corner = (_INITIALS_X + _INITIALS - 3, low - 3.2)
        boxes.append(right(f"as {seat.initials}", CORNER, *corner))
    if not seat.name:
        boxes.append(rule(_NAME_X, _NAME_X + _NAME, low, 0.5))
    role = paragraph(seat.title, BODY_STRONG, _NAME_X - 34) if seat.title else ()
    standing = paragraph(seat.standing, NOTE, _NAME_X - 8) if seat.standing else ()
    name = paragraph(seat.name, BODY, _NAME, _NAME_X) if seat.name else ()
    return Piece(
        (
            (space(_ABOVE), *role, *standing),
            (space(_ABOVE), *name),
            (Line(ROW, tuple(boxes)),),
        ),
        head=_head(),
        ends=(rule(0, WIDTH, 0, 0.3),),
    )
