"""What is cut off in a window, measured in every size that it is used in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QPushButton,
    QScrollArea,
    QStyle,
    QStyleOptionButton,
    QWidget,
)

from ui.app import MainWindow
from ui.projector.window import ProjectorWindow
from ui.room import refit
from ui.theme.palette import Look
from ui.theme.worn import wear, worn
from ui.widgets.text import Text

TOLERANCE = 2
"""Pixels by which the metrics of type and of layout may differ."""


@dataclass(frozen=True)
class Size:
    name: str
    width: int
    height: int
    zoom: float = 1.0


SIZES = (
    Size("laptop", 1366, 768),
    Size("large", 1920, 1080),
    # What 1366 by 768 pixels are on a screen that shows everything twice as large.
    Size("doubled", 683, 384),
    Size("zoomed", 1366, 768, 2.0),
)

TIGHT = (SIZES[0], SIZES[2])
"""The two with the least room for what is shown."""


def text_faults(window: QWidget) -> list[str]:
    """Name every visible text that has less room than it needs."""
    return [
        f"text: {label.text()!r} needs {needed.width()}x{needed.height()}, "
        f"has {room.width()}x{room.height()}"
        for label in window.findChildren(QLabel)
        if isinstance(label, Text) and label.isVisible() and label.text()
        for room, needed in [_measure(label)]
        if needed.width() > room.width() + TOLERANCE
        or needed.height() > room.height() + TOLERANCE
    ]


def _measure(label: Text) -> tuple[QRect, QRect]:
    room = label.contentsRect()
    flags = int(Qt.AlignmentFlag.AlignLeft)
    if label.wordWrap():
        flags |= int(Qt.TextFlag.TextWordWrap)
    metrics = QFontMetrics(label.font())
    needed = metrics.boundingRect(QRect(0, 0, room.width(), 10_000), flags, label.shown)
    return room, needed


def button_faults(window: QWidget) -> list[str]:
    """Name every visible button that does not show its whole text."""
    return [
        f"button: {button.text()!r} needs {needed}, has {room}"
        for button in window.findChildren(QAbstractButton)
        if button.isVisible() and button.text()
        for room, needed in [_measure_button(button)]
        if needed > room + TOLERANCE
    ]


def _measure_button(button: QAbstractButton) -> tuple[int, int]:
    lines = button.text().replace("&&", "&").splitlines()
    needed = max(button.fontMetrics().horizontalAdvance(line) for line in lines)
    if not isinstance(button, QPushButton):
        return button.width() - (button.sizeHint().width() - needed), needed
    option = QStyleOptionButton()
    button.initStyleOption(option)
    inside = QStyle.SubElement.SE_PushButtonContents
    return button.style().subElementRect(inside, option, button).width(), needed


def sideways_faults(window: QWidget) -> list[str]:
    """Name every place that can only be read by moving it sideways."""
    return [
        f"scrolls sideways: {type(area).__name__} of {type(area.parent()).__name__}"
        for area in window.findChildren(QScrollArea)
        if area.isVisible() and _overhangs(area)
    ]


def _overhangs(area: QScrollArea) -> bool:
    widget = area.widget()
    return widget is not None and widget.width() > area.viewport().width() + TOLERANCE


def bar_faults(window: QWidget) -> list[str]:
    """Say where the waiting bar, or what is typed into it, is not in the window."""
    assert isinstance(window, MainWindow)
    if window.room is None or not window.room.page.bar.isVisible():
        return []
    bar = window.room.page.bar
    parts = [bar, bar.entry, bar.enter, bar.act]
    return [
        f"outside of the window: {part.accessibleName() or type(part).__name__}"
        for part in parts
        if part.isVisible() and not window.rect().contains(_place(part, window))
    ]


def _place(part: QWidget, window: QWidget) -> QRect:
    return QRect(part.mapTo(window, QPoint(0, 0)), part.size())


def faults(window: QWidget) -> list[str]:
    return [
        *text_faults(window),
        *button_faults(window),
        *sideways_faults(window),
        *bar_faults(window),
    ]


class Measuring:
    """Measures each stop of a tour in every size."""

    def __init__(self, app: QApplication, sizes: Sequence[Size] = SIZES) -> None:
        self._app = app
        self._sizes = sizes
        self.found: list[str] = []
        self.stops: list[str] = []

    def look(self, name: str, window: QWidget) -> None:
        self.stops.append(name)
        if isinstance(window, ProjectorWindow):
            return
        for size in self._sizes:
            self._put_on(size, window)
            told = [f"{name}, {size.name}: {fault}" for fault in faults(window)]
            self.found += told
        self._put_on(self._sizes[0], window)

    def _put_on(self, size: Size, window: QWidget) -> None:
        if worn.zoom != size.zoom:
            wear(self._app, Look.LIGHT, size.zoom)
        window.resize(size.width, size.height)
        refit(window)
        for _ in range(4):
            self._app.processEvents()
