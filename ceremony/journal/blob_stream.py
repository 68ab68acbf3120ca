"""A blob read piece by piece, for what is too large to be held at once.

No statement of SQLite's stays open between two pieces, so that the journal may be
written to in the meantime; a blob never changes.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE: Final = 64 * 1024
"""Octets read at a time."""

Read = Callable[[int, int], bytes]
"""Gives so many octets from a place on, fewer at the end."""


class BlobStream(io.RawIOBase):
    """A blob's octets from its beginning to its end, once."""

    def __init__(self, read: Read) -> None:
        super().__init__()
        self._read = read
        self._place = 0

    def readable(self) -> bool:
        """Say that it is for reading."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read the next octets into a buffer; give how many they are."""
        view = memoryview(buffer)
        piece = self._read(self._place, len(view))
        view[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)


def buffered(read: Read) -> io.BufferedReader:
    """Give a blob as a file that is read line by line or whole."""
    return io.BufferedReader(BlobStream(read), PIECE)
