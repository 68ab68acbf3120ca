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
