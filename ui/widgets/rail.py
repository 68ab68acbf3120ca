"""The act rail: every act as a bar with its name, how far it is, and the step count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.typeface import make_font
from ui.theme.worn import worn
from ui.widgets.glyph import Sign, draw_sign
from ui.widgets.painted import Painted


@dataclass(frozen=True, slots=True)
class Segment:
    """One act: its name, its state, and which part of it is done, 0 to 1."""

    name: str
    sign: Sign
    part: float


class ActRail(Painted):
    """Draws the segments side by side; names wrap to two lines, never shorten."""

    def __init__(self, *, large: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._segments: tuple[Segment, ...] = ()
        self._type = 26 if large else 15
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_acts(self, segments: Sequence[Segment], told: str) -> None:
        """Draw these acts; ``told`` is what a screen reader says."""
        self._segments = tuple(segments)
        self.setAccessibleName(told)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Give the height for a bar and two lines of names."""
        return QSize(worn.px(300), worn.px(16 + 2.6 * self._type))

    minimumSizeHint = sizeHint  # noqa: N815  Qt's name

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw bars, signs and names."""
        del event
        if not self._segments:
            return
        painter = self.begin()
        gap = worn.px(8)
        count = len(self._segments)
        width = (self.width() - gap * (count - 1)) / count
        thick = worn.px(10 if self._type < 20 else 14)  # noqa: PLR2004  the larger type is the projector's
        for number, segment in enumerate(self._segments):
            left = number * (width + gap)
            self._bar(painter, QRectF(left, 1, width, thick), segment)
            side = worn.px(self._type)
            top = thick + worn.px(8)
            draw_sign(painter, segment.sign, QRectF(left, top + 1, side, side))
            current = segment.sign is Sign.CURRENT
            painter.setFont(make_font(worn.px(self._type), 700 if current else 500))
            painter.setPen(QColor(self._ink(segment)))
            room = QRectF(
                left + side + worn.px(6),
                top - worn.px(2),
                width - side - worn.px(6),
                self.height() - top,
            )
            painter.drawText(
                room,
                Qt.AlignmentFlag.AlignLeft
                | Qt.AlignmentFlag.AlignTop
                | Qt.TextFlag.TextWordWrap,
                segment.name,
            )
        painter.end()

    def _ink(self, segment: Segment) -> str:
        palette = worn.palette
        told = {Sign.DONE: palette.done, Sign.CURRENT: palette.current}
        return told.get(segment.sign, palette.muted)

    def _bar(self, painter: QPainter, place: QRectF, segment: Segment) -> None:
        ink = QColor(self._ink(segment))
        round_ = place.height() / 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink, 1.4))
        painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), round_, round_)
        if segment.part > 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            filled = QRectF(place)
            filled.setWidth(max(place.height(), place.width() * segment.part))
            painter.drawRoundedRect(filled, round_, round_)
