"""All objects of a token, read past the product: SoftHSMv2's own functions by name.

Neither our code nor python-pkcs11 is between: what a broken key generation has left
may have no class, and is counted all the same.

Source: PKCS#11 v2.40, sections 5.4 to 5.7, and pkcs11t.h (numbers).
"""

from __future__ import annotations

import ctypes
import json
import os
import traceback
from collections import Counter
from ctypes import byref, c_ulong, c_void_p
from pathlib import Path
from typing import Final

from ceremony.conduct.softhsm import find_softhsm

Seen = Counter[tuple[str, str, str]]
"""How often an object is there: its kind as the record names it, id (hexadecimal) and
label."""

_CLASS, _LABEL, _ID = 0x0, 0x3, 0x102
_KINDS: Final = {
    bytes(c_ulong(number)): kind
    for number, kind in enumerate(("data", "certificate", "public-key", "private-key"))
}
_SERIAL_SESSION: Final = 4
_NORMAL_USER: Final = 1
_UNREADABLE: Final = (0x11, 0x12, 0x13)
"""Sensitive, no such attribute, no valid value."""

_NO_USER_PIN: Final = 0x102
"""An initialisation that was cut off has left none; only public objects are seen."""

_NO_SUCH_TOKEN: Final = 2
"""The status of a process that did not find it."""

_ROOM: Final = 256
_MOST: Final = 64
"""How many objects and slots there is room for."""


class _Attribute(ctypes.Structure):
    """CK_ATTRIBUTE."""

    _fields_ = (("type", c_ulong), ("value", c_void_p), ("length", c_ulong))


def read_objects(configuration: Path, serial: str, pin: bytes) -> Seen:
    """Read a token in a process that ends, so that it is the disk that is read.

    Args:
        configuration: SoftHSMv2's.
        serial: The token's; its label may be gone where it was being initialised.
        pin: Its user's.

    Raises:
        LookupError: There is no such token.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.environ["SOFTHSM2_CONF"] = str(configuration)
            os.write(writing, json.dumps(_objects(serial, pin)).encode())
        except LookupError:
            os._exit(_NO_SUCH_TOKEN)
        except BaseException:  # noqa: BLE001  the parent must see it as a status
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        told = stream.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == _NO_SUCH_TOKEN:
        raise LookupError(serial)
    assert status == 0
    return Counter(tuple(each) for each in json.loads(told))


def _objects(serial: str, pin: bytes) -> list[tuple[str, str, str]]:
    library = ctypes.CDLL(str(find_softhsm()))
    _ask(library.C_Initialize, None)
    session = c_ulong()
    slot = c_ulong(_slot_of(library, serial))
    opened = (slot, c_ulong(_SERIAL_SESSION), None, None, byref(session))
    _ask(library.C_OpenSession, *opened)
    login = (session, c_ulong(_NORMAL_USER), pin, c_ulong(len(pin)))
    _ask(library.C_Login, *login, allowed=(0, _NO_USER_PIN))
    found, count = (c_ulong * _MOST)(), c_ulong()
    _ask(library.C_FindObjectsInit, session, None, c_ulong(0))
    _ask(library.C_FindObjects, session, found, c_ulong(_MOST), byref(count))
    assert count.value < _MOST
    told = []
    for handle in found[: count.value]:
        kind, name, key_id = (
            _read(library, session, handle, which) for which in (_CLASS, _LABEL, _ID)
        )
        told.append((_KINDS.get(kind, "other"), key_id.hex(), name.decode()))
    return told


def _slot_of(library: ctypes.CDLL, serial: str) -> int:
    slots, count = (c_ulong * _MOST)(), c_ulong(_MOST)
    _ask(library.C_GetSlotList, ctypes.c_ubyte(1), slots, byref(count))
    for slot in slots[: count.value]:
        # CK_TOKEN_INFO has 208 bytes; the serial follows label, maker and model.
        info = ctypes.create_string_buffer(_ROOM)
        _ask(library.C_GetTokenInfo, c_ulong(slot), info)
        if info.raw[80:96].decode().rstrip() == serial:
            return int(slot)
    raise LookupError(serial)


def _read(library: ctypes.CDLL, session: c_ulong, handle: int, kind: int) -> bytes:
    room = ctypes.create_string_buffer(_ROOM)
    asked = _Attribute(kind, ctypes.addressof(room), _ROOM)
    answer = library.C_GetAttributeValue(
        session, c_ulong(handle), byref(asked), c_ulong(1)
    )
    if answer in _UNREADABLE:
        return b""
    assert answer == 0, hex(answer)
    return room.raw[: asked.length]


def _ask(
    function: ctypes._NamedFuncPointer, *told: object, allowed: tuple[int, ...] = (0,)
) -> None:
    answer = function(*told)
    assert answer in allowed, f"{function.__name__}: {answer:#x}"
