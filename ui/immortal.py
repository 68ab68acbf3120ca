"""The interpreter's lone values are kept alive on Python 3.11 beside Qt's binding.

PySide6 6.12 is built as for Python 3.12, where None, True, False and NotImplemented
are immortal (PEP 683) and a function that returns one need not count it. On Python
3.11 each such return takes a reference that was never given, and the interpreter ends
after some five thousand of them: "deallocating None". Giving the four the count that
3.12 gives them makes the binding's assumption true (docs/adr/0023).

Invariants:
    * Nothing happens on Python 3.12 and newer, nor a second time.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Final

IMMORTAL: Final = 1 << 60
"""A reference count that no program uses up."""

NEEDED_BELOW: Final = (3, 12)

LONE: Final = (None, True, False, NotImplemented)
"""What a C function may return by a macro that counts nothing from 3.12 on."""


def keep_alive(version: tuple[int, ...] = sys.version_info[:2]) -> int:
    """Give each lone value a reference count that does not run out.

    Args:
        version: The interpreter's version.

    Returns:
        How many were given one: 4 at first on Python 3.11, else 0.
    """
    if version >= NEEDED_BELOW:
        return 0
    mortal = [value for value in LONE if sys.getrefcount(value) < IMMORTAL // 2]
    for value in mortal:
        # An object of CPython begins with its reference count, a Py_ssize_t.
        ctypes.c_ssize_t.from_address(id(value)).value += IMMORTAL
    return len(mortal)
