"""The tokens of one site, found by serial and opened only for as long as needed.

Invariants:
    * A token is chosen by the serial that the binding names, and by its label too
      where several have one serial; never by slot.
    * Each turn ends in a logout; only the evidence token stays open, for the log
      key signs unattended, and what a step has logged in to, until it is logged out.
    * What fails at a token ends the login that is kept there.
    * Each module of the binding is loaded in a process of its own, in the environment
      that the binding names and no other. One that has ended is started anew when it
      is asked for again; nothing is asked twice by itself.
    * No token is looked at while the process of a program that was killed is ending.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import TracebackType
from typing import Self

from ceremony.errors import DeviceError
from ceremony.hsm.hosted import HostedModule, HostedToken, open_module
from ceremony.hsm.hosted_session import HostedSession
from ceremony.hsm.orphan import await_orphans
from ceremony.identifiers import PersonId
from ceremony.pack.binding import (
    EvidenceBinding,
    PersonBinding,
    SiteBinding,
    TokenBinding,
)
from ceremony.secret import Secret


class Devices:
    """Every token that the site binding names, through its modules."""

    def __init__(self, binding: SiteBinding) -> None:
        self.binding = binding
        self._modules: dict[str, HostedModule] = {}
        self._stack = ExitStack()
        self._evidence: HostedSession | None = None
        self._logins: dict[str, tuple[HostedSession, ExitStack]] = {}

    def __enter__(self) -> Self:
        """Wait for what a program that was killed has still under way at a token.

        Raises:
            DeviceError: ``HSM-HOST-04``: its module's process does not end.
        """
        await_orphans()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._evidence = None
        # Where one does not end well, the others are ended all the same.
        with ExitStack() as modules:
            for module in self._modules.values():
                modules.callback(module.close)
            self.log_out_all()
            self._stack.close()

    def module(self, name: str) -> HostedModule:
        """Give a module of the binding, loaded in a process of its own.

        Raises:
            DeviceError: It is missing, not PKCS#11, or not the pinned one.
        """
        known = self._modules.get(name)
        if known is None or not known.is_running:
            if known is not None:
                del self._modules[name]
                known.close()
            known = self._load(name)
            self._modules[name] = known
        return known

    def _load(self, name: str) -> HostedModule:
        bound = self.binding.module(name)
        return open_module(
            bound.path,
            sha256=bound.sha256,
            environment=bound.environment,
            init_arguments=bound.init_arguments,
        )

    @contextmanager
    def anew(self, name: str) -> Iterator[HostedModule]:
        """Load the module of a token anew for one look, in a process that then ends.

        What people did to the token meanwhile, a module that was running before may
        not have seen. Where no login is kept in its process, that one ends too, and
        the module is loaded anew when it is next asked for.

        Args:
            name: The token's name in the script.

        Raises:
            DeviceError: As :meth:`module`.
        """
        module = self.bound(name).module
        kept = {self.bound(token).module for token in self._logins}
        if self._evidence is not None:
            kept.add(self.binding.evidence.module)
        if module not in kept and module in self._modules:
            self._modules.pop(module).close()
        loaded = self._load(module)
        try:
            yield loaded
        finally:
            loaded.close()

    def bound(self, name: str) -> TokenBinding:
        """Find what the binding says about a token of the script."""
        return self.binding.token(name)

    def token(self, name: str) -> HostedToken:
        """Find a token of the script.

        Raises:
            DeviceError: No such token is there.
        """
        return self.find(self.bound(name))

    def find(
        self, bound: TokenBinding | EvidenceBinding | PersonBinding
    ) -> HostedToken:
        """Find a bound token by its serial, which it keeps when it is initialised.

        Only where several tokens have the serial does the label tell as well: until
        its script initialises it, a token bears the label of the factory.

        Raises:
            DeviceError: No such token is there, or several.
        """
        module = self.module(bound.module)
        alike = [each for each in module.tokens() if each.serial == bound.serial]
        return module.token(bound.serial, bound.label if len(alike) > 1 else None)

    @contextmanager
    def session(self, name: str, pin: Secret | None) -> Iterator[HostedSession]:
        """Use the login that is kept at a token of the script, or log in for one act.

        Args:
            name: The token's name in the script.
            pin: The user PIN; None where a login is kept, which is then used.

        Raises:
            DeviceError: The token is not there, carries another label than the
                binding names, or refuses the PIN; ``CONDUCT-LOGIN-01``: the login
                that was kept is no more.
        """
        kept = self._logins.get(name)
        if kept is None and pin is not None:
            with self._opened(name, pin) as session:
                yield session
            return
        try:
            if kept is None or not kept[0].is_open:
                raise _login_gone(name)
            yield kept[0]
        except DeviceError:
            # The first failure is what a person needs to hear of, not a second one.
            with suppress(DeviceError):
                self.log_out(name)
            raise

    def log_in(self, name: str, pin: Secret) -> None:
        """Log in to a token of the script and keep the login, never the PIN.

        Raises:
            DeviceError: As :meth:`session`.
        """
        with ExitStack() as stack:
            session = stack.enter_context(self._opened(name, pin))
            self._logins[name] = (session, stack.pop_all())

    def log_out(self, name: str) -> None:
        """End the login that is kept at a token; with its process where it must be.

        Raises:
            DeviceError: The token failed; nobody is logged in all the same, unless it
                is ``HSM-HOST-04``.
        """
        known = self._logins.pop(name, None)
        if known is None:
            return
        try:
            known[1].close()
        except DeviceError:
            # With its process every login ends that is kept in it.
            self._modules.pop(self.bound(name).module).close()
            raise

    def log_out_all(self) -> None:
        """End every login that is kept, however its token answers.

        Raises:
            DeviceError: ``HSM-HOST-04``: a process that holds a login does not end.
        """
        for name in tuple(self._logins):
            try:
                self.log_out(name)
            except DeviceError as error:
                if error.code == "HSM-HOST-04":
                    raise

    @contextmanager
    def _opened(self, name: str, pin: Secret) -> Iterator[HostedSession]:
        bound, token = self.bound(name), self.token(name)
        if token.facts.label != bound.label:
            raise DeviceError(
                "CONDUCT-LABEL-01",
                f"The token {bound.serial} is labelled {token.facts.label!r}; the "
                f"binding says {bound.label!r}.",
                meaning="Nothing was done to it.",
                remedy="Insert the token that the binding names, or correct it.",
            )
        with token.session(pin) as session:
            yield session

    @contextmanager
    def person_session(self, person: PersonId, pin: Secret) -> Iterator[HostedSession]:
        """Log in to a person's own signing token for one turn."""
        bound = self.person(person)
        with self.find(bound).session(pin) as session:
            yield session

    def person(self, person: PersonId) -> PersonBinding:
        """Find what the binding says about a person's token."""
        return self.binding.person(person)

    def open_evidence(self, pin: Secret) -> HostedSession:
        """Log in to the evidence token and keep it open; a second call reuses it."""
        if self._evidence is None or not self._evidence.is_open:
            bound = self.binding.evidence
            token = self.find(bound)
            self._evidence = self._stack.enter_context(token.session(pin))
        return self._evidence

    @property
    def evidence(self) -> HostedSession:
        """Give the open session of the evidence token.

        Raises:
            DeviceError: ``CONDUCT-EVIDENCE-01``: it was not opened;
                ``CONDUCT-EVIDENCE-02``: its module's process has ended since.
        """
        if self._evidence is None:
            raise DeviceError(
                "CONDUCT-EVIDENCE-01",
                "The evidence token is not open.",
                meaning="No checkpoint can be signed.",
                remedy="Insert the evidence token and give its PIN.",
            )
        if not self._evidence.is_open:
            raise DeviceError(
                "CONDUCT-EVIDENCE-02",
                "The process that held the evidence token has ended.",
                meaning="No checkpoint can be signed; what is recorded stands.",
                remedy="Leave the ceremony and resume it: its PIN is then asked for.",
            )
        return self._evidence


def _login_gone(name: str) -> DeviceError:
    return DeviceError(
        "CONDUCT-LOGIN-01",
        f"The login at {name} is no more: its token or its module's process ended it.",
        meaning="Nothing was done with the token, and nobody is logged in.",
        remedy="Carry the step out again: its PIN is then asked for.",
    )
