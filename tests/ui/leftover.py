"""What of ours still runs or ticks in this process: nothing, after a test."""

from __future__ import annotations

import gc
import threading

import shiboken6
from PySide6.QtCore import QTimer

from ui.core_thread import NAME


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
