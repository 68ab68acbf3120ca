"""Fold a ceremony's leaves into its state: the one way from events to facts."""

from __future__ import annotations

from collections.abc import Iterable

from ceremony.engine.fact_codec import decode_fact
from ceremony.engine.fold import fold
from ceremony.engine.state import Recorded, State
from ceremony.journal.event import Event
from ceremony.script.model import Script


def replay(
    script: Script, events: Iterable[Event]
) -> tuple[tuple[Recorded, ...], State]:
    """Read every leaf's fact and fold it.

    Raises:
        EvidenceError: A leaf holds a fact of no known type or shape.
    """
    state = State(script)
    facts: list[Recorded] = []
    for event in events:
        fact = decode_fact(event.type, event.data)
        state = fold(state, event, fact)
        facts.append(Recorded(event, fact))
    return tuple(facts), state
