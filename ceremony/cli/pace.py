"""How far a batch is, at the terminal, or the judgement of a set; Ctrl+C stops it.

A batch stops after the part that it is in, a judgement after one request.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final

from ceremony.cli.console import tell
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.pace import Pace, Reached, Work

_BEGUN: Final = {
    Work.JUDGE: "Ctrl+C stops after the request that is being judged; none is taken "
    "in then.",
    Work.ISSUE: "Ctrl+C stops after the part that is being issued.",
}
_DONE: Final = {
    Work.JUDGE: "requests judged",
    Work.ISSUE: "certificates issued and recorded",
}
_STOPS: Final = {
    Work.JUDGE: b"It stops after this request.\n",
    Work.ISSUE: b"It stops after this part.\n",
}


@dataclass(slots=True)
class _Keys:
    """Whether Ctrl+C was pressed while a batch was issued or a set judged.

    Attributes:
        reached: How far it is; None where nothing takes long.
        stopped: True where it was pressed.
    """

    reached: Reached | None = None
    stopped: bool = False

    def tell(self, reached: Reached) -> None:
        """Tell how far it is."""
        if self.reached is None:
            tell(_BEGUN[reached.work])
            self.stopped = False
        self.reached = reached if reached.done < reached.total else None
        tell(f"{reached.done} of {reached.total} {_DONE[reached.work]}.")

    def press(self, number: int, frame: FrameType | None) -> None:
        """Keep Ctrl+C for later within what takes long; else let it do what it does."""
        at = self.reached
        if at is None:
            signal.default_int_handler(number, frame)
        self.stopped = True
        # What is being printed at this moment takes no second text: past its buffer.
        os.write(sys.stderr.fileno(), _STOPS[at.work])


@contextmanager
def paced(conductor: Conductor) -> Iterator[None]:
    """Tell how far a batch or a judgement is, and let Ctrl+C stop it."""
    keys, before = _Keys(), conductor.pace
    conductor.pace = Pace(keys.tell, lambda: keys.stopped)
    taken = signal.signal(signal.SIGINT, keys.press)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, taken)
        conductor.pace = before
