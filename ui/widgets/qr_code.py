"""A QR code on a screen: dark on white in every look, for a scanner reads no other."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.theme.palette import LIGHT
from ui.theme.worn import worn
from ui.widgets.painted import Painted

QUIET = 4
"""White modules around a code (ISO/IEC 18004, section 9.1)."""

SIDE = 168
"""How wide and high it is with its white, pixels of the design."""


class QrCode(Painted):
    """A code that says one text.

    Args:
        text: What it says, ASCII.
        told: What a screen reader says of it.
    """

    def __init__(self, text: str, told: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = text
        self.setAccessibleName(told)
        self.setAccessibleDescription(text)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Give a square of the design's size."""
        return QSize(worn.px(SIDE), worn.px(SIDE))

    minimumSizeHint = sizeHint  # noqa: N815  Qt's name

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw it."""
        del event
        side = float(min(self.width(), self.height()))
        painter = QPainter(self)
        draw_code(painter, self.text, QRectF(0, 0, side, side))
        painter.end()


def draw_code(painter: QPainter, text: str, place: QRectF) -> None:
    """Draw a code with its white into a square; a module is a whole number of pixels.

    Args:
        painter: Without antialiasing, which blurs the modules.
        text: What it says, ASCII.
        place: The square.
    """
    # What makes the code belongs to the pages, which are loaded when they are needed.
    from ceremony.report.paper.qr import modules

    rows = modules(text)
    module = int(place.width() // (len(rows) + 2 * QUIET))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(Qt.PenStyle.NoPen)
    white = module * (len(rows) + 2 * QUIET)
    left, top = int(place.left()), int(place.top())
    painter.fillRect(left, top, white, white, QColor(LIGHT.surface))
    ink = QColor(LIGHT.ink)
    for y, row in enumerate(rows, start=QUIET):
        x = QUIET
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                at = (left + x * module, top + y * module)
                painter.fillRect(*at, length * module, module, ink)
            x += length
    painter.restore()
