"""A disk without room, made of the kernel's limit for the size of a file."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def little_room(octets: int) -> Iterator[None]:
    """Let this process, and each that it starts, write no file larger than this.

    Nor do they keep what they compile: Python does not see that a module's file was
    cut short, and could not load it again.
    """
    kept, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        sys.dont_write_bytecode = kept
