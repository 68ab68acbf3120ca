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

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEvent,
    QObject,
    QPointF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QKeySequence, QPalette, QShortcut
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
from ui.theme.worn import worn
from ui.widgets.text import Card, Text, make_button

LEAST: Final = 72.0
MOST: Final = 2400.0
"""Sides of a page that is drawn, in points of 1/72 inch."""

SETTLED_MS: Final = 150
"""How long a size must hold before the page is drawn in it, milliseconds."""

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
        self._number = 0
        self._sharpen = QTimer(self)
        self._sharpen.setSingleShot(True)
        self._sharpen.setInterval(SETTLED_MS)
        self._sharpen.timeout.connect(self._draw_again)
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
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
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
        view.viewport().installEventFilter(self)
        self._ground(view)
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
        self._take_new_document()
        self._caption.setText(caption)
        self._caption.show()
        buffer = QBuffer(self._document)
        buffer.setData(QByteArray(content))
        buffer.open(QBuffer.OpenModeFlag.ReadOnly)
        self._document.load(buffer)
        if self._document.status() is not QPdfDocument.Status.Ready or not self.count:
            error = self._document.error().name
            self._tell(say(evidence.NO_PAGES_READ, reason=error))
            return
        self.go(1)

    def show_reason(self, reason: str) -> None:
        """Say why no pages are shown."""
        self._take_new_document()
        self._caption.hide()
        self._tell(reason)

    def _take_new_document(self) -> None:
        """Begin with another document and view.

        Pages are drawn in a thread of the library's own: what it still draws of one
        pack must never come to stand under the name of another.
        """
        self._number = 0
        old_view, old_document = self._view, self._document
        self._document = QPdfDocument(self)
        self._view = self._make_view()
        layout = self._frame.layout()
        if layout is not None:
            layout.replaceWidget(old_view, self._view)
        for old in (old_view, old_document):
            old.deleteLater()

    def _draw_again(self) -> None:
        """Draw the page once more in the size that it has come to.

        A drawing that was under way while the size changed is kept by the view, and
        scaled; another spacing, which a single page never shows, makes it let go.
        """
        self._view.setPageSpacing(5 - self._view.pageSpacing())

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Give what takes the focus, in its order."""
        return (self._view, self._previous, self._next)

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
        self._sharpen.start()
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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Have the page drawn again once its size has settled."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._sharpen.start()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Put the page on the ground of the look in use."""
        if event.type() is QEvent.Type.StyleChange:
            self._ground(self._view)
        super().changeEvent(event)

    @staticmethod
    def _ground(view: QPdfView) -> None:
        palette = view.palette()
        palette.setColor(QPalette.ColorRole.Dark, QColor(worn.palette.ground))
        view.setPalette(palette)
