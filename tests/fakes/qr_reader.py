"""Read a QR code from its drawn modules, as a scanner would read them.

Reads byte and alphanumeric data of versions 1 to 3, and of version 5 with level M,
without repairing any error.

Source: ISO/IEC 18004: placement of codewords, masks, the format information, and
    the two blocks of 43 data codewords of version 5-M.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

Modules = list[list[bool]]

_MASKS: Final[tuple[Callable[[int, int], bool], ...]] = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, _: row % 2 == 0,
    lambda _, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)
_FORMAT_MASK: Final = 0b101010000010010
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def read_qr(modules: Modules) -> str:
    """Give the text of a code."""
    size = len(modules)
    assert size in {21, 25, 29, 37}, "versions 1 to 3 and 5 are read"
    for row, column in ((0, 0), (0, size - 7), (size - 7, 0)):
        assert all(modules[row][column : column + 7]), "a finder's edge"
    mask = _MASKS[_format_of(modules) >> 10 & 0b111]
    bits = [
        modules[row][column] ^ mask(row, column)
        for row, column in _path(size)
        if not _is_function(row, column, size)
    ]
    stream = iter(_in_order(bits) if size == 37 else bits)
    mode = _number(stream, 4)
    if mode == 0b0100:
        length = _number(stream, 8)
        return bytes(_number(stream, 8) for _ in range(length)).decode("ascii")
    assert mode == 0b0010
    length = _number(stream, 9)
    text = ""
    while length - len(text) > 1:
        text += "".join(_ALPHABET[each] for each in divmod(_number(stream, 11), 45))
    return text + (_ALPHABET[_number(stream, 6)] if len(text) < length else "")


def _in_order(bits: list[bool]) -> list[bool]:
    """Put the data of two blocks, which take turns codeword by codeword, in order."""
    words = [bits[at : at + 8] for at in range(0, 2 * 43 * 8, 8)]
    return [
        bit for block in (words[::2], words[1::2]) for word in block for bit in word
    ]


def _format_of(modules: Modules) -> int:
    """Read the fifteen bits around the upper left finder, the highest first."""
    cells = [(8, column) for column in (0, 1, 2, 3, 4, 5, 7, 8)]
    cells += [(row, 8) for row in (7, 5, 4, 3, 2, 1, 0)]
    value = 0
    for row, column in cells:
        value = value << 1 | modules[row][column]
    return value ^ _FORMAT_MASK


def _path(size: int) -> Iterator[tuple[int, int]]:
    """Go up and down in columns of two, from the right; the timing column is left."""
    upwards = True
    column = size - 1
    while column > 0:
        column -= column == 6
        rows = range(size - 1, -1, -1) if upwards else range(size)
        for row in rows:
            yield row, column
            yield row, column - 1
        upwards = not upwards
        column -= 2


def _is_function(row: int, column: int, size: int) -> bool:
    corners = (row < 9 and (column < 9 or column > size - 9)) or (
        row > size - 9 and column < 9
    )
    aligned = size > 21 and all(size - 9 <= at <= size - 5 for at in (row, column))
    return corners or row == 6 or column == 6 or aligned


def _number(stream: Iterator[bool], count: int) -> int:
    value = 0
    for _ in range(count):
        value = value << 1 | next(stream)
    return value
