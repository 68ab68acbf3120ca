"""Figure 1: who was in the room, and what happened when.

Invariants:
    * Every time that is drawn is a leaf's wall time; nothing is estimated.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from ceremony.engine.facts import (
    AttendanceChanged,
    Attested,
    HoldAnswered,
    Intent,
    Resumed,
    Severity,
    SignedOnPaper,
)
from ceremony.identifiers import PersonId, RoleKind
from ceremony.journal.checkpoint import read_checkpoint
from ceremony.report.block import section_head
from ceremony.report.book import Book, clock, day, wall
from ceremony.report.chronicle import chronicle
from ceremony.report.drawing import (
    Frame,
    Line,
    Mark,
    Shape,
    Stroke,
    rule,
    shifted,
    space,
)
from ceremony.report.face import Face
from ceremony.report.people import presences
from ceremony.report.piece import Column
from ceremony.report.scale import MINUTE, START, Scale
from ceremony.report.sign import diamond, triangle
from ceremony.report.style import NOTE, SMALL, SMALL_STRONG, WIDTH, Style
from ceremony.report.text import baseline, centred, left

_ROW: Final = 14.2
_AXIS: Final = Style(Face.REGULAR, 8, 11)
_CONTROL_GREY: Final = 0.6
_WITNESS_GREY: Final = 0.82


def timeline(book: Book) -> Column:
    """Draw the figure.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    last = max(book.ended, book.begun + timedelta(seconds=1))
    scale = Scale(book.begun, last)
    tick = scale.tick
    told = f"UTC, {day(book.begun)}; one tick is {_length(tick)}"
    head = section_head(
        "Who was in the room, and what happened when", told, number="Figure 1"
    )
    rows = [
        _acts(book, scale),
        space(5),
        *(_person(book, scale, one.seat.person) for one in presences(book)),
        space(5),
        _row("Token operation", _operations(book, scale)),
        _row("Hold", _holds(book, scale)),
        _row("Checkpoint signed", _checkpoints(book, scale)),
        *_breaks(book, scale),
        *_interruptions(book, scale),
    ]
    places = _dotted(book, scale)
    crossed = [_crossed(row, places) for row in rows]
    lines = (*_axis(scale, tick), *crossed, _deviations(book, scale))
    return (*head, *lines, space(6), _legend())


