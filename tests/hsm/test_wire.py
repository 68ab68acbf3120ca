"""The two pipes to a host: no wait is longer than its deadline, in either direction."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ceremony.hsm.wire import Answer, Call, Done, Wire

CALL = Call("sign-by", ("0001", None), b"")


@pytest.fixture
def line() -> Iterator[tuple[Wire, int, int]]:
    """One end of a wire, and the bare descriptors of the other end."""
    calls, answers = os.pipe(), os.pipe()
    wire = Wire(answers[0], calls[1])
    yield wire, calls[0], answers[1]
    wire.close()
    for descriptor in (calls[0], answers[1]):
        with suppress(OSError):
            os.close(descriptor)


def exchange(wire: Wire, call: Call, within_s: float) -> Answer:
    wire.send_call(call, (), within_s)
    return wire.receive_answer()


def waits(wire: Wire, call: Call) -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        exchange(wire, call, 0.3)
    # Without a deadline it would never come back.
    assert time.monotonic() - began < 60


def test_an_answer_that_stops_in_the_middle_is_waited_for_to_the_deadline(
    line: tuple[Wire, int, int],
) -> None:
    wire, _, answers = line
    os.write(answers, b"\0\0\0\x09abc")
    waits(wire, CALL)


def test_a_call_that_nobody_reads_is_sent_to_the_deadline(
    line: tuple[Wire, int, int],
) -> None:
    waits(line[0], Call("sign-by", ("0001", None), bytes(1 << 20)))


def test_a_call_of_many_pieces_arrives_and_its_answer_comes_back() -> None:
    calls, answers = os.pipe(), os.pipe()
    told = Call("sign-by", ("0001", "label"), os.urandom(1 << 20))
    child = os.fork()
    if child == 0:
        theirs = Wire(calls[0], answers[1])
        theirs.send_answer(Done(theirs.receive_call().arguments))
        os._exit(0)
    ours = Wire(answers[0], calls[1])
    assert exchange(ours, told, 60) == Done(told.arguments)
    ours.close()
    assert os.waitpid(child, 0)[1] == 0
    for descriptor in (calls[0], answers[1]):
        os.close(descriptor)


def test_a_wire_that_is_closed_again_closes_nobody_elses_file(tmp_path: Path) -> None:
    calls, answers = os.pipe(), os.pipe()
    wire = Wire(answers[0], calls[1])
    wire.close()
    with (tmp_path / "one").open("wb"), (tmp_path / "two").open("wb") as other:
        wire.close()
        other.write(b"kept")
        other.flush()
    assert (tmp_path / "two").read_bytes() == b"kept"
    for descriptor in (calls[0], answers[1]):
        os.close(descriptor)
