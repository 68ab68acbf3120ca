"""What a step asks to be filled in: values, readings, choices, and the roll-call."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ceremony.conduct.room_view import PersonRow
from ceremony.conduct.step_view import NeedView
from ceremony.engine.steps.kind import NeedKind
from ui.conductor.file_entry import FileEntry
from ui.conductor.sheet import typed
from ui.messages import conductor as words
from ui.messages.speech import say
from ui.widgets.flow import FlowLayout, flow_policy
from ui.widgets.text import Card, Text, set_role

READY: Final = "ready"
ABSENT: Final = "absent"

FEWEST: Final = 20
"""How many characters of an answer a list shows at least, however long they are."""


class ChoiceEntry(QComboBox):
    """One of few answers, taken with the arrow keys; Enter goes on as in a line.

    Signals:
        entered: Enter was pressed.
    """

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Else it is as wide as its longest answer, whatever room there is.
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(policy)
        self.setMinimumContentsLength(FEWEST)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go on at Enter; else as any such list."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class FieldsCard(Card):
    """One entry for each thing that is asked for.

    Signals:
        submitted: Enter was pressed in the last entry.
    """

    submitted = Signal()

    def __init__(
        self, needs: tuple[NeedView, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__("card-strong", parent)
        self._entries: dict[str, QLineEdit | QComboBox] = {}
        self._files: dict[str, FileEntry] = {}
        self._prompts: dict[str, str] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 14, 20, 16)
        box.setSpacing(10)
        box.addWidget(Text(say(words.TO_FILL_IN), "card-title"))
        for need in needs:
            box.addWidget(Text(need.prompt, "value", wrap=True))
            who = f"{need.who.title} ({need.who.name})"
            box.addWidget(Text(who, "small", wrap=True))
            box.addWidget(self._entry(need))
        box.addStretch(1)

    def _entry(self, need: NeedView) -> QWidget:
        self._prompts[need.name] = need.prompt
        if need.choices:
            choice = ChoiceEntry()
            choice.addItems(need.choices)
            choice.entered.connect(self._next)
            choice.setCurrentIndex(-1)
            choice.setAccessibleName(need.prompt)
            self._entries[need.name] = choice
            return choice
        if need.kind is NeedKind.FILES:
            entry = self._files[need.name] = FileEntry(need.prompt)
            entry.line.returnPressed.connect(self._next)
            self._entries[need.name] = entry.line
            return entry
        line = QLineEdit()
        line.setAccessibleName(need.prompt)
        line.setMaxLength(256)
        if need.kind is NeedKind.READING:
            line.setPlaceholderText(say(words.READING_HINT))
            set_role(line, "mono")
        line.returnPressed.connect(self._next)
        self._entries[need.name] = line
        return line

    def _next(self) -> None:
        """Go to the next empty entry, or hand in."""
        empty = self.first_empty()
        if empty is None:
            self.submitted.emit()
        else:
            self._entries[empty].setFocus(Qt.FocusReason.TabFocusReason)

    def first_empty(self) -> str | None:
        """Name the first entry that is still empty; None where all are filled."""
        return next((name for name, told in self.values().items() if not told), None)

    def prompt(self, name: str) -> str:
        """Give the prompt of an entry."""
        return self._prompts[name]

    def values(self) -> dict[str, str]:
        """Give what was typed."""
        files = {name: entry.told() for name, entry in self._files.items()}
        return {name: typed(entry) for name, entry in self._entries.items()} | files

    def take_focus(self) -> None:
        """Put the cursor where typing begins."""
        next(iter(self._entries.values())).setFocus()


class RollCallCard(Card):
    """Everybody who answers at a hold; what was said aloud is set for each.

    Who is in the room is taken as ready and who is out as absent until it is said
    otherwise: a "no" and an absence are entered singly (room policy).
    """

    def __init__(
        self,
        needs: tuple[NeedView, ...],
        people: tuple[PersonRow, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("card-strong", parent)
        self._groups: dict[str, QButtonGroup] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 14, 20, 12)
        box.setSpacing(4)
        box.addWidget(Text(say(words.ROLL_CALL), "card-title"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        inside = {f"answer_{person.id}": person for person in people}
        for row, need in enumerate(needs):
            person = inside.get(need.name)
            self._add_row(grid, row, need, person)
        box.addLayout(grid)
        box.addStretch(1)

    def _add_row(
        self, grid: QGridLayout, row: int, need: NeedView, person: PersonRow | None
    ) -> None:
        holder = QWidget(self)
        line = FlowLayout(holder, gap=10)
        flow_policy(holder)
        title = person.title if person is not None else need.who.title
        name = person.name if person is not None else ""
        line.addWidget(Text(title, "value", wrap=True, parent=holder))
        line.addWidget(Text(name, "label", wrap=True, parent=holder))
        grid.addWidget(holder, row, 0)
        group = QButtonGroup(self)
        self._groups[need.name] = group
        likely = READY if person is None or person.present else ABSENT
        for column, choice in enumerate(need.choices, start=1):
            button = QRadioButton(choice)
            button.setAccessibleName(f"{title}: {choice}")
            button.setProperty("choice", choice)
            button.setChecked(choice == likely)
            group.addButton(button)
            grid.addWidget(button, row, column)

    def values(self) -> dict[str, str]:
        """Give each person's answer."""
        return {
            name: next(
                str(button.property("choice"))
                for button in group.buttons()
                if button.isChecked()
            )
            for name, group in self._groups.items()
        }

    def answer(self, name: str, choice: str) -> None:
        """Set one person's answer."""
        for button in self._groups[name].buttons():
            if button.property("choice") == choice:
                button.setChecked(True)
