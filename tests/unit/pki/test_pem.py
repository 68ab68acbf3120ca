"""A PEM file is its blocks as they are written, and nothing else."""

from __future__ import annotations

import ssl

import pytest

from ceremony.pki.pem import encode_pem, is_pem

LABEL = "CERTIFICATE"
LENGTHS = (1, 2, 3, 47, 48, 49, 96, 600)
"""Octets: 48 of them are one line of base64."""


def block(octets: bytes) -> bytes:
    """Write a block with the standard library, which ends the last line as asked."""
    return ssl.DER_cert_to_PEM_cert(octets).encode()


@pytest.mark.parametrize("length", LENGTHS)
def test_a_block_is_written_as_the_standard_library_writes_it(length: int) -> None:
    octets = bytes(range(256)) * 3
    assert encode_pem(LABEL, octets[:length]) == block(octets[:length])


@pytest.mark.parametrize("count", [1, 2, 40])
def test_blocks_as_they_are_written_are_pem(count: int) -> None:
    assert is_pem(block(b"\x30\x03\x02\x01\x05") * count, LABEL)


ONE = block(bytes(range(100)))
OTHER = ONE.replace(b"CERTIFICATE", b"TRUSTED CERTIFICATE")

ODD = {
    "nothing": b"",
    "text-alone": b"text\n",
    "text-before": b"text\n" + ONE,
    "text-after": ONE + b"text\n",
    "text-between": ONE + b"\n" + ONE,
    "another-label-before": OTHER + ONE,
    "another-label-after": ONE + OTHER,
    "another-label-alone": OTHER,
    "lines-ended-by-crlf": ONE.replace(b"\n", b"\r\n"),
    "no-line-feed-at-the-end": ONE[:-1],
    "blanks": ONE.replace(b"\n", b" \n"),
    "shorter-lines": ONE.replace(b"\n", b"\n", 1).replace(b"Bg", b"\nBg", 1),
    "headers": ONE.replace(b"-----\n", b"-----\nA: b\n\n", 1),
    "letters-that-are-none": ONE.replace(b"AAEC", b"AA*EC", 1),
    "no-end": ONE.partition(b"-----END")[0],
    "another-end": ONE.replace(b"END CERT", b"END X509 CERT"),
    "bits-that-belong-to-no-octet": ONE.replace(b"Yw==", b"Yx=="),
    "no-whole-groups": ONE.replace(b"Yw==", b"Yw="),
    "utf-8-mark": b"\xef\xbb\xbf" + ONE,
    "octets-that-are-no-ascii": ONE.replace(b"AAEC", b"\xff\xff\xff\xff", 1),
}


@pytest.mark.parametrize("name", ODD)
def test_anything_else_is_not(name: str) -> None:
    assert ODD[name] != ONE
    assert not is_pem(ODD[name], LABEL)
