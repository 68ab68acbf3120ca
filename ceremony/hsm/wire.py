"""Frames between the tool and a device's host: a length, then one message.

They go over two pipes, so that no socket of any kind is opened for them.

A PIN is no part of a message: its bytes follow the frame straight from the buffer
that holds them, and are received straight into the buffer that is wiped after use.

Invariants:
    * Nothing here copies a PIN, and no message has a place for one.
    * A frame is read whole or not at all; one that is too long is refused unread.
"""

from __future__ import annotations

import os
import select
import struct
import time
from typing import Final, TypeAlias

import msgspec

from ceremony.hsm.inventory import InventoryEntry
from ceremony.secret import Secret, entered_at_reader

_LENGTH: Final = struct.Struct(">I")
FRAME_LIMIT: Final = 1 << 26
"""The longest message, bytes: 64 MiB."""

AWAKE_NS: Final = 300_000
"""How long each end stays awake for what the other one sends next, nanoseconds."""

PIN_LIMIT: Final = 1024
"""The longest PIN, bytes; PKCS#11 sets no limit, modules stop at 255."""


AT_READER: Final = -1
"""Stands for the length of a PIN that is entered at the token's keypad."""


class Call(msgspec.Struct, frozen=True, array_like=True):
    """What the host is to do.

    Attributes:
        verb: Its name, as :mod:`ceremony.hsm.verbs` lists it.
        token: The token's serial, and its label where that tells it too; an empty
            serial where the module is meant.
        arguments: The verb's arguments, msgpack.
        pins: How many bytes each PIN has that follows the frame; ``AT_READER`` for
            one that does not.
    """

    verb: str
    token: tuple[str, str | None]
    arguments: bytes
    pins: tuple[int, ...] = ()


class Done(msgspec.Struct, frozen=True, array_like=True, tag="done"):
    """It was done; ``result`` is what the verb gives, msgpack."""

    result: bytes


class Failed(msgspec.Struct, frozen=True, array_like=True, tag="failed"):
    """It failed as a device or a call may fail.

    Attributes:
        is_input: True where the call itself was unusable.
        in_doubt: True where the device may have acted before it failed.
        ckr: The return value's name; empty where the module gave none.
        act: What was being done, where a call to the token failed; else empty.
        debris: What a failed unwrapping left in the token.
    """

    is_input: bool
    code: str
    message: str
    meaning: str
    remedy: str
    in_doubt: bool
    ckr: str = ""
    act: str = ""
    debris: tuple[InventoryEntry, ...] = ()


class Defect(msgspec.Struct, frozen=True, array_like=True, tag="defect"):
    """The host met what nobody expected; ``where`` says it by class and place."""

    where: str


Answer: TypeAlias = Done | Failed | Defect

_ANSWER: Final[msgspec.msgpack.Decoder[Answer]] = msgspec.msgpack.Decoder(Answer)
_CALL: Final = msgspec.msgpack.Decoder(Call)
_ENCODE: Final = msgspec.msgpack.Encoder().encode


class Wire:
    """One end of the two pipes between the tool and a host.

    Args:
        reading: Descriptor of the pipe that is read from; likewise ``writing``. Both
            are closed with the wire.
    """

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing
        self._open: tuple[int, ...] = (reading, writing)
        self._ends: float | None = None
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(reading, select.POLLIN)
        self._writable.register(writing, select.POLLOUT)
        # Whoever finds nothing to read waits to the deadline and not in the read.
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)

    def close(self) -> None:
        """Close both pipes, once; the other end then reads its end."""
        # Closed once more, the numbers could by then be those of other files.
        descriptors, self._open = self._open, ()
        for descriptor in descriptors:
            os.close(descriptor)

    def send_call(self, call: Call, pins: tuple[Secret, ...], within_s: float) -> None:
        """Send a call, then its PINs from where they are.

        Args:
            call: What the host is to do.
            pins: The PINs that the call tells of.
            within_s: How long all of it may take, to the answer's last byte, seconds.

        Raises:
            TimeoutError: It took longer.
            OSError: The other end is gone.
            ValueError: A PIN was wiped; nothing was sent.
        """
        # A wiped PIN is found out before anything is sent.
        buffers = [memoryview(pin.expose()) for pin in pins]
        self._ends = time.monotonic() + within_s
        self._send(_ENCODE(call))
        for buffer in buffers:
            self._write(buffer)

    def receive_answer(self) -> Answer:
        """Wait for the answer to the call that was sent, until that one's end.

        Raises:
            TimeoutError: It took longer.
            EOFError: The other end is gone.
            OSError: Likewise.
            msgspec.DecodeError: It is no answer.
        """
        self._look()
        return _ANSWER.decode(self._receive())

    def send_answer(self, answer: Answer) -> None:
        """Send what came of a call.

        Raises:
            OSError: The other end is gone.
        """
        self._send(_ENCODE(answer))

    def receive_call(self) -> Call:
        """Wait for the next call, for ever; at once and awake where one follows soon.

        Raises:
            EOFError: The other end is gone.
            msgspec.DecodeError: It is no call.
        """
        self._look()
        return _CALL.decode(self._receive())

    def receive_pin(self, length: int) -> Secret:
        """Receive a PIN into the buffer that is wiped after use.

        Args:
            length: Its length, 0 to ``PIN_LIMIT`` bytes, or ``AT_READER``.

        Raises:
            EOFError: The other end is gone.
            ValueError: The length is over the limit.
        """
        if length == AT_READER:
            return entered_at_reader()
        if not 0 <= length <= PIN_LIMIT:
            raise ValueError("a PIN is longer than any module takes")
        buffer = bytearray(length)
        self._fill(buffer)
        return Secret(buffer)

    def _look(self) -> None:
        """Look for something to read without going to sleep, for a moment.

        A signature takes less time than an idle processor takes to wake up, twice.
        """
        ends = time.perf_counter_ns() + AWAKE_NS
        while not self._readable.poll(0) and time.perf_counter_ns() < ends:
            pass

    def _wait(self, ready: select.poll) -> None:
        """Wait until a pipe is ready: to the deadline where there is one."""
        left = None if self._ends is None else self._ends - time.monotonic()
        if not ready.poll(None if left is None else max(0.0, left) * 1000):
            raise TimeoutError

    def _send(self, message: bytes) -> None:
        self._write(memoryview(_LENGTH.pack(len(message)) + message))

    def _write(self, left: memoryview) -> None:
        while left:
            try:
                left = left[os.write(self._writing, left) :]
            except BlockingIOError:
                self._wait(self._writable)

    def _receive(self) -> bytearray:
        head = bytearray(_LENGTH.size)
        self._fill(head)
        (length,) = _LENGTH.unpack(head)
        if length > FRAME_LIMIT:
            raise EOFError
        message = bytearray(length)
        self._fill(message)
        return message

    def _fill(self, buffer: bytearray) -> None:
        """Read exactly as much as the buffer holds, and no byte of what follows."""
        left = memoryview(buffer)
        while left:
            try:
                count = os.readv(self._reading, [left])
            except BlockingIOError:
                self._wait(self._readable)
                continue
            if count == 0:
                raise EOFError
            left = left[count:]


def told_length(pin: Secret) -> int:
    """Give what a call says of a PIN that follows it."""
    return AT_READER if pin.is_at_reader else len(pin)
