"""A report signatory's turn: their token as it is, the pack as it was shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.ui.typist import Typist, press, press_go, wait_for
from ui.attest.turn_page import TurnPage
from ui.conductor.flow import Gesture
from ui.widgets.glyph import Glyph, Sign


@pytest.fixture
def sealed(room: Typist) -> Typist:
    """Before the first report signature, of a ceremony that was given up early."""
    room.play(until="1.2")
    room.window.bridge.perform(lambda desk: desk.abandon("The fire alarm."))
    room.wait_idle()
    room.go()
    assert room.room.director.ask.gesture is Gesture.SIGN_REPORT
    return room


def begin(typist: Typist) -> TurnPage:
    """Hand the laptop to the signatory."""
    press_go()
    wait_for(lambda: typist.room.turns.page is not None)
    page = typist.room.turns.page
    assert page is not None
    return page


def token_sign(page: TurnPage) -> Sign:
    """Give the sign that stands before the token, among the parts of the turn."""
    parts = page._steps
    told = [each.text() for each in parts.findChildren(QLabel)]
    return parts.findChildren(Glyph)[told.index("3  Token")]._sign


def test_a_token_in_its_reader_is_ticked_and_one_that_is_away_is_asked_for(
    sealed: Typist, folder: Path
) -> None:
    page = begin(sealed)
    assert page.shown.found
    assert token_sign(page) is Sign.DONE
    press(Qt.Key.Key_Escape)
    sealed.wait_idle()
    store = folder / "workspace" / "demo" / "site" / "tokens" / "people" / "store"
    mine = next(
        path.parent
        for path in store.glob("*/token.object")
        if page.shown.serial.encode() in path.read_bytes()
    )
    mine.rename(folder / "away")
    page = begin(sealed)
    assert not page.shown.found
    assert token_sign(page) is Sign.ATTENTION
    told = {label.text() for label in page.findChildren(QLabel)}
    assert "Insert your own token; it is not in the reader" in told
    (folder / "away").rename(mine)


def test_a_pack_that_is_another_than_the_one_shown_is_not_signed(
    sealed: Typist,
) -> None:
    pack = Path(sealed.room.director.pack)
    whole = pack.read_bytes()
    pack.write_bytes(whole + b"% another file\n")
    page = begin(sealed)
    pack.write_bytes(whole)
    press(Qt.Key.Key_Return)
    sealed.wait_idle()
    assert sealed.room.turns.page is page
    assert "CONDUCT-TURN-01" in page.banner.text
    assert pack.read_bytes() == whole
    # Shown as it is, the very same file is signed.
    press(Qt.Key.Key_Escape)
    sealed.wait_idle()
    page = begin(sealed)
    press(Qt.Key.Key_Return)
    sealed.wait_idle()
    assert sealed.room.turns.page is None
    assert pack.read_bytes().startswith(whole)
    assert len(pack.read_bytes()) > len(whole)
