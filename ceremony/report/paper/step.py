"""The steps, act by act: a row for each, with its fields and the boxes that close it.

Invariants:
    * A row that fits a page is on one page.
    * Each step has a deviation box in the margin, an initial box for each role that
      initials it and one box for the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ceremony.report.book import lowered
from ceremony.report.drawing import (
    Frame,
    Line,
    Mark,
    height_of,
    moved,
    rule,
    space,
    stacked,
)
from ceremony.report.face import Face
from ceremony.report.paper.field import (
    CORNER,
    INITIAL,
    ROW,
    TIME,
    circle,
    initial_box,
    ruled,
    square,
    time_box,
)
from ceremony.report.paper.source import PaperScript
from ceremony.report.paper.value import fields
from ceremony.report.piece import NEW_PAGE, Column, Piece
from ceremony.report.sign import tag
from ceremony.report.style import (
    ACT_NUMBER,
    ACT_TITLE,
    BODY,
    COLUMN_HEAD,
    EVENTS,
    SMALL_LIGHT,
    STEP_NUMBER,
    VERB,
    WIDTH,
    Style,
)
from ceremony.report.text import Run, baseline, left, paragraph, right, wrapped
from ceremony.script.model import Act, Step

ACTIVITY_X: Final = 27.0
VALUE_X: Final = 184.0
INITIAL_X: Final = WIDTH - TIME - 5.5 - INITIAL
TIME_X: Final = WIDTH - TIME
_ACTIVITY_WIDTH: Final = 146.0
_TALLEST_TEXT: Final = 260.0
"""A taller text stands above its row, across the page, points."""
_ABOVE: Final = 4.0
_BELOW: Final = 4.5
_DEVIATION: Final = 12.4
_DEVIATION_X: Final = -16.4
_HEAD: Final = Style(Face.STRONG, 7.8, 11)
_TAG: Final = Style(Face.STRONG, 6.4, 8, 1.1)
_TAKEN: Final = 26.0


def steps(paper: PaperScript, room: float) -> tuple[Piece, ...]:
    """Lay out every step that is printed, each act from a page of its own.

    Args:
        paper: What is printed.
        room: Height of the type area, points.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    printed = {step.id for step in paper.steps}
    pieces: list[Piece] = []
    for act in paper.script.acts:
        own = [step for step in act.steps if step.id in printed]
        if not own:
            continue
        pieces.append(_opening(paper, act, whole=len(own) == len(act.steps)))
        running = f"{act.id}  {act.title}, continued"
        for step in own:
            pieces += _row(paper, step, running, room)
    return tuple(pieces)


def _opening(paper: PaperScript, act: Act, *, whole: bool) -> Piece:
    """Set an act's number and title, who reads it, and what the signs mean."""
    indent = max(ACTIVITY_X, ACT_NUMBER.width(act.id) + 8)
    title = paragraph(act.title, ACT_TITLE, WIDTH - indent, indent)
    number = left(act.id, ACT_NUMBER, 0, baseline(ACT_TITLE) + 1.5)
    reader = lowered(paper.script.demand(act.reader).title)
    about = f"Reader: {reader}.  Planned {act.minutes} minutes."
    if not whole:
        about += "  The steps before are in the journal."
    told = paragraph(
        f"{about}  Purpose: {lowered(act.purpose)}",
        SMALL_LIGHT,
        WIDTH - ACTIVITY_X,
        ACTIVITY_X,
    )
    column = (
        Line(title[0].height + 2, (number, *title[0].marks)),
        *title[1:],
        *told,
        *_legend(screen=paper.takeover is None),
        *_columns(),
    )
    return Piece(
        (column,),
        joined=True,
        outline=f"{act.id} {act.title}",
        running=f"Act {act.id} of {len(paper.script.acts)}",
        need=NEW_PAGE,
    )


def _legend(*, screen: bool) -> Column:
    """Say what square, circle and cell mean, on one line."""
    y = 15.0
    marks: list[Mark] = []
    at = ACTIVITY_X
    for sign, word in (
        (square(at, y - 8), "must be true, else a deviation"),
        (None, "exactly one"),
    ):
        marks.append(sign or circle(at, y - 8))
        marks.append(left(word, SMALL_LIGHT, at + 14, y))
        at += 14 + SMALL_LIGHT.width(word) + 14
    marks.append(left("one character in a cell", SMALL_LIGHT, at, y))
    if screen:
        word = "taken over from the screen at step"
        box = Frame(WIDTH - _TAKEN, 1, _TAKEN, 18.2, 0.9)
        marks += [box, right(word, SMALL_LIGHT, WIDTH - _TAKEN - 6, y)]
    return (Line(24, tuple(marks)),)


def _columns() -> Column:
    marks = (
        rule(0, WIDTH, 0.65, 1.3),
        left("Step", _HEAD, 0, 11.4),
        left("Activity", _HEAD, ACTIVITY_X, 11.4),
        left("Value or result", _HEAD, VALUE_X, 11.4),
        left("Initial", _HEAD, INITIAL_X, 11.4),
        left("Time, UTC", _HEAD, TIME_X, 11.4),
        rule(0, WIDTH, 16.4, 0.4),
    )
    return (Line(16.8, marks),)


