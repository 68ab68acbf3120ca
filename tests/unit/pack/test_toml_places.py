"""TOML with the place of every key."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony.errors import InputError, Place
from ceremony.pack.toml_places import decode_fields, find_places
from ceremony.script.source_file import read_file

TEXT = '''# a comment with [brackets] = "and quotes"
top = 1
"quoted" = "a [b] = c"

[one]
  list = [
    "x = 1",   # not a key
    "[two]",
  ]
text = """
key = "inside a text"
[header]
"""
inline = {a = 1, b = [2]}

[[many]]
id = "first"
[many.sub]
deep = true
[[many]]
id = 'second'
[many.sub]
deep = false
'''


def refused(raw: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        decode_fields(raw, "f.toml", "a file")
    return caught.value


def test_every_key_has_its_line_and_column() -> None:
    assert find_places(TEXT, "f") == {
        ("top",): Place("f", 2, 1),
        ("quoted",): Place("f", 3, 1),
        ("one",): Place("f", 5, 1),
        ("one", "list"): Place("f", 6, 3),
        ("one", "text"): Place("f", 10, 1),
        ("one", "inline"): Place("f", 14, 1),
        ("many", 0): Place("f", 16, 1),
        ("many", 0, "id"): Place("f", 17, 1),
        ("many", 0, "sub"): Place("f", 18, 1),
        ("many", 0, "sub", "deep"): Place("f", 19, 1),
        ("many", 1): Place("f", 20, 1),
        ("many", 1, "id"): Place("f", 21, 1),
        ("many", 1, "sub"): Place("f", 22, 1),
        ("many", 1, "sub", "deep"): Place("f", 23, 1),
    }


def test_an_unknown_key_is_shown_where_it_stands() -> None:
    fields = decode_fields(b'id = "x"\n\nnmae = "y"\n', "f.toml", "a file")
    fields.text("id")
    fields.finish()
    with pytest.raises(InputError) as caught:
        fields.faults.raise_any()
    assert caught.value.code == "FILE-SHAPE-01"
    assert caught.value.place == Place("f.toml", 3, 1)


def test_what_is_not_toml_is_refused_at_its_place() -> None:
    error = refused(b"a = 1\nb = [\n")
    assert error.code == "FILE-TOML-01"
    assert error.place is not None
    assert error.place.file == "f.toml"
    assert refused(b"a = 1\na = 2\n").code == "FILE-TOML-01"
    assert refused(b"a = 1\n= 2\n").place == Place("f.toml", 2, 1)


@pytest.mark.parametrize("value", [b"1.5", b"2026-11-22", b"nan", b"[1.5]"])
def test_a_float_or_a_date_is_refused(value: bytes) -> None:
    error = refused(b"a = " + value + b"\n")
    assert error.code == "FILE-TOML-02"
    assert error.place == Place("f.toml", 1, 1)


@pytest.mark.parametrize(
    "raw", [b'a = "\\u202e"\n', 'a = "x\u200b"\n'.encode(), 'a = "中"\n'.encode()]
)
def test_a_hidden_or_unprintable_character_is_refused(raw: bytes) -> None:
    assert refused(raw).code == "FILE-TEXT-03"


def test_a_missing_file_is_the_authors_to_name(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_file(tmp_path / "none.toml")
    assert caught.value.code == "SCRIPT-READ-01"
    (tmp_path / "one.toml").write_text("a = 1\n")
    raw = read_file(tmp_path / "one.toml")
    assert decode_fields(raw, "one.toml", "a file").integer("a", 1, 2) == 1
