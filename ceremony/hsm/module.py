"""One PKCS#11 module: loaded by absolute path, pinned by its digest.

Invariants:
    * The path is resolved once; what was hashed is what is loaded.
    * A token is found by its serial, never by its slot.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pkcs11
from pkcs11.constants import TokenFlag
from pkcs11.exceptions import PKCS11Error

from ceremony.errors import DeviceError
from ceremony.hsm.fault import translate
from ceremony.hsm.pkcs11_token import Pkcs11Token
from ceremony.hsm.raw import RawModule
from ceremony.hsm.token import TokenFacts
from ceremony.identifiers import Digest
from ceremony.secret import Secret

_RAW: dict[str, RawModule] = {}
"""The hook stands once for each module: a module is one per process."""


class Module:
    """A loaded module and the tokens that it shows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        name = str(path)
        if name not in _RAW:
            _RAW[name] = RawModule(name)
        self._raw = _RAW[name]
        self._library = pkcs11.lib(name)

    def tokens(self) -> tuple[TokenFacts, ...]:
        """List the initialised tokens, by serial."""
        return tuple(token.facts for token in self._tokens())

    def _tokens(self) -> list[Pkcs11Token]:
        try:
            found = [
                Pkcs11Token(self._raw, slot.get_token())
                for slot in self._library.get_slots(token_present=True)
            ]
        except PKCS11Error as error:
            raise translate(error, "C_GetSlotList") from error
        ready = [token for token in found if token.facts.initialised]
        return sorted(ready, key=lambda token: token.facts.serial)

    def token(self, serial: str) -> Pkcs11Token:
        """Find a token by its serial.

        Raises:
            DeviceError: ``HSM-TOKEN-01``: the module shows no such token;
                ``HSM-TOKEN-02``: it shows several.
        """
        found = [token for token in self._tokens() if token.facts.serial == serial]
        if len(found) == 1:
            return found[0]
        known = ", ".join(facts.serial for facts in self.tokens()) or "none"
        if found:
            raise DeviceError(
                "HSM-TOKEN-02",
                f"Several tokens claim the serial {serial}.",
                meaning="None of them was touched.",
                remedy="Remove the one that is not meant.",
            )
        raise DeviceError(
            "HSM-TOKEN-01",
            f"No token with the serial {serial} is there; the module shows {known}.",
            meaning="Nothing was done to any token.",
            remedy="Insert the token, or correct the site binding.",
        )

    def initialise_free_slot(self, label: str, so_pin: Secret) -> TokenFacts:
        """Make a new token in a slot that has none yet.

        Raises:
            DeviceError: ``HSM-TOKEN-03``: no slot is free; or the module refuses.
        """
        try:
            slots = self._library.get_slots(token_present=True)
            free = [
                slot
                for slot in slots
                if not slot.get_token().flags & TokenFlag.TOKEN_INITIALIZED
            ]
        except PKCS11Error as error:
            raise translate(error, "C_GetSlotList") from error
        if not free:
            raise DeviceError(
                "HSM-TOKEN-03",
                "The module has no slot for a new token.",
                meaning="No token was made.",
                remedy="Free a slot, then try again.",
            )
        before = {facts.serial for facts in self.tokens()}
        self._raw.init_token(free[0].slot_id, so_pin.expose(), label)
        return next(facts for facts in self.tokens() if facts.serial not in before)

    def close(self) -> None:
        """End the module's work in this process; it can be loaded again."""
        self._library.finalize()


def module_digest(path: Path) -> Digest:
    """Digest a module's file: SHA-256.

    Raises:
        DeviceError: ``HSM-MODULE-01``: it cannot be read.
    """
    try:
        return Digest(
            hashlib.sha256(path.resolve(strict=True).read_bytes()).hexdigest()
        )
    except OSError as error:
        raise _missing(path) from error


def load_module(path: Path, *, sha256: Digest | None) -> Module:
    """Load a module.

    Args:
        path: Absolute; links are resolved once.
        sha256: The digest it must have; None where none is pinned.

    Raises:
        DeviceError: ``HSM-MODULE-01``: missing or not absolute; ``HSM-MODULE-02``:
            another digest; ``HSM-MODULE-03``: not a PKCS#11 module.
    """
    if not path.is_absolute():
        raise _missing(path)
    found = module_digest(path)
    if sha256 is not None and found != sha256:
        raise DeviceError(
            "HSM-MODULE-02",
            f"The module {path} is not the one that the site binding pins.",
            meaning="It was not loaded; no token was touched.",
            remedy="Find out why it changed, then pin the new one in the binding.",
        )
    try:
        return Module(path.resolve())
    except (
        OSError,
        AttributeError,
        pkcs11.exceptions.PKCS11Error,
        RuntimeError,
    ) as error:
        raise DeviceError(
            "HSM-MODULE-03",
            f"{path} does not work as a PKCS#11 module ({type(error).__name__}).",
            meaning="No token was touched.",
            remedy="Name the vendor's PKCS#11 module and check its configuration.",
        ) from error


def _missing(path: Path) -> DeviceError:
    return DeviceError(
        "HSM-MODULE-01",
        f"There is no PKCS#11 module {path}.",
        meaning="No token was touched.",
        remedy="Install the module, or name it by its absolute path.",
    )
