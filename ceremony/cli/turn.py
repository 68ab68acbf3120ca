"""Turns at the terminal: a step is shown, carried out when people say so, and closed.

A wrong PIN, word or reading is told; whether the step is done again is for the people
to say. Nothing is retried by itself, and what may have acted is never repeated here:
that is for ``ceremony resume``. Initials are asked for when the step is done and its
outcome shown, not before.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Final

import typer

from ceremony.cli.anytime import (
    change_break,
    close_left_open,
    let_in,
    let_out,
    offer_read_back,
    offer_reading,
    take_deviation,
    take_note,
)
from ceremony.cli.console import render_error, say, tell
from ceremony.cli.device_words import show_outcome, show_review
from ceremony.cli.pace import paced
from ceremony.cli.projector import Screen
from ceremony.cli.prompt import (
    ask,
    ask_choice,
    ask_mark,
    forget_typed_ahead,
    read_watch,
)
from ceremony.cli.statement import is_turn, show_statement
from ceremony.cli.turn_words import (
    take_decision,
    take_dissent,
    take_paper,
    tell_dissent,
)
from ceremony.cli.words import STOPPED, read_words
from ceremony.conduct.actions import act
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.pins import PinSource
from ceremony.conduct.views import break_line
from ceremony.engine.facts import Input
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.engine.steps.manual import READING_DIFFERS
from ceremony.engine.steps.zeroise import ending_words
from ceremony.errors import CeremonyError, DeviceError, InputError, RefusedError
from ceremony.script.model import Step
from ceremony.script.presented import render_step
from ceremony.secret import Secret

HELD_WORDS: Final = "n note, d deviation, o leaves, i comes back, s stop"
ANYTIME_WORDS: Final = "n note, d deviation, b break, o leaves, i comes back, s stop"
COMMANDS: Final = f"Enter carries out; {ANYTIME_WORDS}"
TURN_COMMANDS: Final = (
    f"Enter carries out; x I do not agree, p sign on paper, {ANYTIME_WORDS}"
)
IN_A_BREAK: Final = f"A break is on: b ends it; {HELD_WORDS}"
HELD_COMMANDS: Final = (
    f"The ceremony holds. Enter records what is decided; {HELD_WORDS}"
)
DISSENT: Final = "x"
PAPER: Final = "p"
STOP: Final = "s"

FAILED_READ_BACK: Final = (STOPPED, "ENGINE-CHECK-04")
"""After these refusals a deviation is drafted."""

Acts = Mapping[str, Callable[[Conductor], None]]

ANYTIME: Final[Acts] = {
    "n": take_note,
    "d": take_deviation,
    "b": change_break,
    "o": let_out,
    "i": let_in,
}
"""What may be typed at any time."""

WHILE_HELD: Final[Acts] = {
    letter: act for letter, act in ANYTIME.items() if act is not change_break
}
"""What may be typed while a dissent holds: no break begins then."""


def take_turns(conductor: Conductor, pins: PinSource, screen: Screen) -> None:
    """Carry out every step that is left, with what people type.

    Raises:
        CeremonyError: A step could not be carried out and is not done again.
        typer.Abort: People stop, or nobody is at the terminal any more.
    """
    close_left_open(conductor)
    _go_on(conductor, pins, screen, lambda: True)


def settle_held(conductor: Conductor, pins: PinSource, screen: Screen) -> None:
    """Ask for the decision that a dissent waits for, before any step is carried out.

    Raises:
        typer.Abort: People stop, or nobody is at the terminal.
    """
    _go_on(conductor, pins, screen, lambda: conductor.state.open_dissent is not None)


def _go_on(
    conductor: Conductor, pins: PinSource, screen: Screen, wanted: Callable[[], bool]
) -> None:
    shown: Step | None = None
    while (step := conductor.state.step) is not None and wanted():
        screen.show(conductor)
        if step is not shown:
            _show_step(conductor, step)
            shown = step
        try:
            if conductor.state.open_dissent is not None:
                _take_decision(conductor)
            else:
                _take_turn(conductor, pins, screen)
        except (InputError, RefusedError, DeviceError) as error:
            _tell(conductor, error)
            if error.code in FAILED_READ_BACK:
                offer_read_back(conductor, step)
            elif isinstance(error, RefusedError) and error.code == READING_DIFFERS:
                offer_reading(conductor, error)


def _show_step(conductor: Conductor, step: Step) -> None:
    """Show the step's exact text, and how far the script is."""
    steps = conductor.script.steps
    number = [each.id for each in steps].index(step.id) + 1
    say("")
    say(f"{number} of {len(steps)}")
    say(render_step(step).rstrip())
    if conductor.is_carried_out():
        return
    if KINDS[step.verb].device:
        show_review(conductor, step)
    elif ending := ending_words(step, conductor.state):
        say(ending)


