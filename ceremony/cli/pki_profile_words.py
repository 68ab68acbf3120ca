"""How profiles are told at the terminal: what those of both kinds have in common."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from ceremony.cli.console import mark

if TYPE_CHECKING:
    from ceremony.pki.departure import Departure
    from ceremony.pki.fact import Fact

WIDTH: Final = 78


def fact_lines(fact: Fact, told: Iterable[str]) -> Iterator[str]:
    """Tell a fact: its name, what it says, its status and its source."""
    from ceremony.pki.fact import Status

    yield fact.name
    for line in told:
        yield from folded(line)
    status = fact.status.value
    last = "\n".join(folded(f"[{status}] {fact.source}"))
    if fact.status is Status.UNVERIFIED:
        last = last.replace(status, mark(status, good=False), 1)
    yield last


def fact_record(fact: Fact, told: Iterable[str]) -> dict[str, object]:
    """Give a fact as JSON values."""
    return {
        "name": fact.name,
        "value": list(told),
        "status": fact.status.value,
        "source": fact.source,
    }


def departure_lines(departures: Iterable[Departure]) -> Iterator[str]:
    """Tell what a profile departs from, an empty line before each."""
    for departure in departures:
        yield ""
        yield f"departs: {departure.finding}, about {departure.about}"
        yield from folded(departure.reason)
        yield from folded(f"[{departure.source}]")


def unverified_count(unverified: tuple[Fact, ...]) -> str:
    """Say how many facts nobody could confirm."""
    count = len(unverified)
    return f"{count or 'no'} unverified fact{'' if count == 1 else 's'}"


def folded(text: str) -> list[str]:
    """Fold a text into indented lines."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent="    ",
        subsequent_indent="      ",
        break_on_hyphens=False,
    )
