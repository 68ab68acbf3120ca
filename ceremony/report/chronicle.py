"""The record step by step: which facts belong to which step, and what came between.

Invariants:
    * Every fact stands in exactly one account, in the record's order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ceremony.engine.facts import (
    AttendanceChanged,
    BreakBegun,
    BreakEnded,
    CommandRefused,
    DeviationClosed,
    DeviationRecorded,
    Fact,
    Initial,
    Noted,
    Resumed,
    StepClosed,
    TokensChanged,
    TokensInspected,
)
from ceremony.engine.state import DeviationState, Recorded
from ceremony.identifiers import StepId
from ceremony.pack.record import Record
from ceremony.report.book import wall
from ceremony.script.model import Act, Step

Aside = (
    AttendanceChanged
    | BreakBegun
    | BreakEnded
    | CommandRefused
    | DeviationClosed
    | DeviationRecorded
    | Noted
    | Resumed
    | TokensChanged
    | TokensInspected
)


@dataclass(frozen=True, slots=True)
class StepAccount:
    """One step as it was carried out.

    Attributes:
        recorded: Its own facts, without the closing one.
        closed: The leaf that closed it; None where it is still open.
        asides: What was recorded at any time while it was the current step.
    """

    act: Act
    step: Step
    recorded: tuple[Recorded, ...]
    closed: Recorded | None
    asides: tuple[Recorded, ...]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Give the step's own facts."""
        return tuple(recorded.fact for recorded in self.recorded)

    @property
    def before(self) -> tuple[Recorded, ...]:
        """Give the asides that were recorded before the step began."""
        return tuple(one for one in self.asides if one.event.seq < self._first)

    @property
    def after(self) -> tuple[Recorded, ...]:
        """Give the asides that were recorded once it had begun."""
        return tuple(one for one in self.asides if one.event.seq >= self._first)

    @property
    def _first(self) -> int:
        return min(self.seqs, default=0)

    @property
    def seqs(self) -> tuple[int, ...]:
        """Give the numbers of its leaves, the closing one included."""
        own = [recorded.event.seq for recorded in self.recorded]
        return (*own, self.closed.event.seq) if self.closed else tuple(own)

    @property
    def initials(self) -> tuple[Initial, ...]:
        """Give the initials that closed it."""
        if self.closed is None or not isinstance(self.closed.fact, StepClosed):
            return ()
        return self.closed.fact.initials

    @property
    def began(self) -> datetime | None:
        """Give the time of its first leaf."""
        times = [wall(recorded) for recorded in self.recorded]
        if self.closed is not None:
            times.append(wall(self.closed))
        return min(times, default=None)


def chronicle(record: Record) -> tuple[StepAccount, ...]:
    """Tell the record step by step, up to the first step that nothing happened in."""
    steps = [(act, step) for act in record.state.script.acts for step in act.steps]
    own: list[list[Recorded]] = [[] for _ in steps]
    asides: list[list[Recorded]] = [[] for _ in steps]
    closed: list[Recorded | None] = [None for _ in steps]
    at = 0
    for recorded in record.facts:
        if isinstance(recorded.fact, Aside):
            asides[min(at, len(steps) - 1)].append(recorded)
        elif at == len(steps):
            continue
        elif isinstance(recorded.fact, StepClosed):
            closed[at] = recorded
            at += 1
        elif recorded.event.step is not None:
            own[at].append(recorded)
    return tuple(
        StepAccount(act, step, tuple(own[at]), closed[at], tuple(asides[at]))
        for at, (act, step) in enumerate(steps)
        if own[at] or asides[at] or closed[at]
    )


def deviations_at(record: Record, step: StepId) -> tuple[DeviationState, ...]:
    """Give the deviations that were recorded for a step."""
    return tuple(known for known in record.state.deviations if known.step == step)
