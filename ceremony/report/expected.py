"""What is still to come after the pack: originals in ink, and the script's items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from ceremony.engine.facts import SignedOnPaper
from ceremony.identifiers import PersonId
from ceremony.report.book import Book, listed

INK_WITHIN_DAYS: Final = 14
"""An original in ink is handed in as a supplement within two weeks."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing that is expected later.

    Attributes:
        what: What it is.
        owners: Names of those who hand it in, as a list.
        due: The day, ``YYYY-MM-DD``.
    """

    what: str
    owners: str
    due: str


def expected(book: Book) -> tuple[Expected, ...]:
    """Give everything expected: sheets in ink first, for the pack leans on them."""
    sheets = [
        (recorded.fact.sheet, book.name(book.actor(recorded) or PersonId("")))
        for recorded in book.record.facts
        if isinstance(recorded.fact, SignedOnPaper)
    ]
    return (
        *(
            Expected(
                f"Wet-ink original of sheet {sheet}", who, _due(book, INK_WITHIN_DAYS)
            )
            for sheet, who in sheets
        ),
        *(
            Expected(
                item.what,
                listed(
                    tuple(
                        book.name(seat.person) for seat in book.state.holders(item.role)
                    )
                )
                or item.role,
                _due(book, item.within_days),
            )
            for item in book.script.expected_items
        ),
    )


def _due(book: Book, days: int) -> str:
    return (book.ended + timedelta(days=days)).date().isoformat()
