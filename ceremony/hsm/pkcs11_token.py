"""One token, found again by its serial before each use.

Invariants:
    * A slot's number is looked up each time and kept nowhere: it changes.
    * At most one session with a token at a time. Login belongs to the token and the
      process, so that the end of one session would log out the other.
    * After a session, also after a wrong PIN, nobody is logged in and nothing is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from pkcs11 import SlotFlag, TokenFlag
from pkcs11.types import Session as LibrarySession
from pkcs11.types import Token as LibraryToken

from ceremony.errors import DeviceError, InputError
from ceremony.hsm.errors import (
    Act,
    CkrError,
    TokenCallError,
    device_acted,
    device_door,
)
from ceremony.hsm.objects import offered_mechanisms, printable
from ceremony.hsm.raw import USER_NORMAL, USER_SECURITY_OFFICER, FunctionList
from ceremony.hsm.session import Session
from ceremony.hsm.token import TokenFacts, TokenName
from ceremony.hsm.trust import NO_OFFICER, make_trusted, not_offered
from ceremony.identifiers import OperationId

if TYPE_CHECKING:
    from ceremony.secret import Secret

_LABEL_LIMIT: Final = 32


class Pkcs11Token:
    """A token behind a PKCS#11 module.

    Made by :meth:`ceremony.hsm.module.Module.token` only.

    Args:
        name: What the token is found by.
        functions: The module's functions.
        find: Finds the token, wherever it is now.
        in_use: Serials of tokens with an open session, shared within the module.
    """

    def __init__(
        self,
        name: TokenName,
        functions: FunctionList,
        find: Callable[[TokenName], LibraryToken],
        in_use: set[str],
    ) -> None:
        self._name = name
        self._functions = functions
        self._find = find
        self._in_use = in_use

    @property
    def serial(self) -> str:
        """The serial that the token is known by."""
        return self._name.serial

    @property
    def facts(self) -> TokenFacts:
        """What the token says about itself now.

        Raises:
            DeviceError: ``HSM-TOKEN-01`` it is not there, or the module failed.
        """
        return read_facts(self._find(self._name))

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The standard's names of all mechanisms that the token offers, sorted.

        Raises:
            DeviceError: ``HSM-TOKEN-01`` it is not there, or the module failed.
        """
        token = self._find(self._name)
        with device_door(Act.LOOK):
            return offered_mechanisms(token.slot)

    def initialise(self, so_pin: Secret, label: str, user_pin: Secret) -> TokenFacts:
        """Erase the token, give it a label and set its user PIN.

        Args:
            so_pin: The security officer's present PIN.
            label: The token's new label, 1 to 32 bytes in UTF-8.
            user_pin: The new user PIN.

        Returns:
            What the token then says about itself.

        Raises:
            InputError: ``HSM-TOKEN-05``: the label is empty or too long.
            DeviceError: ``HSM-PIN-07`` a PIN is awaited from a keypad that it has not,
                ``HSM-TOKEN-03`` the serial is another one afterwards,
                ``HSM-TOKEN-04`` a session is open, or the token refused or failed.

        Source: PKCS#11 v2.40, sections 5.5 (C_InitToken, C_InitPIN).
        """
        verify_token_label(label)
        token = self._find(self._name)
        self._refuse_second_session()
        found = read_facts(token)
        for pin in (so_pin, user_pin):
            verify_pin_path(found, pin)
        with device_door(Act.INITIALISE):
            # A session that something else left open would make the token refuse.
            self._functions.close_all_sessions(token.slot.slot_id)
            self._functions.init_token(token.slot.slot_id, so_pin, label)
        with device_acted(Act.INITIALISE), device_door(Act.INITIALISE):
            facts = read_facts(token.slot.get_token())
            if (facts.serial, facts.label) != (self.serial, label):
                raise DeviceError(
                    "HSM-TOKEN-03",
                    f"After it was initialised, the token with serial {self.serial} "
                    f"says it is {facts.serial!r}, {facts.label!r}.",
                    remedy="Keep the token aside and use its spare.",
                )
            if self._name.label is not None:
                self._name = TokenName(self.serial, label)
            self._set_user_pin(token, so_pin, user_pin)
            return read_facts(token.slot.get_token())

    def _set_user_pin(
        self, token: LibraryToken, so_pin: Secret, user_pin: Secret
    ) -> None:
        slot = token.slot.slot_id
        try:
            handle = _handle(token.open(rw=True))
            self._functions.login(handle, USER_SECURITY_OFFICER, so_pin)
            self._functions.init_pin(handle, user_pin)
        except BaseException:
            with suppress(CkrError):
                self._functions.close_all_sessions(slot)
            raise
        self._leave(slot, handle)

    def change_pin(self, old: Secret, new: Secret) -> None:
        """Change the user PIN, also one that must be changed before anything else.

        The new PIN is tried once, so that what is written down is what holds.

        Where the token has a keypad, both may be entered there: the reader then asks
        for the old one, the new one, and for the new one again when it is tried.

        Args:
            old: The user PIN that holds.
            new: The one that shall hold; entered at the keypad where the old one is.

        Raises:
            DeviceError: ``HSM-PIN-01`` to ``HSM-PIN-05``, ``HSM-PIN-07`` a PIN is
                awaited from a keypad that it has not, ``HSM-TOKEN-01`` the token
                is not there, ``HSM-TOKEN-04`` it has a session, or it failed; with
                ``in_doubt`` where either PIN may hold.

        Source: PKCS#11 v2.40, section 5.6 (C_SetPIN).
        """
        self._change_pin(USER_NORMAL, old, new)

    def change_so_pin(self, old: Secret, new: Secret) -> None:
        """Change the security officer's PIN; the rest as :meth:`change_pin`.

        Args:
            old: The security officer's PIN that holds.
            new: The one that shall hold; entered at the keypad where the old one is.

        Raises:
            DeviceError: As :meth:`change_pin`.
        """
        self._change_pin(USER_SECURITY_OFFICER, old, new)

    def _change_pin(self, user: int, old: Secret, new: Secret) -> None:
        token = self._find(self._name)
        self._refuse_second_session()
        found = read_facts(token)
        for pin in (old, new):
            verify_pin_path(found, pin)
        slot, functions = token.slot.slot_id, self._functions
        try:
            with device_door(Act.CHANGE_PIN):
                handle = _handle(token.open(rw=True))
                functions.login(handle, user, old)
                functions.set_pin(handle, old, new)
            with device_acted(Act.CHANGE_PIN), device_door(Act.CHANGE_PIN):
                functions.logout(handle)
                functions.login(handle, user, new)
                functions.logout(handle)
        finally:
            # What failed, or not, is known by now.
            with suppress(CkrError):
                functions.close_all_sessions(slot)

    def trust(self, so_pin: Secret, cka_id: OperationId) -> None:
        """Make a wrapping key trusted, as the security officer.

        Args:
            so_pin: The security officer's PIN.
            cka_id: The key's id, 32 lower-case hexadecimal digits.

        Raises:
            DeviceError: As :func:`ceremony.hsm.trust.make_trusted`;
                ``HSM-PIN-01`` to ``HSM-PIN-07``, ``HSM-TOKEN-01`` the token is not
                there, ``HSM-TOKEN-04`` it has a session.
        """
        token = self._find(self._name)
        self._refuse_second_session()
        verify_pin_path(read_facts(token), so_pin)
        try:
            with device_door(Act.LOGIN):
                library = token.open(rw=True)
                self._functions.login(_handle(library), USER_SECURITY_OFFICER, so_pin)
            make_trusted(library, cka_id)
        except TokenCallError as error:
            if error.ckr == NO_OFFICER:
                raise not_offered("it knows no security officer") from error
            raise
        finally:
            # What failed, or not, is known by now.
            with suppress(CkrError):
                self._functions.close_all_sessions(token.slot.slot_id)

    @contextmanager
    def session(
        self, user_pin: Secret | None, *, writable: bool = True
    ) -> Iterator[Session]:
        """Open a session, log in, and leave nothing behind at the end.

        Args:
            user_pin: The user PIN, typed or entered at the token's keypad; None to
                look at public objects without login.
            writable: False where nothing will be made or destroyed.

        Yields:
            The session, usable until the end of the ``with`` block.

        Raises:
            DeviceError: ``HSM-PIN-01`` to ``HSM-PIN-07``, ``HSM-TOKEN-01`` the token
                is not there, ``HSM-TOKEN-04`` it has a session, or it failed.
        """
        token = self._find(self._name)
        self._refuse_second_session()
        if user_pin is not None:
            _verify_ready(read_facts(token), user_pin)
        slot = token.slot.slot_id
        self._in_use.add(self.serial)
        try:
            with device_door(Act.LOGIN):
                library = token.open(rw=writable)
            handle = _handle(library)
            if user_pin is not None:
                self._login(handle, user_pin)
            yield Session(
                library, self._functions, lambda: self._verify_same_token(token)
            )
        except BaseException:
            # The first failure is what a person needs to hear of, not a second one.
            with suppress(CkrError):
                self._functions.close_all_sessions(slot)
            raise
        else:
            with device_door(Act.LOOK):
                self._leave(slot, handle if user_pin is not None else None)
        finally:
            self._in_use.discard(self.serial)

    def _login(self, handle: int, user_pin: Secret) -> None:
        """Log in, or say what the token tells of its PIN after a wrong one."""
        try:
            with device_door(Act.LOGIN):
                self._functions.login(handle, USER_NORMAL, user_pin)
        except TokenCallError as error:
            with suppress(DeviceError):
                told = self.facts.pin_words
                error.meaning = f"{error.meaning} {told}".rstrip()
            raise

    def _leave(self, slot: int, logged_in: int | None) -> None:
        try:
            if logged_in is not None:
                self._functions.logout(logged_in)
        finally:
            self._functions.close_all_sessions(slot)

    def _refuse_second_session(self) -> None:
        if self.serial in self._in_use:
            raise DeviceError(
                "HSM-TOKEN-04",
                f"The token with serial {self.serial} is in use already.",
                remedy="End the session with this token first.",
                meaning="Nothing was done with the token.",
            )

    def _verify_same_token(self, token: LibraryToken) -> None:
        with device_door(Act.LOOK):
            now = token.slot.get_token()
        found, label = printable(now.serial), printable(now.label.encode())
        if found != self.serial or self._name.label not in {None, label}:
            raise DeviceError(
                "HSM-TOKEN-02",
                f"The slot of the token {self._name} now holds {found!r}, "
                f"labelled {label!r}.",
                remedy="Stop, and check with a second person which token this is.",
                meaning="Nothing was done with the other token.",
            )


