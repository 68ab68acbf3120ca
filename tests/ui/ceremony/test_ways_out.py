"""The two ways out of a turn at the window: disagreement with a reason, and paper."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from ceremony.identifiers import Role
from tests.rehearsals.stage import run_ceremony
from tests.ui.typist import Typist, press, press_go, type_keys
from ui.attest.way_out import DissentDecisionSheet, DissentSheet, PaperSheet
from ui.conductor.flow import Gesture

REASON = "The bag was open when I saw it first."


def choose(typist: Typist, label: str) -> None:
    """Begin the turn and press one of its ways out."""
    press_go()
    page = typist.room.turns.page
    assert page is not None
    button = next(b for b in page.findChildren(QPushButton) if b.text() == label)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    typist.wait_idle()


def disagree(typist: Typist) -> None:
    choose(typist, "I do not agree")
    sheet = typist.room.page.sheet
    assert isinstance(sheet, DissentSheet)
    type_keys(REASON)
    typist.save(sheet)


def decide(typist: Typist, second: str = "SL") -> DissentDecisionSheet:
    press_go()
    sheet = typist.room.page.sheet
    assert isinstance(sheet, DissentDecisionSheet)
    type_keys("The bag is described in the deviation.")
    for role, mark in (("security-officer", "MT"), ("internal-witness", second)):
        sheet.entry_of(Role(role)).setFocus()
        type_keys(mark)
    typist.save(sheet)
    return sheet


def test_a_dissent_without_a_reason_is_not_recorded(room: Typist) -> None:
    room.play(until="6.3")
    choose(room, "I do not agree")
    sheet = room.room.page.sheet
    assert isinstance(sheet, DissentSheet)
    room.save(sheet)
    assert room.room.page.sheet is sheet
    press(Qt.Key.Key_Escape)
    room.wait_idle()
    view = room.room.page.view
    assert view is not None
    assert view.dissent is None


def test_a_dissent_holds_is_decided_by_two_and_stands_on_page_1(
    room: Typist, folder: Path
) -> None:
    room.play(until="6.3")
    disagree(room)
    assert room.room.director.ask.gesture is Gesture.DISSENT
    view = room.room.page.view
    assert view is not None
    assert view.dissent is not None
    assert view.dissent.reason == REASON

    refused = decide(room, second="XX")
    assert room.room.page.sheet is refused
    press(Qt.Key.Key_Escape)
    room.wait_idle()
    assert room.room.director.ask.gesture is Gesture.DISSENT
    decide(room)
    assert room.room.director.ask.gesture is Gesture.TURN
    view = room.room.page.view
    assert view is not None
    assert view.turn is not None
    assert view.turn.meaning == "did-not-agree"
    assert view.turn.text.endswith(f"I do not agree: {REASON}")
    room.play()
    room.window.close()

    workspace = folder / "workspace" / "demo"
    told = run_ceremony(
        [
            *("verify", str(workspace / "packs" / "KC-2026-001-R1.pdf")),
            *("--trust", str(workspace / "site" / "trust-policy.toml")),
            *("--format", "json"),
        ]
    )
    assert told.status == 0, told.all
    verdict = json.loads(told.out)
    assert verdict["record"] in ("VERIFIED", "VERIFIED WITH REMARKS")
    assert "as approved" not in told.out


def test_a_paper_sheet_takes_nothing_while_it_is_written(room: Typist) -> None:
    choose(room, "Sign on paper")
    sheet = room.room.page.sheet
    assert isinstance(sheet, PaperSheet)
    QTest.keyClick(sheet.write, Qt.Key.Key_Space)
    assert room.window.bridge.is_busy
    leave = QKeyEvent(
        QKeyEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(sheet, leave)
    assert room.room.page.sheet is sheet
    room.wait_idle()
    assert sheet.written
    assert sheet.reason.hasFocus()
    # A second sheet of the same name is refused, and the sheet takes entries again.
    QTest.keyClick(sheet.write, Qt.Key.Key_Space)
    room.wait_idle()
    assert sheet.isEnabled()
    assert sheet.file.hasFocus()


def test_a_turn_on_paper_is_recorded_only_after_its_sheet_was_written(
    room: Typist, folder: Path
) -> None:
    choose(room, "Sign on paper")
    sheet = room.room.page.sheet
    assert isinstance(sheet, PaperSheet)
    # Everything is filled in; nothing but the sheet itself is missing.
    for entry, text in ((sheet.reason, "PIN forgotten."), (sheet.watch, "09:41")):
        entry.setFocus()
        type_keys(text)
    for role, mark in (("administrator", "DO"), ("security-officer", "MT")):
        sheet.entry_of(Role(role)).setFocus()
        type_keys(mark)
    before = room.room.page.view
    room.save(sheet)
    assert room.room.page.sheet is sheet
    assert sheet._told.text() == "Write the sheet first."
    assert not sheet._told.isHidden()
    assert room.room.page.view == before

    sheets = folder / "workspace" / "demo" / "sheets"
    assert list(sheets.glob("*.pdf")) == []
    QTest.keyClick(sheet.write, Qt.Key.Key_Space)
    room.wait_idle()
    (written,) = sheets.glob("*.pdf")
    assert written.read_bytes().startswith(b"%PDF")
    room.save(sheet)
    view = room.room.page.view
    assert view is not None
    assert view.step is not None
    assert view.step.id == "1.2"
    witness = next(p for p in view.people if p.role == "internal-witness")
    assert witness.present
