"""Print: the current step and a blank deviation sheet, as a PDF for a pen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QFileDialog

from ceremony.conduct.room_view import RoomView
from ui.conductor.sheet import Sheet
from ui.messages import conductor
from ui.messages import sheet as words
from ui.messages.speech import say
from ui.theme.typeface import make_font

DPI = 300


class PrintSheet(Sheet):
    """Asks for a file and writes it."""

    def __init__(self, view: RoomView) -> None:
        super().__init__(say(words.PRINT), say(words.PRINT_TEXT))
        self._view = view
        self.finish((say(words.PRINT_SAVE), "primary", self._choose))

    def _choose(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self,
            say(words.PRINT),
            f"{self._view.ceremony}.pdf",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            self.write(Path(name))

    def write(self, path: Path) -> None:
        """Write the PDF, over nothing."""
        try:
            path.open("xb").close()
        except OSError as error:
            self.tell(f"{path}: {error.strerror}.")
            return
        draw_sheets(self._view, path)
        self.tell(say(words.PRINT_DONE, path=path))


def draw_sheets(view: RoomView, path: Path) -> None:
    """Draw the step on one page and the deviation sheet on another; A4."""
    writer = QPdfWriter(str(path))
    writer.setResolution(DPI)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(20, 16, 14, 16),
            QPageLayout.Unit.Millimeter,
        )
    )
    mode = conductor.REHEARSAL if view.mode.value == "rehearsal" else conductor.LIVE
    head = say(words.PRINT_HEAD, ceremony=view.ceremony, mode=say(mode))
    painter = QPainter(writer)
    lines = view.projector.text
    _draw_page(painter, writer, head, lines)
    writer.newPage()
    title = f"{head}\n{say(words.PRINT_SHEET)}"
    _draw_page(painter, writer, title, say(words.PRINT_LINES))
    painter.end()


def _draw_page(painter: QPainter, writer: QPdfWriter, head: str, text: str) -> None:
    width, height = writer.width(), writer.height()
    size = DPI * 12 // 72
    flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
    painter.setFont(make_font(size, 600))
    used = painter.boundingRect(QRectF(0, 0, width, height), flags, head)
    painter.drawText(QRectF(0, 0, width, height), flags, head)
    top = used.height() + size
    painter.drawLine(0, round(top), width, round(top))
    painter.setFont(make_font(size, 400))
    painter.drawText(QRectF(0, top + size, width, height - top), flags, text)
