"""What time it is, asked in one place so that tests and rehearsals can say so.

Wall time is what people read; it may jump. Order in the journal never depends
on it. The monotonic reading counts from boot and shows a jump of the wall clock.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

_WALL: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
)


@dataclass(frozen=True, slots=True)
class Instant:
    """One reading of the clock.

    Attributes:
        wall: Aware, UTC, microseconds.
        mono_us: Microseconds since boot, sleep included; never goes back within
            one boot.
        boot: The kernel's id of this boot (UUID text).
    """

    wall: datetime
    mono_us: int
    boot: str


class Clock(Protocol):
    """Whoever can say what time it is."""

    def now(self) -> Instant:
        """Read wall and monotonic time together."""
        ...


class SystemClock:
    """The clock of the machine that the tool runs on."""

    def __init__(self) -> None:
        self._boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()

    def now(self) -> Instant:
        """Read wall time, time since boot and the boot's id."""
        return Instant(
            wall=datetime.now(tz=UTC),  # noqa: TID251  this is the one door to the clock
            mono_us=time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000,
            boot=self._boot,
        )


def encode_wall(wall: datetime) -> str:
    """Write an aware UTC time as RFC 3339 with microseconds and ``Z``."""
    return wall.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def decode_wall(text: str) -> datetime:
    """Read what :func:`encode_wall` wrote.

    Raises:
        ValueError: The text is not in exactly that form.
    """
    # fromisoformat takes many forms, and is several times as fast as strptime.
    if not _WALL.fullmatch(text):
        raise ValueError("not a time as YYYY-MM-DDThh:mm:ss.ffffffZ")
    return datetime.fromisoformat(text)
