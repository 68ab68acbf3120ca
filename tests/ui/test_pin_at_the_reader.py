"""Where a PIN is entered at the reader, the window says so and has no entry for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ceremony.conduct.home_view import CeremonyCard
from ceremony.conduct.resume_view import TypedPin
from ceremony.conduct.step_view import NeedView
from ceremony.engine.steps.kind import NeedKind
from tests.ui.played import Played
from tests.ui.test_reach_by_keyboard import card
from tests.ui.typist import press, type_keys
from ui.attest.shown import show_report, show_turn
from ui.attest.turn_page import TurnPage
from ui.conductor.director import Director
from ui.conductor.resume_page import ResumePage
from ui.conductor.review import ReviewCard
from ui.home.cards import ResumeCard
from ui.messages.attest import AT_READER
from ui.widgets.pin_entry import PinEntry


def says_reader(widget: QWidget) -> bool:
    labels = [each for each in widget.findChildren(QLabel) if each.isVisible()]
    return any(AT_READER in label.text() for label in labels)


def entries(widget: QWidget) -> int:
    return sum(each.isVisible() for each in widget.findChildren(PinEntry))


def turn_page(director: Director, played: Played, *, at_reader: bool) -> TurnPage:
    view = played.at("1.1")
    assert view.turn is not None
    turn = replace(view.turn, offered=False, at_reader=at_reader)
    page = TurnPage(show_turn(view.ceremony, turn))
    director.show_view(view)
    director.page.show_whole(page)
    page.take_focus()
    return page


@pytest.mark.parametrize("at_reader", [True, False])
def test_a_turn_has_a_pin_entry_or_names_the_reader(
    director: Director, played: Played, *, at_reader: bool
) -> None:
    page = turn_page(director, played, at_reader=at_reader)

    assert says_reader(page) == at_reader
    assert entries(page) == (0 if at_reader else 1)


def test_a_turn_is_signed_by_the_watch_and_one_more_key_and_names_the_reader_meanwhile(
    director: Director, played: Played
) -> None:
    page = turn_page(director, played, at_reader=True)
    signed: list[str] = []
    page.signed.connect(signed.append)

    type_keys("09:41")
    press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is page.sign
    press(Qt.Key.Key_Space)
    page.shut(busy=True)

    assert signed == ["09:41"]
    assert page.pin.take() is None
    assert AT_READER in page._hint.text()


def test_the_signature_under_the_report_names_the_reader(
    director: Director, played: Played
) -> None:
    director.show_view(played.in_phase("sealed"))
    turn = replace(played.named["report"], offered=False, at_reader=True)
    page = TurnPage(show_report("KC-2026-001-R1", turn))
    director.page.show_whole(page)
    page.take_focus()

    assert says_reader(page)
    assert entries(page) == 0


def test_the_review_of_a_device_step_names_the_reader_and_waits_for_no_pin(
    qtbot: QtBot, played: Played
) -> None:
    step = played.at("3.3").step
    assert step is not None
    assert step.review is not None
    needs = tuple(
        replace(need, offered=False, at_reader=need.kind is NeedKind.PIN)
        for need in step.needs
    )
    made = ReviewCard(replace(step, needs=needs), step.review)
    qtbot.addWidget(made)
    made.show()

    assert says_reader(made)
    assert entries(made) == 0
    assert not made.needs_pin
    assert made.take_pins() == {}


def test_a_change_of_a_pin_at_the_reader_names_each_pin_and_has_no_entry(
    qtbot: QtBot, played: Played
) -> None:
    step = played.at("3.3").step
    assert step is not None
    assert step.review is not None
    prompts = ("The PIN of A", "The new PIN of A", "The new PIN of A, once more")
    needs = tuple(
        NeedView(prompt, NeedKind.PIN, prompt, step.by, at_reader=True)
        for prompt in prompts
    )
    made = ReviewCard(replace(step, needs=needs), step.review)
    qtbot.addWidget(made)
    made.show()

    told = [label for label in made.findChildren(QLabel) if AT_READER in label.text()]
    assert [label.text() for label in told] == [f"{p}. {AT_READER}" for p in prompts]
    # Three abreast would be torn into narrow columns: each has a line of its own.
    qtbot.waitUntil(lambda: len({label.y() for label in told}) == len(prompts))
    assert entries(made) == 0
    assert not made.needs_pin


def test_a_resumption_names_the_reader_before_it_looks(
    director: Director, played: Played
) -> None:
    left = replace(
        played.named["left"],
        pins=(TypedPin("0001", "Root token", "0001", at_reader=True),),
        findings=None,
    )
    page = ResumePage(played.at("3.3"), left)
    director.page.show_whole(page)
    page.take_focus()

    assert says_reader(page)
    assert entries(page) == 0
    assert not page.is_to_look
    assert page.take_pins() == {}


def test_home_names_the_reader_of_the_evidence_token(
    qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("home")
    open_: CeremonyCard = card(1, "running", folder, pin_at_reader=True)
    made = ResumeCard(open_, asks_pin=open_.asks_pin)
    qtbot.addWidget(made)
    made.show()

    assert says_reader(made)
    assert entries(made) == 0
