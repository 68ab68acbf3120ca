"""Canonical JSON against RFC 8785, published vectors and a second implementation."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from ceremony import canonical
from ceremony.canonical import CanonicalError

CHECKOUT = Path(__file__).parents[3]


def published(folder: str) -> Path:
    root = Path(os.environ.get("CEREMONY_VECTORS", CHECKOUT.parent / "shared/data"))
    if not (root / folder).is_dir():
        pytest.skip(f"the published vectors {folder} are not on this machine")
    return root / folder


def test_keys_are_sorted_and_nothing_is_between_them() -> None:
    assert canonical.encode({"b": [1, True, "x"], "a": {}}) == (
        b'{"a":{},"b":[1,true,"x"]}'
    )


def test_control_characters_are_escaped_as_rfc_8785_says() -> None:
    text = '\x00\x08\t\n\x0b\x0c\r\x1f"\\/\x7f\u2028\u20ac'
    assert canonical.encode(text) == (
        b'"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\"\\\\/\x7f\xe2\x80\xa8\xe2\x82\xac"'
    )
    assert canonical.encode(text) == rfc8785.dumps(text)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (1.0, "float"),
        (None, "null"),
        ({"a": None}, "value.a is of the kind null"),
        ([1, [2.5]], r"value\[1\]\[0\] is of the kind float"),
        (b"x", "bytes"),
        ({"\u00e9": 1}, "not ASCII"),
        ({1: 1}, "not ASCII text"),
        (2**53, "beyond"),
        (-(2**53), "beyond"),
        ("e\u0301", "NFC"),
        ("\ud800", "surrogate"),
    ],
)
def test_a_value_outside_the_limits_is_refused_with_its_place(
    value: object, why: str
) -> None:
    with pytest.raises(CanonicalError, match=why):
        canonical.encode(value)  # type: ignore[arg-type]  # what callers must not pass


def test_the_largest_integers_are_kept_exactly() -> None:
    for value in (2**53 - 1, -(2**53) + 1, 0):
        assert canonical.decode(canonical.encode(value)) == value


def test_nesting_stops_at_thirty_two() -> None:
    deepest = "[" * 33 + "]" * 33
    assert canonical.encode(canonical.decode(deepest.encode())) == deepest.encode()
    with pytest.raises(CanonicalError, match="nesting"):
        canonical.decode(b"[" * 34 + b"]" * 34)
    with pytest.raises(CanonicalError, match="nesting"):
        canonical.decode(b"[" * 200_000 + b"]" * 200_000)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b'{"a":1,"a":2}', "twice"),
        (b"1.0", "not an integer"),
        (b"1e3", "not an integer"),
        (b"NaN", "not an integer"),
        (b"-Infinity", "not an integer"),
        (b"null", "null"),
        (b'"\xff"', "UTF-8"),
        (b"\xef\xbb\xbf1", "not JSON"),
        (b"1 2", "not JSON"),
        (b"", "not JSON"),
        (b"9" * 5000, "beyond"),
        (b"9007199254740992", "beyond"),
        (b'"\\ud800"', "surrogate"),
        (b'"e\\u0301"', "NFC"),
        (b'{"\xc3\xa9":1}', "ASCII"),
    ],
)
def test_what_is_not_strict_json_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(CanonicalError, match=why):
        canonical.decode(raw)


@pytest.mark.parametrize(
    "raw", [b'{"b":1,"a":2}', b"[1, 2]", b'"\\u0041"', b"-0", b'"\\/"', b" 1"]
)
def test_other_bytes_for_the_same_value_are_not_canonical(raw: bytes) -> None:
    assert canonical.encode(canonical.decode(raw)) != raw


def test_canonical_bytes_come_back_as_they_were() -> None:
    raw = b'{"a":[],"b":"\\n"}'
    assert canonical.encode(canonical.decode(raw)) == raw


def test_a_digest_is_lower_case_hex_of_sha_256() -> None:
    # FIPS 180-4 example "abc".
    assert canonical.digest(b"abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("arrays", False),  # holds null
        ("french", False),  # keys beyond ASCII
        ("structures", False),  # holds a float and null
        ("unicode", False),  # not NFC
        ("values", False),  # holds floats and null
        ("weird", False),  # keys beyond ASCII
    ],
)
def test_the_published_jcs_inputs_are_refused_or_come_out_byte_equal(
    name: str, *, fits: bool
) -> None:
    folder = published("jcs") / "testdata"
    raw = (folder / "input" / f"{name}.json").read_bytes()
    try:
        found = canonical.encode(canonical.decode(raw))
    except CanonicalError:
        assert not fits
    else:
        assert fits
        assert found == (folder / "output" / f"{name}.json").read_bytes()


def within_limits(value: Any) -> Any:
    """Leave out of a published value what our limits leave out."""
    if isinstance(value, dict):
        return {
            key: within_limits(inner)
            for key, inner in value.items()
            if key.isascii() and inner is not None and not isinstance(inner, float)
        }
    if isinstance(value, list):
        kept = (item for item in value if item is not None)
        return [within_limits(item) for item in kept if not isinstance(item, float)]
    return value


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "values", "weird"])
def test_what_fits_of_the_published_jcs_inputs_is_written_alike_by_another_hand(
    name: str,
) -> None:
    raw = (published("jcs") / "testdata" / "input" / f"{name}.json").read_bytes()
    fits = within_limits(json.loads(raw))
    assert canonical.encode(fits) == rfc8785.dumps(fits)


def test_every_file_that_json_test_suite_calls_wrong_is_refused() -> None:
    files = sorted((published("json-test-suite") / "test_parsing").glob("n_*"))
    assert len(files) > 180
    for file in files:
        with pytest.raises(CanonicalError):
            canonical.decode(file.read_bytes())


def test_no_file_of_json_test_suite_does_anything_but_decode_or_be_refused() -> None:
    for file in (published("json-test-suite") / "test_parsing").glob("[iy]_*"):
        try:
            value = canonical.decode(file.read_bytes())
        except CanonicalError:
            continue
        assert canonical.decode(canonical.encode(value)) == value
