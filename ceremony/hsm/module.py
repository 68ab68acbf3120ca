"""A PKCS#11 module: found by absolute path, pinned by digest, loaded once.

Invariants:
    * The bytes that were hashed are the bytes that are loaded: both come from one
      open file, so that swapping the file between the two changes nothing.
    * A module is initialised once in a process, always with locking; loading it again
      gives the same module.
    * One thread uses a module.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pkcs11

from ceremony.errors import DeviceError
from ceremony.hsm.errors import Act, CkrError, TokenCallError, device_door
from ceremony.hsm.pkcs11_token import (
    Pkcs11Token,
    read_facts,
    verify_pin_path,
    verify_token_label,
)
from ceremony.hsm.raw import FunctionList
from ceremony.hsm.surveying import take_survey
from ceremony.hsm.token import TokenName
from ceremony.identifiers import Digest

if TYPE_CHECKING:
    from pkcs11.types import Token as LibraryToken

    from ceremony.hsm.survey import ModuleSurvey
    from ceremony.hsm.token import TokenFacts
    from ceremony.secret import Secret


@dataclass(frozen=True, slots=True)
class _Image:
    """One module's file as it was loaded; kept while the process lives.

    Attributes:
        path: The resolved path.
        digest: The file's SHA-256.
        loaded_by: The path by which the open file is loaded; the file stays open, or
            another module could come by the same path.
        functions: The module's functions.
    """

    path: Path
    digest: Digest
    loaded_by: str
    functions: FunctionList


_images: Final[dict[Path, _Image]] = {}
_open_modules: Final[dict[Path, Module]] = {}


class Module:
    """A loaded and initialised module.

    Made by :func:`load_module` only.

    Attributes:
        init_arguments: What the module was told at its start.
    """

    def __init__(self, image: _Image, init_arguments: str = "") -> None:
        image.functions.give_at_start(init_arguments)
        try:
            with device_door(Act.LOOK):
                self._library = pkcs11.lib(image.loaded_by)
        except TokenCallError as error:
            if error.ckr != "CKR_ARGUMENTS_BAD":
                raise
            told = repr(init_arguments) if init_arguments else "none"
            refused = DeviceError(
                "HSM-MODULE-05",
                f"The module {image.path} does not start with these init arguments: "
                f"{told} ({error.ckr}).",
                remedy="Name as init-arguments in the binding, or with --init-args, "
                "what the module's maker asks for.",
                meaning="No token was reached.",
            )
            refused.ckr = error.ckr
            raise refused from error
        self.init_arguments = init_arguments
        self._image = image
        self._in_use: set[str] = set()

    @property
    def path(self) -> Path:
        """The module's path, with all links resolved."""
        return self._image.path

    @property
    def digest(self) -> Digest:
        """The SHA-256 of the file that was loaded."""
        return self._image.digest

    def tokens(self) -> tuple[TokenFacts, ...]:
        """Describe all tokens that the module shows, fresh ones included.

        Raises:
            DeviceError: The module failed.
        """
        return tuple(read_facts(token) for token in self._present())

    def survey(self) -> ModuleSurvey:
        """Look at everything that the module tells without a login.

        Raises:
            DeviceError: The module failed.
        """
        with device_door(Act.LOOK):
            return take_survey(self._library, self._image.functions)

    def token(self, serial: str, label: str | None = None) -> Pkcs11Token:
        """Give the token with a serial.

        Args:
            serial: As the site's binding has it.
            label: The token's label, for modules whose tokens all have one serial;
                None where the serial alone must tell.

        Raises:
            DeviceError: ``HSM-TOKEN-01`` no token has it, ``HSM-TOKEN-06`` more than
                one has it, or the module failed.
        """
        name = TokenName(serial, label)
        self._find(name)
        return Pkcs11Token(name, self._image.functions, self._find, self._in_use)

    def initialise_free_slot(self, label: str, so_pin: Secret) -> TokenFacts:
        """Make a new token where the module has a place for one.

        Args:
            label: The new token's label, 1 to 32 bytes in UTF-8.
            so_pin: The new security officer's PIN.

        Returns:
            What the new token says about itself; it has no user PIN yet.

        Raises:
            InputError: ``HSM-TOKEN-05``: the label is empty or too long.
            DeviceError: ``HSM-TOKEN-07`` no place is free, ``HSM-PIN-07`` nobody typed
                the PIN and the token has no keypad, or the module failed.
        """
        verify_token_label(label)
        for token in self._present():
            facts = read_facts(token)
            if not facts.initialised:
                verify_pin_path(facts, so_pin)
                slot = token.slot
                with device_door(Act.INITIALISE):
                    self._image.functions.init_token(slot.slot_id, so_pin, label)
                    return read_facts(slot.get_token())
        raise DeviceError(
            "HSM-TOKEN-07",
            "The module shows no token that is not yet initialised.",
            remedy="Insert a fresh token.",
            meaning="No token was changed.",
        )

    def close(self) -> None:
        """Finalise the module; its sessions end and its tokens are of no use.

        Raises:
            DeviceError: The module failed.
        """
        _open_modules.pop(self._image.path, None)
        self._in_use.clear()
        with device_door(Act.LOOK):
            self._library.finalize()

    def _present(self) -> list[LibraryToken]:
        with device_door(Act.LOOK):
            return [
                slot.get_token() for slot in self._library.get_slots(token_present=True)
            ]

    def _find(self, name: TokenName) -> LibraryToken:
        present = self._present()
        found = [token for token in present if name.is_of(read_facts(token))]
        if not found:
            shown = [facts for facts in map(read_facts, present) if facts.initialised]
            names = ", ".join(f"{each.serial} ({each.label})" for each in shown)
            raise DeviceError(
                "HSM-TOKEN-01",
                f"There is no token {name}; the module shows {names or 'none'}.",
                remedy="Insert the token that the site's binding names.",
                meaning="Nothing was done with any token.",
            )
        if len(found) > 1:
            raise DeviceError(
                "HSM-TOKEN-06",
                f"There are {len(found)} tokens {name}.",
                remedy="Leave only the token inserted that the step is about, or have "
                "the binding name its label too.",
                meaning="Nothing was done with any token.",
            )
        return found[0]


