"""A scrolled place that can also grow to its content, where the whole page scrolls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

LEAST = 96
"""Height that is left to a place that scrolls by itself, pixels."""


class Scrolled(QScrollArea):
    """Scrolls its content by itself, or shows all of it.

    Args:
        growing: True where it is as high as its content from the start.
    """

    def __init__(self, parent: QWidget | None = None, *, growing: bool = False) -> None:
        super().__init__(parent)
        self._growing = growing
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        # Its parts take the focus, and bring themselves into sight.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._apply()

    def hold(self, widget: QWidget) -> None:
        """Hold another content; the one before is gone."""
        self.setWidget(widget)
        widget.installEventFilter(self)
        self._measure()

    def grow(self, *, growing: bool) -> None:
        """Begin or cease to show all of the content."""
        if growing != self._growing:
            self._growing = growing
            self._apply()

    def _apply(self) -> None:
        policies = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policies.ScrollBarAlwaysOff if self._growing else policies.ScrollBarAsNeeded
        )
        across, down = QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored
        self.setSizePolicy(across, across if self._growing else down)
        if not self._growing:
            self.setMinimumHeight(LEAST)
        self._measure()

    def _measure(self) -> None:
        widget = self.widget()
        layout = widget.layout() if widget is not None else None
        if not self._growing or widget is None or layout is None:
            return
        width = max(self.viewport().width(), widget.minimumSizeHint().width())
        height = layout.totalHeightForWidth(width)
        self.setMinimumHeight(max(height, widget.minimumSizeHint().height(), 1))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Measure again: narrower texts are higher."""
        super().resizeEvent(event)
        self._measure()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Measure again where the content changes."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._measure()
        return super().eventFilter(watched, event)
