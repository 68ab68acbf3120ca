"""The step that ends an act: the clock is read and planned time compared."""

from __future__ import annotations

from typing import Final

from ceremony.engine.facts import Fact
from ceremony.engine.state import State
from ceremony.engine.steps.kind import Kind
from ceremony.engine.steps.rule import anything, nothing_needed
from ceremony.engine.steps.speak import NoParameters
from ceremony.engine.transcript import Entry, Line
from ceremony.script.model import Step


def _complete(step: Step, state: State) -> None:
    """Close on the initials alone."""


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    return (Line("", "The act is over."),)


KIND: Final = Kind(
    verb="act-end",
    title="End of act",
    summary="The act is over; everybody has said what they have to say.",
    parameters=NoParameters,
    records=(),
    needs=nothing_needed,
    verify=anything,
    complete=_complete,
    entries=_entries,
)
