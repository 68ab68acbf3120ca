"""A person at a terminal: reads what is shown, types, and sees what is echoed."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Self

from tests.rehearsals.stage import CHECKOUT, environment

PATIENCE_S = 30.0


def _heed_ctrl_c() -> None:
    """Let Ctrl-C do what it does at a terminal, also where the tests run without one.

    A shell that starts the tests in the background has them ignore it, and a program
    takes that over from whoever starts it.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """``ceremony`` on a pseudo-terminal.

    Use it as a context manager; leaving it ends the command.

    Attributes:
        shown: Everything that stood on the screen, echoes included.
    """

    def __init__(
        self, arguments: Sequence[str], env: Mapping[str, str] | None = None
    ) -> None:
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter
            [sys.executable, "-m", "ceremony", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=CHECKOUT,
            env=environment({"TERM": "dumb", **(env or {})}, measured=True),
            start_new_session=True,
            preexec_fn=_heed_ctrl_c,  # noqa: PLW1509  no thread runs in these tests
        )
        os.close(slave)
        self.shown = ""
        self._read_to = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._master)

    def expect(self, pattern: str) -> str:
        """Wait until something is shown; give the match."""
        ends = time.monotonic() + PATIENCE_S
        while True:
            found = re.compile(pattern).search(self.shown, self._read_to)
            if found:
                self._read_to = found.end()
                return found.group()
            assert self._more(ends), f"{pattern} never came: {self.shown[-900:]}"

    @property
    def pid(self) -> int:
        """The process of the command."""
        return self._process.pid

    def press(self, text: str) -> None:
        """Press keys, and not Enter."""
        os.write(self._master, text.encode())

    def type(self, text: str) -> None:
        """Type a line."""
        self.press(f"{text}\n")

    def answer(self, pattern: str, text: str) -> None:
        """Wait for a question, then type the answer."""
        self.expect(pattern)
        self.type(text)

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    def end_input(self) -> None:
        """Press Ctrl-D."""
        os.write(self._master, b"\x04")

    def wait(self) -> int:
        """Read to the end; give the exit status."""
        ends = time.monotonic() + PATIENCE_S
        while self._more(ends):
            pass
        return self._process.wait(PATIENCE_S)

    def _more(self, ends: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], ends - time.monotonic())
        if not ready:
            return False
        try:
            read = os.read(self._master, 65536)
        except OSError:
            return False  # the command has ended
        self.shown += read.decode().replace("\r\n", "\n")
        return bool(read)


def initial_by_two(at: Terminal, first: str = "MT", second: str = "SL") -> None:
    """Type the initials of security officer and internal witness, who decide."""
    at.answer(r"Role of person 1 of 2[^\n]*: ", "security-officer")
    at.answer("Initials of the security officer: ", first)
    at.answer(r"Role of person 2 of 2[^\n]*: ", "internal-witness")
    at.answer("Initials of the internal witness: ", second)