def _length(seconds: float) -> str:
    for unit, size in (("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds >= size and seconds % size == 0:
            number = int(seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{seconds:g} seconds"


def _axis(scale: Scale, tick: float) -> Column:
    base = baseline(_AXIS)
    marks: list[Mark] = [rule(START - 10, WIDTH, 17, 0.5)]
    marks += [
        Stroke(((scale.x(moment), 14.4), (scale.x(moment), 17)), 0.4)
        for moment in scale.ticks(tick)
    ]
    for moment in scale.ticks(scale.step):
        at = scale.x(moment)
        told = clock(moment, seconds=scale.step < MINUTE)
        marks.append(Stroke(((at, 12.4), (at, 17)), 0.6))
        half = _AXIS.width(told) / 2
        marks.append(centred(told, _AXIS, min(max(at, START), WIDTH - half), base))
    return (Line(22, tuple(marks)),)


def _row(label: str, marks: Sequence[Mark]) -> Line:
    base = baseline(SMALL) + 1.4
    return Line(_ROW, (left(label, SMALL, 0, base), *marks))


def _acts(book: Book, scale: Scale) -> Line:
    marks: list[Mark] = [left("Act", SMALL_STRONG, 0, 11.4)]
    accounts = chronicle(book.record)
    for act in book.script.acts:
        own = [account for account in accounts if account.act is act]
        starts = [account.began for account in own if account.began]
        ends = [wall(account.closed) for account in own if account.closed]
        if not starts or not ends:
            continue
        x1, x2 = scale.x(min(starts)), scale.x(max(ends))
        wide = max(x2 - x1 - 0.8, 2.0)
        marks.append(Frame(x1, 0.5, wide, 15, 0.7))
        number = SMALL_STRONG.width(act.id)
        if number + 6 <= wide:
            marks.append(left(act.id, SMALL_STRONG, x1 + 4, 11.4))
        if number + 14 + NOTE.fitted(act.title).width(act.title) <= wide:
            marks.append(left(act.title, NOTE, x1 + 8 + number, 11.2))
    return Line(16, tuple(marks))


def _spans(book: Book, person: PersonId) -> list[tuple[datetime, datetime]]:
    spans: list[tuple[datetime, datetime]] = []
    since: datetime | None = None
    for recorded in book.record.facts:
        fact, at = recorded.fact, wall(recorded)
        inside: bool | None = None
        if isinstance(fact, AttendanceChanged) and fact.person == person:
            inside = fact.direction == "in"
        elif (
            isinstance(fact, Attested | SignedOnPaper)
            and book.actor(recorded) == person
        ):
            inside = fact.turn == "sign-in"
        if inside and since is None:
            since = at
        elif inside is False and since is not None:
            spans.append((since, at))
            since = None
    if since is not None:
        spans.append((since, book.ended))
    return spans


def _person(book: Book, scale: Scale, person: PersonId) -> Line:
    control = book.state.seat(person).kind is RoleKind.CONTROL
    grey = _CONTROL_GREY if control else _WITNESS_GREY
    marks: list[Mark] = []
    before: float | None = None
    for first, last in _spans(book, person):
        x1, x2 = scale.x(first), scale.x(last)
        box = ((x1, 5.2), (x2, 5.2), (x2, 9.8), (x1, 9.8))
        marks.append(Shape(box, fill=grey))
        marks += [Stroke(((x, 3), (x, 12)), 0.6) for x in (x1, x2)]
        if before is not None and x1 - before > NOTE.width("out") + 6:
            marks.append(centred("out", NOTE, (before + x1) / 2, 9.8))
        before = x2
    return _row(book.title(person), marks)


def _operations(book: Book, scale: Scale) -> list[Mark]:
    steps = {step.id: step for step in book.script.steps}
    marks: list[Mark] = []
    for recorded in book.record.facts:
        if not isinstance(recorded.fact, Intent):
            continue
        ref = recorded.event.step
        step = steps.get(ref.id) if ref is not None else None
        marks += triangle(
            scale.x(wall(recorded)), 11, solid=step is not None and step.irreversible
        )
    return marks


def _holds(book: Book, scale: Scale) -> list[Mark]:
    return [
        Frame(scale.x(wall(recorded)) - 2.8, 5, 5.6, 5.6, 0.7)
        for recorded in book.record.facts
        if isinstance(recorded.fact, HoldAnswered)
    ]


def _checkpoints(book: Book, scale: Scale) -> list[Mark]:
    sizes = {
        read_checkpoint(raw).size
        for name, raw in book.record.files.items()
        if name.startswith("checkpoint")
    }
    return [
        Stroke(((scale.x(wall(recorded)), 4), (scale.x(wall(recorded)), 11)), 1)
        for recorded in book.record.facts
        if recorded.event.seq + 1 in sizes
    ]


def _interruptions(book: Book, scale: Scale) -> list[Line]:
    times = {recorded.event.seq: wall(recorded) for recorded in book.record.facts}
    marks: list[Mark] = []
    for recorded in book.record.facts:
        if not isinstance(recorded.fact, Resumed):
            continue
        x2 = scale.x(wall(recorded))
        x1 = min(scale.x(times.get(recorded.fact.last_seq, wall(recorded))), x2 - 4)
        marks += _hatch(x1, x2)
    return [_row("Interruption", marks)] if marks else []


def _breaks(book: Book, scale: Scale) -> list[Line]:
    marks: list[Mark] = []
    for known in book.state.breaks:
        x2 = scale.x(known.ended_at or book.ended)
        marks += _hatch(min(scale.x(known.begun_at), x2 - 4), x2)
    return [_row("Break", marks)] if marks else []


def _hatch(x1: float, x2: float) -> list[Mark]:
    marks: list[Mark] = []
    at = x1
    while at < x2:
        marks.append(Stroke(((at, 11), (min(at + 4, x2), 4)), 0.5))
        at += 2
    return marks


def _deviations(book: Book, scale: Scale) -> Line:
    times = {recorded.event.seq: wall(recorded) for recorded in book.record.facts}
    placed = [
        (scale.x(times[known.seq]), known)
        for known in book.state.deviations
        if known.seq in times
    ]
    marks: list[Mark] = []
    for number, (x, known) in enumerate(placed):
        marks += diamond(known.recorded.severity, x, 11)
        name = known.recorded.deviation
        wide = SMALL_STRONG.width(name)
        after = placed[number + 1][0] if number + 1 < len(placed) else WIDTH + 10
        if x + 8 + wide < after - 6 and x + 8 + wide <= WIDTH:
            marks.append(left(name, SMALL_STRONG, x + 8, 11))
        elif number == 0 or x - 8 - wide > placed[number - 1][0] + 6:
            marks.append(left(name, SMALL_STRONG, x - 8 - wide, 11))
    if not placed:
        marks.append(left("none", NOTE, START - 10, 11))
    return _row("Deviation", marks)


def _dotted(book: Book, scale: Scale) -> tuple[float, ...]:
    """Give the places of dotted lines from the acts down to each deviation."""
    times = {recorded.event.seq: wall(recorded) for recorded in book.record.facts}
    return tuple(
        scale.x(times[known.seq])
        for known in book.state.deviations
        if known.seq in times
    )


def _crossed(row: Line, places: tuple[float, ...]) -> Line:
    dots = (Stroke(((x, 0), (x, row.height)), 0.5, dash=(0.8, 1.6)) for x in places)
    return Line(row.height, (*dots, *row.marks))


def _legend() -> Line:
    base = baseline(NOTE)
    marks: list[Mark] = []
    x = 0.0
    for sign, word in (
        (triangle(0, base, solid=True), "irreversible"),
        (triangle(0, base, solid=False), "other token operation"),
        ((_bar(_CONTROL_GREY, base),), "control"),
        ((_bar(_WITNESS_GREY, base),), "witness, external"),
        (diamond(Severity.NOTE, 0, base), "note"),
        (diamond(Severity.MINOR, 0, base), "minor"),
        (diamond(Severity.MAJOR, 0, base), "major"),
    ):
        marks += shifted(sign, x + 4)
        marks.append(left(word, NOTE, x + 13, base))
        x += NOTE.width(word) + 25
    return Line(NOTE.leading, tuple(marks))


def _bar(grey: float, base: float) -> Shape:
    top, low = base - 5, base - 1
    return Shape(((-4, top), (5, top), (5, low), (-4, low)), fill=grey)
