"""Page 1 counts what was issued: certificates one by one, batches, revocation lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from ceremony.engine.state import State
from ceremony.identifiers import Digest
from ceremony.pack.record import Record, read_record
from ceremony.report.book import Book
from ceremony.report.verdict import headline
from tests.fakes.batch_output_lies import build_bound
from tests.fakes.record_crl import build_crls

KEYS = "The Root DCA key and the Issuing DCA key were generated in software tokens"


@cache
def batch() -> Record:
    return read_record(build_bound().files)


@cache
def lists() -> Record:
    return read_record(build_crls().files)


def told(record: Record, change: Callable[[State], State] = lambda state: state) -> str:
    """Give what page 1 says was made, without how the steps went."""
    book = Book(replace(record, state=change(record.state)), Digest(""), 0, {})
    return (
        headline(book)[1]
        .split("no deviation. ")[1]
        .removesuffix(" A rehearsal: rely on none of it.")
    )


def twice(state: State) -> State:
    ((name, parts),) = state.parts.items()
    return replace(state, parts={name: parts, "other": (*parts, *parts), "none": ()})


def one_list(state: State) -> State:
    return replace(state, crls=dict([*state.crls.items()][:1]))


def no_single(state: State) -> State:
    return replace(state, certificates={})


def test_a_batch_and_its_certificates_are_counted() -> None:
    assert told(batch()) == (
        f"{KEYS} and three certificates were issued. Five certificates were issued in "
        "one batch."
    )
    assert told(batch(), twice).endswith(" 15 certificates were issued in two batches.")


def test_a_batch_is_told_where_nothing_was_issued_by_itself() -> None:
    assert told(batch(), no_single) == (
        f"{KEYS}. Five certificates were issued in one batch."
    )


def test_revocation_lists_are_counted_beside_keys() -> None:
    made = "were generated in software tokens and one certificate was issued for each."
    assert told(lists()).endswith(f"{made} Two revocation lists were signed.")
    assert told(lists(), one_list).endswith(f"{made} One revocation list was signed.")


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (batch, "three certificates were issued and five certificates were issued"),
        (lists, "two certificates were issued and two revocation lists were signed"),
    ],
)
def test_keys_of_earlier_ceremonies_are_told_with_what_they_signed(
    record: Callable[[], Record], said: str
) -> None:
    def without_keys(state: State) -> State:
        return replace(state, keys={}, secret_keys={})

    words = told(record(), without_keys)
    assert said in words
    assert words.endswith(" with keys of earlier ceremonies.")
