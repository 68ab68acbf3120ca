"""Taking a survey: the one look at a module that needs no login.

Source: PKCS#11 v2.40, sections 3.1 (CK_INFO) and 3.2 (CK_TOKEN_INFO, its flags).
"""

from __future__ import annotations

import ctypes
from ctypes import c_char, c_ubyte, c_ulong
from typing import TYPE_CHECKING, Any, Final

from pkcs11 import Mechanism

from ceremony.hsm.objects import printable
from ceremony.hsm.pkcs11_token import read_facts
from ceremony.hsm.survey import LibraryFacts, ModuleSurvey, TokenLimits, TokenSurvey

if TYPE_CHECKING:
    from pkcs11.types import Slot

    from ceremony.hsm.raw import FunctionList

_WRITE_PROTECTED: Final = 0x00000002
_LOGIN_REQUIRED: Final = 0x00000004
_SO_PIN_COUNT_LOW: Final = 0x00100000
_SO_PIN_FINAL_TRY: Final = 0x00200000
_SO_PIN_LOCKED: Final = 0x00400000
_ERROR_STATE: Final = 0x01000000

_UNAVAILABLE: Final = c_ulong(-1).value


class TokenInfo(ctypes.Structure):
    """CK_TOKEN_INFO, natural alignment."""

    _fields_ = (
        ("label", c_char * 32),
        ("manufacturer", c_char * 32),
        ("model", c_char * 16),
        ("serial", c_char * 16),
        ("flags", c_ulong),
        ("most_sessions", c_ulong),
        ("sessions", c_ulong),
        ("most_write_sessions", c_ulong),
        ("write_sessions", c_ulong),
        ("longest_pin", c_ulong),
        ("shortest_pin", c_ulong),
        ("total_public", c_ulong),
        ("free_public", c_ulong),
        ("total_private", c_ulong),
        ("free_private", c_ulong),
        ("hardware", c_ubyte * 2),
        ("firmware", c_ubyte * 2),
        ("time", c_char * 16),
    )


_QUORUM_CALLS: Final = ("C_LoginBegin", "C_LoginNext", "C_LoginEnd")
"""A login by several cards of a set, one after another, on Entrust nShield.

Source: https://nshielddocs.entrust.com/security-world-docs/v13.6.5/api-pkcs11/no-load-sharing-or-pool-mode.html
"""


def take_survey(
    library: Any,  # noqa: ANN401  python-pkcs11 gives its library no type
    functions: FunctionList,
) -> ModuleSurvey:
    """Look at a module and everything that it shows.

    Args:
        library: The loaded and initialised module.
        functions: Its functions.

    Raises:
        CkrError: The module failed.
        PKCS11Error: The same, as the library tells it.
    """
    slots = library.get_slots()
    full = {slot.slot_id for slot in library.get_slots(token_present=True)}
    return ModuleSurvey(
        library=LibraryFacts(
            manufacturer=printable(library.manufacturer_id.encode()),
            description=printable(library.library_description.encode()),
            version=_version(library.library_version),
            standard=_version(library.cryptoki_version),
        ),
        empty_slots=tuple(
            printable(slot.slot_description.encode())
            for slot in slots
            if slot.slot_id not in full
        ),
        tokens=tuple(_token(slot, functions) for slot in slots if slot.slot_id in full),
        quorum_calls=tuple(filter(functions.exports, _QUORUM_CALLS)),
    )


def _token(slot: Slot, functions: FunctionList) -> TokenSurvey:
    info = TokenInfo()
    functions.token_info(slot.slot_id, info)
    return TokenSurvey(
        slot=slot.slot_id,
        facts=read_facts(slot.get_token()),
        limits=read_limits(info),
        mechanisms=tuple(sorted(map(mechanism_name, slot.get_mechanisms()))),
    )


def read_limits(info: TokenInfo) -> TokenLimits:
    """Take over what CK_TOKEN_INFO has beyond the facts."""
    flags = info.flags
    return TokenLimits(
        login_required=bool(flags & _LOGIN_REQUIRED),
        write_protected=bool(flags & _WRITE_PROTECTED),
        officer_pin_low=bool(flags & _SO_PIN_COUNT_LOW),
        officer_pin_final=bool(flags & _SO_PIN_FINAL_TRY),
        officer_pin_locked=bool(flags & _SO_PIN_LOCKED),
        failed=bool(flags & _ERROR_STATE),
        shortest_pin=info.shortest_pin,
        longest_pin=info.longest_pin,
        total_private=_told(info.total_private),
        free_private=_told(info.free_private),
        total_public=_told(info.total_public),
        free_public=_told(info.free_public),
    )


def _told(number: int) -> int | None:
    return None if number == _UNAVAILABLE else number


def mechanism_name(mechanism: int) -> str:
    """Name a mechanism; one that python-pkcs11 does not know stands as a number."""
    try:
        return f"CKM_{Mechanism(mechanism).name.lstrip('_')}"
    except ValueError:
        return f"CKM_0x{int(mechanism):x}"


def _version(pair: tuple[int, int]) -> str:
    return f"{pair[0]}.{pair[1]}"
