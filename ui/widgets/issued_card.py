"""What was issued, to be compared, copied and taken along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ceremony.digest_words import rows
from ui.messages import issued
from ui.messages.speech import say
from ui.widgets.flow import FlowLayout
from ui.widgets.qr_code import QrCode
from ui.widgets.text import Card, Text, breakable, make_button

if TYPE_CHECKING:
    from ceremony.pki.output import Output


class IssuedCard(Card):
    """Digest in hex, in words and as a code, the key's digest, and the commands.

    Args:
        output: What was issued.
        title: What it is called; its kind where empty.
        saving: True where its files may be saved from here.
        copying: True where buttons copy a text as it is to be typed.

    Signals:
        save_asked: Its files are to be saved, an ``Output``.
        copy_asked: A text is to be copied as it is to be typed, and the button.
    """

    save_asked = Signal(object)
    copy_asked = Signal(str, QPushButton)

    def __init__(
        self,
        output: Output,
        parent: QWidget | None = None,
        *,
        title: str = "",
        saving: bool = True,
        copying: bool = False,
    ) -> None:
        super().__init__("card", parent)
        self._copying = copying
        self.output = output
        told = title or say(issued.ISSUED, kind=output.kind.value)
        box = QHBoxLayout(self)
        box.setContentsMargins(20, 10, 20, 12)
        box.setSpacing(16)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        box.addLayout(self._rows, 1)
        self._rows.addWidget(Text(told, "card-title", wrap=True))
        self._value(say(issued.DIGEST, kind=output.kind.value), output.digest)
        for number, row in enumerate(rows(bytes.fromhex(output.digest)), start=1):
            self._rows.addWidget(Text(f"{number}   {'   '.join(row)}", "small-value"))
        self._value(say(issued.KEY), output.key)
        self._label(say(issued.COMMANDS))
        for number, command in enumerate(output.commands, start=1):
            self._shown("\n".join(command), say(issued.COMMAND, number=number))
        side = QVBoxLayout()
        side.setSpacing(8)
        self.code = QrCode(output.digest, say(issued.CODE), self)
        side.addWidget(self.code)
        self.save = make_button(say(issued.SAVE))
        self.save.clicked.connect(lambda: self.save_asked.emit(output))
        # Whoever saves goes on typing where they were.
        self.save.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        side.addWidget(self.save)
        if not saving:
            self.save.hide()
        side.addStretch(1)
        box.addLayout(side)

    def _label(self, text: str) -> None:
        self._rows.addSpacing(6)
        self._rows.addWidget(Text(text, "label", wrap=True))

    def _value(self, label: str, digest: str) -> None:
        self._label(label)
        self._shown(digest, label)

    def _shown(self, text: str, what: str) -> None:
        """Show a value or a command, to be selected or copied by a button."""
        shown = Text(breakable(text), "mono-small", wrap=True)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._rows.addWidget(shown)
        if not self._copying:
            return
        button = make_button(say(issued.COPY), name=say(issued.COPY_WHAT, what=what))
        button.clicked.connect(lambda: self.copy_asked.emit(text, button))
        flow = FlowLayout()
        flow.addWidget(button)
        self._rows.addLayout(flow)
