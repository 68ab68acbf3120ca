"""Nothing is cut off in any size: the laptop's, a larger one, twice the scale, twice
the type. Every screen of a whole ceremony is measured in each."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from tests.ui.ceremony.measuring import SIZES, Measuring
from tests.ui.tour import Tour
from tests.ui.typist import Typist


def test_nothing_is_clipped_in_any_size(typist: Typist, qapp: QApplication) -> None:
    measuring = Measuring(qapp, SIZES)
    Tour(typist, measuring.look).walk()
    assert measuring.found == []
    assert len(measuring.stops) > 45