def verify_token_label(label: str) -> None:
    """Refuse a label that no token can hold.

    Raises:
        InputError: ``HSM-TOKEN-05``: the label is empty or too long.

    Source: PKCS#11 v2.40, section 5.5 (C_InitToken: 32 bytes).
    """
    if not 1 <= len(label.encode()) <= _LABEL_LIMIT:
        raise InputError(
            "HSM-TOKEN-05",
            f"The token label {label!r} is not 1 to {_LABEL_LIMIT} bytes long.",
            remedy="Give the token a shorter label.",
        )


def _verify_ready(facts: TokenFacts, user_pin: Secret) -> None:
    """Refuse a login that cannot succeed before it uses up a try.

    Raises:
        DeviceError: ``HSM-PIN-06`` the PIN is to be changed first, ``HSM-PIN-07`` a PIN
            is awaited from a keypad that the token has not.

    Source: PKCS#11 v2.40, section 3.2 (CK_TOKEN_INFO).
    """
    if facts.pin_to_be_changed:
        raise DeviceError(
            "HSM-PIN-06",
            f"The token {facts.serial} asks for its user PIN to be changed first.",
            remedy="Change the PIN, then log in with the new one.",
            meaning="Nobody is logged in and no key was used.",
        )
    verify_pin_path(facts, user_pin)


