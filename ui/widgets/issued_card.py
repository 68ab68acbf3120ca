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
from ui.widgets.text import Card, CopiedText, Text, grouped, make_button

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
        self._rows.addWidget(Text(told, "card-title", wrap=True, parent=self))
        self._value(say(issued.DIGEST, what=output.kind.digested), output.digest)
        for number, row in enumerate(rows(bytes.fromhex(output.digest)), start=1):
            told = f"{number}   {'   '.join(row)}"
            self._rows.addWidget(Text(told, "small-value", parent=self))
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
        self._offer(saving=saving)
        side.addStretch(1)
        box.addLayout(side)

    def _offer(self, *, saving: bool) -> None:
        """Offer the files, or say where they are."""
        if not saving or self.output.is_elsewhere:
            self.save.hide()
        if self.output.is_elsewhere:
            self._label(say(issued.ELSEWHERE))

    def _label(self, text: str) -> None:
        self._rows.addSpacing(6)
        self._rows.addWidget(Text(text, "label", wrap=True, parent=self))

    def _value(self, label: str, digest: str) -> None:
        self._label(label)
        if self._copying:
            self._shown(digest, label)
            return
        self._rows.addWidget(
            CopiedText(grouped(digest), "mono-small", wrap=True, parent=self)
        )

    def _shown(self, text: str, what: str) -> None:
        """Show a value or a command, with a button that copies it."""
        self._rows.addWidget(Text(text, "mono-small", wrap=True, parent=self))
        if not self._copying:
            return
        button = make_button(say(issued.COPY), name=say(issued.COPY_WHAT, what=what))
        button.clicked.connect(lambda: self.copy_asked.emit(text, button))
        flow = FlowLayout()
        flow.addWidget(button)
        self._rows.addLayout(flow)
