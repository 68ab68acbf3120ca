"""Tests in which the window holds a real ceremony on SoftHSM.

A PKCS#11 module is initialised once in a process, and tests of the device layer hold
one, so that these run in a process of their own: ``tests/ui/test_in_its_own_process``
starts it. Run one by hand with ``CEREMONY_WINDOW=1``.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from tests.rehearsals.stage import MEMORY
from tests.ui.leftover import alive
from tests.ui.typist import Typist
from ui.app import MainWindow

if not os.environ.get("CEREMONY_WINDOW"):
    collect_ignore_glob = ["test_*.py"]

NOISE = ("This plugin does not support propagateSizeHints()",)
"""What the offscreen platform says of itself."""


@pytest.fixture(autouse=True)
def said() -> Iterator[list[str]]:
    """What Qt complained of: nothing, at the end of every test."""
    told: list[str] = []

    def hear(kind: QtMsgType, context: object, text: str) -> None:
        del kind, context
        if text not in NOISE:
            told.append(text)

    before = qInstallMessageHandler(hear)
    yield told
    qInstallMessageHandler(before)
    assert told == []


@pytest.fixture
def folder() -> Iterator[Path]:
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    made = Path(tempfile.mkdtemp(prefix="ceremony-window-", dir=place))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def open_window(qapp: QApplication, folder: Path) -> Iterator[Callable[[], Typist]]:
    """Open the window over one workspace, as often as it is asked for."""
    windows: list[MainWindow] = []

    def open_() -> Typist:
        window = MainWindow(folder / "workspace")
        windows.append(window)
        window.resize(1366, 768)
        window.show()
        window.start()
        typist = Typist(window)
        typist.wait_idle()
        return typist

    yield open_
    for window in windows:
        window.close()
        window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    assert alive() == []


@pytest.fixture
def typist(open_window: Callable[[], Typist]) -> Typist:
    """At Home, with nothing open."""
    return open_window()


@pytest.fixture
def room(typist: Typist) -> Typist:
    """In the room, before the first sign-in."""
    typist.start_demo()
    return typist
