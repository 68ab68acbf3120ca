"""Killed in the middle, opened again: two people decide, and the ceremony goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from ceremony.identifiers import Role
from tests.rehearsals.opened import facts_of
from tests.rehearsals.stage import run_ceremony
from tests.ui.ceremony.deciding import decide
from tests.ui.ceremony.killing import kill_at
from tests.ui.typist import Typist, type_keys, wait_for
from ui.conductor.flow import Gesture
from ui.conductor.reading_page import ReadingPage
from ui.conductor.resume_page import ResumePage
from ui.conductor.takeover_sheet import TakeoverSheet
from ui.home.cards import ResumeCard


def resume(typist: Typist) -> ResumePage:
    """Press Resume on Home's first card; give the page that follows."""
    card = typist.window.home.findChild(ResumeCard)
    assert card is not None
    card.go.setFocus()
    QTest.keyClick(card.go, Qt.Key.Key_Space)
    typist.wait_idle()
    wait_for(lambda: isinstance(typist.room.page.page, ResumePage))
    typist.wait_idle()
    page = typist.room.page.page
    assert isinstance(page, ResumePage)
    return page


def texts(page: QWidget) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel))


@pytest.mark.crash
def test_a_kill_inside_the_key_generation_is_resumed_to_a_verified_pack(
    open_window: Callable[[], Typist], folder: Path
) -> None:
    workspace = folder / "workspace"
    kill_at(workspace, "3.3", in_the_device=True)
    typist = open_window()
    page = resume(typist)

    told = texts(page)
    assert "KC-2026-001-R1" in told
    assert "3.3" in told
    assert "\u201cGenerate key\u201d has acted" in told
    # Two tokens: one of them holds what the record does not know.
    assert "not in the record" in told
    decide(typist, page)

    view = typist.room.page.view
    assert view is not None
    assert view.in_doubt == ""
    (known,) = view.deviations
    assert known.severity == "minor"
    assert known.decided != ""
    typist.play()
    typist.window.close()
    pack = workspace / "demo" / "packs" / "KC-2026-001-R1.pdf"
    verified = run_ceremony(
        [
            *("verify", str(pack), "--format", "json"),
            *("--trust", str(workspace / "demo" / "site" / "trust-policy.toml")),
        ]
    )
    assert verified.status == 0, verified.all
    verdict = json.loads(verified.out)
    assert verdict["record"] in ("VERIFIED", "VERIFIED WITH REMARKS")


@pytest.mark.crash
def test_a_kill_between_two_steps_loses_nothing_that_was_acknowledged(
    open_window: Callable[[], Typist], folder: Path
) -> None:
    kill_at(folder / "workspace", "1.10", in_the_device=False)
    typist = open_window()
    page = resume(typist)
    assert "1.9 " in texts(page)
    decide(typist, page)
    view = typist.room.page.view
    assert view is not None
    assert view.step is not None
    assert view.step.id == "1.10"
    assert typist.room.director.ask.gesture is Gesture.WORDS


@pytest.mark.crash
def test_one_persons_word_does_not_resume(
    open_window: Callable[[], Typist], folder: Path
) -> None:
    kill_at(folder / "workspace", "1.10", in_the_device=False)
    typist = open_window()
    page = resume(typist)
    page.entry_of(Role("internal-witness")).setFocus()
    type_keys("SL")
    page.resume.setFocus()
    QTest.keyClick(page.resume, Qt.Key.Key_Space)
    typist.wait_idle()
    assert typist.room.page.page is page
    page.entry_of(Role("security-officer")).setFocus()
    type_keys("XX")
    page.resume.setFocus()
    QTest.keyClick(page.resume, Qt.Key.Key_Space)
    typist.wait_idle()
    assert typist.room.page.page is page
    assert "ENGINE-INITIAL-02" in page.banner.text


def press_button(page: QWidget, text: str) -> None:
    (button,) = [each for each in page.findChildren(QPushButton) if each.text() == text]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)


def event_count(typist: Typist) -> int:
    view = typist.room.page.view
    assert view is not None
    return view.event_count


@pytest.mark.crash
def test_the_record_is_read_and_nothing_is_done_until_two_decide(
    open_window: Callable[[], Typist], folder: Path
) -> None:
    kill_at(folder / "workspace", "1.10", in_the_device=False)
    typist = open_window()
    page = resume(typist)
    before = event_count(typist)
    page.entry_of(Role("internal-witness")).setFocus()
    type_keys("SL")

    press_button(page, "Open read-only")
    typist.wait_idle()
    reading = typist.room.page.whole.currentWidget()
    assert isinstance(reading, ReadingPage)
    assert reading.step is not None
    assert reading.step.number == 10
    assert "1.10" in texts(reading)
    QTest.keyClick(reading.list, Qt.Key.Key_Up)
    typist.wait_idle()
    assert reading.step.number == 9
    assert "Initials: SL" in texts(reading.step)
    for key in (Qt.Key.Key_F2, Qt.Key.Key_F3, Qt.Key.Key_F4, Qt.Key.Key_F10):
        QTest.keyClick(typist.window, key)
    typist.wait_idle()
    assert typist.room.page.whole.currentWidget() is reading
    assert typist.room.page.sheet is None

    press_button(reading, "Back to the decision")
    assert typist.room.page.whole.currentWidget() is page
    assert page.entry_of(Role("internal-witness")).text() == "SL"
    assert event_count(typist) == before
    page.entry_of(Role("internal-witness")).clear()
    decide(typist, page)
    assert typist.room.director.ask.gesture is Gesture.WORDS


@pytest.mark.crash
def test_what_is_left_moves_to_paper_and_is_resumed_afterwards(
    open_window: Callable[[], Typist], folder: Path
) -> None:
    kill_at(folder / "workspace", "3.3", in_the_device=True)
    typist = open_window()
    page = resume(typist)
    press_button(page, "Move to paper")
    sheet = typist.room.page.sheet
    assert isinstance(sheet, TakeoverSheet)
    typist.save(sheet)
    written = Path(sheet.file.text())
    assert written.parent == folder / "workspace" / "demo" / "sheets"
    assert written.read_bytes().startswith(b"%PDF")
    assert not sheet.write.isEnabled()

    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    typist.wait_idle()
    wait_for(lambda: isinstance(typist.room.page.page, ResumePage))
    typist.wait_idle()
    again = typist.room.page.page
    assert isinstance(again, ResumePage)
    decide(typist, again)
    typist.window.close()
    notes = facts_of(folder / "workspace" / "demo", "note.recorded")
    digest = hashlib.sha256(written.read_bytes()).hexdigest()
    assert [note["text"] for note in notes] == [
        f"Moved to paper before step 3.3: {written.name}, SHA-256 {digest}."
    ]
