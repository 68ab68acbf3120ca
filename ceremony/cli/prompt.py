"""Ask people at the terminal: values, words row by row, PINs without an echo."""

from __future__ import annotations

import os
import sys
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer

from ceremony.cli.console import say, tell
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.pins import PinSource
from ceremony.conduct.views import project
from ceremony.digest_words import ROW, parse_word
from ceremony.engine.facts import Input
from ceremony.engine.steps.check import right_words
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.errors import InputError
from ceremony.identifiers import Role
from ceremony.secret import Secret

LONGEST_PIN = 255


class TerminalPinSource:
    """PINs typed at the terminal, never echoed, kept in one buffer."""

    def pin(self, need: Need) -> Secret:
        """Ask for the PIN that a step needs."""
        return read_pin(need.prompt)

    def evidence_pin(self) -> Secret:
        """Ask for the PIN of the evidence token."""
        return read_pin("The PIN of the evidence token")


def read_pin(prompt: str) -> Secret:
    """Read a PIN byte by byte into a buffer, so that no text of it is made.

    Raises:
        InputError: ``CLI-PIN-01``: nobody is at a terminal.
    """
    if not sys.stdin.isatty():
        raise InputError(
            "CLI-PIN-01",
            "A PIN is typed by its holder, and nobody is at a terminal.",
            remedy="Run the command in a terminal.",
        )
    buffer = bytearray()
    # The echo is off before anybody is asked: fast fingers are not shown either.
    with _no_echo(sys.stdin.fileno()):
        typer.echo(f"{prompt}: ", err=True, nl=False)
        while (byte := os.read(sys.stdin.fileno(), 1)) not in (b"", b"\n", b"\r"):
            if byte in (b"\x7f", b"\b"):
                del buffer[-1:]
            elif len(buffer) < LONGEST_PIN:
                buffer += byte
    typer.echo("", err=True)
    return Secret(buffer)


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


def gather(conductor: Conductor, pins: PinSource) -> Inputs:
    """Ask for everything that the current step needs, then for its initials."""
    step = conductor.current()
    view = project(conductor.ceremony, conductor.state, conductor.clock)
    say("")
    say(view.text.rstrip())
    values: dict[str, str] = {}
    secrets: dict[str, Secret] = {}
    for need in conductor.needs():
        if need.kind is NeedKind.PIN:
            secrets[need.name] = pins.pin(need)
        elif need.kind is NeedKind.WORDS:
            values |= _read_words(conductor, need)
        else:
            values[need.name] = _read_value(need)
    initials = {
        role: typer.prompt(f"Initials of the {role}", err=True)
        for role in step.initials
    }
    return Inputs(values, secrets, initials, Input.TYPED)


def ask_choice(prompt: str, choices: Sequence[str]) -> str:
    """Ask until one of the choices is typed."""
    told = " / ".join(choices)
    while True:
        answer = str(typer.prompt(f"{prompt} ({told})", err=True)).strip()
        if answer in choices:
            return answer
        tell(f"Type one of: {told}.")


def ask_two_roles() -> tuple[Role, Role]:
    """Ask which two roles decide; the rules say whether they may."""
    first, second = (
        Role(str(typer.prompt(f"Role of person {number} of 2", err=True)).strip())
        for number in (1, 2)
    )
    return first, second


def _read_value(need: Need) -> str:
    if need.choices:
        return ask_choice(need.prompt, need.choices)
    return str(typer.prompt(need.prompt, err=True)).strip()


def _read_words(conductor: Conductor, need: Need) -> dict[str, str]:
    """Take words in rows of four; tell only which row differs, never the word."""
    right = right_words(conductor.current(), conductor.state)
    tell(need.prompt)
    typed: list[str] = []
    attempts: list[str] = []
    for start in range(0, len(right), ROW):
        row = right[start : start + ROW]
        told, tries = _read_row(start, row)
        typed += told
        attempts.append(str(tries))
    return {need.name: " ".join(typed), "attempts": " ".join(attempts)}


def _read_row(start: int, right: tuple[str, ...]) -> tuple[list[str], int]:
    number = start // ROW + 1
    told: list[str] = []
    tries = 0
    for tries in range(1, 4):
        told = str(typer.prompt(f"Row {number}", err=True)).split()
        if not _are_words(told, start):
            continue
        if [word.lower() for word in told] == [word.lower() for word in right]:
            return told, tries
        tell(f"Row {number} differs.")
    return told, tries


def _are_words(told: list[str], start: int) -> bool:
    if len(told) != ROW:
        tell(f"A row has {ROW} words.")
        return False
    for offset, word in enumerate(told):
        try:
            parse_word(word, start + offset)
        except ValueError:
            tell(f"{word!r} is not a word of the list.")
            return False
    return True
