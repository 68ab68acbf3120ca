"""Nothing is cut off where there is least room: on a laptop, and at twice the scale.

``test_every_size`` measures a whole ceremony in every size that there is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.ui.ceremony.killing import kill_at
from tests.ui.ceremony.measuring import (
    TIGHT,
    Measuring,
    button_faults,
    faults,
    text_faults,
)
from tests.ui.tour import Tour, walk_resumption
from tests.ui.typist import Typist
from ui.widgets.text import Text


def test_nothing_is_clipped_in_a_whole_ceremony(
    typist: Typist, qapp: QApplication
) -> None:
    measuring = Measuring(qapp, TIGHT)
    Tour(typist, measuring.look).walk()
    assert measuring.found == []
    assert len(measuring.stops) > 45


@pytest.mark.crash
def test_nothing_is_clipped_where_an_interruption_is_decided(
    open_window: Callable[[], Typist], qapp: QApplication, folder: Path
) -> None:
    kill_at(folder / "workspace", "3.3", in_the_device=True)
    measuring = Measuring(qapp)
    walk_resumption(open_window(), measuring.look)
    assert measuring.found == []
    assert measuring.stops == [
        *("home-resume", "resume", "reading", "to-paper", "to-paper-written")
    ]


def test_a_text_that_is_too_narrow_is_found(typist: Typist) -> None:
    window = typist.window
    assert faults(window) == []
    texts = window.home.findChildren(Text)
    label = next(each for each in texts if each.isVisible() and each.text())
    label.setFixedWidth(12)
    QApplication.processEvents()
    assert text_faults(window) != []


def test_a_button_that_is_too_narrow_is_found(typist: Typist) -> None:
    window = typist.window
    button = next(
        each for each in window.home.findChildren(QPushButton) if each.isVisible()
    )
    button.setFixedWidth(40)
    QApplication.processEvents()
    assert button_faults(window) != []