def _row(
    paper: PaperScript, step: Step, running: str, room: float
) -> tuple[Piece, ...]:
    """Lay out one step; what fits a page stays together."""
    told = _activity(paper, step, _ACTIVITY_WIDTH)
    before: Column = ()
    if height_of(told) > _TALLEST_TEXT:
        before = (space(_ABOVE), *_activity(paper, step, WIDTH - ACTIVITY_X))
        told = paragraph("The text stands above.", COLUMN_HEAD, 140, ACTIVITY_X)
    filled = fields(step, paper)
    columns = tuple(
        (space(_ABOVE), *column)
        for column in (told, moved(filled.values, VALUE_X), _boxes(paper, step))
    )
    wide = (space(2), *moved(filled.wide, ACTIVITY_X)) if filled.wide else ()
    high = max(ROW, max(height_of(column) for column in columns) + height_of(wide))
    margin = _margin(step)
    shape = Piece(
        (),
        after=_BELOW,
        head=_columns(),
        ends=(rule(0, WIDTH, 0, 0.5),),
        margin=margin,
        running=running,
    )
    if high + height_of(_columns()) + _BELOW <= room:
        line = _together(columns, wide, high)
        pieces = [replace(shape, columns=((line,),))]
    else:
        pieces = [replace(shape, columns=columns)]
        if wide:
            parts = (stacked(wide),)
            pieces[0] = replace(pieces[0], joined=True, ends=(), after=0)
            pieces.append(replace(shape, columns=(parts,), margin=()))
    if before:
        above = replace(shape, columns=(before,), after=0, ends=(), joined=True)
        pieces = [above, *(replace(piece, margin=()) for piece in pieces)]
    return tuple(pieces)


def _together(columns: Sequence[Column], wide: Column, high: float) -> Line:
    """Make one line of a whole row, so that no page's end tears it."""
    upper = [stacked(column) for column in columns]
    height = max(line.height for line in upper)
    marks = tuple(mark for line in upper for mark in line.marks)
    row = stacked((Line(height, marks), *wide))
    return Line(high, row.marks)


def _margin(step: Step) -> tuple[Mark, ...]:
    """Draw the step's number and, in the binding margin, its deviation box."""
    base = _ABOVE + baseline(BODY)
    box = Frame(_DEVIATION_X, _ABOVE - 0.6, _DEVIATION, _DEVIATION, 0.9)
    return (
        right("dev.", CORNER, _DEVIATION_X - 3, base),
        box,
        left(step.id, STEP_NUMBER, 0, base),
    )


def _boxes(paper: PaperScript, step: Step) -> Column:
    """Draw an initial box for each role, and the time beside the first."""
    # A turn and the end of an act need no initial on the screen, where the act itself
    # is recorded; on paper whoever performs them is seen by their mark.
    roles = step.initials or (step.by,)
    lines: list[Line] = []
    for number, role in enumerate(roles):
        (box,) = initial_box(paper.code(role), INITIAL_X, 0)
        marks = (*box.marks, *time_box(TIME_X, 0)) if number == 0 else box.marks
        lines.append(Line(box.height, marks))
    return tuple(lines)


def _activity(paper: PaperScript, step: Step, width: float) -> Column:
    """Set what is done, word for word: activity, what is said, what is expected."""
    lines: list[Line] = list(wrapped((Run(step.text, BODY),), width, ACTIVITY_X))
    for name, text in (
        ("Said", f"“{step.say}”" if step.say else ""),
        ("Expected", step.expect),
    ):
        if text:
            runs = (Run(f"{name}: ", COLUMN_HEAD), Run(text, BODY))
            lines += wrapped(runs, width, ACTIVITY_X)
    by = lowered(paper.script.demand(step.by).title)
    verb = (Run(step.verb, VERB), Run(f"   by the {by}", EVENTS))
    lines += wrapped(verb, width, ACTIVITY_X)
    if step.irreversible:
        marks, _ = tag("IRREVERSIBLE", ACTIVITY_X, 1.5, _TAG, 5)
        lines.append(Line(13, marks))
    return tuple(lines)


DEPARTURES: Final = 87.0
"""How high the lines below the steps of each page are, points."""


def departures() -> Line:
    """Give the lines at the foot of each page of steps on which departures are noted.

    Raises:
        UnprintableError: Never in practice: the words are fixed.
    """
    box = Frame(WIDTH - 15, -1, 15, 15, 0.9)
    head = Line(
        16,
        (
            left("Departures on this page", STEP_NUMBER, 0, 10),
            left(
                "one line each here, the four answers on a deviation sheet",
                SMALL_LIGHT,
                118,
                10,
            ),
            right("sheets used", SMALL_LIGHT, WIDTH - 20, 10),
            box,
        ),
    )
    parts = (
        ("step", 0.0, 36.0),
        ("expected", 44.0, 128.0),
        ("happened", 180.0, 150.0),
        ("decided, by", 338.0, WIDTH - 338),
    )
    return stacked((head, ruled(parts), ruled(parts)))
