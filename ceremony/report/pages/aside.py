"""What stands between the steps: deviations, notes, breaks, comings and goings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ceremony.engine.facts import (
    AttendanceChanged,
    BreakBegun,
    BreakEnded,
    CommandRefused,
    DeviationClosed,
    FoundObject,
    Initial,
    Noted,
    Resumed,
    Severity,
    TokenFound,
    TokensChanged,
    TokensInspected,
)
from ceremony.engine.state import DeviationState, Recorded
from ceremony.report.book import Book, clock, counted, listed, wall
from ceremony.report.chronicle import StepAccount
from ceremony.report.drawing import Line, Mark, Shape, shifted
from ceremony.report.face import Face
from ceremony.report.piece import Column, Piece
from ceremony.report.sign import flag
from ceremony.report.style import BODY, BODY_STRONG, SMALL_STRONG, WIDTH, Style
from ceremony.report.text import Run, left, paragraph, right, wrapped

_X: Final = 27.0
_LABEL_X: Final = 37.0
_TEXT_X: Final = 84.0
_INITIAL_X: Final = 436.0
_TEXT_WIDTH: Final = _INITIAL_X - _TEXT_X - 8
_FLAG_ROOM: Final = 36.0
"""A longer flag would leave the paper; its shape tells the severity too."""
_LOOKS: Final = {
    Resumed.type: "Resumed",
    TokensChanged.type: "Changed",
    TokensInspected.type: "Inspected",
}
_FLAG: Final = Style(Face.STRONG, 6.8, 9)


def flags(deviations: Sequence[DeviationState]) -> tuple[Mark, ...]:
    """Draw a flag for each deviation in the binding margin, below one another.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    marks: list[Mark] = []
    for number, known in enumerate(deviations):
        told = f"{known.recorded.deviation} {known.recorded.severity.value}"
        if _FLAG.fitted(told).width(told) > _FLAG_ROOM:
            told = known.recorded.deviation
        marks += shifted(
            flag(told, known.recorded.severity, _FLAG), 0, 3.6 + number * 15
        )
    return tuple(marks)


def deviation_piece(book: Book, known: DeviationState, account: StepAccount) -> Piece:
    """Hang the four answers under their step, on a bar.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    closed = next(
        (
            recorded
            for recorded in (*account.asides, *book.record.facts)
            if isinstance(recorded.fact, DeviationClosed)
            and recorded.fact.deviation == known.recorded.deviation
        ),
        None,
    )
    lines: list[Line] = []
    for label, text in answers(book, known):
        told = paragraph(text, BODY, _TEXT_WIDTH, _TEXT_X)
        head = left(label, SMALL_STRONG, _LABEL_X)
        lines += [Line(told[0].height, (head, *told[0].marks)), *told[1:]]
    initials: Column = ()
    if closed is not None and known.closed is not None:
        initials = _initials(known.closed.by, closed)
    barred = tuple(_barred(line, known.recorded.severity) for line in lines)
    return Piece((barred, initials), before=1, after=5)


def answers(book: Book, known: DeviationState) -> tuple[tuple[str, str], ...]:
    """Give a deviation's four answers with their labels."""
    closed = known.closed
    by = (
        listed(tuple(book.who(initial.person) for initial in closed.by))
        if closed
        else "nobody yet"
    )
    decided = closed.decided if closed else "still open"
    if closed is not None and closed.course is not None:
        decided = f"{closed.course.value}: {decided}"
    return (
        ("expected", known.recorded.expected),
        ("happened", known.recorded.happened),
        ("decided", decided),
        ("by", f"{by}." if closed else by),
    )


def _barred(line: Line, severity: Severity) -> Line:
    wide = {Severity.NOTE: 0.8, Severity.MINOR: 2.6, Severity.MAJOR: 4.2}[severity]
    box = (
        (_X, 0.0),
        (_X + wide, 0.0),
        (_X + wide, line.height),
        (_X, line.height),
    )
    return Line(line.height, (Shape(box, fill=0), *line.marks))


def _initials(by: Sequence[Initial], closed: Recorded) -> Column:
    lines: list[Line] = []
    for number, initial in enumerate(by):
        marks: list[Mark] = [left(initial.mark, BODY_STRONG, _INITIAL_X)]
        if number == 0:
            marks.append(right(clock(wall(closed)), BODY, WIDTH))
        lines.append(Line(BODY.leading, tuple(marks)))
    return tuple(lines)


