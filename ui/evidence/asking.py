"""How a person names a file: the desktop's own dialog."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QFileDialog, QWidget


class FileAsker(Protocol):
    """Asks a person for a file's name."""

    def ask_open(self, parent: QWidget, title: str, kinds: str) -> Path | None:
        """Ask for a file that exists; None where the person thinks better of it."""

    def ask_save(
        self, parent: QWidget, title: str, name: str, kinds: str
    ) -> Path | None:
        """Ask for the name of a new file; None likewise."""


class DialogAsker:
    """Asks with a dialog."""

    def ask_open(self, parent: QWidget, title: str, kinds: str) -> Path | None:
        """Ask for a file that exists."""
        told, _ = QFileDialog.getOpenFileName(parent, title, "", kinds)
        return Path(told) if told else None

    def ask_save(
        self, parent: QWidget, title: str, name: str, kinds: str
    ) -> Path | None:
        """Ask for a new file; that nothing is replaced is seen to by who writes it."""
        told, _ = QFileDialog.getSaveFileName(
            parent,
            title,
            name,
            kinds,
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        return Path(told) if told else None
