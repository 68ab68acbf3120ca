"""Words on a screen: always plain text, never cut off, never taken for markup."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget


class Text(QLabel):
    """A text that is shown as it is.

    Args:
        text: Plain text; what looks like markup is shown letter for letter.
        role: What it is, in the words of the style sheet; empty for body text.
        wrap: True where it may take several lines.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "",
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if wrap:
            self.setWordWrap(True)
        # Of a new widget nothing is to be looked up anew.
        self.setProperty("role", role)
        if text:
            self.setText(text)

    def wear(self, role: str) -> None:
        """Become another role."""
        set_role(self, role)


def set_role(widget: QWidget, role: str) -> None:
    """Say what a widget is; the style sheet says how that looks."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    restyle(widget)


def restyle(widget: QWidget) -> None:
    """Look up anew how a widget looks: its role, or that of what it is in, changed.

    A widget that was not shown yet is looked up when it is; twice would be for nothing.
    """
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def make_button(text: str, role: str = "", *, name: str = "") -> QPushButton:
    """Make a button.

    Args:
        text: What it does, as a verb.
        role: ``primary``, ``attention``, ``link`` or empty.
        name: What a screen reader says; the text where empty.
    """
    button = QPushButton(text.replace("&", "&&"))
    button.setAccessibleName(name or text)
    set_role(button, role)
    button.setAutoDefault(False)
    return button


class Card(QFrame):
    """A panel."""

    def __init__(self, role: str = "card", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", role)


class Rule(QFrame):
    """A hairline between parts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rule")
        self.setFixedHeight(1)


def grouped(value: str, size: int = 4) -> str:
    """Write an identifier in groups, never cut: ``7c1e 40b2 9a5d 03f6``."""
    compact = value.replace(" ", "")
    return " ".join(compact[at : at + size] for at in range(0, len(compact), size))


BREAK: Final = "\u200b"
"""A place where a line may break, of no width."""


def breakable(told: str, size: int = 16) -> str:
    """Let a text wrap inside a long path, digest or command; nothing is cut off.

    Args:
        told: Any text.
        size: After how many characters without a blank a line may break.
    """
    return re.sub(rf"(\S{{{size}}})(?=\S)", rf"\1{BREAK}", told)
