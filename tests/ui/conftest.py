"""One application for all tests of the window, and nothing left over after any.

Invariants:
    * A message of Qt fails the test in which it came.
    * After a test none of our threads runs and none of our timers ticks.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from tests.ui.leftover import alive
from tests.ui.played import Played, play
from ui.app import make_app
from ui.bridge import Bridge
from ui.theme.palette import Look
from ui.theme.worn import wear

NOISE = ("does not support propagateSizeHints",)
"""What the offscreen platform says of itself; it is no fault of a window."""


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
    told: list[str] = []

    def keep(_: QtMsgType, __: object, message: str) -> None:
        if not any(noise in message for noise in NOISE):
            told.append(message)

    before = qInstallMessageHandler(keep)
    yield
    for window in qapp.topLevelWidgets():
        window.close()
    wear(qapp, Look.LIGHT)
    qapp.processEvents()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = alive()
    qInstallMessageHandler(before)
    assert left == []
    assert told == []


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:  # noqa: ARG001  Qt comes first
    made = Bridge()
    yield made
    made.leave()


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A new folder, in memory where there is such a place."""
    place = Path("/dev/shm")  # noqa: S108  only the folder made in it is used
    if not os.access(place, os.W_OK):
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(prefix="ceremony-ui-", dir=place))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The demo as one typist played it; never changed by a test."""
    return play(tmp_path_factory.mktemp("played"))
