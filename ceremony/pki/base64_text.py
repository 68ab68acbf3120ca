"""Base64 as it stands in the lines of a file, and what of it cannot be read.

Blanks before and after what a line holds are passed over, and empty lines (RFC 7468,
section 3): other readers take the same from them, or nothing. Whatever else is no
base64 is refused, and a line that is longer than its limit.

Invariants:
    * No more is kept than the limit and one line.
    * What is in the way is named by its line in the file; what only the end shows, by
      the last.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from ceremony.script.printable import named_character

BLANKS: Final = b" \t\v\f\r"
"""What is passed over at the ends of a line: RFC 7468's ``W``."""

LINE_END: Final = re.compile(rb"\r\r\n|\r\n|\r|\n")
"""What ends a line: CRLF, LF or CR (RFC 7468, section 3); some tools write CR twice."""

_MOST_CRS: Final = 2
"""CRs that are one end with an LF after them."""
_ODD: Final = re.compile(rb"[^A-Za-z0-9+/=]")
_PAD: Final = b"="
_GROUP: Final = 4
"""Letters that stand for three octets."""
_MOST_PADDING: Final = 2
_LONGEST_CHARACTER: Final = 4
"""Octets of a character in UTF-8."""


def lines_of(stream: BinaryIO, longest: int) -> Iterator[tuple[int, bytes, bool]]:
    """Give each line with its number, from 1, without its end, and if it is too long.

    Args:
        stream: The file; read once, from where it stands.
        longest: Octets: a longer line is too long, and may be given in pieces, all
            with its number. What stands between two pieces nobody sees together, so
            that none of them can be taken for a line.
    """
    number, rest, is_cut = 1, b"", False
    while piece := stream.readline(longest + 2):
        text = rest + piece
        # Whether LF follows, and they are one end, the next piece shows.
        last = text[-_MOST_CRS:]
        open_at = len(text) - len(last) + len(last.rstrip(b"\r"))
        *ended, rest = LINE_END.split(text[:open_at])
        for line in ended:
            yield number, line, is_cut or len(line) > longest
            number, is_cut = number + 1, False
        if len(rest) > longest:
            yield number, rest, True
            rest, is_cut = b"", True
        rest += text[open_at:]
    for at, line in enumerate(rest.splitlines(), number):
        yield at, line, is_cut or len(line) > longest
        is_cut = False


class Base64Text:
    """The base64 of one block or file, gathered line by line."""

    def __init__(self, longest: int) -> None:
        """Begin with no line.

        Args:
            longest: Octets of base64 that are kept, and of a line; a line more may be.
        """
        self._longest = longest
        self._text, self._fault, self._last = bytearray(), "", 0

    @property
    def is_too_long(self) -> bool:
        """Whether there is more of it than is kept."""
        return len(self._text) > self._longest

    def take(self, number: int, line: bytes, *, is_too_long: bool = False) -> None:
        """Take one line with its number in the file, or what is given of a longer one.

        Args:
            number: The line's number, from 1.
            line: What it holds, without its end.
            is_too_long: Whether it is longer than may be; see :func:`lines_of`.
        """
        if is_too_long:
            told = f"line {number} has more than {self._longest} octets"
            self._fault = self._fault or told
        content = line.strip(BLANKS)
        if content and not self.is_too_long:
            self._fault = self._fault or self._wrong(number, content)
            self._text += content
            self._last = number

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
        if self._fault:
            return b"", self._fault
        wrong = _no_groups(text) or _spare_bits(text)
        if wrong:
            return b"", f"line {self._last}, its last, ends base64 {wrong}"
        return base64.b64decode(text), ""


def _no_groups(text: bytes) -> str:
    """Say why letters of base64 are no groups of four; empty where they are."""
    padding = len(text) - len(text.rstrip(_PAD))
    if padding > _MOST_PADDING:
        return f'with {padding} times "=", and at most two may be'
    if len(text) % _GROUP:
        return f'of {len(text)} letters, "=" counted, and no whole groups of four'
    return ""


def _spare_bits(text: bytes) -> str:
    """Tell bits that belong to no octet; empty where there are none.

    Args:
        text: Groups of four letters.
    """
    # The last letter may carry them: decoding drops them.
    if base64.b64encode(base64.b64decode(text)) == text:
        return ""
    last = text.rstrip(_PAD)[-1:].decode()
    return f'of which the last letter, "{last}", has bits that belong to no octet'


def _named(octets: bytes) -> str:
    """Name the character with which octets begin."""
    for size in range(1, _LONGEST_CHARACTER + 1):
        try:
            return named_character(octets[:size].decode())
        except UnicodeDecodeError:
            continue
    return f"the octet 0x{octets[0]:02X}"
