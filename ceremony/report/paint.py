"""Composed pages into a PDF: the one place that speaks to the PDF library.

Only strings, lines and polygons are drawn: no markup, no picture, no link, no action.

Invariants:
    * The same pages give the same bytes: no clock, no random identifier, no name
      that depends on the machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final, assert_never

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from ceremony.identifiers import Mode
from ceremony.report.compose import Page
from ceremony.report.drawing import (
    Disc,
    Field,
    Frame,
    Glyphs,
    Mark,
    Shape,
    Stroke,
)
from ceremony.report.face import Face, load_face, text_width
from ceremony.report.furniture import Furniture, band
from ceremony.report.style import BINDING

# Pages are compressed; to write them in letters besides would take a sixth of the time.
rl_config.useA85 = 0

Box = tuple[float, float, float, float]
"""Lower left and upper right corner, points from the page's lower left corner."""

_WATERMARK_GREY: Final = 0.82
_WATERMARK_WEIGHT: Final = 0.45


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished document.

    Attributes:
        pdf: The PDF, bytes as the library writes them.
        fields: Signature fields by name: 0-based page and box.
    """

    pdf: bytes
    fields: dict[str, tuple[int, Box]]


def paint(
    pages: Sequence[Page],
    furniture: Furniture,
    size: tuple[float, float],
    *,
    title: str,
    author: str,
) -> Drawn:
    """Draw all pages.

    Args:
        pages: In their order.
        furniture: What every page says around its text.
        size: Width and height of the paper, points.
        title: The document's title.
        author: The document's author.
    """
    for face in Face:
        load_face(face)
    out = BytesIO()
    canvas = Canvas(
        out,
        pagesize=size,
        pageCompression=1,
        invariant=1,
        initialFontName=Face.REGULAR.value,
        lang="en-GB",
    )
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setSubject(furniture.subject)
    canvas.setCreator("Key Ceremony")
    canvas.setProducer("Key Ceremony")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    fields: dict[str, tuple[int, Box]] = {}
    stripes = _Stripes(size[0])
    for number, page in enumerate(pages):
        painter = _Painter(canvas, number, size[1], fields)
        if furniture.mode is Mode.REHEARSAL:
            if furniture.watermark:
                painter.watermark(furniture.mode.value.upper(), size)
            stripes.draw(canvas, painter)
        painter.marks(
            furniture.marks(number + 1, len(pages), page.running, size[1]), 0, 0
        )
        painter.page(page, furniture.top(number + 1))
        canvas.showPage()
    canvas.save()
    return Drawn(out.getvalue(), fields)


class _Stripes:
    """Draws a rehearsal's band: the same hundred marks on every page, worked out once.

    Args:
        width: Of the paper, points.
    """

    def __init__(self, width: float) -> None:
        self._width = width
        self._operators = ""

    def draw(self, canvas: Canvas, painter: _Painter) -> None:
        """Draw the band on the current page."""
        if self._operators:
            canvas.addLiteral(self._operators)
            return
        before: str = canvas.getCurrentPageContent()
        painter.marks(band(self._width), -BINDING, 0)
        after: str = canvas.getCurrentPageContent()
        self._operators = after.removeprefix(before).removeprefix("\n")


class _Painter:
    """Draws marks on one page."""

    def __init__(
        self,
        canvas: Canvas,
        number: int,
        height: float,
        fields: dict[str, tuple[int, Box]],
    ) -> None:
        self.number = number
        self._canvas = canvas
        self._height = height
        self._fields = fields

    def page(self, page: Page, top: float) -> None:
        """Draw what the page holds from ``top`` on, and its outline entries."""
        for at, line in page.placed:
            self.marks(line.marks, 0, top + at)
        for at, title in page.outlines:
            key = f"p{self.number}-{at:.0f}"
            self._canvas.bookmarkHorizontal(key, 0, self._height - top - at + 12)
            self._canvas.addOutlineEntry(title, key, 0, closed=True)

    def watermark(self, word: str, size: tuple[float, float]) -> None:
        """Draw the mode in outlined letters from corner to corner."""
        width, height = size[0] - BINDING, size[1] - 120
        angle = math.degrees(math.atan2(height, width))
        length = math.hypot(width, height) * 0.9
        points = length / (text_width(word, Face.STRONG, 1) + 0.12 * len(word))
        canvas = self._canvas
        canvas.saveState()
        canvas.translate(BINDING + width / 2 - 10, size[1] / 2 - 6)
        canvas.rotate(angle)
        canvas.setStrokeGray(_WATERMARK_GREY)
        canvas.setLineWidth(_WATERMARK_WEIGHT)
        text = canvas.beginText(-length / 2, -points * 0.35)
        text.setFont(Face.STRONG.value, points)
        text.setTextRenderMode(1)
        text.setCharSpace(points * 0.12)
        text.textOut(word)
        canvas.drawText(text)
        canvas.restoreState()

    def marks(self, marks: Iterable[Mark], x: float, y: float) -> None:
        """Draw marks whose origin lies at ``x``, ``y`` from the type area's corner."""
        left, top = BINDING + x, self._height - y
        for mark in marks:
            match mark:
                case Glyphs():
                    self._glyphs(mark, left, top)
                case Stroke():
                    self._stroke(mark, left, top)
                case Shape():
                    self._shape(mark, left, top)
                case Disc():
                    self._disc(mark, left, top)
                case Frame():
                    self._frame(mark, left, top)
                case Field():
                    lower = top - mark.y - mark.height
                    x1 = left + mark.x
                    box = (x1, lower, x1 + mark.width, lower + mark.height)
                    self._fields[mark.name] = (self.number, box)
                case _ as never:
                    assert_never(never)

    def _glyphs(self, mark: Glyphs, left: float, top: float) -> None:
        style = mark.style
        text = self._canvas.beginText(left + mark.x, top - mark.y)
        text.setFont(style.face.value, style.size)
        if style.tracking:
            text.setCharSpace(style.tracking)
        if style.grey:
            text.setFillGray(style.grey)
        text.textOut(mark.text)
        if style.tracking:
            text.setCharSpace(0)
        if style.grey:
            text.setFillGray(0)
        self._canvas.drawText(text)

    def _stroke(self, mark: Stroke, left: float, top: float) -> None:
        path = self._canvas.beginPath()
        (x, y), *more = mark.points
        path.moveTo(left + x, top - y)
        for x, y in more:
            path.lineTo(left + x, top - y)
        self._canvas.setLineWidth(mark.weight)
        if mark.dash:
            self._canvas.setDash(list(mark.dash))
        self._canvas.drawPath(path, stroke=1, fill=0)
        if mark.dash:
            self._canvas.setDash([])

    def _shape(self, mark: Shape, left: float, top: float) -> None:
        path = self._canvas.beginPath()
        (x, y), *more = mark.points
        path.moveTo(left + x, top - y)
        for x, y in more:
            path.lineTo(left + x, top - y)
        path.close()
        self._canvas.setLineWidth(mark.weight)
        self._canvas.setFillGray(mark.fill or 0)
        self._canvas.drawPath(
            path, stroke=int(mark.weight > 0), fill=int(mark.fill is not None)
        )
        self._canvas.setFillGray(0)

    def _disc(self, mark: Disc, left: float, top: float) -> None:
        hollow = mark.weight > 0
        self._canvas.setLineWidth(mark.weight)
        self._canvas.setFillGray(1 if hollow else 0)
        self._canvas.circle(
            left + mark.x, top - mark.y, mark.radius, stroke=int(hollow), fill=1
        )
        self._canvas.setFillGray(0)

    def _frame(self, mark: Frame, left: float, top: float) -> None:
        x, y = left + mark.x, top - mark.y - mark.height
        self._canvas.setLineWidth(mark.weight)
        if mark.dash:
            self._canvas.setDash(list(mark.dash))
        if mark.radius:
            self._canvas.roundRect(x, y, mark.width, mark.height, mark.radius)
        else:
            self._canvas.rect(x, y, mark.width, mark.height)
        if mark.dash:
            self._canvas.setDash([])
