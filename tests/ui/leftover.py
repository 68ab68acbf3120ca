"""What is left after a test: of ours nothing runs or ticks, and Qt said nothing."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import shiboken6
from PySide6.QtCore import QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from ui.core_thread import NAME
from ui.theme.palette import LIGHT, Look
from ui.theme.worn import wear, worn

NOISE = "does not support propagateSizeHints"
"""What the platform without a screen says of itself; it is no fault of a window."""


@contextmanager
def hearing() -> Iterator[list[str]]:
    """Give the list to which all that Qt complains of is added."""
    told: list[str] = []

    def hear(_: QtMsgType, __: object, text: str) -> None:
        if NOISE not in text:
            told.append(text)

    before = qInstallMessageHandler(hear)
    try:
        yield told
    finally:
        qInstallMessageHandler(before)


def alive() -> list[str]:
    """Name our threads that run and our timers that tick."""
    found = [
        "a core thread runs: its bridge was not left"
        for thread in threading.enumerate()
        if thread.name == NAME
    ]
    for each in gc.get_objects():
        kind = type(each)
        if kind is QTimer and shiboken6.isValid(each) and each.isActive():
            found.append(f"a timer of {type(each.parent()).__name__} ticks")
    return found


def wear_as_usual(app: QApplication) -> None:
    """Put the usual palette and size on, unless that is what is worn.

    To put them on again would dress every widget that is still there anew.
    """
    if not app.styleSheet() or (worn.palette, worn.zoom) != (LIGHT, 1.0):
        wear(app, Look.LIGHT)
