"""What every picture on a screen shares: it repaints and remeasures with the look.

A picture has its text equivalent as its accessible description.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget


class Painted(QWidget):
    """A widget that draws itself from the palette and size in use."""

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Measure and draw again where the look has changed."""
        if event.type() is QEvent.Type.StyleChange:
            self.updateGeometry()
            self.update()
        super().changeEvent(event)

    def begin(self) -> QPainter:
        """Give a painter on this widget, antialiased."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return painter
