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
from enum import Enum
from typing import Self

import pkcs11

from ceremony.errors import DeviceError
from ceremony.hsm.ckr import name_of_class, name_of_number
from ceremony.hsm.fault import (
    ANY_OTHER_FAULT,
    FAULT_BY_CKR,
    REFUSED_BEFORE_ACTING,
    SEE_WHETHER_FULL,
    Fault,
)
from ceremony.hsm.inventory import InventoryEntry


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
        act: What was being done, e.g. ``making a key``.
        debris: What a failed unwrapping left in the token; whether it is gone again
            is in ``meaning``.
    """

    def __init__(  # noqa: PLR0913  everything that is told of a failure
        self,
        code: str,
        message: str,
        *,
        remedy: str,
        meaning: str,
        in_doubt: bool,
        act: str,
        ckr: str,
        debris: tuple[InventoryEntry, ...] = (),
    ) -> None:
        super().__init__(
            code, message, remedy=remedy, meaning=meaning, in_doubt=in_doubt
        )
        self.act = act
        self.ckr = ckr
        self.debris = debris

    @classmethod
    def of(cls, fault: Fault, act: Act, ckr: str) -> Self:
        """Tell of a fault while something was being done.

        Args:
            fault: What the return value means.
            act: What was being done.
            ckr: The return value's name.
        """
        in_doubt = act.changes and ckr not in REFUSED_BEFORE_ACTING
        may_be_full = act.fills and fault is ANY_OTHER_FAULT
        return cls(
            fault.code,
            f"While {act.phrase}, {fault.what} ({ckr}).",
            remedy=f"{fault.remedy} {SEE_WHETHER_FULL}"
            if may_be_full
            else fault.remedy,
            meaning=act.doubt if in_doubt else act.refusal,
            in_doubt=in_doubt,
            act=act.phrase,
            ckr=ckr,
        )


class Act(Enum):
    """What is being asked of the device, and what a failure then means.

    Each has a deadline, generous by the slowest device that is known: a smart card
    may search minutes for the primes of a long RSA key, and a person types a PIN at
    a reader.
    """

    LOOK = ("reading the token", "Nothing on the token was changed.", "", 60)
    LOGIN = ("logging in", "Nobody is logged in and no key was used.", "", 180)
    INITIALISE = (
        "initialising the token",
        "The token was not changed.",
        "The token may be erased, or erased and without a user PIN.",
        180,
    )
    GENERATE = (
        "making a key",
        "No key was made.",
        "A key, or half of one, may exist in the token.",
        900,
    )
    SIGN = (
        "signing with a key",
        "The key made no signature.",
        "The key may have made a signature that nobody received.",
        60,
    )
    WRAP = (
        "wrapping a key",
        "The key was not wrapped.",
        "A wrapped copy of the key may exist that nobody received.",
        60,
    )
    WRAP_PUBLIC = (
        "wrapping a public key",
        "The public key was not wrapped; no key was changed.",
        "",
        60,
    )
    UNWRAP = (
        "restoring a wrapped key",
        "No key was restored.",
        "The key, or a broken object, may exist in the token.",
        120,
    )
    TRUST = (
        "making a key trusted",
        "The key is not trusted.",
        "The key may or may not be trusted, and may exist twice.",
        180,
    )
    CHECK = (
        "computing a check value",
        "Nothing is known about the key's value; it was not changed.",
        "",
        60,
    )
    RANDOM = ("drawing random bytes", "No random bytes were received.", "", 60)
    CHANGE_PIN = (
        "changing a PIN",
        "The old PIN still holds.",
        "The old PIN or the new one may hold.",
        180,
    )
    DESTROY = (
        "destroying an object",
        "The object still exists.",
        "The object may or may not exist any more.",
        60,
    )
    STORE = (
        "writing an object",
        "The object was not written.",
        "The object may or may not have been written.",
        60,
    )

    def __init__(
        self, phrase: str, refusal: str, doubt: str, deadline_s: float
    ) -> None:
        self.phrase = phrase
        self.refusal = refusal
        self.doubt = doubt
        self.deadline_s = deadline_s

    @property
    def changes(self) -> bool:
        """Tell whether the act leaves a trace in the world."""
        return self.doubt != ""

    @property
    def fills(self) -> bool:
        """Tell whether the act needs room in the token."""
        return self in (Act.GENERATE, Act.UNWRAP, Act.STORE)


@contextmanager
def device_door(act: Act, unexplained: Fault = ANY_OTHER_FAULT) -> Iterator[None]:
    """Turn any failure of a device within into this tool's own words.

    Args:
        act: What is being asked of the device.
        unexplained: What a return value means that says nothing by itself.

    Raises:
        TokenCallError: The device or its module failed.
    """
    try:
        yield
    except CkrError as error:
        name = name_of_number(error.number)
        raise TokenCallError.of(
            FAULT_BY_CKR.get(name, unexplained), act, name
        ) from error
    except pkcs11.PKCS11Error as error:
        name = name_of_class(type(error).__name__, str(error))
        raise TokenCallError.of(
            FAULT_BY_CKR.get(name, unexplained), act, name
        ) from error


@contextmanager
def device_acted(act: Act) -> Iterator[None]:
    """Leave any failure within in doubt: the device has acted already.

    Args:
        act: What the device has begun or done.

    Raises:
        DeviceError: As raised within, now in doubt.
    """
    try:
        yield
    except DeviceError as error:
        error.in_doubt = True
        error.meaning = act.doubt
        raise
