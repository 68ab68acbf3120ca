"""Kills a program that holds the demo in its window."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.rehearsals.stage import CHECKOUT, environment


def kill_at(workspace: Path, step: str, *, in_the_device: bool) -> None:
    """Hold the demo in a child up to a step, and kill it there.

    With ``in_the_device`` it is killed as soon as the token has written a new object,
    which is after the intent is durable and before its outcome is.
    """
    child = subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-m", "tests.ui.ceremony.killed_child", str(workspace), step],
        env=environment({"QT_QPA_PLATFORM": "offscreen"}),
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == "READY\n"
    store = workspace / "demo" / "site" / "tokens" / "store"
    before = objects(store)
    child.stdin.write("go\n")
    child.stdin.flush()
    end = time.monotonic() + 20
    # Both halves of the pair are there; the read-back and the outcome are to come.
    while in_the_device and objects(store) < before + 2:
        assert time.monotonic() < end, "the token wrote nothing"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    child.stdin.close()


def objects(store: Path) -> int:
    """Count the objects in all tokens."""
    return sum(
        name.endswith(".object") for _, _, names in os.walk(store) for name in names
    )
