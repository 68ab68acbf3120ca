"""Messages between the evidence writer and its child process, over pipes.

A frame is the header's length (4 bytes, big-endian), the header (canonical JSON,
UTF-8) and the parts, whose lengths the header tells. No secret ever crosses: the
child asks for a signature and gets it.

Invariants:
    * Nothing is read beyond the limits; a frame is whole or refused.
"""

from __future__ import annotations

import os
import select
import struct
import time
from dataclasses import dataclass
from typing import Final

from ceremony import canonical
from ceremony.canonical import Json

HEADER_LIMIT: Final = 1024 * 1024
"""The largest header, bytes."""

PARTS_LIMIT: Final = 512 * 1024 * 1024
"""The most that all parts of one frame may hold, bytes."""


class BrokenPipe(Exception):  # noqa: N818  the end of a stream, not a person's error
    """The other side is gone, is late, or wrote no frame."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message.

    Attributes:
        kind: What it is, e.g. ``seal`` or ``result``.
        values: Texts that belong to it.
        parts: Bytes that belong to it, any content each.
    """

    kind: str
    values: dict[str, str]
    parts: tuple[bytes, ...] = ()


def write_frame(descriptor: int, frame: Frame) -> None:
    """Write one frame.

    Raises:
        BrokenPipe: The other side is gone.
    """
    values: dict[str, Json] = dict(frame.values)
    header = canonical.encode(
        {
            "kind": frame.kind,
            "values": values,
            "parts": [len(part) for part in frame.parts],
        }
    )
    try:
        for piece in (struct.pack(">I", len(header)), header, *frame.parts):
            view = memoryview(piece)
            while view:
                view = view[os.write(descriptor, view) :]
    except OSError as error:
        raise BrokenPipe("the other side is gone") from error


def read_frame(descriptor: int, *, wait_s: float | None = None) -> Frame | None:
    """Read one frame.

    Args:
        descriptor: The pipe's end to read from.
        wait_s: Seconds until the frame must be whole; None waits for ever.

    Returns:
        The frame, or None where the stream ended before it began.

    Raises:
        BrokenPipe: The stream ended inside a frame, the time is over, or what was
            written is no frame.
    """
    end = None if wait_s is None else time.monotonic() + wait_s
    begun = _read(descriptor, 4, end)
    if not begun:
        return None
    (length,) = struct.unpack(">I", _whole(begun, 4))
    if length > HEADER_LIMIT:
        raise BrokenPipe("the header is too long")
    header = _whole(_read(descriptor, length, end), length)
    kind, values, sizes = _decode_header(header)
    parts = tuple(_whole(_read(descriptor, size, end), size) for size in sizes)
    return Frame(kind, values, parts)


def _decode_header(raw: bytes) -> tuple[str, dict[str, str], tuple[int, ...]]:
    try:
        header = canonical.decode(raw)
    except ValueError as error:
        raise BrokenPipe("the header is no JSON") from error
    match header:
        case {"kind": str(kind), "values": dict(values), "parts": list(parts)}:
            sizes = tuple(size for size in parts if type(size) is int and size >= 0)
            texts = {name: text for name, text in values.items() if type(text) is str}
            if len(sizes) == len(parts) and sum(sizes) <= PARTS_LIMIT:
                return kind, texts, sizes
        case _:
            pass
    raise BrokenPipe("the header is not one of ours")


def _read(descriptor: int, size: int, end: float | None) -> bytes:
    """Read up to ``size`` bytes, fewer only where the stream ends."""
    pieces: list[bytes] = []
    missing = size
    while missing:
        if end is not None:
            ready, _, _ = select.select(
                [descriptor], [], [], max(0.0, end - time.monotonic())
            )
            if not ready:
                raise BrokenPipe("the time is over")
        piece = os.read(descriptor, min(missing, 1024 * 1024))
        if not piece:
            break
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _whole(piece: bytes, size: int) -> bytes:
    if len(piece) != size:
        raise BrokenPipe("the stream ended inside a frame")
    return piece
