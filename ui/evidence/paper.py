"""The pack's pages, drawn one at a time; nothing in them can be followed or started.

Only a file that passed the verifier's first check is drawn. The drawing library
draws no signatures, so that their state stands beneath the page in words.

Invariants:
    * What is drawn are the bytes that were verified.
    * No click reaches the page: a link in it would open what a stranger chose.
    * A page of unusual size is told of and not drawn.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeySequence, QPalette, QShortcut
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ceremony.verify.check import plain
from ui.messages import evidence
from ui.messages.speech import say
from ui.widgets.text import Card, Text, make_button

LEAST: Final = 72.0
MOST: Final = 2400.0
"""Sides of a page that is drawn, in points of 1/72 inch."""

TOLD: Final = 4000
"""How much of a page's text a screen reader is given, in characters."""

SEARCHED: Final = 2000
"""How many pages are searched for a text."""

_MOUSE: Final = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.MouseMove,
)


class _Unclicked(QObject):
    """Keeps the mouse's buttons from a page."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Take what a link would listen to."""
        return event.type() in _MOUSE or super().eventFilter(watched, event)


class PagesPane(QWidget):
    """The pages with the buttons that turn them.

    Signals:
        turned: The number of the page that is shown, from 1.
    """

    turned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = QPdfDocument(self)
        self._buffer = QBuffer(self)
        self._number = 0
        self._sheet = QStackedWidget()
        self._view = self._make_view()
        frame = Card("card-strong")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self._view)
        self._frame = frame
        self._sheet.addWidget(frame)
        self._sheet.addWidget(self._make_reason())
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(self._sheet, 1)
        rows.addLayout(self._make_turning())
        self._caption = Text("", "small", wrap=True)
        rows.addWidget(self._caption)
        self._make_keys()

    def _make_view(self) -> QPdfView:
        view = QPdfView(self)
        view.setDocument(self._document)
        view.setPageMode(QPdfView.PageMode.SinglePage)
        view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        view.setFrameShape(QPdfView.Shape.NoFrame)
        margins = view.documentMargins()
        for side in (margins.setLeft, margins.setTop, margins.setRight):
            side(0)
        margins.setBottom(0)
        view.setDocumentMargins(margins)
        # It takes what height there is, and asks for none beyond this.
        view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        view.setMinimumHeight(240)
        view.viewport().installEventFilter(_Unclicked(view))
        return view

    def _make_reason(self) -> Card:
        card = Card("card-drop")
        rows = QVBoxLayout(card)
        rows.setContentsMargins(24, 24, 24, 24)
        rows.addStretch(1)
        title = Text(say(evidence.NO_PAGES), "card-title", wrap=True)
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._reason = Text("", "muted", wrap=True)
        self._reason.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        rows.addWidget(title)
        rows.addWidget(self._reason)
        rows.addStretch(1)
        return card

    def _make_turning(self) -> QHBoxLayout:
        self._previous = make_button(
            say(evidence.PREVIOUS), name=say(evidence.PREVIOUS_PAGE)
        )
        self._next = make_button(say(evidence.NEXT), name=say(evidence.NEXT_PAGE))
        self._place = Text("")
        self._place.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._previous.clicked.connect(lambda: self.go(self._number - 1))
        self._next.clicked.connect(lambda: self.go(self._number + 1))
        row = QHBoxLayout()
        row.addWidget(self._previous)
        row.addWidget(self._place, 1)
        row.addWidget(self._next)
        return row

    def _make_keys(self) -> None:
        keys = Qt.Key
        for key, turn in (
            (keys.Key_PageUp, lambda: self.go(self._number - 1)),
            (keys.Key_PageDown, lambda: self.go(self._number + 1)),
            (keys.Key_Home, lambda: self.go(1)),
            (keys.Key_End, lambda: self.go(self.count)),
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(turn)

    @property
    def count(self) -> int:
        """Count the pages; 0 where none are shown."""
        return self._document.pageCount()

    @property
    def number(self) -> int:
        """Give the number of the page that is shown, from 1; 0 for none."""
        return self._number

    @property
    def reason(self) -> str:
        """Give the reason why no page is shown; empty where one is."""
        shown = self._sheet.currentWidget() is self._frame
        return "" if shown else self._reason.text()

    def show_pages(self, content: bytes, caption: str) -> None:
        """Draw a document's pages, the first one first.

        Args:
            content: A PDF that passed the first check.
            caption: What is said of its signatures.
        """
        self._leave_document()
        self._caption.setText(caption)
        self._caption.show()
        self._buffer.setData(QByteArray(content))
        self._buffer.open(QBuffer.OpenModeFlag.ReadOnly)
        self._document.load(self._buffer)
        if self._document.status() is not QPdfDocument.Status.Ready or not self.count:
            error = self._document.error().name
            self._tell(say(evidence.NO_PAGES_READ, reason=error))
            return
        self.go(1)

    def show_reason(self, reason: str) -> None:
        """Say why no pages are shown."""
        self._leave_document()
        self._caption.hide()
        self._tell(reason)

    def _leave_document(self) -> None:
        self._number = 0
        self._document.close()
        self._buffer.close()

    def _tell(self, reason: str) -> None:
        self._reason.setText(reason)
        self._sheet.setCurrentIndex(1)
        self._previous.setEnabled(self._number > 1)
        self._next.setEnabled(0 < self._number < self.count)
        count = self.count
        told = say(evidence.PAGE_OF, number=self._number, count=count)
        self._place.setText(told if self._number else "")

    def go(self, number: int) -> None:
        """Show one page; stays where there is none of that number."""
        if not 1 <= number <= self.count:
            return
        self._number = number
        size = self._document.pagePointSize(number - 1)
        if not (LEAST <= size.width() <= MOST and LEAST <= size.height() <= MOST):
            width, height = round(size.width()), round(size.height())
            self._tell(
                say(evidence.STRANGE_PAGE, number=number, width=width, height=height)
            )
            self.turned.emit(number)
            return
        focus = self._next.hasFocus() or self._previous.hasFocus()
        self._view.pageNavigator().jump(number - 1, QPointF(), 0)
        self._view.verticalScrollBar().setValue(0)
        self._sheet.setCurrentIndex(0)
        self._place.setText(say(evidence.PAGE_OF, number=number, count=self.count))
        self._previous.setEnabled(number > 1)
        self._next.setEnabled(number < self.count)
        if focus and not (self._next.hasFocus() or self._previous.hasFocus()):
            # A button that just shut hands the focus to the other one, not away.
            (self._next if number == 1 else self._previous).setFocus()
        self._view.setAccessibleName(
            say(evidence.PAGE_PICTURE, number=number, count=self.count)
        )
        self._view.setAccessibleDescription(self._text(number)[:TOLD])
        self.turned.emit(number)

    def turn_to(self, what: str) -> bool:
        """Show the last page on which a text stands: what is told in full.

        Returns:
            False where it stands on none of the pages that are searched.
        """
        for number in range(min(self.count, SEARCHED), 0, -1):
            if what in self._text(number):
                self.go(number)
                return True
        self._caption.setText(say(evidence.NOT_FOUND, what=plain(what)))
        return False

    def _text(self, number: int) -> str:
        return self._document.getAllText(number - 1).text()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Put the page on the ground of the look in use."""
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            palette = self._view.palette()
            ground = palette.color(QPalette.ColorRole.Window)
            palette.setColor(QPalette.ColorRole.Dark, ground)
            self._view.setPalette(palette)
        super().changeEvent(event)
