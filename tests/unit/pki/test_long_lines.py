"""Lines of requests that are longer than any that is read, or are read in pieces."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony.pki.request_file import LARGEST_REQUEST, LONGEST_BASE64
from tests.fakes.made_requests import organisation_request
from tests.unit.pki.test_request_file import code, read

DER = organisation_request()
TEXT = base64.b64encode(DER)


def pem(text: bytes) -> bytes:
    label = b"CERTIFICATE REQUEST-----\n"
    return b"-----BEGIN %b%b\n-----END %b" % (label, text, label)


MOST = 87_385
TOO_LONG = b" " * (MOST + 10)


@pytest.mark.parametrize("armour", [pem, bytes], ids=["PEM", "bare"])
def test_a_blank_inside_a_line_is_refused_however_many_there_are(
    tmp_path: Path, armour: Callable[[bytes], bytes]
) -> None:
    at = 2 if armour is pem else 1
    for blanks, told in (
        (b" ", f"line {at} holds U+0020 SPACE."),
        (b" " * MOST, f"line {at} has more than 87385 octets."),
        (TOO_LONG, f"line {at} has more than 87385 octets."),
    ):
        [imported] = read(tmp_path, armour(TEXT[:8] + blanks + TEXT[8:]))
        assert code(imported) == "PKI-IMPORT-04"
        assert told in str(imported.fault)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b"\r\r\n"])
def test_a_line_has_at_most_87385_octets(tmp_path: Path, end: bytes) -> None:
    assert LONGEST_BASE64 == MOST
    for size, told in ((MOST, ""), (MOST + 1, "PKI-IMPORT-04")):
        for text in (TEXT.ljust(size), TEXT.rjust(size)):
            for raw in (text, text + b"\n", pem(text), pem(b"\n" + text)):
                [imported] = read(tmp_path, raw.replace(b"\n", end))
                assert code(imported) == told, (size, raw[:40])


def test_a_line_of_which_a_piece_is_seen_begins_and_ends_no_block(
    tmp_path: Path,
) -> None:
    begin, body, end = pem(TEXT).splitlines(keepends=True)
    orphan, endless = "line 3 begins or ends a block", "begins in line 1 has no end."
    for raw, told in (
        (b"x" * (MOST + 2) + begin + body + end, orphan),
        (begin[:-1] + TOO_LONG + b"x\n" + body + end, orphan),
        (begin + body + b"x" * (MOST + 2) + end, endless),
        (begin + body + end[:-1] + TOO_LONG + b"x\n", endless),
    ):
        [imported] = read(tmp_path, raw)
        assert code(imported) == "PKI-IMPORT-03"
        assert told in str(imported.fault)
    # The next block is read all the same.
    two = begin + body + TOO_LONG + end + pem(TEXT)
    found = [code(each) for each in read(tmp_path, two, several=True)]
    assert found == ["PKI-IMPORT-03", ""]


def test_a_line_end_that_is_read_in_two_pieces_is_one(tmp_path: Path) -> None:
    wrong = pem(TEXT.replace(b"A", b"*", 1))
    for size in range(-2, 3):
        long = b"x" * (LARGEST_REQUEST * 4 // 3 + 4 + size)
        for end in (b"\n", b"\r\n", b"\r"):
            [imported] = read(tmp_path, long + end + wrong.replace(b"\n", end))
            assert "line 3 holds U+002A ASTERISK." in str(imported.fault)


def test_a_file_of_line_ends_is_read_in_the_time_of_its_length(tmp_path: Path) -> None:
    """Where each took a look at all that follow it, this would take minutes."""
    [nothing] = read(tmp_path, b"\r" * 4 * 1024 * 1024, several=True)
    assert code(nothing) == "PKI-IMPORT-02"
