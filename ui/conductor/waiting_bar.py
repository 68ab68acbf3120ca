"""The waiting bar: for whom, for what, and the one gesture that moves things on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from ceremony.conduct.pace import Reached, Work
from ui.conductor.sheet import typed
from ui.messages import conductor as words
from ui.messages.speech import say
from ui.theme.worn import worn
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.guard import is_held
from ui.widgets.text import Text, make_button, restyle, set_role


class InitialsEntry(QLineEdit):
    """Takes initials; a held Enter is not a second one.

    Read only, while the core works, it keeps the keyboard: whatever is typed is handed
    in, and whoever takes it says why nothing happens.

    Signals:
        committed: Enter was pressed, with what was typed.
    """

    committed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "initials")
        self.setMaxLength(6)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Commit at Enter, once for each press."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not is_held(event) and not event.modifiers() & (
                Qt.KeyboardModifier.ControlModifier
            ):
                self.commit()
                return
            event.ignore()
            return
        if self.isReadOnly() and event.text().isprintable() and event.text():
            self.commit()
            return
        super().keyPressEvent(event)

    def commit(self) -> None:
        """Hand in what was typed."""
        self.committed.emit(typed(self))


class WaitingBar(QWidget):
    """Always in sight, and never scrolled away.

    Signals:
        initials: Initials were typed and Enter pressed.
        go: The act was asked for: its button, or Ctrl+Enter.
        stopped: What is done in parts is to stop after this one.
    """

    initials = Signal(str)
    go = Signal()
    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "bar")
        self._compact = False
        self._why_not = ""
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 8, 18, 8)
        row.setSpacing(14)
        self._sign = Glyph(Sign.CURRENT, 26, "on_bar")
        row.addWidget(self._sign)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        self._who = Text("", "lead", wrap=True)
        self._say = Text("", "", wrap=True)
        lines.addWidget(self._who)
        lines.addWidget(self._say)
        row.addLayout(lines, 1)
        self._label = Text(say(words.INITIALS), "value")
        self.entry = InitialsEntry()
        self.enter = make_button(say(words.ENTER))
        self.act = make_button("", "primary")
        self.reached = QProgressBar(textVisible=False)
        self.stop = make_button(say(words.STOP_AFTER))
        shown = (self._label, self.entry, self.enter, self.act)
        for part in (*shown, self.reached, self.stop):
            row.addWidget(part)
        self.hide_reached()
        self.entry.committed.connect(self.initials)
        self.enter.clicked.connect(self.entry.commit)
        self.act.clicked.connect(self.go)
        self.stop.clicked.connect(self._stop)

    def show_waiting(self, who: str, what: str, sign: Sign = Sign.CURRENT) -> None:
        """Say for whom the room waits, and what that person says or does."""
        changed = self._who.text() != who
        self._who.setText(who)
        self._say.setText(what)
        self._say.setVisible(bool(what))
        self._sign.show_sign(sign)
        if changed and who:
            event = QAccessibleAnnouncementEvent(self, f"{who}. {what}")
            QAccessible.updateAccessibility(event)

    def show_hint(self, text: str) -> None:
        """Say why nothing happened."""
        self._say.setText(text)
        self._say.show()

    def fit(self, *, compact: bool) -> None:
        """Become smaller where the window is low or narrow; initials stay in sight."""
        changed, self._compact = compact != self._compact, compact
        self._measure()
        if not changed:
            return
        set_role(self, "bar-compact" if compact else "bar")
        self._who.wear("lead-compact" if compact else "lead")
        self._say.wear("small-compact" if compact else "")
        for part in (self._label, self.entry, self.enter, self.act):
            restyle(part)
        side, edge = (10, 4) if compact else (18, 8)
        row = self.layout()
        if row is not None:
            row.setContentsMargins(side, edge, side, edge)
            row.setSpacing(8 if compact else 14)
        self._label.setVisible(not compact and not self.entry.isHidden())
        self._show_shut()

    def _measure(self) -> None:
        self.entry.setFixedWidth(worn.px(80 if self._compact else 120))

    def _show_shut(self) -> None:
        """Leave a shut act out where there is no room beside the initials."""
        no_room = self._compact and bool(self._why_not)
        self.act.setVisible(bool(self.act.text()) and not no_room)

    def ask_initials(self, title: str) -> None:
        """Show the box for initials, empty, with the cursor in it."""
        for part in (self.entry, self.enter):
            part.show()
        self._label.setVisible(not self._compact)
        self._measure()
        self.entry.setAccessibleName(say(words.INITIALS_OF, title=title))
        self.entry.clear()
        self.entry.setReadOnly(False)
        self.enter.setEnabled(True)
        self.entry.setFocus()

    def hide_initials(self) -> None:
        """Put the box for initials away."""
        for part in (self._label, self.entry, self.enter):
            part.hide()

    def show_act(self, text: str, *, keys: bool = True, why_not: str = "") -> None:
        """Show the act's button.

        Args:
            text: What it does.
            keys: True where Ctrl+Enter does it too, which the button says.
            why_not: Why it is shut; empty where it is open.
        """
        below = why_not or (say(words.CTRL_ENTER) if keys else "")
        self.act.setText(f"{text}\n{below}" if below else text)
        self.act.setAccessibleName(f"{text}. {below}")
        self.act.setEnabled(not why_not)
        self._why_not = why_not
        self._show_shut()

    def hide_act(self) -> None:
        """Put the act's button away."""
        self.act.setText("")
        self.act.hide()

    def show_reached(self, at: Reached) -> None:
        """Show how far it is, and the one way to stop, in the place of the act."""
        self._judging = at.work is Work.JUDGE
        if self.reached.isHidden():
            self.hide_initials()
            self.hide_act()
            self.reached.show()
            stop = words.STOP_JUDGING if self._judging else words.STOP_AFTER
            self.stop.setText(say(stop))
            self.stop.setEnabled(True)
            self.stop.show()
        self.reached.setRange(0, at.total)
        self.reached.setValue(at.done)

    def hide_reached(self) -> None:
        """Put away how far it is."""
        self._judging = False
        self.reached.hide()
        self.stop.hide()

    def show_stopping(self) -> None:
        """Say that it stops, in the place of the way to stop it."""
        stops = words.STOPS_JUDGING if self._judging else words.STOPS_AFTER
        self.stop.setText(say(stops))
        self.stop.setEnabled(False)

    def _stop(self) -> None:
        self.show_stopping()
        self.stopped.emit()

    def shut(self) -> None:
        """Take nothing while the core works; the initials typed stay in sight."""
        self.entry.setReadOnly(True)
        for part in (self.enter, self.act):
            part.setEnabled(False)
