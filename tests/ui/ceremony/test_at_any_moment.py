"""Deviations, breaks, people and looking back, at any moment of a step."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from ceremony.conduct.desk import Desk
from ceremony.identifiers import Role
from tests.ui.typist import Typist, press, press_go, type_keys, wait_for
from ui.conductor.flow import Gesture
from ui.conductor.incident_sheets import (
    BreakSheet,
    DecideSheet,
    DeviationSheet,
    PeopleSheet,
)
from ui.conductor.look_sheets import ReadOutSheet
from ui.projector.view import make_slide


def test_a_deviation_takes_one_key_and_one_sentence(room: Typist) -> None:
    room.play(until="1.8")
    sheet = room.sheet("F3")
    assert isinstance(sheet, DeviationSheet)
    type_keys("The projector went dark for a minute.")
    sheet.box.parentWidget()
    QTest.keyClick(sheet, Qt.Key.Key_Tab)

    room.save(sheet)
    page = room.room.page
    assert page.sheet is None
    assert page.view is not None
    (known,) = page.view.deviations
    assert known.number == "D-01"
    assert known.happened == "The projector went dark for a minute."
    assert known.severity == "note"
    assert known.decided == ""
    assert page.view.step is not None
    assert page.view.step.id == "1.8"
    # It is told to the room without a word of its text.
    slide = make_slide(page.view)
    assert "dark" not in repr(slide)


def test_an_open_deviation_is_decided_later_by_initials(room: Typist) -> None:
    test_a_deviation_takes_one_key_and_one_sentence(room)

    view = room.room.page.view
    assert view is not None
    sheet = DecideSheet(room.window.bridge, view, view.deviations[0])
    room.room.director.open_sheet(sheet)
    type_keys("The lamp was changed.")
    entry = sheet.entry_of(Role("internal-witness"))
    assert isinstance(entry, QLineEdit)
    entry.setFocus()
    type_keys("SL")
    room.save(sheet)
    view = room.room.page.view
    assert view is not None
    assert view.deviations[0].decided == "The lamp was changed."


def test_initials_under_a_deviation_ask_for_what_was_decided(room: Typist) -> None:
    room.play(until="1.8")
    sheet = room.sheet("F3")
    assert isinstance(sheet, DeviationSheet)
    sheet.happened.setPlainText("A seal was torn.")
    sheet.entry_of(Role("internal-witness")).setText("SL")
    room.save(sheet)
    assert room.room.page.sheet is sheet
    assert "What is decided is still empty." in sheet_text(room)
    assert sheet.decided.hasFocus()
    view = room.room.page.view
    assert view is not None
    assert view.deviations == ()


def test_whoever_gives_initials_is_among_those_who_decided(room: Typist) -> None:
    room.play(until="1.8")
    sheet = room.sheet("F3")
    assert isinstance(sheet, DeviationSheet)
    sheet.happened.setPlainText("A seal was torn.")
    sheet.decided.setText("A new bag.")
    decided = {
        "administrator": "DO",
        "security-officer": "MT",
        "internal-witness": "SL",
    }
    for role, mark in decided.items():
        sheet.entry_of(Role(role)).setText(mark)
    room.save(sheet)
    assert room.room.page.sheet is None
    told: list[tuple[str, ...]] = []

    def read(desk: Desk) -> None:
        (known,) = desk.conductor.state.deviations
        assert known.closed is not None
        told.append(tuple(initial.mark for initial in known.closed.by))

    room.window.bridge.perform(read)
    room.wait_idle()
    assert [set(marks) for marks in told] == [set(decided.values())]


def test_a_break_holds_everything_until_it_ends(room: Typist) -> None:
    room.play(until="1.8")

    sheet = room.sheet("F4")
    assert isinstance(sheet, BreakSheet)
    type_keys("Fresh air.")
    for box in list(sheet.staying.values())[:2]:
        box.setChecked(True)
    room.save(sheet)
    assert room.room.director.ask.gesture is Gesture.BREAK
    view = room.room.page.view
    assert view is not None
    assert view.pause is not None
    assert view.pause.minutes == 15
    room.pause()
    press_go()
    room.wait_idle()
    view = room.room.page.view
    assert view is not None
    assert view.pause is None
    assert room.room.director.ask.gesture is Gesture.INITIALS


def test_people_leave_and_come_back(room: Typist) -> None:
    room.play(until="1.8")

    for label, present in (("Leaves", False), ("Is back", True)):
        view = room.room.page.view
        assert view is not None
        sheet = PeopleSheet(room.window.bridge, view)
        room.room.director.open_sheet(sheet)
        sheet.reason.setFocus()
        type_keys("A call.")
        button = next(
            each
            for each in sheet.findChildren(QPushButton)
            if each.accessibleName() == f"Key custodian 3: {label}"
        )
        button.click()
        room.wait_idle()
        view = room.room.page.view
        assert view is not None
        third = next(p for p in view.people if p.title == "Key custodian 3")
        assert third.present is present


def test_looking_back_shows_a_closed_step_and_does_nothing(room: Typist) -> None:
    room.play(until="1.9")
    before = room.room.page.view
    press(Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    room.wait_idle()
    past = room.room.page.past
    assert past is not None
    assert room.room.page.bar.entry.isHidden()
    assert room.room.page.bar.act.isHidden()
    press(Qt.Key.Key_Home)
    room.wait_idle()
    assert room.room.page.past is None
    after = room.room.page.view
    assert before is not None
    assert after is not None
    assert before.event_count == after.event_count


def test_blank_hides_everything_from_the_room(room: Typist) -> None:
    press(Qt.Key.Key_F11)
    projector = room.room.projection.window
    assert projector is not None
    assert not projector.blank
    press(Qt.Key.Key_F8)
    assert projector.blank
    press(Qt.Key.Key_F8)
    assert not projector.blank
    press(Qt.Key.Key_F11)
    wait_for(lambda: room.room.projection.window is None)


def test_a_deviation_does_not_wait_for_the_end_of_a_turn(room: Typist) -> None:
    press_go()
    type_keys("09:41")
    press(Qt.Key.Key_Return)
    type_keys("1234")
    press(Qt.Key.Key_F3)
    room.wait_idle()
    sheet = room.room.page.sheet
    assert isinstance(sheet, DeviationSheet)
    assert room.room.turns.page is None
    press(Qt.Key.Key_Escape)
    room.wait_idle()
    assert room.room.director.ask.gesture is Gesture.TURN


HOSTILE = (
    "<img src=file:///etc/passwd><b>bold</b> &amp; <a href='http://x.example'>y</a>"
)


def test_hostile_text_is_shown_letter_for_letter(room: Typist) -> None:
    room.play(until="1.8")
    sheet = room.sheet("F3")
    assert isinstance(sheet, DeviationSheet)
    sheet.happened.setPlainText(HOSTILE)
    room.save(sheet)
    press(Qt.Key.Key_F3)

    sheet = room.room.page.sheet
    assert isinstance(sheet, DeviationSheet)
    button = next(
        each for each in sheet.findChildren(QPushButton) if each.text() == "Decide D-01"
    )
    button.click()
    room.wait_idle()
    open_sheet = room.room.page.sheet
    assert open_sheet is not None
    labels = list(open_sheet.findChildren(QLabel))
    (told,) = [label for label in labels if label.text() == HOSTILE]
    assert told.textFormat() is Qt.TextFormat.PlainText
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


def sheet_text(room: Typist) -> str:
    sheet = room.room.page.sheet
    assert sheet is not None
    return "\n".join(label.text() for label in sheet.findChildren(QLabel))


def test_f1_says_why_the_step_exists(room: Typist) -> None:
    room.play(until="3.3")
    press(Qt.Key.Key_F1)
    told = sheet_text(room)
    # The words of the demo's own script.
    assert "The private key has to come into being in the token" in told
    assert "The root key exists once, in its token, and nobody has seen it." in told


def test_f5_reads_every_token_again_and_records_nothing(room: Typist) -> None:
    room.play(until="2.7")
    before = room.room.page.view
    assert before is not None
    press(Qt.Key.Key_F5)
    room.wait_idle()
    told = sheet_text(room)
    for token in before.tokens:
        assert token.serial in told
    assert told.count("in its reader") == 2
    after = room.room.page.view
    assert after is not None
    assert after.event_count == before.event_count


def test_f7_shows_a_public_value_large_and_hides_it_while_it_is_typed(
    room: Typist,
) -> None:
    room.play(until="3.6")
    press(Qt.Key.Key_F11)
    press(Qt.Key.Key_F7)
    sheet = room.room.page.sheet
    assert isinstance(sheet, ReadOutSheet)
    view = room.room.page.view
    assert view is not None
    key = view.values[0]
    assert key.title == "Root OCA key, public key"
    button = next(
        each
        for each in sheet.findChildren(QPushButton)
        if each.accessibleName().startswith(key.title)
    )
    button.click()
    window = room.room.projection.window
    assert window is not None
    assert window._slide is not None
    assert len(window._slide.words) == 32
    assert window._slide.digest == key.digest
    room.play(until="3.7")
    press(Qt.Key.Key_F7)
    assert "hidden here" in sheet_text(room)
    press(Qt.Key.Key_F11)
