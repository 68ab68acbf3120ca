"""One application for all tests of the window, and nothing left over after any.

Invariants:
    * A message of Qt fails the test in which it came.
    * After a test none of our threads runs and none of our timers ticks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.leftover import alive, hearing, wear_as_usual
from tests.ui.played import Played, play
from ui.app import make_app
from ui.bridge import Bridge
from ui.conductor.director import Director
from ui.conductor.page import ConductorPage
from ui.room import Room


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    app = QApplication.instance()
    return app if isinstance(app, QApplication) else make_app(["ceremony"])


@pytest.fixture(autouse=True)
def nothing_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail on what Qt says, and on threads and timers that outlive their test."""
    if request.path.parent != Path(__file__).parent:
        # A room of tests below has an application and a watch of its own.
        yield
        return
    qapp: QApplication = request.getfixturevalue("qapp")
    with hearing() as told:
        yield
        for window in qapp.topLevelWidgets():
            window.close()
        qapp.processEvents()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        wear_as_usual(qapp)
        left = alive()
    assert left == []
    assert told == []


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:  # noqa: ARG001  Qt comes first
    made = Bridge()
    yield made
    made.leave()


@pytest.fixture
def director(qtbot: QtBot, bridge: Bridge) -> Director:
    """The conductor's page on a laptop's screen; no ceremony is open behind it."""
    made = Director(ConductorPage(), bridge)
    qtbot.addWidget(made.page)
    made.page.resize(1366, 768)
    made.page.show()
    made.page.activateWindow()
    qtbot.waitUntil(made.page.isActiveWindow)
    return made


@pytest.fixture
def room(qtbot: QtBot, bridge: Bridge) -> Room:
    """The room put together; no ceremony is open behind it."""
    made = Room(bridge)
    qtbot.addWidget(made.page)
    made.page.show()
    return made


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The demo as one typist played it; never changed by a test."""
    return play(tmp_path_factory.mktemp("played"))
