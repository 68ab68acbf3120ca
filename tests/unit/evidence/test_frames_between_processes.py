"""Frames over real pipes."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

import pytest

from ceremony.evidence.frames import BrokenPipe, Frame, read_frame, write_frame


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue


def test_a_frame_arrives_as_it_was_sent(pipe: tuple[int, int]) -> None:
    frame = Frame("seal", {"field": "report-1"}, (b"", b"\0" * 5000, b"x"))
    write_frame(pipe[1], frame)
    assert read_frame(pipe[0], wait_s=5) == frame


def test_a_closed_stream_gives_no_frame(pipe: tuple[int, int]) -> None:
    os.close(pipe[1])
    assert read_frame(pipe[0]) is None


def test_a_silent_side_is_not_waited_for_for_ever(pipe: tuple[int, int]) -> None:
    with pytest.raises(BrokenPipe, match="time is over"):
        read_frame(pipe[0], wait_s=0.01)


def test_a_gone_reader_is_told(pipe: tuple[int, int]) -> None:
    os.close(pipe[0])
    with pytest.raises(BrokenPipe, match="gone"):
        write_frame(pipe[1], Frame("seal", {}))


def _header(raw: bytes) -> bytes:
    return struct.pack(">I", len(raw)) + raw


@pytest.mark.parametrize(
    "raw",
    [
        b"\0\0",
        b"\xff\xff\xff\xff",
        _header(b'{"kind":"a","parts":[],"values":{}}')[:-1],
        _header(b"not json"),
        _header(b"[]"),
        _header(b'{"kind":"a","parts":[-1],"values":{}}'),
        _header(b'{"kind":"a","parts":[true],"values":{}}'),
        _header(b'{"kind":"a","parts":[999999999999],"values":{}}'),
        _header(b'{"kind":"a","parts":[3],"values":{}}') + b"xy",
    ],
)
def test_what_is_no_whole_frame_is_refused(pipe: tuple[int, int], raw: bytes) -> None:
    os.write(pipe[1], raw)
    os.close(pipe[1])
    with pytest.raises(BrokenPipe):
        read_frame(pipe[0], wait_s=5)
