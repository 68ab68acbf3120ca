"""Who was out of the room while a device acted.

Invariants:
    * Whoever is out when a device is asked, or leaves before what came of it is
      recorded, has missed the act, whatever came of it.
    * An act by hand is missed by whoever is out when it is recorded.
    * Coming back makes nobody a witness of what was missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ceremony.engine.facts import AttendanceChanged, DeviceHandled, Intent
from ceremony.engine.state import State
from ceremony.identifiers import PersonId, StepId
from ceremony.journal.event import Event


def take_missed(
    state: State, event: Event, fact: Intent | DeviceHandled | AttendanceChanged
) -> State:
    """Keep who misses what a device does, from the state before the fact is taken."""
    if isinstance(fact, AttendanceChanged):
        pending = state.pending
        if pending is None or fact.direction == "in":
            return state
        return _missed(state, pending.step, {fact.person}, event.seq)
    if event.step is None:
        return state
    out = {seat.person for seat in state.seats} - state.in_room
    return _missed(state, StepId(event.step.id), out, event.seq)


def _missed(state: State, step: StepId, people: Iterable[PersonId], seq: int) -> State:
    known: Mapping[PersonId, int] = state.missed.get(step, {})
    told = {**known, **dict.fromkeys(people, seq)}
    return replace(state, missed={**state.missed, step: told})
