"""The script as a room follows it: acts with their time, steps with their state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ceremony.engine.facts import StepClosed
from ceremony.engine.state import Recorded, State
from ceremony.engine.steps import KINDS
from ceremony.identifiers import StepId
from ceremony.script.model import Act, Script, Step

MINUTE = timedelta(minutes=1)


class Progress(StrEnum):
    """How far an act or a step is."""

    DONE = "done"
    CURRENT = "current"
    NOT_YET = "not-yet"


@dataclass(frozen=True, slots=True)
class StepRow:
    """One line of the outline.

    Attributes:
        number: From 1 through the whole script.
        act: The id of its act.
        title: What the outline calls it, two to four words.
        subject: Whom or what it is about; may be empty.
        closed_at: ``HH:MM``, UTC; empty while it is open.
        deviations: The numbers of the deviations recorded in it.
    """

    id: StepId
    number: int
    act: str
    title: str
    subject: str
    progress: Progress
    closed_at: str
    deviations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActRow:
    """One act of the rail.

    Attributes:
        closed: Steps closed, of ``count``.
        minutes: Planned length.
        started_at: When it began; None before.
        ended_at: When its last step closed; None before.
    """

    id: str
    title: str
    purpose: str
    progress: Progress
    closed: int
    count: int
    minutes: int
    started_at: datetime | None
    ended_at: datetime | None


def step_rows(state: State, facts: Sequence[Recorded]) -> tuple[StepRow, ...]:
    """Give every step of the script in its order."""
    times = closing_times(facts)
    return tuple(
        StepRow(
            id=step.id,
            number=number,
            act=act.id,
            title=KINDS[step.verb].title,
            subject=subject_of(step, state),
            progress=_progress(state, number - 1),
            closed_at=f"{times[step.id]:%H:%M}" if step.id in times else "",
            deviations=tuple(
                known.recorded.deviation
                for known in state.deviations
                if known.step == step.id
            ),
        )
        for number, (act, step) in enumerate(_steps(state.script), start=1)
    )


def act_rows(state: State, facts: Sequence[Recorded]) -> tuple[ActRow, ...]:
    """Give every act; an act begins when the one before it ended."""
    times = closing_times(facts)
    began = facts[0].event.t.wall if facts else None
    rows = []
    for act in state.script.acts:
        closed = [times[step.id] for step in act.steps if step.id in times]
        whole = len(closed) == len(act.steps)
        ended = closed[-1] if whole else None
        current = began is not None and not whole
        rows.append(
            ActRow(
                id=act.id,
                title=act.title,
                purpose=act.purpose,
                progress=(
                    Progress.DONE
                    if whole
                    else (Progress.CURRENT if current else Progress.NOT_YET)
                ),
                closed=len(closed),
                count=len(act.steps),
                minutes=act.minutes,
                started_at=began,
                ended_at=ended,
            )
        )
        began = ended
    return tuple(rows)


def minutes_behind(acts: Sequence[ActRow], now: datetime) -> int:
    """Say by how many minutes a ceremony is behind its plan; negative is ahead.

    An act counts as planned in proportion to its steps that are closed, and the open
    step is late only when its own share of the act is spent.
    """
    if not acts or acts[0].started_at is None:
        return 0
    planned = sum(act.minutes * act.closed / act.count for act in acts)
    spent = ((acts[-1].ended_at or now) - acts[0].started_at) / MINUTE
    share = next(
        (act.minutes / act.count for act in acts if act.progress is Progress.CURRENT),
        0.0,
    )
    late = spent - planned
    return round(late - share) if late > share else min(0, round(late))


def closing_times(facts: Sequence[Recorded]) -> dict[StepId, datetime]:
    """Give when each closed step was closed, aware UTC."""
    return {
        StepId(known.event.step.id): known.event.t.wall
        for known in facts
        if isinstance(known.fact, StepClosed) and known.event.step is not None
    }


def subject_of(step: Step, state: State) -> str:
    """Say whom or what a step is about, from its parameters; may be empty."""
    told = step.parameters
    for demand in state.script.roles:
        if demand.role == told.get("role"):
            number = told.get("seat", 1)
            return f"{demand.title} {number}" if demand.count > 1 else demand.title
    for name in ("subject", "certificate", "request", "key", "token", "thing"):
        wanted = told.get(name)
        if isinstance(wanted, str) and wanted:
            return state.script.thing(wanted).title
    return ""


def _steps(script: Script) -> Iterator[tuple[Act, Step]]:
    return ((act, step) for act in script.acts for step in act.steps)


def _progress(state: State, position: int) -> Progress:
    if position < state.position:
        return Progress.DONE
    return Progress.CURRENT if position == state.position else Progress.NOT_YET
