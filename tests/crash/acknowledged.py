"""What a conductor was told is durable, kept in a file that no code of it reads."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from ceremony.engine.state import Recorded
from ceremony.journal.event import Event


class Acknowledged:
    """The file of one workspace; processes of every life add to it.

    Args:
        path: The file; it is made where there is none yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self._file = os.open(path, flags, 0o600)

    def add(self, events: Iterable[Event]) -> None:
        """Write down what the journal has given back."""
        told = "".join(f"{_line(event)}\n" for event in events)
        os.write(self._file, told.encode())

    def lost(self, facts: Sequence[Recorded]) -> int:
        """Count what was acknowledged and is not in the journal, or is another."""
        kept = {_line(known.event) for known in facts}
        return sum(line not in kept for line in self._path.read_text().splitlines())


def _line(event: Event) -> str:
    return f"{event.seq} {event.type} {event.op}"
