"""Tests in which the window holds a real ceremony on SoftHSM.

A PKCS#11 module is initialised once in a process, and tests of the device layer hold
one, so that these run in a process of their own: ``tests/ui/test_in_its_own_process``
starts it. Run one by hand with ``CEREMONY_WINDOW=1``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from ceremony.conduct.demo import set_up
from ceremony.conduct.workspace import Workspace
from tests.rehearsals.stage import folder_in_memory
from tests.ui.leftover import alive, hearing
from tests.ui.typist import Typist
from tests.ui.typist import open_window as sit_down
from ui.app import MainWindow

if not os.environ.get("CEREMONY_WINDOW"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(autouse=True)
def said() -> Iterator[list[str]]:
    """What Qt complained of: nothing, at the end of every test."""
    with hearing() as told:
        yield told
    assert told == []


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with folder_in_memory("window", tmp_path) as made:
        yield made


@pytest.fixture
def demo_site(folder: Path) -> Path:
    """The demo's site where the window finds it, for another script to be put there."""
    workspace = folder / "workspace" / "demo"
    workspace.parent.mkdir(mode=0o700)
    set_up(Workspace(workspace), "demo", lambda _: None)
    return workspace / "site"


@pytest.fixture
def open_window(qapp: QApplication, folder: Path) -> Iterator[Callable[[], Typist]]:
    """Open the window over one workspace, as often as it is asked for."""
    windows: list[MainWindow] = []

    def open_() -> Typist:
        typist = sit_down(folder / "workspace")
        windows.append(typist.window)
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
