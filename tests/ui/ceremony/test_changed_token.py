"""Somebody worked at a token while the window was closed: two people decide first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from ceremony.conduct.desk import Desk
from ceremony.engine.facts import Course
from ceremony.identifiers import Role
from tests.fakes.makers_tool import initialise_anew
from tests.rehearsals.opened import facts_of, open_demo, play_scene, play_to
from tests.ui.ceremony.deciding import decide
from tests.ui.ceremony.killing import kill_at
from tests.ui.ceremony.test_resume import resume, texts
from tests.ui.typist import Typist, type_keys, wait_for
from ui.conductor.change_card import ChangeCard
from ui.conductor.resume_page import ResumePage

INTRUDE = """
import sys
from pathlib import Path
from ceremony.clock import SystemClock
from ceremony.conduct.room import enter
from ceremony.conduct.workspace import Workspace
from ceremony.hsm.order import KeyAlgorithm, KeyOrder
from ceremony.identifiers import OperationId

with enter(Workspace(Path(sys.argv[1])), sys.argv[2], SystemClock()) as at:
    with at.conductor.devices.session("root-hsm", at.site.pins.user["root-hsm"]) as it:
        it.generate_key_pair(
            KeyOrder("intruder", OperationId("ab" * 16), KeyAlgorithm.EC_P256)
        )
"""


def answer(typist: Typist, card: ChangeCard, course: Course, *marks: str) -> None:
    """Choose a course, say why, and give initials where they are asked for."""
    card.course.setFocus()
    while card.chosen is not course:
        QTest.keyClick(card.course, Qt.Key.Key_Down)
    card.reason.clear()
    card.reason.setFocus()
    type_keys("The test keys of May.")
    for role, mark in zip(
        ("security-officer", "internal-witness"), marks, strict=False
    ):
        card.entry_of(Role(role)).clear()
        card.entry_of(Role(role)).setFocus()
        type_keys(mark)
    card.record.setFocus()
    QTest.keyClick(card.record, Qt.Key.Key_Space)
    typist.wait_idle()


def buttons(page: ResumePage) -> list[str]:
    return [button.text() for button in page.findChildren(QPushButton)]


def page_of(typist: Typist) -> ResumePage:
    page = typist.room.page.page
    assert isinstance(page, ResumePage)
    return page


def changed(typist: Typist) -> tuple[ResumePage, ChangeCard]:
    """Wait for the page on which a change is decided, and give its card."""
    wait_for(lambda: page_of(typist).change is not None)
    typist.wait_idle()
    card = page_of(typist).change
    assert card is not None
    return page_of(typist), card


def settled(typist: Typist) -> ResumePage:
    """Wait for the page that follows the decision, with what is in the tokens."""
    wait_for(lambda: page_of(typist).change is None)
    typist.wait_idle()
    return page_of(typist)


def put_data(desk: Desk) -> None:
    """Let somebody put an object there while people look at the page."""
    pins = desk.room.site.pins
    assert pins is not None
    with desk.conductor.devices.session("root-hsm", pins.user["root-hsm"]) as at:
        at.write_anchor(b"somebody else's")


@pytest.mark.crash
def test_two_people_go_on_beside_what_somebody_put_into_a_token(
    open_window: Callable[[], Typist], demo_site: Path
) -> None:
    workspace = demo_site.parent
    ceremony = open_demo(workspace)
    play_to(workspace, ceremony, "3.4")
    play_scene(INTRUDE, workspace, ceremony)
    typist = open_window()
    resume(typist)
    page, card = changed(typist)
    told = texts(page)
    assert "private-key intruder, id abababab" in told
    assert "is there and not recorded" in told
    # Nobody resumes or gives it up over what was not decided.
    assert not {"Resume", "Give the ceremony up"} & set(buttons(page))
    decide_slowly(typist, page, card)
    page = settled(typist)
    assert "not the ceremony" in texts(page)

    # What comes after the decision is found as people go on.
    typist.window.bridge.perform(put_data)
    typist.wait_idle()
    decide(typist, page)
    page, card = changed(typist)
    assert "CONDUCT-RESUME-04" in page.banner.text
    answer(typist, card, Course.GO_ON, "MT", "SL")
    decide(typist, settled(typist))
    assert_recorded(typist, workspace)


def decide_slowly(typist: Typist, page: ResumePage, card: ChangeCard) -> None:
    """Forget the initials, then type wrong ones, then the right ones."""
    answer(typist, card, Course.GO_ON)
    assert page_of(typist) is page
    assert "nothing was decided" in texts(page)
    answer(typist, card, Course.GO_ON, "XX", "SL")
    assert page_of(typist) is page
    assert "ENGINE-INITIAL-02" in page.banner.text
    answer(typist, card, Course.GO_ON, "MT", "SL")


def assert_recorded(typist: Typist, workspace: Path) -> None:
    view = typist.room.page.view
    assert view is not None
    assert [each.severity for each in view.deviations] == ["major", "major", "minor"]
    assert all(each.decided for each in view.deviations)
    assert view.step is not None
    assert view.step.id == "3.4"
    typist.window.close()
    changes = facts_of(workspace, "tokens.changed")
    assert [each["deviation"] for each in changes] == ["D-01", "D-02"]
    assert [len(each["tokens"][0]["foreign"]) for each in changes] == [2, 3]
    decided = [
        each for each in facts_of(workspace, "deviation.closed") if "course" in each
    ]
    assert [each["course"] for each in decided] == ["go-on"] * 2
    assert {each["mark"] for each in decided[0]["by"]} == {"MT", "SL"}


@pytest.mark.crash
@pytest.mark.soak
def test_two_people_leave_unresolved_what_is_in_doubt_in_a_token_that_is_lost(
    open_window: Callable[[], Typist], folder: Path
) -> None:
    workspace = folder / "workspace" / "demo"
    kill_at(folder / "workspace", "3.3", in_the_device=True)
    initialise_anew(workspace / "site", "root-hsm", pin="27182818284590")
    typist = open_window()
    resume(typist)
    page, card = changed(typist)
    told = texts(page)
    assert "What is in a token is not known" in told
    assert "If the token never comes back: The key root-oca, CKA_ID " in told
    assert not {"Resume", "Give the ceremony up"} & set(buttons(page))
    answer(typist, card, Course.UNRESOLVED, "MT", "SL")
    typist.window.close()
    (end,) = facts_of(workspace, "ceremony.abandoned")
    assert "is in doubt for good" in end["reason"]
    (closed,) = facts_of(workspace, "deviation.closed")
    assert closed["course"] == "unresolved"
    assert closed["decided"] == "The test keys of May."
    assert facts_of(workspace, "hsm.outcome")[-1]["result"] == "unresolved"
