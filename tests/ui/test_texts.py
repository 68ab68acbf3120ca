"""Words stay words: no markup is taken for one, and nothing is cut or swallowed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QFontMetrics
from pytestqt.qtbot import QtBot

from ceremony.errors import DeviceError, InputError, Place
from ui.messages import fault, sheet
from ui.messages.fault import Fault, explain
from ui.messages.speech import say
from ui.widgets.banner import Banner
from ui.widgets.guard import CommitGuard
from ui.widgets.text import Text, grouped, make_button, set_role

HOSTILE = [
    "<b>bold</b>",
    "<img src='file:///etc/hostname'>",
    "<a href='https://example.com'>here</a>",
    "<h1>&amp;</h1>",
    "line\n<br>line",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_markup_is_shown_letter_for_letter(
    qtbot: QtBot, text: str
) -> None:
    shown = Text(text)
    qtbot.addWidget(shown)
    assert shown.text() == text
    # Rendered as markup the text would need far less room than its letters.
    longest = max(
        QFontMetrics(shown.font()).horizontalAdvance(line) for line in text.split("\n")
    )
    assert shown.sizeHint().width() >= longest


def test_a_text_that_is_set_later_is_plain_too(qtbot: QtBot) -> None:
    shown = Text("before")
    qtbot.addWidget(shown)
    shown.setText("<b>bold</b>")
    assert shown.textFormat() == Qt.TextFormat.PlainText
    plain, marked = Text("bold"), Text("<b>bold</b>")
    assert marked.sizeHint().width() > 1.5 * plain.sizeHint().width()


def test_a_link_in_a_text_leads_nowhere(qtbot: QtBot) -> None:
    shown = Text("<a href='https://example.com'>here</a>")
    qtbot.addWidget(shown)
    assert not shown.openExternalLinks()
    assert shown.textInteractionFlags() == Qt.TextInteractionFlag.LinksAccessibleByMouse


def test_an_ampersand_in_a_button_is_an_ampersand(qtbot: QtBot) -> None:
    button = make_button("Sign & seal")
    qtbot.addWidget(button)
    assert button.text() == "Sign && seal"
    assert button.shortcut().isEmpty()
    heard = QAccessible.queryAccessibleInterface(button)
    assert heard.text(QAccessible.Text.Name) == "Sign & seal"


def test_a_button_may_say_more_to_a_screen_reader(qtbot: QtBot) -> None:
    button = make_button("Show", name="Root key: Show")
    qtbot.addWidget(button)
    heard = QAccessible.queryAccessibleInterface(button)
    assert heard.text(QAccessible.Text.Name) == "Root key: Show"
    assert not button.autoDefault()


def test_another_role_is_worn_at_once(qtbot: QtBot) -> None:
    shown = Text("Row agrees", "small")
    qtbot.addWidget(shown)
    shown.ensurePolished()
    before = shown.palette().windowText().color().name()
    shown.wear("small-attention")
    assert shown.palette().windowText().color().name().upper() == "#8A5300" != before
    set_role(shown, "small-attention")
    assert shown.property("role") == "small-attention"


def test_identifiers_stand_in_groups_and_are_never_cut() -> None:
    assert grouped("7c1e40b29a5d03f6") == "7c1e 40b2 9a5d 03f6"
    assert grouped("7c1e 40b29") == "7c1e 40b2 9"
    assert grouped("") == ""


def told_of(banner: Banner) -> str:
    heard = QAccessible.queryAccessibleInterface(banner)
    return heard.text(QAccessible.Text.Name)


def test_a_banner_says_what_happened_what_it_means_and_what_to_do(
    qtbot: QtBot,
) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    assert not banner.isVisible()
    banner.show_fault(
        Fault(
            "HSM-PIN-01",
            "The PIN was refused.",
            "One try is used up.",
            "Type it again.",
        )
    )
    assert banner.isVisible()
    assert banner.text == (
        "The PIN was refused. [HSM-PIN-01]\n"
        "What it means: One try is used up.\n"
        "What to do: Type it again."
    )
    assert told_of(banner) == "The PIN was refused. One try is used up. Type it again."


def test_a_fault_says_where_it_is_and_only_once() -> None:
    place = Place("roster.toml", 4, 2)
    error = InputError("X", "No such role.", place=place, remedy="Correct it.")
    told = explain(error)
    assert told.what.startswith("roster.toml:4")
    assert told.what.endswith("No such role.")
    assert told.what.count("roster.toml") == 1
    assert not told.in_doubt


def test_a_fault_says_that_a_device_may_have_acted() -> None:
    error = DeviceError(
        "X", "The token went away.", meaning="?", remedy="Look.", in_doubt=True
    )
    told = explain(error)
    assert (told.code, told.meaning, told.remedy, told.in_doubt) == (
        "X",
        "?",
        "Look.",
        True,
    )


def test_a_fact_that_has_braces_is_put_in_as_it_is() -> None:
    assert say(sheet.REFUSED, what="{remedy}", remedy="{0}") == "{remedy} {0}"
    assert say(fault.END) == "End the program"


def test_the_next_commit_waits_for_the_pause_and_a_refused_one_does_not_prolong_it(
    qtbot: QtBot,
) -> None:
    guard = CommitGuard(pause_ms=150)
    assert guard.may_commit()
    assert not guard.may_commit()
    tries: list[bool] = []

    def asked_again() -> bool:
        tries.append(guard.may_commit())
        return tries[-1]

    # Asked far more often than the pause: it would never end if a try began it anew.
    qtbot.waitUntil(asked_again, timeout=5000)
    assert tries.count(False) >= 2
    assert not guard.may_commit()


def test_a_commit_that_came_to_nothing_may_be_made_again_at_once() -> None:
    guard = CommitGuard(pause_ms=60_000)
    assert guard.may_commit()
    guard.forget()
    assert guard.may_commit()
    assert not guard.may_commit()
