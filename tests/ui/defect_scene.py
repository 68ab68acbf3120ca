"""A window in which a defect happens, played by itself to its end.

Run as a program: ``python -m tests.ui.defect_scene KIND FOLDER``. It waits until the
window stands, lets the defect happen, tries every way on, and presses the only way
out. What it saw goes to standard output as JSON.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from ui.app import MainWindow, run

CANARY = "c4n4ry-81736450"


class BrokenError(Exception):
    """What nobody expected."""


def break_down(*_: object) -> NoReturn:
    """Fail with the canary in every place that a report might print."""
    secret = CANARY
    bystander = {"pin": CANARY, "note": f"typed {secret}"}
    raise BrokenError(f"{CANARY} {bystander}")


def break_down_again(*_: object) -> NoReturn:
    """Fail once more, after the first."""
    raise LookupError(CANARY)


def happen(kind: str, window: MainWindow) -> None:
    """Let the defect happen."""
    if kind == "projected":
        window.enter_room()
        assert window.room is not None
        window.room.projection.toggle()
    if kind == "core":
        window.bridge.perform(break_down)
    else:
        QTimer.singleShot(0, break_down)


def look(window: MainWindow, ran: list[str]) -> dict[str, Any]:
    """Try every way on, and tell what the window shows."""
    window.bridge.perform(lambda _: ran.append("performed"))
    window.bridge.ask(lambda: ran.append("asked"), ran.append)
    control = Qt.KeyboardModifier.ControlModifier
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_0, Qt.Key.Key_Plus):
        QTest.keyClick(window, key, control)
    for key in (Qt.Key.Key_F3, Qt.Key.Key_F11, Qt.Key.Key_Escape):
        QTest.keyClick(window, key)
    time.sleep(0.05)
    QApplication.processEvents()
    page = window.defect_page
    assert page is not None
    shown = [label.text() for label in window.findChildren(QLabel)]
    return {
        "shown": shown,
        "title": window.windowTitle(),
        "page": window.centralWidget() is page,
        "buttons": [each.text() for each in window.findChildren(QPushButton)],
        "windows": sum(each.isVisible() for each in QApplication.topLevelWidgets()),
        "ran": ran,
    }


def play(kind: str) -> None:
    """Play in the window's thread."""
    window = next(
        each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)
    )
    ran: list[str] = []

    def meet_again() -> None:
        QTimer.singleShot(0, break_down_again)
        QTimer.singleShot(50, end)

    def end() -> None:
        told = look(window, ran)
        sys.stdout.write(json.dumps(told))
        sys.stdout.flush()
        QTest.keyClick(window.findChildren(QPushButton)[0], Qt.Key.Key_Space)

    def wait(then: Callable[[], None]) -> None:
        if window.defect_page is None:
            QTimer.singleShot(10, lambda: wait(then))
        else:
            then()

    happen(kind, window)
    wait(meet_again)


class Starter(QObject):
    """Carries the play over into the window's thread."""

    begun = Signal()

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        self.begun.connect(self.play)

    @Slot()
    def play(self) -> None:
        play(self._kind)


def begin(kind: str) -> None:
    """Wait in a thread of its own until the window stands, then play in its thread."""
    while not (app := QApplication.instance()) or not any(
        isinstance(each, MainWindow) and each.isVisible()
        for each in QApplication.topLevelWidgets()
    ):
        time.sleep(0.02)
    starter = Starter(kind)
    starter.moveToThread(app.thread())
    starter.begun.emit()
    time.sleep(60)


if __name__ == "__main__":
    threading.Thread(target=begin, args=(sys.argv[1],), daemon=True).start()
    sys.exit(run(Path(sys.argv[2])))
