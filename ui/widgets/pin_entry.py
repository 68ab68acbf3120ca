"""A PIN as it is typed: into one buffer, painted as dots, never made into a text.

Invariants:
    * No text of the PIN is ever made: not for the screen, a signal, the clipboard or
      a screen reader. Each key's single sign goes straight into the buffer.
    * What was typed is handed over once, or gone: the buffer is overwritten with
      zeros when it is taken, on Esc, when the focus was away for a minute, and when
      the widget is hidden or deleted. It never changes its size, since that would
      leave a copy in memory that nobody owns any more.

Source: design notes, "Secrets hygiene": with this way of typing no copy was found in
    the memory of the process.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHideEvent,
    QInputMethodEvent,
    QKeyEvent,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ceremony.secret import Secret
from ui.theme.typeface import make_font
from ui.theme.worn import worn
from ui.widgets.painted import Painted

LONGEST: Final = 255
AWAY_MS: Final = 60_000
"""How long the focus may be elsewhere before the buffer is wiped."""


class PinEntry(Painted):
    """Takes a PIN.

    Signals:
        submitted: Enter was pressed; carries nothing.
        typed: Something was typed or deleted; carries nothing.
    """

    submitted = Signal()
    typed = Signal()

    def __init__(
        self, name: str, parent: QWidget | None = None, *, height: int = 64
    ) -> None:
        super().__init__(parent)
        self._height = height
        self._buffer = bytearray(LONGEST)
        self._length = 0
        self._hint = ""
        self._away = QTimer(self)
        self._away.setSingleShot(True)
        self._away.setInterval(AWAY_MS)
        self._away.timeout.connect(self.wipe)
        # A widget that is deleted in sight is not hidden first.
        self.destroyed.connect(partial(_overwrite, self._buffer))
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_hint(self, text: str) -> None:
        """Say something while nothing is typed."""
        self._hint = text
        self.setAccessibleDescription(text)
        self.update()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is typed."""
        return self._length == 0

    def take(self) -> Secret | None:
        """Hand over what was typed and forget it; None where nothing is typed.

        Whoever takes it wipes it.
        """
        if self._length == 0:
            return None
        taken = Secret(self._buffer[: self._length])
        _overwrite(self._buffer)
        self._length = 0
        self.update()
        return taken

    def wipe(self) -> None:
        """Forget what was typed."""
        _overwrite(self._buffer)
        self._length = 0
        self.update()
        self.typed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Take one key."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.submitted.emit()
            return
        if key == Qt.Key.Key_Backspace:
            if self._length:
                self._length -= 1
                self._buffer[self._length] = 0
            self.update()
            self.typed.emit()
            return
        control = event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        )
        if key == Qt.Key.Key_Escape:
            self.wipe()
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab) or control:
            super().keyPressEvent(event)
            return
        self._take_sign(event.text())

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802  Qt's name
        """Take what an on-screen keypad gives."""
        for sign in event.commitString():
            self._take_sign(sign)
        event.accept()

    def _take_sign(self, sign: str) -> None:
        """Write one printable ASCII sign; Python keeps one object for each anyway."""
        if len(sign) != 1 or not " " <= sign <= "~" or self._length == LONGEST:
            return
        self._buffer[self._length] = ord(sign)
        self._length += 1
        self.update()
        self.typed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Stop the clock that wipes."""
        self._away.stop()
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Wipe if the focus does not come back."""
        self._away.start()
        self.update()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Forget at once when it is put away."""
        self.wipe()
        self._away.stop()
        super().hideEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take every sign before a shortcut of the window does; F-keys stay theirs."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.text()
            and event.key() not in (Qt.Key.Key_Escape, Qt.Key.Key_Tab)
        ):
            event.accept()
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Give a target that a gloved hand hits."""
        return QSize(worn.px(180), worn.px(self._height))

    minimumSizeHint = sizeHint  # noqa: N815  Qt's name

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the field, a dot for each sign, and the cursor."""
        del event
        painter = self.begin()
        palette = worn.palette
        focused = self.hasFocus()
        pen = QPen(
            QColor(palette.focus if focused else palette.border),
            worn.px(3) if focused else 1,
        )
        inset = pen.widthF() / 2 + 1
        place = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.setPen(pen)
        painter.setBrush(QColor(palette.surface))
        painter.drawRoundedRect(place, worn.px(6), worn.px(6))
        left, middle, dot = worn.px(22), self.height() / 2, worn.px(6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.text))
        step = worn.px(22)
        shown = min(self._length, max(1, int((self.width() - 2 * left) / step)))
        for number in range(shown):
            painter.drawEllipse(
                QRectF(left + number * step - dot, middle - dot, 2 * dot, 2 * dot)
            )
        if focused:
            at = left + shown * step - (step / 2 if shown else dot)
            painter.fillRect(
                QRectF(at, middle - worn.px(14), worn.px(2), worn.px(28)),
                QColor(palette.current),
            )
        if self._length == 0 and self._hint:
            painter.setPen(QColor(palette.muted))
            painter.setFont(make_font(worn.px(15)))
            painter.drawText(
                place.adjusted(worn.px(26), 0, -worn.px(6), 0),
                Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap,
                self._hint,
            )
        painter.end()


def _overwrite(buffer: bytearray, _: object = None) -> None:
    """Write zeros over a whole buffer, in its place."""
    for index in range(len(buffer)):
        buffer[index] = 0
