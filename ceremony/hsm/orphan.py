"""A module's process whose starter was killed: it is waited for before tokens are read.

It is killed with its starter, but what it was just asking of the kernel comes to its
end first: on a disk or a bus that is slow it may still write to its token when the
next program has listed that token's objects already.

What a device goes on doing by itself, when nobody asks any more, is not seen here.

Source: prctl(2), PR_SET_PDEATHSIG; proc_pid_status(5); proc_pid_cmdline(5).
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from ceremony.hsm.errors import Act
from ceremony.hsm.host_process import KILLED_S, stuck
from ceremony.hsm.hosted import BOOT

_PROCESSES: Final = Path("/proc")


def await_orphans(within_s: float = KILLED_S) -> None:
    """Wait until no process is left that holds a module for a starter that is gone.

    Args:
        within_s: How long is waited at most, seconds.

    Raises:
        DeviceError: ``HSM-HOST-04``: one does not end.
    """
    until = time.monotonic() + within_s
    for descriptor in _orphans():
        try:
            end = select.poll()
            end.register(descriptor, select.POLLIN)
            left_s = max(0.0, until - time.monotonic())
            if not end.poll(left_s * 1000):
                raise stuck(Act.LOOK, within_s)
        finally:
            os.close(descriptor)


def _orphans() -> Iterator[int]:
    """Open each such process of this user; it cannot become another one meanwhile."""
    for process in _PROCESSES.iterdir():
        # Whatever ended since it was listed is waited for no more.
        with suppress(OSError):
            if process.name.isdecimal() and _is_orphan(process):
                yield os.pidfd_open(int(process.name))


def _is_orphan(process: Path) -> bool:
    """Tell whether a process is one of ours and its parent not the one it names.

    One in a container below has other numbers than the ones seen from here.
    """
    words = (process / "cmdline").read_bytes().split(b"\0")
    if BOOT.encode() not in words:
        return False
    lines = (process / "status").read_text().splitlines()
    told = {
        key: rest.split() for key, _, rest in (each.partition(":") for each in lines)
    }
    starter = words[-2].decode()
    mine = told["Uid"][0] == str(os.getuid()) and len(told["NSpid"]) == 1
    return mine and told["PPid"] != [starter]
