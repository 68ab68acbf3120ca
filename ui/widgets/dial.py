"""The quorum dial: the people of the quorum's role on a ring, filled where present."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.theme.typeface import make_font
from ui.theme.worn import worn
from ui.widgets.painted import Painted


class QuorumDial(Painted):
    """``n`` circles with initials; dashed is absent; the count stands inside."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._people: tuple[tuple[str, bool], ...] = ()
        self._count = ""
        self._word = ""

    def show_people(
        self, people: Sequence[tuple[str, bool]], count: str, word: str
    ) -> None:
        """Draw these people.

        Args:
            people: Initials, and whether the person is present.
            count: In large type, e.g. ``2 of 2``.
            word: Below it, e.g. ``present``.
        """
        self._people, self._count, self._word = tuple(people), count, word
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Give a square of the design's size."""
        return QSize(worn.px(184), worn.px(176))

    minimumSizeHint = sizeHint  # noqa: N815  Qt's name

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw ring, people and count."""
        del event
        painter = self.begin()
        centre = QPointF(self.width() / 2, self.height() / 2)
        spot = worn.px(21)
        ring = min(self.width(), self.height()) / 2 - spot - 2
        painter.setPen(QPen(QColor(worn.palette.hairline), 2))
        painter.drawEllipse(centre, ring, ring)
        for number, (initials, present) in enumerate(self._people):
            angle = 2 * math.pi * number / max(1, len(self._people)) - math.pi / 2
            at = centre + QPointF(ring * math.cos(angle), ring * math.sin(angle))
            place = QRectF(at.x() - spot, at.y() - spot, 2 * spot, 2 * spot)
            _draw_person(painter, place, initials, present=present)
        inside = QRectF(
            centre.x() - ring, centre.y() - worn.px(26), 2 * ring, worn.px(26)
        )
        painter.setPen(QColor(worn.palette.text))
        painter.setFont(make_font(worn.px(20), 700))
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, self._count)
        painter.setPen(QColor(worn.palette.muted))
        painter.setFont(make_font(worn.px(14), 500))
        inside.translate(0, worn.px(22))
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, self._word)
        painter.end()


def _draw_person(
    painter: QPainter, place: QRectF, initials: str, *, present: bool
) -> None:
    palette = worn.palette
    if present:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.done))
    else:
        painter.setPen(QPen(QColor(palette.border), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(palette.surface))
    painter.drawEllipse(place)
    painter.setPen(QColor(palette.on_done if present else palette.muted))
    painter.setFont(make_font(worn.px(15), 600))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, initials)
