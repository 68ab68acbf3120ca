"""Print: the current step and a blank deviation sheet, as a PDF for a pen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF
from PySide6.QtGui import (
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextLayout,
    QTextLine,
    QTextOption,
)
from PySide6.QtWidgets import QFileDialog

from ceremony.conduct.room_view import RoomView
from ceremony.errors import CeremonyError
from ceremony.evidence.saving import save_new
from ui.conductor.sheet import Sheet
from ui.messages import conductor
from ui.messages import sheet as words
from ui.messages.fault import explain
from ui.messages.speech import say
from ui.theme.typeface import make_font

DPI: Final = 300
SIZE: Final = DPI * 12 // 72
"""The height of the type: 12 points, in dots."""

Printer = Callable[[QIODevice], QPdfWriter]
"""Begins a document that is written to a device."""


class PrintSheet(Sheet):
    """Asks for a file and writes it.

    Args:
        view: The room as it is.
        printer: What draws the document, into memory: Qt does not tell of a full disk.
    """

    def __init__(self, view: RoomView, printer: Printer = QPdfWriter) -> None:
        super().__init__(say(words.PRINT), say(words.PRINT_TEXT))
        self._view = view
        self._printer = printer
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
        """Write the PDF, whole, durably and over nothing."""
        drawn = QBuffer()
        drawn.open(QIODevice.OpenModeFlag.WriteOnly)
        if not draw_sheets(self._view, self._printer(drawn)):
            self.tell(say(words.PRINT_FAILED))
            return
        try:
            save_new(path, bytes(drawn.data().data()))
        except CeremonyError as error:
            told = explain(error)
            self.tell(say(words.REFUSED, what=told.what, remedy=told.remedy))
            return
        self.tell(say(words.PRINT_DONE, path=path), good=True)


def draw_sheets(view: RoomView, printer: QPdfWriter) -> bool:
    """Draw the step, then the deviation sheet on a page of its own; A4.

    Returns:
        True where everything was drawn.
    """
    printer.setResolution(DPI)
    printer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(20, 16, 14, 16),
            QPageLayout.Unit.Millimeter,
        )
    )
    mode = conductor.REHEARSAL if view.mode.value == "rehearsal" else conductor.LIVE
    head = say(words.PRINT_HEAD, ceremony=view.ceremony, mode=say(mode))
    painter = QPainter(printer)
    if not painter.isActive():
        return False
    pages = _Pages(painter, printer)
    pages.write(head, view.projector.text)
    pages.turn()
    pages.write(f"{head}\n{say(words.PRINT_SHEET)}", say(words.PRINT_LINES))
    return painter.end() and pages.is_whole


class _Pages:
    """Draws text from line to line, on as many pages as it takes.

    Attributes:
        is_whole: False as soon as the printer could not begin a page.
    """

    def __init__(self, painter: QPainter, printer: QPdfWriter) -> None:
        self._painter = painter
        self._printer = printer
        self._top = 0.0
        self.is_whole = True

    def turn(self) -> None:
        """Begin the next page."""
        self.is_whole = self._printer.newPage() and self.is_whole
        self._top = 0.0

    def write(self, head: str, text: str) -> None:
        """Write a text under its head, which stands on each of its pages."""
        self._write_head(head)
        for line in _lines(text, self._printer, weight=400):
            if self._top + line.height() > self._printer.height():
                self.turn()
                self._write_head(head)
            self._draw(line)

    def _write_head(self, head: str) -> None:
        for line in _lines(head, self._printer, weight=600):
            self._draw(line)
        rule = round(self._top) + SIZE
        self._painter.drawLine(0, rule, self._printer.width(), rule)
        self._top = rule + SIZE

    def _draw(self, line: QTextLine) -> None:
        line.draw(self._painter, QPointF(0, self._top - line.y()))
        self._top += line.height()


def _lines(text: str, printer: QPdfWriter, *, weight: int) -> Iterator[QTextLine]:
    """Break a text into lines that are as wide as the page."""
    font = make_font(SIZE, weight)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    for paragraph in text.split("\n"):
        layout = QTextLayout(paragraph, font, printer)
        layout.setTextOption(option)
        layout.beginLayout()
        lines = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(printer.width())
            lines.append(line)
        layout.endLayout()
        yield from lines
