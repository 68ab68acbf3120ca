"""What the review card of a device step says before the device acts."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ceremony.conduct.step_view import Review, Told
from tests.ui.played import Played
from ui.conductor.review import ReviewCard


def card_of(qtbot: QtBot, played: Played, review: Review) -> str:
    step = played.at("3.3").step
    assert step is not None
    card = ReviewCard(step, review)
    qtbot.addWidget(card)
    return " | ".join(label.text() for label in card.findChildren(QLabel))


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
