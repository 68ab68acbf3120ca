"""What stands above an opened pack: its name, how it was checked, what can be done."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from ceremony.verify.check import plain
from ceremony.verify.outcome import RecordWord
from ui.evidence.against import tell_policy, tell_proof
from ui.evidence.opening import Change, Opened
from ui.messages import evidence
from ui.messages.speech import say
from ui.widgets.flow import FlowLayout, flow_policy
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.text import Card, Text, breakable, make_button


class Header(QWidget):
    """The head of the page.

    Signals:
        other_asked: Another pack is to be opened.
        again_asked: The pack is to be read and checked again.
        save_asked: The report is to be saved.
        change_asked: A changed copy is to be checked.
    """

    other_asked = Signal()
    again_asked = Signal()
    save_asked = Signal()
    change_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(12)
        rows.addLayout(self._row)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        self._name = Text("", "title", wrap=True)
        self._how = Text("", "label", wrap=True)
        self._files = Text("", "small", wrap=True)
        rows.addWidget(self._files)
        for line in (self._name, self._how):
            lines.addWidget(line)
        self._row.addLayout(lines, 1)
        holder = QWidget()
        flow_policy(holder)
        self._flow = FlowLayout(holder, to_right=True)
        self.change = make_button(say(evidence.CHANGE))
        self.other = make_button(say(evidence.OPEN_OTHER))
        self.again = make_button(say(evidence.CHECK_AGAIN))
        self.save = make_button(say(evidence.SAVE))
        for button, signal in (
            (self.change, self.change_asked),
            (self.other, self.other_asked),
            (self.again, self.again_asked),
            (self.save, self.save_asked),
        ):
            button.clicked.connect(signal)
            self._flow.addWidget(button)
        self._row.addWidget(holder)

    def arrange(self, *, wide: bool) -> None:
        """Put the buttons at the right of the name, or beneath it."""
        directions = QBoxLayout.Direction
        self._row.setDirection(
            directions.LeftToRight if wide else directions.TopToBottom
        )
        self._flow.lean(to_right=wide)

    def tell(self, opened: Opened) -> None:
        """Tell of a pack; a changed copy can neither be saved nor changed again."""
        self._name.setText(breakable(plain(opened.path.name)))
        real = opened.change is None
        how = evidence.CHECKED_IN if real else evidence.COPY_CHECKED_IN
        self._how.setText(say(how, seconds=f"{opened.seconds:.1f}"))
        files = opened.files
        self._files.setText(f"{tell_policy(files)}. {tell_proof(files)}.")
        word = opened.verdict.record
        self.change.setVisible(real and word is not RecordWord.NOT_VERIFIED)
        for button in (self.again, self.save, self.other):
            button.setVisible(real)


class ChangedCard(Card):
    """Says that what is shown is a changed copy, and which byte was changed.

    Signals:
        left: The person wants the real pack back.
    """

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card-attention", parent)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(16, 8, 16, 8)
        self._row.setSpacing(12)
        self._row.addWidget(Glyph(Sign.ATTENTION, 28))
        lines = QVBoxLayout()
        lines.setSpacing(0)
        self._what = Text("", "attention", wrap=True)
        self._where = Text("", "small-body", wrap=True)
        lines.addWidget(self._what)
        lines.addWidget(self._where)
        self._row.addLayout(lines, 1)
        self.back = make_button(say(evidence.BACK))
        self.back.clicked.connect(self.left)
        self._row.addWidget(self.back)
        self.hide()

    @property
    def text(self) -> str:
        """Give what is told."""
        return f"{self._what.text()}\n{self._where.text()}"

    def arrange(self, *, wide: bool) -> None:
        """Put the button at the right, or beneath."""
        directions = QBoxLayout.Direction
        self._row.setDirection(
            directions.LeftToRight if wide else directions.TopToBottom
        )

    def tell(self, change: Change, size: int) -> None:
        """Tell of the change."""
        self._what.setText(say(evidence.CHANGED, size=f"{size:,}"))
        where = say(
            evidence.CHANGED_WHERE,
            offset=f"{change.offset:,}",
            old=_byte(change.old),
            new=_byte(change.new),
        )
        self._where.setText(where)
        self.setAccessibleName(self.text)


def _byte(value: int) -> str:
    code = f"{value:02x}"
    if 0x21 <= value <= 0x7E:  # noqa: PLR2004  what ASCII prints
        return say(evidence.BYTE_SIGN, code=code, sign=chr(value))
    return say(evidence.BYTE, code=code)
