"""What goes wrong in a room: each slip is told where it happens; nothing is lost."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from tests.ui.typist import Typist, press, press_go, type_keys
from ui.conductor.flow import Gesture
from ui.conductor.incident_sheets import DeviationSheet
from ui.conductor.word_grid import WordGrid
from ui.projector.view import make_slide


def test_a_wrong_pin_twice_is_told_in_the_turn_and_the_right_one_signs(
    room: Typist,
) -> None:
    press_go()
    page = room.room.turns.page
    assert page is not None
    type_keys("09:41")
    press(Qt.Key.Key_Return)
    for _ in range(2):
        type_keys("000000")
        press(Qt.Key.Key_Return)
        room.wait_idle()
        assert room.room.turns.page is page
        assert not page.banner.isHidden()
        assert "PIN" in page.banner.text
        assert "HSM-PIN-01" in page.banner.text
        assert page.pin.is_empty
    assert room.step == "1.1"
    press(Qt.Key.Key_Return)
    room.wait_idle()
    assert room.step == "1.2"


def test_whoever_has_signed_is_told_that_it_was_checked_and_takes_their_token(
    room: Typist,
) -> None:
    view = room.room.page.view
    assert view is not None
    assert view.turn is not None
    room.turn()
    told = f"Signed and checked: {view.turn.name}. Take your token back."
    assert room.room.page.bar._say.text() == told
    # It gives way to the next gesture.
    press_go()
    press(Qt.Key.Key_Escape)
    assert room.room.page.bar._say.text() != told


def test_esc_leaves_a_turn_without_any_effect(room: Typist) -> None:
    before = room.room.page.view
    press_go()
    type_keys("09:41")
    press(Qt.Key.Key_Return)
    type_keys("1234")
    press(Qt.Key.Key_Escape)
    room.wait_idle()
    assert room.room.turns.page is None
    after = room.room.page.view
    assert before is not None
    assert after is not None
    assert after.event_count == before.event_count
    assert room.room.director.ask.gesture is Gesture.TURN


def test_a_watch_that_says_no_time_signs_nothing(room: Typist) -> None:
    press_go()
    type_keys("25:99")
    press(Qt.Key.Key_Return)
    page = room.room.turns.page
    assert page is not None
    assert QApplication.focusWidget() is page.watch
    assert not room.window.bridge.is_busy


def test_the_text_signed_is_the_text_shown(room: Typist) -> None:
    press_go()
    page = room.room.turns.page
    assert page is not None
    shown = page.text.text()
    press(Qt.Key.Key_Escape)
    room.turn()
    from ceremony.people.attestation import decode_envelope, decode_statement

    signed: list[str] = []

    def read(desk: object) -> None:
        from ceremony.conduct.desk import Desk

        assert isinstance(desk, Desk)
        journal = desk.conductor.log.journal
        for event in journal.events(desk.conductor.ceremony):
            for blob in event.blobs:
                if blob.name.endswith(".dsse.json"):
                    raw = journal.blob(blob.sha256)
                    payload = decode_envelope(raw).payload
                    signed.append(decode_statement(payload).text)

    room.window.bridge.perform(read)
    room.wait_idle()
    assert signed == [shown]


def test_wrong_initials_close_nothing_and_are_told(room: Typist) -> None:
    room.play(until="1.8")
    type_keys("XX")
    press(Qt.Key.Key_Return)
    room.wait_idle()
    assert room.step == "1.8"
    assert "ENGINE-INITIAL-02" in room.room.page.step.banner.text


def test_an_empty_box_of_initials_says_why_nothing_happened(room: Typist) -> None:
    room.play(until="1.8")
    room.pause()
    press(Qt.Key.Key_Return)
    assert not room.window.bridge.is_busy
    assert "empty" in room.room.page.bar._say.text()


def test_two_commits_in_a_breath_close_one_step(room: Typist) -> None:
    room.play(until="1.8")
    room.pause()
    type_keys("SL")
    press(Qt.Key.Key_Return)
    room.wait_idle()
    # The same hand goes on typing: the step after it stays open.
    type_keys("SL")
    press(Qt.Key.Key_Return)
    room.wait_idle()
    assert room.step == "1.9"
    assert "too soon" in room.room.page.bar._say.text()


def press_enter(times: int, *, held: bool) -> None:
    """Press Enter where the focus is, or let it be repeated by being held down."""
    entry = QApplication.focusWidget()
    assert entry is not None
    for _ in range(times):
        event = QKeyEvent(
            QKeyEvent.Type.KeyPress,
            Qt.Key.Key_Return,
            Qt.KeyboardModifier.NoModifier,
            "\r",
            held,
        )
        QApplication.sendEvent(entry, event)


def test_a_held_enter_closes_nothing_and_one_that_is_pressed_does(
    room: Typist,
) -> None:
    room.play(until="1.8")
    room.pause()
    before = room.room.page.view
    entry = room.room.page.bar.entry
    assert entry.hasFocus()
    type_keys("SL")
    press_enter(3, held=True)
    assert not room.window.bridge.is_busy
    assert room.room.page.view is before
    assert entry.text() == "SL"
    press_enter(1, held=False)
    press_enter(3, held=True)
    room.wait_idle()
    assert room.step == "1.9"


def test_an_irreversible_step_waits_for_those_who_read_its_review(
    room: Typist,
) -> None:
    room.play(until="2.4")
    bar = room.room.page.bar
    assert room.room.director.ask.gesture is Gesture.READY
    assert not bar.act.isEnabled()
    press_go()
    room.wait_idle()
    view = room.room.page.view
    assert view is not None
    assert view.step is not None
    assert not view.step.carried_out
    room.initials()
    room.initials()
    assert room.room.director.ask.gesture is Gesture.GO
    assert bar.act.isEnabled()


def test_a_read_back_stops_at_the_third_wrong_row_and_drafts_a_deviation(
    room: Typist,
) -> None:
    room.play(until="3.7")
    card = room.room.page.step.card
    assert isinstance(card, WordGrid)
    for _ in range(3):
        for word in ("aardvark", "adroitness", "absurd", "adviser"):
            type_keys(word)
            press(Qt.Key.Key_Tab)
    room.wait_idle()
    sheet = room.room.page.sheet
    assert isinstance(sheet, DeviationSheet)
    assert "3.7" in sheet.happened.toPlainText()
    press(Qt.Key.Key_Escape)
    room.wait_idle()
    # Nothing of it is recorded, and the words can be read again.
    view = room.room.page.view
    assert view is not None
    assert view.deviations == ()
    assert room.room.director.ask.gesture is Gesture.WORDS
    room.words()
    room.wait_idle()
    view = room.room.page.view
    assert view is not None
    assert view.step is not None
    assert view.step.carried_out


def test_a_misspelling_is_told_at_once_and_is_no_attempt(room: Typist) -> None:
    room.play(until="1.10")
    card = room.room.page.step.card
    assert isinstance(card, WordGrid)
    type_keys("qqqqq")
    press(Qt.Key.Key_Tab)
    assert "qqqqq" in card._told.text()
    assert card.read_back.wrong == 0
    assert QApplication.focusWidget() is card._entries[0]


def words_shown(room: Typist) -> set[str]:
    """Every word that a label, an entry or a screen reader gives of the window."""
    labels = room.window.findChildren(QLabel)
    told = [label.text() for label in labels]
    told += [entry.text() for entry in room.window.findChildren(QLineEdit)]
    told += [label.accessibleName() for label in labels]
    return set(" ".join(told).lower().split())


def test_the_right_words_stand_nowhere_in_the_conductors_window(room: Typist) -> None:
    # Some words of the list are words of the window too, such as "ahead": what is
    # shown before the certificate exists cannot give its fingerprint away.
    room.play(until="3.6")
    before = words_shown(room)
    room.play(until="3.7")
    view = room.room.page.view
    assert view is not None
    right = {word.lower() for word in make_slide(view).words}
    assert len(make_slide(view).words) == 32
    assert right & (words_shown(room) - before) == set()


def test_no_pin_stands_anywhere_in_the_window_or_on_the_clipboard(
    room: Typist,
) -> None:
    pin = "837465"
    clipboard = QApplication.clipboard()
    clipboard.clear()
    press_go()
    type_keys("09:41")
    press(Qt.Key.Key_Return)
    type_keys(pin)
    page = room.room.turns.page
    assert page is not None
    typed = page.grab().toImage()
    assert pin not in clipboard.text()
    for widget in room.window.findChildren(QWidget):
        for text in (
            widget.accessibleName(),
            widget.accessibleDescription(),
            str(widget.property("text") or ""),
            widget.toolTip(),
        ):
            assert pin not in text
    page.pin.wipe()
    type_keys("111111")
    assert page.grab().toImage() == typed
