"""What a clumsy or an ill-meaning person tried at the window, and what came of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from ceremony.identifiers import Role
from tests.ui.typist import Typist, press, press_go, type_keys, wait_for
from ui.conductor.flow import Gesture
from ui.conductor.incident_sheets import AbandonSheet, DeviationSheet
from ui.conductor.resume_page import ResumePage
from ui.home.cards import ResumeCard


def test_giving_up_and_esc_do_not_pass_the_decision_of_two_by(
    open_window: Callable[[], Typist],
) -> None:
    first = open_window()
    first.start_demo()
    first.play(until="1.8")
    first.window.close()
    typist = open_window()
    card = typist.window.home.findChild(ResumeCard)
    assert card is not None
    card.go.click()
    wait_for(lambda: typist.window.room is not None)
    wait_for(lambda: isinstance(typist.room.page.page, ResumePage))
    typist.wait_idle()
    page = typist.room.page.page
    assert isinstance(page, ResumePage)
    page.given_up.emit()
    assert isinstance(typist.room.page.sheet, AbandonSheet)
    QTest.keyClick(typist.room.page.sheet, Qt.Key.Key_Escape)
    typist.wait_idle()
    wait_for(lambda: isinstance(typist.room.page.page, ResumePage))
    # The core refuses too, whatever a window would offer.
    told: list[str] = []
    typist.window.bridge.perform(
        lambda desk: desk.close_step({Role("internal-witness"): "SL"}),
        lambda _: told.append("closed"),
        lambda error: told.append(error.code),
    )
    typist.wait_idle()
    assert told == ["CONDUCT-DESK-02"]
    assert typist.step == "1.8"


def test_nothing_leaves_a_turn_while_its_token_signs(room: Typist) -> None:
    press_go()
    type_keys("09:41")
    press(Qt.Key.Key_Return)
    page = room.room.turns.page
    assert page is not None
    press(Qt.Key.Key_Return)
    assert room.window.bridge.is_busy
    for button in page.findChildren(QPushButton):
        assert not button.isEnabled()
    page.keyPressEvent(escape())
    room.room.press("F3")
    assert room.room.turns.page is page
    assert room.room.page.sheet is None
    room.wait_idle()
    assert room.step == "1.2"


def escape() -> object:
    from PySide6.QtGui import QKeyEvent

    return QKeyEvent(
        QKeyEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier
    )


def test_a_dissent_is_to_the_text_that_was_shown_and_to_no_other(
    room: Typist,
) -> None:
    view = room.room.page.view
    assert view is not None
    assert view.turn is not None
    shown = view.turn.digest
    room.turn()
    told: list[str] = []
    room.window.bridge.perform(
        lambda desk: desk.dissent(shown, "Not mine."),
        lambda _: told.append("recorded"),
        lambda error: told.append(error.code),
    )
    room.wait_idle()
    assert told == ["CONDUCT-TURN-01"]


def test_a_sheet_keeps_the_keyboard_when_a_command_ends_beneath_it(
    room: Typist,
) -> None:
    room.play(until="2.7")
    room.pause()
    press_go()
    assert room.window.bridge.is_busy
    room.room.press("F3")
    sheet = room.room.page.sheet
    assert isinstance(sheet, DeviationSheet)
    type_keys("The light ")
    room.wait_idle()
    type_keys("flickers")
    assert sheet.happened.toPlainText() == "The light flickers"
    assert room.room.page.bar.entry.isHidden()
    assert room.room.page.bar.act.isHidden()


def test_a_refused_deviation_leaves_the_step_beneath_it_shut(room: Typist) -> None:
    room.play(until="1.8")
    sheet = room.sheet("F3")
    assert isinstance(sheet, DeviationSheet)
    sheet.happened.setPlainText("A seal was torn.")
    sheet.decided.setText("A new bag.")
    sheet.entry_of(Role("internal-witness")).setText("XX")
    room.save(sheet)
    assert room.room.page.sheet is sheet
    assert room.room.page.bar.entry.isHidden()


def test_a_key_throws_away_nothing_that_was_typed(room: Typist) -> None:
    room.play(until="1.8")
    sheet = room.sheet("F3")
    assert isinstance(sheet, DeviationSheet)
    type_keys("The seal of bag 2 was torn")
    for key in ("F1", "F2", "F3", "F4", "F5", "F7", "F9"):
        room.room.press(key)
        room.wait_idle()
    assert room.room.page.sheet is sheet
    assert sheet.happened.toPlainText() == "The seal of bag 2 was torn"


def test_what_the_projector_reads_out_gives_way_to_the_next_step(
    room: Typist,
) -> None:
    press(Qt.Key.Key_F11)
    room.play(until="1.9")
    view = room.room.page.view
    assert view is not None
    room.room.projection.choose(view.values[0])
    window = room.room.projection.window
    assert window is not None
    assert window._slide is not None
    assert len(window._slide.words) == 32
    room.initials()
    assert room.step == "1.10"
    assert len(window._slide.words) == 8
    assert "types them unseen" in window._slide.instruction
    press(Qt.Key.Key_F3)
    assert window._slide.waiting == "A deviation is being recorded"
    press(Qt.Key.Key_Escape)
    assert "Waiting for" in window._slide.waiting
    press(Qt.Key.Key_F11)


def test_the_deviations_can_be_read_before_they_are_signed_for(room: Typist) -> None:
    room.play(until="1.8")
    room.window.bridge.perform(
        lambda desk: desk.deviate(draft()), lambda _: None, lambda _: None
    )
    room.play(until="6.3")
    press_go()
    page = room.room.turns.page
    assert page is not None
    assert page.known.isHidden()
    page.read.emit()
    assert not page.known.isHidden()
    assert "The door stood open." in page.known.text()


def draft() -> object:
    from ceremony.conduct.desk import Draft
    from ceremony.engine.facts import Severity

    return Draft(
        Severity.NOTE,
        "The door is shut.",
        "The door stood open.",
        "It was shut.",
        ((Role("internal-witness"), "SL"),),
    )


def test_an_abandoned_ceremony_is_taken_up_again_to_seal_its_pack(
    open_window: Callable[[], Typist],
) -> None:
    first = open_window()
    first.start_demo()
    first.play(until="1.8")
    first.window.bridge.perform(lambda desk: desk.abandon("The fire alarm."))
    first.wait_idle()
    first.window.close()
    typist = open_window()
    card = typist.window.home.findChild(ResumeCard)
    assert card is not None
    card.go.click()
    wait_for(lambda: typist.window.room is not None)
    typist.wait_idle()
    wait_for(lambda: typist.room.director.ask.gesture is Gesture.SEAL)
    typist.go()
    assert typist.room.director.ask.gesture is Gesture.SIGN_REPORT


def test_the_keys_of_the_office_do_nothing_in_the_room(room: Typist) -> None:
    room.play(until="1.8")
    press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    room.wait_idle()
    assert room.window.whole.currentWidget() is room.room.page
    # From a page of the office, Home leads back to a ceremony that runs.
    room.window.show_evidence()
    room.window.show_home()
    assert room.window.whole.currentWidget() is room.room.page
