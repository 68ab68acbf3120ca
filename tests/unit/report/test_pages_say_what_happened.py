"""What the pages say, read back with pdftotext: an account of the record."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import pytest

from ceremony.engine import facts
from ceremony.identifiers import Mode, PersonId, Role
from ceremony.people.attestation import Meaning
from ceremony.report.layout import lay_out
from tests.fakes.paper_record import paper_record
from tests.fakes.paper_script import Paper, digest
from tests.fakes.pdf_text import page_texts, text_of

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

# The PGP words of SHA-256("the final root"), taken from the published list by hand:
# 09 d3 cb d1 begins with them.
FIRST_WORDS: Final = ("Algol", "sociable", "spheroid", "scavenger")


def front(paper: Paper) -> str:
    """Give the text of page 1."""
    return page_texts(lay_out(paper_record(paper)).pdf)[0]


def whole(paper: Paper) -> str:
    """Give the text of all pages."""
    return text_of(lay_out(paper_record(paper)).pdf)


def test_page_1_answers_nine_numbered_questions() -> None:
    page = front(Paper())
    for number, question in enumerate(
        (
            "What happened",
            "Keys and certificates made",
            "Who was present and how each signed",
            "Which script, approved by whom",
            "Deviations, by severity",
            "Expected later",
            "Record digest, in hexadecimal and in words",
            "How to check",
            "What it does not prove",
        ),
        start=1,
    ):
        assert re.search(rf"{number} +{question}", page), question


def test_the_record_digest_stands_on_page_1_in_words_and_hexadecimal() -> None:
    page = front(Paper())
    root = digest("the final root")
    assert root[:8] == "09d3cbd1"
    for word in FIRST_WORDS:
        assert word in page
    for row in range(8):
        pair = root[row * 8 : row * 8 + 8]
        assert f"{pair[:4]} {pair[4:]}" in page


def test_every_page_names_ceremony_mode_digest_and_number() -> None:
    pages = page_texts(lay_out(paper_record(Paper())).pdf)
    root = digest("the final root")
    digits = " ".join(root[at : at + 4] for at in range(0, 64, 4))
    for number, page in enumerate(pages, start=1):
        assert "KC-2026-014-R1" in page
        assert "REHEARSAL" in page
        assert digits in page
        assert f"Page {number} of {len(pages)}" in page


def test_a_live_record_never_says_rehearsal() -> None:
    text = whole(Paper(mode=Mode.LIVE))
    assert "REHEARSAL" not in text
    assert "LIVE" in text


def test_a_record_without_deviations_is_completed_as_approved() -> None:
    page = front(Paper())
    assert "Completed as approved" in page
    assert "Completed. " in page


def test_deviations_are_counted_by_severity_and_pointed_to() -> None:
    pages = page_texts(lay_out(paper_record(Paper(deviations=3))).pdf)
    assert "Completed with deviations (1 note, 1 minor, 1 major)" in pages[0]
    told = re.search(r"in full page (\d+)", pages[0])
    assert told is not None
    there = pages[int(told.group(1)) - 1]
    for number in range(1, 4):
        assert f"Expected {number}." in there
        assert f"Found {number}." in there
        assert f"Decided {number}." in there


def test_dissent_is_word_for_word_on_page_1_and_bars_as_approved() -> None:
    def disagree(fact: facts.Fact) -> facts.Fact:
        if isinstance(fact, facts.Attested) and fact.turn == "sign-out":
            return replace(fact, meaning=Meaning.DID_NOT_AGREE)
        return fact

    page = front(Paper(people=5, change=disagree))
    assert "I was present. sign-out of p-00." in page
    assert "Completed, with dissent" in page
    assert "as scripted: yes, but not everybody agreed" in " ".join(page.split())


def test_a_record_that_was_not_closed_is_not_completed() -> None:
    page = front(Paper(closed=False))
    assert "Not completed" in page
    assert "Not checked before sealing" in page
    assert "NOT VERIFIED" not in page


def test_an_abandoned_ceremony_says_so() -> None:
    text = whole(Paper(closed=False, extra=(facts.CeremonyAbandoned("Fire alarm."),)))
    assert "Abandoned: Fire alarm. " in text
    assert "The ceremony was abandoned" in text


def test_no_approval_is_claimed_where_none_is_signed() -> None:
    page = " ".join(front(Paper()).split())
    assert "No signed approval is part of this record. Executed as scripted: yes" in (
        page
    )
    assert "Executed as approved" not in page


def test_software_tokens_are_never_called_hardware() -> None:
    text = front(Paper())
    assert "keys in hardware: none, software only" in text
    assert "only software tokens" in text


def test_an_unverified_policy_reference_is_marked() -> None:
    assert "A minute (unverified)" in whole(Paper())


def test_a_person_who_left_the_room_is_not_said_to_have_been_there() -> None:
    gone = facts.AttendanceChanged(PersonId("p-04"), "out", "Called away")
    text = whole(Paper(people=5, steps=2, keys=0, extra=(gone,)))
    assert "left the room: Called away" in text
    # The person signed in at 1.5 and was gone when 3.1 to 3.4 (sign-outs) closed.
    assert "1.5 to 2.2" in text


def test_anytime_facts_stand_between_the_steps() -> None:
    by = (facts.Initial(PersonId("p-01"), Role("security-officer"), "P1"),)
    text = whole(
        Paper(
            extra=(
                facts.Noted("The lamp flickered."),
                facts.Noted("It went on on paper.", left_after=7),
                facts.CommandRefused("ENGINE-KEY-01", "key.generate"),
                facts.Resumed(7, rebooted=True, tokens=(), by=by),
            )
        )
    )
    assert "The lamp flickered." in text
    told = " ".join(text.split())
    assert (
        "It went on on paper. (Noted while the ceremony was left, after event 7.)"
        in told
    )
    assert told.count("while the ceremony was left") == 1
    assert "key.generate (rule ENGINE-KEY-01)" in text
    assert "After event 7 the machine started anew." in text


def test_a_changed_token_is_told_object_by_object_and_with_what_was_decided() -> None:
    by = (facts.Initial(PersonId("p-01"), Role("security-officer"), "P1"),)
    taken = facts.InventoryTaken(digest("an inventory"), 3)
    there = (
        facts.FoundObject("public-key", "intruder", "ab12"),
        facts.FoundObject("data", "", ""),
    )
    gone = (facts.FoundObject("certificate", "old", "cd34"),)
    changed = facts.ChangedToken("token-key-1", "S-token-key-1", taken, there, gone)
    told = facts.DeviationRecorded(
        "D-01", facts.Severity.MAJOR, "changed-token", "As left.", "It is not."
    )
    closed = facts.DeviationClosed("D-01", "It is ours.", by, facts.Course.GO_ON)
    text = whole(Paper(extra=(told, facts.TokensChanged("D-01", (changed,)), closed)))
    assert "go-on: It is ours." in text
    # Once where it happened, and once among the interruptions.
    assert text.count("public-key intruder (id ab12) is foreign") == 2
    assert "data without label (id none) is foreign" in " ".join(text.split())
    assert "certificate old (id cd34) is gone" in " ".join(text.split())
    assert "token token-key-1. See D-01." in " ".join(text.split())


def test_an_intent_without_an_outcome_is_shown_as_a_failure() -> None:
    intent = facts.Intent("token.inventory", "token-key-1", "S-token-key-1")
    text = whole(Paper(extra=(intent,)))
    assert "no outcome was recorded for this intent" in text


def test_a_key_is_listed_with_identifier_algorithm_size_and_digest() -> None:
    text = whole(Paper(keys=1))
    spki = digest("spki key-1")
    assert "P-256, 256 bits" in text
    assert "CKM_EC_KEY_PAIR_GEN" in text
    for half in (spki[:32], spki[32:]):
        assert " ".join(half[at : at + 4] for at in range(0, 32, 4)) in text


def test_a_statement_that_is_not_the_recorded_one_is_marked() -> None:
    def other(fact: facts.Fact) -> facts.Fact:
        if isinstance(fact, facts.Attested) and fact.turn == "sign-in":
            return replace(fact, statement=digest("another text"))
        return fact

    text = whole(Paper(change=other))
    assert "the text is not the one whose digest was recorded" in text


def test_checks_at_sealing_are_quoted_with_their_remarks() -> None:
    text = whole(Paper())
    assert "Levels were waived." in text
    assert "cosignatures and quorum" in text


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_every_key_has_its_place_in_the_hierarchy(count: int) -> None:
    pages = page_texts(lay_out(paper_record(Paper(keys=count))).pdf)
    figure = next(page for page in pages if "What was made, and where it lives" in page)
    for number in range(1, count + 1):
        assert f"Key {number} of many" in figure
    if not count:
        assert "No key was made." in figure
