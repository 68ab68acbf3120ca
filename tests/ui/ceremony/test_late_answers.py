"""What the core answers late is not shown over what people do by then."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.typist import Typist, press, press_go, type_keys, wait_for
from ui.conductor.flow import Gesture
from ui.conductor.incident_sheets import AbandonSheet, DeviationSheet, NoteSheet
from ui.conductor.resume_page import ResumePage
from ui.conductor.sheet import Sheet
from ui.home.cards import ResumeCard


def resume(typist: Typist) -> ResumePage:
    """Resume from Home; give the page with what was found in the tokens."""
    typist.wait_idle()
    card = typist.window.home.findChild(ResumeCard)
    assert card is not None
    card.go.click()
    wait_for(lambda: typist.window.room is not None)
    wait_for(lambda: isinstance(typist.room.page.page, ResumePage))
    typist.wait_idle()
    page = typist.room.page.page
    assert isinstance(page, ResumePage)
    assert page.resume.isEnabled()
    return page


def interrupted(open_window: Callable[[], Typist]) -> Typist:
    """Leave a ceremony in its second step; give the window that takes it up."""
    first = open_window()
    first.start_demo()
    first.play(until="1.2")
    first.window.close()
    return open_window()


def test_a_look_into_the_tokens_does_not_replace_the_sheet_opened_since(
    open_window: Callable[[], Typist],
) -> None:
    typist = interrupted(open_window)
    page = resume(typist)
    page.looked.emit()
    assert typist.window.bridge.is_busy
    page.given_up.emit()
    sheet = typist.room.page.sheet
    assert isinstance(sheet, AbandonSheet)
    type_keys("The fire alarm.")
    typist.wait_idle()
    assert typist.room.page.sheet is sheet
    assert sheet.reason.toPlainText() == "The fire alarm."
    # Nothing was decided: the page comes again when the sheet is left.
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    wait_for(lambda: isinstance(typist.room.page.page, ResumePage))


def test_what_an_interruption_left_does_not_replace_the_sheet_opened_since(
    open_window: Callable[[], Typist],
) -> None:
    typist = interrupted(open_window)
    resume(typist).given_up.emit()
    given_up = typist.room.page.sheet
    assert given_up is not None
    QTest.keyClick(given_up, Qt.Key.Key_Escape)
    assert typist.window.bridge.is_busy
    typist.room.press("F2")
    sheet = typist.room.page.sheet
    assert isinstance(sheet, NoteSheet)
    type_keys("The light is out.")
    typist.wait_idle()
    assert typist.room.page.sheet is sheet
    assert sheet.text.toPlainText() == "The light is out."
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    wait_for(lambda: isinstance(typist.room.page.page, ResumePage))


def test_a_room_that_was_left_shows_no_answer_and_is_entered_again(
    open_window: Callable[[], Typist],
) -> None:
    typist = interrupted(open_window)
    page = resume(typist)
    page.looked.emit()
    assert typist.window.bridge.is_busy
    page.home.emit()
    typist.wait_idle()
    assert typist.room.page.page is None
    assert typist.window.pages.isVisible()
    resume(typist)
    assert typist.room.director.ask.gesture is Gesture.RESUME


def opened_while(room: Typist, ask: Callable[[], None]) -> Sheet:
    """Let something be asked of the core, and open a sheet before it answers."""
    room.play(until="1.8")
    ask()
    assert room.window.bridge.is_busy
    room.room.press("F3")
    sheet = room.room.page.sheet
    assert isinstance(sheet, DeviationSheet)
    type_keys("The seal was torn")
    room.wait_idle()
    assert sheet.happened.toPlainText() == "The seal was torn"
    return sheet


def test_tokens_that_were_read_do_not_replace_a_sheet_that_is_typed_on(
    room: Typist,
) -> None:
    sheet = opened_while(room, lambda: press(Qt.Key.Key_F5))
    assert room.room.page.sheet is sheet


def test_a_step_that_is_looked_at_does_not_hide_a_sheet_that_is_typed_on(
    room: Typist,
) -> None:
    sheet = opened_while(
        room, lambda: press(Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    )
    assert room.room.page.past is None
    assert room.room.page.centre.currentWidget() is sheet


def test_the_turn_of_a_report_does_not_hide_the_sheet_opened_since(
    room: Typist,
) -> None:
    room.play(until="1.2")
    room.window.bridge.perform(lambda desk: desk.abandon("The fire alarm."))
    room.wait_idle()
    room.go()
    assert room.room.director.ask.gesture is Gesture.SIGN_REPORT
    press_go()
    assert room.window.bridge.is_busy
    room.room.press("F1")
    sheet = room.room.page.sheet
    assert sheet is not None
    room.wait_idle()
    assert room.room.turns.page is None
    assert room.room.page.sheet is sheet
