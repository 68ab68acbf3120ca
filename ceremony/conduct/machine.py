"""What the kernel says of this machine: clock, swap, core dumps; sets nothing."""

from __future__ import annotations

import ctypes
import os
import resource
from ctypes import c_int, c_long
from pathlib import Path
from typing import Final

from ceremony.clock import Clock, Instant
from ceremony.conduct.diagnosis.machine import (
    ClockState,
    CoreDumps,
    Encryption,
    MachineState,
    SwapArea,
)

_PR_GET_DUMPABLE: Final = 3
_TIME_ERROR: Final = 5
_STA_UNSYNC: Final = 0x40
_UNTOLD: Final = -1


class _Timex(ctypes.Structure):
    """The beginning of struct timex, natural alignment, with room for the rest."""

    _fields_ = (
        ("modes", c_int),
        ("offset", c_long),
        ("frequency", c_long),
        ("largest_error", c_long),
        ("likely_error", c_long),
        ("status", c_int),
        ("rest", c_long * 32),
    )


def read_machine(
    clock: Clock, before: Instant, system: Path = Path("/")
) -> MachineState:
    """Read the machine's state.

    Args:
        clock: The clock that the tool goes by.
        before: What it said when the doctor began to look.
        system: Where ``proc`` and ``sys`` are found.
    """
    return MachineState(
        clock=_clock(clock.now(), before),
        swap=read_swap(system),
        core=CoreDumps(
            limit=resource.getrlimit(resource.RLIMIT_CORE)[0],
            pattern=(system / "proc/sys/kernel/core_pattern").read_text().strip(),
            dumpable=ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) != 0,
        ),
    )


def _clock(now: Instant, before: Instant) -> ClockState:
    """Ask the kernel what it holds of its clock; see adjtimex(2)."""
    state = _Timex(modes=0)
    answer = ctypes.CDLL(None).adjtimex(ctypes.byref(state))
    wall_us = (now.wall - before.wall).total_seconds() * 1e6
    return ClockState(
        wall=now.wall,
        synchronised=None
        if answer == _UNTOLD
        else answer != _TIME_ERROR and not state.status & _STA_UNSYNC,
        error_us=state.largest_error,
        jumped_us=round(abs(wall_us - (now.mono_us - before.mono_us))),
    )


def read_swap(system: Path = Path("/")) -> tuple[SwapArea, ...]:
    """Read which swap areas are on, and whether each is encrypted where that is told.

    Args:
        system: Where ``proc`` and ``sys`` are found.
    """
    areas = []
    for line in (system / "proc/swaps").read_text().splitlines()[1:]:
        name, kind = line.split()[:2]
        areas.append(SwapArea(name, _encryption(Path(name), kind, system)))
    return tuple(areas)


def _encryption(path: Path, kind: str, system: Path) -> Encryption:
    try:
        status = path.stat()
    except OSError:
        return Encryption.UNKNOWN
    number = status.st_dev if kind == "file" else status.st_rdev
    block = system / f"sys/dev/block/{os.major(number)}:{os.minor(number)}"
    return block_encryption(block)


def block_encryption(block: Path) -> Encryption:
    """Tell how a block device is kept, from what the kernel says it is made of.

    A device of the device mapper says in ``dm/uuid`` what it is; one that is made of
    others is encrypted where all of them are.

    Args:
        block: The device's folder below ``sys``.
    """
    if not block.is_dir():
        return Encryption.UNKNOWN
    uuid = block / "dm/uuid"
    below = sorted((block / "slaves").glob("*"))
    if block.resolve().name.startswith("zram"):
        found = Encryption.MEMORY
    elif uuid.is_file() and uuid.read_text().startswith("CRYPT-"):
        found = Encryption.ENCRYPTED
    else:
        kinds = {block_encryption(each) for each in below}
        found = kinds.pop() if len(kinds) == 1 else Encryption.PLAIN
    return found
