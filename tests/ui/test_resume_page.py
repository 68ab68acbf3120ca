"""What two people typed on the page of a resumption stays theirs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ceremony.conduct.inspection import TokenFinding
from ceremony.conduct.recovery import Choice
from ceremony.conduct.resume_view import ChangeView, TypedPin
from ceremony.engine.facts import Course
from ceremony.engine.steps import KINDS
from ceremony.identifiers import Role
from tests.ui.played import Played
from ui.conductor.resume_page import ResumePage


def test_initials_and_choice_are_taken_over_by_the_page_with_the_findings(
    qtbot: QtBot, played: Played
) -> None:
    view = played.at("3.3")
    left = replace(played.named["left"], in_doubt="key.generate")
    found = replace(played.named["inspected"], in_doubt="key.generate")
    before, after = ResumePage(view, left), ResumePage(view, found)
    for page in (before, after):
        qtbot.addWidget(page)
        assert page.chosen is Choice.ADOPT
    before.entry_of(Role("security-officer")).setText("MT")
    before.choice.setCurrentIndex(before.choice.findText("destroy it and make it anew"))
    assert before.chosen is Choice.DESTROY
    after.take_over(before)
    assert after.chosen is Choice.DESTROY
    assert after.entry_of(Role("security-officer")).text() == "MT"


def told(page: ResumePage) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel))


def test_the_last_event_is_told_in_words_and_a_clock_that_went_back_as_such(
    qtbot: QtBot, played: Played
) -> None:
    left = played.named["left"]
    assert len(left.last_words) == 8
    pages = {
        back: ResumePage(played.at("3.3"), replace(left, clock_went_back=back))
        for back in (False, True)
    }
    for page in pages.values():
        qtbot.addWidget(page)
        assert f"The last event in words: {' '.join(left.last_words)}" in told(page)
    assert "Clock after the last event" in told(pages[False])
    assert "Clock before the last event: set it" in told(pages[True])


def test_of_a_change_in_doubt_the_old_and_the_new_pin_are_asked_for(
    qtbot: QtBot, played: Played
) -> None:
    asked = (
        TypedPin("0001", "Root token", "0001", at_reader=False),
        TypedPin("0001", "The new user PIN", "new_pin", at_reader=False),
    )
    left = replace(played.named["left"], in_doubt="token.change-pin", pins=asked)
    page = ResumePage(played.at("3.3"), left)
    qtbot.addWidget(page)
    assert "The new user PIN, 0001" in told(page)
    qtbot.keyClicks(page.pins["0001"], "111111")
    qtbot.keyClicks(page.pins["new_pin"], "222222")
    taken = page.take_pins()
    assert {name: bytes(pin.expose()) for name, pin in taken.items() if pin} == {
        "0001": b"111111",
        "new_pin": b"222222",
    }


@pytest.mark.parametrize("verb", ["key.generate", "key.unwrap", "key.wrap"])
def test_what_becomes_of_a_key_is_asked_where_one_may_have_come_into_a_token(
    qtbot: QtBot, played: Played, verb: str
) -> None:
    left = replace(played.named["inspected"], in_doubt=verb)
    page = ResumePage(played.at("3.3"), left)
    qtbot.addWidget(page)
    assert page.choice.count() == (0 if verb == "key.wrap" else 2)
    assert f"\u201c{KINDS[verb].title}\u201d has acted" in told(page)


def test_pins_that_were_typed_to_look_are_asked_for_again(
    qtbot: QtBot, played: Played
) -> None:
    asked = (TypedPin("0001", "The PIN of Root token", "0001", at_reader=False),)
    for name, again in (("left", False), ("inspected", True)):
        page = ResumePage(played.at("3.3"), replace(played.named[name], pins=asked))
        qtbot.addWidget(page)
        assert ("to resume, each is typed once more" in told(page)) == again
        assert list(page.pins) == ["0001"]


INTRUDER = "private-key intruder"


def test_what_is_foreign_is_told_apart_from_what_the_operation_left(
    qtbot: QtBot, played: Played
) -> None:
    left = (INTRUDER, "public-key, without id")
    found = TokenFinding("Root token", "0001", (), left=left, foreign=("data",))
    shown = (
        (found, "not in the record, no whole key, left by what is in doubt: private"),
        (replace(found, whole=True), "not in the record, a whole key of what is in"),
        (found, "not the ceremony\u2019s: data"),
    )
    for finding, text in shown:
        view = replace(played.named["left"], findings=(finding,))
        page = ResumePage(played.at("3.3"), view)
        qtbot.addWidget(page)
        assert text in told(page)


def test_over_a_key_that_is_gone_nobody_is_offered_to_go_on(
    qtbot: QtBot, played: Played
) -> None:
    every = (Course.LOOK_AGAIN, Course.GO_ON, Course.ABANDON)
    change = ChangeView(("The root key is gone",), every, given_up=False)
    few = replace(change, courses=(Course.LOOK_AGAIN, Course.ABANDON))
    for shown, count in ((change, 3), (few, 2)):
        page = ResumePage(played.at("3.3"), replace(played.named["left"], change=shown))
        qtbot.addWidget(page)
        card = page.change
        assert card is not None
        assert card.course.count() == count
        assert card.chosen is Course.LOOK_AGAIN
        assert ("nobody goes on over that" in told(page)) == (count == len(few.courses))


def test_a_token_that_nobody_could_look_into_is_told_apart_from_a_changed_one(
    qtbot: QtBot, played: Played
) -> None:
    few = (Course.LOOK_AGAIN, Course.ABANDON)
    absent = ("Root token, 0001, could not be looked into. It is not there.",)
    shown = (
        (ChangeView((), few, given_up=False, unseen=absent), False),
        (ChangeView(("A strange key",), few, given_up=False, unseen=absent), True),
    )
    for change, changed in shown:
        left = replace(played.named["left"], change=change)
        page = ResumePage(played.at("3.3"), left)
        qtbot.addWidget(page)
        assert page.change is not None
        assert page.change.course.count() == len(few)
        assert "What is in a token is not known" in told(page)
        assert absent[0] in told(page)
        assert ("Somebody changed a token" in told(page)) == changed
        assert "A key is gone" not in told(page)


def test_what_may_exist_is_said_where_a_token_may_never_come_back(
    qtbot: QtBot, played: Played
) -> None:
    lost = (Course.LOOK_AGAIN, Course.UNRESOLVED)
    absent = ("Root token, 0001, could not be looked into. It is not there.",)
    exists = "The key root-oca, CKA_ID 5a5a, may exist in Root token, serial 0001."
    change = ChangeView((), lost, given_up=False, unseen=absent, doubt=exists)
    left = replace(played.named["left"], change=change, in_doubt="key.generate")
    page = ResumePage(played.at("3.3"), left)
    qtbot.addWidget(page)
    assert f"If the token never comes back: {exists}" in told(page)
    assert page.change is not None
    page.change.course.setCurrentIndex(1)
    assert page.change.chosen is Course.UNRESOLVED
    offered = page.change.course.currentText()
    assert offered == "abandon it; whether what is in doubt has acted is never known"


def test_nobody_is_offered_to_abandon_before_the_tokens_were_looked_into(
    qtbot: QtBot, played: Played
) -> None:
    for name, offered in (("left", False), ("inspected", True)):
        left = replace(played.named[name], in_doubt="")
        page = ResumePage(played.at("3.3"), left)
        qtbot.addWidget(page)
        texts = [each.text() for each in page.findChildren(QPushButton)]
        assert ("Give the ceremony up" in texts) == offered


def test_what_is_in_doubt_is_resolved_before_it_is_abandoned(
    qtbot: QtBot, played: Played
) -> None:
    change = ChangeView(("A strange key",), (), given_up=True)
    left = replace(played.named["left"], change=change, in_doubt="key.generate")
    page = ResumePage(played.at("3.3"), left)
    qtbot.addWidget(page)
    assert page.change is None
    assert page.resume.text() == "Resolve and abandon"
    assert "Two people decided that the ceremony is abandoned" in told(page)
