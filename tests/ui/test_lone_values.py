"""None and its like live as long as the interpreter, whatever the binding counts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ui.immortal import IMMORTAL, keep_alive

CHECKOUT = Path(__file__).parents[2]

CALLS = """
from PySide6.QtCore import QObject
thing = QObject()
for _ in range(20000):
    thing.setObjectName("x")
print("alive")
"""
"""Twenty thousand calls that give nothing back."""


def run(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", text],
        cwd=CHECKOUT,
        env={"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_window_outlives_twenty_thousand_void_calls() -> None:
    done = run(f"import ui\n{CALLS}")
    assert (done.returncode, done.stdout) == (0, "alive\n")


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="lone values are immortal from 3.12 on"
)
def test_without_it_the_interpreter_ends_so_it_is_still_needed() -> None:
    done = run(CALLS)
    assert done.returncode != 0
    assert "deallocating None" in done.stderr


def test_nothing_is_done_where_the_interpreter_does_it_itself() -> None:
    assert keep_alive((3, 12)) == 0
    assert keep_alive((3, 14)) == 0


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="lone values are immortal from 3.12 on"
)
def test_it_is_done_once() -> None:
    # Importing the window's package did it.
    assert keep_alive() == 0
    for value in (None, True, False, NotImplemented):
        assert sys.getrefcount(value) > IMMORTAL // 2
