"""Ask people at the terminal: values, choices, marks, and PINs without an echo.

What is typed is Unicode in its composed form (NFC), so that two keyboards give the
same text.
"""

from __future__ import annotations

import os
import re
import select
import sys
import termios
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import typer

from ceremony.cli.console import tell
from ceremony.conduct.conductor import Conductor
from ceremony.engine.facts import Initial
from ceremony.engine.steps.kind import Need
from ceremony.errors import InputError
from ceremony.identifiers import Role, RoleKind
from ceremony.secret import Secret

LONGEST_PIN: Final = 255

LISTEN_S: Final = 0.2
"""How long a wait for a key may last before the next begins, in seconds."""

WATCH: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
"""Hours and minutes as a watch shows them, ``HH:MM``."""

DAY_MINUTES: Final = 24 * 60
WATCH_MINUTES: Final = 2
"""How far a person's watch may be off before the difference is told."""


class TerminalPinSource:
    """PINs typed at the terminal, never echoed, kept in one buffer."""

    def pin(self, need: Need) -> Secret:
        """Ask for the PIN that a step needs, naming its token by serial."""
        told = need.token and need.token not in need.prompt
        return read_pin(f"{need.prompt}, {need.token}" if told else need.prompt)

    def evidence_pin(self) -> Secret:
        """Ask for the PIN of the evidence token."""
        return read_pin("The PIN of the evidence token")


def read_pin(prompt: str) -> Secret:
    """Read a PIN byte by byte into a buffer, so that no text of it is made.

    Raises:
        InputError: ``CLI-PIN-01``: nobody is at a terminal.
    """
    verify_terminal()
    buffer = bytearray()
    # The echo is off before anybody is asked: fast fingers are not shown either.
    with _no_echo(sys.stdin.fileno()):
        typer.echo(f"{prompt}: ", err=True, nl=False)
        while (byte := _read_byte(sys.stdin.fileno())) not in (b"", b"\n", b"\r"):
            if byte in (b"\x7f", b"\b"):
                del buffer[-1:]
            elif len(buffer) < LONGEST_PIN:
                buffer += byte
    typer.echo("", err=True)
    return Secret(buffer)


def verify_terminal() -> None:
    """Insist that somebody is there to type.

    Raises:
        InputError: ``CLI-PIN-01``: nobody is at a terminal.
    """
    if not sys.stdin.isatty():
        raise InputError(
            "CLI-PIN-01",
            "A PIN is typed by its holder, and nobody is at a terminal.",
            remedy="Run the command in a terminal.",
        )


def read_new_pin(prompt: str) -> Secret:
    """Read a PIN that is to be set, twice, so that a slip is not what is set.

    Raises:
        InputError: ``CLI-PIN-01``: nobody is at a terminal; ``CLI-PIN-02``: nothing
            was typed, or two different things.
    """
    pin = read_pin(prompt)
    with read_pin(f"{prompt}, again") as again:
        if pin and pin == again:
            return pin
    pin.wipe()
    raise InputError(
        "CLI-PIN-02",
        "No PIN was typed, or the second was not the first.",
        remedy="Start again; nothing was set.",
    )


def _read_byte(descriptor: int) -> bytes:
    """Wait for one byte; an interrupt that comes just before the wait is heeded too."""
    while not select.select([descriptor], [], [], LISTEN_S)[0]:
        pass
    return os.read(descriptor, 1)


@contextmanager
def _no_echo(descriptor: int) -> Iterator[None]:
    before = termios.tcgetattr(descriptor)
    quiet = termios.tcgetattr(descriptor)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(descriptor, termios.TCSAFLUSH, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def forget_typed_ahead() -> None:
    """Drop what was typed before it was asked for: a held key confirms nothing."""
    if sys.stdin.isatty():
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def ask(prompt: str) -> str:
    """Ask until something is typed; it is stripped and in NFC."""
    while True:
        told = unicodedata.normalize("NFC", str(typer.prompt(prompt, err=True)))
        if told.strip():
            return told.strip()


def ask_choice(prompt: str, choices: Sequence[str]) -> str:
    """Ask until one of the choices is typed."""
    told = " / ".join(choices)
    while True:
        answer = ask(f"{prompt} ({told})")
        if answer in choices:
            return answer
        tell(f"Type one of: {told}.")


def ask_number(prompt: str, low: int, high: int) -> int:
    """Ask until a whole number from ``low`` to ``high`` is typed, in figures."""
    while True:
        told = ask(f"{prompt} ({low} to {high})")
        figures = told.isascii() and told.isdigit() and len(told) <= len(str(high))
        if figures and low <= int(told) <= high:
            return int(told)
        tell(f"Type a whole number from {low} to {high}.")


def role_words(conductor: Conductor, role: Role) -> str:
    """Name a role within a sentence: ``internal witness``, but ``HSM operator``."""
    title = conductor.script.demand(role).title
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def ask_mark(conductor: Conductor, role: Role) -> str:
    """Ask for the mark of somebody who holds a role."""
    return ask(f"Initials of the {role_words(conductor, role)}")


def ask_people(conductor: Conductor, count: int) -> tuple[Initial, ...]:
    """Ask who decides, by role and mark; the rules say whether they may.

    Args:
        conductor: The ceremony.
        count: How many people, 1 or 2.
    """
    roles = tuple(
        dict.fromkeys(
            seat.role
            for seat in conductor.state.seats
            if seat.kind is not RoleKind.EXTERNAL
        )
    )
    for role in roles:
        tell(f"  {role:<18} {conductor.script.demand(role).title}")
    given = []
    for number in range(1, count + 1):
        role = Role(ask_choice(f"Role of person {number} of {count}", roles))
        given.append(conductor.initial(role, ask_mark(conductor, role)))
    return tuple(given)


def read_watch(conductor: Conductor) -> str:
    """Ask what a person's own watch says; tell a difference that is worth knowing."""
    while not WATCH.fullmatch(told := ask("HH:MM, your own watch")):
        tell("Type hours and minutes as the watch shows them, such as 09:41.")
    now = conductor.clock.now().wall
    off = minutes_off(told, now)
    if off > WATCH_MINUTES:
        tell(
            f"The laptop's clock says {now:%H:%M} UTC: {off} minutes from your watch. "
            "Both are recorded."
        )
    return told


def minutes_off(watch: str, now: datetime) -> int:
    """Give by how much a watch differs, from UTC or local time, whichever is nearer.

    Args:
        watch: ``HH:MM``.
        now: The laptop's time, aware.

    Returns:
        Minutes, 0 to 720.
    """
    hours, minutes = watch.split(":")
    read = int(hours) * 60 + int(minutes)
    spans = [
        (read - clock.hour * 60 - clock.minute) % DAY_MINUTES
        for clock in (now, now.astimezone())
    ]
    return min(min(span, DAY_MINUTES - span) for span in spans)
