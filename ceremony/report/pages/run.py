"""The executed script, act by act: what each step found, who initialled it, when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Line as Told
from ceremony.report.book import Book, clock, counted, lowered, span, wall
from ceremony.report.chronicle import StepAccount, chronicle, deviations_at
from ceremony.report.drawing import Line, Mark, moved, rule, space
from ceremony.report.face import Face
from ceremony.report.pages.aside import aside_pieces, deviation_piece, flags
from ceremony.report.pages.entries import entry_lines
from ceremony.report.piece import NEW_PAGE, Column, Piece, chained
from ceremony.report.scale import MINUTE
from ceremony.report.sign import tag
from ceremony.report.style import (
    ACT_NUMBER,
    ACT_TITLE,
    BODY,
    BODY_STRONG,
    COLUMN_HEAD,
    EVENTS,
    NOTE,
    SMALL_LIGHT,
    STEP_NUMBER,
    VERB,
    WIDTH,
    Style,
)
from ceremony.report.text import Run, baseline, left, paragraph, right, wrapped
from ceremony.report.verdict import played, played_line
from ceremony.script.model import Act, Step

ACTIVITY_X: Final = 27.0
VALUE_X: Final = 196.0
VALUE_WIDTH: Final = 229.0
INITIAL_X: Final = 436.0
_ACTIVITY_WIDTH: Final = 153.0
_LEAST_ROOM: Final = 190.0
"""An act begins a new page where less is free, points."""
_HEAD: Final = Style(Face.STRONG, 7.8, 11)
_TAG: Final = Style(Face.STRONG, 6.4, 8, 1.1)


def run(book: Book) -> tuple[Piece, ...]:
    """Lay out every act that was begun.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    accounts = chronicle(book.record)
    pieces: list[Piece] = []
    for number, act in enumerate(book.script.acts):
        own = [account for account in accounts if account.act is act]
        if not own:
            pieces.append(_not_begun(act, first=number == 0))
            continue
        pieces += _act(book, act, own, first=number == 0)
    told = (
        "Initials are the operator's record of what a person said; signatures are on "
        f"{book.page('attestations')}. Times are UTC."
    )
    if played(book):
        told += (
            f" Recorded answers were played in {played_line(book)}: nobody said or "
            "typed what stands there."
        )
    return (*pieces, Piece((paragraph(told, NOTE, WIDTH),), before=5))


def _act(
    book: Book, act: Act, accounts: Sequence[StepAccount], *, first: bool
) -> list[Piece]:
    head = _head(book, act, accounts)
    opening = Piece(
        ((*head, *_columns()),),
        before=26,
        joined=True,
        anchor="script" if first else f"act-{act.id}",
        outline="Executed script" if first else "",
        running="Executed script",
        need=NEW_PAGE if first else _LEAST_ROOM,
    )
    pieces = [opening]
    for account in accounts:
        pieces += _step(book, account)
    return pieces


def _head(book: Book, act: Act, accounts: Sequence[StepAccount]) -> Column:
    starts = [account.began for account in accounts if account.began]
    closings = [wall(account.closed) for account in accounts if account.closed]
    told = f"planned {act.minutes} min"
    if starts and closings:
        seconds = (max(closings) - min(starts)).total_seconds()
        spent = str(round(seconds / 60)) if seconds >= MINUTE else "under 1"
        told = f"{span(min(starts), max(closings))}   ·   {spent} of {act.minutes} min"
    indent = max(ACTIVITY_X, ACT_NUMBER.width(act.id) + 8)
    title = paragraph(act.title, ACT_TITLE, WIDTH - indent - 130, indent)
    base = baseline(ACT_TITLE) + 1
    marks = (
        left(act.id, ACT_NUMBER, 0, base + 0.5),
        right(told, SMALL_LIGHT, WIDTH, base),
    )
    reader = lowered(book.script.demand(act.reader).title)
    about = f"Reader: {reader}.  Purpose: {lowered(act.purpose)}"
    return (
        Line(title[0].height + 2, (*marks, *title[0].marks)),
        *title[1:],
        *paragraph(about, SMALL_LIGHT, WIDTH - ACTIVITY_X, ACTIVITY_X),
        space(4),
    )


