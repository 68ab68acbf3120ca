"""A PIN in memory: never shown, never copied by this class, wiped at the end.

Python cannot wipe texts, so a secret is bytes in one buffer from the keyboard to
the device. Whoever makes a :class:`Secret` hands over its buffer.

A PIN that its holder enters at the device's own keypad is a secret without a value:
:func:`entered_at_reader`.

Invariants:
    * Nothing that prints, formats, pickles or copies a secret shows its value.
    * After ``wipe`` the buffer that was handed over holds zeros and the secret is
      empty for good.
"""

from __future__ import annotations

import hmac
from types import TracebackType
from typing import NoReturn, Self, final


@final
class Secret:
    """One secret value, for as long as it is needed and no longer.

    Args:
        buffer: The value, as typed (ASCII or UTF-8); the secret takes it over. Some
            tokens have an empty PIN.
        at_reader: True where there is no value: see :func:`entered_at_reader`.
    """

    __slots__ = ("_at_reader", "_buffer", "_wiped")

    def __init__(self, buffer: bytearray, *, at_reader: bool = False) -> None:
        self._buffer = buffer
        self._at_reader = at_reader
        self._wiped = False

    def expose(self) -> bytearray:
        """Give the buffer itself, for the device's door only; it is no copy.

        Raises:
            ValueError: The secret was wiped.
        """
        if self._wiped:
            raise ValueError("the secret was wiped")
        return self._buffer

    @property
    def is_at_reader(self) -> bool:
        """Tell whether nobody typed it, since it is entered at the device's keypad."""
        return self._at_reader and not self._wiped

    def wipe(self) -> None:
        """Overwrite the value with zeros; a second time does nothing."""
        for index in range(len(self._buffer)):
            self._buffer[index] = 0
        self._wiped = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wipe()

    def __len__(self) -> int:
        return 0 if self._wiped else len(self._buffer)

    def __bool__(self) -> bool:
        return len(self) > 0

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        """Compare in a time that does not depend on where the values differ."""
        if not isinstance(other, Secret) or self._wiped or other._wiped:
            return NotImplemented
        return hmac.compare_digest(self._buffer, other._buffer)

    __hash__ = None  # type: ignore[assignment]  # a hash would keep a trace of the value

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is never pickled or copied")


def entered_at_reader() -> Secret:
    """Give what stands for a PIN that its holder enters at the device's own keypad."""
    return Secret(bytearray(), at_reader=True)
