"""Records at the edges: nothing made, nobody named, things missing or not done."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from ceremony import canonical
from ceremony.engine import facts
from ceremony.identifiers import Role
from ceremony.people.attestation import Meaning
from ceremony.report.layout import lay_out
from ceremony.script.model import Reliance, Script
from ceremony.script.waiver import Waiver
from tests.fakes.certified import RECORD
from tests.fakes.paper_record import paper_record
from tests.fakes.paper_script import Paper, digest
from tests.fakes.pdf_text import page_texts, text_of

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""


ACROSS: Final = ("RE", "H", "EA", "RS", "AL")
"""What is read of the word across a rehearsal's pages, between their lines."""


def plain(text: str) -> str:
    """Make every run of white space one space, without the word across the page."""
    lines = (line for line in text.splitlines() if line.strip() not in ACROSS)
    return " ".join(" ".join(lines).split())


def whole(paper: Paper) -> str:
    """Give the text of all pages, white space squeezed."""
    return plain(text_of(lay_out(paper_record(paper)).pdf))


def test_a_signed_approval_is_named_where_one_is_recorded() -> None:
    def approving(fact: facts.Fact) -> facts.Fact:
        if isinstance(fact, facts.Attested) and fact.key == digest("key 1"):
            return replace(fact, meaning=Meaning.APPROVED)
        return fact

    text = whole(Paper(change=approving))
    assert "Approved by Person 2 Example, security officer" in text
    assert "Executed as approved: yes" in text
    assert "No signed approval" not in text


def test_hardware_is_claimed_only_as_seen_by_witnesses() -> None:
    def hard(fact: facts.Fact) -> facts.Fact:
        if isinstance(fact, facts.Opened):
            tokens = tuple(replace(token, software=False) for token in fact.tokens)
            return replace(fact, tokens=tokens)
        return fact

    text = whole(Paper(change=hard))
    assert "keys in hardware: seen by witnesses only" in text
    assert "no vendor's" in text


def test_a_serial_number_of_few_octets_stands_on_page_1_without_zeros() -> None:
    def short(fact: facts.Fact) -> facts.Fact:
        if isinstance(fact, facts.Outcome) and fact.certificate is not None:
            made = replace(fact.certificate, serial=f"{0x4A0F:032x}")
            return replace(fact, certificate=made)
        return fact

    page = page_texts(lay_out(paper_record(Paper(change=short))).pdf)[0]
    assert "4a0f" in page
    assert "0000 0000" not in page


def test_a_name_that_the_edition_does_not_open_is_an_id() -> None:
    record = replace(paper_record(Paper(people=5)), names={}, organisations={})
    page = page_texts(lay_out(record).pdf)[0]
    assert "p-00" in page
    assert "Person 1 Example" not in page


def test_what_is_unverified_stands_on_page_1_with_whoever_answers_for_it() -> None:
    def relying(script: Script) -> Script:
        told = [Reliance("p", f"fact-{at}", "J. Doe", reason="Why.") for at in range(5)]
        confirmed = Reliance("p", "validity", "A. Roe, PMA", source="Annex B 2.3")
        other = Reliance("q", "subject", "J. Doe", reason="Why.")
        return replace(script, unverified=(*told, confirmed, other))

    pages = page_texts(lay_out(paper_record(Paper(script=relying))).pdf)
    first = plain(pages[0])
    told = (
        "Unverified: p, fact-0, fact-1, fact-2, fact-3 and fact-4: not confirmed, "
        "accepted by J. Doe: Why. Unverified: p, validity: confirmed by A. Roe, PMA, "
        "from Annex B 2.3. Unverified: q, subject: not confirmed, accepted by J. Doe: "
        "Why."
    )
    assert told in first
    assert "Unverified: p, fact-0, fact-1" in plain(" ".join(pages[1:]))


def waived(number: int, reason: str = "Why.") -> Callable[[Script], Script]:
    def waiving(script: Script) -> Script:
        told = (
            Waiver(f"pkix.id-{at}", "c", "J. Doe, PMA", reason, "RFC", date(2030, 1, 2))
            for at in range(number)
        )
        first, *rest = told
        return replace(script, waivers=(replace(first, about="http://a/b"), *rest))

    return waiving


