"""Lines of a file that is read piece by piece are those that it has as a whole."""

from __future__ import annotations

from io import BytesIO
from itertools import product

import pytest

from ceremony.pki.base64_text import LINE_END, lines_of


@pytest.mark.parametrize("longest", range(1, 6))
def test_lines_are_the_same_wherever_a_piece_ends(longest: int) -> None:
    for size in range(8):
        for octets in product(b"a\r\n", repeat=size):
            raw = bytes(octets)
            wanted = LINE_END.split(raw)
            if not wanted[-1]:
                del wanted[-1]
            found: dict[int, bytes] = {}
            for number, piece, is_too_long in lines_of(BytesIO(raw), longest):
                found[number] = found.get(number, b"") + piece
                assert is_too_long == (len(wanted[number - 1]) > longest), raw
            assert list(found.items()) == list(enumerate(wanted, 1)), raw


def test_a_line_ends_by_lf_crlf_or_cr_and_two_cr_before_lf_are_one_end() -> None:
    raw = b"a\nb\r\nc\rd\r\re\r\r\nf\r\r\r\ng"
    lines = [line for _, line, _ in lines_of(BytesIO(raw), 9)]
    assert lines == [b"a", b"b", b"c", b"d", b"", b"e", b"f", b"", b"g"]
