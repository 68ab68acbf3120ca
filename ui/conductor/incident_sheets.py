"""What may be recorded at any moment: a note, a deviation, a decision, an end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSpinBox, QVBoxLayout

from ceremony.conduct.desk import Draft, Mark
from ceremony.conduct.room_view import DeviationRow, PersonRow, RoomView
from ceremony.engine.facts import Severity
from ceremony.errors import CeremonyError
from ceremony.identifiers import Role, RoleKind
from ui.bridge import Bridge, Command
from ui.conductor.sheet import Sheet, typed
from ui.messages import sheet as words
from ui.messages.fault import explain
from ui.messages.speech import say
from ui.theme.worn import worn
from ui.widgets.text import Text, make_button


class CommandSheet(Sheet):
    """A sheet that ends in a command; a refusal is told on it and nothing is lost."""

    def __init__(self, bridge: Bridge, title: str, text: str = "") -> None:
        super().__init__(title, text)
        self._bridge = bridge

    def send(self, command: Command) -> None:
        """Send a command; the sheet leaves when it is done."""
        self.perform(command, lambda _: self.left.emit())

    def perform(self, command: Command, done: Callable[[Any], None]) -> None:
        """Have a command performed; meanwhile the sheet takes nothing, not even Esc.

        Args:
            command: Runs in the core's thread.
            done: Told its result; a refusal is told on the sheet.
        """
        self.setEnabled(False)

        def over(result: Any) -> None:  # noqa: ANN401  as the command has it
            self.setEnabled(True)
            done(result)

        self._bridge.perform(command, over, self._refused)

    def _refused(self, error: CeremonyError) -> None:
        self.setEnabled(True)
        told = explain(error)
        self.tell(say(words.REFUSED, what=told.what, remedy=told.remedy))
        self.take_focus()


class NoteSheet(CommandSheet):
    """A remark; the clock does not stop for it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge, say(words.NOTE), say(words.PRIVATE))
        self.text = self.add_text(say(words.NOTE_TEXT), 4)
        self.finish((say(words.NOTE_SAVE), "primary", self._save))

    def _save(self) -> None:
        text = self.demand(say(words.NOTE_TEXT), self.text)
        if text is not None:
            self.send(lambda desk: desk.note(text))


class DecidingSheet(CommandSheet):
    """A sheet on which people decide and give their initials."""

    def __init__(
        self, bridge: Bridge, view: RoomView, title: str, text: str = ""
    ) -> None:
        super().__init__(bridge, title, text)
        self._marks: list[tuple[Role, QLineEdit]] = []
        self._view = view

    def add_deciders(self) -> None:
        """Add a box for initials to each role that may decide on a deviation."""
        self.box.addWidget(Text(say(words.WHO_DECIDES), "small", wrap=True))
        self.add_marks()

    def add_marks(self) -> None:
        """Add a box for initials to each role of control and of witness."""
        row, self._marks = marks_row(self._view)
        self.box.addLayout(row)

    def marks(self) -> tuple[Mark, ...]:
        """Give the initials that were typed, by role."""
        return tuple((role, typed(line)) for role, line in self._marks if typed(line))

    def entry_of(self, role: Role) -> QLineEdit:
        """Give the box of a role."""
        return next(line for each, line in self._marks if each == role)


def marks_row(view: RoomView) -> tuple[QHBoxLayout, list[tuple[Role, QLineEdit]]]:
    """Make a row with a box for the initials of each role that may decide."""
    row = QHBoxLayout()
    row.setSpacing(12)
    marks = []
    for role, title in deciding_roles(view):
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(Text(title, "small"))
        line = QLineEdit()
        line.setMaxLength(6)
        line.setAccessibleName(say(words.DECIDED_BY, title=title))
        column.addWidget(line)
        marks.append((role, line))
        row.addLayout(column, 1)
    return row, marks


def deciding_roles(view: RoomView) -> tuple[tuple[Role, str], ...]:
    """Give every role that may decide, with the title of its first holder."""
    found: dict[Role, str] = {}
    for person in view.people:
        if person.kind is not RoleKind.EXTERNAL:
            title = person.title.rstrip(" 0123456789")
            found.setdefault(person.role, title)
    return tuple(found.items())


class DeviationSheet(DecidingSheet):
    """One sentence is enough; the rest may wait, but not for ever.

    Signals:
        decision_asked: A ``DeviationRow`` that is still open is to be decided on.
    """

    decision_asked = Signal(object)

    def __init__(
        self, bridge: Bridge, view: RoomView, draft: Draft | None = None
    ) -> None:
        number = f"D-{len(view.deviations) + 1:02d}"
        title = say(words.DEVIATION, number=number)
        super().__init__(bridge, view, title, say(words.PRIVATE))
        self._cause = draft.cause if draft is not None else "reported"
        self.happened = self.add_text(say(words.HAPPENED), 2)
        self.severity = self.add_options(
            say(words.SEVERITY), [each.value for each in Severity]
        )
        expected = view.step.expect if view.step is not None else ""
        self.expected, self.decided = self.add_lines(
            (say(words.EXPECTED), expected or say(words.AS_SCRIPTED)),
            (say(words.DECIDED), ""),
        )
        self.add_deciders()
        if draft is not None:
            self.happened.setPlainText(draft.happened)
            self.expected.setText(draft.expected)
            self.choose(self.severity, draft.severity.value)
        self._offer_open(view)
        self.finish((say(words.SAVE_OPEN), "primary", self._save))

    def show_where(self, view: RoomView, now: datetime) -> None:
        """Say at which step and when it would be recorded if it were saved now."""
        where = say(
            words.DEVIATION_AT,
            step=view.step.id if view.step is not None else "-",
            time=f"{now:%H:%M:%S}",
        )
        self.lead.setText(f"{where}   {say(words.PRIVATE)}")

    def _offer_open(self, view: RoomView) -> None:
        """Offer to decide on what is still open."""
        for known in view.deviations:
            if not known.decided:
                button = make_button(say(words.DECIDE, number=known.number))
                button.clicked.connect(
                    lambda _=False, at=known: self.decision_asked.emit(at)
                )
                self.box.addWidget(button)

    def _save(self) -> None:
        happened = self.demand(say(words.HAPPENED), self.happened)
        expected = self.demand(say(words.EXPECTED), self.expected)
        marks, decided = self.marks(), typed(self.decided)
        if marks and not decided:
            # Whoever gives initials decides, and the record has to say what.
            self.demand(say(words.DECIDED_NOW), self.decided)
            return
        if happened is None or expected is None:
            return
        draft = Draft(
            Severity(self.option_of(self.severity)),
            expected,
            happened,
            decided,
            marks,
            self._cause,
        )
        self.send(lambda desk: desk.deviate(draft))


