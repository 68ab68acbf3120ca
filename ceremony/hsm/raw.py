"""The calls that python-pkcs11 lacks, made on the same loaded module.

Four things need the module's own functions: C_Initialize with operating-system locking
and the module's own arguments, which the library never gives; PINs from a buffer that
can be wiped, since the library takes Python texts; reading objects that a broken key
generation left half made, which the library cannot represent; and wrapping into a
buffer that is surely long enough, since NSS tells too short a length when it is asked.

Invariants:
    * A PIN is passed as a pointer into the secret's own buffer; nothing here copies
      it, and no local variable shows it when printed.
    * A function list is patched once and stays patched while the process lives, for
      the module keeps pointing to it.

Source: PKCS#11 v2.40, sections 5.2 to 5.7 and 5.13, and pkcs11f.h (order of functions).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import byref, c_ubyte, c_ulong, c_void_p
from dataclasses import dataclass
from typing import Final

from ceremony.hsm.errors import CkrError
from ceremony.hsm.gaps import fill_gaps, make_writable
from ceremony.secret import Secret

USER_SECURITY_OFFICER: Final = 0
USER_NORMAL: Final = 1

_CKR_OK: Final = 0
# Sensitive, no such attribute, no valid value: the last is what a half-made object
# answers, and it must be listed all the same.
_UNREADABLE: Final = frozenset({0x11, 0x12, 0x13})
_CKF_OS_LOCKING_OK: Final = 2
_UNAVAILABLE: Final = c_ulong(-1).value
_LABEL_LENGTH: Final = 32
_BATCH: Final = 64
_BUFFER_TOO_SMALL: Final = 0x150
_USUAL_LENGTH: Final = 256
"""Room for nearly every attribute; a longer one costs two calls more."""

_LONGEST_BLOB: Final = 16384
"""Room for the private key of RSA with 8192 bits, three times over."""

_POINTER_SIZE: Final = ctypes.sizeof(c_void_p)
_FUNCTIONS: Final = {
    "C_Initialize": 0,
    "C_GetTokenInfo": 6,
    "C_InitToken": 9,
    "C_InitPIN": 10,
    "C_SetPIN": 11,
    "C_CloseAllSessions": 14,
    "C_GetSessionInfo": 15,
    "C_Login": 18,
    "C_Logout": 19,
    "C_DestroyObject": 22,
    "C_GetAttributeValue": 24,
    "C_FindObjectsInit": 26,
    "C_FindObjects": 27,
    "C_FindObjectsFinal": 28,
    "C_WrapKey": 60,
}


class _InitializeArguments(ctypes.Structure):
    """CK_C_INITIALIZE_ARGS, natural alignment."""

    _fields_ = (
        ("create_mutex", c_void_p),
        ("destroy_mutex", c_void_p),
        ("lock_mutex", c_void_p),
        ("unlock_mutex", c_void_p),
        ("flags", c_ulong),
        ("reserved", c_void_p),
    )


class _Attribute(ctypes.Structure):
    """CK_ATTRIBUTE, natural alignment."""

    _fields_ = (("type", c_ulong), ("value", c_void_p), ("length", c_ulong))


class _Mechanism(ctypes.Structure):
    """CK_MECHANISM, natural alignment."""

    _fields_ = (("mechanism", c_ulong), ("parameter", c_void_p), ("length", c_ulong))


@dataclass(frozen=True, slots=True)
class RawMechanism:
    """A mechanism as a module takes it.

    Attributes:
        number: The mechanism's number (CKM).
        parameter: Its parameter in the machine's own layout; empty for none.
    """

    number: int
    parameter: bytes = b""


class FunctionList:
    """One module's functions, called directly.

    Args:
        path: The path to load the module by; python-pkcs11 must be given the same.

    Attributes:
        is_one: True where the module has one list for every caller; where it has not,
            what this one is told python-pkcs11's does not know, and it is of no use.

    Raises:
        OSError: The file is no shared library.
        AttributeError: The library has no C_GetFunctionList.
        CkrError: C_GetFunctionList failed.
    """

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)
        self._list = c_void_p()
        again = c_void_p()
        for given in (self._list, again):
            number = self._library.C_GetFunctionList(byref(given))
            if number != _CKR_OK or not given.value:
                raise CkrError("C_GetFunctionList", number)
        self.is_one = self._list.value == again.value
        if not self.is_one:
            return
        # CK_VERSION comes first and is padded to the size of a pointer.
        self._first = (self._list.value or 0) + _POINTER_SIZE
        self._bound: dict[str, Callable[..., int]] = {}
        self._arguments = _InitializeArguments(flags=_CKF_OS_LOCKING_OK)
        fill_gaps(self._first)
        self._initialize_with_locking()

    def give_at_start(self, init_arguments: str) -> None:
        """Say what C_Initialize is given as pReserved from now on.

        Args:
            init_arguments: UTF-8; empty for nothing, which is all that most modules
                take.
        """
        # Kept as long as the module, which may look at it at any time.
        self._reserved = ctypes.create_string_buffer(init_arguments.encode())
        address = ctypes.addressof(self._reserved) if init_arguments else None
        self._arguments.reserved = address

    def _initialize_with_locking(self) -> None:
        """Let C_Initialize always be told that several threads may call.

        The library passes NULL, which promises a single thread, and then releases the
        interpreter's lock in each call: some modules crash.
        """
        kind = ctypes.CFUNCTYPE(c_ulong, c_void_p)
        slot = c_void_p.from_address(self._first)
        original = kind(slot.value or 0)

        def initialize(_: int | None) -> int:
            number: int = original(ctypes.addressof(self._arguments))
            return number

        self._hook = kind(initialize)
        make_writable(self._first)
        slot.value = ctypes.cast(self._hook, c_void_p).value

    def exports(self, name: str) -> bool:
        """Tell whether the module has a function, in its list or beside it."""
        return hasattr(self._library, name)

    def token_info(self, slot: int, info: ctypes.Structure) -> None:
        """Have a CK_TOKEN_INFO filled in for the token in a slot.

        Raises:
            CkrError: The module refused or failed.
        """
        self._call("C_GetTokenInfo", c_ulong(slot), byref(info))

    def init_token(self, slot: int, so_pin: Secret, label: str) -> None:
        """Erase the token in a slot and give it a label; its sessions must be closed.

        Args:
            slot: The slot's id, as it is just now.
            so_pin: The security officer's PIN: new for a fresh token, else the
                present one.
            label: At most 32 bytes in UTF-8.

        Raises:
            CkrError: The module refused or failed.
            ValueError: The label is too long.
        """
        padded = label.encode().ljust(_LABEL_LENGTH)
        if len(padded) > _LABEL_LENGTH:
            raise ValueError("a token's label has at most 32 bytes")
        text = (c_ubyte * _LABEL_LENGTH).from_buffer_copy(padded)
        pin = _in_place(so_pin)
        self._call("C_InitToken", c_ulong(slot), pin, c_ulong(len(so_pin)), text)

    def init_pin(self, session: int, user_pin: Secret) -> None:
        """Set the user PIN; the security officer must be logged in.

        Raises:
            CkrError: The module refused or failed.
        """
        pin = _in_place(user_pin)
        self._call("C_InitPIN", c_ulong(session), pin, c_ulong(len(user_pin)))

    def set_pin(self, session: int, old: Secret, new: Secret) -> None:
        """Change the PIN of whoever is logged in; the user's where nobody is.

        Raises:
            CkrError: The module refused or failed.
        """
        before, after = _in_place(old), _in_place(new)
        self._call(
            "C_SetPIN",
            c_ulong(session),
            before,
            c_ulong(len(old)),
            after,
            c_ulong(len(new)),
        )

    def login(self, session: int, user: int, pin: Secret) -> None:
        """Log a user in, for all sessions with this token.

        Raises:
            CkrError: The module refused or failed.
        """
        buffer = _in_place(pin)
        self._call(
            "C_Login", c_ulong(session), c_ulong(user), buffer, c_ulong(len(pin))
        )

    def logout(self, session: int) -> None:
        """Log out; handles of private objects become invalid.

        Raises:
            CkrError: The module refused or failed.
        """
        self._call("C_Logout", c_ulong(session))

    def verify_session(self, session: int) -> None:
        """Ask whether a session still lives: it ends when its token is taken out.

        Raises:
            CkrError: It does not, or the module failed.

        Source: PKCS#11 v2.40, section 5.6 (C_GetSessionInfo).
        """
        self._call("C_GetSessionInfo", c_ulong(session), (c_ulong * 4)())

    def close_all_sessions(self, slot: int) -> None:
        """Close this process's sessions with the token in a slot, and log out.

        Raises:
            CkrError: The module refused or failed.
        """
        self._call("C_CloseAllSessions", c_ulong(slot))

    def find_objects(self, session: int) -> tuple[int, ...]:
        """Give the handles of all objects that this session may see.

        Raises:
            CkrError: The module refused or failed.
        """
        self._call("C_FindObjectsInit", c_ulong(session), None, c_ulong(0))
        handles: list[int] = []
        batch, count = (c_ulong * _BATCH)(), c_ulong(_BATCH)
        try:
            while count.value:
                self._call(
                    "C_FindObjects",
                    c_ulong(session),
                    batch,
                    c_ulong(_BATCH),
                    byref(count),
                )
                handles.extend(batch[: count.value])
        finally:
            self._call("C_FindObjectsFinal", c_ulong(session))
        return tuple(handles)

    def read_attribute(self, session: int, handle: int, kind: int) -> bytes | None:
        """Read one attribute of an object.

        Args:
            session: The session's handle.
            handle: The object's handle in this session.
            kind: The attribute's number (CKA).

        Returns:
            The value as the module holds it, any length; None where the object has no
            such attribute, or no valid one, or the token does not show it.

        Raises:
            CkrError: The module failed.
        """
        try:
            return self._read(session, handle, kind, _USUAL_LENGTH)
        except CkrError as error:
            if error.number != _BUFFER_TOO_SMALL:
                raise
        attribute = _Attribute(type=kind)
        if not self._fill(session, handle, attribute):
            return None
        return self._read(session, handle, kind, attribute.length)

    def _read(self, session: int, handle: int, kind: int, room: int) -> bytes | None:
        """Read one attribute of at most so many bytes."""
        buffer = (c_ubyte * room)()
        attribute = _Attribute(kind, ctypes.addressof(buffer), room)
        if not self._fill(session, handle, attribute):
            return None
        return bytes(buffer)[: attribute.length]

    def _fill(self, session: int, handle: int, attribute: _Attribute) -> bool:
        """Ask for a value, or for its length where there is no buffer yet."""
        try:
            self._call(
                "C_GetAttributeValue",
                c_ulong(session),
                c_ulong(handle),
                byref(attribute),
                c_ulong(1),
            )
        except CkrError as error:
            if error.number in _UNREADABLE:
                return False
            raise
        return bool(attribute.length != _UNAVAILABLE)

    def wrap_key(
        self, session: int, mechanism: RawMechanism, wrapping: int, key: int
    ) -> bytes:
        """Wrap one key by another one.

        Args:
            session: The session's handle.
            mechanism: How.
            wrapping: The wrapping key's handle.
            key: The handle of the key that is wrapped.

        Returns:
            The wrapped key, at most 16 KiB.

        Raises:
            CkrError: The module refused or failed.
        """
        parameter = ctypes.create_string_buffer(mechanism.parameter)
        length = len(mechanism.parameter)
        address = ctypes.addressof(parameter) if length else None
        blob, room = (c_ubyte * _LONGEST_BLOB)(), c_ulong(_LONGEST_BLOB)
        self._call(
            "C_WrapKey",
            c_ulong(session),
            byref(_Mechanism(mechanism.number, address, length)),
            c_ulong(wrapping),
            c_ulong(key),
            blob,
            byref(room),
        )
        return bytes(blob)[: room.value]

    def destroy_object(self, session: int, handle: int) -> None:
        """Destroy one object.

        Raises:
            CkrError: The module refused or failed.
        """
        self._call("C_DestroyObject", c_ulong(session), c_ulong(handle))

    def _call(self, name: str, *arguments: object) -> None:
        function = self._bound.get(name)
        if function is None:
            entry = self._first + _FUNCTIONS[name] * _POINTER_SIZE
            address = c_void_p.from_address(entry).value
            function = self._bound[name] = ctypes.CFUNCTYPE(c_ulong)(address or 0)
        number = function(*arguments)
        if number != _CKR_OK:
            raise CkrError(name, number)


def _in_place(secret: Secret) -> ctypes.Array[c_ubyte] | None:
    """Give the secret's own buffer to C; what is returned prints as an address.

    A PIN that is entered at the device's keypad is passed as a null pointer.

    Source: PKCS#11 v2.40, section 5.6 (C_Login, protected authentication path).
    """
    if secret.is_at_reader:
        return None
    return (c_ubyte * len(secret)).from_buffer(secret.expose())
