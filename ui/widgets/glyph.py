"""The signs of state, drawn as paths on a square of 24 units; outlines all differ.

A sign never stands alone: the word for it stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.worn import worn

UNITS: Final = 24.0


class Sign(StrEnum):
    """What a sign says."""

    DONE = "done"
    CURRENT = "current"
    NOT_YET = "not-yet"
    WAITING = "waiting"
    ATTENTION = "attention"
    FAILED = "failed"
    DASH = "dash"
    UNKNOWN = "unknown"
    LOCK = "lock"
    KEY = "key"
    PEN = "pen"
    ARROW = "arrow"


TOKENS: Final = {
    Sign.DONE: "done",
    Sign.CURRENT: "current",
    Sign.NOT_YET: "muted",
    Sign.WAITING: "current",
    Sign.ATTENTION: "attention",
    Sign.FAILED: "failed",
    Sign.DASH: "muted",
    Sign.UNKNOWN: "muted",
    Sign.LOCK: "muted",
    Sign.KEY: "text",
    Sign.PEN: "current",
    Sign.ARROW: "text",
}
"""The palette's token in which each sign is drawn."""


def _polygon(points: list[tuple[float, float]]) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(*point)
    path.closeSubpath()
    return path


def _line(painter: QPainter, *points: tuple[float, float], width: float = 3.0) -> None:
    pen = QPen(painter.pen().color(), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(*point)
    painter.drawPath(path)


def _tick(painter: QPainter, _: QColor) -> None:
    _line(painter, (4, 13), (9.5, 18.5), (20, 6))


def _arrow(painter: QPainter, colour: QColor) -> None:
    painter.fillPath(_polygon([(6, 3.5), (20, 12), (6, 20.5)]), colour)


def _ring(painter: QPainter, _: QColor) -> None:
    painter.setPen(QPen(painter.pen().color(), 2))
    painter.drawEllipse(QPointF(12, 12), 7, 7)


def _hourglass(painter: QPainter, colour: QColor) -> None:
    _line(painter, (6, 3.5), (18, 3.5), width=2.4)
    _line(painter, (6, 20.5), (18, 20.5), width=2.4)
    _line(painter, (7.5, 4), (7.5, 7), (16.5, 17), (16.5, 20), width=2)
    _line(painter, (16.5, 4), (16.5, 7), (7.5, 17), (7.5, 20), width=2)
    painter.fillPath(_polygon([(9, 19.5), (12, 15.5), (15, 19.5)]), colour)


def _triangle(painter: QPainter, colour: QColor) -> None:
    painter.fillPath(_polygon([(12, 2.5), (22.5, 21), (1.5, 21)]), colour)
    inside = QColor(worn.palette.surface)
    painter.fillRect(QRectF(11, 9, 2.2, 6.2), inside)
    painter.fillRect(QRectF(11, 16.8, 2.2, 2.2), inside)


def _octagon(painter: QPainter, colour: QColor) -> None:
    points = [(8, 2), (16, 2), (22, 8), (22, 16), (16, 22), (8, 22), (2, 16), (2, 8)]
    painter.fillPath(_polygon([(float(x), float(y)) for x, y in points]), colour)
    painter.setPen(QColor(worn.palette.surface))
    _line(painter, (8, 8), (16, 16), width=2.6)
    _line(painter, (16, 8), (8, 16), width=2.6)


def _dash(painter: QPainter, _: QColor) -> None:
    _line(painter, (6, 12), (18, 12))


def _question(painter: QPainter, colour: QColor) -> None:
    painter.setPen(QPen(colour, 2, Qt.PenStyle.DashLine))
    painter.drawEllipse(QPointF(12, 12), 9, 9)
    painter.setPen(colour)
    _line(painter, (9.5, 9.5), (12, 7.5), (14.5, 9.5), (12, 12.5), (12, 14), width=2)
    painter.fillRect(QRectF(11, 16, 2, 2), colour)


def _lock(painter: QPainter, colour: QColor) -> None:
    painter.setPen(QPen(colour, 2))
    painter.drawRoundedRect(QRectF(5, 11, 14, 9), 2, 2)
    painter.drawArc(QRectF(8, 4, 8, 12), 0, 180 * 16)


def _key(painter: QPainter, colour: QColor) -> None:
    painter.setPen(QPen(colour, 2))
    painter.drawEllipse(QPointF(7, 12), 4, 4)
    _line(painter, (11, 12), (21, 12), (21, 15.5), width=2)
    _line(painter, (17, 12), (17, 15), width=2)


def _pen(painter: QPainter, _: QColor) -> None:
    _line(
        painter, (4, 20), (6, 14.5), (16, 4.5), (19.5, 8), (9.5, 18), (4, 20), width=2
    )


def _long_arrow(painter: QPainter, colour: QColor) -> None:
    _line(painter, (1, 12), (20, 12), width=2)
    painter.fillPath(_polygon([(16, 7.5), (23.5, 12), (16, 16.5)]), colour)


DRAWINGS: Final[dict[Sign, Callable[[QPainter, QColor], None]]] = {
    Sign.DONE: _tick,
    Sign.CURRENT: _arrow,
    Sign.NOT_YET: _ring,
    Sign.WAITING: _hourglass,
    Sign.ATTENTION: _triangle,
    Sign.FAILED: _octagon,
    Sign.DASH: _dash,
    Sign.UNKNOWN: _question,
    Sign.LOCK: _lock,
    Sign.KEY: _key,
    Sign.PEN: _pen,
    Sign.ARROW: _long_arrow,
}


def draw_sign(
    painter: QPainter, sign: Sign, place: QRectF, colour: str | None = None
) -> None:
    """Draw a sign into a square.

    Args:
        painter: Antialiased.
        sign: Which one.
        place: Where; the sign keeps its proportions.
        colour: ``#RRGGBB``; the sign's own where None.
    """
    told = QColor(colour or getattr(worn.palette, TOKENS[sign]))
    side = min(place.width(), place.height())
    painter.save()
    painter.translate(place.center().x() - side / 2, place.center().y() - side / 2)
    painter.scale(side / UNITS, side / UNITS)
    painter.setPen(told)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    DRAWINGS[sign](painter, told)
    painter.restore()


class Glyph(QWidget):
    """A sign as a widget; screen readers hear the word that stands beside it.

    Args:
        sign: Which one.
        size: Its side in pixels of the design.
        colour: A token of the palette; the sign's own where empty.
    """

    def __init__(
        self,
        sign: Sign,
        size: int = 20,
        colour: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sign, self._size, self._colour = sign, size, colour
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_sign(self, sign: Sign) -> None:
        """Become another sign."""
        self._sign = sign
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Give the square's side."""
        side = worn.px(self._size)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the sign."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = getattr(worn.palette, self._colour) if self._colour else None
        draw_sign(painter, self._sign, QRectF(self.rect()), colour)
        painter.end()
