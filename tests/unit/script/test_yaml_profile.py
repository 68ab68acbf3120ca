"""The YAML profile: what is read, and what is refused at which place."""

from __future__ import annotations

import contextlib
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony.errors import InputError, Place
from ceremony.pki.profile_file import decode_profile
from ceremony.script.node import MappingNode, ScalarNode, SequenceNode, find_place
from ceremony.script.printable import PRINTABLE
from ceremony.script.yaml_profile import parse_yaml


def refused(raw: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        parse_yaml(raw, "f.yaml")
    assert caught.value.remedy
    return caught.value


CODES = ("read", "SCRIPT-YAML-", "FILE-TEXT-")


def code_of(raw: bytes) -> str:
    """Tell how any bytes end: read, or refused by a rule; nothing else may happen."""
    try:
        parse_yaml(raw, "f")
    except InputError as error:
        return error.code
    return "read"


def value(raw: bytes) -> object:
    node = parse_yaml(raw, "f.yaml")
    assert isinstance(node, ScalarNode)
    return node.value


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"true", True),
        (b"false", False),
        (b"0", 0),
        (b"-12", -12),
        (b"yes", "yes"),
        (b"no", "no"),
        (b"on", "on"),
        (b"off", "off"),
        (b"0123", "0123"),
        (b'"1.0"', "1.0"),
        (b"'null'", "null"),
        (b"12:30:45", "12:30:45"),
        (b"2026-11-22", "2026-11-22"),
        (b"1_000", "1_000"),
        (b"9007199254740991", 2**53 - 1),
        ("Tomáš".encode(), "Tomáš"),
    ],
)
def test_a_plain_value_is_read_as_every_yaml_1_2_reader_reads_it(
    raw: bytes, expected: object
) -> None:
    assert value(raw) == expected
    assert type(value(raw)) is type(expected)


@pytest.mark.parametrize(
    "plain",
    [
        "1.0",
        "1.10",
        "1e3",
        ".5",
        ".inf",
        "-.INF",
        ".nan",
        "~",
        "null",
        "NULL",
        "True",
        "FALSE",
        "0x1F",
        "0o17",
        "+1",
        "9007199254740992",
        "99999999999999999999",
    ],
)
def test_a_plain_value_that_readers_differ_over_is_refused(plain: str) -> None:
    error = refused(f"key: {plain}\n".encode())
    assert error.code == "SCRIPT-YAML-07"
    assert error.place == Place("f.yaml", 1, 6)


def test_an_absent_value_is_refused() -> None:
    assert refused(b"key:\n").code == "SCRIPT-YAML-07"


@pytest.mark.parametrize(
    ("raw", "code", "line", "column"),
    [
        (b"a: [1, 2\nb: 3\n", "SCRIPT-YAML-01", 2, 2),
        (b"a: &x 1\n", "SCRIPT-YAML-02", 1, 4),
        (b"a: 1\nb: *x\n", "SCRIPT-YAML-02", 2, 4),
        (b"a: &x [1]\n", "SCRIPT-YAML-02", 1, 4),
        (b"a: !!str 1\n", "SCRIPT-YAML-02", 1, 4),
        (b"a: !!python/object:os.system {}\n", "SCRIPT-YAML-02", 1, 4),
        (b"a: 1\n<<: {b: 2}\n", "SCRIPT-YAML-02", 2, 1),
        (b"%YAML 1.2\n---\na: 1\n", "SCRIPT-YAML-02", 1, 1),
        (b"%TAG ! tag:x,2026:\n---\na: 1\n", "SCRIPT-YAML-02", 1, 1),
        (b"a: 1\n---\nb: 2\n", "SCRIPT-YAML-03", 2, 1),
        (b"[" * 21 + b"]" * 21, "SCRIPT-YAML-04", 1, 21),
        (b"1: a\n", "SCRIPT-YAML-05", 1, 1),
        (b"true: a\n", "SCRIPT-YAML-05", 1, 1),
        (b"? [a]\n: b\n", "SCRIPT-YAML-05", 1, 3),
        (b"a: 1\nb: 2\na: 3\n", "SCRIPT-YAML-06", 3, 1),
        (b'a: 1\n"a": 3\n', "SCRIPT-YAML-06", 2, 1),
        (b"", "SCRIPT-YAML-08", 1, 1),
        (b"# nothing\n", "SCRIPT-YAML-08", 2, 1),
        (b"a: 1\r\n", "FILE-TEXT-03", 1, 5),
        (b"a:\n\t- 1\n", "FILE-TEXT-03", 2, 1),
        (b"\xef\xbb\xbfa: 1\n", "FILE-TEXT-02", 1, 1),
        (b"a: 1\nb: \xff\n", "FILE-TEXT-02", 2, 0),
        (b'a: "two\\nlines"\n', "FILE-TEXT-03", 1, 4),
        (b"a: |\n  two\n  lines\n", "FILE-TEXT-03", 1, 4),
    ],
)
def test_what_is_outside_the_profile_is_refused_at_its_place(
    raw: bytes, code: str, line: int, column: int
) -> None:
    error = refused(raw)
    assert error.code == code
    assert error.place == Place("f.yaml", line, column)


