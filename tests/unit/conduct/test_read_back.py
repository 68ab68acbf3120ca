"""Words typed unseen: what is told of a row, and when the read-back ends."""

from __future__ import annotations

import pytest

from ceremony.conduct.read_back import ReadBack

# The beginning of the example in the first publication of the PGP word list, for
# E582 94F2 E9A2 2748 6E8B 061B.
RIGHT = (
    *("topmost", "Istanbul", "Pluto", "vagabond"),
    *("treadmill", "Pacific", "brackish", "dictator"),
    *("goldfish", "Medusa", "afflict", "bravado"),
)
FIRST, SECOND, THIRD = RIGHT[:4], RIGHT[4:8], RIGHT[8:]
WRONG = ("topmost", "Istanbul", "Pluto", "Wichita")


@pytest.fixture
def read() -> ReadBack:
    return ReadBack(RIGHT)


def test_three_right_rows_are_done_at_one_entry_each(read: ReadBack) -> None:
    assert (read.row, read.row_count, read.is_done) == (0, 3, False)
    assert read.enter(FIRST)
    assert (read.row, read.is_done) == (1, False)
    assert read.enter(SECOND)
    assert read.enter(THIRD)
    assert read.is_done
    assert not read.is_stopped
    assert read.values() == {"words": " ".join(RIGHT), "attempts": "1 1 1"}


def test_letter_case_does_not_matter(read: ReadBack) -> None:
    assert read.enter([word.upper() for word in FIRST])
    assert read.row == 1


def test_a_wrong_row_is_typed_again_and_its_tries_are_counted(read: ReadBack) -> None:
    assert not read.enter(WRONG)
    assert (read.row, read.wrong, read.typed) == (0, 1, [])
    assert read.enter(FIRST)
    assert (read.row, read.attempts) == (1, [2])
    assert read.enter(SECOND)
    assert read.attempts == [2, 1]


def test_the_third_wrong_row_stops_it_and_is_kept_as_it_was_typed(
    read: ReadBack,
) -> None:
    assert not read.enter(WRONG)
    assert not read.enter(WRONG)
    assert not read.is_stopped
    assert not read.enter(WRONG)
    assert read.is_stopped
    assert not read.is_done
    assert read.values() == {"words": " ".join(WRONG), "attempts": "3"}


def test_wrong_rows_are_counted_through_the_whole_read_back(read: ReadBack) -> None:
    read.enter(WRONG)
    read.enter(FIRST)
    read.enter(("treadmill", "Pacific", "brackish", "Wichita"))
    assert read.wrong == 2
    assert not read.is_stopped
    read.enter(("treadmill", "Pacific", "brackish", "Wichita"))
    assert read.is_stopped


@pytest.mark.parametrize(
    "row",
    [
        FIRST[:3],
        (*FIRST, "goldfish"),
        ("topmost", "Istanbul", "Pluto", "vagabund"),
        ("Istanbul", "topmost", "Pluto", "vagabond"),
        (),
    ],
    ids=["three words", "five words", "misspelt", "two and three signs", "nothing"],
)
def test_what_is_not_four_words_of_the_list_is_no_attempt(
    read: ReadBack, row: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read.enter(row)
    assert (read.wrong, read.row, read.attempts) == (0, 0, [])
    assert read.enter(FIRST)
    assert read.attempts == [1]


def test_a_last_row_that_is_wrong_for_the_third_time_ends_as_done_and_not_stopped(
    read: ReadBack,
) -> None:
    read.enter(FIRST)
    read.enter(SECOND)
    wrong = ("goldfish", "Medusa", "afflict", "Wichita")
    for _ in range(3):
        assert not read.enter(wrong)
    # Every row was typed: the core judges what was typed, and refuses it.
    assert read.is_done
    assert not read.is_stopped
    assert read.values()["words"].split()[-1] == "Wichita"
