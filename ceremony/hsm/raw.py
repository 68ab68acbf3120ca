"""What python-pkcs11 lacks, on the very module that it has loaded.

``C_Initialize`` with operating-system locking (the library passes NULL, which makes a
module drop its locks, although it releases Python's lock in each call), token
initialisation, and logins from a buffer that can be wiped.

Source: PKCS#11 v3.1, sections 5.4 (C_Initialize), 5.5 (C_InitToken, C_InitPIN) and
5.6 (sessions).
"""

from __future__ import annotations

import ctypes
import mmap
from typing import Final

from ceremony.hsm.fault import call_failed

_ULONG: Final = ctypes.c_ulong
_POINTER: Final = ctypes.c_void_p
_OS_LOCKING: Final = 2
_LABEL_SIZE: Final = 32
_READ_WRITE: Final = 3

_FUNCTIONS: Final = {
    name: index
    for index, name in enumerate(
        [
            "Initialize",
            "Finalize",
            "GetInfo",
            "GetFunctionList",
            "GetSlotList",
            "GetSlotInfo",
            "GetTokenInfo",
            "GetMechanismList",
            "GetMechanismInfo",
            "InitToken",
            "InitPIN",
            "SetPIN",
            "OpenSession",
            "CloseSession",
            "CloseAllSessions",
            "GetSessionInfo",
            "GetOperationState",
            "SetOperationState",
            "Login",
            "Logout",
        ]
    )
}


class _InitArgs(ctypes.Structure):
    _fields_ = (
        ("create", _POINTER),
        ("destroy", _POINTER),
        ("lock", _POINTER),
        ("unlock", _POINTER),
        ("flags", _ULONG),
        ("reserved", _POINTER),
    )


class RawModule:
    """The function list of one loaded PKCS#11 module.

    Raises:
        OSError: The file is no shared library.
        AttributeError: It exports no ``C_GetFunctionList``.
    """

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)
        listed = _POINTER()
        value = self._library.C_GetFunctionList(ctypes.byref(listed))
        if value or listed.value is None:
            raise call_failed("C_GetFunctionList", value)
        # The list begins with the version, padded to one pointer.
        self._base = listed.value + ctypes.sizeof(_POINTER)
        self._ask_for_locking()

    def _ask_for_locking(self) -> None:
        """Put a hook before C_Initialize that always asks for locking."""
        prototype = ctypes.CFUNCTYPE(_ULONG, _POINTER)
        arguments = _InitArgs(flags=_OS_LOCKING)
        original = prototype(_POINTER.from_address(self._base).value or 0)

        def initialise(_: object) -> int:
            return int(original(ctypes.addressof(arguments)))

        hook = prototype(initialise)
        page = self._base & ~(mmap.PAGESIZE - 1)
        ctypes.CDLL(None).mprotect(
            _POINTER(page), ctypes.c_size_t(2 * mmap.PAGESIZE), _READ_WRITE
        )
        entry = _POINTER.from_address(self._base)
        entry.value = ctypes.cast(hook, _POINTER).value
        # The module calls the hook for as long as the process lives.
        self._kept = (hook, original, arguments)

    def _call(self, name: str, *arguments: object) -> None:
        address = _POINTER.from_address(
            self._base + _FUNCTIONS[name] * ctypes.sizeof(_POINTER)
        ).value
        types = [_POINTER if isinstance(a, ctypes.Array) else _ULONG for a in arguments]
        function = ctypes.CFUNCTYPE(_ULONG, *types)(address or 0)
        passed = [
            ctypes.cast(a, _POINTER) if isinstance(a, ctypes.Array) else a
            for a in arguments
        ]
        value = function(*passed)
        if value:
            raise call_failed(f"C_{name}", value)

    def init_token(self, slot: int, so_pin: bytearray, label: str) -> None:
        """Wipe the token in a slot and give it a label.

        Args:
            slot: The slot's id.
            so_pin: The security officer PIN, UTF-8; not copied.
            label: At most 32 bytes of UTF-8.

        Raises:
            TokenError: The token refused.
        """
        padded = label.encode().ljust(_LABEL_SIZE)
        self._call(
            "InitToken",
            slot,
            _buffer(so_pin),
            len(so_pin),
            (ctypes.c_char * _LABEL_SIZE).from_buffer_copy(padded),
        )

    def init_pin(self, session: int, pin: bytearray) -> None:
        """Set the user PIN, as the security officer.

        Raises:
            TokenError: The token refused.
        """
        self._call("InitPIN", session, _buffer(pin), len(pin))

    def close_all_sessions(self, slot: int) -> None:
        """Close every session that this process has on a slot's token."""
        self._call("CloseAllSessions", slot)

    def login(self, session: int, pin: bytearray, *, officer: bool = False) -> None:
        """Log in from a buffer; the caller wipes it.

        Raises:
            TokenError: The token refused the PIN.
        """
        self._call("Login", session, 0 if officer else 1, _buffer(pin), len(pin))

    def logout(self, session: int) -> None:
        """Log out of the token.

        Raises:
            TokenError: Nobody was logged in, or the token is gone.
        """
        self._call("Logout", session)


def _buffer(secret: bytearray) -> ctypes.Array[ctypes.c_char]:
    """Look at the secret's own bytes, so that no copy is made."""
    return (ctypes.c_char * len(secret)).from_buffer(secret)
