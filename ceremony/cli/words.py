"""Words typed unseen, in rows of four.

A misspelling is told at once and is no attempt. Of a full row only that it differs is
told, never which word and never the right one; the third wrong row ends the entry.

Source: the room policy's rules for words.
"""

from __future__ import annotations

from typing import Final

from ceremony.cli.console import tell
from ceremony.cli.prompt import ask, role_words
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.read_back import ReadBack
from ceremony.digest_words import ROW
from ceremony.engine.steps.check import CheckParameters, right_words
from ceremony.engine.steps.kind import read_parameters
from ceremony.errors import RefusedError
from ceremony.identifiers import Role

STOPPED: Final = "CLI-WORDS-01"


def read_words(conductor: Conductor, *, shown: bool) -> dict[str, str]:
    """Take the words of a read-back; it ends at the third wrong row.

    Args:
        conductor: The ceremony, at a read-back.
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
    entry = ReadBack(right)
    while not entry.is_done:
        if entry.is_stopped:
            raise RefusedError(
                STOPPED,
                f"The read-back of step {step.id} stopped at its third wrong row.",
                meaning="The step stays open; nothing of it is recorded yet.",
                remedy="Find out why, record the deviation, and read the words again.",
            )
        _read_row(entry)
    return entry.values()


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


def _read_row(entry: ReadBack) -> None:
    number = entry.row + 1
    told = ask(f"Row {number}").split()
    try:
        if not entry.enter(told):
            tell(f"Row {number} differs.")
    except ValueError as error:
        again = "" if len(told) != ROW else " The row is typed again."
        tell(f"{error}.{again}")
