"""A death of this process by the kernel's clock: no Python runs before it.

A thread of Python's wakes a tenth of a millisecond late, by when the journal has
written; the kernel's timer hits between two of its system calls.

Source: timer_create(2), sigevent(7).
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from typing import Final

_SIGEV_SIGNAL: Final = 0
_BILLION: Final = 1_000_000_000


class _Event(ctypes.Structure):
    """struct sigevent, 64 bytes."""

    _fields_ = (
        ("value", ctypes.c_void_p),
        ("signal", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("rest", ctypes.c_byte * 48),
    )


class _Times(ctypes.Structure):
    """struct itimerspec: the interval, then the first time."""

    _fields_ = tuple(
        (name, ctypes.c_long) for name in ("every_s", "every_ns", "s", "ns")
    )


def die_in(delay_us: int) -> None:
    """Have this process end by SIGKILL after so many microseconds."""
    libc = ctypes.CDLL(None, use_errno=True)
    event = _Event(signal=signal.SIGKILL, notify=_SIGEV_SIGNAL)
    timer = ctypes.c_void_p()
    seconds, rest = divmod(delay_us * 1000 + 1, _BILLION)
    times = _Times(s=seconds, ns=rest)
    made = libc.timer_create(
        time.CLOCK_MONOTONIC, ctypes.byref(event), ctypes.byref(timer)
    )
    if made or libc.timer_settime(timer, 0, ctypes.byref(times), None):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
