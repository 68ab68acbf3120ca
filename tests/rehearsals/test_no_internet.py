"""A whole ceremony without the internet: no socket, no connection, no look-up."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.rehearsals.watched import Watch, strace

INTERNET = re.compile(r"\bAF_INET6?\b|\bAF_PACKET\b|sin6?_port")


def internet(traced: str) -> list[str]:
    """Every call that has to do with a network; sockets of this machine have not."""
    calls = [line for line in traced.splitlines() if " execve(" not in line]
    return [
        line
        for line in calls
        if INTERNET.search(line) or (" connect(" in line and "AF_UNIX" not in line)
    ]


def test_a_whole_demo_opens_no_internet_socket(memory: Path, tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    told = watch.run(
        *("demo", "--workspace", str(memory / "workspace")),
        *("--out", str(memory / "evidence.pdf")),
    )
    assert told.status == 0, told.all
    notes = watch.notes
    assert "network" not in notes["hook.txt"]
    # The children that lay out, seal and verify were really started and seen.
    assert notes["hook.txt"].count("started") >= 2
    if strace() is None:
        pytest.skip("strace is not there; the parent alone was watched")
    traced = notes["strace.txt"]
    assert len(re.findall(r"execve\(", traced)) >= 3
    assert "ceremony.evidence.child" in traced
    assert "verify" in traced
    assert internet(traced) == []


def test_the_watch_would_see_a_connection(tmp_path: Path) -> None:
    """The watchers are worth something only if they see what they look for."""
    watch = Watch(tmp_path)
    command = watch.command([])
    place = command.index("-c") + 1
    hooked = command[place].split("from ceremony")[0]
    command[place] = hooked + (
        "import subprocess\n"
        "child = 'import socket; socket.socket(socket.AF_INET)'\n"
        "subprocess.run([sys.executable, '-c', child], env={})\n"
        "socket.getaddrinfo('localhost', 80)\n"
    )
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  our own interpreter
    assert done.returncode != 0
    assert "network socket.getaddrinfo" in watch.notes["hook.txt"]
    if strace() is not None:
        assert internet(watch.notes["strace.txt"])
