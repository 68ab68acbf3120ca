"""Page 1, questions 4 to 6: which script, which deviations, what comes later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from ceremony.engine.departed import told_departures
from ceremony.engine.facts import Severity
from ceremony.engine.state import DeviationState
from ceremony.engine.unresolved import doubt_lines
from ceremony.pki.script_profile import has_environments
from ceremony.report.block import digest_lines, section_head
from ceremony.report.book import Book, counted, excerpt, listed
from ceremony.report.drawing import Line, moved, stacked
from ceremony.report.expected import expected
from ceremony.report.pages.plan import POLICIES
from ceremony.report.piece import Column
from ceremony.report.sign import diamond
from ceremony.report.style import (
    HALF,
    SECOND_HALF,
    SMALL,
    SMALL_STRONG,
    WIDTH,
    Style,
)
from ceremony.report.text import Run, baseline, left, paragraph, right, wrapped
from ceremony.report.verdict import approvals, executed_line, severities
from ceremony.script.reliance import by_ground

_TEXT_X: Final = 62.0
_MOST_EXPECTED: Final = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """How much of each list page 1 shows under a script.

    Attributes:
        most: How many grounds of unverified facts, and as many waivers and departures
            of the site's own profiles.
        in_short: Whether each is told without its reason; in full all are on a later
            page.
    """

    most: int = 99
    in_short: bool = False


def script_and_deviations(book: Book, most: int) -> tuple[Column, ...]:
    """Answer questions 4 and 5 side by side.

    Args:
        book: The record.
        most: Deviations that are shown.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    return _script(book), moved(_deviations(book, most), SECOND_HALF)


def relied_on(book: Book, shown: Shown) -> Column:
    """Say under question 4 on whose word the script relies, and what it lets be.

    Args:
        book: The record.
        shown: How much of it is shown.

    Returns:
        Nothing where the script relies on nobody's word and lets nothing be.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    return (
        *_reliances(book, shown),
        *_waivers(book, shown),
        *_departures(book, shown),
    )


def _script(book: Book) -> Column:
    script = book.script
    acts = counted(len(script.acts), "act")
    about = (
        Run(f"{script.id} {script.version}", SMALL_STRONG),
        Run(f", {acts}, {counted(len(script.steps), 'step')}", SMALL),
    )
    executed = (
        Run(_approval(book), SMALL),
        Run(executed_line(book), SMALL_STRONG),
    )
    return (
        *section_head("Which script, approved by whom", number="4", width=HALF),
        *wrapped(about, HALF),
        *digest_lines(book.record.script_digest, HALF),
        *wrapped(executed, HALF),
        *_environment(book),
    )


def _environment(book: Book) -> Column:
    """Say for which environment certificates were issued, where one was."""
    script = book.script
    issued = (*book.own_certificates, *book.state.parts)
    profiles = {script.thing(name).profile for name in issued}
    if not script.environment or not any(
        has_environments(script, name) for name in profiles
    ):
        return ()
    told = f"Certificate policies of the environment {script.environment}."
    return tuple(paragraph(told, SMALL, HALF))


def _reliances(book: Book, shown: Shown) -> Column:
    """Say on whose word unverified facts are relied on."""
    unverified = book.script.unverified
    known = by_ground(unverified)
    told = tuple(each.brief if shown.in_short else each.told for each in known)
    there = {replace(each, fact="") for each in known[: shown.most]}
    rest = sum(replace(each, fact="") not in there for each in unverified)
    more = counted(rest, "unverified fact") if rest else ""
    return _first(book, told, more, shown, SMALL)


def _waivers(book: Book, shown: Shown) -> Column:
    """Say what is let be on whose word, and until when."""
    known = book.script.waivers
    told = tuple(each.brief if shown.in_short else each.told for each in known)
    rest = len(known) - shown.most
    more = counted(rest, "waiver") if rest > 0 else ""
    return _first(book, told, more, shown, SMALL_STRONG)


def _departures(book: Book, shown: Shown) -> Column:
    """Say what the site's own profiles let be."""
    known = told_departures(book.script, book.record.facts)
    told = tuple(map(excerpt, known)) if shown.in_short else known
    rest = len(known) - shown.most
    more = counted(rest, "departure") if rest > 0 else ""
    return _first(book, told, more, shown, SMALL_STRONG)


