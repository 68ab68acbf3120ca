"""A PKCS#11 module in a process of its own, and its tokens and sessions from here.

A vendor's library may crash, hang or keep a PIN. In a process of its own it takes
nothing with it: what was asked becomes a :class:`DeviceError` with the operation in
doubt where the device may have acted, and the process is started anew on request.

Invariants:
    * The process has exactly the environment that it is given, and no file of ours
      but its two pipes is open in it.
    * A call that is not answered within its deadline ends the process.
    * A process that has ended is never spoken to again; nothing is asked twice.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from ceremony.errors import DeviceError, InputError
from ceremony.hsm import keys, verbs
from ceremony.hsm.errors import Act
from ceremony.hsm.inventory import Inventory, InventoryEntry
from ceremony.hsm.mechanism import SignatureScheme, WrapMethod
from ceremony.hsm.order import CheckValueKind, KeyOrder, SecretKeyOrder
from ceremony.hsm.public_key import load_public_key
from ceremony.hsm.result import (
    CheckValue,
    GeneratedKey,
    Proof,
    SecretKey,
    TokenSignature,
    WrappedKey,
)
from ceremony.hsm.token import TokenFacts, TokenName
from ceremony.hsm.verbs import Verb
from ceremony.hsm.wire import Call, Defect, Done, Failed, Wire
from ceremony.identifiers import Digest, OperationId
from ceremony.secret import Secret

Arguments = TypeVar("Arguments")
Result = TypeVar("Result")

_ROOT: Final = Path(__file__).parents[2]
_BOOT: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from ceremony.hsm.host import main; main(*map(int, sys.argv[2:]))"
)
_FAREWELL_S: Final = 5.0
"""How long a process may take to end once it was asked to, seconds."""

NO_TOKEN: Final = TokenName("")
"""Stands where the module is meant and none of its tokens."""

_ENCODE: Final = msgspec.msgpack.Encoder().encode


class HostedModule:
    """A module that is loaded in a process of its own.

    Made by :func:`open_module` only.
    """

    def __init__(self, process: subprocess.Popen[bytes], wire: Wire) -> None:
        self._process = process
        self._wire = wire
        self._is_lost = False
        self.path = Path()
        self.digest = Digest("")

    def take_over(self, loaded: verbs.Loaded) -> None:
        """Remember what was loaded."""
        self.path, self.digest = Path(loaded.path), loaded.digest

    @property
    def is_running(self) -> bool:
        """Tell whether the module can still be asked."""
        return not self._is_lost and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process in which the module is loaded."""
        return self._process.pid

    def tokens(self) -> tuple[TokenFacts, ...]:
        """Describe all tokens, as :meth:`ceremony.hsm.module.Module.tokens`."""
        return self.call(verbs.TOKENS, ())

    def token(self, serial: str, label: str | None = None) -> HostedToken:
        """Give a token, as :meth:`ceremony.hsm.module.Module.token`.

        Args:
            serial: As the site's binding has it.
            label: The token's label, for modules whose tokens all have one serial;
                None where the serial alone must tell.

        Raises:
            DeviceError: ``HSM-TOKEN-01`` no token has it, ``HSM-TOKEN-06`` more than
                one has it, or the module failed.
        """
        name = TokenName(serial, label)
        self.call(verbs.FACTS, (), name)
        return HostedToken(self, name)

    def initialise_free_slot(self, label: str, so_pin: Secret) -> TokenFacts:
        """Make a token, as :meth:`ceremony.hsm.module.Module.initialise_free_slot`."""
        return self.call(verbs.INITIALISE_FREE_SLOT, (label,), NO_TOKEN, so_pin)

    def close(self) -> None:
        """Finalise the module and end its process, by force where it does not go."""
        if self.is_running:
            with suppress(DeviceError):
                self.call(verbs.UNLOAD, ())
        self._wire.close()
        try:
            self._process.wait(_FAREWELL_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def call(
        self,
        verb: Verb[Arguments, Result],
        arguments: Arguments,
        token: TokenName = NO_TOKEN,
        *pins: Secret,
    ) -> Result:
        """Have the process do one thing, and wait for what comes of it.

        Args:
            verb: What is asked for.
            arguments: Its arguments.
            token: The token, where not the module is meant.
            *pins: The PINs that it needs.

        Raises:
            DeviceError: As the verb raises; ``HSM-HOST-01`` the process ended,
                ``HSM-HOST-02`` it did not answer in time, ``HSM-HOST-03`` it had
                ended before.
            InputError: The call is unusable.
        """
        if not self.is_running:
            raise _gone(verb.act)
        name = (token.serial, token.label)
        told = Call(verb.name, name, _ENCODE(arguments), tuple(map(len, pins)))
        try:
            self._wire.send_call(told, pins)
            answer = self._wire.receive_answer(verb.act.deadline_s)
        except TimeoutError as error:
            self._lose()
            raise _hung(verb.act) from error
        except (EOFError, OSError, msgspec.DecodeError) as error:
            raise _ended(verb.act, self._lose()) from error
        match answer:
            case Done():
                result: Result = msgspec.msgpack.decode(answer.result, type=verb.result)
                return result
            case Failed():
                raise _restored(answer)
            case Defect():
                self._lose()
                raise RuntimeError(f"in the module's process: {answer.where}")

    def _lose(self) -> int:
        """End the process at once; give its status, negative for a signal."""
        self._is_lost = True
        with suppress(subprocess.TimeoutExpired):
            # It may be ending by itself: how it ended is worth a moment.
            self._process.wait(0.2)
        if self._process.poll() is None:
            self._process.kill()
        return self._process.wait()


class HostedToken:
    """A token behind a hosted module.

    Args:
        module: The module.
        name: What the token is found by.
    """

    def __init__(self, module: HostedModule, name: TokenName) -> None:
        self._module = module
        self._name = name

    @property
    def serial(self) -> str:
        """The serial that the token is known by."""
        return self._name.serial

    @property
    def facts(self) -> TokenFacts:
        """What the token says about itself now."""
        return self._module.call(verbs.FACTS, (), self._name)

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The standard's names of all mechanisms that the token offers, sorted."""
        return self._module.call(verbs.MECHANISMS, (), self._name)

    def initialise(self, so_pin: Secret, label: str, user_pin: Secret) -> TokenFacts:
        """Erase the token and set it up, as ``Pkcs11Token.initialise``."""
        facts = self._module.call(
            verbs.INITIALISE, (label,), self._name, so_pin, user_pin
        )
        if self._name.label is not None:
            self._name = TokenName(self.serial, label)
        return facts

    def change_pin(self, old: Secret, new: Secret) -> None:
        """Change the user PIN, as ``Pkcs11Token.change_pin``."""
        self._module.call(verbs.CHANGE_PIN, (), self._name, old, new)

    def change_so_pin(self, old: Secret, new: Secret) -> None:
        """Change the security officer's PIN, as ``Pkcs11Token.change_so_pin``."""
        self._module.call(verbs.CHANGE_SO_PIN, (), self._name, old, new)

    @contextmanager
    def session(
        self, user_pin: Secret | None, *, writable: bool = True
    ) -> Iterator[HostedSession]:
        """Open a session and log in, as ``Pkcs11Token.session``.

        Args:
            user_pin: The user PIN; None to look at public objects without login.
            writable: False where nothing will be made or destroyed.

        Yields:
            The session, usable until the end of the ``with`` block.
        """
        pins = () if user_pin is None else (user_pin,)
        self._module.call(verbs.LOGIN, (writable,), self._name, *pins)
        try:
            yield HostedSession(self._module, self._name)
        except BaseException:
            # The first failure is what a person needs to hear of, not a second one.
            with suppress(DeviceError):
                self._module.call(verbs.LOGOUT, (), self._name)
            raise
        else:
            # Where the process has ended, nobody is logged in any more.
            if self._module.is_running:
                self._module.call(verbs.LOGOUT, (), self._name)


class HostedSession:
    """What can be done with a token while somebody is logged in.

    Each method does what the method of that name of
    :class:`ceremony.hsm.session.Session` does, and raises the same.

    Args:
        module: The module.
        token: What the token is found by.
    """

    def __init__(self, module: HostedModule, token: TokenName) -> None:
        self._module = module
        self._token = token

    def inventory(self) -> Inventory:
        """List every object that this session may see."""
        return self._call(verbs.INVENTORY, ())

    def generate_key_pair(self, order: KeyOrder) -> GeneratedKey:
        """Make a key pair and read back what the token then holds."""
        return self._call(verbs.GENERATE_PAIR, (order,))

    def generate_secret_key(self, order: SecretKeyOrder) -> SecretKey:
        """Make a secret key and read back what the token then holds."""
        return self._call(verbs.GENERATE_SECRET, (order,))

    def read_key(self, cka_id: OperationId) -> GeneratedKey:
        """Read a key pair that the token holds already."""
        return self._call(verbs.READ_PAIR, (cka_id,))

    def read_secret_key(self, cka_id: OperationId) -> SecretKey:
        """Read a secret key that the token holds already, all but its value."""
        return self._call(verbs.READ_SECRET, (cka_id,))

    def private_key(self, cka_id: OperationId) -> keys.PrivateKey:
        """Give a key for ``cryptography``'s builders; it works until logout."""
        key = self.read_key(cka_id)
        public = load_public_key(key.public_key_der, key.algorithm)
        return keys.private_key(
            public, lambda data, scheme: self.sign_by(cka_id, scheme, data).value
        )

    def sign_by(
        self, cka_id: OperationId, scheme: SignatureScheme, data: bytes
    ) -> TokenSignature:
        """Sign by a scheme that is named."""
        return self._call(verbs.SIGN, (cka_id, scheme, data))

    def sign(self, cka_id: OperationId, data: bytes) -> bytes:
        """Sign with the algorithm that goes with the key."""
        return keys.sign_by_default(self.private_key(cka_id), data)

    def prove(self, cka_id: OperationId, challenge: bytes) -> Proof:
        """Have a private key prove that it is there, and verify the proof at once."""
        return self._call(verbs.PROVE, (cka_id, challenge))

    def check_value(self, cka_id: OperationId, kind: CheckValueKind) -> CheckValue:
        """Find out a secret key's check value, and tell how."""
        return self._call(verbs.CHECK_VALUE, (cka_id, kind))

    def wrap(
        self, wrapping_id: OperationId, cka_id: OperationId, method: WrapMethod
    ) -> WrappedKey:
        """Wrap one of the token's keys by another one."""
        return self._call(verbs.WRAP, (wrapping_id, cka_id, method))

    def wrap_for(
        self, public_key_der: bytes, cka_id: OperationId, method: WrapMethod
    ) -> WrappedKey:
        """Wrap a secret key to a pair that another token holds."""
        return self._call(verbs.WRAP_FOR, (public_key_der, cka_id, method))

    def unwrap_secret_key(
        self, wrapping_id: OperationId, wrapped: WrappedKey, order: SecretKeyOrder
    ) -> SecretKey:
        """Restore a secret key and read back what the token then holds."""
        return self._call(verbs.UNWRAP_SECRET, (wrapping_id, wrapped, order))

    def unwrap_key_pair(
        self,
        wrapping_id: OperationId,
        wrapped: WrappedKey,
        order: KeyOrder,
        public_key_der: bytes,
    ) -> GeneratedKey:
        """Restore a private key, write its public key, show that they go together."""
        told = (wrapping_id, wrapped, order, public_key_der)
        return self._call(verbs.UNWRAP_PAIR, told)

    def random(self, count: int) -> bytes:
        """Draw random bytes from the token's own generator."""
        return self._call(verbs.RANDOM, (count,))

    def destroy(self, entry: InventoryEntry) -> None:
        """Destroy exactly one object, and verify that it alone is gone."""
        self._call(verbs.DESTROY, (entry,))

    def write_anchor(self, value: bytes) -> None:
        """Remember a value in the token, in place of the one before."""
        self._call(verbs.WRITE_ANCHOR, (value,))

    def read_anchors(self) -> tuple[bytes, ...]:
        """Give the values that the token remembers."""
        return self._call(verbs.READ_ANCHORS, ())

    def _call(self, verb: Verb[Arguments, Result], arguments: Arguments) -> Result:
        return self._module.call(verb, arguments, self._token)


def open_module(
    path: Path,
    *,
    sha256: Digest | None,
    environment: Mapping[str, str],
    init_arguments: str = "",
) -> HostedModule:
    """Load a module in a process of its own.

    Args:
        path: Absolute; links are followed once.
        sha256: What the file must hash to; None takes any.
        environment: Everything that the process finds in its environment.
        init_arguments: What the module is to be told at its start.

    Raises:
        DeviceError: As :func:`ceremony.hsm.module.load_module`, or ``HSM-HOST-01``.
    """
    calls, answers = os.pipe(), os.pipe()
    theirs = (calls[0], answers[1])
    try:
        process = subprocess.Popen(  # noqa: S603  our own interpreter and the text above
            [
                *(sys.executable, "-I", "-c", _BOOT, str(_ROOT)),
                *map(str, (*theirs, os.getpid())),
            ],
            env=dict(environment),
            pass_fds=theirs,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
    finally:
        for descriptor in theirs:
            os.close(descriptor)
    module = HostedModule(process, Wire(answers[0], calls[1]))
    try:
        told = (str(path), sha256, init_arguments)
        module.take_over(module.call(verbs.LOAD, told))
    except BaseException:
        module.close()
        raise
    return module


def _restored(told: Failed) -> DeviceError | InputError:
    if told.is_input:
        return InputError(told.code, told.message, remedy=told.remedy)
    return DeviceError(
        told.code,
        told.message,
        remedy=told.remedy,
        meaning=told.meaning,
        in_doubt=told.in_doubt,
    )


def _ended(act: Act, status: int) -> DeviceError:
    how = signal.strsignal(-status) if status < 0 else f"with status {status}"
    return DeviceError(
        "HSM-HOST-01",
        f"While {act.phrase}, the process that holds the module ended: {how}.",
        remedy="Compare the token's inventory with the journal before you go on; the "
        "module is started anew when it is used again.",
        meaning=act.doubt or act.refusal,
        in_doubt=act.changes,
    )


def _hung(act: Act) -> DeviceError:
    return DeviceError(
        "HSM-HOST-02",
        f"While {act.phrase}, the module gave no answer within "
        f"{act.deadline_s:.0f} seconds, and its process was ended.",
        remedy="Check the device and its connection, then compare the token's "
        "inventory with the journal; the module is started anew when it is used again.",
        meaning=act.doubt or act.refusal,
        in_doubt=act.changes,
    )


def _gone(act: Act) -> DeviceError:
    return DeviceError(
        "HSM-HOST-03",
        "The process that held the module has ended, and with it every login.",
        remedy="Begin the act anew: the module is started, and PINs are asked for.",
        meaning=act.refusal,
    )
