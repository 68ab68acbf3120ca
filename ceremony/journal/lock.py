"""Who holds a database, told in a small file beside it.

The lock itself is SQLite's and ends with its process. The file only names the
holder, so that a second opener can say whom to ask; one that a killed process left
behind is recognised and replaced.
"""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ceremony import canonical
from ceremony.clock import SystemClock, decode_wall, encode_wall


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds a database for writing.

    Attributes:
        pid: Its process id.
        host: The machine's name.
        boot: The machine's boot id.
        started_at: When it took the database; aware, UTC.
    """

    pid: int
    host: str
    boot: str
    started_at: datetime

    def __str__(self) -> str:
        """Name the holder to a person."""
        since = self.started_at.strftime("%Y-%m-%d %H:%M:%S")
        return f"process {self.pid} on {self.host} since {since} UTC"

    def is_running(self) -> bool:
        """Tell whether it may still run; on another machine nobody can know."""
        here = this_process()
        if self.host != here.host:
            return True
        return self.boot == here.boot and Path(f"/proc/{self.pid}").exists()


def this_process() -> Holder:
    """Describe the process that asks."""
    now = SystemClock().now()
    return Holder(os.getpid(), platform.node() or "unknown", now.boot, now.wall)


def lock_path(database: Path) -> Path:
    """Give the place of the file that names the holder."""
    return database.with_suffix(".lock")


def read_holder(database: Path) -> Holder | None:
    """Find who holds a database; None where nobody running says so."""
    try:
        told = canonical.decode(lock_path(database).read_bytes())
    except (OSError, canonical.CanonicalError):
        return None
    match told:
        case {
            "pid": int(pid),
            "host": str(host),
            "boot": str(boot),
            "started_at": str(started_at),
        }:
            with suppress(ValueError):
                holder = Holder(pid, host, boot, decode_wall(started_at))
                return holder if holder.is_running() else None
        case _:
            pass
    return None


def write_holder(database: Path) -> None:
    """Name this process as the holder; call it with the lock held.

    Raises:
        OSError: The file cannot be written.
    """
    holder = this_process()
    told = canonical.encode(
        {
            "pid": holder.pid,
            "host": holder.host,
            "boot": holder.boot,
            "started_at": encode_wall(holder.started_at),
        }
    )
    path = lock_path(database)
    # A link planted here must not lead the write elsewhere.
    path.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        os.write(descriptor, told)
    finally:
        os.close(descriptor)


def remove_holder(database: Path) -> None:
    """Take the name away; call it with the lock still held."""
    with suppress(OSError):
        lock_path(database).unlink(missing_ok=True)
