"""Run a process and say what it took; hold a figure against its limit.

Measures whole processes as a person waits for them, start included. Sets no limit by
itself and prints nothing.

Invariants:
    * Compiled code is kept, as it is wherever the tool is installed: the first run of
      each kind is not for measuring.
    * A process that fails ends the measuring: no figure is made up.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
KIB: Final = 1024
MEGABYTE: Final = 1_000_000

_UNSET: Final = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "CEREMONY_WORKSPACE")


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took.

    Attributes:
        seconds: From its start to its end.
        cpu_seconds: What it and its children used of the processors.
        peak_rss: The most memory that it, or the largest of its children, held at
            once, in bytes.
        output: What it wrote to standard output, any length.
    """

    seconds: float
    cpu_seconds: float
    peak_rss: int
    output: bytes

    @property
    def told(self) -> dict[str, float]:
        """Give the figures that the process told of itself, as one JSON object."""
        found: Any = json.loads(self.output)
        return {str(name): float(value) for name, value in found.items()}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        name: What was measured.
        value: What came out.
        unit: ``s``, ``ms``, ``us``, ``MB``, ``x`` (a ratio) or ``%`` (a ratio).
        limit: What it must not pass; None where nothing was set.
        at_least: True where the value must not be below the limit.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """Say whether the limit is kept; nothing where there is none."""
        if self.limit is None:
            return ""
        kept = self.value >= self.limit if self.at_least else self.value <= self.limit
        return "OK" if kept else "OVER"


def run(command: Sequence[str], *, folder: Path, statuses: Sequence[int] = (0,)) -> Run:
    """Run a process in a folder to its end.

    Args:
        command: The program and its arguments.
        folder: Its working folder.
        statuses: The exit statuses that are no failure.

    Raises:
        RuntimeError: It ended otherwise.
    """
    environment = {key: text for key, text in os.environ.items() if key not in _UNSET}
    environment["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603  our own scripts and interpreter
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd=folder,
            env=environment,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode not in statuses:
            told = errors.read().decode(errors="replace")
            raise RuntimeError(
                f"{' '.join(command)} ended with {process.returncode}: {told}"
            )
        used = usage.ru_utime + usage.ru_stime
        return Run(seconds, used, usage.ru_maxrss * KIB, output.read())


def run_script(name: str, *arguments: str, folder: Path) -> Run:
    """Run a script that stands beside this one.

    Raises:
        RuntimeError: It failed.
    """
    script = ROOT / "scripts" / name
    return run((sys.executable, str(script), *arguments), folder=folder)


def interleave(
    rounds: int, *measures: Callable[[], dict[str, float]]
) -> dict[str, float]:
    """Take several measures by turns, and give the median of each figure.

    What disturbs the machine for a while then disturbs all of them alike. The first
    round warms up and does not count.

    Args:
        rounds: How often each is taken, 1 or more.
        measures: Each gives its figures by name, the same names each time.
    """
    found: dict[str, list[float]] = {}
    for number in range(rounds + 1):
        for measure in measures:
            for name, value in measure().items():
                if number:
                    found.setdefault(name, []).append(value)
    return {name: median(values) for name, values in found.items()}
