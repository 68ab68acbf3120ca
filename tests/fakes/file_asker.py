"""A person who answers every question for a file with what a test laid out.

Stands in for the desktop's dialogs. Answers are taken in their order; with none left
the person thinks better of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtWidgets import QWidget


class AnsweringAsker:
    """Answers with one path after another, and keeps what was asked."""

    def __init__(self, answers: Iterable[Path] = ()) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def ask_open(self, parent: QWidget, title: str, kinds: str) -> Path | None:
        del parent, kinds
        return self._answer(title)

    def ask_save(
        self, parent: QWidget, title: str, name: str, kinds: str
    ) -> Path | None:
        del parent, kinds
        return self._answer(f"{title} {name}")

    def _answer(self, asked: str) -> Path | None:
        self.asked.append(asked)
        return self.answers.pop(0) if self.answers else None
