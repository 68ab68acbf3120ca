"""What two people typed on the page of a resumption stays theirs."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from ceremony.conduct.recovery import Choice
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
