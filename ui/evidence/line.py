"""A line of a list that is a button as a whole: it may hold texts that wrap."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.theme.worn import worn
from ui.widgets.text import set_role

HEIGHT: Final = 44
"""The least height of a line, pixels of the design."""

LEFT, TOP = 10, 2


class Line(QPushButton):
    """A button that lays parts out in a row and grows with them.

    Args:
        told: What a screen reader says.
    """

    def __init__(self, told: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "line")
        self.setAccessibleName(told)
        self.setAutoDefault(False)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.box = QHBoxLayout(self)
        self.box.setContentsMargins(LEFT, TOP, LEFT, TOP)
        self.box.setSpacing(8)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Give the size of the parts side by side."""
        hint = self.box.totalSizeHint()
        return QSize(hint.width(), max(worn.px(HEIGHT), hint.height()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Give the size with every text wrapped."""
        least = self.box.totalMinimumSize()
        return QSize(least.width(), max(worn.px(HEIGHT), least.height()))

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        """Say that narrower means higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's name
        """Give the height at a width."""
        needed = self.box.totalHeightForWidth(width)
        return max(worn.px(HEIGHT), needed)
