"""What was signed was held against: rules, a second linter, a certificate's path.

Only where a leaf tells of a second lint or of a path: pages of records from before say
what they said.
"""

from __future__ import annotations

from ceremony.engine.facts import (
    Linted,
    LintFinding,
    SecondLint,
    SecondLintFinding,
)
from ceremony.engine.transcript import Mark as Sign
from ceremony.identifiers import Digest
from ceremony.report.book import Book, counted
from ceremony.report.grid import Cell, Heading, table
from ceremony.report.piece import Piece, chained, rows
from ceremony.report.style import BODY, SMALL_STRONG, WIDTH
from ceremony.report.text import paragraph

_HEADINGS = (
    Heading("Held against", 0, 150, SMALL_STRONG),
    Heading("Applied", 150, 74),
    Heading("Without a finding", 224, 84),
    Heading("", 308, WIDTH - 308),
)
_FINDINGS = (
    Heading("Finding", 0, 150, SMALL_STRONG),
    Heading("What was found; standard", 150, 190),
    Heading("Why it is let be", 340, WIDTH - 340),
)


def linted(book: Book, name: str) -> tuple[Piece, ...]:
    """Lay out a certificate's lint report; nothing where no leaf tells of one.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    made = book.state.certificates[name]
    return (*_lint_of(book, name, made.tbs), *_path(book, name))


def linted_list(book: Book, name: str) -> tuple[Piece, ...]:
    """Lay out a revocation list's lint report; nothing where no leaf tells of one.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    return _lint_of(book, name, book.state.crls[name].tbs)


def linted_request(book: Book, name: str) -> tuple[Piece, ...]:
    """Lay out a request's lint report; nothing where no leaf tells of one.

    No second linter reads requests, so that there is one row.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    tbs = book.state.requests[name].tbs
    for recorded in book.record.facts:
        fact = recorded.fact
        if isinstance(fact, Linted) and tbs and (fact.subject, fact.tbs) == (name, tbs):
            return (*table(_HEADINGS, [_own(fact)], gap=1.6), _same_bytes())
    return ()


def _lint_of(book: Book, name: str, tbs: Digest) -> tuple[Piece, ...]:
    for recorded in book.record.facts:
        fact = recorded.fact
        if not isinstance(fact, Linted) or fact.second is None:
            continue
        if (fact.subject, fact.tbs) == (name, tbs):
            return _report(fact, fact.second)
    return ()


def _report(fact: Linted, second: SecondLint) -> tuple[Piece, ...]:
    cells: list[tuple[Cell, ...]] = [
        _own(fact),
        (
            f"{second.tool} {second.version}",
            counted(second.rule_count, "question"),
            str(second.rule_count - len(second.findings)),
            Sign.PASS if not second.findings else Sign.REMARK,
        ),
    ]
    found = [*map(_finding, fact.findings), *map(_finding, second.findings)]
    return (
        # Both rows are about one thing: a page's end between them would hide the other.
        *chained(table(_HEADINGS, cells, gap=1.6)),
        *(table(_FINDINGS, found, gap=1.6) if found else ()),
        _same_bytes(),
    )


def _own(fact: Linted) -> tuple[Cell, ...]:
    return (
        f"Profile {fact.profile}",
        counted(fact.rule_count, "rule"),
        str(fact.rule_count - len({found.rule for found in fact.findings})),
        Sign.PASS if not fact.findings else Sign.REMARK,
    )


def _same_bytes() -> Piece:
    told = paragraph("What was linted is what was signed.", BODY, WIDTH)
    return rows(told, before=3)


def _finding(found: LintFinding | SecondLintFinding) -> tuple[Cell, ...]:
    ground = f"of severity {found.severity} only"
    if isinstance(found, SecondLintFinding):
        ground = found.departs or found.waived or ground
    return (
        found.rule,
        f"{found.text} [{found.source}]",
        f"{ground[0].upper()}{ground[1:]}",
    )


def _path(book: Book, name: str) -> tuple[Piece, ...]:
    path = book.state.paths.get(name)
    if path is None:
        return ()
    told = (
        f"NOT TO BE USED. {path.rule}: {path.text}"
        if path.rule
        else f"The path of {counted(len(path.certificates), 'certificate')} up to the "
        f"trust anchor is valid by RFC 5280, section 6.1 ({path.tool} {path.version})."
    )
    return (rows(paragraph(told, BODY, WIDTH), after=4),)
