"""The key strip: what every function key does, always in sight, to be clicked too."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ui.messages import conductor as words
from ui.messages.speech import say
from ui.theme.worn import worn
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.text import Text, set_role

KEYS: Final = (
    ("F2", words.KEY_NOTE),
    ("F3", words.KEY_DEVIATION),
    ("F4", words.KEY_BREAK),
    ("F5", words.KEY_HSM),
    ("F7", words.KEY_READ_OUT),
    ("F8", words.KEY_BLANK),
    ("F9", words.KEY_PRINT),
    ("F10", words.KEY_MENU),
    ("F11", words.PROJECTOR),
    ("F1", words.KEY_HELP),
)
"""The keys in their order on the strip; F6 moves between panes and needs no button."""


class KeyStrip(QWidget):
    """One button to a key.

    Args:
        window: The keys work wherever in it the focus is.

    Signals:
        pressed: The key's name, whether pressed or clicked.
    """

    pressed = Signal(str)

    def __init__(self, window: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent or window)
        set_role(self, "strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(say(words.KEYS))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(6)
        self._buttons = []
        for key, label in KEYS:
            role = "key-attention" if key == "F3" else ""
            button = _KeyButton(key, say(label), role)
            button.clicked.connect(lambda _=False, at=key: self.pressed.emit(at))
            self._buttons.append(button)
            row.addWidget(button, 1)
        for key in (*(each[0] for each in KEYS), "F6", "Shift+F6"):
            shortcut = QShortcut(QKeySequence(key), window)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda at=key: self.pressed.emit(at))

    def fit(self, width: int) -> None:
        """Say only the keys' names where there is no room for what they do."""
        for button in self._buttons:
            button.show_label(shown=width >= worn.px(1240))


class _KeyButton(QPushButton):
    """A key cap and what it does."""

    def __init__(self, key: str, label: str, role: str) -> None:
        super().__init__()
        set_role(self, role or "key")
        self.setAccessibleName(f"{key} {label}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(7, 0, 7, 0)
        row.setSpacing(7)
        row.addStretch(1)
        if role:
            row.addWidget(Glyph(Sign.ATTENTION, 18))
        row.addWidget(Text(key, "keycap"), 0, Qt.AlignmentFlag.AlignVCenter)
        self._label = Text(label, "small-attention" if role else "small-value")
        row.addWidget(self._label)
        row.addStretch(1)

    def show_label(self, *, shown: bool) -> None:
        """Show what the key does, or its cap alone."""
        self._label.setVisible(shown)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Leave room for cap and label."""
        inside = self.layout()
        width = inside.sizeHint().width() if inside is not None else 0
        return QSize(width, worn.px(48))

    minimumSizeHint = sizeHint  # noqa: N815  Qt's name