def _first(
    book: Book,
    known: tuple[str, ...],
    more: str,
    shown: Shown,
    style: Style,
) -> Column:
    """Lay out the first of a list, and say what of it is on which page.

    Args:
        book: The record.
        known: The list, one sentence each.
        more: How many facts, waivers or departures have no room; empty for none.
        shown: How much of it.
        style: How it is set.
    """
    lines: list[Line] = []
    for told in known[: shown.most]:
        lines += paragraph(told, style, WIDTH)
    page = book.page(POLICIES)
    if more:
        lines += paragraph(f"and {more} more, {page}", style, WIDTH)
    elif known and shown.in_short:
        lines += paragraph(f"in full {page}", style, WIDTH)
    return tuple(lines)


def _approval(book: Book) -> str:
    signed = approvals(book)
    if not signed:
        return "No signed approval is part of this record. Executed as scripted: "
    names = tuple(
        book.who(person) for person in map(book.actor, signed) if person is not None
    )
    return f"Approved by {listed(names)}. Executed as approved: "


def _deviations(book: Book, most: int) -> Column:
    known = book.state.deviations
    unsettled = sum(deviation.closed is None for deviation in known)
    told = f"open: {unsettled}"
    if known:
        told += f"   ·   in full {book.page('deviations')}"
    lines: list[Line] = list(
        section_head("Deviations, by severity", told, number="5", width=HALF)
    )
    count = severities(book)
    shown = 0
    for severity in reversed(Severity):
        these = [one for one in known if one.recorded.severity is severity]
        room = max(most - shown, 0)
        lines += _severity(severity, count[severity], tuple(these[:room]))
        shown += len(these[:room])
    rest = len(known) - shown
    if rest > 0:
        told = f"and {counted(rest, 'more', 'more')}, {book.page('deviations')}"
        lines += paragraph(told, SMALL, HALF - _TEXT_X, _TEXT_X)
    for line in doubt_lines(book.state):
        lines += paragraph(line, SMALL_STRONG, HALF)
    return tuple(lines)


def _severity(
    severity: Severity, number: int, known: tuple[DeviationState, ...]
) -> Column:
    base = baseline(SMALL)
    marks = (
        left(severity.value, SMALL_STRONG, 0, base),
        right(str(number), SMALL, 44, base),
    )
    lines: list[Line] = []
    for deviation in known:
        told = paragraph(_brief(deviation), SMALL, HALF - _TEXT_X, _TEXT_X)
        sign = diamond(severity, 53, base)
        lines += [Line(told[0].height, (*sign, *told[0].marks)), *told[1:]]
    if not lines:
        return (Line(SMALL.leading + 1, marks),)
    first = Line(lines[0].height, (*marks, *lines[0].marks))
    return (first, *lines[1:], Line(1.5))


def _brief(deviation: DeviationState) -> str:
    told = excerpt(deviation.recorded.happened)
    step = f", step {deviation.step}" if deviation.step else ""
    settled = "." if deviation.closed else ". Still open."
    return f"{deviation.recorded.deviation}{step}: {told}{settled}"


def expected_block(book: Book) -> tuple[Column, ...]:
    """Answer question 6.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    items = expected(book)
    lines: list[Line] = list(
        section_head(
            "Expected later",
            "each arrives as a numbered supplement; none alters this pack",
            number="6",
        )
    )
    if not items:
        lines += paragraph("Nothing.", SMALL, WIDTH)
    for item in items[:_MOST_EXPECTED]:
        what = stacked(paragraph(item.what, SMALL, 268))
        who = stacked(paragraph(item.owners, SMALL, WIDTH - 340, 280))
        marks = (*what.marks, *who.marks, right(f"by {item.due}", SMALL, WIDTH))
        lines.append(Line(max(what.height, who.height) + 0.8, marks))
    rest = len(items) - _MOST_EXPECTED
    if rest > 0:
        lines += paragraph(
            f"and {counted(rest, 'more', 'more')}, {book.page('method')}", SMALL, WIDTH
        )
    return (tuple(lines),)
