"""A module's function list made fit to be called: no null pointers, open to change.

A call through a null pointer would end the process with the operation in doubt, where
nothing was done: what a module lacks answers so instead.

Source: PKCS#11 v2.40, section 5.1 (CKR_FUNCTION_NOT_SUPPORTED) and pkcs11f.h.
"""

from __future__ import annotations

import ctypes
import mmap
from ctypes import c_ulong, c_void_p
from typing import Final

_FUNCTION_COUNT: Final = 68
_FUNCTION_NOT_SUPPORTED: Final = 0x54
_POINTER_SIZE: Final = ctypes.sizeof(c_void_p)
_READ_WRITE: Final = 3

# The caller clears its arguments from the stack: none need be declared.
_LACKING: Final = ctypes.CFUNCTYPE(c_ulong)(lambda: _FUNCTION_NOT_SUPPORTED)


def fill_gaps(first: int) -> None:
    """Let each function that the module lacks answer that it does.

    Args:
        first: The address of the list's first entry.

    Raises:
        OSError: The list cannot be written to.
    """
    filling = ctypes.cast(_LACKING, c_void_p).value
    for number in range(_FUNCTION_COUNT):
        address = first + number * _POINTER_SIZE
        entry = c_void_p.from_address(address)
        if not entry.value:
            make_writable(address)
            entry.value = filling


def make_writable(address: int) -> None:
    """Let one entry of the list be changed.

    Args:
        address: The entry's address; it is aligned, and so on one page.

    Raises:
        OSError: The system refused.
    """
    # Some modules keep their list in memory that is read-only after loading.
    page = address - address % mmap.PAGESIZE
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    if protect(c_void_p(page), ctypes.c_size_t(mmap.PAGESIZE), _READ_WRITE) != 0:
        raise OSError(ctypes.get_errno(), "mprotect failed")