def module_digest(path: Path) -> Digest:
    """Give the SHA-256 of a module's file, as the site's binding pins it.

    Args:
        path: Absolute; links are followed.

    Raises:
        DeviceError: ``HSM-MODULE-01``: no readable file at an absolute path.
    """
    _, descriptor = _open(path)
    try:
        return _digest(descriptor)
    finally:
        os.close(descriptor)


def load_module(
    path: Path, *, sha256: Digest | None, init_arguments: str = ""
) -> Module:
    """Load and initialise a module.

    Environment that the module reads must be set before.

    Args:
        path: Absolute; links are followed once.
        sha256: What the file must hash to; None takes any.
        init_arguments: What the module is to be told at its start, where its maker
            asks for it: NSS wants ``configdir='sql:/folder' certPrefix='' keyPrefix=''
            secmod='secmod.db' flags=``.

    Returns:
        The module; the same one where it is loaded already.

    Raises:
        DeviceError: ``HSM-MODULE-01`` no readable file at an absolute path,
            ``HSM-MODULE-02`` another digest, ``HSM-MODULE-03`` no PKCS#11 module,
            ``HSM-MODULE-04`` started with other arguments, ``HSM-MODULE-05`` it does
            not start with these, ``HSM-FUNCTIONS-01`` it has several lists of
            functions, or the module failed.

    Source: PKCS#11 v2.40, sections 5.4 (C_Initialize: pReserved; C_GetFunctionList).
    """
    resolved, descriptor = _open(path)
    image = _images.get(resolved)
    try:
        digest = _digest(descriptor) if image is None else image.digest
        if sha256 is not None and digest != sha256:
            raise DeviceError(
                "HSM-MODULE-02",
                f"The module {path} has the digest {digest}, not {sha256}.",
                remedy="Stop, and find out why the module is another one.",
                meaning="Nothing of the module was run.",
            )
        if image is None:
            # Kept open even where loading fails: the loader remembers the file by this
            # name, and would give it to the next module that came by the same one.
            kept, descriptor = descriptor, -1
            image = _load_image(resolved, digest, kept)
            _images[resolved] = image
    finally:
        if descriptor >= 0:
            os.close(descriptor)
    module = _open_modules.get(resolved)
    if module is None:
        module = Module(image, init_arguments)
        _open_modules[resolved] = module
    if module.init_arguments != init_arguments:
        raise DeviceError(
            "HSM-MODULE-04",
            f"The module {path} was started with other init arguments.",
            remedy="Name one set of arguments for each module.",
            meaning="No token was reached.",
        )
    return module


def _load_image(path: Path, digest: Digest, descriptor: int) -> _Image:
    loaded_by = f"/proc/self/fd/{descriptor}"
    try:
        functions = FunctionList(loaded_by)
    except (OSError, AttributeError, CkrError) as error:
        raise DeviceError(
            "HSM-MODULE-03",
            f"The file {path} is no PKCS#11 module.",
            remedy="Give the path of the module as its maker names it.",
            meaning="No token was reached.",
        ) from error
    if not functions.is_one:
        raise DeviceError(
            "HSM-FUNCTIONS-01",
            f"The module {path} is another one for each caller: it gave two lists of "
            "functions. p11-kit's proxy does that.",
            remedy="Name the device's own module; ceremony hsm modules lists those "
            "that stand behind p11-kit.",
            meaning="Nothing of the module was started, and no token was reached.",
        )
    return _Image(path, digest, loaded_by, functions)


def _open(path: Path) -> tuple[Path, int]:
    """Open a module's file for reading; its links are followed once.

    Returns:
        The path without links, and the descriptor.
    """
    try:
        if path.is_absolute() and path.is_file():
            resolved = path.resolve()
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
            return resolved, os.open(resolved, flags)
    except OSError as error:
        raise _missing(path) from error
    raise _missing(path)


def _missing(path: Path) -> DeviceError:
    return DeviceError(
        "HSM-MODULE-01",
        f"There is no module that can be read at the absolute path {path}.",
        remedy="Install the module, or correct its path in the site's binding.",
        meaning="No token was reached.",
    )


def _digest(descriptor: int) -> Digest:
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        return Digest(hashlib.file_digest(file, "sha256").hexdigest())
