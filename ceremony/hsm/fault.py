"""Every failure of a token or its module, translated at the door.

A device's own code is kept in ``ckr``, so that the journal can carry it. No message
ever holds a PIN.
"""

from __future__ import annotations

from typing import Final

import pkcs11.exceptions

from ceremony.errors import DeviceError

PIN_INCORRECT: Final = 0xA0
PIN_LEN_RANGE: Final = 0xA2
PIN_LOCKED: Final = 0xA4
PIN_NOT_INITIALISED: Final = 0x102

CKR_NAMES: Final = {
    0x05: "CKR_GENERAL_ERROR",
    0x06: "CKR_FUNCTION_FAILED",
    0x30: "CKR_DEVICE_ERROR",
    0x31: "CKR_DEVICE_MEMORY",
    0x32: "CKR_DEVICE_REMOVED",
    0x54: "CKR_FUNCTION_NOT_SUPPORTED",
    PIN_INCORRECT: "CKR_PIN_INCORRECT",
    PIN_LEN_RANGE: "CKR_PIN_LEN_RANGE",
    PIN_LOCKED: "CKR_PIN_LOCKED",
    0xB6: "CKR_SESSION_EXISTS",
    0xE0: "CKR_TOKEN_NOT_PRESENT",
    0x100: "CKR_USER_ALREADY_LOGGED_IN",
    0x101: "CKR_USER_NOT_LOGGED_IN",
    PIN_NOT_INITIALISED: "CKR_USER_PIN_NOT_INITIALIZED",
}


class TokenError(DeviceError):
    """A token refused or failed.

    Attributes:
        ckr: The PKCS#11 return value's name, or its number in hex.
    """

    def __init__(  # noqa: PLR0913  an error carries all that people need
        self,
        code: str,
        message: str,
        *,
        remedy: str,
        meaning: str,
        in_doubt: bool = False,
        ckr: str = "",
    ) -> None:
        super().__init__(
            code, message, remedy=remedy, meaning=meaning, in_doubt=in_doubt
        )
        self.ckr = ckr


def ckr_name(value: int) -> str:
    """Name a PKCS#11 return value; its number in hex where it has no name here."""
    return CKR_NAMES.get(value, f"CKR 0x{value:x}")


def call_failed(function: str, value: int, *, in_doubt: bool = False) -> TokenError:
    """Say what it means that a PKCS#11 function returned ``value``."""
    ckr = ckr_name(value)
    if value in (PIN_INCORRECT, PIN_LEN_RANGE):
        return TokenError(
            "HSM-PIN-01",
            "The token refused the PIN.",
            meaning="Nothing was done with it; the token may count wrong PINs.",
            remedy="Make sure that it is the right token, then type its PIN with care.",
            ckr=ckr,
        )
    if value == PIN_LOCKED:
        return TokenError(
            "HSM-PIN-02",
            "The token's PIN is locked.",
            meaning="Its keys stay in it and cannot be used until it is unlocked.",
            remedy="Let the security officer unlock it, or go on by paper.",
            ckr=ckr,
        )
    if value == PIN_NOT_INITIALISED:
        return TokenError(
            "HSM-PIN-03",
            "The token has no user PIN yet.",
            meaning="It cannot be used.",
            remedy="Initialise the token first.",
            ckr=ckr,
        )
    return TokenError(
        "HSM-DEVICE-01",
        f"The token failed in {function} ({ckr}).",
        meaning=(
            "Whether it acted is not known until its objects are inspected."
            if in_doubt
            else "It did nothing."
        ),
        remedy="Check that the token is in its reader, then look at its objects.",
        in_doubt=in_doubt,
        ckr=ckr,
    )


def translate(
    error: pkcs11.exceptions.PKCS11Error, function: str, *, in_doubt: bool = False
) -> TokenError:
    """Turn an exception of python-pkcs11 into the words of this tool."""
    name = type(error).__name__
    known = {
        "PinIncorrect": PIN_INCORRECT,
        "PinLenRange": PIN_LEN_RANGE,
        "PinLocked": PIN_LOCKED,
        "UserPinNotInitialized": PIN_NOT_INITIALISED,
    }
    if name in known:
        return call_failed(function, known[name])
    failed = call_failed(function, 0x05, in_doubt=in_doubt)
    return TokenError(
        failed.code,
        f"The token failed in {function} ({name}).",
        meaning=failed.meaning,
        remedy=failed.remedy,
        in_doubt=in_doubt,
        ckr=name,
    )
