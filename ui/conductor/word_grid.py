"""A read-back typed unseen: rows of four words, compared when a row is full.

The right words are never shown here. A misspelling is told at once; of a full row
only that it differs.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ceremony.conduct.read_back import WRONG_ROWS, ReadBack
from ceremony.digest_words import COMPLETION_LETTERS, ROW, complete_word, parse_word
from ui.messages import conductor as words
from ui.messages.speech import say
from ui.theme.worn import worn
from ui.widgets.fitting import Fitting
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.text import Card, Rule, Text, set_role

NARROW: Final = 720
"""Below this width four words and a verdict do not stand in one line."""


class WordGrid(Card):
    """Takes the words of one value.

    Signals:
        moved: The number of the word that is typed next, from 1.
        finished: Every row was typed.
        stopped: The third wrong row ended it.
    """

    moved = Signal(int)
    finished = Signal()
    stopped = Signal()

    def __init__(
        self, value: str, right: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__("card-strong", parent)
        self.read_back = ReadBack(right)
        self._count = len(right)
        self._narrow = False
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 12, 20, 12)
        box.setSpacing(8)
        head = QHBoxLayout()
        title = say(words.WORDS_CARD, value=value, count=self._count)
        head.addWidget(Text(title, "card-title", wrap=True), 1)
        self._tries = Text("", "small")
        head.addWidget(self._tries)
        box.addLayout(head)
        box.addWidget(Rule())
        grid = self._grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4 if self._count > 16 else 8)  # noqa: PLR2004  half a digest has room
        self._entries: list[QLineEdit] = []
        self._states: list[tuple[Glyph, Text]] = []
        for row in range(self.read_back.row_count):
            self._add_row(grid, row)
        for column in range(ROW):
            grid.setColumnStretch(2 * column + 1, 1)
        box.addLayout(grid)
        self._told = Text("", "small-attention", wrap=True)
        box.addWidget(self._told)
        box.addStretch(1)
        self._show()
        Fitting(self, self._fit)

    def _fit(self) -> None:
        """Set words smaller, and leave a row's sign alone, where width is short."""
        narrow = self.width() < worn.px(NARROW)
        if narrow == self._narrow:
            return
        self._narrow = narrow
        side = 8 if narrow else 20
        box = self.layout()
        if box is not None:
            box.setContentsMargins(side, 12, side, 12)
        self._grid.setHorizontalSpacing(3 if narrow else 8)
        for _, state in self._states:
            state.setVisible(not narrow)
        self._wear()

    def _add_row(self, grid: QGridLayout, row: int) -> None:
        for column in range(ROW):
            number = row * ROW + column + 1
            grid.addWidget(Text(f"{number:02d}", "mono-small"), row, 2 * column)
            entry = QLineEdit()
            set_role(entry, "word")
            entry.setAccessibleName(say(words.WORD, number=number))
            entry.setMaxLength(16)
            entry.textEdited.connect(lambda _, at=number - 1: self._hint(at))
            self._entries.append(entry)
            grid.addWidget(entry, row, 2 * column + 1)
        sign, state = Glyph(Sign.NOT_YET, 18), Text("", "small")
        self._states.append((sign, state))
        grid.addWidget(sign, row, 2 * ROW)
        grid.addWidget(state, row, 2 * ROW + 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Take Tab, Enter and Space as the end of a word."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            ends = (
                Qt.Key.Key_Tab,
                Qt.Key.Key_Return,
                Qt.Key.Key_Enter,
                Qt.Key.Key_Space,
            )
            entry = watched if isinstance(watched, QLineEdit) else None
            if event.key() in ends and entry is not None and entry.text().strip():
                if not event.isAutoRepeat():
                    self._end_word(self._entries.index(entry))
                return True
        return super().eventFilter(watched, event)

    def _hint(self, at: int) -> None:
        """Show the word that three letters complete."""
        letters = self._entries[at].text().strip()
        fitting = (
            complete_word(letters, at) if len(letters) >= COMPLETION_LETTERS else ()
        )
        self._told.wear("small-current")
        if len(fitting) == 1 and fitting[0].lower() != letters.lower():
            self._told.setText(f"{fitting[0]}   {say(words.TAB)}")
        else:
            self._told.setText("   ".join(fitting[:4]))

    def _complete(self, at: int) -> bool:
        """Complete a word; tell a misspelling, and go back to it."""
        entry = self._entries[at]
        typed = entry.text().strip()
        fitting = complete_word(typed, at) if len(typed) >= COMPLETION_LETTERS else ()
        word = fitting[0] if len(fitting) == 1 else typed
        try:
            parse_word(word, at)
        except ValueError as error:
            self._tell(str(error))
            entry.setFocus()
            entry.selectAll()
            return False
        entry.setText(word)
        return True

    def _end_word(self, at: int) -> None:
        """Complete a word and go on."""
        if not self._complete(at):
            return
        self._told.setText("")
        if (at + 1) % ROW:
            self._entries[at + 1].setFocus()
            self.moved.emit(at + 2)
        else:
            self._end_row()

    def _end_row(self) -> None:
        row = self.read_back.row
        cells = self._entries[row * ROW : row * ROW + ROW]
        empty = next((cell for cell in cells if not cell.text().strip()), None)
        if empty is not None:
            empty.setFocus()
            return
        # A word that was left by the mouse was neither completed nor judged.
        if not all(self._complete(row * ROW + column) for column in range(len(cells))):
            return
        agrees = self.read_back.enter([cell.text() for cell in cells])
        if not agrees and not self.read_back.is_stopped:
            self._tell(say(words.ROW_DIFFERS, row=row + 1))
            self.clear_row()
            return
        self._show()
        # Whoever is told that it is over has the keyboard and the bar from then on.
        if self.read_back.is_stopped:
            self.stopped.emit()
        elif self.read_back.is_done:
            self.finished.emit()
        else:
            self.take_focus()

    def clear_row(self) -> None:
        """Empty the row that is typed, to type it again."""
        row = self.read_back.row
        for cell in self._entries[row * ROW : row * ROW + ROW]:
            cell.clear()
        self._show()
        self.take_focus()

    def take_focus(self) -> None:
        """Put the cursor into the next word."""
        row = self.read_back.row
        for at in range(row * ROW, min(self._count, row * ROW + ROW)):
            if not self._entries[at].text():
                self._entries[at].setFocus()
                self.moved.emit(at + 1)
                return

    def _tell(self, text: str) -> None:
        self._told.wear("small-attention")
        self._told.setText(text)

    def _show(self) -> None:
        """Show which rows agree, which is typed, and which are to come."""
        done = self.read_back
        self._tries.setText(say(words.WRONG_ROWS, wrong=done.wrong, most=WRONG_ROWS))
        for row, (sign, state) in enumerate(self._states):
            now = row == done.row and not done.is_stopped
            if row < done.row:
                tries = done.attempts[row]
                told = words.ROW_AGREES if tries == 1 else words.ROW_AGREES_LATER
                _say_state(sign, state, Sign.DONE, say(told, tries=tries), "small-done")
            elif now:
                text = say(words.ROW, row=row + 1)
                _say_state(sign, state, Sign.CURRENT, text, "small-current")
            else:
                _say_state(sign, state, Sign.NOT_YET, say(words.NOT_YET), "small")
            for cell in self._entries[row * ROW : row * ROW + ROW]:
                cell.setEnabled(now)
                # Keys come to the row that is typed, and whatever else comes to the
                # others need not pass here.
                cell.removeEventFilter(self)
                if now:
                    cell.installEventFilter(self)
        self._wear()

    def _wear(self) -> None:
        """Let each row look as what it is, in the size there is room for."""
        done = self.read_back
        for at, cell in enumerate(self._entries):
            row = at // ROW
            now = row == done.row and not done.is_stopped
            role = "word-done" if row < done.row else "word-rest"
            role = "word" if now else role
            set_role(cell, f"{role}-narrow" if self._narrow else role)


def _say_state(sign: Glyph, state: Text, shown: Sign, text: str, role: str) -> None:
    sign.show_sign(shown)
    state.setText(text)
    state.wear(role)