class DecideSheet(DecidingSheet):
    """What is decided on a deviation that was recorded before, and by whom."""

    def __init__(self, bridge: Bridge, view: RoomView, known: DeviationRow) -> None:
        super().__init__(
            bridge,
            view,
            say(words.DECIDE_TITLE, number=known.number, severity=known.severity),
            known.happened,
        )
        self._number = known.number
        self.decided = self.add_line(say(words.DECIDED_NOW))
        self.add_deciders()
        self.finish((say(words.SAVE_DECIDED), "primary", self._save))

    def _save(self) -> None:
        decided = self.demand(say(words.DECIDED_NOW), self.decided)
        if decided is not None:
            number, marks = self._number, self.marks()
            self.send(lambda desk: desk.decide_deviation(number, decided, marks))


class PeopleSheet(CommandSheet):
    """Who leaves and who is back, as it happens."""

    def __init__(self, bridge: Bridge, view: RoomView) -> None:
        super().__init__(bridge, say(words.PEOPLE), say(words.PEOPLE_TEXT))
        self.reason = self.add_line(say(words.REASON))
        grid = QGridLayout()
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(8)
        for at, person in enumerate(view.people):
            grid.addLayout(self._line(person), at // 2, at % 2)
        self.box.addLayout(grid)
        self.finish()

    def _line(self, person: PersonRow) -> QHBoxLayout:
        """Say who it is and where, with the button that records a change."""
        row = QHBoxLayout()
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(Text(person.name, "value", wrap=True))
        inside = person.present or person.away
        told = words.NOT_HERE
        if inside:
            told = words.IN_ROOM if person.present else words.AWAY
        where = f"{person.title} \u00b7 {say(told)}"
        lines.addWidget(Text(where, "small", wrap=True))
        row.addLayout(lines, 1)
        if inside:
            label = say(words.LEAVES if person.present else words.BACK)
            button = make_button(label, name=f"{person.title}: {label}")
            way = "out" if person.present else "in"
            button.clicked.connect(lambda: self._move(person.id, way))
            row.addWidget(button)
        return row

    def _move(self, person: str, direction: str) -> None:
        from ceremony.identifiers import PersonId

        reason = typed(self.reason)
        if direction == "out" and not reason:
            self.demand(say(words.REASON), self.reason)
            return
        given = reason if direction == "out" else ""
        self.send(lambda desk: desk.move(PersonId(person), direction, given))


class BreakSheet(CommandSheet):
    """Begin a break: why, how long, and who stays with the equipment."""

    LONGEST = 600

    def __init__(self, bridge: Bridge, view: RoomView) -> None:
        super().__init__(bridge, say(words.BREAK), say(words.BREAK_TEXT))
        self.reason = self.add_line(say(words.BREAK_REASON))
        self.minutes = QSpinBox()
        self.minutes.setRange(1, self.LONGEST)
        self.minutes.setValue(15)
        self.minutes.lineEdit().setTextMargins(worn.px(11), 0, 0, 0)
        self.add_entry(say(words.BREAK_MINUTES), self.minutes)
        self.box.addWidget(Text(say(words.BREAK_STAYING), "value"))
        likely = [
            person
            for person in view.people
            if person.present and person.kind is not RoleKind.EXTERNAL
        ]
        boxes = self.add_checks([f"{each.title} ({each.name})" for each in likely])
        ids = [person.id for person in likely]
        self.staying = dict(zip(ids, boxes, strict=True))
        self.finish((say(words.BREAK_BEGIN), "primary", self._begin))

    def _begin(self) -> None:
        reason = self.demand(say(words.BREAK_REASON), self.reason)
        if reason is None:
            return
        minutes = self.minutes.value()
        staying = [who for who, box in self.staying.items() if box.isChecked()]
        self.send(lambda desk: desk.begin_break(reason, minutes, staying))


class AbandonSheet(CommandSheet):
    """Give the ceremony up, with its reason."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge, say(words.ABANDON), say(words.ABANDON_TEXT))
        self.reason = self.add_text(say(words.ABANDON_REASON))
        self.finish((say(words.ABANDON_DO), "attention", self._abandon))

    def _abandon(self) -> None:
        reason = self.demand(say(words.ABANDON_REASON), self.reason)
        if reason is not None:
            self.send(lambda desk: desk.abandon(reason))
