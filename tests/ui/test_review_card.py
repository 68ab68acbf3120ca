"""What the review card of a device step says before the device acts."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ceremony.conduct.step_view import NeedView, Review, Told
from ceremony.conduct.token_view import TokenState
from ceremony.engine.steps.kind import NeedKind
from tests.fakes.certified import RECORD
from tests.ui.played import Played
from ui.conductor.look_sheets import TokenSheet
from ui.conductor.review import ReviewCard


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


def test_a_certificate_stands_under_its_token_on_the_token_sheet(qtbot: QtBot) -> None:
    words = RECORD.words
    certified = TokenState("Root token", "0a", "root", "Snake Oil v1", (), (words,))
    bare = replace(certified, title="Other token", certified=())
    sheet = TokenSheet((certified, bare))
    qtbot.addWidget(sheet)
    texts = [label.text() for label in sheet.findChildren(QLabel)]
    assert texts.count(f"Certified: {words}") == 1
    assert texts.index(f"Certified: {words}") < texts.index("Other token")
    assert sum(text.startswith("Certified") for text in texts) == 1
