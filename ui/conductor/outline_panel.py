"""The outline: the steps of the act that is open, and its time, planned and spent."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ceremony.conduct.outline import ActRow, Progress, StepRow
from ceremony.conduct.room_view import RoomView
from ui.messages import conductor as words
from ui.messages.speech import say
from ui.models.outline import ROW, Index, OutlineModel, state_of
from ui.theme.typeface import make_font
from ui.theme.worn import worn
from ui.widgets.glyph import Sign, draw_sign
from ui.widgets.text import Card, Rule, Text, set_role
from ui.widgets.time_bar import TimeBar

WIDTH: Final = 248
LEFT: Final = 72
"""Where the words of a row begin, pixels of the design."""

SIGNS: Final = {
    Progress.DONE: Sign.DONE,
    Progress.CURRENT: Sign.CURRENT,
    Progress.NOT_YET: Sign.NOT_YET,
}


class OutlinePanel(Card):
    """One act at a time; the current step is unmistakable."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 12, 0, 10)
        box.setSpacing(6)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 14, 0)
        self._title = Text("", "card-title", wrap=True)
        self._count = Text("", "small")
        head.addWidget(self._title, 1)
        head.addWidget(self._count, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(head)
        self.model = OutlineModel(self)
        self.list = make_steps_list(self.model)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        box.addWidget(self.list, 1)
        box.addWidget(Rule())
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 2, 14, 0)
        foot.addWidget(Text(say(words.ACT_TIME), "small"))
        foot.addStretch(1)
        self._minutes = Text("", "small-strong")
        foot.addWidget(self._minutes)
        box.addLayout(foot)
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 0, 14, 0)
        self._bar = TimeBar()
        bar.addWidget(self._bar)
        box.addLayout(bar)

    def show_view(self, view: RoomView) -> None:
        """Show the act in which the ceremony stands."""
        act = open_act(view)
        self._title.setText(say(words.ACT, id=act.id, title=act.title))
        self._count.setText(say(words.OF, closed=act.closed, count=act.count))
        self.model.show_rows([row for row in view.steps if row.act == act.id])
        place = self.model.position()
        if place >= 0:
            self.list.setCurrentIndex(self.model.index(place))
            self.list.scrollTo(
                self.model.index(place), QAbstractItemView.ScrollHint.PositionAtCenter
            )

    def show_minutes(self, spent: int, planned: int) -> None:
        """Show how much of the act's time is spent."""
        told = say(words.ACT_MINUTES, spent=spent, planned=planned)
        self._minutes.setText(told)
        self._bar.show_part(spent / planned, f"{say(words.ACT_TIME)}: {told}")


def make_steps_list(model: OutlineModel) -> QListView:
    """Make a list of steps, each drawn with its sign and the word for its state."""
    shown = QListView()
    set_role(shown, "outline")
    shown.setModel(model)
    shown.setItemDelegate(_Row(shown))
    shown.setAccessibleName(say(words.OUTLINE))
    shown.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    shown.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    return shown


def open_act(view: RoomView) -> ActRow:
    """Give the act that is open, else the last one."""
    return next(
        (act for act in view.acts if act.progress is Progress.CURRENT), view.acts[-1]
    )


class _Row(QStyledItemDelegate):
    """Draws one step: sign, number, title, and below it the word for its state."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802  Qt's name
        """Give a row that a finger hits."""
        row: StepRow = index.data(ROW)
        room = option.rect.width() - worn.px(LEFT)
        return QSize(option.rect.width(), worn.px(52) + _subject_height(row, room))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Draw the row."""
        row: StepRow = index.data(ROW)
        palette = worn.palette
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(option.rect)
        current = row.progress is Progress.CURRENT
        if current:
            painter.fillRect(place, QColor(palette.tint))
            edge = QRectF(place)
            edge.setWidth(worn.px(6))
            painter.fillRect(edge, QColor(palette.current))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(palette.focus))
            painter.drawRect(place.adjusted(1, 1, -2, -2))
        sign = Sign.ATTENTION if row.deviations and not current else SIGNS[row.progress]
        middle = place.top() + worn.px(26)
        side = worn.px(18)
        draw_sign(
            painter,
            sign,
            QRectF(place.left() + worn.px(16), middle - side / 2, side, side),
        )
        painter.setPen(QColor(palette.text))
        painter.setFont(make_font(worn.px(15), 600 if current else 400, mono=True))
        painter.drawText(
            QRectF(place.left() + worn.px(40), middle - side / 2, worn.px(26), side),
            Qt.AlignmentFlag.AlignCenter,
            str(row.number),
        )
        self._lines(painter, place, row, sign)
        painter.restore()

    def _lines(
        self, painter: QPainter, place: QRectF, row: StepRow, sign: Sign
    ) -> None:
        palette = worn.palette
        current = row.progress is Progress.CURRENT
        quiet = row.progress is Progress.NOT_YET
        left = place.left() + worn.px(LEFT)
        line = QRectF(left, place.top() + worn.px(7), place.right() - left, worn.px(20))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(make_font(worn.px(15), 600 if current else 500))
        painter.setPen(QColor(palette.muted if quiet else palette.text))
        painter.drawText(line, flags, row.title)
        line.translate(0, worn.px(18))
        if row.subject:
            painter.setFont(make_font(worn.px(14)))
            painter.setPen(QColor(palette.muted))
            high = _subject_height(row, int(line.width()))
            block = QRectF(line.left(), line.top() + 1, line.width(), high)
            painter.drawText(block, flags | Qt.TextFlag.TextWordWrap, row.subject)
            line.translate(0, high)
        inks = {
            Sign.DONE: palette.done,
            Sign.CURRENT: palette.current,
            Sign.ATTENTION: palette.attention,
        }
        painter.setFont(make_font(worn.px(14), 500))
        painter.setPen(QColor(inks.get(sign, palette.muted)))
        painter.drawText(line, flags, state_of(row))


def _subject_height(row: StepRow, room: int) -> int:
    """Measure the lines that name what a step is about: a long name takes two."""
    if not row.subject:
        return 0
    lines = QFontMetrics(make_font(worn.px(14))).boundingRect(
        QRect(0, 0, room, worn.px(200)), Qt.TextFlag.TextWordWrap, row.subject
    )
    one = QFontMetrics(make_font(worn.px(14))).height()
    return worn.px(18) * round(lines.height() / one)
