"""What a step issues, in the room: shown, looked back at, projected and saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLabel, QWidget

from ceremony.digest_words import rows
from tests.fakes.issued_commands import says_ok
from tests.ui.typist import Typist, wait_for
from ui.conductor.past_page import PastPage
from ui.widgets.issued_card import IssuedCard
from ui.widgets.text import grouped

SELF_SIGN = "3.6"


def texts(widget: QWidget) -> str:
    found = [label.text() for label in widget.findChildren(QLabel)]
    return "\n".join(found).replace("\u200b", "")


def save(room: Typist, card: IssuedCard, folder: Path) -> None:
    room.room.saver.ask = lambda *_: folder
    card.save.click()
    room.wait_idle()


def play_to_the_root_certificate(room: Typist) -> IssuedCard:
    """Play until the step that signs it has been carried out."""
    room.play(SELF_SIGN)
    while room.room.page.step.issued is None:
        room.one(room.room.director.ask.gesture)
    return room.room.page.step.issued


def look_back(room: Typist) -> IssuedCard:
    """Close the step and look back at it."""
    while room.step == SELF_SIGN:
        room.one(room.room.director.ask.gesture)
    room.room.director.look(-1)
    wait_for(lambda: isinstance(room.room.page.past, PastPage))
    past = room.room.page.past
    assert isinstance(past, PastPage)
    (card,) = past.findChildren(IssuedCard)
    return card


def test_a_certificate_is_shown_saved_once_and_looked_back_at(
    room: Typist, tmp_path: Path
) -> None:
    card = play_to_the_root_certificate(room)
    output = card.output
    told = texts(card)
    assert grouped(output.digest) in told
    assert grouped(output.key) in told
    for row in rows(bytes.fromhex(output.digest)):
        assert "   ".join(row) in told
    assert card.code.text == output.digest
    view = room.room.page.view
    assert view is not None
    assert output.digest in [value.digest for value in view.values]

    first, other = tmp_path / "first", tmp_path / "other"
    first.mkdir()
    other.mkdir()
    save(room, card, first)
    assert {path.name for path in first.iterdir()} == set(output.files)
    assert all(says_ok(command, first) for command in output.commands)
    save(room, card, first)
    assert "never overwritten" in texts(room.room.page.step.banner)
    for place, cause, remedy in (
        (tmp_path / "none", "there is no such folder", "or make it first"),
        (first / next(iter(output.files)), "is a file", "Name a folder in its place"),
        (Path("/proc"), "no file can be made there", "name another folder"),
    ):
        save(room, card, place)
        told = room.room.page.step.banner.text
        assert f"in {place}: " in told
        assert cause in told
        assert remedy in told

    again = look_back(room)
    assert again.output == output
    save(room, again, other)
    assert {path.name for path in other.iterdir()} == set(output.files)
