"""How far a batch is, at the terminal; Ctrl+C stops it after the part that it is in."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from ceremony.cli.console import tell
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.pace import Pace, Reached


@dataclass(slots=True)
class _Keys:
    """Whether Ctrl+C was pressed while a batch was issued.

    Attributes:
        reached: How far the batch is; None where there is none.
        stopped: True where it was pressed.
    """

    reached: Reached | None = None
    stopped: bool = False

    def tell(self, reached: Reached) -> None:
        """Tell how far it is."""
        if self.reached is None:
            tell("Ctrl+C stops after the part that is being issued.")
            self.stopped = False
        self.reached = reached if reached.done < reached.total else None
        tell(f"{reached.done} of {reached.total} certificates issued and recorded.")

    def press(self, number: int, frame: FrameType | None) -> None:
        """Keep Ctrl+C for later within a batch; else let it do what it does."""
        if self.reached is None:
            signal.default_int_handler(number, frame)
        self.stopped = True
        # What is being printed at this moment takes no second text: past its buffer.
        os.write(sys.stderr.fileno(), b"It stops after this part.\n")


@contextmanager
def paced(conductor: Conductor) -> Iterator[None]:
    """Tell how far a batch is while it is issued, and let Ctrl+C stop it."""
    keys, before = _Keys(), conductor.pace
    conductor.pace = Pace(keys.tell, lambda: keys.stopped)
    taken = signal.signal(signal.SIGINT, keys.press)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, taken)
        conductor.pace = before
