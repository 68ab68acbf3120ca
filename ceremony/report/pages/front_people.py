"""Page 1, question 3: who was present and how each signed."""

from __future__ import annotations

from typing import Final

from ceremony.engine.facts import Attested, SignedOnPaper
from ceremony.engine.state import DissentState
from ceremony.identifiers import PersonId, RoleKind
from ceremony.report.block import section_head
from ceremony.report.book import Book, counted, listed
from ceremony.report.drawing import Line, Mark, rule, space, stacked
from ceremony.report.people import LEVELS, Presence, group, presences, turn_sign
from ceremony.report.piece import Column
from ceremony.report.sign import dash, dot, ring
from ceremony.report.statement import statement_of
from ceremony.report.style import (
    COLUMN_HEAD,
    NOTE,
    SMALL,
    SMALL_STRONG,
    WIDTH,
)
from ceremony.report.text import Run, baseline, centred, left, paragraph, right, wrapped
from ceremony.report.verdict import dissent

_NAME_X: Final = 128.0
_STEPS_X: Final = 234.0
_OPENING_X: Final = 371.0
_STATEMENT_X: Final = 417.0
_CLOSING_X: Final = 459.0


def people_block(book: Book, most: int, dissents: int) -> tuple[Column, ...]:
    """Answer with at most ``most`` people and ``dissents`` dissents in full.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    everybody = presences(book)
    quorum = book.script.quorum
    cosigned = sum(one.closing and one.seat.role == quorum.role for one in everybody)
    title = book.script.demand(quorum.role).title.lower()
    lines: list[Line] = [
        *section_head(
            "Who was present and how each signed",
            f"quorum {quorum.need} of {quorum.of} ({title}); {cosigned} cosigned the "
            "closing checkpoint",
            number="3",
        ),
        _head(),
        space(2.6),
    ]
    last: int | None = None
    for one in _shown(book, everybody, most):
        here = group(book, one.seat)
        if last is not None and here != last:
            lines.append(Line(1.8, (rule(0, WIDTH, 0.7, 0.4),)))
        lines.append(_row(book, one))
        last = here
    rest = len(everybody) - most
    if rest > 0:
        told = f"and {counted(rest, 'more person', 'more people')}, "
        lines += paragraph(f"{told}{book.page('people')}", SMALL, WIDTH)
    return ((*lines, space(2), *_legend(book, everybody), *_dissent(book, dissents)),)


def _shown(
    book: Book, everybody: tuple[Presence, ...], most: int
) -> tuple[Presence, ...]:
    """Choose whom to show: rather one of the quorum less than a witness less."""
    role = book.script.quorum.role
    others = [one for one in everybody if one.seat.role != role]
    quorum = [one for one in everybody if one.seat.role == role]
    chosen = [*others, *quorum][:most]
    return tuple(one for one in everybody if one in chosen)


def _head() -> Line:
    base = baseline(COLUMN_HEAD)
    return Line(
        12.4,
        (
            left("Role", COLUMN_HEAD, 0, base),
            left("Name", COLUMN_HEAD, _NAME_X, base),
            left("Present for steps", COLUMN_HEAD, _STEPS_X, base),
            centred("opening", COLUMN_HEAD, _OPENING_X, base),
            centred("statement", COLUMN_HEAD, _STATEMENT_X, base),
            centred("closing", COLUMN_HEAD, _CLOSING_X, base),
            right("level", COLUMN_HEAD, WIDTH, base),
            rule(0, WIDTH, 12, 0.4),
        ),
    )


def _row(book: Book, one: Presence) -> Line:
    title = book.title(one.seat.person)
    if one.seat.kind is RoleKind.EXTERNAL:
        title += " (external)"
    steps = f"{one.steps}; signs this report" if one.field else one.steps
    columns = (
        paragraph(title, SMALL, _NAME_X - 6),
        paragraph(book.name(one.seat.person), SMALL_STRONG, 100, _NAME_X),
        paragraph(steps, SMALL, _OPENING_X - _STEPS_X - 16, _STEPS_X),
    )
    stacks = [stacked(column) for column in columns]
    base = baseline(SMALL)
    marks: list[Mark] = [mark for stack in stacks for mark in stack.marks]
    for sign, x in (
        (turn_sign(one, "sign-in"), _OPENING_X),
        (turn_sign(one, "sign-out"), _STATEMENT_X),
        (dot if one.closing else dash, _CLOSING_X),
    ):
        marks += sign(x, base)
    marks.append(right(one.level or "none", SMALL, WIDTH, base))
    return Line(max(stack.height for stack in stacks) + 0.7, tuple(marks))


def _legend(book: Book, everybody: tuple[Presence, ...]) -> Column:
    used = sorted({one.level for one in everybody if one.level}, reverse=True)
    names = {level.value: said for level, said in LEVELS.items()}
    waived = any(
        isinstance(recorded.fact, Attested | SignedOnPaper) and recorded.fact.waived
        for recorded in book.record.facts
    )
    told = "; ".join(f"{level} = {names[level]}" for level in used)
    told += ", below the policy's minimum and waived" if waived else ""
    levels = f"{told}.  " if told else ""
    text = (
        f"signed with the person's own key.  {levels}Statements in full: "
        f"{book.page('attestations')}."
    )
    lines = paragraph(text, NOTE, WIDTH - 9, 9)
    return (
        Line(lines[0].height, (*dot(3, baseline(NOTE)), *lines[0].marks)),
        *lines[1:],
        *_inked(book),
    )


def _inked(book: Book) -> Column:
    """Explain the ring where somebody signed in ink."""
    sheets = book.state.sheets
    if not sheets:
        return ()
    word = "sheet" if len(sheets) == 1 else "sheets"
    told = f"signed in ink, {word} {listed(sheets)} outside this pack; no cosignature."
    first, *more = paragraph(told, NOTE, WIDTH - 9, 9)
    return (
        Line(first.height, (*ring(3, baseline(NOTE)), *first.marks)),
        *more,
    )


def _dissent(book: Book, most: int) -> Column:
    """Give each dissent word for word, with what was decided and by whom."""
    known = book.state.dissents
    lines: list[Line] = []
    for one in known[:most]:
        lines += wrapped(_told(book, one), WIDTH)
    rest = len(known) - most
    if rest > 0:
        told = f"and {counted(rest, 'more dissent')}, word for word "
        lines += paragraph(f"{told}{book.page('dissents')}", SMALL_STRONG, WIDTH)
    turns = {one.step for one in known}
    for recorded in dissent(book):
        step = recorded.event.step
        if step is not None and step.id in turns:
            continue
        person = book.actor(recorded) or PersonId("")
        said = statement_of(book, recorded)
        runs = (
            Run(f"Dissent. {book.who(person)}: ", SMALL_STRONG),
            Run(f"“{said}”", SMALL),
        )
        lines += wrapped(runs, WIDTH)
    return tuple(lines)


def _told(book: Book, known: DissentState) -> tuple[Run, ...]:
    person = known.recorded.person
    head = Run(f"Dissent. {book.who(person)}, step {known.step}: ", SMALL_STRONG)
    said = Run(f"“{known.recorded.reason}”", SMALL)
    if known.settled is None:
        return (head, said, Run("  Nothing was decided.", SMALL))
    by = listed(tuple(book.who(each.person) for each in known.settled.by))
    return (
        head,
        said,
        Run("  Decided: ", SMALL_STRONG),
        Run(f"“{known.settled.decided}”, by {by}.", SMALL),
    )
