"""The refusals that several kinds of step share, each with its rule id."""

from __future__ import annotations

from typing import TypeVar

from ceremony.engine.facts import Fact
from ceremony.engine.state import State
from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId

FactType = TypeVar("FactType", bound=Fact)


def anything(step: object, state: State, fact: Fact) -> None:
    """Accept any fact: the kind's list of facts says enough."""


def nothing_needed(step: object, state: State) -> tuple[()]:
    """Ask for nothing before the step."""
    return ()


def holds(state: State, person: PersonId, role: str) -> bool:
    """Tell whether somebody in the room sits in a role; nobody unknown does."""
    return person in state.in_room and any(
        seat.person == person and seat.role == role for seat in state.seats
    )


def found(state: State, kind: type[FactType]) -> FactType | None:
    """Find the last fact of ``kind`` in the current step, or None."""
    for recorded in reversed(state.current):
        if isinstance(recorded.fact, kind):
            return recorded.fact
    return None


def demand(state: State, kind: type[FactType]) -> FactType:
    """Find the fact without which the current step may not close.

    Raises:
        RefusedError: ``ENGINE-CLOSE-01``: it is not there.
    """
    fact = found(state, kind)
    if fact is None:
        step = state.step
        raise RefusedError(
            "ENGINE-CLOSE-01",
            f"Step {step.id if step else '?'} cannot close: what it asks for has not "
            "been recorded.",
            remedy="Carry the step out first, then give the initials.",
        )
    return fact
