"""The Evidence page with nothing open: a place to drop a pack on, and two buttons."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ceremony.verify.check import plain
from ui.messages import evidence
from ui.messages.speech import say
from ui.theme.worn import worn
from ui.widgets.flow import FlowLayout
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.painted import Painted
from ui.widgets.text import Card, Text, breakable, make_button, set_role

COMMAND = "ceremony verify PACK.pdf"


class DropMark(Painted):
    """An arrow into a tray; the words beneath it say the same."""

    SIDE = 56

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        fixed = QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed, fixed)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Give the square's side."""
        side = worn.px(self.SIDE)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw arrow and tray."""
        del event
        painter = self.begin()
        painter.scale(self.width() / 24, self.height() / 24)
        pen = QPen(QColor(worn.palette.current), 1.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline([QPointF(12, 3), QPointF(12, 14)])
        painter.drawPolyline([QPointF(7.5, 9.5), QPointF(12, 14), QPointF(16.5, 9.5)])
        tray = [QPointF(3.5, 15), QPointF(3.5, 20.5)]
        tray += [QPointF(20.5, 20.5), QPointF(20.5, 15)]
        painter.drawPolyline(tray)
        painter.end()


class Welcome(Card):
    """The drop zone.

    Signals:
        pack_asked: A pack is to be chosen from the disk.
        sample_asked: The sample pack is to be opened.
    """

    pack_asked = Signal()
    sample_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card-drop", parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 24, 24, 24)
        rows.setSpacing(12)
        rows.addStretch(2)
        rows.addWidget(DropMark(), 0, Qt.AlignmentFlag.AlignHCenter)
        self._title = self._centred(evidence.DROP, "page")
        rows.addWidget(self._title)
        rows.addWidget(self._centred(evidence.NOTHING_LEAVES, "card-title"))
        rows.addWidget(self._centred(evidence.HOW, "muted"))
        rows.addSpacing(8)
        rows.addLayout(self._make_buttons())
        rows.addSpacing(8)
        rows.addWidget(self._centred(evidence.SAME_IN_TERMINAL, "small"))
        command = Text(COMMAND, "mono")
        command.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        rows.addWidget(command)
        rows.addStretch(3)

    def _make_buttons(self) -> QHBoxLayout:
        self.open = make_button(say(evidence.OPEN), "primary")
        self.open.clicked.connect(self.pack_asked)
        self.sample = make_button(say(evidence.OPEN_SAMPLE), "beside-primary")
        self.sample.clicked.connect(self.sample_asked)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        flow = QWidget()
        line = FlowLayout(flow, gap=12)
        line.addWidget(self.open)
        line.addWidget(self.sample)
        flow.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        buttons.addWidget(flow)
        buttons.addStretch(1)
        return buttons

    @staticmethod
    def _centred(sentence: str, role: str) -> Text:
        text = Text(say(sentence), role, wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        return text

    def show_held(self, *, held: bool) -> None:
        """Show that a file is held over the page, or is gone again."""
        set_role(self, "card-drop-held" if held else "card-drop")
        self._title.setText(say(evidence.LET_GO if held else evidence.DROP))


class Working(Card):
    """Says that a pack is being checked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 24, 24, 24)
        rows.setSpacing(12)
        rows.addStretch(2)
        rows.addWidget(Glyph(Sign.WAITING, 48), 0, Qt.AlignmentFlag.AlignHCenter)
        self._what = Text("", "lead", wrap=True)
        self._what.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        rows.addWidget(self._what)
        how = Text(say(evidence.CHECKING_HOW), "muted", wrap=True)
        how.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        rows.addWidget(how)
        rows.addStretch(3)

    def tell(self, sentence: str, name: str) -> None:
        """Say what is being done with which file."""
        self._what.setText(say(sentence, name=breakable(plain(name))))
        self.setAccessibleName(say(sentence, name=plain(name)))
