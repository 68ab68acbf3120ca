"""The projector's window: a second screen, or a toggle on the only one.

Every text is at least one fiftieth of the window's height. Dark text on white: a
projector cannot project black, and the room is lit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QPainter, QPaintEvent, QScreen
from PySide6.QtWidgets import QWidget

from ui.messages import projector as words
from ui.messages.speech import say
from ui.projector.view import WORDS_IN_A_ROW, Slide
from ui.theme.palette import LIGHT
from ui.theme.typeface import make_font
from ui.widgets.glyph import Sign, draw_sign
from ui.widgets.qr_code import draw_code
from ui.widgets.rail import Segment
from ui.widgets.text import grouped

FLOOR: Final = 50
"""The smallest text is the window's height divided by this."""

CODE: Final = 360
"""How wide and high the code of a digest is, pixels at the design's height."""

HEIGHT: Final = 1080
"""The height for which sizes are told; they scale with the window."""


class ProjectorWindow(QWidget):
    """Draws one slide, or nothing but "Please wait".

    Signals:
        closed: The window was closed or its screen is gone.
    """

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(say(words.TITLE))
        # The keyboard stays with the operator's laptop.
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._slide: Slide | None = None
        self.blank = False
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self.update)
        self._clock.start()
        self.smallest = 0
        """The smallest text that the last painting used, in pixels."""

    def show_slide(self, slide: Slide) -> None:
        """Show a slide; a blank projector stays blank."""
        self._slide = slide
        self.setAccessibleName(slide.instruction)
        self.update()

    def show_blank(self, *, blank: bool) -> None:
        """Show nothing, or the slide again."""
        self.blank = blank
        self.update()

    def show_on(self, screen: QScreen) -> None:
        """Fill a screen."""
        self.setGeometry(screen.geometry())
        self.setScreen(screen)
        self.showFullScreen()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Give a sixteenth by a ninth, for a window on the only screen."""
        return QSize(1280, 720)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Give the only screen back at Esc or F11."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F11):
            self.close()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Tell that nothing is projected any more."""
        self._clock.stop()
        self.closed.emit()
        super().closeEvent(event)

    def px(self, pixels: float) -> int:
        """Give a length of the design at this window's height."""
        return max(1, round(pixels * self.height() / HEIGHT))

    def _type(
        self, painter: QPainter, pixels: float, weight: int = 600, *, mono: bool = False
    ) -> int:
        """Set the type, never below the floor; give its size in pixels."""
        size = max(self.px(pixels), -(-self.height() // FLOOR))
        self.smallest = min(self.smallest or size, size)
        painter.setFont(make_font(size, weight, mono=mono))
        return size

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the slide."""
        del event
        self.smallest = 0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(LIGHT.surface))
        if self.blank or self._slide is None:
            self._type(painter, 64)
            painter.setPen(QColor(LIGHT.text))
            painter.drawText(
                self.rect(), Qt.AlignmentFlag.AlignCenter, say(words.PLEASE_WAIT)
            )
        else:
            self._draw(painter, self._slide)
        painter.end()

    def _draw(self, painter: QPainter, slide: Slide) -> None:
        wide, margin = self.width(), self.px(40)
        top = float(self.px(84))
        self._draw_title(painter, slide, self.px(84))
        top += self.px(18)
        self._draw_rail(
            painter, slide.acts, QRectF(margin, top, wide - 2 * margin, self.px(84))
        )
        top += self.px(100)
        foot = self.height() - self.px(112)
        size = self._type(painter, 32, 500)
        painter.setPen(QColor(LIGHT.muted))
        painter.drawText(QPointF(margin, top + size), slide.where)
        top += size + self.px(20)
        room = QRectF(margin, top, wide - 2 * margin, foot - top - self.px(12))
        top += self._draw_instruction(painter, slide, room)
        room.setTop(top)
        if slide.words_of:
            room.setTop(self._draw_words_of(painter, slide.words_of, room))
        if slide.words:
            self._draw_words(painter, slide.words, slide.digest, room)
        else:
            self._draw_lines(painter, slide.lines, room)
        self._draw_foot(painter, slide, QRectF(0, foot, wide, self.px(112)))

    def _draw_title(self, painter: QPainter, slide: Slide, height: int) -> None:
        painter.fillRect(QRectF(0, 0, self.width(), height), QColor(LIGHT.ink))
        margin = self.px(40)
        place = QRectF(margin, 0, self.width() - 2 * margin, height)
        self._type(painter, 34, 700)
        painter.setPen(QColor(LIGHT.on_ink))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            place,
            middle | Qt.AlignmentFlag.AlignLeft,
            f"{slide.ceremony}   {slide.title}",
        )
        clock = f"{datetime.now(tz=UTC):%H:%M:%S} UTC"  # noqa: TID251  for the eye only; nothing is recorded from it
        painter.setPen(QColor(LIGHT.amber))
        painter.drawText(
            place, middle | Qt.AlignmentFlag.AlignRight, f"{slide.mode}   {clock}"
        )

    def _draw_rail(
        self, painter: QPainter, acts: Sequence[Segment], place: QRectF
    ) -> None:
        gap = self.px(12)
        width = (place.width() - gap * (len(acts) - 1)) / max(1, len(acts))
        for number, act in enumerate(acts):
            left = place.left() + number * (width + gap)
            ink = {Sign.DONE: LIGHT.done, Sign.CURRENT: LIGHT.current}.get(
                act.sign, LIGHT.muted
            )
            bar = QRectF(left, place.top(), width, self.px(14))
            painter.setPen(QColor(ink))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2)
            if act.part > 0:
                painter.setBrush(QColor(ink))
                filled = QRectF(bar)
                filled.setWidth(max(bar.height(), width * act.part))
                painter.drawRoundedRect(filled, bar.height() / 2, bar.height() / 2)
            current = act.sign is Sign.CURRENT
            size = self._type(painter, 24, 700 if current else 500)
            draw_sign(
                painter,
                act.sign,
                QRectF(left, bar.bottom() + self.px(8), size, size),
                ink,
            )
            painter.setPen(QColor(ink))
            text = QRectF(
                left + size * 1.2,
                bar.bottom() + self.px(4),
                width - size * 1.2,
                2.6 * size,
            )
            painter.drawText(text, Qt.TextFlag.TextWordWrap, act.name)

    def _draw_instruction(self, painter: QPainter, slide: Slide, room: QRectF) -> float:
        """Draw the instruction as large as it fits in its share; give its height."""
        share = room.height() * (0.34 if slide.words else 0.62)
        painter.setPen(QColor(LIGHT.text))
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
        used = QRectF()
        for pixels in (64, 56, 48, 42, 36, 30):
            self._type(painter, pixels, 700)
            used = painter.boundingRect(room, flags, slide.instruction)
            if used.height() <= share:
                break
        painter.drawText(room, flags, slide.instruction)
        return used.height() + self.px(24)

    def _draw_lines(
        self, painter: QPainter, lines: Sequence[str], room: QRectF
    ) -> None:
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
        for line in lines:
            self._type(painter, 42, 500)
            painter.setPen(QColor(LIGHT.text))
            used = painter.boundingRect(room, flags, line)
            painter.drawText(room, flags, line)
            room.setTop(room.top() + used.height() + self.px(18))

    def _draw_words_of(self, painter: QPainter, told: str, room: QRectF) -> float:
        """Name the words that follow; give where they begin."""
        size = self._type(painter, 32, 500)
        painter.setPen(QColor(LIGHT.muted))
        painter.drawText(QPointF(room.left(), room.top() + size), told)
        return room.top() + size + self.px(20)

    def _draw_words(
        self, painter: QPainter, told: Sequence[str], digest: str, room: QRectF
    ) -> None:
        rows = -(-len(told) // WORDS_IN_A_ROW)
        foot = self.px(48) if digest else 0
        height = min(self.px(86), (room.height() - foot) / max(1, rows))
        # The code stands beside the words, which keep the width of their rows.
        wide = room.width() - (self.px(CODE) + self.px(24) if digest else 0)
        column = wide / WORDS_IN_A_ROW
        for at, word in enumerate(told):
            row, place = divmod(at, WORDS_IN_A_ROW)
            top = room.top() + row * height
            if place == 0 and row % 2 == 0:
                painter.fillRect(
                    QRectF(room.left(), top, wide, height),
                    QColor(LIGHT.ground),
                )
            cell = QRectF(room.left() + place * column, top, column, height)
            size = self._type(painter, 24, 400, mono=True)
            painter.setPen(QColor(LIGHT.muted))
            middle = Qt.AlignmentFlag.AlignVCenter
            number = QRectF(cell.left(), top, size * 1.8, height)
            painter.drawText(number, middle | Qt.AlignmentFlag.AlignRight, str(at + 1))
            self._type(painter, min(42, 0.62 * height * HEIGHT / self.height()), 700)
            painter.setPen(QColor(LIGHT.text))
            painter.drawText(cell.adjusted(size * 2.4, 0, 0, 0), middle, word)
        if digest:
            self._type(painter, 26, 400, mono=True)
            painter.setPen(QColor(LIGHT.text))
            painter.drawText(
                QRectF(room.left(), room.top() + rows * height, wide, foot),
                Qt.AlignmentFlag.AlignVCenter,
                grouped(digest),
            )
            side = self.px(CODE)
            square = QRectF(room.right() - side, room.top(), side, side)
            draw_code(painter, digest, square)

    def _draw_foot(self, painter: QPainter, slide: Slide, place: QRectF) -> None:
        painter.fillRect(place, QColor(LIGHT.bar))
        margin = self.px(40)
        inside = place.adjusted(margin, 0, -margin, 0)
        size = self._type(painter, 44, 700)
        draw_sign(
            painter,
            Sign.CURRENT,
            QRectF(margin, place.center().y() - size / 2, size, size),
            LIGHT.on_bar,
        )
        painter.setPen(QColor(LIGHT.on_bar))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            inside.adjusted(size * 1.3, 0, 0, 0),
            middle | Qt.AlignmentFlag.AlignLeft,
            slide.waiting,
        )
        painter.drawText(inside, middle | Qt.AlignmentFlag.AlignRight, slide.quorum)
