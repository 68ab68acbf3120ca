"""The one thread that owns the core: journal, tokens and clock are touched in it only.

A job is a plain callable that knows nothing of Qt. Jobs run one after another in the
order in which they were handed in; what came of each is delivered in the window's
thread.

Invariants:
    * Whatever a job raises is delivered; the thread itself never ends of it.
    * ``finish`` lets every job that was handed in come to its end.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

Job = Callable[[], Any]
Done = Callable[[Any], None]
Failed = Callable[[Exception], None]

SWITCH_S: Final = 0.0005
"""How long Python code may keep the interpreter from the window, seconds."""

NAME: Final = "core"


class CoreThread(QObject):
    """Runs jobs in their order and delivers what came of them."""

    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(SWITCH_S)
        self._jobs: SimpleQueue[tuple[Job, Done, Failed] | None] = SimpleQueue()
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        # A program that ends without ``finish`` must not wait for a device for ever.
        self._thread = Thread(target=self._run, name=NAME, daemon=True)

    @property
    def is_running(self) -> bool:
        """Tell whether the thread has begun and has not ended."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to take jobs."""
        self._thread.start()

    def submit(self, job: Job, done: Done, failed: Failed) -> None:
        """Hand in a job.

        Args:
            job: What is to be done, in the core's thread.
            done: Told the result, in the window's thread.
            failed: Told what was raised, in the window's thread.
        """
        self._jobs.put((job, done, failed))

    def _run(self) -> None:
        """Take one job after another until told to stop."""
        while (taken := self._jobs.get()) is not None:
            job, done, failed = taken
            try:
                result = job()
            except Exception as error:  # noqa: BLE001  delivered, never swallowed
                self._ended.emit(failed, error)
            else:
                self._ended.emit(done, result)

    @Slot(object, object)
    def _deliver(self, told: Callable[[Any], None], what: object) -> None:
        told(what)

    def finish(self) -> None:
        """End after every job that was handed in, and wait for it."""
        self._jobs.put(None)
        self._thread.join()