def _take_turn(conductor: Conductor, pins: PinSource, screen: Screen) -> None:
    """Do one thing that people ask for: the step, or what may happen at any time."""
    if conductor.state.on_break is not None:
        _take_break(conductor)
        return
    own = is_turn(conductor) and not conductor.is_carried_out()
    wanted = _ask_word(TURN_COMMANDS if own else COMMANDS)
    if wanted == DISSENT and own:
        take_dissent(conductor)
    elif wanted == PAPER and own:
        if take_paper(conductor):
            _close(conductor, conductor.current())
    elif wanted:
        _at_any_time(conductor, wanted, ANYTIME, "x, p, " if own else "")
    else:
        _carry_out(conductor, pins, screen)


def _take_break(conductor: Conductor) -> None:
    """Do one thing during a break: end it, or what may happen always."""
    wanted = _ask_word(IN_A_BREAK)
    if wanted:
        _at_any_time(conductor, wanted, ANYTIME)
    else:
        tell(f"A break is on. {break_line(conductor.state)}")
        tell("End it with b when everybody is back; then the step can be carried out.")


def _take_decision(conductor: Conductor) -> None:
    """Do one thing while a dissent holds: its decision, or what may happen always."""
    tell_dissent(conductor)
    wanted = _ask_word(HELD_COMMANDS)
    if wanted:
        _at_any_time(conductor, wanted, WHILE_HELD)
    else:
        take_decision(conductor)


def _ask_word(commands: str) -> str:
    """Ask for one of the words; nothing but Enter gives an empty one."""
    forget_typed_ahead()
    word = str(typer.prompt(commands, default="", show_default=False, err=True))
    return word.strip().lower()


def _at_any_time(
    conductor: Conductor, wanted: str, acts: Acts, besides: str = ""
) -> None:
    if wanted == STOP:
        raise typer.Abort
    if wanted in acts:
        acts[wanted](conductor)
    else:
        tell(f"Type {besides}{', '.join(acts)} or s, or nothing but Enter.")


def _carry_out(conductor: Conductor, pins: PinSource, screen: Screen) -> None:
    """Do the step, show what came of it, and close it with its initials."""
    step = conductor.current()
    inputs = _gather(conductor, pins, screen)
    with paced(conductor):
        act(conductor, inputs)
    KINDS[step.verb].complete(step, conductor.state)
    _close(conductor, step)


def _close(conductor: Conductor, step: Step) -> None:
    """Show what came of a step that is carried out, and take its initials."""
    show_outcome(conductor, step)
    marks = {role: ask_mark(conductor, role) for role in step.initials}
    conductor.close_step(Inputs(initials=marks, source=Input.TYPED))


def _gather(conductor: Conductor, pins: PinSource, screen: Screen) -> Inputs:
    """Ask for everything that the current step needs; PINs come last."""
    values: dict[str, str] = {}
    secrets: dict[str, Secret] = {}
    needs = conductor.needs()
    if needs and is_turn(conductor):
        show_statement(conductor)
    for need in needs:
        if need.kind is NeedKind.WORDS:
            values |= read_words(conductor, shown=screen.is_on)
        elif need.kind is not NeedKind.PIN:
            values[need.name] = _read_value(conductor, need)
    for need in needs:
        if need.kind is NeedKind.PIN:
            secrets[need.name] = pins.pin(need)
    return Inputs(values, secrets, {}, Input.TYPED)


def _read_value(conductor: Conductor, need: Need) -> str:
    if need.choices:
        return ask_choice(need.prompt, need.choices)
    if need.kind is NeedKind.READING:
        return ask(f"{need.prompt}, as 2026-11-25T09:58:00Z")
    if is_turn(conductor):
        return read_watch(conductor)
    return ask(need.prompt)


def _tell(conductor: Conductor, error: CeremonyError) -> None:
    """Tell what went wrong, unless the step cannot be asked for again."""
    doubtful = isinstance(error, DeviceError) and error.in_doubt
    nobody = not sys.stdin.isatty()
    if doubtful or nobody or conductor.state.pending is not None:
        raise error
    tell(render_error(error))
