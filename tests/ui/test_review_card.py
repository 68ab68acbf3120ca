"""What the review card of a device step says before the device acts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ceremony.conduct.room_view import RoomView
from ceremony.conduct.step_view import NeedView, Review, Told
from ceremony.engine.steps.kind import NeedKind
from tests.ui.played import Played
from tests.ui.typist import type_keys
from ui.conductor.director import Director
from ui.conductor.flow import Gesture
from ui.conductor.review import ReviewCard
from ui.conductor.step_page import StepPage
from ui.messages.fault import Fault
from ui.widgets.foot import ABOVE
from ui.widgets.text import Text


def card_of(qtbot: QtBot, played: Played, review: Review) -> str:
    step = played.at("3.3").step
    assert step is not None
    card = ReviewCard(step, review)
    qtbot.addWidget(card)
    return " | ".join(label.text() for label in card.findChildren(QLabel))


def test_a_change_of_a_pin_asks_for_three_pins_each_in_sight(
    qtbot: QtBot, played: Played
) -> None:
    step = played.at("3.3").step
    assert step is not None
    prompts = {
        "pin": "The PIN of Root token",
        "new_pin": "The new user PIN of Root token",
        "new_pin_again": "The new user PIN of Root token, once more",
    }
    needs = tuple(
        NeedView(name, NeedKind.PIN, prompt, step.by)
        for name, prompt in prompts.items()
    )
    review = Review(
        told=(Told("Changes", "the user PIN"),),
        attributes=(),
        before=("2 objects",),
        after=(),
        wiped=False,
    )
    card = ReviewCard(replace(step, needs=needs), review)
    qtbot.addWidget(card)
    card.resize(900, card.sizeHint().height())
    card.show()
    qtbot.waitExposed(card)
    assert card.needs_pin
    for name, prompt in prompts.items():
        entry = card.pins[name]
        assert entry.accessibleName() == prompt
        qtbot.keyClicks(entry, name)
        # Which PIN it is still stands above it once there are only dots.
        (head,) = (each for each in card.findChildren(QLabel) if each.text() == prompt)
        above, below = head.geometry(), entry.geometry()
        assert above.left() == below.left()
        assert above.bottom() < below.top()
    taken = card.take_pins()
    assert {name: bytes(pin.expose()) for name, pin in taken.items()} == {
        name: name.encode() for name in prompts
    }


def test_where_half_of_the_card_is_free_what_is_done_stands_beside_the_device(
    qtbot: QtBot, played: Played
) -> None:
    step = played.at("3.3").step
    assert step is not None
    told = tuple(Told(name, name.upper()) for name in "abcdef")
    blob = Told("Blob", "ab" * 32, mono=True)
    review = Review((*told, blob), (), ("2 objects",), (), wiped=False)
    card = ReviewCard(step, review)
    qtbot.addWidget(card)
    card.resize(820, 380)
    card.show()
    qtbot.waitExposed(card)
    places = {each.text(): each.geometry() for each in card.findChildren(QLabel)}
    assert places["A"].top() == places["D"].top() < places["B"].top()
    assert places["A"].right() < places["D"].left()
    # What is longest has one line, below both.
    whole = places[" ".join(["abab"] * 16)]
    assert whole.top() > places["F"].bottom()
    assert whole.height() < 2 * places["A"].height()
    long = tuple(Told(name, name * 40) for name in "abcdef")
    card = ReviewCard(step, replace(review, told=long))
    qtbot.addWidget(card)
    places = {each.text(): each.geometry() for each in card.findChildren(QLabel)}
    assert places["a" * 40].left() == places["d" * 40].left()


def test_a_certificate_that_is_renewed_stands_below_what_the_device_is_told(
    qtbot: QtBot, played: Played
) -> None:
    step = played.at("3.3").step
    assert step is not None
    told = tuple(Told(name, name.upper()) for name in "abcdef")
    renewed = (
        Told("Renews", "Issuing certificate"),
        Told("Its serial", "ab" * 16, mono=True),
    )
    review = Review(told, (), ("2 objects",), (), wiped=False, renewed=renewed)
    card = ReviewCard(step, review)
    qtbot.addWidget(card)
    card.resize(820, 460)
    card.show()
    qtbot.waitExposed(card)
    places = {each.text(): each.geometry() for each in card.findChildren(QLabel)}
    head = places["The certificate that there is already"]
    assert places["F"].bottom() < head.top() < places["Issuing certificate"].top()
    assert places["Renews"].top() == places["Issuing certificate"].top()
    # The two halves beside each other stay as they are.
    assert places["A"].top() == places["D"].top()
    serial = places[" ".join(["abab"] * 8)]
    assert serial.top() > places["Issuing certificate"].top()
    without = card_of(qtbot, played, replace(review, renewed=()))
    assert "The certificate that there is already" not in without


def test_what_will_be_signed_stands_whole_between_the_device_and_what_is_renewed(
    qtbot: QtBot, played: Played
) -> None:
    step = played.at("3.3").step
    assert step is not None
    signed = (
        Told("Request 1", "CN=s01.example; DNS: s01.example", mono=True),
        Told("Request 2", "CN=s02.example; " + "DNS: x.example, " * 20, mono=True),
        Told("Valid", "from 2026-11-27, if signed today, with no end"),
    )
    review = Review(
        (Told("Signed by", "Issuing key"),),
        (),
        ("2 objects",),
        (),
        wiped=False,
        renewed=(Told("Renews", "Batch"),),
        signed=signed,
    )
    card = ReviewCard(step, review)
    qtbot.addWidget(card)
    card.resize(640, card.heightForWidth(640))
    card.show()
    qtbot.waitExposed(card)
    labels = {each.text(): each for each in card.findChildren(QLabel)}
    tops = [
        labels[text].geometry().top()
        for text in (
            "Issuing key",
            "What will be signed",
            *(line.value for line in signed),
            "The certificate that there is already",
            "Batch",
        )
    ]
    assert tops == sorted(set(tops))
    for line in signed:
        shown = labels[line.value]
        assert shown.height() >= shown.heightForWidth(shown.width())
        assert shown.geometry().right() <= card.width()
    without = card_of(qtbot, played, replace(review, signed=()))
    assert "What will be signed" not in without


@pytest.mark.parametrize(
    ("asked", "drawn"),
    [
        (False, "Drawn from the approved script"),
        (True, "Drawn from the approved script and the imported requests"),
    ],
)
def test_the_card_says_where_what_it_tells_is_drawn_from(
    qtbot: QtBot, played: Played, drawn: str, *, asked: bool
) -> None:
    step = played.at("3.3").step
    assert step is not None
    told = (Told("Signed by", "Issuing key"),)
    card = ReviewCard(step, Review(told, (), (), (), wiped=False, asked=asked))
    qtbot.addWidget(card)
    card.resize(640, card.heightForWidth(640))
    card.show()
    qtbot.waitExposed(card)
    (shown,) = (e for e in card.findChildren(QLabel) if e.text().startswith("Drawn"))
    assert shown.text() == drawn
    assert shown.geometry().right() <= card.width()
    assert shown.fontMetrics().horizontalAdvance(drawn) <= shown.width()


def test_the_card_of_a_self_signed_certificate_tells_its_whole_name_and_term(
    qtbot: QtBot, played: Played
) -> None:
    step = next(
        view.step
        for view in played.views
        if view.step is not None and view.step.verb == "certificate.self-sign"
    )
    assert step.review is not None
    card = ReviewCard(step, step.review)
    qtbot.addWidget(card)
    told = " | ".join(label.text() for label in card.findChildren(QLabel))
    assert "What will be signed | Subject | OU=00, CN=" in told
    assert "if signed today, until 20" in told
    assert "Key usage | key-cert-sign, crl-sign | CA | yes, without a limit" in told
    # It is short, so that it stands beside the device and the whole card is in sight.
    card.resize(820, 380)
    card.show()
    qtbot.waitExposed(card)
    places = {each.text(): each.geometry() for each in card.findChildren(QLabel)}
    device, signed = (
        places["What the device will be told"],
        places["What will be signed"],
    )
    assert device.top() == signed.top()
    assert device.right() < signed.left()
    objects = places["Objects on the token, before and after"]
    assert objects.top() > places["Profile"].bottom()
    (kept,) = (text for text in places if text.endswith(" \u00b7 as before"))
    assert abs(places[kept].center().y() - objects.center().y()) <= 1


def test_what_is_destroyed_is_told_as_gone_and_nothing_as_unchanged(
    qtbot: QtBot, played: Played
) -> None:
    review = Review(
        told=(Told("Destroys", "Root OCA key"), Told("CKA_ID", "ab" * 16, mono=True)),
        attributes=(),
        before=("2 objects",),
        after=(),
        wiped=False,
        gone=("private key", "public key"),
    )
    told = card_of(qtbot, played, review)
    assert "Destroys | Root OCA key" in told
    assert "Private key | destroyed, gone for good" in told
    assert "Public key | destroyed, gone for good" in told
    assert "as before" not in told


def long_review(count: int) -> Review:
    """A review of so many lines, each too long for half of the card."""
    told = tuple(Told(f"Line {number}", "long " * 12) for number in range(count))
    return Review(told, (), ("2 objects",), (), wiped=False)


def seen_whole(widget: QWidget, page: StepPage) -> bool:
    """Tell whether all of a widget is in sight, and not under the word of more."""
    place = QRect(widget.mapTo(page.viewport(), QPoint(0, 0)), widget.size())
    more = page._more
    covered = more.isVisible() and more.geometry().intersects(place)
    return page.viewport().rect().contains(place) and not covered


def ask_pins(
    director: Director,
    view: RoomView,
    count: int,
    *,
    irreversible: bool,
    lines: int = 24,
) -> ReviewCard:
    """Let a review of so many lines ask for so many PINs, with everybody ready."""
    assert view.step is not None
    needs = tuple(
        NeedView(f"pin{number}", NeedKind.PIN, f"The PIN {number}", view.step.by)
        for number in range(count)
    )
    review = long_review(lines)
    step = replace(view.step, needs=needs, review=review, irreversible=irreversible)
    director.show_view(replace(view, step=step))
    QApplication.processEvents()
    for who in step.initials if irreversible else ():
        director.wait_for_commit()
        type_keys(f"{who.marks[0]}\r")
    QApplication.processEvents()
    assert director.ask.gesture is Gesture.GO
    card = director.page.step.card
    assert isinstance(card, ReviewCard)
    assert card.pins["pin0"].hasFocus()
    return card


@pytest.mark.parametrize("irreversible", [True, False])
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("size", [(1366, 768), (1280, 720), (1024, 768)])
def test_whoever_types_a_pin_sees_its_entry_whole_however_long_the_review_is(
    director: Director,
    played: Played,
    size: tuple[int, int],
    *,
    count: int,
    irreversible: bool,
) -> None:
    director.page.resize(*size)
    card = ask_pins(director, played.at("3.3"), count, irreversible=irreversible)
    page = director.page.step
    bar = page.verticalScrollBar()
    assert bar.maximum() > 0
    # The cursor is in the entry, and what is read first is still in sight.
    assert bar.value() == 0
    for at in (0, bar.maximum() // 2, bar.maximum()):
        bar.setValue(at)
        for each in [*card.pins.values(), *card._chips.values()]:
            assert seen_whole(each, page), (at, each.geometry())
    # At the end of the card the foot hides nothing of it.
    labels = card.findChildren(QLabel)
    (last,) = [each for each in labels if each.text() == "Line 23"]
    assert seen_whole(last, page)
    assert not card.foot.geometry().intersects(last.geometry())


@pytest.mark.parametrize("count", [1, 3])
def test_where_a_foot_would_leave_no_room_the_entry_is_scrolled_to(
    director: Director, played: Played, count: int
) -> None:
    # A laptop's screen that shows everything twice as large.
    director.page.resize(683, 384)
    card = ask_pins(director, played.at("3.3"), count, irreversible=True)
    assert seen_whole(card.pins["pin0"], director.page.step)


def test_the_word_of_more_stands_above_a_foot_that_grew(
    director: Director, played: Played
) -> None:
    card = ask_pins(director, played.at("3.3"), 1, irreversible=True)
    page, foot = director.page.step, card.foot
    foot.resize(foot.width(), foot.height() + 30)
    assert page._hidden == foot.height() + ABOVE
    assert page._more.geometry().bottom() <= page.viewport().height() - page._hidden


def test_a_review_that_has_room_is_scrolled_to_as_a_whole(
    director: Director, played: Played
) -> None:
    view = played.at("3.3")
    card = ask_pins(director, view, 1, irreversible=False, lines=2)
    page = director.page.step
    page.banner.show_fault(
        Fault("X", "It was refused. " * 30, "What it means. " * 10, "Do it. " * 10)
    )
    QApplication.processEvents()
    assert page.verticalScrollBar().maximum() > 0
    page.show_entry(card.pins["pin0"])
    QApplication.processEvents()
    assert seen_whole(card, page)


def test_a_page_is_turned_by_what_is_seen_of_it(
    director: Director, played: Played
) -> None:
    ask_pins(director, played.at("3.3"), 1, irreversible=True)
    page = director.page.step
    bar, foot = page.verticalScrollBar(), page._hidden
    assert foot > 0
    page._turn(1)
    assert bar.value() == bar.pageStep() - foot


def test_who_is_ready_stands_in_one_line_each_where_the_pin_keeps_its_room(
    qtbot: QtBot, played: Played
) -> None:
    step = played.at("3.3").step
    assert step is not None
    review = Review((Told("Token", "root"),), (), ("2 objects",), (), wiped=False)
    prompt = "The PIN of Root token"
    needs = (NeedView("pin", NeedKind.PIN, prompt, step.by),)
    heights = {}
    for width in (806, 660, 500):
        card = ReviewCard(replace(step, needs=needs, irreversible=True), review)
        qtbot.addWidget(card)
        card.resize(width, 360)
        card.show_ready({}, None)
        card.show()
        qtbot.waitExposed(card)
        QApplication.processEvents()
        names = [who.name for who in step.initials]
        assert len(names) == 2
        heights[width] = [
            (label.height(), label.one_line().height())
            for label in card.findChildren(Text)
            if label.text().partition(" \u00b7 ")[0] in names
        ]
        entry = card.pins["pin"]
        assert entry.width() >= entry.fontMetrics().horizontalAdvance(prompt)
        assert card.foot.width() <= card.width()
    for width in (806, 660):
        assert all(high < 2 * line for high, line in heights[width]), heights
