"""A PIN goes from the key to one buffer, and no text of it is made on the way."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import (
    QAccessible,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.pin_entry import PinEntry

NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
PIN = "7294"


class Form(QWidget):
    """A window with a PIN entry and another field, as a page has them."""

    def __init__(self) -> None:
        super().__init__()
        self.entry = PinEntry("PIN of your token")
        self.other = QLineEdit()
        self.seen: list[str] = []
        box = QVBoxLayout(self)
        box.addWidget(self.entry)
        box.addWidget(self.other)
        self.entry.submitted.connect(lambda: self.seen.append("submitted"))
        self.entry.typed.connect(lambda: self.seen.append("typed"))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        self.seen.append(QKeySequence(event.key()).toString())


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    made = Form()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.entry.setFocus()
    return made


@pytest.fixture
def entry(form: Form) -> PinEntry:
    return form.entry


def send(entry: PinEntry, key: Qt.Key, text: str, *, repeated: bool = False) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, key, NONE, text, repeated, 1)
    QGuiApplication.sendEvent(entry, event)


def value(entry: PinEntry) -> bytes:
    taken = entry.take()
    return b"" if taken is None else bytes(taken.expose())


def test_what_is_typed_is_taken_once_and_then_gone(entry: PinEntry) -> None:
    QTest.keyClicks(entry, PIN)
    secret = entry.take()
    assert secret is not None
    assert secret.expose() == b"7294"
    assert entry.is_empty
    assert entry.take() is None


def test_the_buffer_that_was_taken_is_no_longer_the_entrys(entry: PinEntry) -> None:
    QTest.keyClicks(entry, PIN)
    secret = entry.take()
    assert secret is not None
    QTest.keyClicks(entry, "11")
    assert secret.expose() == b"7294"
    secret.wipe()
    assert value(entry) == b"11"


def test_taking_the_pin_leaves_no_second_copy_behind(entry: PinEntry) -> None:
    QTest.keyClicks(entry, "729461830572")
    buffer = entry._buffer
    secret = entry.take()
    assert secret is not None
    assert secret.expose() == b"729461830572"
    assert secret.expose() is not buffer
    assert entry._buffer is buffer
    assert bytes(buffer) == bytes(255)


def texts_of(entry: PinEntry) -> list[str]:
    """Everything about the entry that is, or gives, a text."""
    meta = entry.metaObject()
    asked = (
        entry.property(meta.property(at).name()) for at in range(meta.propertyCount())
    )
    told = [each for each in asked if isinstance(each, str)]
    heard = QAccessible.queryAccessibleInterface(entry)
    told += [heard.text(kind) for kind in QAccessible.Text if kind.value < 100]
    assert heard.textInterface() is None
    assert heard.valueInterface() is None
    queries = [each for each in Qt.InputMethodQuery if each.value.bit_count() == 1]
    answers = (entry.inputMethodQuery(each) for each in queries)
    told += [each for each in answers if isinstance(each, str)]
    told += [str(each) for each in vars(entry).values() if isinstance(each, str)]
    told += [child.objectName() for child in entry.findChildren(QObject)]
    return told


def test_no_text_that_can_be_asked_of_it_holds_the_pin(entry: PinEntry) -> None:
    entry.show_hint("Software token: leave empty")
    QTest.keyClicks(entry, PIN)
    told = texts_of(entry)
    assert "PIN of your token" in told
    assert not [text for text in told if any(sign in text for sign in PIN)]
    assert not hasattr(entry, "text")


def test_a_screen_reader_hears_the_same_whatever_is_typed(entry: PinEntry) -> None:
    entry.show_hint("The PIN is never shown")
    heard = QAccessible.queryAccessibleInterface(entry)
    before = [heard.text(kind) for kind in QAccessible.Text if kind.value < 100]
    QTest.keyClicks(entry, PIN)
    after = [heard.text(kind) for kind in QAccessible.Text if kind.value < 100]
    assert before == after
    assert "PIN of your token" in before
    assert "The PIN is never shown" in before


def test_nothing_is_pasted(entry: PinEntry) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("5555")
    QTest.keyClick(entry, Qt.Key.Key_V, CONTROL)
    QTest.keyClick(entry, Qt.Key.Key_Insert, Qt.KeyboardModifier.ShiftModifier)
    QTest.mouseClick(entry, Qt.MouseButton.MiddleButton)
    assert entry.is_empty
    assert not entry.acceptDrops()


def test_nothing_is_copied_or_cut(entry: PinEntry) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("before")
    QTest.keyClicks(entry, PIN)
    for key in (Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_X, Qt.Key.Key_Z):
        QTest.keyClick(entry, key, CONTROL)
    assert clipboard.text() == "before"
    assert value(entry) == b"7294"


def test_it_has_no_menu_and_no_actions(entry: PinEntry) -> None:
    assert entry.actions() == []
    QTest.mouseClick(entry, Qt.MouseButton.RightButton)
    assert QGuiApplication.focusWindow() is entry.window().windowHandle()
    assert entry.findChildren(QWidget) == []


@pytest.mark.parametrize("sign", ["é", "€", "\uff15", "ß", "\x07", "\x7f", "ab"])
def test_what_is_not_one_printable_ascii_sign_is_ignored(
    entry: PinEntry, sign: str
) -> None:
    send(entry, Qt.Key.Key_unknown, sign)
    assert entry.is_empty


def test_every_printable_ascii_sign_is_taken(entry: PinEntry) -> None:
    signs = "".join(map(chr, range(0x20, 0x7F)))
    QTest.keyClicks(entry, signs)
    assert value(entry) == signs.encode()


def test_an_on_screen_keypad_types_too(entry: PinEntry) -> None:
    event = QInputMethodEvent()
    event.setCommitString("72é94")
    QGuiApplication.sendEvent(entry, event)
    assert value(entry) == b"7294"


def test_the_256th_sign_is_not_taken(entry: PinEntry) -> None:
    QTest.keyClicks(entry, "1" * 255 + "2")
    assert value(entry) == b"1" * 255


def test_backspace_leaves_no_byte_behind(entry: PinEntry) -> None:
    QTest.keyClicks(entry, PIN)
    buffer = entry._buffer
    QTest.keyClick(entry, Qt.Key.Key_Backspace)
    assert bytes(buffer[:5]) == b"729\x00\x00"
    for _ in range(9):
        QTest.keyClick(entry, Qt.Key.Key_Backspace)
    assert not any(buffer)
    QTest.keyClicks(entry, "1")
    assert value(entry) == b"1"


def test_it_is_wiped_when_it_is_hidden(entry: PinEntry) -> None:
    QTest.keyClicks(entry, PIN)
    buffer = entry._buffer
    entry.hide()
    assert not any(buffer)
    assert entry.is_empty


def test_it_is_wiped_when_its_page_is_hidden(form: Form) -> None:
    QTest.keyClicks(form.entry, PIN)
    buffer = form.entry._buffer
    form.hide()
    assert not any(buffer)


def test_esc_wipes_it_and_goes_on_to_the_page(form: Form) -> None:
    QTest.keyClicks(form.entry, PIN)
    buffer = form.entry._buffer
    QTest.keyClick(form.entry, Qt.Key.Key_Escape)
    assert not any(buffer)
    assert form.entry.is_empty
    assert form.seen[-1] == "Esc"


def test_it_is_wiped_when_its_card_is_deleted_in_sight(form: Form) -> None:
    card = QWidget(form)
    entry = PinEntry("PIN of the evidence token", card)
    card.show()
    QTest.keyClicks(entry, "11")
    assert entry.take() is not None
    QTest.keyClicks(entry, PIN)
    buffer = entry._buffer
    assert entry.isVisible()
    shiboken6.delete(card)
    assert not any(buffer)


def test_it_is_wiped_after_a_minute_without_the_focus(form: Form) -> None:
    entry = form.entry
    QTest.keyClicks(entry, PIN)
    buffer = entry._buffer
    assert not entry._away.isActive()
    form.other.setFocus()
    assert entry._away.isActive()
    assert entry._away.interval() == 60_000
    assert any(buffer)
    entry._away.timeout.emit()
    assert not any(buffer)


def test_the_minute_is_counted_by_a_clock_that_runs(form: Form, qtbot: QtBot) -> None:
    entry = form.entry
    entry._away.setInterval(20)
    QTest.keyClicks(entry, PIN)
    form.other.setFocus()
    qtbot.waitUntil(lambda: entry.is_empty)


def test_who_comes_back_within_the_minute_goes_on_typing(form: Form) -> None:
    entry = form.entry
    QTest.keyClicks(entry, "72")
    form.other.setFocus()
    entry.setFocus()
    assert not entry._away.isActive()
    QTest.keyClicks(entry, "94")
    assert value(entry) == b"7294"


def test_two_pins_of_one_length_look_the_same_pixel_for_pixel(entry: PinEntry) -> None:
    empty = entry.grab().toImage()
    QTest.keyClicks(entry, "1234")
    one = entry.grab().toImage()
    entry.wipe()
    QTest.keyClicks(entry, "9875")
    other = entry.grab().toImage()
    assert one == other
    assert one != empty


def test_function_keys_and_keys_of_the_window_still_reach_it(form: Form) -> None:
    reached: list[str] = []
    for keys in ("F3", "Ctrl+Up"):
        shortcut = QShortcut(QKeySequence(keys), form)
        shortcut.activated.connect(lambda at=keys: reached.append(at))
    QTest.keyClick(form.entry, Qt.Key.Key_F3)
    QTest.keyClick(form.entry, Qt.Key.Key_Up, CONTROL)
    assert reached == ["F3", "Ctrl+Up"]
    assert form.entry.is_empty


def test_a_sign_goes_into_the_pin_and_not_to_a_shortcut(form: Form) -> None:
    reached: list[str] = []
    shortcut = QShortcut(QKeySequence("7"), form)
    shortcut.activated.connect(lambda: reached.append("7"))
    QTest.keyClick(form.entry, Qt.Key.Key_7)
    assert reached == []
    assert value(form.entry) == b"7"


def test_enter_hands_in_once_and_a_held_enter_does_not(form: Form) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        form.seen.clear()
        send(form.entry, key, "\r")
        send(form.entry, key, "\r", repeated=True)
        assert form.seen == ["submitted"]
    assert form.entry.is_empty


def test_tab_leaves_it_in_both_directions(form: Form) -> None:
    QTest.keyClick(form.entry, Qt.Key.Key_Tab)
    assert form.other.hasFocus()
    QTest.keyClick(form.other, Qt.Key.Key_Backtab)
    assert form.entry.hasFocus()


def test_its_signals_carry_nothing(entry: PinEntry) -> None:
    meta = entry.metaObject()
    for at in range(meta.methodOffset(), meta.methodCount()):
        assert meta.method(at).parameterCount() == 0
