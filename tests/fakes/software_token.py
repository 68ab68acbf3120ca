"""A token in memory: the same acts, facts and refusals as a real one, by cryptography.

It is for tests that need no module, and the contract suite holds it to what the real
tokens do. It keeps its keys in this process and protects nothing. ``lacks`` takes
mechanisms away from it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from ceremony.errors import DeviceError
from ceremony.hsm.attributes import FoundAttribute
from ceremony.hsm.errors import Act
from ceremony.hsm.mechanism import (
    MechanismName,
)
from ceremony.hsm.token import TokenFacts
from ceremony.identifiers import OperationId
from ceremony.secret import Secret
from tests.fakes.software_session import Held, SoftwareSession, refused

_SHORTEST_PIN = 4


@dataclass
class SoftwareToken:
    """A token with a serial, a label, two PINs and objects."""

    serial: str = field(default_factory=lambda: secrets.token_hex(8))
    lacks: frozenset[MechanismName] = frozenset()
    _label: str = "FACTORY"
    _so_pin: bytes = b""
    _user_pin: bytes = b""
    _pin_low: bool = False
    _objects: list[Held] = field(default_factory=list)
    _in_use: bool = False

    @property
    def facts(self) -> TokenFacts:
        return TokenFacts(
            serial=self.serial,
            label=self._label,
            manufacturer="Key Ceremony",
            model="Soft token of tests",
            hardware_version="0.0",
            firmware_version="0.0",
            initialised=self._user_pin != b"",
            user_pin_set=self._user_pin != b"",
            pin_count_low=self._pin_low,
            pin_final_try=False,
            pin_locked=False,
            pin_to_be_changed=False,
            so_pin_to_be_changed=False,
            protected_path=False,
            hardware_slot=False,
            slot_description="memory",
        )

    @property
    def mechanisms(self) -> tuple[str, ...]:
        return tuple(sorted(str(each) for each in set(MechanismName) - self.lacks))

    def initialise(self, so_pin: Secret, label: str, user_pin: Secret) -> TokenFacts:
        self._refuse_second_session()
        if self._so_pin and bytes(so_pin.expose()) != self._so_pin:
            raise refused(Act.INITIALISE, "CKR_PIN_INCORRECT")
        self._so_pin = bytes(so_pin.expose())
        self._label, self._user_pin = label, bytes(user_pin.expose())
        self._objects.clear()
        return self.facts

    def change_pin(self, old: Secret, new: Secret) -> None:
        self._user_pin = self._changed(self._user_pin, old, new)

    def change_so_pin(self, old: Secret, new: Secret) -> None:
        self._so_pin = self._changed(self._so_pin, old, new)

    def trust(self, so_pin: Secret, cka_id: OperationId) -> None:
        self._refuse_second_session()
        if bytes(so_pin.expose()) != self._so_pin:
            raise refused(Act.LOGIN, "CKR_PIN_INCORRECT")
        for at, held in enumerate(self._objects):
            if held.entry.cka_id != cka_id or not held.may("WRAP"):
                continue
            kept = [e for e in held.entry.attributes if e.name != "CKA_TRUSTED"]
            told = sorted([*kept, FoundAttribute("CKA_TRUSTED", value=True)])
            entry = replace(held.entry, attributes=tuple(told))
            self._objects[at] = replace(held, entry=entry)

    def _changed(self, present: bytes, old: Secret, new: Secret) -> bytes:
        self._refuse_second_session()
        if bytes(old.expose()) != present:
            raise refused(Act.CHANGE_PIN, "CKR_PIN_INCORRECT")
        if len(new) < _SHORTEST_PIN:
            raise refused(Act.CHANGE_PIN, "CKR_PIN_LEN_RANGE")
        return bytes(new.expose())

    @contextmanager
    def session(
        self, user_pin: Secret | None, *, writable: bool = True
    ) -> Iterator[SoftwareSession]:
        self._refuse_second_session()
        if user_pin is not None:
            self._pin_low = bytes(user_pin.expose()) != self._user_pin
            if self._pin_low:
                error = refused(Act.LOGIN, "CKR_PIN_INCORRECT")
                error.meaning += f" {self.facts.pin_words}"
                raise error
        self._in_use = True
        session = SoftwareSession(
            self.serial,
            self.mechanisms,
            self._objects,
            writable=writable,
            logged_in=user_pin is not None,
        )
        try:
            yield session
        finally:
            self._in_use = False

    def _refuse_second_session(self) -> None:
        if self._in_use:
            raise DeviceError(
                "HSM-TOKEN-04", f"{self.serial} is in use.", remedy="End the session."
            )
