"""Rehearsal or live: the frame round a window and the tag in its title bar.

A rehearsal is hatched and says so in a word; live is solid ink and says so too. The
geometry is the same, so that a rehearsal rehearses the real thing.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme.typeface import make_font
from ui.theme.worn import worn
from ui.widgets.painted import Painted

FRAME = 6
"""Width of the frame, in pixels of the design."""


def hatch(painter: QPainter, place: QRectF) -> None:
    """Fill a place with the hatch of a rehearsal; places beside it go on with it."""
    ratio = painter.device().devicePixelRatio()
    palette = worn.palette
    tile = _tile(worn.px(12), ratio, palette.amber, palette.on_amber)
    painter.drawTiledPixmap(place, tile, place.topLeft())


@lru_cache(maxsize=8)
def _tile(step: int, ratio: float, amber: str, ink: str) -> QPixmap:
    """Draw one period of the hatch; drawing each line anew held the window up."""
    tile = QPixmap(round(step * ratio), round(step * ratio))
    tile.setDevicePixelRatio(ratio)
    tile.fill(QColor(amber))
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(ink), step * 0.45))
    for left in (-2 * step, -step, 0, step):
        painter.drawLine(left, 2 * step, left + 3 * step, -step)
    painter.end()
    return tile


class ModeFrame(Painted):
    """A frame round everything in a window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rehearsal = True
        self._box = QVBoxLayout(self)
        self._box.setSpacing(0)
        self._measure()

    def _measure(self) -> None:
        side = worn.px(FRAME)
        self._box.setContentsMargins(side, side, side, side)

    def hold(self, widget: QWidget) -> None:
        """Take a widget into the frame."""
        self._box.addWidget(widget)

    def show_mode(self, *, rehearsal: bool) -> None:
        """Become the frame of a rehearsal or of a live ceremony."""
        self._rehearsal = rehearsal
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the frame."""
        self._measure()
        side = worn.px(FRAME)
        whole = QRectF(self.rect())
        inside = whole.adjusted(side, side, -side, -side)
        if inside.contains(QRectF(event.rect())):
            # What changed inside leaves the frame as it is; its hatch is costly.
            return
        painter = self.begin()
        strips = (
            QRectF(0, 0, whole.width(), side),
            QRectF(0, inside.bottom(), whole.width(), side),
            QRectF(0, side, side, inside.height()),
            QRectF(inside.right(), side, side, inside.height()),
        )
        for strip in strips:
            if self._rehearsal:
                hatch(painter, strip)
            else:
                painter.fillRect(strip, QColor(worn.palette.text))
        painter.end()


class ModeTag(Painted):
    """The word REHEARSAL or LIVE in the title bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word = ""
        self._rehearsal = True

    def show_mode(self, word: str, *, rehearsal: bool) -> None:
        """Say the mode."""
        self._word, self._rehearsal = word, rehearsal
        self.setAccessibleName(word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Leave room for the word and, in a rehearsal, the hatch before it."""
        font = make_font(worn.px(18), 700)
        self.setFont(font)
        width = self.fontMetrics().horizontalAdvance(self._word)
        return QSize(width + worn.px(58 if self._rehearsal else 28), worn.px(32))

    minimumSizeHint = sizeHint  # noqa: N815  Qt's name

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the tag."""
        del event
        painter = self.begin()
        place = QRectF(self.rect())
        path = QPainterPath()
        path.addRoundedRect(place, worn.px(4), worn.px(4))
        painter.setClipPath(path)
        background = worn.palette.amber if self._rehearsal else worn.palette.on_ink
        painter.fillRect(place, QColor(background))
        if self._rehearsal:
            hatch(painter, QRectF(0, 0, worn.px(28), place.height()))
            place = place.adjusted(worn.px(28), 0, 0, 0)
        painter.setPen(QColor(worn.palette.on_amber))
        painter.setFont(make_font(worn.px(18), 700))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._word)
        painter.end()
