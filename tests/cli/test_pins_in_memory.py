"""A PIN that was typed at the terminal leaves no copy in our processes.

Searched are the command's own memory and that of each process that holds a module: the
whole PIN, and all but its last character, which a buffer that grew could leave behind.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.cli.terminal import PATIENCE_S, Terminal
from tests.cli.test_typed_at_a_terminal import COMMAND, let_two_type, now
from tests.fakes.other_memory import copies
from tests.rehearsals.opened import open_demo
from tests.rehearsals.stage import pins_of


@pytest.mark.no_cover
def test_no_copy_of_a_typed_pin_is_left_a_second_after_the_login(
    workspace: Path,
) -> None:
    site = workspace / "site"
    let_two_type(site)
    ceremony, pins = open_demo(workspace), pins_of(site)
    typed = [pins["user.evidence"], pins["user.w-01"]]
    forget(site / "pins.toml", typed)
    with Terminal(["run", ceremony, "--workspace", str(workspace)]) as at:
        at.expect("PIN of the evidence token: ")
        at.press(typed[0])
        wait_for_one_copy(at.pid, typed[0])
        at.type("")
        at.answer(COMMAND, "")
        at.answer(r"your own watch: ", now("%H:%M"))
        at.answer(r"PIN [^\n]*: ", typed[1])
        at.expect("\n1.2 ")
        at.expect(COMMAND)
        time.sleep(1)
        hosts = children(at.pid)
        left = {
            (pid, pin): copies(pid, pin[:-1].encode())
            for pid in (at.pid, *hosts)
            for pin in typed
        }
        at.end_input()
        at.wait()

    assert len(hosts) >= 1
    assert left == dict.fromkeys(left, 0)


def forget(path: Path, pins: list[str]) -> None:
    """Take PINs that are typed out of the file of those that are fixed."""
    lines = path.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not any(f'"{pin}"' in line for pin in pins)]
    assert len(kept) == len(lines) - len(pins)
    path.write_text("".join(kept))


def wait_for_one_copy(pid: int, pin: str) -> None:
    """See that the search finds what is there: the one buffer that is typed into."""
    until = time.monotonic() + PATIENCE_S
    while copies(pid, pin.encode()) == 0:
        assert time.monotonic() < until
        time.sleep(0.02)
    assert copies(pid, pin[:-1].encode()) == 1


def children(pid: int) -> list[int]:
    """Give the processes that a command has started: those that hold modules."""
    return [
        int(each)
        for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ]
