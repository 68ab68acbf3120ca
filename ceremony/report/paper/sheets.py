"""Deviation sheets and the custody sheet: forms that any step may need."""

from __future__ import annotations

from typing import Final

from ceremony.report.block import section_head
from ceremony.report.drawing import Frame, Line, Mark, rule, space
from ceremony.report.paper.field import (
    BOX_HIGH,
    INDENT,
    INITIAL,
    PEN,
    RULED,
    TIME,
    cells,
    circle,
    clock_cells,
    date_cells,
    initial_box,
    ruled,
    time_box,
)
from ceremony.report.piece import NEW_PAGE, Column, Piece
from ceremony.report.style import (
    ACT_TITLE,
    COLUMN_HEAD,
    LABEL,
    SMALL_LIGHT,
    STEP_NUMBER,
    WIDTH,
)
from ceremony.report.text import left, paragraph, right

DEVIATION_SHEETS: Final = 5
_QUESTIONS: Final = (
    ("What was expected?", 4),
    ("What happened?", 6),
    ("What was decided, and done?", 5),
)
_CUSTODY_ROWS: Final = 11
_CUSTODY_HIGH: Final = 2 * BOX_HIGH + 9
_ACTIONS: Final = ("sealed", "opened", "handed over", "placed")
_THING: Final = 110.0
_BAG_X: Final = 130.0
_BAG_CELLS: Final = 12
_ACTION_X: Final = 302.0
_INITIAL_X: Final = WIDTH - TIME - 5.5 - INITIAL


def deviation_sheets() -> tuple[Piece, ...]:
    """Lay out the numbered deviation sheets: four questions each.

    Raises:
        UnprintableError: Never in practice: the words are fixed.
    """
    return tuple(
        piece
        for number in range(1, DEVIATION_SHEETS + 1)
        for piece in _deviation(number)
    )


def _deviation(number: int) -> tuple[Piece, ...]:
    name = f"Deviation sheet {number} of {DEVIATION_SHEETS}"
    lines: list[Line] = [
        *paragraph(name, ACT_TITLE, WIDTH),
        *paragraph(
            "One sheet for one deviation. Write at once, and no health or private "
            "matters. It is never torn out; what is wrong is struck through.",
            SMALL_LIGHT,
            WIDTH,
        ),
        space(8),
        _where(),
        space(4),
        *_severity(),
    ]
    for question, count in _QUESTIONS:
        lines += [space(7), *section_head(question)[:1]]
        lines += [ruled((("", 0.0, WIDTH),), RULED + 1) for _ in range(count)]
    lines += [space(11), *section_head("Decided by whom?", "see the severity above")]
    lines += [_person(f"{who} person") for who in ("first", "second")]
    return (
        Piece(
            (tuple(lines),),
            outline="Deviation sheets" if number == 1 else "",
            running=name,
            need=NEW_PAGE,
        ),
    )


def _where() -> Line:
    """Give boxes for step and page, and cells for date and time."""
    marks: list[Mark] = []
    for word, x, width in (("step", 0.0, 46.0), ("on page P", 80.0, 34.0)):
        told = LABEL.width(word) + 6
        marks.append(left(word, LABEL, x, 15))
        marks.append(Frame(x + told, 0, width, BOX_HIGH, 0.9))
    marks.append(left("date", LABEL, 184, 15))
    marks += date_cells(204, 2)
    marks.append(left("time, UTC", LABEL, 368, 15))
    marks += clock_cells(410, seconds=False)
    return Line(BOX_HIGH + 3, tuple(marks))


def _severity() -> Column:
    told = (
        ("note", "one person decides"),
        ("minor", "two decide, one of them of a control role"),
        ("major", "likewise"),
    )
    marks: list[Mark] = []
    x = 0.0
    for word, about in told:
        marks += [circle(x, 1.9), left(word, STEP_NUMBER, x + INDENT, 9.9)]
        x += INDENT + STEP_NUMBER.width(word) + 6
        marks.append(left(about, SMALL_LIGHT, x, 9.9))
        x += SMALL_LIGHT.width(about) + 22
    return (Line(PEN.leading, tuple(marks)),)


def _person(who: str) -> Line:
    parts = (
        (f"{who}: name", 0.0, 150.0),
        ("role", 160.0, 120.0),
        ("signature", 290.0, 130.0),
        ("time, UTC", 430.0, WIDTH - 430),
    )
    return ruled(parts, 36)


def custody_sheet() -> tuple[Piece, ...]:
    """Lay out the custody sheet: what changed hands, its number, from whom, to whom.

    Raises:
        UnprintableError: Never in practice: the words are fixed.
    """
    head = _custody_head()
    opening = Piece(
        (
            (
                *paragraph("Custody sheet", ACT_TITLE, WIDTH),
                *paragraph(
                    "For every thing or bag that changes hands outside a step, and for "
                    "bags that replace one that failed. Read the number from the bag.",
                    SMALL_LIGHT,
                    WIDTH,
                ),
                space(6),
                *head,
            ),
        ),
        joined=True,
        outline="Custody sheet",
        running="Custody sheet",
        need=NEW_PAGE,
    )
    rows = tuple(_custody_row(number, head) for number in range(1, _CUSTODY_ROWS + 1))
    return (opening, *rows)


def _custody_head() -> Column:
    heads = (
        ("No.", 0.0),
        ("Thing, or what a bag holds", 18.0),
        ("Number on the bag; below, where it is kept", _BAG_X),
        ("Exactly one", _ACTION_X),
        ("Initials", _INITIAL_X),
        ("Time, UTC", WIDTH - TIME),
    )
    marks: list[Mark] = [rule(0, WIDTH, 0.65, 1.3)]
    marks += [left(word, COLUMN_HEAD, x, 10.4) for word, x in heads]
    marks.append(rule(0, WIDTH, 14.6, 0.4))
    return (Line(15, tuple(marks)),)


def _custody_row(number: int, head: Column) -> Piece:
    marks: list[Mark] = [
        right(str(number), STEP_NUMBER, 10, 14),
        rule(18, 18 + _THING - 8, 24, 0.5),
        rule(18, 18 + _THING - 8, 47, 0.5),
        *cells(_BAG_CELLS, _BAG_X, 4),
        rule(_BAG_X, _ACTION_X - 12, 47, 0.5),
        *time_box(WIDTH - TIME, 4),
    ]
    for at, action in enumerate(_ACTIONS):
        y = 1.0 + at * 12.6
        marks += [
            circle(_ACTION_X, y + 1.9),
            left(action, PEN, _ACTION_X + INDENT, y + 9.9),
        ]
    for at, who in enumerate(("giver", "taker")):
        (box,) = initial_box(who, _INITIAL_X, 4 + at * (BOX_HIGH + 2))
        marks += box.marks
    return Piece(
        ((Line(_CUSTODY_HIGH, tuple(marks)),),),
        head=head,
        ends=(rule(0, WIDTH, 0, 0.3),),
    )
