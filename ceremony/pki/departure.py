"""Where a profile departs on purpose from what a second linter takes for right.

Such a finding is expected: it is recorded with the clause that stands behind it, and
keeps nothing from being signed.

Invariants:
    * A departure is for one finding about one thing. What the linter finds besides is
      not covered by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ceremony.script.shape import Fields


@dataclass(frozen=True, slots=True)
class Departure:
    """One finding that a profile's certificates give on purpose.

    Attributes:
        finding: The finding's id, as the linter names it.
        about: What the finding's text has to name, e.g. an OID.
        reason: Why it stands.
        source: Standard and clause, or where it was observed.
    """

    finding: str
    about: str
    reason: str
    source: str

    @property
    def told(self) -> str:
        """Say why it stands, with its source."""
        return f"{self.reason} [{self.source}]"


def departure_for(
    departures: Iterable[Departure], finding: str, text: str
) -> Departure | None:
    """Find the departure that expects a finding; None where nothing does."""
    for each in departures:
        if each.finding == finding and each.about in text:
            return each
    return None


def read_departures(root: Fields) -> tuple[Departure, ...]:
    """Read the departures of a profile's file; faults are noted there."""
    return tuple(_read(item) for item in root.children("departs"))


def _read(item: Fields) -> Departure:
    departure = Departure(
        item.text("finding"),
        item.text("about"),
        item.text("reason"),
        item.text("source"),
    )
    item.finish()
    return departure
