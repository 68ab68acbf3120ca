"""A process that holds a module, and the one way to have it do something.

A vendor's library may crash, hang or keep a PIN. In a process of its own it takes
nothing with it: what was asked becomes a :class:`DeviceError` with the operation in
doubt where the device may have acted, and the process is started anew on request.

Invariants:
    * A call that is not answered within its deadline ends the process.
    * A process that has ended is never spoken to again; nothing is asked twice.
    * What the module started ends with it: the process leads a group of its own, and
      the group is ended while its number cannot be anybody else's yet.
    * Nobody is waited for without end: one that stays, for a driver that never comes
      back, is told of.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, TypeVar

import msgspec

from ceremony.errors import DeviceError, InputError
from ceremony.hsm import verbs
from ceremony.hsm.errors import Act, TokenCallError
from ceremony.hsm.token import TokenName
from ceremony.hsm.verbs import Verb
from ceremony.hsm.wire import PIN_LIMIT, Call, Done, Failed, Wire, told_length
from ceremony.secret import Secret

Arguments = TypeVar("Arguments")
Result = TypeVar("Result")

_FAREWELL_S: Final = 5.0
"""How long a process may take to end once it was asked to, seconds."""

KILLED_S: Final = 5.0
"""How long a process may take to end once it was killed, seconds."""

NO_TOKEN: Final = TokenName("")
"""Stands where the module is meant and none of its tokens."""

_ENCODE: Final = msgspec.msgpack.Encoder().encode


class HostProcess:
    """A process that answers calls over two pipes.

    Args:
        process: The process, which leads a group of its own.
        wire: This end of its pipes.
    """

    def __init__(self, process: subprocess.Popen[bytes], wire: Wire) -> None:
        self._process = process
        self._wire = wire
        self._is_lost = False
        self._is_asked = False

    @property
    def is_running(self) -> bool:
        """Tell whether the module can still be asked."""
        if self._is_lost or self._process.returncode is not None:
            return False
        # Only looked at: it keeps its number until its group is ended.
        ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return ended is None

    @property
    def pid(self) -> int:
        """The process in which the module is loaded."""
        return self._process.pid

    def close(self) -> None:
        """Finalise the module and end its process, by force where it does not go.

        Raises:
            DeviceError: ``HSM-HOST-04``: it does not go by force either.
        """
        try:
            if self.is_running:
                with suppress(DeviceError):
                    self.call(verbs.UNLOAD, ())
        finally:
            self._wire.close()
            self._await_end(_FAREWELL_S)
            if self._end() is None:
                raise stuck(Act.LOOK)

    def call(
        self,
        verb: Verb[Arguments, Result],
        arguments: Arguments,
        token: TokenName = NO_TOKEN,
        *pins: Secret,
    ) -> Result:
        """Have the process do one thing, and wait for what comes of it.

        As :meth:`ask`, whose answer is taken at once.
        """
        return self.ask(verb, arguments, token, *pins)()

    def ask(
        self,
        verb: Verb[Arguments, Result],
        arguments: Arguments,
        token: TokenName = NO_TOKEN,
        *pins: Secret,
    ) -> Callable[[], Result]:
        """Have the process do one thing, and do not wait for what comes of it.

        The answer has to be taken before anything else is asked; its deadline runs
        from here.

        Args:
            verb: What is asked for.
            arguments: Its arguments.
            token: The token, where not the module is meant.
            *pins: The PINs that it needs.

        Returns:
            What waits for the answer and gives it, once.

        Raises:
            DeviceError: ``HSM-HOST-01`` the process ended, ``HSM-HOST-02`` it did not
                answer in time, ``HSM-HOST-03`` it had ended before, ``HSM-HOST-04`` it
                can be ended by no force; also what is given raises it, or as the verb.
            InputError: The call is unusable; ``HSM-PIN-08``: a PIN is too long.
        """
        if self._is_asked:
            # An answer that nobody took must never pass for that of another call.
            self._lose()
        if not self.is_running:
            raise _gone(verb.act)
        for pin in pins:
            verify_length(pin)
        name = (token.serial, token.label)
        lengths = tuple(map(told_length, pins))
        told = Call(verb.name, name, _ENCODE(arguments), lengths)
        self._is_asked = True
        with self._held_against(verb.act):
            self._wire.send_call(told, pins, verb.act.deadline_s)
        return lambda: self._take(verb)

    def _take(self, verb: Verb[Arguments, Result]) -> Result:
        """Wait for the answer to what was asked."""
        with self._held_against(verb.act):
            answer = self._wire.receive_answer()
            self._is_asked = False
            if isinstance(answer, Done):
                return verb.read_result(answer.result)
        if isinstance(answer, Failed):
            raise _restored(answer)
        self._lose()
        raise RuntimeError(f"in the module's process: {answer.where}")

    @contextmanager
    def _held_against(self, act: Act) -> Iterator[None]:
        """End the process where what is spoken with it comes to no end."""
        try:
            yield
        except TimeoutError as error:
            raise _hung(act, self._lose()) from error
        except (EOFError, OSError, msgspec.DecodeError) as error:
            raise _ended(act, self._lose()) from error
        except BaseException:
            # Ctrl-C: the answer that is still to come must never pass for another's.
            self._lose()
            raise

    def _lose(self) -> int | None:
        """End the process at once; give its status as :meth:`_end`."""
        self._is_lost, self._is_asked = True, False
        # It may be ending by itself: how it ended is worth a moment.
        self._await_end(0.2)
        return self._end()

    def _await_end(self, within_s: float) -> None:
        """Give the process a moment to end by itself; it keeps its number meanwhile.

        Args:
            within_s: How long is waited at most, seconds.
        """
        if self._process.returncode is not None:
            return
        try:
            descriptor = os.pidfd_open(self.pid)
        except OSError:
            # Without a descriptor to wait with it is killed at once.
            return
        try:
            end = select.poll()
            end.register(descriptor, select.POLLIN)
            end.poll(within_s * 1000)
        finally:
            os.close(descriptor)

    def _end(self) -> int | None:
        """Kill the process and whatever its module started.

        Returns:
            Its status, negative for a signal; None where it does not end.
        """
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        try:
            return self._process.wait(KILLED_S)
        except subprocess.TimeoutExpired:
            return None


def verify_length(pin: Secret) -> None:
    """Refuse a PIN that no module takes, before a process is told of it.

    Raises:
        InputError: ``HSM-PIN-08``: it has more than ``PIN_LIMIT`` bytes.
        ValueError: It was wiped.
    """
    if not pin.is_at_reader and len(pin.expose()) > PIN_LIMIT:
        raise InputError(
            "HSM-PIN-08",
            f"The PIN has more than {PIN_LIMIT} bytes, which no module takes.",
            remedy="Type the PIN again.",
        )


def _restored(told: Failed) -> DeviceError | InputError:
    if told.is_input:
        return InputError(told.code, told.message, remedy=told.remedy)
    if told.act:
        return TokenCallError(
            told.code,
            told.message,
            remedy=told.remedy,
            meaning=told.meaning,
            in_doubt=told.in_doubt,
            act=told.act,
            ckr=told.ckr,
            debris=told.debris,
        )
    error = DeviceError(
        told.code,
        told.message,
        remedy=told.remedy,
        meaning=told.meaning,
        in_doubt=told.in_doubt,
    )
    error.ckr = told.ckr
    return error


def _ended(act: Act, status: int | None) -> DeviceError:
    if status is None:
        return stuck(act)
    how = signal.strsignal(-status) if status < 0 else f"with status {status}"
    return DeviceError(
        "HSM-HOST-01",
        f"While {act.phrase}, the process that holds the module ended: {how}.",
        remedy="Compare the token's inventory with the journal before you go on; the "
        "module is started anew when it is used again.",
        meaning=act.doubt or act.refusal,
        in_doubt=act.changes,
    )


def _hung(act: Act, status: int | None) -> DeviceError:
    if status is None:
        return stuck(act)
    return DeviceError(
        "HSM-HOST-02",
        f"While {act.phrase}, the module gave no answer within "
        f"{act.deadline_s:.0f} seconds, and its process was ended.",
        remedy="Check the device and its connection, then compare the token's "
        "inventory with the journal; the module is started anew when it is used again.",
        meaning=act.doubt or act.refusal,
        in_doubt=act.changes,
    )


def stuck(act: Act, within_s: float = KILLED_S) -> DeviceError:
    """Say that a process stays although it was killed: a driver holds it.

    Args:
        act: What it was asked, or is about to be asked of another one.
        within_s: How long it was waited for, seconds.
    """
    return DeviceError(
        "HSM-HOST-04",
        f"While {act.phrase}, the process that holds the module was killed and did "
        f"not end within {within_s:.0f} seconds.",
        remedy="Disconnect the device, or start the machine anew, before anything is "
        "done with its tokens; then compare their inventories with the journal.",
        meaning=f"The process may still hold the device. {act.doubt or act.refusal}",
        in_doubt=act.changes,
    )


def _gone(act: Act) -> DeviceError:
    return DeviceError(
        "HSM-HOST-03",
        "The process that held the module has ended, and with it every login.",
        remedy="Begin the act anew: the module is started, and PINs are asked for.",
        meaning=act.refusal,
    )
