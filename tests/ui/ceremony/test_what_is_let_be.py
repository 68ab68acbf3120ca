"""What a script lets be is read at Home before the ceremony is begun."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from ceremony.conduct.demo import open_demo
from ceremony.conduct.workspace import Workspace
from tests.rehearsals.test_waiver_that_expired import put_waived_act, told_waiver
from tests.ui.typist import Typist
from ui.home.cards import ResumeCard


def texts(widget: QWidget) -> list[str]:
    labels = widget.findChildren(QLabel)
    return [label.text().replace("\u200b", "") for label in labels]


def test_waivers_are_read_before_begin_is_pressed_and_not_where_people_resume(
    demo_site: Path, open_window: Callable[[], Typist], folder: Path, tmp_path: Path
) -> None:
    put_waived_act(demo_site, tmp_path)
    open_demo(Workspace(folder / "workspace" / "demo"), recorded=False)
    first = open_window()
    card = first.window.home.findChild(ResumeCard)
    assert card is not None
    assert card.go.text() == "Begin"
    told = texts(card)
    assert [each for each in told if each.startswith("Waiver: ")] == [
        told_waiver("pkix.invalid_uri_syntax", "below-cert"),
        told_waiver("cabf.arl_invalid_validity_period", "arl"),
    ]
    # The way to begin is in sight beside them.
    assert (
        first.window.home.viewport()
        .rect()
        .contains(
            card.go.mapTo(first.window.home.viewport(), card.go.rect().bottomRight())
        )
    )
    card.go.setFocus()
    QTest.keyClick(card.go, Qt.Key.Key_Space)
    first.wait_idle()
    first.play(until="1.2")
    first.window.close()

    second = open_window()
    card = second.window.home.findChild(ResumeCard)
    assert card is not None
    assert card.go.text() == "Resume"
    assert not [each for each in texts(card) if each.startswith("Waiver: ")]
