"""The turn of one person: who, the exact text, its words, the token, the PIN.

Invariants:
    * The text is drawn from the bytes that are signed, and the digest that was shown
      goes back with the command: the core refuses to sign another text.
    * Nothing happens by Esc, by an empty PIN where one is needed, or twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ceremony.conduct.room_view import DeviationRow
from ui.attest.shown import Shown
from ui.messages import attest as words
from ui.messages import sheet, way_out
from ui.messages.speech import say
from ui.theme.worn import worn
from ui.widgets.banner import Banner
from ui.widgets.fitting import Fitting, side_by_side, stand
from ui.widgets.flow import FlowLayout, flow_policy
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.pin_entry import PinEntry
from ui.widgets.text import Card, Rule, Text, make_button, set_role

WATCH: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
NARROW: Final = 960
LOW: Final = 560
"""Below these the page has one column, and the parts of the turn are left out."""

LONG: Final = 260
"""From how many characters on a statement is set smaller, so that it never scrolls."""


class TurnPage(QWidget):
    """One turn, from "you are" to "signed and checked".

    Signals:
        signed: The person asks to sign; the reading of their watch.
        disagreed: "I do not agree" was chosen.
        on_paper: "Sign on paper" was chosen.
        left: Esc, or "not you": nothing is to happen.
        read: The deviations, or the pack, are to be shown first.
    """

    signed = Signal(str)
    disagreed = Signal()
    on_paper = Signal()
    left = Signal()
    read = Signal()

    def __init__(self, shown: Shown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown = shown
        self._shut = False
        set_role(self, "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words: list[Text] = []
        self.pin = PinEntry(say(words.PIN_LABEL))
        self.watch = QLineEdit()
        self.sign = make_button(say(shown.sign), "primary")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._who())
        self._steps = _parts(self, found=shown.found)
        box.addWidget(self._steps)
        body = self._add_body(box)
        self._cards = side_by_side(body)
        self._cards.setContentsMargins(28, 14, 28, 14)
        self._cards.setSpacing(16)
        text, token = Card("card-strong", body), Card("card-strong", body)
        self._cards.addWidget(text, 15)
        self._cards.addWidget(token, 9)
        self._fill_text(text)
        self._fill_token(token)
        Fitting(self, self._fit)

    def _add_body(self, box: QVBoxLayout) -> QWidget:
        """Add what scrolls, empty.

        What is built inside its parent is not styled again for each layer round it.
        """
        scroll = QScrollArea(self)
        body = QWidget(scroll.viewport())
        scroll.setWidget(body)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_role(body, "inside")
        box.addWidget(scroll, 1)
        return body

    def _fit(self) -> None:
        """Put the token below the text where they have no room side by side."""
        narrow = self.width() < worn.px(NARROW)
        stand(self._cards, narrow=narrow)
        side = 12 if narrow else 28
        self._cards.setContentsMargins(side, 14, side, 14)
        self._steps.setVisible(self.height() >= worn.px(LOW))
        for word in self._words:
            word.wear("words-narrow" if narrow else "words")

    def _who(self) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(28, 10, 28, 8)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(Text(self.shown.name, "instruction"))
        lines.addWidget(Text(say(words.YOURS, title=self.shown.title), "label"))
        row.addLayout(lines, 1)
        not_you = make_button(say(words.NOT_YOU))
        not_you.clicked.connect(self.left)
        row.addWidget(not_you)
        return holder

    def _fill_text(self, card: Card) -> None:
        box = QVBoxLayout(card)
        box.setContentsMargins(24, 16, 24, 16)
        box.setSpacing(10)
        box.addWidget(Text(say(words.EXACTLY), "card-title"))
        long = len(self.shown.text) > LONG
        self.text = Text(
            self.shown.text, "statement-long" if long else "statement", wrap=True
        )
        self.text.setAccessibleName(self.shown.text)
        box.addWidget(self.text)
        self.known = Text("", "value", wrap=True)
        self.known.hide()
        box.addWidget(self.known)
        box.addStretch(1)
        box.addWidget(self._facts(card))
        box.addWidget(Rule())
        box.addWidget(Text(say(self.shown.words_of), "small-strong", wrap=True))
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        for at, word in enumerate(self.shown.words):
            cell = QHBoxLayout()
            cell.setSpacing(10)
            cell.addWidget(Text(str(at + 1), "mono-small"))
            shown = Text(word, "words")
            self._words.append(shown)
            cell.addWidget(shown)
            cell.addStretch(1)
            grid.addLayout(cell, at // 4, at % 4)
        box.addLayout(grid)

    def _facts(self, inside: QWidget) -> QWidget:
        facts = QWidget(inside)
        line = FlowLayout(facts, gap=8)
        flow_policy(facts)
        for label, value in self.shown.facts:
            line.addWidget(_fact(say(label), value, facts))
        return facts

    def _fill_token(self, card: Card) -> None:
        box = QVBoxLayout(card)
        box.setContentsMargins(24, 16, 24, 16)
        box.setSpacing(8)
        box.addWidget(self._token(card))
        self.banner = Banner(card)
        box.addWidget(self.banner)
        self._add_watch(box)
        box.addWidget(Text(say(words.PIN_LABEL), "value"))
        self.pin.show_hint(say(words.PIN_OFFERED) if self.shown.offered else "")
        self.pin.submitted.connect(self._sign)
        box.addWidget(self.pin)
        self.pin.setVisible(not self.shown.at_reader)
        if self.shown.at_reader:
            box.addWidget(Text(say(words.AT_READER), "value", wrap=True))
        self._hint = Text(say(words.PIN_RULE), "small", wrap=True)
        box.addWidget(self._hint)
        self._add_reading(box)
        box.addStretch(1)
        self.sign.clicked.connect(self._sign)
        box.addWidget(self.sign)
        self._add_ways_out(box)
        esc = Text(say(sheet.ESC), "small")
        esc.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box.addWidget(esc)

    def _add_watch(self, box: QVBoxLayout) -> None:
        if not self.shown.asks_watch:
            return
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Text(say(words.WATCH), "value", wrap=True), 1)
        row.addWidget(self.watch, 1)
        self.watch.setAccessibleName(say(words.WATCH))
        self.watch.setMaxLength(5)
        set_role(self.watch, "mono")
        self.watch.returnPressed.connect(self._watch_entered)
        box.addLayout(row)

    def _add_ways_out(self, box: QVBoxLayout) -> None:
        if not self.shown.may_refuse:
            return
        ways = QHBoxLayout()
        for text, signal in (
            (way_out.DISAGREE, self.disagreed),
            (way_out.PAPER, self.on_paper),
        ):
            button = make_button(say(text))
            button.clicked.connect(signal)
            ways.addWidget(button)
        box.addLayout(ways)

    def _token(self, inside: QWidget) -> Card:
        found = self.shown.found
        card = Card("card-done" if found else "card-attention", inside)
        row = QHBoxLayout(card)
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(12)
        row.addWidget(Glyph(Sign.DONE if found else Sign.ATTENTION, 28))
        lines = QVBoxLayout()
        lines.setSpacing(0)
        told_of = words.TOKEN_HERE if found else words.TOKEN_AWAY
        lines.addWidget(Text(say(told_of), "value", wrap=True))
        told = say(words.SERIAL, serial=self.shown.serial, label=self.shown.label)
        lines.addWidget(Text(told, "small", wrap=True))
        row.addLayout(lines, 1)
        return card

    def _add_reading(self, box: QVBoxLayout) -> None:
        if not self.shown.read_first:
            return
        row = QHBoxLayout()
        row.addWidget(Text(say(words.READ_FIRST), "label"))
        button = make_button(self.shown.read_first)
        button.clicked.connect(self.read)
        row.addWidget(button, 1)
        box.addLayout(row)

    def show_deviations(self, deviations: Sequence[DeviationRow]) -> None:
        """Show what the person signs that they know of."""
        told = [
            f"{known.number} {known.severity}: {known.happened} {known.decided}".strip()
            for known in deviations
        ]
        self.known.setText("\n".join(told))
        self.known.show()

    def take_focus(self) -> None:
        """Put the cursor where the turn begins."""
        if self.shown.asks_watch:
            self.watch.setFocus()
        else:
            self.focus_pin()

    def focus_pin(self) -> None:
        """Put the cursor where the PIN is typed, or on what has the reader ask."""
        (self.sign if self.shown.at_reader else self.pin).setFocus()

    def _watch_entered(self) -> None:
        if self._watch_is_right():
            self.focus_pin()

    def _watch_is_right(self) -> bool:
        if not self.shown.asks_watch or WATCH.fullmatch(self.watch.text().strip()):
            return True
        self.show_hint(say(words.WATCH_WRONG))
        self.watch.setFocus()
        return False

    def show_hint(self, text: str) -> None:
        """Say why nothing happened."""
        self._hint.setText(text)
        self._hint.wear("small-attention")

    def _sign(self) -> None:
        if self._watch_is_right() and self.sign.isEnabled():
            self.banner.hide()
            self.signed.emit(self.watch.text().strip())

    @property
    def is_shut(self) -> bool:
        """Tell whether the token signs and nothing is taken."""
        return self._shut

    def shut(self, *, busy: bool) -> None:
        """Take nothing while the token signs: no second act and no way out."""
        self._shut = busy
        for button in self.findChildren(QPushButton):
            button.setEnabled(not busy)
        for part in (self.pin, self.watch):
            part.setEnabled(not busy)
        self._hint.wear("small")
        signing = words.AT_READER if self.shown.at_reader else words.SIGNING
        self._hint.setText(say(signing if busy else words.PIN_RULE))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Leave at Esc."""
        if event.key() == Qt.Key.Key_Escape:
            if self._shut:
                return
            self.pin.wipe()
            self.left.emit()
            return
        super().keyPressEvent(event)


def _fact(label: str, value: str, inside: QWidget) -> Card:
    card = Card("chip", inside)
    box = QVBoxLayout(card)
    box.setContentsMargins(12, 6, 12, 6)
    box.setSpacing(0)
    box.addWidget(Text(label, "small"))
    box.addWidget(Text(value, "small-value"))
    return card


def _parts(inside: QWidget, *, found: bool) -> QWidget:
    """Show the four parts of a turn; they are all on this one page.

    Args:
        inside: The page.
        found: True where the token is in its reader.
    """
    holder = QWidget(inside)
    set_role(holder, "strip")
    holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    row = QHBoxLayout(holder)
    row.setContentsMargins(28, 8, 28, 8)
    row.setSpacing(10)
    parts = (
        (words.YOU, Sign.DONE),
        (words.STATEMENT, Sign.DONE),
        (words.TOKEN, Sign.DONE if found else Sign.ATTENTION),
        (words.PIN, Sign.CURRENT),
    )
    for number, (name, sign) in enumerate(parts, start=1):
        row.addWidget(Glyph(sign, 18))
        row.addWidget(Text(f"{number}  {say(name)}", sign.value))
        row.addSpacing(24)
    row.addStretch(1)
    return holder
