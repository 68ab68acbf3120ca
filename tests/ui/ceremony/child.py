"""A program that holds a window of its own, and stops where it was told to."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.rehearsals.stage import CHECKOUT, environment

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Child:
    """One such program."""

    process: subprocess.Popen[str]

    def wait_for(self, told: str) -> None:
        """Wait until it says where it is: one line."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == f"{told}\n"

    def go_on(self) -> None:
        """Let it go on from where it waits."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def status(self) -> int:
        """Wait for its end."""
        return self.process.wait(timeout=PATIENCE_S)


@contextmanager
def started(name: str, *arguments: str) -> Iterator[Child]:
    """Start the program of that name here; it does not outlive the block."""
    with subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-m", f"tests.ui.ceremony.{name}", *arguments],
        env=environment({"QT_QPA_PLATFORM": "offscreen"}),
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Child(process)
        finally:
            if process.poll() is None:
                process.kill()
