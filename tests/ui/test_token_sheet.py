"""What the sheet of tokens says of each."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ceremony.conduct.token_view import TokenState
from tests.fakes.certified import RECORD
from ui.conductor.look_sheets import TokenSheet


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
