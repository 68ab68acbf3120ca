"""What a device's refusal means, said once at the door.

A module answers with a number, and python-pkcs11 with a class and often no text. What
a person needs is what happened, what it means for the key, and what to do.

Invariants:
    * Nothing but :class:`DeviceError` leaves the room for a device's failure.
    * ``in_doubt`` is set whenever the device may have acted: only a short list of
      answers, all given before a device acts, clears it.
    * No message, cause or attribute holds a PIN: none is ever given to the library.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Final

import pkcs11

from ceremony.errors import DeviceError
from ceremony.hsm.ckr import name_of_class, name_of_number


class CkrError(Exception):
    """A module function returned something other than CKR_OK.

    Never leaves the room.

    Attributes:
        function: The function's name, e.g. ``C_Login``.
        number: The return value.
    """

    def __init__(self, function: str, number: int) -> None:
        super().__init__(f"{function} returned 0x{number:x}")
        self.function = function
        self.number = number


class TokenCallError(DeviceError):
    """A call to a token failed.

    Attributes:
        ckr: The return value's name, e.g. ``CKR_PIN_INCORRECT``.
        act: What was being done, e.g. ``making a key``.
    """

    def __init__(self, fault: _Fault, act: Act, ckr: str) -> None:
        in_doubt = act.changes and ckr not in _REFUSED_BEFORE_ACTING
        super().__init__(
            fault.code,
            f"While {act.phrase}, {fault.what} ({ckr}).",
            remedy=fault.remedy,
            meaning=act.doubt if in_doubt else act.refusal,
            in_doubt=in_doubt,
        )
        self.ckr = ckr
        self.act = act.phrase


class Act(Enum):
    """What is being asked of the device, and what a failure then means."""

    LOOK = ("reading the token", "Nothing on the token was changed.", "")
    LOGIN = ("logging in", "Nobody is logged in and no key was used.", "")
    INITIALISE = (
        "initialising the token",
        "The token was not changed.",
        "The token may be erased, or erased and without a user PIN.",
    )
    GENERATE = (
        "making a key",
        "No key was made.",
        "A key, or half of one, may exist in the token.",
    )
    SIGN = (
        "signing with a key",
        "The key made no signature.",
        "The key may have made a signature that nobody received.",
    )
    DESTROY = (
        "destroying an object",
        "The object still exists.",
        "The object may or may not exist any more.",
    )
    STORE = (
        "writing an object",
        "The object was not written.",
        "The object may or may not have been written.",
    )

    def __init__(self, phrase: str, refusal: str, doubt: str) -> None:
        self.phrase = phrase
        self.refusal = refusal
        self.doubt = doubt

    @property
    def changes(self) -> bool:
        """Tell whether the act leaves a trace in the world."""
        return self.doubt != ""


@dataclass(frozen=True, slots=True)
class _Fault:
    """One kind of failure: its rule id, what happened, and what to do."""

    code: str
    what: str
    remedy: str


_LOOK_AGAIN: Final = "Take the token's inventory and compare it with the journal."

_FAULTS: Final[tuple[tuple[_Fault, tuple[str, ...]], ...]] = (
    (
        _Fault(
            "HSM-PIN-01",
            "the token refused the PIN",
            "Check which token this is and enter its PIN again, slowly: each wrong "
            "PIN uses up a try.",
        ),
        ("PIN_INCORRECT", "PIN_INVALID"),
    ),
    (
        _Fault(
            "HSM-PIN-02",
            "the token's PIN turned out to be locked",
            "Stop and unlock the PIN by the token's own procedure, with the security "
            "officer's PIN.",
        ),
        ("PIN_LOCKED",),
    ),
    (
        _Fault(
            "HSM-PIN-03",
            "the token turned out to have no user PIN yet",
            "Initialise the token before it is used.",
        ),
        ("USER_PIN_NOT_INITIALIZED",),
    ),
    (
        _Fault(
            "HSM-PIN-04",
            "the token did not take a PIN of this length or form",
            "Choose a PIN within the token's limits; the maker's manual gives them.",
        ),
        ("PIN_LEN_RANGE", "PIN_TOO_WEAK"),
    ),
    (
        _Fault(
            "HSM-PIN-05",
            "the token's PIN turned out to have expired",
            "Change the PIN by the token's own procedure.",
        ),
        ("PIN_EXPIRED",),
    ),
    (
        _Fault(
            "HSM-DEVICE-02",
            "the token was not there any more",
            "Put the token back, then take its inventory and compare it with the "
            "journal.",
        ),
        (
            "DEVICE_REMOVED",
            "TOKEN_NOT_PRESENT",
            "TOKEN_NOT_RECOGNIZED",
            "SLOT_ID_INVALID",
        ),
    ),
    (
        _Fault(
            "HSM-DEVICE-03",
            "the token or this machine ran out of memory",
            "Close what else runs here, or use a token with more space.",
        ),
        ("DEVICE_MEMORY", "HOST_MEMORY"),
    ),
    (
        _Fault(
            "HSM-DEVICE-04",
            "the session with the token was lost, or the key is no longer reachable",
            "Log in again. " + _LOOK_AGAIN,
        ),
        (
            "SESSION_CLOSED",
            "SESSION_HANDLE_INVALID",
            "OBJECT_HANDLE_INVALID",
            "KEY_HANDLE_INVALID",
            "CRYPTOKI_NOT_INITIALIZED",
        ),
    ),
    (
        _Fault(
            "HSM-DEVICE-05",
            "the token could not be written to",
            "Lift the token's write protection, or open it for writing.",
        ),
        ("TOKEN_WRITE_PROTECTED", "SESSION_READ_ONLY"),
    ),
    (
        _Fault(
            "HSM-DEVICE-06",
            "the token turned out not to have this algorithm, size or function",
            "Choose a token or an algorithm that go together.",
        ),
        (
            "MECHANISM_INVALID",
            "MECHANISM_PARAM_INVALID",
            "KEY_SIZE_RANGE",
            "DOMAIN_PARAMS_INVALID",
            "CURVE_NOT_SUPPORTED",
            "FUNCTION_NOT_SUPPORTED",
        ),
    ),
    (
        _Fault(
            "HSM-DEVICE-07",
            "the token did not accept the attributes that the rules ask for",
            "Use a token that can hold keys under these rules.",
        ),
        (
            "TEMPLATE_INCOMPLETE",
            "TEMPLATE_INCONSISTENT",
            "ATTRIBUTE_READ_ONLY",
            "ATTRIBUTE_SENSITIVE",
            "ATTRIBUTE_TYPE_INVALID",
            "ATTRIBUTE_VALUE_INVALID",
        ),
    ),
    (
        _Fault(
            "HSM-DEVICE-08",
            "the token asked for another login state",
            "End the session, log in again with the right PIN, and repeat the step "
            "only if the script allows it.",
        ),
        (
            "USER_NOT_LOGGED_IN",
            "USER_ALREADY_LOGGED_IN",
            "USER_ANOTHER_ALREADY_LOGGED_IN",
            "USER_TOO_MANY_TYPES",
            "SESSION_EXISTS",
            "SESSION_READ_ONLY_EXISTS",
            "SESSION_READ_WRITE_SO_EXISTS",
        ),
    ),
    (
        _Fault(
            "HSM-DEVICE-09",
            "the token forbade it for this object",
            "Check that this is the object that the step is about.",
        ),
        ("ACTION_PROHIBITED", "KEY_FUNCTION_NOT_PERMITTED", "FUNCTION_REJECTED"),
    ),
)
_FAULT_BY_CKR: Final = {
    f"CKR_{name}": fault for fault, names in _FAULTS for name in names
}
_ANY_OTHER: Final = _Fault(
    "HSM-DEVICE-01",
    "the token or its module failed",
    _LOOK_AGAIN,
)

# A device gives these answers from checking the call, before it acts. Anything else,
# and anything from a device that breaks this, is for recovery to look at.
_REFUSED_BEFORE_ACTING: Final = frozenset(
    {
        "CKR_PIN_INCORRECT",
        "CKR_PIN_LOCKED",
        "CKR_SESSION_EXISTS",
        "CKR_SESSION_READ_ONLY",
        "CKR_TOKEN_WRITE_PROTECTED",
        "CKR_USER_NOT_LOGGED_IN",
        "CKR_MECHANISM_INVALID",
        "CKR_KEY_SIZE_RANGE",
        "CKR_KEY_FUNCTION_NOT_PERMITTED",
        "CKR_ACTION_PROHIBITED",
    }
)


@contextmanager
def device_door(act: Act) -> Iterator[None]:
    """Turn any failure of a device within into this tool's own words.

    Args:
        act: What is being asked of the device.

    Raises:
        TokenCallError: The device or its module failed.
    """
    try:
        yield
    except CkrError as error:
        raise _translate(act, name_of_number(error.number)) from error
    except pkcs11.PKCS11Error as error:
        name = name_of_class(type(error).__name__, str(error))
        raise _translate(act, name) from error


def _translate(act: Act, ckr: str) -> TokenCallError:
    return TokenCallError(_FAULT_BY_CKR.get(ckr, _ANY_OTHER), act, ckr)
