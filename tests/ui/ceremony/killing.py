"""Kills a program that holds the demo in its window."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.ui.ceremony.child import started


def kill_at(workspace: Path, step: str, *, in_the_device: bool) -> None:
    """Hold the demo in a child up to a step, and kill it there.

    With ``in_the_device`` the step is carried out, and the child kills itself where
    the token has acted and the outcome is about to be written.
    """
    with started("killed_child", str(workspace), step) as child:
        child.wait_for("READY")
        if in_the_device:
            child.go_on()
        else:
            child.process.kill()
        assert child.status() == -signal.SIGKILL
