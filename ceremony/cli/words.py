"""Words typed unseen, in rows of four.

A misspelling is told at once and is no attempt. Of a full row only that it differs is
told, never which word and never the right one; the third wrong row ends the entry.

Source: the room policy's rules for words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ceremony.cli.console import tell
from ceremony.cli.prompt import ask, role_words
from ceremony.conduct.conductor import Conductor
from ceremony.digest_words import ROW, parse_word
from ceremony.engine.steps.check import CheckParameters, right_words
from ceremony.engine.steps.kind import Need, read_parameters
from ceremony.errors import RefusedError
from ceremony.identifiers import Role

STOPPED: Final = "CLI-WORDS-01"

WRONG_ROWS: Final = 3
"""After how many wrong rows the read-back stops."""


@dataclass(slots=True)
class _Entry:
    """What was typed so far."""

    typed: list[str] = field(default_factory=list)
    attempts: list[int] = field(default_factory=list)
    wrong: int = 0


def read_words(conductor: Conductor, need: Need, *, shown: bool) -> dict[str, str]:
    """Take the words of a read-back; it ends at the third wrong row.

    Args:
        conductor: The ceremony, at a read-back.
        need: What the step asks for.
        shown: True where the room's screen shows the words.

    Returns:
        The words as typed and the entries needed for each row, by name.

    Raises:
        RefusedError: ``CLI-WORDS-01``: it ended before every row was typed, so that
            there is no whole value to be compared and recorded.
    """
    step = conductor.current()
    right = right_words(step, conductor.state)
    tell(_task(conductor, shown=shown))
    entry = _Entry()
    for start in range(0, len(right), ROW):
        if entry.wrong == WRONG_ROWS:
            raise RefusedError(
                STOPPED,
                f"The read-back of step {step.id} stopped at its third wrong row.",
                meaning="The step stays open; nothing of it is recorded yet.",
                remedy="Find out why, record the deviation, and read the words again.",
            )
        _read_row(entry, start, right[start : start + ROW])
    return {
        need.name: " ".join(entry.typed),
        "attempts": " ".join(map(str, entry.attempts)),
    }


def _task(conductor: Conductor, *, shown: bool) -> str:
    """Say in one line who reads the words, where, and who types them."""
    wanted = read_parameters(CheckParameters, conductor.current().parameters)
    reader = role_words(conductor, Role(wanted.reader))
    typist = role_words(conductor, Role(wanted.typist))
    where = {
        "projector": "from the projector",
        "printed": "from the printed page",
        "published": "from where the value is published",
        "same-device": "from the same device",
    }[wanted.source]
    hint = ""
    if wanted.source == "projector" and not shown:
        hint = " (none is on: start with --projector FILE)"
    return (
        f"The {reader} reads the words {where}{hint}; the {typist} types them unseen."
    )


def _read_row(entry: _Entry, start: int, right: tuple[str, ...]) -> None:
    number = start // ROW + 1
    tries = 0
    while True:
        told = ask(f"Row {number}").split()
        if not _are_words(told, start):
            continue
        tries += 1
        same = [word.lower() for word in told] == [word.lower() for word in right]
        if not same:
            entry.wrong += 1
            tell(f"Row {number} differs.")
        if same or entry.wrong == WRONG_ROWS:
            entry.typed += told
            entry.attempts.append(tries)
            return


def _are_words(told: list[str], start: int) -> bool:
    """Tell whether a row is four words of the list, and say so where it is not."""
    if len(told) != ROW:
        tell(f"A row has {ROW} words.")
        return False
    for offset, word in enumerate(told):
        try:
            parse_word(word, start + offset)
        except ValueError as error:
            tell(f"{error}. The row is typed again.")
            return False
    return True
