"""Digest words against the published list."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ceremony.digest_words import complete_word, parse_word, rows, words

CHECKOUT = Path(__file__).parents[3]


def test_the_example_of_the_published_list_reads_as_published() -> None:
    # The example of the PGP word list's documentation.
    digest = bytes.fromhex("E58294F2E9A227486E8B061B31CC528FD7FA3F19")
    assert " ".join(words(digest)) == (
        "topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator "
        "goldfish Medusa afflict bravado chatter revolver Dupont midsummer "
        "stopwatch whimsical cowbell bottomless"
    )


def test_every_byte_reads_as_the_published_words() -> None:
    root = Path(os.environ.get("CEREMONY_VECTORS", CHECKOUT.parent / "shared/data"))
    if not (root / "pgp-words.tsv").is_file():
        pytest.skip("the published word list is not on this machine")
    lines = (root / "pgp-words.tsv").read_text().splitlines()[1:]
    assert len(lines) == 256
    for line in lines:
        byte, even, odd = line.split("\t")
        assert words(bytes.fromhex(byte * 2)) == (even, odd)


def test_every_word_is_read_back_at_its_place_in_any_letter_case() -> None:
    for byte in range(256):
        even, odd = words(bytes([byte, byte]))
        assert parse_word(even.upper(), 0) == byte
        assert parse_word(f" {odd.lower()} ", 7) == byte


def test_a_word_of_the_other_column_shows_that_one_was_skipped() -> None:
    with pytest.raises(ValueError, match="skipped"):
        parse_word("adroitness", 0)


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValueError, match="not a word"):
        parse_word("ardvark", 0)


def test_words_stand_in_rows_of_four() -> None:
    assert [len(row) for row in rows(bytes(32))] == [4] * 8
    assert rows(bytes(5))[1] == ("aardvark",)
    assert rows(b"") == ()


def test_three_letters_complete_a_word_of_the_right_column_only() -> None:
    assert complete_word("top", 0) == ("topmost",)
    assert complete_word("top", 1) == ()
    assert complete_word("ADR", 1) == ("adroitness",)
    assert complete_word("to", 0) == ()
