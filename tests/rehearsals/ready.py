"""An interpreter that has loaded the tool, of which every command is a fork.

To load takes more than half of what a short command takes, and a run of all tests
starts thousands. Each has a process of its own all the same, with its arguments,
surroundings, descriptors and end; nothing has been done in it before.

    python -m tests.rehearsals.ready DESCRIPTOR

is the interpreter itself. It ends when the socket's other end is closed.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from types import ModuleType
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
MEASURED_BY: Final = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")
SET_ONCE: Final = ("PYTHON", "LC_", "LANG", "LD_")
"""How variables begin that only a start of the interpreter heeds."""

LETTERS: Final = ("LC_CTYPE",)

LOADED: Final = (
    "ceremony.cli",
    "ceremony.conduct",
    "ceremony.evidence.seal",
    "ceremony.check.rules",
)
"""What is loaded beforehand, with all that is in a package."""

MOST: Final = 2**17
"""Bytes that tell a command at most."""


class Ready:
    """Starts the interpreter, and has commands forked from it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line = ours
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own interpreter
                [sys.executable, "-m", "tests.rehearsals.ready", str(theirs.fileno())],
                cwd=CHECKOUT,
                env={
                    name: os.environ[name]
                    for name in ("PATH", "HOME")
                    if name in os.environ
                }
                | {"PYTHONPATH": str(CHECKOUT)},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def run(
        self, arguments: Sequence[str], env: Mapping[str, str], patience_s: float
    ) -> tuple[int, str, str]:
        """Have a command run; give its status, and what it wrote to either stream.

        Raises:
            subprocess.TimeoutExpired: It did not end in time, and was killed.
        """
        told = json.dumps([arguments, dict(env)]).encode()
        with TemporaryFile() as out, TemporaryFile() as err:
            socket.send_fds(self._line, [told], [out.fileno(), err.fileno()])
            child = int(self._line.recv(MOST))
            self._line.settimeout(patience_s)
            try:
                status = int(self._line.recv(MOST))
            except TimeoutError as error:
                os.kill(child, signal.SIGKILL)
                self._line.settimeout(None)
                self._line.recv(MOST)
                raise subprocess.TimeoutExpired(list(arguments), patience_s) from error
            finally:
                self._line.settimeout(None)
            out.seek(0)
            err.seek(0)
            return status, out.read().decode(), err.read().decode()

    def close(self) -> None:
        """End the interpreter."""
        self._line.close()
        self._process.wait()


@cache
def ready() -> Ready:
    """Give the one interpreter of this process."""
    one = Ready()
    atexit.register(one.close)
    return one


def is_for(arguments: Sequence[str], env: Mapping[str, str]) -> bool:
    """Tell whether a fork is as good as a start."""
    usual = {"PYTHONPATH": str(CHECKOUT)}
    return arguments[0] in ("-c", "-m") and not any(
        name.startswith(SET_ONCE) and usual.get(name) != told
        for name, told in env.items()
    )


def main() -> None:
    """Load the tool, then be what is asked for, each time in a fork."""
    _load()
    arguments: list[str] = []
    # What stops a command ends it as it ends one that was started.
    with (
        suppress(KeyboardInterrupt),
        closing(socket.socket(fileno=int(sys.argv[1]))) as line,
    ):
        arguments = _asked(line)
    if arguments:
        _run(arguments)


def _asked(line: socket.socket) -> list[str]:
    """Give the arguments of a command in a fork that is to run it; none at the end."""
    while True:
        told, descriptors, *_ = socket.recv_fds(line, MOST, 2)
        if not told:
            return []
        child = os.fork()
        if not child:
            for number, descriptor in enumerate(descriptors, 1):
                os.dup2(descriptor, number)
                os.close(descriptor)
            arguments, env = json.loads(told)
            # What a start sets by itself, where nobody says which letters there are.
            letters = {name: os.environ[name] for name in LETTERS if name in os.environ}
            os.environ.clear()
            os.environ.update(letters | env)
            return list(arguments)
        for descriptor in descriptors:
            os.close(descriptor)
        line.send(str(child).encode())
        _, status = os.waitpid(child, 0)
        line.send(str(os.waitstatus_to_exitcode(status)).encode())


def _run(arguments: list[str]) -> None:
    """Do what an interpreter with these arguments does."""
    if any(name in os.environ for name in MEASURED_BY):
        import coverage

        coverage.process_startup()
    way, what, *own = arguments
    sys.argv = [way, *own]
    if way == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
        return
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    exec(compile(what, "<string>", "exec"), vars(module))  # noqa: S102  a test's own scene


def _load() -> None:
    for name in LOADED:
        package = importlib.import_module(name)
        inside = pkgutil.walk_packages(getattr(package, "__path__", ()), f"{name}.")
        for each in inside:
            importlib.import_module(each.name)
    from ceremony.pki.second_lint import load_linter

    load_linter()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
