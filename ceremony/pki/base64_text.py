"""Base64 as it stands in the lines of a file, and what of it cannot be read.

Blanks before and after what a line holds are passed over, and empty lines (RFC 7468,
section 3): other readers take the same from them, or nothing. Whatever else is no
base64 is refused.

Invariants:
    * No more is kept than the limit and one line.
    * What is in the way is named by its line in the file.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from ceremony.script.printable import named_character

BLANKS: Final = b" \t\v\f\r"
"""What is passed over at the ends of a line: RFC 7468's ``W``."""

_CR: Final = re.compile(rb"\r+")
_ODD: Final = re.compile(rb"[^A-Za-z0-9+/=]")
_PAD: Final = b"="
_GROUP: Final = 4
"""Letters that stand for three octets."""
_MOST_PADDING: Final = 2
_LONGEST_CHARACTER: Final = 4
"""Octets of a character in UTF-8."""


def lines_of(stream: BinaryIO, longest: int) -> Iterator[tuple[int, bytes]]:
    """Give each line with its number, from 1, without its end.

    A line ends by CRLF, LF or CR (RFC 7468, section 3); some tools write CR twice.

    Args:
        stream: The file; read once, from where it stands.
        longest: Octets: a longer line is given in pieces, all with its number.
    """
    number, rest = 1, b""
    while piece := stream.readline(longest + 2):
        text = rest + piece
        *ended, rest = _CR.split(text.rstrip(b"\r\n"))
        if text.endswith(b"\n"):
            ended, rest = [*ended, rest], b""
        for line in ended:
            yield number, line
            number += 1
        if len(rest) > longest:
            yield number, rest
            rest = b""
        if text.endswith(b"\r"):
            # Whether LF follows, and the two are one end, the next piece shows.
            rest += b"\r"
    if rest:
        yield number, rest


class Base64Text:
    """The base64 of one block or file, gathered line by line."""

    def __init__(self, longest: int) -> None:
        """Begin with no line.

        Args:
            longest: Octets of base64 that are kept; a line more may be.
        """
        self._longest = longest
        self._text, self._fault = bytearray(), ""

    @property
    def is_too_long(self) -> bool:
        """Whether there is more of it than is kept."""
        return len(self._text) > self._longest

    def take(self, number: int, line: bytes) -> None:
        """Take one line, or a piece of it, with its number in the file."""
        content = line.strip(BLANKS)
        if content and not self.is_too_long:
            self._fault = self._fault or self._wrong(number, content)
            self._text += content

    def _wrong(self, number: int, content: bytes) -> str:
        """Say what of a line is in the way; empty where nothing is."""
        odd = _ODD.search(content)
        if odd:
            return f"line {number} holds {_named(content[odd.start() :])}"
        goes_on = self._text[-1:] == _PAD and content.strip(_PAD)
        if goes_on or _PAD in content.rstrip(_PAD):
            return f'line {number} goes on after "=", which ends base64'
        return ""

    def decode(self) -> tuple[bytes, str]:
        """Decode it.

        Returns:
            The octets, and what is in the way; one of the two is empty, or both are.

        Source:
            RFC 4648, sections 3.3 to 3.5 and 4.
        """
        text = bytes(self._text)
        wrong = self._fault or _no_groups(text)
        if wrong:
            return b"", wrong
        der = base64.b64decode(text)
        # The last letter may carry bits that no octet takes: decoding drops them.
        if base64.b64encode(der) != text:
            last = text.rstrip(_PAD)[-1:].decode()
            return b"", f'its last letter, "{last}", has bits that belong to no octet'
        return der, ""


def _no_groups(text: bytes) -> str:
    """Say why letters of base64 are no groups of four; empty where they are."""
    padding = len(text) - len(text.rstrip(_PAD))
    if padding > _MOST_PADDING:
        return f'{padding} times "=" is at its end, and at most two may be'
    if len(text) % _GROUP:
        return f'its {len(text)} letters, "=" counted, are not whole groups of four'
    return ""


def _named(octets: bytes) -> str:
    """Name the character with which octets begin."""
    for size in range(1, _LONGEST_CHARACTER + 1):
        try:
            return named_character(octets[:size].decode())
        except UnicodeDecodeError:
            continue
    return f"the octet 0x{octets[0]:02X}"