def aside_pieces(book: Book, asides: Sequence[Recorded]) -> tuple[Piece, ...]:
    """Lay out what was recorded at any time rather than in a step.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    pieces: list[Piece] = []
    for recorded in asides:
        told = told_aside(book, recorded)
        if told is None:
            continue
        label, text = told
        lines = wrapped(
            (Run(f"{label}  ", SMALL_STRONG), Run(text, BODY)),
            _INITIAL_X - _X - 8,
            _X,
        )
        marks = right(clock(wall(recorded)), BODY, WIDTH)
        first = Line(lines[0].height, (marks, *lines[0].marks))
        pieces.append(Piece(((first, *lines[1:]),), before=1, after=4))
    return tuple(pieces)


def told_aside(book: Book, recorded: Recorded) -> tuple[str, str] | None:
    """Say what an aside is and what it says; None for a deviation's own facts."""
    told: tuple[str, str] | None = None
    match recorded.fact:
        case AttendanceChanged(person=person, direction=direction, reason=reason):
            went = "came back" if direction == "in" else "left the room"
            why = f": {reason}" if reason else "."
            told = "Attendance", f"{book.who(person)} {went}{why}"
        case Noted() as noted:
            told = "Note", note(noted)
        case BreakBegun() as begun:
            told = "Break", pause(book, begun)
        case BreakEnded():
            told = "Break", "It is over; the ceremony goes on."
        case (Resumed() | TokensChanged() | TokensInspected()) as looked:
            told = _LOOKS[looked.type], look(book, looked)
        case CommandRefused(rule=rule, command=command):
            told = "Refused", f"{command} (rule {rule})"
        case _:
            pass
    return told


def note(fact: Noted) -> str:
    """Tell a remark, and whether it was noted once the ceremony had been left."""
    if fact.left_after is None:
        return fact.text
    return (
        f"{fact.text} (Noted while the ceremony was left, after event "
        f"{fact.left_after}.)"
    )


def pause(book: Book, fact: BreakBegun) -> str:
    """Tell of a break: how long it is planned, who stays, why."""
    by = listed(tuple(book.who(person) for person in fact.staying))
    tokens = listed(tuple(book.thing(name) for name in fact.logged_out))
    out = f"Logged out first: {tokens}. " if fact.logged_out else ""
    return (
        f"{counted(fact.minutes, 'minute')} planned. {out}In the room stay {by}. "
        f"Reason: {fact.reason}"
    )


def change(fact: TokensChanged) -> str:
    """Tell of tokens that were changed meanwhile: every object, and its deviation."""
    told = []
    for each in fact.tokens:
        told += [f"{_object(it)} is foreign" for it in each.foreign]
        told += [f"{_object(it)} is gone" for it in each.gone]
        told[-1] += f", token {each.token}"
    return f"{'; '.join(told)}. See {fact.deviation}."


def _object(found: FoundObject) -> str:
    told = f"{found.kind} {found.label or 'without label'}"
    return f"{told} (id {found.cka_id or 'none'})"


def look(book: Book, fact: Resumed | TokensChanged | TokensInspected) -> str:
    """Tell what people found in the tokens after an interruption."""
    if isinstance(fact, Resumed):
        return resumption(book, fact)
    return change(fact) if isinstance(fact, TokensChanged) else inspection(fact)


def inspection(fact: TokensInspected) -> str:
    """Tell of a look into the tokens: what was in each, and whether as recorded."""
    changed = [
        found.token
        for found in fact.tokens
        if found.inventory.added or found.inventory.removed
    ]
    held = "each holds what the record has"
    if changed:
        held = f"not as the record has it: {listed(tuple(changed))}"
    return f"People looked into the tokens; {held}.{_tokens(fact.tokens)}"


def _tokens(tokens: Sequence[TokenFound]) -> str:
    return "".join(
        f" Token {found.token}: {counted(found.inventory.count, 'object')} found, "
        f"{found.expected_count} expected."
        for found in tokens
    )


def resumption(book: Book, fact: Resumed) -> str:
    """Tell of a resumption: what was found, who looked."""
    why = "the machine started anew" if fact.rebooted else "the program ended"
    doubt = (
        f" Operation {fact.in_doubt} was in doubt."
        if fact.in_doubt
        else " No operation was in doubt."
    )
    tokens = _tokens(fact.tokens)
    by = listed(tuple(book.who(initial.person) for initial in fact.by))
    return f"After event {fact.last_seq} {why}.{doubt}{tokens} Inspected by {by}."
