"""Hexadecimal as people read it, aloud or from paper: in groups, never cut."""

from __future__ import annotations

from typing import Final

SHORTEST: Final = 8
"""Fewer hexadecimal digits are not grouped."""


def is_hex(text: str) -> bool:
    """Tell whether a text is nothing but hexadecimal digits."""
    return set(text.lower()) <= set("0123456789abcdef")


def grouped(value: str, size: int = 4) -> str:
    """Write hexadecimal in groups of four, lower case; other text stays."""
    digits = value.lower()
    if len(value) < SHORTEST or not is_hex(value):
        return value
    return " ".join(digits[at : at + size] for at in range(0, len(digits), size))


def serial_text(number: int) -> str:
    """Write the serial number of a certificate as people are told it: ``4a0f``.

    It is written as after ``serial:`` in a script, and by ``openssl crl -text`` but for
    the case: hexadecimal, lower case, two digits an octet, no octet of zero before it.

    Args:
        number: The number; a negative one, which only a faulty certificate has, is
            written with its sign.
    """
    size = max(1, (abs(number).bit_length() + 7) // 8)
    return ("-" if number < 0 else "") + abs(number).to_bytes(size, "big").hex()
