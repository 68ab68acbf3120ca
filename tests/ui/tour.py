"""A tour of one ceremony: the typist stops at every kind of screen and state.

Whoever takes the tour is shown a name and a window at each stop, and may do with the
window what leaves the ceremony alone: measure it, resize it, take its picture.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from ceremony.identifiers import Role
from tests.ui.typist import Typist, press, press_go, type_keys, wait_for
from ui.conductor.flow import Gesture
from ui.conductor.incident_sheets import (
    AbandonSheet,
    BreakSheet,
    DeviationSheet,
    PeopleSheet,
)
from ui.conductor.resume_page import ResumePage
from ui.conductor.sheet import Sheet
from ui.conductor.takeover_sheet import TakeoverSheet
from ui.home.cards import ResumeCard
from ui.projector.view import make_slide
from ui.room import Room

Look = Callable[[str, QWidget], None]
"""Told the name of a stop and the window that shows it."""

STOPS: Final = {
    ("1.1", Gesture.TURN): "turn-hand-over",
    ("1.8", Gesture.INITIALS): "step-say",
    ("1.9", Gesture.INITIALS): "step-confirm",
    ("1.10", Gesture.WORDS): "step-words-8",
    ("1.10", Gesture.INITIALS): "step-words-8-done",
    ("1.11", Gesture.FILL): "step-clock",
    ("1.11", Gesture.INITIALS): "step-clock-done",
    ("1.12", Gesture.FILL): "step-record",
    ("1.13", Gesture.CLOSE_STEP): "step-act-end",
    ("2.1", Gesture.FILL): "step-custody",
    ("2.3", Gesture.ROLL_CALL): "step-hold",
    ("2.4", Gesture.READY): "device-initialise",
    ("2.5", Gesture.GO): "device-inventory",
    ("2.5", Gesture.INITIALS): "device-inventory-done",
    ("3.3", Gesture.READY): "device-waiting",
    ("3.3", Gesture.GO): "device-open",
    ("3.3", Gesture.INITIALS): "device-done",
    ("3.6", Gesture.GO): "device-certificate",
    ("3.6", Gesture.INITIALS): "device-certificate-done",
    ("3.7", Gesture.WORDS): "step-words-32",
    ("5.4", Gesture.FILL): "step-bag",
    ("6.3", Gesture.TURN): "turn-sign-out-hand-over",
    ("", Gesture.CLOSE_CEREMONY): "end-close",
    ("", Gesture.SEAL): "end-seal",
    ("", Gesture.SIGN_REPORT): "end-sign",
}
"""The stops that need nothing but to be looked at, by step and gesture."""

KEYS: Final = ("F1", "F2", "F4", "F5", "F7", "F9")
"""The keys whose sheets are opened and left."""

PROJECTED: Final = (1920, 1080)
ROWS_TYPED: Final = 17
WRONG_PIN: Final = "000000"
DRAWN_S: Final = 1.0


class Tour:
    """Holds the demo from Home to its evidence, and stops on the way."""

    def __init__(self, typist: Typist, look: Look) -> None:
        self._typist = typist
        self._look = look
        self._seen: set[str] = set()
        typist.before = self._stop
        self._more: dict[tuple[str, Gesture], Callable[[], None]] = {
            ("1.1", Gesture.TURN): self._sign_in,
            ("1.2", Gesture.TURN): self._wrong_pin,
            ("1.9", Gesture.INITIALS): self._wrong_initials,
            ("2.2", Gesture.INITIALS): self._sheets,
            ("3.3", Gesture.READY): self._project,
            ("3.5", Gesture.WORDS): lambda: self._slide("projector-words-8"),
            ("3.7", Gesture.WORDS): self._words,
            ("6.3", Gesture.TURN): self._sign_out,
            ("", Gesture.SIGN_REPORT): lambda: self._turn("turn-report"),
        }

    @property
    def _room(self) -> Room:
        return self._typist.room

    def walk(self) -> None:
        """Go all the way; nothing may be open yet."""
        window = self._typist.window
        self._see("home-empty")
        self._typist.start_demo()
        self._typist.play()
        self._see("end-signed")
        press_go()
        wait_for(lambda: window.evidence is not None)
        self._typist.wait_idle()
        # The paper is drawn after the verdict.
        end = time.monotonic() + DRAWN_S
        while time.monotonic() < end:
            QApplication.processEvents()
        self._see("evidence")
        self._room.home_asked.emit()
        self._typist.wait_idle()
        self._typist.wait_idle()
        self._see("home-after")

    def _see(self, name: str, window: QWidget | None = None) -> None:
        if name not in self._seen:
            self._seen.add(name)
            QApplication.processEvents()
            self._look(name, window or self._typist.window)

    def _stop(self, step: str, room: Room) -> None:
        key = (step, room.director.ask.gesture)
        if key in STOPS:
            self._see(STOPS[key])
        # What is done at a stop may bring the room there again.
        more = self._more.pop(key, None)
        if more is not None:
            more()

    def _turn(self, name: str) -> None:
        press_go()
        wait_for(lambda: self._room.turns.page is not None)
        self._see(name)
        press(Qt.Key.Key_Escape)
        self._typist.wait_idle()

    def _sign_in(self) -> None:
        self._room.projection.toggle()
        press_go()
        self._slide("projector-signing")
        press(Qt.Key.Key_Escape)
        self._typist.wait_idle()
        self._turn("turn-sign-in")

    def _wrong_pin(self) -> None:
        press_go()
        wait_for(lambda: self._room.turns.page is not None)
        type_keys("09:41")
        press(Qt.Key.Key_Return)
        type_keys(WRONG_PIN)
        press(Qt.Key.Key_Return)
        self._typist.wait_idle()
        self._see("turn-wrong-pin")
        press(Qt.Key.Key_Escape)
        self._typist.wait_idle()

    def _wrong_initials(self) -> None:
        self._typist.pause()
        type_keys("XX")
        press(Qt.Key.Key_Return)
        self._typist.wait_idle()
        self._see("step-wrong-initials")

    def _sign_out(self) -> None:
        self._slide("projector-words-of-a-turn")
        self._turn("turn-sign-out")

    def _project(self) -> None:
        self._slide("projector-step")
        self._room.projection.blank()
        self._slide("projector-blank")
        self._room.projection.blank()

    def _slide(self, name: str) -> None:
        projector = self._room.projection.window
        assert projector is not None, "the projector is off"
        projector.resize(*PROJECTED)
        self._see(name, projector)

    def _words(self) -> None:
        """Type rows, and part of a word that four complete; then begin again."""
        self._slide("projector-words-32")
        view = self._room.page.view
        assert view is not None
        told = make_slide(view).words
        for word in told[:ROWS_TYPED]:
            type_keys(word)
            press(Qt.Key.Key_Tab)
        type_keys(told[ROWS_TYPED][:3])
        self._see("step-words-32-typed")
        self._room.director.page.step.forget()
        self._room.director.show_view(view)

    def _sheets(self) -> None:
        for key in KEYS:
            self._room.press(key)
            self._typist.wait_idle()
            self._see(f"sheet-{key.lower()}")
            self._room.director.close_sheet()
        view = self._room.page.view
        assert view is not None
        bridge = self._typist.window.bridge
        self._sheet("people", PeopleSheet(bridge, view))
        self._sheet("abandon", AbandonSheet(bridge))
        self._deviation()
        self._break()
        self._look_back()

    def _sheet(self, name: str, sheet: Sheet) -> None:
        self._room.director.open_sheet(sheet)
        self._see(f"sheet-{name}")
        self._room.director.close_sheet()

    def _deviation(self) -> None:
        """Record one that is decided at once; the room shows it from then on."""
        sheet = self._typist.sheet("F3")
        assert isinstance(sheet, DeviationSheet)
        type_keys("The projector went dark for a minute.")
        sheet.decided.setFocus()
        type_keys("The lamp was changed; the step is read again.")
        for role, mark in (("security-officer", "MT"), ("internal-witness", "SL")):
            sheet.entry_of(Role(role)).setFocus()
            type_keys(mark)
        self._see("sheet-f3")
        self._typist.save(sheet)

    def _break(self) -> None:
        sheet = self._typist.sheet("F4")
        assert isinstance(sheet, BreakSheet)
        type_keys("Fresh air.")
        for box in list(sheet.staying.values())[:2]:
            box.setFocus()
            QTest.keyClick(box, Qt.Key.Key_Space)
        sheet.reason.setFocus()
        self._typist.save(sheet)
        self._see("break-on")
        self._typist.go()
        self._typist.wait_idle()

    def _look_back(self) -> None:
        press(Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
        self._typist.wait_idle()
        self._see("looking-back")
        press(Qt.Key.Key_Home)
        self._typist.wait_idle()


def walk_resumption(typist: Typist, look: Look) -> None:
    """Look at a ceremony that was killed: on Home, and where two people decide."""
    QApplication.processEvents()
    look("home-resume", typist.window)
    card = typist.window.home.findChild(ResumeCard)
    assert card is not None, "no ceremony is open"
    card.go.setFocus()
    QTest.keyClick(card.go, Qt.Key.Key_Space)
    typist.wait_idle()
    wait_for(lambda: isinstance(typist.room.page.page, ResumePage))
    typist.wait_idle()
    look("resume", typist.window)
    _press(typist.room.page.page, "Open read-only")
    typist.wait_idle()
    look("reading", typist.window)
    _press(typist.room.page.whole.currentWidget(), "Back to the decision")
    _press(typist.room.page.page, "Move to paper")
    sheet = typist.room.page.sheet
    assert isinstance(sheet, TakeoverSheet)
    look("to-paper", typist.window)
    typist.save(sheet)
    look("to-paper-written", typist.window)


def _press(page: QWidget | None, text: str) -> None:
    assert page is not None
    (button,) = [each for each in page.findChildren(QPushButton) if each.text() == text]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
