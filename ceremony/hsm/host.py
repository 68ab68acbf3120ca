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

from ceremony.errors import DeviceError, InputError
from ceremony.hsm import verbs
from ceremony.hsm.errors import TokenCallError
from ceremony.hsm.module import Module, load_module
from ceremony.hsm.pkcs11_token import Pkcs11Token
from ceremony.hsm.session import Session
from ceremony.hsm.token import TokenName
from ceremony.hsm.verbs import VERBS, Loaded, Verb
from ceremony.hsm.wire import Answer, Call, Defect, Done, Failed, Wire
from ceremony.identifiers import Digest
from ceremony.secret import Secret

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38

_ENCODE: Final = msgspec.msgpack.Encoder().encode


class Host:
    """The module that this process has loaded, and its open sessions by token."""

    def __init__(self) -> None:
        self._module: Module | None = None
        self._sessions: dict[TokenName, tuple[Session, ExitStack]] = {}

    def load(self, path: str, sha256: Digest | None, init_arguments: str) -> Loaded:
        """Load the module."""
        self._module = load_module(
            Path(path), sha256=sha256, init_arguments=init_arguments
        )
        return Loaded(str(self._module.path), self._module.digest)

    def unload(self) -> None:
        """End every session and finalise the module."""
        for name in tuple(self._sessions):
            self.logout(name)
        if self._module is not None:
            self._module.close()

    @property
    def module(self) -> Module:
        """The module; the first call of a client loads it."""
        if self._module is None:
            raise LookupError("no module is loaded")
        return self._module

    def token(self, name: TokenName) -> Pkcs11Token:
        """Find a token."""
        return self.module.token(name.serial, name.label)

    def login(self, name: TokenName, pin: Secret | None, *, writable: bool) -> None:
        """Open a session and keep it."""
        stack = ExitStack()
        session = stack.enter_context(self.token(name).session(pin, writable=writable))
        self._sessions[name] = (session, stack)

    def logout(self, name: TokenName) -> None:
        """End the session with a token."""
        _, stack = self._sessions.pop(name)
        stack.close()

    def session(self, name: TokenName) -> Session:
        """Give the open session with a token."""
        return self._sessions[name][0]


_Handler = Callable[[Host, TokenName, Any, tuple[Secret, ...]], object]


def _on_session(work: Callable[..., object]) -> _Handler:
    """Make a handler of what a session does with its arguments alone."""
    return lambda at, name, told, _: work(at.session(name), *told)


_ON_SESSION: Final[tuple[tuple[Verb[Any, Any], Callable[..., object]], ...]] = (
    (verbs.INVENTORY, Session.inventory),
    (verbs.GENERATE_PAIR, Session.generate_key_pair),
    (verbs.GENERATE_SECRET, Session.generate_secret_key),
    (verbs.READ_PAIR, Session.read_key),
    (verbs.READ_SECRET, Session.read_secret_key),
    (verbs.SIGN, Session.sign_by),
    (verbs.PROVE, Session.prove),
    (verbs.CHECK_VALUE, Session.check_value),
    (verbs.WRAP, Session.wrap),
    (verbs.WRAP_FOR, Session.wrap_for),
    (verbs.WRAP_PUBLIC, Session.wrap_public),
    (verbs.UNWRAP_SECRET, Session.unwrap_secret_key),
    (verbs.UNWRAP_PAIR, Session.unwrap_key_pair),
    (verbs.RANDOM, Session.random),
    (verbs.DESTROY, Session.destroy),
    (verbs.WRITE_ANCHOR, Session.write_anchor),
    (verbs.READ_ANCHORS, Session.read_anchors),
)

HANDLERS: Final[dict[str, _Handler]] = {
    verbs.LOAD.name: lambda at, _, told, __: at.load(*told),
    verbs.UNLOAD.name: lambda at, *_: at.unload(),
    verbs.TOKENS.name: lambda at, *_: at.module.tokens(),
    verbs.SURVEY.name: lambda at, *_: at.module.survey(),
    verbs.INITIALISE_FREE_SLOT.name: lambda at, _, told, pins: (
        at.module.initialise_free_slot(told[0], pins[0])
    ),
    verbs.FACTS.name: lambda at, name, *_: at.token(name).facts,
    verbs.MECHANISMS.name: lambda at, name, *_: at.token(name).mechanisms,
    verbs.INITIALISE.name: lambda at, name, told, pins: at.token(name).initialise(
        pins[0], told[0], pins[1]
    ),
    verbs.CHANGE_PIN.name: lambda at, name, _, pins: at.token(name).change_pin(*pins),
    verbs.CHANGE_SO_PIN.name: lambda at, name, _, pins: at.token(name).change_so_pin(
        *pins
    ),
    verbs.TRUST.name: lambda at, name, told, pins: at.token(name).trust(
        pins[0], told[0]
    ),
    verbs.LOGIN.name: lambda at, name, told, pins: at.login(
        name, pins[0] if pins else None, writable=told[0]
    ),
    verbs.LOGOUT.name: lambda at, name, *_: at.logout(name),
    **{verb.name: _on_session(work) for verb, work in _ON_SESSION},
}
"""What is done for each verb."""


def serve(wire: Wire, host: Host) -> None:
    """Answer one call after the other until the client is gone."""
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
            name = TokenName(*call.token)
            told = VERBS[call.verb].read_arguments(call.arguments)
            return Done(_ENCODE(HANDLERS[call.verb](host, name, told, pins)))
    except (DeviceError, InputError) as error:
        return _failed(error)
    except Exception as error:  # noqa: BLE001  told to the client, which stops
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        return Defect(f"{type(error).__name__} in {where}")


def _failed(error: DeviceError | InputError) -> Failed:
    call = error if isinstance(error, TokenCallError) else None
    return Failed(
        is_input=isinstance(error, InputError),
        code=error.code,
        message=str(error),
        meaning=error.meaning,
        remedy=error.remedy,
        in_doubt=isinstance(error, DeviceError) and error.in_doubt,
        ckr=error.ckr if isinstance(error, DeviceError) else "",
        act=call.act if call is not None else "",
        debris=call.debris if call is not None else (),
    )


def harden() -> None:
    """Dump no core, gain no privilege, end with the parent, leave Ctrl-C to it."""
    prctl = ctypes.CDLL(None).prctl
    for option, value in (
        (_PR_SET_DUMPABLE, 0),
        (_PR_SET_NO_NEW_PRIVS, 1),
        (_PR_SET_PDEATHSIG, signal.SIGKILL),
    ):
        if prctl(option, ctypes.c_ulong(value), *[ctypes.c_ulong(0)] * 3) != 0:
            raise OSError(f"prctl {option} was refused")
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
    for descriptor in (reading, writing):
        # What a module starts must not hold the pipe open beyond its process.
        os.set_inheritable(descriptor, False)  # noqa: FBT003  positional only
    # Whoever ended before the signal was asked for will send none.
    if os.getppid() == parent:
        serve(Wire(reading, writing), Host())
