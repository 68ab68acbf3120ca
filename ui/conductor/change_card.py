"""A token that was changed meanwhile or not seen, and what two people decide."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout

from ceremony.conduct.desk import Mark
from ceremony.conduct.resume_view import ChangeView
from ceremony.conduct.room_view import RoomView
from ceremony.engine.facts import Course
from ceremony.identifiers import Role
from ui.conductor.incident_sheets import marks_row
from ui.conductor.sheet import typed
from ui.messages import resume as words
from ui.messages.speech import say
from ui.widgets.glyph import Glyph, Sign
from ui.widgets.text import Card, Text, make_button

_COURSES = {
    Course.LOOK_AGAIN: words.LOOK_AGAIN,
    Course.GO_ON: words.GO_ON,
    Course.ABANDON: words.GIVE_UP,
    Course.UNRESOLVED: words.UNRESOLVED,
}


class ChangeCard(Card):
    """Names every object, and takes a course, a reason and two initials.

    Signals:
        decided: All of it was given.
    """

    decided = Signal()

    def __init__(self, view: RoomView, change: ChangeView) -> None:
        super().__init__("card-attention")
        box = QVBoxLayout(self)
        box.setContentsMargins(18, 10, 18, 10)
        box.setSpacing(6)
        if change.told:
            _add_told(box, words.CHANGED, [f"{told}." for told in change.told])
        if change.unseen:
            _add_told(box, words.UNSEEN, _unseen(change))
        elif Course.GO_ON not in change.courses:
            box.addWidget(Text(say(words.KEY_TOUCHED), "value", wrap=True))
        self.course = QComboBox()
        for course in change.courses:
            self.course.addItem(say(_COURSES[course]), course)
        self.reason = QLineEdit()
        for label, entry in (
            (words.COURSE, self.course),
            (words.REASON, self.reason),
        ):
            box.addWidget(Text(say(label), "small"))
            entry.setAccessibleName(say(label))
            box.addWidget(entry)
        box.addWidget(Text(say(words.TWO), "value", wrap=True))
        row, self._marks = marks_row(view)
        box.addLayout(row)
        self._told = Text("", "error", wrap=True)
        self._told.hide()
        box.addWidget(self._told)
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.record = make_button(say(words.RECORD), "primary")
        self.record.clicked.connect(self._decide)
        foot.addWidget(self.record)
        box.addLayout(foot)

    @property
    def chosen(self) -> Course:
        """Give what is done about the token."""
        return Course(self.course.currentData())

    @property
    def why(self) -> str:
        """Give the reason that was typed."""
        return typed(self.reason)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Give the initials that were typed, by role."""
        return tuple((role, typed(line)) for role, line in self._marks if typed(line))

    def entry_of(self, role: Role) -> QLineEdit:
        """Give the box for the initials of a role."""
        return next(line for each, line in self._marks if each == role)

    def _decide(self) -> None:
        if self.why and self.marks:
            self.decided.emit()
        else:
            self._told.setText(say(words.REASON_FIRST))
            self._told.show()


def _unseen(change: ChangeView) -> tuple[str, ...]:
    """Name each token that was not seen, and what may exist in one of them."""
    if not change.doubt:
        return change.unseen
    return (*change.unseen, say(words.NEVER_BACK, what=change.doubt))


def _add_told(box: QVBoxLayout, head: str, lines: Sequence[str]) -> None:
    line = QHBoxLayout()
    line.setSpacing(12)
    line.addWidget(Glyph(Sign.ATTENTION, 24), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(Text(say(head), "card-title", wrap=True), 1)
    box.addLayout(line)
    for told in lines:
        box.addWidget(Text(told, "value", wrap=True))
