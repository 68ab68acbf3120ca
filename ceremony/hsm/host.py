"""A device's host: the one process in which a module is loaded.

It is started by :mod:`ceremony.hsm.hosted`, in the environment that the binding gives
the module and in no other, and serves one client until that closes its pipe.

Invariants:
    * A PIN is held in one buffer, which is wiped before the answer is sent.
    * It dumps no core, gains no privilege, and ends with whoever started it.
    * One thread; one call at a time.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import msgspec
from pkcs11 import Mechanism

from ceremony.errors import DeviceError, InputError
from ceremony.hsm import verbs
from ceremony.hsm.module import Module, load_module
from ceremony.hsm.session import Session
from ceremony.hsm.verbs import VERBS, Loaded
from ceremony.hsm.wire import Answer, Call, Defect, Done, Failed, Wire
from ceremony.identifiers import Digest
from ceremony.secret import Secret

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38

_ENCODE: Final = msgspec.msgpack.Encoder().encode


class Host:
    """The module that this process has loaded, and its open sessions by serial."""

    def __init__(self) -> None:
        self._module: Module | None = None
        self._sessions: dict[str, tuple[Session, ExitStack]] = {}

    def load(self, path: str, sha256: Digest | None) -> Loaded:
        """Load the module."""
        self._module = load_module(Path(path), sha256=sha256)
        return Loaded(str(self._module.path), self._module.digest)

    def unload(self) -> None:
        """End every session and finalise the module."""
        for serial in tuple(self._sessions):
            self.logout(serial)
        if self._module is not None:
            self._module.close()

    @property
    def module(self) -> Module:
        """The module; the first call of a client loads it."""
        if self._module is None:
            raise LookupError("no module is loaded")
        return self._module

    def login(self, serial: str, pin: Secret | None, *, writable: bool) -> None:
        """Open a session and keep it."""
        stack = ExitStack()
        token = self.module.token(serial)
        session = stack.enter_context(token.session(pin, writable=writable))
        self._sessions[serial] = (session, stack)

    def logout(self, serial: str) -> None:
        """End the session with a token."""
        _, stack = self._sessions.pop(serial)
        stack.close()

    def session(self, serial: str) -> Session:
        """Give the open session with a token."""
        return self._sessions[serial][0]


_Handler = Callable[[Host, str, Any, tuple[Secret, ...]], object]

HANDLERS: Final[dict[str, _Handler]] = {
    verbs.LOAD.name: lambda at, _, told, __: at.load(*told),
    verbs.UNLOAD.name: lambda at, *_: at.unload(),
    verbs.TOKENS.name: lambda at, *_: at.module.tokens(),
    verbs.SURVEY.name: lambda at, *_: at.module.survey(),
    verbs.FACTS.name: lambda at, serial, *_: at.module.token(serial).facts,
    verbs.INITIALISE_FREE_SLOT.name: lambda at, _, told, pins: (
        at.module.initialise_free_slot(told[0], pins[0])
    ),
    verbs.INITIALISE.name: lambda at, serial, told, pins: at.module.token(
        serial
    ).initialise(pins[0], told[0], pins[1]),
    verbs.LOGIN.name: lambda at, serial, told, pins: at.login(
        serial, pins[0] if pins else None, writable=told[0]
    ),
    verbs.LOGOUT.name: lambda at, serial, *_: at.logout(serial),
    verbs.INVENTORY.name: lambda at, serial, *_: at.session(serial).inventory(),
    verbs.GENERATE.name: lambda at, serial, told, _: at.session(
        serial
    ).generate_key_pair(*told),
    verbs.READ_KEY.name: lambda at, serial, told, _: at.session(serial).read_key(*told),
    verbs.SIGN.name: lambda at, serial, told, _: at.session(serial).sign_with(
        told[0], told[1], Mechanism[told[2]]
    ),
    verbs.DESTROY.name: lambda at, serial, told, _: at.session(serial).destroy(*told),
    verbs.WRITE_ANCHOR.name: lambda at, serial, told, _: at.session(
        serial
    ).write_anchor(*told),
    verbs.READ_ANCHORS.name: lambda at, serial, *_: at.session(serial).read_anchors(),
}
"""What is done for each verb."""


def serve(wire: Wire) -> None:
    """Answer one call after the other until the client is gone."""
    host = Host()
    while True:
        try:
            call = wire.receive_call()
            pins = tuple(wire.receive_pin(length) for length in call.pins)
        except EOFError:
            return
        wire.send_answer(_answer(host, call, pins))
        if call.verb == verbs.UNLOAD.name:
            return


def _answer(host: Host, call: Call, pins: tuple[Secret, ...]) -> Answer:
    try:
        with ExitStack() as held:
            for pin in pins:
                held.enter_context(pin)
            told = msgspec.msgpack.decode(
                call.arguments, type=VERBS[call.verb].arguments
            )
            return Done(_ENCODE(HANDLERS[call.verb](host, call.serial, told, pins)))
    except (DeviceError, InputError) as error:
        return Failed(
            is_input=isinstance(error, InputError),
            code=error.code,
            message=str(error),
            meaning=error.meaning,
            remedy=error.remedy,
            in_doubt=isinstance(error, DeviceError) and error.in_doubt,
            ckr=error.ckr if isinstance(error, DeviceError) else "",
        )
    except Exception as error:  # noqa: BLE001  told to the client, which stops
        place = traceback.extract_tb(error.__traceback__)[-1]
        name = Path(place.filename).name
        return Defect(f"{type(error).__name__} in {name}:{place.lineno}")


def harden() -> None:
    """Dump no core, gain no privilege, end with the parent, leave Ctrl-C to it."""
    prctl = ctypes.CDLL(None).prctl
    for option, value in (
        (_PR_SET_DUMPABLE, 0),
        (_PR_SET_NO_NEW_PRIVS, 1),
        (_PR_SET_PDEATHSIG, signal.SIGKILL),
    ):
        prctl(option, ctypes.c_ulong(value), *[ctypes.c_ulong(0)] * 3)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def main(reading: int, writing: int, parent: int) -> None:
    """Serve the pipes that were handed over.

    Args:
        reading: The inherited pipe that calls come from.
        writing: The inherited pipe that answers go to.
        parent: The process that started this one.
    """
    harden()
    # Whoever ended before the signal was asked for will send none.
    if os.getppid() == parent:
        serve(Wire(reading, writing))