@pytest.mark.parametrize(
    "character",
    [
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200d",
        "\u00ad",
        "\u2028",
        "\u0085",
        "\ufeff",
        "\ue000",
        "\u0007",
        "\U000e0041",
        "\u0378",
    ],
)
def test_a_hidden_character_is_refused_even_in_a_comment(character: str) -> None:
    error = refused(f"a: 1 # x{character}\n".encode())
    assert error.code == "FILE-TEXT-03"
    assert error.place == Place("f.yaml", 1, 9)
    assert f"U+{ord(character):04X}" in str(error)


@pytest.mark.parametrize("escape", [r"\u202e", r"\u200b", r"\x07", r"\u4e2d", r"\t"])
def test_an_escape_cannot_smuggle_a_character_in(escape: str) -> None:
    assert refused(f'a: "x{escape}"\n'.encode()).code == "FILE-TEXT-03"


def test_a_character_that_the_fonts_lack_is_refused_in_a_value() -> None:
    assert refused("a: 中\n".encode()).code == "FILE-TEXT-03"
    assert isinstance(parse_yaml("a: 1 # 中\n".encode(), "f"), MappingNode)


def test_a_text_that_is_not_in_nfc_is_refused() -> None:
    error = refused(b'a: "\\u212B"\n')
    assert error.code == "FILE-TEXT-03"
    assert refused('a: "e\u0301"\n'.encode()).code == "FILE-TEXT-03"
    assert isinstance(parse_yaml('a: "é"\n'.encode(), "f"), MappingNode)


def test_no_printable_character_combines_or_is_replaced_in_nfc() -> None:
    for character in PRINTABLE:
        assert unicodedata.is_normalized("NFC", character)
        assert not unicodedata.combining(character)


def test_a_decomposed_text_of_printable_characters_is_refused() -> None:
    assert refused(b'a: "\\u1f71"\n').code == "FILE-TEXT-03"


def test_a_file_over_four_mebibytes_is_refused_unread() -> None:
    error = refused(b"a" * (4 * 1024 * 1024 + 1))
    assert error.code == "FILE-TEXT-01"


def test_twenty_levels_are_allowed() -> None:
    node = parse_yaml(b"[" * 19 + b"1" + b"]" * 19, "f")
    assert isinstance(node, SequenceNode)


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 1_000_000,
        b"{a: " * 500_000,
        b"- " * 1_000_000,
        b"a: " + b"'" * 1_000_001,
        b"".join(b"k%d: [%s]\n" % (n, b"x," * 20) for n in range(3_000)),
    ],
    ids=["brackets", "braces", "dashes", "quotes", "wide"],
)
def test_a_hostile_file_costs_little(raw: bytes) -> None:
    began = time.monotonic()
    with contextlib.suppress(InputError):
        parse_yaml(raw, "f")
    assert time.monotonic() - began < 10


def test_the_place_of_a_value_is_found_by_its_path() -> None:
    root = parse_yaml(b"a:\n  - b: 1\n  - c: [x, y]\n", "f")
    assert find_place(root, ("a", 1, "c", 1)) == Place("f", 3, 12)
    assert find_place(root, ("a", 1, "c")) == Place("f", 3, 5)
    assert find_place(root, ("a", 1, "missing")) == Place("f", 3, 5)
    assert find_place(root, ("a", 7)) == Place("f", 1, 1)
    assert find_place(root, ("a", "b")) == Place("f", 1, 1)
    assert find_place(root, ()) == Place("f", 1, 1)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    assert code_of(raw).startswith(CODES)


@given(
    st.text(
        alphabet=st.sampled_from("abc:-[]{}&*!|>'\"%#?,\n 01.~<"),
        max_size=120,
    )
)
def test_any_text_of_yaml_signs_is_read_or_refused(text: str) -> None:
    assert code_of(text.encode()).startswith(CODES)


@given(st.text(alphabet=st.sampled_from(sorted(PRINTABLE)), min_size=1, max_size=40))
def test_a_printable_text_in_quotes_is_read_as_it_stands(text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    assert value(quoted.encode()) == text


def test_who_gives_an_empty_profile_is_not_told_to_write_a_script() -> None:
    with pytest.raises(InputError) as caught:
        decode_profile("", "empty.yaml")
    assert caught.value.code == "SCRIPT-YAML-08"
    assert "script" not in caught.value.remedy
