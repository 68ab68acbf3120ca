"""Say and confirm: what is read aloud, and what somebody answers for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import Fact
from ceremony.engine.state import State
from ceremony.engine.steps.kind import Kind
from ceremony.engine.steps.rule import anything, nothing_needed
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.script.model import Step


@dataclass(frozen=True, slots=True)
class NoParameters:
    """The step takes nothing but its text."""


def _complete(step: Step, state: State) -> None:
    """Close on the initials alone: they are the record that it was done."""


def _said(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    return (Line("", "Read aloud."),)


def _confirmed(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    return (Line("", "confirmed", mark=Mark.PASS),)


KINDS: Final = (
    Kind(
        verb="say",
        title="Say aloud",
        summary="A text is read aloud to the room.",
        parameters=NoParameters,
        records=(),
        needs=nothing_needed,
        verify=anything,
        complete=_complete,
        entries=_said,
    ),
    Kind(
        verb="confirm",
        title="Confirm",
        summary="Somebody looks and confirms that it is as expected.",
        parameters=NoParameters,
        records=(),
        needs=nothing_needed,
        verify=anything,
        complete=_complete,
        entries=_confirmed,
    ),
)
