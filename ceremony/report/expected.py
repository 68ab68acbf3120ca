"""What is still to come after the pack, with names and days, as the pages list it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ceremony.engine.expected import owed
from ceremony.report.book import Book, listed


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
    """Give everything expected, with the day on which it is due."""
    return tuple(
        Expected(
            each.item.what,
            listed(tuple(book.name(person) for person in each.owners))
            or each.item.role,
            (book.ended + timedelta(days=each.item.within_days)).date().isoformat(),
        )
        for each in owed(book.state, book.record.facts)
    )
