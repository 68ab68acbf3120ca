"""Runs ``ceremony`` under watch: what is connected to, what is started, with what.

Two watchers: an audit hook inside the command refuses every name look-up, connection
and internet socket and notes every process that is started; where strace is there,
it notes the same of the command and of all processes below it, whose environment is
cut down and into which no hook reaches.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.rehearsals.stage import CHECKOUT, Told, environment

HOOKED = """
import socket, sys

def refuse(event, arguments, notes=open(sys.argv.pop(1), "a", buffering=1)):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname",
                 "socket.sendto", "socket.bind"):
        notes.write(f"network {event} {arguments!r}\\n")
        raise RuntimeError("a ceremony has no network")
    if event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6):
        notes.write(f"network {event} {arguments!r}\\n")
        raise RuntimeError("a ceremony has no network")
    if event == "subprocess.Popen":
        notes.write(f"started {arguments!r}\\n")

sys.addaudithook(refuse)
sys.argv[0] = "ceremony"
from ceremony.cli.app import main
main()
"""


@cache
def strace() -> str | None:
    """Where strace is, if it is there and may trace."""
    found = shutil.which("strace")
    if found is None:
        return None
    tried = subprocess.run(  # noqa: S603  a found tool
        [found, "-f", "-o", "/dev/null", "true"], capture_output=True, check=False
    )
    return found if tried.returncode == 0 else None


@dataclass(frozen=True, slots=True)
class Watch:
    """Where the notes of the watchers go; several commands may share it."""

    folder: Path

    def command(self, arguments: Sequence[str]) -> list[str]:
        inner = [sys.executable, "-c", HOOKED, str(self.folder / "hook.txt")]
        tracer = strace()
        if tracer is None:
            return [*inner, *arguments]
        traced = "trace=socket,connect,bind,sendto,execve"
        notes = str(self.folder / "strace.txt")
        return [
            *(tracer, "-f", "--seccomp-bpf", "-A", "-v", "-s", "20000"),
            *("-e", traced, "-o", notes, *inner, *arguments),
        ]

    def run(self, *arguments: str) -> Told:
        """Run a command to its end."""
        done = subprocess.run(  # noqa: S603  our own interpreter
            self.command(arguments),
            env=environment(),
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return self._kept(Told(done.returncode, done.stdout, done.stderr))

    def run_until(self, mark: str, end: Callable[[int], None], *arguments: str) -> Told:
        """Run a command and end it once ``mark`` is told on standard error."""
        process = subprocess.Popen(  # noqa: S603  our own interpreter
            [sys.executable, *self.command(arguments)[-3 - len(arguments) :]],
            env=environment(),
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        told = ""
        for line in process.stderr:
            told += line
            if mark in line:
                end(process.pid)
                break
        out, err = process.communicate(timeout=60)
        return self._kept(Told(process.returncode, out, told + err))

    def _kept(self, told: Told) -> Told:
        with (self.folder / "told.txt").open("a") as file:
            file.write(told.all)
        return told

    @property
    def notes(self) -> dict[str, str]:
        """Everything noted, by watcher."""
        return {path.name: path.read_text() for path in self.folder.glob("*.txt")}
