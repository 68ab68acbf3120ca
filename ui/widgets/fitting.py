"""Fitting: what stands side by side where there is room, else below one another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QBoxLayout, QWidget

_KINDS: Final = (QEvent.Type.Resize, QEvent.Type.StyleChange)


class Fitting(QObject):
    """Measures a widget again whenever it has another size or another look.

    Args:
        widget: What is measured; this lives as long as it.
        fit: Measures it.
    """

    def __init__(self, widget: QWidget, fit: Callable[[], None]) -> None:
        super().__init__(widget)
        self._fit = fit
        self._fits = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Measure, but not because of what the measuring itself changes."""
        if event.type() in _KINDS and not self._fits:
            self._fits = True
            self._fit()
            self._fits = False
        return super().eventFilter(watched, event)


def stand(box: QBoxLayout, *, narrow: bool) -> None:
    """Let the parts of a layout stand side by side, or below one another."""
    ways = QBoxLayout.Direction
    box.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)


def side_by_side(parent: QWidget | None = None) -> QBoxLayout:
    """Make a layout for ``stand``."""
    way = QBoxLayout.Direction.LeftToRight
    return QBoxLayout(way, parent) if parent is not None else QBoxLayout(way)
