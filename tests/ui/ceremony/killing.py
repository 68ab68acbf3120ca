"""Kills a program that holds the demo in its window."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.rehearsals.stage import CHECKOUT, environment

PATIENCE_S = 60.0


def kill_at(workspace: Path, step: str, *, in_the_device: bool) -> None:
    """Hold the demo in a child up to a step, and kill it there.

    With ``in_the_device`` the step is carried out, and the child kills itself where
    the token has acted and the outcome is about to be written.
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
    if in_the_device:
        child.stdin.write("go\n")
        child.stdin.flush()
    else:
        os.kill(child.pid, signal.SIGKILL)
    assert child.wait(timeout=PATIENCE_S) == -signal.SIGKILL
    child.stdout.close()
    child.stdin.close()
