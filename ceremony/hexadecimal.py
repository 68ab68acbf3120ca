"""Hexadecimal as people read it, aloud or from paper: in groups, never cut."""

from __future__ import annotations

from typing import Final

SHORTEST: Final = 8
"""Fewer hexadecimal digits are not grouped."""


def is_hex(text: str) -> bool:
    """Tell whether a text is nothing but hexadecimal digits."""
    return set(text.lower()) <= set("0123456789abcdef")


def grouped(value: str, size: int = 4) -> str:
    """Write hexadecimal in groups, of four by default, lower case; other text stays."""
    digits = value.lower()
    if len(value) < SHORTEST or not is_hex(value):
        return value
    return " ".join(digits[at : at + size] for at in range(0, len(digits), size))


def serial_text(number: int | str) -> str:
    """Write the serial number of a certificate as people are told it: ``4a0f``.

    It is written as after ``serial:`` in a script, and as ``openssl crl -text`` has it
    but for the case: hexadecimal, lower case, two digits an octet, no octet of zero
    before it. The text of a whole certificate sets its octets apart by colons, as
    ``openssl x509 -text`` does. Files for machines have 32 digits or more.

    Args:
        number: The number, or its hexadecimal digits as a leaf has them. A negative
            one, which only a faulty certificate has, is written with its sign.

    Raises:
        ValueError: The digits are none.
    """
    told = int(number, 16) if isinstance(number, str) else number
    size = max(1, (abs(told).bit_length() + 7) // 8)
    return ("-" if told < 0 else "") + abs(told).to_bytes(size, "big").hex()