def test_waivers_stand_on_page_1_with_their_owner_and_their_end() -> None:
    pages = page_texts(lay_out(paper_record(Paper(script=waived(5)))).pdf)
    first = plain(pages[0])
    ground = "in c is waived by J. Doe, PMA until 2030-01-02: Why [RFC]."
    alone = ground.replace(":", ", for http://a/b alone:", 1)
    assert f"Waiver: pkix.id-0 {alone}" in first
    assert all(f"Waiver: pkix.id-{at} {ground}" in first for at in range(1, 5))
    assert "more, page" not in first
    assert f"pkix.id-4 {ground}" in plain(" ".join(pages[1:]))


def test_reasons_are_left_out_of_page_1_before_a_waiver_is() -> None:
    reason = "It is so for many a reason, and nobody relies on it before then. " * 3
    pages = page_texts(lay_out(paper_record(Paper(script=waived(8, reason)))).pdf)
    first = plain(pages[0])
    told = [
        f"Waiver: pkix.id-{at} in c is waived by J. Doe, PMA until 2030-01-02"
        for at in range(8)
    ]
    assert all(each in first for each in told)
    assert "many a reason" not in first
    assert told[-1] not in plain(pages[0].split("in full page")[1])
    (number,) = re.findall(r"in full page (\d+)", first)
    assert f"{told[0]}, for http://a/b alone: It is so" in plain(pages[int(number) - 1])


def test_what_page_1_has_no_room_for_is_on_the_page_that_it_names() -> None:
    pages = page_texts(lay_out(paper_record(Paper(people=30, script=waived(60)))).pdf)
    first = plain(pages[0])
    ((rest, number),) = re.findall(r"and (\d+) waivers more, page (\d+)", first)
    shown = first.count("Waiver: pkix.id-")
    assert shown >= 1
    assert shown + int(rest) == 60
    there = plain(" ".join(pages[int(number) - 1 :]))
    assert "Waiver: pkix.id-0 in c" in plain(pages[int(number) - 1])
    assert "Waiver: pkix.id-59 in c" in there


def test_a_script_that_names_little_still_has_its_pages() -> None:
    def bare(script: Script) -> Script:
        return replace(
            script,
            policies=(),
            hardware=(),
            evidence=(),
            storage=(),
            separate=(),
            expected_items=(),
            report_signers=(),
        )

    paper = Paper(people=5, keys=0, steps=1, script=bare)
    layout = lay_out(paper_record(paper))
    assert [field.name for field in layout.fields] == [
        "seal",
        "timestamp-1",
        "timestamp-2",
    ]
    text = plain(text_of(layout.pdf))
    assert "The script names none." in text
    assert "Expected later" in text
    assert "No token was bound." in text
    assert "No token was told anything." in text


def test_a_missing_or_broken_envelope_is_said_and_not_hidden() -> None:
    record = paper_record(Paper(people=5))
    files = dict(record.files)
    files["attestation-0001.dsse.json"] = b"{}"
    del files["attestation-0002.dsse.json"]
    text = plain(text_of(lay_out(replace(record, files=files)).pdf))
    told = "the envelope of this statement is missing or cannot be read"
    assert text.count(told) == 2


def test_the_environment_and_the_binding_are_printed_value_by_value() -> None:
    files = {
        "environment.json": canonical.encode(
            {
                "swap": True,
                "modules": [{"name": "softhsm", "sha256": digest("module")}],
                "digest": digest("tool"),
                "origin": "paper.example/rehearsal",
                "processors": 2,
            }
        ),
        "binding.json": b"not json",
    }
    text = whole(Paper(people=5, files=files))
    assert "swap yes" in text
    assert "modules 1" in text
    assert "processors 2" in text
    assert "The file cannot be read." in text


def test_an_act_that_was_not_begun_is_listed_as_such() -> None:
    record = paper_record(Paper(people=5, steps=2, keys=1))
    at = next(
        number
        for number, one in enumerate(record.facts)
        if one.event.step is not None and one.event.step.id == "3.1"
    )
    cut = replace(record, facts=record.facts[:at])
    text = plain(text_of(lay_out(cut).pdf))
    assert "Act number 3: not begun" in text


