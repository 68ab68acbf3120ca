"""Saves what was issued to a folder that a person chooses; nothing is replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.bridge import Bridge
from ui.messages import issued
from ui.messages.speech import say

if TYPE_CHECKING:
    from ceremony.errors import CeremonyError
    from ceremony.pki.output import Output

AskFolder = Callable[[QWidget, str], Path | None]
"""Asks a person for a folder, under a title; None where they think better of it."""


def ask_folder(parent: QWidget, title: str) -> Path | None:
    """Ask for a folder with the desktop's own dialog."""
    told = QFileDialog.getExistingDirectory(parent, title)
    return Path(told) if told else None


class OutputSaver(QObject):
    """Asks for a folder and lets the files be written there.

    Args:
        parent: The page on which it is asked.
        bridge: Writes the files.
        told: Is told what was saved, in words.
        failed: Is told what could not be.

    Attributes:
        ask: How a person names a folder.
    """

    def __init__(
        self,
        parent: QWidget,
        bridge: Bridge,
        told: Callable[[str], None],
        failed: Callable[[CeremonyError], None],
    ) -> None:
        super().__init__(parent)
        self._page = parent
        self._bridge = bridge
        self._told = told
        self._failed = failed
        self.ask: AskFolder = ask_folder

    def save(self, output: Output) -> None:
        """Save the files of what was issued, if a person names a folder."""
        title = say(issued.CHOOSE_FOLDER, kind=output.kind.value)
        folder = self.ask(self._page, title)
        if folder is None:
            return

        def write() -> Path:
            from ceremony.conduct.issued import save_output

            return save_output(folder, output)

        def done(saved: Path) -> None:
            files = output.told_files
            self._told(say(issued.SAVED, folder=str(saved), files=files))

        self._told(say(issued.SAVING, folder=str(folder)))
        self._bridge.ask(write, done, self._failed)
