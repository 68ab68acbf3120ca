"""Page 1, questions 7 to 9: the record digest, how to check, what is not proven."""

from __future__ import annotations

from collections.abc import Sequence

from ceremony.report.block import digest_rows, section_head
from ceremony.report.book import Book
from ceremony.report.drawing import Line, moved
from ceremony.report.piece import Column
from ceremony.report.style import (
    HALF,
    SECOND_HALF,
    SMALL,
    SMALL_STRONG,
    VALUE,
)
from ceremony.report.text import DASH, Run, left, wrapped
from ceremony.report.verdict import not_proven


def digest_block(book: Book) -> tuple[Column, ...]:
    """Answer question 7: eight rows, each with its own four bytes.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    own = len(book.record.facts)
    head = section_head(
        "Record digest, in hexadecimal and in words",
        f"root of the final checkpoint: {book.size} leaves, {own} of them this "
        "ceremony's",
        number="7",
    )
    return ((*head, *digest_rows(book.root)),)


def closing_blocks(book: Book) -> tuple[Column, ...]:
    """Answer questions 8 and 9 side by side.

    Raises:
        UnprintableError: No bundled face can draw a character of it.
    """
    mono = VALUE
    checks = (
        ("a", (Run("Compare the 32 words above with those a custodian kept.", SMALL),)),
        (
            "b",
            (
                Run("Run ", SMALL),
                Run("ceremony verify PACK.pdf --trust POLICY", mono),
                Run(
                    ", with a policy that you got elsewhere, not from this file.", SMALL
                ),
            ),
        ),
        (
            "c",
            (
                Run("Without the tool: save the attached files, then ", SMALL),
                Run("VERIFY.txt", mono),
                Run(
                    " shows the same with openssl and sha256sum; see also "
                    f"{book.page('files')}.",
                    SMALL,
                ),
            ),
        ),
    )
    first: list[Line] = list(section_head("How to check", number="8", width=HALF))
    for mark, runs in checks:
        first += _item(mark, runs)
    second: list[Line] = list(
        section_head("What it does not prove", number="9", width=HALF)
    )
    for told in not_proven(book):
        second += _item(DASH, (Run(told, SMALL),))
    return tuple(first), moved(second, SECOND_HALF)


def _item(mark: str, runs: Sequence[Run]) -> Column:
    lines = wrapped(runs, HALF - 11, 11)
    head = left(mark, SMALL_STRONG, 0)
    return (Line(lines[0].height, (head, *lines[0].marks)), *lines[1:], Line(1))
