"""A whole ceremony in the window opens no internet socket and connects nowhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.rehearsals.stage import CHECKOUT, environment
from tests.rehearsals.test_no_internet import internet
from tests.rehearsals.watched import strace


def test_the_window_opens_no_internet_socket(folder: Path) -> None:
    tracer = strace()
    if tracer is None:
        pytest.skip("strace is not there")
    notes = folder / "strace.txt"
    done = subprocess.run(  # noqa: S603  a found tool and our own interpreter
        [
            *(tracer, "-f", "--seccomp-bpf", "-A", "-v", "-s", "2000"),
            *("-e", "trace=socket,connect,bind,sendto,execve", "-o", str(notes)),
            *(sys.executable, "-m", "tests.ui.ceremony.whole_child"),
            str(folder / "workspace"),
        ],
        env=environment({"QT_QPA_PLATFORM": "offscreen"}),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "HELD\n", done.stderr
    traced = notes.read_text(errors="replace")
    # The children that seal and verify were really started and seen.
    assert "ceremony.evidence.child" in traced
    assert "ceremony.verify.child" in traced
    assert internet(traced) == []
