"""A reader is told what a site's own profile lets be; of a built-in one's he is not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from ceremony.engine.departed import told_departures
from ceremony.engine.facts import Linted, SecondLint, SecondLintFinding
from ceremony.identifiers import Digest
from ceremony.pack.record import Record, read_record
from ceremony.pki.script_profile import states_departures
from ceremony.report.layout import lay_out
from ceremony.script.model import OwnProfile
from ceremony.script.waiver import Waiver
from ceremony.verify.outcome import RecordWord
from ceremony.verify.verdict import judge_files
from tests.fakes.own_profile_lies import build_departing, build_own
from tests.fakes.own_profiles import DEPARTING_TEXT, DEPARTURE, ISSUING_TEXT
from tests.fakes.pdf_text import text_of
from tests.fakes.profile_texts import DEPARTS
from tests.fakes.record_batch import build_batch
from tests.unit.verify.judging import other_remarks

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

FOUND = SecondLintFinding("x.y", "error", "certificate: so", "RFC", "So. [CPS]")


def page_texts(record: Record) -> list[str]:
    text = text_of(lay_out(record).pdf, "-raw")
    return [" ".join(page.split()) for page in text.split("\f")]


def test_the_remark_page_1_and_the_plan_say_what_is_let_be_with_its_source() -> None:
    built = build_departing()
    verdict = judge_files(built.files, built.policy)
    assert verdict.record is RecordWord.VERIFIED_WITH_REMARKS
    (twelve,) = [check for check in verdict.checks if check.number == "12"]
    assert other_remarks(twelve) == (DEPARTURE,)
    first, *later = page_texts(read_record(built.files))
    assert DEPARTURE in first
    assert any(DEPARTURE in page for page in later)


@pytest.mark.parametrize("build", [build_own, build_batch])
def test_where_no_error_is_let_be_nothing_is_said(build: object) -> None:
    record = read_record(build().files)  # type: ignore[operator]  # each builds a record
    assert told_departures(record.state.script, record.facts) == ()
    assert not any("Departure:" in page for page in page_texts(record))


def changed(
    record: Record, profile: str, *found: SecondLintFinding, subjects: int = 1
) -> Record:
    """Let the first lints of a record tell of findings under a profile."""
    facts = list(record.facts)
    lints = [n for n, each in enumerate(facts) if isinstance(each.fact, Linted)]
    for number in lints[:subjects]:
        linted = replace(
            facts[number].fact,
            profile=profile,
            subject=f"s{number}",
            second=SecondLint("pkilint", "0.1", 9, found),
        )
        facts[number] = replace(facts[number], fact=linted)
    return replace(record, facts=tuple(facts))


def test_an_error_alone_is_told_once_with_all_that_it_was_found_in() -> None:
    record = read_record(build_own().files)
    script = record.state.script
    other = replace(FOUND, severity="warning", rule="x.warning")
    bare = replace(FOUND, departs="", rule="x.bare")
    told = changed(record, "northmoor-arl", FOUND, other, bare, subjects=2)
    (sentence,) = told_departures(script, told.facts)
    assert sentence.startswith("Departure: x.y in s")
    assert sentence.count(", s") == 1
    assert sentence.endswith("own profile northmoor-arl: So. [CPS].")
    for built_in in ("smki-organisation-ds", "smki-root-oca"):
        told = changed(record, built_in, FOUND)
        assert told_departures(script, told.facts) == ()


def test_page_1_shows_all_it_has_room_for_and_says_how_many_more_and_where() -> None:
    record = read_record(build_own().files)
    few = [replace(FOUND, rule=f"x.rule-{n:02}") for n in range(5)]
    first, *_ = page_texts(changed(record, "northmoor-arl", *few))
    assert all(f"x.rule-{n:02}" in first for n in range(5))
    assert "departures more" not in first
    many = [replace(FOUND, rule=f"x.rule-{n:02}") for n in range(40)]
    first, *_ = page_texts(changed(record, "northmoor-arl", *many))
    shown = [f"x.rule-{n:02}" in first for n in range(40)]
    assert shown == [True] * sum(shown) + [False] * (40 - sum(shown))
    assert sum(shown) >= 5
    assert f"and {40 - sum(shown)} departures more, page" in first
    assert "9 What it does not prove" in first


@pytest.mark.parametrize("words", [4, 30, 60, 120])
def test_page_1_stays_one_page_however_much_is_relied_on_and_let_be(
    words: int,
) -> None:
    record = read_record(build_own().files)
    long = "Reason " * words
    reliance = record.state.script.unverified[0]
    waiver = Waiver("x.w", "s", "A. Able", long, "CPS", date(2030, 1, 1))
    script = replace(
        record.state.script,
        unverified=tuple(
            replace(reliance, fact=f"fact-{n}", source=long) for n in range(6)
        ),
        waivers=tuple(replace(waiver, finding=f"x.waived-{n}") for n in range(5)),
    )
    many = [replace(FOUND, rule=f"x.rule-{n}", departs=long) for n in range(5)]
    told = changed(record, "northmoor-arl", *many)
    told = replace(told, state=replace(told.state, script=script))
    first, *later = page_texts(told)
    assert "9 What it does not prove" in first
    for name, count in (("fact", 6), ("x.waived", 5), ("x.rule", 5)):
        names = [f"{name}-{n}" for n in range(count)]
        shown = sum(each in first for each in names)
        assert shown == count
        assert all(any(each in page for page in later) for each in names)


def test_one_that_is_too_long_for_page_1_is_cut_and_says_where_it_is_in_full() -> None:
    record = read_record(build_own().files)
    found = replace(FOUND, departs=("Reason " * 500).strip())
    told = changed(record, "northmoor-arl", found)
    first, *_ = page_texts(told)
    assert "9 What it does not prove" in first
    assert re.search(r"Departure: x\.y in .* … in full page [0-9]+", first)


@pytest.mark.parametrize(
    ("name", "text", "states"),
    [
        ("northmoor-issuing", ISSUING_TEXT, False),
        ("northmoor-issuing", ISSUING_TEXT + DEPARTS.encode(), True),
        ("northmoor-arl", DEPARTING_TEXT, True),
        ("northmoor-issuing", b"nothing: of a profile", True),
        ("northmoor-issuing", None, True),
    ],
)
def test_what_a_file_has_from_its_base_is_not_its_own(
    name: str, text: bytes | None, *, states: bool
) -> None:
    script = read_record(build_own().files).state.script
    base = b"smki-organisation-ds"
    told = text and text.replace(b"smki-issuing-oca", base).decode()
    own = OwnProfile(f"{name}.yaml", Digest("0" * 64), told)
    assert states_departures(replace(script, profiles=(own,)), name) is states
    assert not states_departures(script, "smki-organisation-ds")
