"""Turns at the terminal: a step is asked for, carried out, and after a slip repeated.

A wrong PIN, word or reading is shown; whether the step is done again is for the
people to say. Nothing is retried by itself, and what may have acted is never repeated
here: that is for ``ceremony resume``.
"""

from __future__ import annotations

import sys
from enum import StrEnum

import typer

from ceremony.cli.console import render_error, tell
from ceremony.cli.prompt import ask_choice, ask_two_roles, gather
from ceremony.conduct.actions import perform
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.incident import close_deviation, record_deviation
from ceremony.conduct.pins import PinSource
from ceremony.engine.facts import Severity
from ceremony.errors import CeremonyError, DeviceError, InputError, RefusedError


class Next(StrEnum):
    """What people do after a step could not be carried out."""

    AGAIN = "again"
    DEVIATION = "deviation"
    STOP = "stop"


def take_turns(conductor: Conductor, pins: PinSource) -> None:
    """Carry out every step that is left, with what people type.

    Raises:
        CeremonyError: A step could not be carried out and is not done again.
        typer.Abort: Nobody is at the terminal any more.
    """
    while conductor.state.step is not None:
        try:
            perform(conductor, gather(conductor, pins))
        except (InputError, RefusedError, DeviceError) as error:
            _decide(conductor, error)


def _decide(conductor: Conductor, error: CeremonyError) -> None:
    """Let people say what follows a failure; only ``stop`` lets it through."""
    doubtful = isinstance(error, DeviceError) and error.in_doubt
    nobody = not sys.stdin.isatty()
    if doubtful or nobody or conductor.state.pending is not None:
        raise error
    tell(render_error(error))
    while True:
        match Next(ask_choice("Do the step again", tuple(Next))):
            case Next.AGAIN:
                return
            case Next.DEVIATION:
                _record_deviation(conductor)
            case Next.STOP:
                raise error


def _record_deviation(conductor: Conductor) -> None:
    """Take a deviation with what was decided, and by which two roles."""
    severity = Severity(ask_choice("How severe", tuple(Severity)))
    expected = typer.prompt("What was expected", err=True)
    happened = typer.prompt("What happened", err=True)
    number = record_deviation(conductor, severity, expected=expected, happened=happened)
    decided = typer.prompt("What is decided", err=True)
    # An open deviation would keep the ceremony from closing: it is asked until closed.
    while True:
        try:
            close_deviation(conductor, number, decided, ask_two_roles())
        except RefusedError as error:
            tell(render_error(error))
        else:
            tell(f"Deviation {number} is recorded and closed.")
            return