def verify_pin_path(facts: TokenFacts, pin: Secret) -> None:
    """Refuse a PIN that nobody typed where the token has no keypad of its own.

    Raises:
        DeviceError: ``HSM-PIN-07``.
    """
    if pin.is_at_reader and not facts.protected_path:
        raise DeviceError(
            "HSM-PIN-07",
            f"No PIN was typed for the token {facts.serial or '(new)'}, and it has no "
            "keypad to enter one at.",
            remedy="Type the PIN; in the site's binding its source is then not pinpad.",
            meaning="Nobody is logged in and no key was used.",
        )


def read_facts(token: LibraryToken) -> TokenFacts:
    """Take over what the library read about a token and its slot."""
    flags, slot = token.flags, token.slot
    return TokenFacts(
        serial=printable(token.serial),
        label=printable(token.label.encode()),
        manufacturer=printable(token.manufacturer_id.encode()),
        model=printable(token.model.encode()),
        hardware_version=_version(token.hardware_version),
        firmware_version=_version(token.firmware_version),
        initialised=TokenFlag.TOKEN_INITIALIZED in flags,
        user_pin_set=TokenFlag.USER_PIN_INITIALIZED in flags,
        pin_count_low=TokenFlag.USER_PIN_COUNT_LOW in flags,
        pin_final_try=TokenFlag.USER_PIN_FINAL_TRY in flags,
        pin_locked=TokenFlag.USER_PIN_LOCKED in flags,
        pin_to_be_changed=TokenFlag.USER_PIN_TO_BE_CHANGED in flags,
        so_pin_to_be_changed=TokenFlag.SO_PIN_TO_BE_CHANGED in flags,
        protected_path=TokenFlag.PROTECTED_AUTHENTICATION_PATH in flags,
        hardware_slot=SlotFlag.HW_SLOT in slot.flags,
        slot_description=printable(slot.slot_description.encode()),
    )


def _version(pair: tuple[int, int]) -> str:
    return f"{pair[0]}.{pair[1]}"


def _handle(library: LibrarySession) -> int:
    handle: int = library.handle  # type: ignore[attr-defined]  # the stub lacks it
    return handle