def _columns() -> Column:
    marks = (
        rule(0, WIDTH, 0.65, 1.3),
        left("Step", _HEAD, 0, 11.4),
        left("Activity", _HEAD, ACTIVITY_X, 11.4),
        left("Value or result", _HEAD, VALUE_X, 11.4),
        left("Initial", _HEAD, INITIAL_X, 11.4),
        right("Time", _HEAD, WIDTH, 11.4),
        rule(0, WIDTH, 16.4, 0.4),
    )
    return (Line(16.8, marks),)


def _step(book: Book, account: StepAccount) -> list[Piece]:
    step = account.step
    entries = KINDS[step.verb].entries(book.state, account.facts)
    values: list[Line] = []
    if account.closed or account.recorded:
        entries = (*_expected(step), *entries)
    for entry in entries if account.closed or account.recorded else ():
        values += entry_lines(entry, VALUE_WIDTH)
    if account.closed is None:
        values += paragraph("not closed", BODY_STRONG, VALUE_WIDTH)
    marks: list[Line] = []
    for initial in account.initials:
        marks += [Line(BODY.leading, (left(initial.mark, BODY_STRONG, INITIAL_X),))]
    time = clock(wall(account.closed)) if account.closed else ""
    number = Line(
        BODY.leading,
        (left(step.id, STEP_NUMBER, 0), right(time, BODY, WIDTH)),
    )
    top = (space(4),)
    columns = (
        (*top, number),
        (*top, *_activity(step, account)),
        (*top, *moved(values, VALUE_X)),
        (*top, *marks),
    )
    deviations = deviations_at(book.record, step.id)
    main = Piece(columns, after=5, head=_columns(), margin=flags(deviations))
    below = [
        *(deviation_piece(book, known, account) for known in deviations),
        *aside_pieces(book, account.after),
    ]
    pieces = list(chained((main, *below)))
    pieces[-1] = replace(pieces[-1], ends=(rule(0, WIDTH, 0, 0.4),))
    pieces = [*_ruled(aside_pieces(book, account.before)), *pieces]
    return [replace(piece, head=_columns()) for piece in pieces]


def _ruled(pieces: Sequence[Piece]) -> list[Piece]:
    return [
        replace(piece, before=4, ends=(rule(0, WIDTH, 0, 0.4),)) for piece in pieces
    ]


def _expected(step: Step) -> tuple[Told, ...]:
    """Say how many objects the script expects, where an inventory names a number."""
    count = step.parameters.get("expect-objects", -1)
    if step.verb != "token.inventory" or not isinstance(count, int) or count < 0:
        return ()
    return (Told("expected", counted(count, "object") if count else "no object"),)


def _activity(step: Step, account: StepAccount) -> Column:
    lines: list[Line] = list(
        wrapped((Run(step.text, BODY),), _ACTIVITY_WIDTH, ACTIVITY_X)
    )
    if step.say:
        lines += wrapped(
            (Run("Said: ", COLUMN_HEAD), Run(f"“{step.say}”", BODY)),
            _ACTIVITY_WIDTH,
            ACTIVITY_X,
        )
    if step.expect:
        lines += wrapped(
            (Run("Expected: ", COLUMN_HEAD), Run(step.expect, BODY)),
            _ACTIVITY_WIDTH,
            ACTIVITY_X,
        )
    verb = (Run(step.verb, VERB), Run(f"   {_events(account.seqs)}", EVENTS))
    lines += wrapped(verb, _ACTIVITY_WIDTH, ACTIVITY_X)
    if step.irreversible:
        marks, _ = tag("IRREVERSIBLE", ACTIVITY_X, 1.5, _TAG, 5)
        lines.append(Line(13, marks))
    return tuple(lines)


def _events(seqs: Sequence[int]) -> str:
    match len(seqs):
        case 0:
            return "no event"
        case 1:
            return f"event {seqs[0]}"
        case 2:
            return f"events {seqs[0]}, {seqs[1]}"
        case _:
            return f"events {seqs[0]} to {seqs[-1]}"


def _not_begun(act: Act, *, first: bool) -> Piece:
    marks: tuple[Mark, ...] = (left(act.id, ACT_NUMBER, 0, 15),)
    title = paragraph(f"{act.title}: not begun", ACT_TITLE, WIDTH - 40, ACTIVITY_X)
    return Piece(
        (
            (
                Line(title[0].height, (*marks, *title[0].marks)),
                *title[1:],
            ),
        ),
        before=16,
        anchor="script" if first else f"act-{act.id}",
        outline="Executed script" if first else "",
        running="Executed script",
        need=NEW_PAGE if first else 0,
    )
