"""A typist who holds the demo at the window, with the keyboard only.

What cannot be known beforehand is read where a person would read it: words from the
projector's slide, the clock from the title bar. Nothing is taken from the state.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QWidget,
)

from ui.app import MainWindow
from ui.conductor.fields import FieldsCard
from ui.conductor.flow import Gesture
from ui.conductor.review import ReviewCard
from ui.conductor.sheet import Sheet
from ui.projector.view import make_slide
from ui.room import Room

MARKS = {
    "administrator": "DO",
    "security-officer": "MT",
    "internal-witness": "SL",
    "auditor": "HA",
}
"""As tests/rehearsals has them: the invented people of the demo's roster."""

MOST_TRIES = 8
"""How often one gesture of one step may be asked for before something is wrong."""

VALUES = {"value": "NTS-REC-2026-0431", "bag": "TE-0048812"}


def wait_for(done: Callable[[], bool], seconds: float = 20.0) -> None:
    """Let the window work until something holds."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "the window did not get there"
        QApplication.processEvents()
        time.sleep(0.002)


def type_keys(text: str) -> None:
    """Type into whatever has the focus; each key is a turn of the window's own."""
    for sign in text:
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the focus"
        QTest.keyClick(widget, sign)
        QApplication.processEvents()


def press(
    key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press one key where the focus is."""
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the focus"
    QTest.keyClick(widget, key, modifier)


def press_go() -> None:
    """Press Ctrl and Enter together."""
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


@dataclass
class Typist:
    """Plays a ceremony in a window.

    Attributes:
        window: The main window, shown.
        before: Told the step's id and the room before each gesture.
        bags: Numbers read from bags, in order of their use.
        pins: Gives the PIN that a prompt asks for, of the token with a serial; None
            where the site's file holds every PIN.
        told: What is typed where the question has a word in it, by that word.
    """

    window: MainWindow
    before: Callable[[str, Room], None] = lambda _step, _room: None
    bags: list[str] = field(
        default_factory=lambda: ["TE-0048812", "TE-0048813", "TE-0048813"]
    )
    pins: Callable[[str, str], str] | None = None
    told: dict[str, str] = field(default_factory=dict)
    gestures: list[tuple[str, Gesture]] = field(default_factory=list)

    @property
    def room(self) -> Room:
        """The room, once it was entered."""
        assert self.window.room is not None
        return self.window.room

    @property
    def step(self) -> str:
        """The step that is open; empty where none is."""
        view = self.room.page.view
        assert view is not None
        return view.step.id if view.step is not None else ""

    def start_demo(self) -> None:
        """Begin from Home, by keyboard: Tab to the button, then Space."""
        wait_for(lambda: not self.window.bridge.is_busy)
        from ui.home.cards import DemoCard

        card = self.window.home.findChild(DemoCard)
        assert card is not None
        card.start.setFocus()
        QTest.keyClick(card.start, Qt.Key.Key_Space)
        self.wait_idle()

    def wait_idle(self) -> None:
        """Wait until the core has nothing to do."""
        wait_for(lambda: not self.window.bridge.is_busy)
        QApplication.processEvents()

    def play(self, until: str = "") -> None:
        """Go on to the end, or until a step is open."""
        while True:
            step = self.step
            if until and step == until:
                return
            gesture = self.room.director.ask.gesture
            if gesture is Gesture.EVIDENCE:
                return
            self.before(step, self.room)
            self.gestures.append((step, gesture))
            told = self.room.page.step.banner.text
            assert self.gestures.count((step, gesture)) < MOST_TRIES, told
            self.one(gesture)

    def one(self, gesture: Gesture) -> None:
        """Make one gesture."""
        acts: dict[Gesture, Callable[[], None]] = {
            Gesture.INITIALS: self.initials,
            Gesture.READY: self.initials,
            Gesture.ROLL_CALL: self.initials,
            Gesture.GO: self.go,
            Gesture.FILL: self.fill,
            Gesture.WORDS: self.words,
            Gesture.CLOSE_STEP: self.go,
            Gesture.CLOSE_CEREMONY: self.go,
            Gesture.SEAL: self.go,
            Gesture.TURN: self.turn,
            Gesture.SIGN_REPORT: self.turn,
        }
        acts[gesture]()
        self.wait_idle()

    def pause(self) -> None:
        """Leave the time between two commits that a person leaves."""
        self.room.director.wait_for_commit()

    def initials(self) -> None:
        who = self.room.director.ask.who
        assert who is not None
        self.pause()
        type_keys(MARKS.get(who.role, who.marks[0]))
        press(Qt.Key.Key_Return)
        self.wait_idle()

    def go(self) -> None:
        if self.pins is not None:
            self.type_pins(self.pins)
        self.pause()
        press_go()
        self.wait_idle()

    def type_pins(self, pins: Callable[[str, str], str]) -> None:
        """Type what a device step asks for, from one entry to the next with Tab."""
        card, view = self.room.page.step.card, self.room.page.view
        if not isinstance(card, ReviewCard):
            return
        assert view is not None
        assert view.step is not None
        assert view.step.review is not None
        told = {line.label: line.value for line in view.step.review.told}
        for number, entry in enumerate(card.pins.values()):
            if number:
                press(Qt.Key.Key_Tab)
            assert entry.hasFocus()
            type_keys(pins(entry.accessibleName(), told["Serial"]))

    def fill(self) -> None:
        card = self.room.page.step.card
        assert card is not None
        entries = [
            entry
            for entry in card.findChildren(QWidget)
            if isinstance(entry, QLineEdit | QComboBox) and entry.isEnabled()
        ]
        self.pause()
        for entry in entries:
            self._reach(entry)
            if isinstance(entry, QLineEdit):
                entry.selectAll()
                type_keys(self._value(entry))
            else:
                self._choose(entry)
            # Enter hands in as soon as nothing is empty, as after a refusal.
            assert isinstance(card, FieldsCard)
            if entry is entries[-1] or card.first_empty() is not None:
                press(Qt.Key.Key_Return)

    def _reach(self, entry: QWidget) -> None:
        """Go to an entry with Tab: a refusal leaves all of them as they were."""
        for _ in range(MOST_TRIES * 10):
            if entry.hasFocus():
                return
            press(Qt.Key.Key_Tab)
        raise AssertionError(entry.accessibleName())

    def _choose(self, entry: QComboBox) -> None:
        """Go down to what was told; to the first where nothing was."""
        asked = entry.accessibleName()
        told = (text for word, text in self.told.items() if word in asked)
        wanted, at = entry.findText(next(told, entry.itemText(0))), entry.currentIndex()
        for _ in range(abs(wanted - at)):
            press(Qt.Key.Key_Down if wanted > at else Qt.Key.Key_Up)
        assert entry.currentIndex() == wanted

    def _value(self, entry: QLineEdit) -> str:
        if entry.placeholderText():
            clock = self.room.page.title.clock.text().split()[0]
            return f"{time.strftime('%Y-%m-%d', time.gmtime())}T{clock}Z"
        if "bag" in entry.accessibleName():
            return self.bags.pop(0) if self.bags else "TE-0048899"
        asked = entry.accessibleName()
        return next(
            (text for word, text in self.told.items() if word in asked), VALUES["value"]
        )

    def words(self) -> None:
        view = self.room.page.view
        assert view is not None
        for word in make_slide(view).words:
            type_keys(word[:6] if len(word) > 6 else word)
            press(Qt.Key.Key_Tab)

    def turn(self, watch: str = "") -> None:
        press_go()
        wait_for(lambda: self.room.turns.page is not None)
        page = self.room.turns.page
        assert page is not None
        if page.shown.asks_watch:
            type_keys(watch or time.strftime("%H:%M", time.gmtime()))
            press(Qt.Key.Key_Return)
        press(Qt.Key.Key_Return)
        self.wait_idle()

    def sheet(self, key: str) -> Sheet:
        """Open a sheet by its key, such as ``F3``."""
        press(getattr(Qt.Key, f"Key_{key}"))
        sheet = self.room.page.sheet
        assert sheet is not None
        return sheet

    def save(self, sheet: Sheet) -> None:
        """Press the sheet's one primary act."""
        (act,) = (
            button
            for button in sheet.findChildren(QPushButton)
            if button.property("role") == "primary"
        )
        act.setFocus()
        QTest.keyClick(act, Qt.Key.Key_Space)
        self.wait_idle()


def open_window(workspace: Path) -> Typist:
    """Open the window on a laptop's screen, at Home, and sit down at it."""
    window = MainWindow(workspace)
    window.resize(1366, 768)
    window.show()
    window.start()
    typist = Typist(window)
    typist.wait_idle()
    return typist
