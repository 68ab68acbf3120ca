"""A PKCS#11 module in a process of its own, and its tokens from here.

Invariants:
    * The process has exactly the environment that it is given, and no file of ours
      but its two pipes is open in it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from ceremony.errors import DeviceError
from ceremony.hsm import verbs
from ceremony.hsm.host_process import NO_TOKEN, HostProcess
from ceremony.hsm.hosted_session import HostedSession
from ceremony.hsm.survey import ModuleSurvey
from ceremony.hsm.token import TokenFacts, TokenName
from ceremony.hsm.wire import Wire
from ceremony.identifiers import Digest, OperationId
from ceremony.secret import Secret

_ROOT: Final = Path(__file__).parents[2]
BOOT: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from ceremony.hsm.host import main; main(*map(int, sys.argv[2:]))"
)
"""What the process runs; its last argument is the number of whoever started it."""


class HostedModule(HostProcess):
    """A module that is loaded in a process of its own.

    Made by :func:`open_module` only.
    """

    def __init__(self, process: subprocess.Popen[bytes], wire: Wire) -> None:
        super().__init__(process, wire)
        self.path = Path()
        self.digest = Digest("")

    def take_over(self, loaded: verbs.Loaded) -> None:
        """Remember what was loaded."""
        self.path, self.digest = Path(loaded.path), loaded.digest

    def tokens(self) -> tuple[TokenFacts, ...]:
        """Describe all tokens, as :meth:`ceremony.hsm.module.Module.tokens`."""
        return self.call(verbs.TOKENS, ())

    def survey(self) -> ModuleSurvey:
        """Look at everything, as :meth:`ceremony.hsm.module.Module.survey`."""
        return self.call(verbs.SURVEY, ())

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

    def trust(self, so_pin: Secret, cka_id: OperationId) -> None:
        """Make a wrapping key trusted, as ``Pkcs11Token.trust``."""
        self._module.call(verbs.TRUST, (cka_id,), self._name, so_pin)

    @contextmanager
    def session(
        self, user_pin: Secret | None, *, writable: bool = True
    ) -> Iterator[HostedSession]:
        """Open a session and log in, as ``Pkcs11Token.session``.

        Args:
            user_pin: The user PIN, typed or entered at the token's keypad; None to
                look at public objects without login.
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
    try:
        process, wire = _start(environment)
    except OSError as error:
        raise _not_started(error) from error
    module = HostedModule(process, wire)
    try:
        told = (str(path), sha256, init_arguments)
        module.take_over(module.call(verbs.LOAD, told))
    except BaseException:
        module.close()
        raise
    return module


def _start(environment: Mapping[str, str]) -> tuple[subprocess.Popen[bytes], Wire]:
    """Start a process with its two pipes, and leave none open where that fails."""
    with ExitStack() as ours, ExitStack() as theirs:
        calls = os.pipe()
        theirs.callback(os.close, calls[0])
        ours.callback(os.close, calls[1])
        answers = os.pipe()
        ours.callback(os.close, answers[0])
        theirs.callback(os.close, answers[1])
        given = (calls[0], answers[1])
        process = subprocess.Popen(  # noqa: S603  our own interpreter and the text above
            [
                *(sys.executable, "-I", "-c", BOOT, str(_ROOT)),
                *map(str, (*given, os.getpid())),
            ],
            env=dict(environment),
            pass_fds=given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        wire = Wire(answers[0], calls[1])
        ours.pop_all()
        return process, wire


def _not_started(error: OSError) -> DeviceError:
    """Say that no process could be started for a module."""
    return DeviceError(
        "HSM-HOST-01",
        f"No process could be started for the module: {error.strerror or error}.",
        remedy="Close other programs, then try again.",
        meaning="No token was reached.",
    )
