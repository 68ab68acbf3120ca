"""The Evidence page over the real verifier, in a window of the usual size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.file_asker import AnsweringAsker
from tests.ui.evidence.looking import Seen
from tests.ui.leftover import hearing, wear_as_usual
from ui.bridge import Bridge
from ui.evidence.page import EvidencePage
from ui.theme.typeface import load_typeface

PACKS = Path(__file__).parents[2] / "vectors/packs"


@pytest.fixture(scope="session")
def typeface(qapp: QApplication) -> None:
    qapp.setStyle("Fusion")
    load_typeface()


@pytest.fixture
def _quiet() -> Iterator[None]:
    """Fail a test in which Qt warns of anything."""
    with hearing() as told:
        yield
    assert told == []


@pytest.fixture
def dressed(typeface: None, qapp: QApplication) -> Iterator[QApplication]:
    del typeface
    wear_as_usual(qapp)
    yield qapp
    wear_as_usual(qapp)


@pytest.fixture
def bridge(dressed: QApplication, _quiet: None) -> Iterator[Bridge]:
    """The bridge; a defect in a job, or a thread that is left over, fails a test."""
    defects: list[object] = []
    made = Bridge()
    made.defect.connect(defects.append)
    yield made
    made.leave()
    assert not made.is_running
    dressed.processEvents()
    assert defects == []


@pytest.fixture
def asker() -> AnsweringAsker:
    return AnsweringAsker()


@pytest.fixture
def seen(qtbot: QtBot, bridge: Bridge, asker: AnsweringAsker) -> Seen:
    page = EvidencePage(bridge, asker=asker)
    qtbot.addWidget(page)
    page.resize(1182, 768)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return Seen(page, bridge, qtbot)


@pytest.fixture
def packs() -> Path:
    return PACKS
