"""Words on a screen: always plain text, never cut off, never taken for markup."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

BREAK: Final = "\u200b"
"""A place where a line may break, of no width."""

LONGEST_RUN: Final = 24
"""After how many characters without a blank or a sign a line may break anywhere."""

_SIGNS: Final = r"[./\\_:=,;&?@+-]"
"""Behind which a path, an address or an identifier is best broken."""


class Text(QLabel):
    """A text that is shown as it is.

    One that may take several lines also breaks inside a word that is longer than a
    line, so that nothing is as wide as its longest word.

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

    def setText(self, text: str) -> None:  # noqa: N802  Qt's name
        """Show another text."""
        shown = breakable(text) if self.wordWrap() else text
        if shown != text:
            # A screen reader says the word and not the marks in it.
            self.setAccessibleName(text.replace(BREAK, ""))
        elif BREAK in self.shown:
            self.setAccessibleName("")
        super().setText(shown)

    def text(self) -> str:
        """Give what is told, without the marks where a line may break."""
        return self.shown.replace(BREAK, "")

    @property
    def shown(self) -> str:
        """Give what is drawn, with those marks."""
        return super().text()

    def one_line(self) -> QSize:
        """Give the size of the whole text without a break, pixels."""
        self.ensurePolished()
        margins, metrics = self.contentsMargins(), self.fontMetrics()
        told = metrics.size(0, self.shown)
        return told.grownBy(margins)

    def wear(self, role: str) -> None:
        """Become another role."""
        set_role(self, role)


class CopiedText(Text):
    """A text of which a part can be selected and copied, where that is as it is told.

    What has a mark in it cannot: whoever pastes it would have the mark too.
    """

    def setText(self, text: str) -> None:  # noqa: N802  Qt's name
        """Show another text."""
        super().setText(text)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(
            flags.NoTextInteraction
            if BREAK in self.shown
            else flags.TextSelectableByMouse
        )


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


def breakable(told: str, size: int = LONGEST_RUN) -> str:
    """Let a text wrap inside a long path, digest or command; nothing is cut off.

    A line may break behind a sign of a word that is longer than ``size``, and where a
    word has none for so long.

    Args:
        told: Any text; marks that are in it already are set anew.
        size: How many characters without a blank stay in one line.
    """
    plain = told.replace(BREAK, "")
    return re.sub(rf"\S{{{size + 1},}}", lambda word: _broken(word[0], size), plain)


def _broken(word: str, size: int) -> str:
    parts = re.sub(rf"({_SIGNS})(?=\w)", rf"\1{BREAK}", word)
    return re.sub(rf"([^{BREAK}]{{{size}}})(?=[^{BREAK}])", rf"\1{BREAK}", parts)
