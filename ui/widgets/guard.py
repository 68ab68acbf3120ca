"""One commit at a time: a held key commits nothing, and two in a breath are refused."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QElapsedTimer
from PySide6.QtGui import QKeyEvent

PAUSE_MS: Final = 700
"""How long after one commit the next is refused, milliseconds."""


class CommitGuard:
    """Says whether a commit may go through; a refused one does not start the pause."""

    def __init__(self, pause_ms: int = PAUSE_MS) -> None:
        self._pause_ms = pause_ms
        self._last = QElapsedTimer()

    def may_commit(self) -> bool:
        """Tell whether the pause since the last commit is over, and begin a new one."""
        if self._last.isValid() and self._last.elapsed() < self._pause_ms:
            return False
        self._last.start()
        return True

    def forget(self) -> None:
        """Let the next commit through at once."""
        self._last.invalidate()


def is_held(event: QKeyEvent) -> bool:
    """Tell whether a key press is only the repetition of a key held down."""
    return event.isAutoRepeat()
