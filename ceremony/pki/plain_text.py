"""Lines of plain text about what somebody else made: no value in it can forge a line.

Invariants:
    * Printable ASCII only, and no line is longer than 76 characters, so that a page in
      a fixed-width font and a terminal of 80 columns hold it unbroken.
    * A line that goes on is indented deeper than the one that it belongs to.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

WIDTH: Final = 76
INDENT: Final = "    "
_OCTETS_A_LINE: Final = 16
_SHOWN: Final = 32
"""Octets that are shown of what is longer, where it is cut."""
_LONGEST_NUMBER: Final = 160
"""Bits of a number that is written in digits: as many as RFC 5280 lets one have."""
_SETS_APART: Final = ',="\\+'


def plain_lines(texts: Iterable[str]) -> tuple[str, ...]:
    """Fold texts into lines of printable ASCII, each at most 76 characters."""
    return tuple(line for text in texts for line in _fold(printable(text)))


def printable(text: str) -> str:
    """Write every character that is not printable ASCII as an escape."""
    return "".join(
        letter
        if letter.isascii() and letter.isprintable()
        else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def hex_lines(octets: bytes) -> Iterator[str]:
    """Give octets in hexadecimal, 16 to an indented line; none for no octets."""
    for at in range(0, len(octets), _OCTETS_A_LINE):
        yield f"{INDENT}{octets[at : at + _OCTETS_A_LINE].hex(':')}"


def number_text(number: int) -> str:
    """Write a number that a file gives, in decimal; one of many digits by its size.

    A file may hold one of a hundred thousand digits, which nobody reads and the
    interpreter refuses to write.
    """
    size = number.bit_length()
    return f"{number}" if size <= _LONGEST_NUMBER else f"a number of {size} bits"


def cut_hex(octets: bytes) -> str:
    """Give octets in hexadecimal: at most 32, and of more how many there are."""
    if len(octets) <= _SHOWN:
        return octets.hex()
    return f"{octets[:_SHOWN].hex()}... ({len(octets)} octets)"


def time_text(moment: datetime) -> str:
    """Write a moment in UTC, to the second."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def quoted(text: str) -> str:
    """Quote a value that could be taken for another part of the name."""
    if not any(letter in text for letter in _SETS_APART):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _fold(text: str) -> list[str]:
    indent = INDENT if text.startswith(INDENT) else ""
    return textwrap.wrap(
        text[len(indent) :],
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + INDENT,
        drop_whitespace=False,
        break_on_hyphens=False,
    )
