"""Time of an act: the outline is what was planned, the filled part what is spent."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.worn import worn
from ui.widgets.painted import Painted


class TimeBar(Painted):
    """A bar that fills; time beyond the plan turns it into the colour of attention."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_part(self, part: float, told: str) -> None:
        """Fill a part of the bar, 0 to 1 and beyond; ``told`` says it in words."""
        self._part = part
        self.setAccessibleName(told)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Give the bar's height."""
        return QSize(worn.px(80), worn.px(12))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw outline and filling."""
        del event
        painter = self.begin()
        place = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        round_ = place.height() / 2
        over = self._part > 1
        ink = QColor(worn.palette.attention if over else worn.palette.current)
        painter.setPen(QPen(QColor(worn.palette.border), 1.2))
        painter.drawRoundedRect(place, round_, round_)
        if self._part > 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            place.setWidth(max(place.height(), place.width() * min(1.0, self._part)))
            painter.drawRoundedRect(place, round_, round_)
        painter.end()
