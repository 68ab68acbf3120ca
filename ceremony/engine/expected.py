"""What is still to come after a ceremony: originals in ink, and the script's items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import SignedOnPaper
from ceremony.engine.state import Recorded, State
from ceremony.identifiers import PersonId
from ceremony.script.model import ExpectedItem

INK_WITHIN_DAYS: Final = 14
"""An original in ink is handed in as a supplement within two weeks."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One item that is still to come, and the people who owe it.

    Attributes:
        item: What it is, whose duty, and within how many days of the ceremony's end.
        owners: Who hands it in; empty where nobody holds the role.
    """

    item: ExpectedItem
    owners: tuple[PersonId, ...]


def owed(state: State, facts: Sequence[Recorded]) -> tuple[Owed, ...]:
    """Give everything that is owed: sheets in ink first, for the pack leans on them."""
    sheets = tuple(
        _original(state, recorded.fact.sheet, PersonId(recorded.event.actor.person))
        for recorded in facts
        if isinstance(recorded.fact, SignedOnPaper) and recorded.event.actor is not None
    )
    return sheets + tuple(
        Owed(item, tuple(seat.person for seat in state.holders(item.role)))
        for item in state.script.expected_items
    )


def _original(state: State, sheet: str, person: PersonId) -> Owed:
    """Give the original of a sheet, owed by who signed it."""
    what = f"Wet-ink original of sheet {sheet}"
    return Owed(ExpectedItem(what, state.seat(person).role, INK_WITHIN_DAYS), (person,))
