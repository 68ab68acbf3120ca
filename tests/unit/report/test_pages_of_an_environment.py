"""Page 1 tells an environment where a certificate was issued for it, and only there."""

from __future__ import annotations

from dataclasses import replace

from ceremony.identifiers import Digest
from ceremony.pack.record import Record, read_record
from ceremony.report.book import Book
from ceremony.report.pages.front_script import script_and_deviations
from tests.fakes.own_profile_lies import build_environment

TOLD = "Certificate policies of the environment"


def told_in(record: Record) -> bool:
    book = Book(record, Digest(""), 0, {})
    return TOLD in repr(script_and_deviations(book, 3))


def test_the_environment_of_what_was_issued_is_told() -> None:
    assert told_in(read_record(build_environment().files))


def test_no_environment_is_told_where_nothing_was_issued() -> None:
    assert not told_in(read_record(build_environment(stop_after="2.4").files))


def test_no_environment_is_told_of_profiles_that_have_none() -> None:
    record = read_record(build_environment().files)
    script = record.state.script
    others = tuple(
        replace(thing, profile="root-ca-ec-p384") if thing.profile else thing
        for thing in script.things
    )
    state = replace(record.state, script=replace(script, things=others))
    assert not told_in(replace(record, state=state))
