"""What people look at: frozen views, drawn the same by window and terminal.

The projector's view holds public values only. A player of recorded answers reads
it as a person in the room would, so that a blind check can fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import shorten
from typing import Final

from ceremony.clock import Clock
from ceremony.conduct.certified import certified_words
from ceremony.conduct.login_view import login_lines
from ceremony.engine.state import Phase, State
from ceremony.engine.steps.check import right_words
from ceremony.identifiers import CeremonyId, Mode
from ceremony.script.model import Script, Step
from ceremony.script.presented import render_step

LINE: Final = 78
"""Characters in a line of progress."""


@dataclass(frozen=True, slots=True)
class ProjectorView:
    """What stands on the room's wall.

    Attributes:
        mode: ``REHEARSAL`` or ``LIVE``.
        clock: ``YYYY-MM-DDTHH:MM:SSZ``.
        text: The current step's exact text.
        rows: The words to be read out, rows of four; empty outside a read-back.
    """

    ceremony: CeremonyId
    mode: str
    clock: str
    text: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class StatusView:
    """Where a ceremony stands, for a glance.

    Attributes:
        phase: ``planned``, ``running``, ``closed``, ``sealed`` or ``abandoned``.
        closed_steps: How many steps are closed, of ``step_count``.
        waiting_for: Who is waited for, by role; empty where nobody is.
        in_doubt: The operation in doubt; empty where there is none.
        on_break: The break that is on, in one line; empty where there is none.
        in_room: The people in the room, by role.
        deviations: Every deviation with severity and state, one line each.
        dissents: Every dissent with its person, step and state, one line each.
        logins: Every token at which somebody is logged in, one line each.
        certified: Every certificate that the opening records of a token, one line each.
    """

    ceremony: CeremonyId
    title: str
    mode: str
    phase: str
    step: str
    closed_steps: int
    step_count: int
    waiting_for: str
    in_doubt: str
    on_break: str
    in_room: tuple[str, ...]
    deviations: tuple[str, ...]
    dissents: tuple[str, ...] = ()
    certified: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()


def progress_line(script: Script, step: Step) -> str:
    """Say in one line of 78 characters at most how far the script is.

    It ends at a word: ``12 of 54  2.4   The administrator initialises ...``.
    """
    number = [each.id for each in script.steps].index(step.id) + 1
    count = len(script.steps)
    head = f"{number:>{len(str(count))}} of {count}  {step.id:<6}"
    text = " ".join(step.text.split())
    return head + shorten(text, LINE - len(head), placeholder=" ...")


def project(ceremony: CeremonyId, state: State, clock: Clock) -> ProjectorView:
    """Give what the projector shows now."""
    step = state.step
    mode = state.opened.mode if state.opened is not None else Mode.REHEARSAL
    return ProjectorView(
        ceremony=ceremony,
        mode=mode.value.upper(),
        clock=clock.now().wall.strftime("%Y-%m-%dT%H:%M:%SZ"),
        text=render_step(step) if step is not None else "",
        rows=_rows(step, state),
    )


def _rows(step: Step | None, state: State) -> tuple[tuple[str, ...], ...]:
    if step is None or step.verb != "check":
        return ()
    words = right_words(step, state)
    return tuple(words[start : start + 4] for start in range(0, len(words), 4))


def status(ceremony: CeremonyId, state: State) -> StatusView:
    """Give where the ceremony stands."""
    step = state.step
    opened = state.opened
    return StatusView(
        ceremony=ceremony,
        title=state.script.title,
        mode=opened.mode.value.upper() if opened is not None else "",
        phase=state.phase.value,
        step=f"{step.id} {step.text}" if step is not None else "",
        closed_steps=len(state.closed_steps),
        step_count=len(state.script.steps),
        waiting_for=state.script.demand(step.by).title if step is not None else "",
        in_doubt=(
            f"{state.pending.intent.verb} in step {state.pending.step}"
            if state.pending is not None
            else ""
        ),
        on_break=break_line(state),
        in_room=tuple(
            state.title(seat.person)
            for seat in state.seats
            if seat.person in state.in_room
        ),
        deviations=tuple(
            f"{known.recorded.deviation} {known.recorded.severity.value}, "
            f"{'closed' if known.closed is not None else 'open'}: "
            f"{known.recorded.happened}"
            for known in state.deviations
        ),
        dissents=tuple(
            f"{state.title(known.recorded.person)}, step {known.step}, "
            f"{'settled' if known.settled is not None else 'open'}: "
            f"{known.recorded.reason}"
            for known in state.dissents
        ),
        certified=tuple(
            f"{thing.title}: {words}"
            for thing in state.script.things
            for words in certified_words(state, thing.name)
        ),
        logins=login_lines(state),
    )


def break_line(state: State) -> str:
    """Tell of the break that is on; empty where there is none."""
    on = state.on_break
    if on is None or state.phase is not Phase.RUNNING:
        return ""
    staying = ", ".join(state.title(person) for person in on.begun.staying)
    minutes = on.begun.minutes
    return (
        f"{minutes} minute{'' if minutes == 1 else 's'} planned, begun at "
        f"{on.begun_at:%H:%M} UTC. In the room stay: {staying}. "
        f"Reason: {on.begun.reason}"
    )
