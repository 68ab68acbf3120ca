"""What is BER and not DER, or neither, is told."""

from __future__ import annotations

import pytest

from ceremony.pki.der_form import not_der
from tests.fakes.made_requests import device_csr, organisation_request

# Each is one rule of X.690, sections 8 to 11, broken.
BROKEN = {
    "": "ends too early",
    "30": "ends too early",
    "300205": "ends too early",
    "3080 0000": "a length is indefinite",
    "308100": "a length takes more octets",
    "30820000": "a length takes more octets",
    "1f0100": "a tag takes several octets",
    "2403 040100": "a string is put together from parts",
    "1000": "a sequence or a set has no parts",
    "1100": "a sequence or a set has no parts",
    "0500 00": "1 octets follow",
    "010100": "a truth value",
    "010101": "a truth value",
    "0200": "a whole number",
    "02020001": "a whole number",
    "0202ff80": "a whole number",
    "0300": "the unused bits",
    "030108": "the unused bits",
    "030101": "the unused bits",
    "03020101": "the unused bits",
    "050100": "a NULL has contents",
    "0600": "an object identifier",
    "060180": "an object identifier",
    "06032a8001": "an object identifier",
    "06022a81": "an object identifier",
    "3106 020102 020101": "the members of a set",
    "a006 020102 020101": "the members of a set",
    "30" * 0 + "": "ends too early",
}


@pytest.mark.parametrize("octets", BROKEN)
def test_what_der_forbids_is_told(octets: str) -> None:
    assert BROKEN[octets] in not_der(bytes.fromhex(octets))


@pytest.mark.parametrize(
    "octets",
    ["0101ff", "0201ff", "02020080", "030100", "03020780", "0500", "06032a8101"],
)
def test_what_der_allows_is_taken(octets: str) -> None:
    assert not_der(bytes.fromhex(octets)) == ""


def test_requests_of_the_library_are_der() -> None:
    assert not_der(organisation_request()) == ""
    assert not_der(device_csr()) == ""


def test_nesting_ends() -> None:
    octets = b""
    for _ in range(18):
        octets = bytes([0x30, len(octets)]) + octets
    assert "nested too deeply" in not_der(octets)
