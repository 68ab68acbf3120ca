"""``ceremony pki`` called as a person types it, and the commands that it shows."""

from __future__ import annotations

from tests.cli.transcript import call_here
from tests.rehearsals.stage import Told


def pki(*arguments: object) -> Told:
    return call_here(["pki", *map(str, arguments)])


def commands(text: str) -> str:
    """The commands that an inspection shows, as they stand there: set in by blanks."""
    at = text.index("The same with other tools:\n")
    shown = text[at:].split("\n\n", maxsplit=1)[0].splitlines()[1:]
    assert all(line.startswith("    ") for line in shown)
    return "\n".join(shown)