def test_a_step_that_is_still_open_says_so() -> None:
    record = paper_record(Paper(people=5, steps=2, keys=1))
    at = next(
        number
        for number, one in enumerate(record.facts)
        if isinstance(one.fact, facts.Outcome)
    )
    cut = replace(record, facts=record.facts[: at + 1])
    assert "not closed" in text_of(lay_out(cut).pdf)


def test_an_earlier_checkpoint_and_recorded_answers_are_named() -> None:
    def later(fact: facts.Fact) -> facts.Fact:
        if isinstance(fact, facts.Opened):
            head = facts.Head(41, digest("earlier root"))
            return replace(fact, previous=head, answers=digest("answers"))
        return fact

    text = whole(Paper(people=5, change=later))
    assert "41 leaves, root" in text
    assert "none: people typed" not in text


def test_what_recovery_adopted_destroyed_or_found_failed_is_told_apart() -> None:
    for result, told in (
        (facts.Result.ADOPTED, "adopted when the ceremony was resumed"),
        (facts.Result.DESTROYED, "destroyed when the ceremony was resumed"),
        (facts.Result.FAILED, "fail failed"),
    ):

        def ended(fact: facts.Fact, result: facts.Result = result) -> facts.Fact:
            if isinstance(fact, facts.Outcome) and fact.thing == "key-1":
                return replace(fact, result=result)
            return fact

        assert told in whole(Paper(people=5, keys=1, change=ended)), result


def test_a_second_certificate_and_a_second_day_are_counted() -> None:
    def issued_by_first(fact: facts.Fact) -> facts.Fact:
        if isinstance(fact, facts.Outcome) and fact.certificate is not None:
            made = replace(fact.certificate, issuer_thing="key-1")
            return replace(fact, certificate=made)
        return fact

    text = whole(Paper(people=5, keys=3, change=issued_by_first))
    assert "signed by Key 1 of many, step 3.4" in text
    long = whole(Paper(people=5, keys=0, steps=1, pace=3600))
    assert "20 November 2026" in long


def test_many_expected_items_are_cut_on_page_1_and_listed_later() -> None:
    def many(script: Script) -> Script:
        item = script.expected_items[0]
        items = tuple(
            replace(item, what=f"Item number {number}", role=Role("auditor"))
            for number in range(9)
        )
        return replace(script, expected_items=items)

    pages = page_texts(lay_out(paper_record(Paper(script=many))).pdf)
    assert "Item number 5" in pages[0]
    assert "Item number 6" not in pages[0]
    assert "and 3 more, page" in pages[0]
    assert "Item number 8" in "".join(pages[1:])


def test_a_certificate_stands_beside_its_token() -> None:
    def certified(fact: facts.Fact) -> facts.Fact:
        if isinstance(fact, facts.Opened):
            first, *rest = fact.tokens
            token = replace(first, firmware="2.42", certifications=(RECORD,))
            return replace(fact, tokens=(token, *rest), valid_days=90)
        return fact

    text = whole(Paper(change=certified))
    assert "a look-up counts for 90 days" in text
    for told in (
        "FIPS 140-3, level 3",
        "4090, active",
        "on 2026-01-09, https://csrc.nist.gov/",
        "firmware 2.4.0, 2.4.1",
        "firmware 2.4.1, by the maker's tool",
        "firmware 2.41 then, 2.42 at the opening",
        "on, read by yubihsm-shell: get deviceinfo",
    ):
        assert told in text
    assert "Certification of the tokens" not in whole(Paper())


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ("2026-12-19T23:59:59Z", "2026-11-19 to 2026-12-19"),
        ("2027-11-19T23:59:59Z", "2026 to 2027"),
    ],
)
def test_page_1_gives_the_days_of_a_certificate_that_ends_in_its_first_year(
    ends: str, said: str
) -> None:
    def short(fact: facts.Fact) -> facts.Fact:
        if isinstance(fact, facts.Outcome) and fact.certificate is not None:
            begins = "2026-11-19T00:00:00Z"
            made = replace(fact.certificate, not_before=begins, not_after=ends)
            return replace(fact, certificate=made)
        return fact

    paper = Paper(keys=4, change=short)
    first = plain(page_texts(lay_out(paper_record(paper)).pdf)[0])
    assert said in first
