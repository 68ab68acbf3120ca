"""Look into another process, as whoever seizes the machine would.

A process that may not be dumped shows its memory, files and environment to root only.
"""

from __future__ import annotations

from pathlib import Path

import pytest


def inside(pid: int, name: str) -> Path:
    """Give what ``/proc`` shows of a process; skip, with the reason, where it is shut.

    Args:
        pid: The process.
        name: ``maps``, ``mem``, ``environ`` or ``fd``.
    """
    path = Path(f"/proc/{pid}/{name}")
    try:
        if path.is_dir():
            next(path.iterdir()).readlink()
        else:
            path.open("rb").close()
    except PermissionError:
        pytest.skip(f"{path} of a process that is not dumpable is for root only")
    return path


def copies(pid: int, needle: bytes) -> int:
    """Count a value in all readable memory of another process."""
    count = 0
    maps = inside(pid, "maps").read_text().splitlines()
    with inside(pid, "mem").open("rb", buffering=0) as memory:
        for line in maps:
            span, rights, *_ = line.split()
            if "r" not in rights or line.endswith(("[vvar]", "[vsyscall]")):
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            try:
                memory.seek(start)
                count += memory.read(end - start).count(needle)
            except OSError:
                continue
    return count
