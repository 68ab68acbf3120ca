"""What the pages say of dissent and of ink, read back with pdftotext."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ceremony.engine.facts import (
    Attested,
    DeviationClosed,
    DeviationRecorded,
    DissentRecorded,
    DissentSettled,
    Severity,
    SignedOnPaper,
)
from ceremony.identifiers import Digest, PersonId
from ceremony.pack.record import Record, read_record
from ceremony.pack.verify_text import render_verify_text
from ceremony.people.attestation import Meaning
from ceremony.register.projection import project
from ceremony.report.book import Book
from ceremony.report.layout import lay_out
from ceremony.report.people import presences, turn_sign
from ceremony.report.piece import Column
from ceremony.report.sign import dash, dot, ring
from ceremony.report.timeline import timeline
from ceremony.script.model import Step
from tests.fakes.forgery import Forgery
from tests.fakes.pdf_text import text_of
from tests.fakes.record_builder import BuiltRecord, RecordBuilder, build_record
from tests.fakes.record_turns import (
    DECIDED,
    OFFICER,
    REASON,
    SIGN_OUT,
    WITNESS,
    disagreeing,
)

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

DISSENT = disagreeing("3.4", SIGN_OUT)


def in_ink(turn: str) -> bool:
    return turn in ("x-01 sign-in", "c-02 sign-out")


def pages(record: Record) -> tuple[str, ...]:
    """Give each page's text as it is drawn, every run of white space as one space."""
    whole = text_of(lay_out(record).pdf, "-raw")
    return tuple(" ".join(one.split()) for one in whole.split("\f")[:-1])


def built(**forgery: object) -> BuiltRecord:
    return build_record(Forgery(**forgery))  # type: ignore[arg-type]  # by name


def laid(**forgery: object) -> tuple[str, ...]:
    return pages(read_record(built(**forgery).files))


def page_with(told: tuple[str, ...], word: str) -> str:
    """Give the first page after page 1 that holds a word."""
    return next(page for page in told[1:] if word in page)


def test_page_1_gives_a_dissent_word_for_word_and_what_was_decided_by_whom() -> None:
    front = laid(before=DISSENT)[0]
    assert (
        f"Dissent. Di Due, key custodian 2, step 3.4: “{REASON}” Decided: “{DECIDED}”, "
        "by Sam Example, security officer and Wim Example, internal witness."
    ) in front
    assert front.count("Dissent. ") == 1
    assert "no deviation, 1 dissent." in front
    assert "Completed, with dissent" in front
    assert "yes, but not everybody agreed." in front
    assert "as approved" not in front.replace("Executed as approved", "")


def test_dissent_is_counted_beside_deviations_on_page_1() -> None:
    def before(builder: RecordBuilder, step: Step) -> None:
        if step.id == "2.14":
            told = DeviationRecorded("D-01", Severity.NOTE, "reported", "A.", "B.")
            builder.record(told)
            builder.record(DeviationClosed("D-01", "C.", (WITNESS,)))
        text = SIGN_OUT.replace("no deviation", "the deviation D-01 and of no other")
        disagreeing("3.4", text)(builder, step)

    front = laid(before=before)[0]
    assert "Completed with deviations (1 note, 0 minor, 0 major, 1 did not agree)" in (
        front
    )
    assert "with the deviations in 5 and the dissent in 3" in front


def test_a_dissent_that_was_never_settled_is_told_as_open() -> None:
    told = laid(before=disagreeing("3.4", SIGN_OUT, settle=False), stop_after="3.3")
    assert "Dissent." not in told[0]
    given = Forgery(before=disagreeing("3.4", SIGN_OUT, settle=False), stop_after="3.4")
    told = pages(read_record(build_record(given).files))
    assert f"“{REASON}” Nothing was decided." in told[0]
    there = page_with(told, "Dissent 1 dissent")
    assert f"dissent {REASON} decided nothing by nobody yet" in there


def test_the_pages_give_a_dissent_in_full_with_the_text_that_was_offered() -> None:
    there = page_with(laid(before=DISSENT), "Dissent 1 dissent")
    # SHA-256 of SIGN_OUT, by sha256sum.
    assert (
        "offered e6f4 630f b129 d1a4 9631 f738 bffc 78ab "
        "d1c8 0a58 7594 f745 0c3a f470 0883 b229"
    ) in there
    assert f"decided {DECIDED} by Sam Example, security officer and Wim" in there


def test_the_statement_in_full_ends_with_the_reason_and_bears_its_meaning() -> None:
    told = page_with(laid(before=DISSENT), "DID-NOT-AGREE")
    assert f"“{SIGN_OUT} I do not agree: {REASON}.”" in told
    assert told.count("DID-NOT-AGREE") == 1


def test_the_executed_script_tells_of_dissent_and_decision_in_its_step() -> None:
    told = page_with(laid(before=DISSENT), "Custodian 2 signs out.")
    assert "dissent Bag B-0042" in told
    assert "decided The bag is replaced" in told


def long_dissents(count: int) -> Record:
    """Give a record in which several people do not agree, as long as they may."""
    record = read_record(built(before=DISSENT).files)
    known = record.state.dissents[0]
    long = replace(
        known,
        recorded=replace(known.recorded, reason="Reason " * 57),
        settled=DissentSettled(PersonId("c-02"), "Decided " * 50, (OFFICER, WITNESS)),
    )
    return replace(record, state=replace(record.state, dissents=(long,) * count))


@pytest.mark.parametrize("count", [1, 2, 4, 9])
def test_page_1_stays_one_page_however_many_do_not_agree(count: int) -> None:
    told = pages(long_dissents(count))
    shown = told[0].count("Dissent. Di Due")
    assert shown >= 1
    assert "9 What it does not prove" in told[0]
    rest = count - shown
    if rest:
        noun = "dissent" if rest == 1 else "dissents"
        assert re.search(rf"and {rest} more {noun}, word for word page \d+", told[0])
    assert ("Reason " * 57).strip() in told[0]


def test_page_1_shows_ink_by_its_own_sign_and_expects_the_originals() -> None:
    front = laid(on_paper=in_ink)[0]
    assert "signed in ink, sheets P-01 and P-02 outside this pack; no cosignature" in (
        front
    )
    assert "A0 = ink" in front
    assert re.search(r"Di Due 1\.5 to 3\.3 A0", front)
    # Fourteen days after the record's own day, 25 November 2026.
    assert "Wet-ink original of sheet P-01 Xenia Example by 2026-12-09" in front
    assert "Wet-ink original of sheet P-02 Di Due by 2026-12-09" in front
    assert "2 cosigned the closing checkpoint" in front
    assert "3 cosigned the closing checkpoint" in laid()[0]


def test_a_turn_has_a_dot_for_a_token_a_ring_for_ink_and_a_dash_for_neither() -> None:
    given = Forgery(on_paper=in_ink, stop_after="3.3")
    record = read_record(build_record(given).files)
    people = {
        one.seat.person: one for one in presences(Book(record, Digest(""), 0, {}))
    }
    auditor, custodian = people[PersonId("x-01")], people[PersonId("c-02")]
    assert turn_sign(auditor, "sign-in") is ring
    assert turn_sign(auditor, "sign-out") is dot
    assert turn_sign(custodian, "sign-in") is dot
    assert turn_sign(custodian, "sign-out") is dash
    assert ring(0, 10) != dot(0, 10)


def test_the_method_page_expects_the_originals_too() -> None:
    told = page_with(laid(on_paper=in_ink), "Expected later")
    assert "Wet-ink original of sheet P-02 Di Due 2026-12-09" in told


def test_one_sheet_is_called_one() -> None:
    front = laid(on_paper=lambda turn: turn == "c-02 sign-out")[0]
    assert "signed in ink, sheet P-01 outside this pack" in front


def test_the_attestations_say_why_in_ink_and_who_saw_it() -> None:
    told = page_with(laid(on_paper=in_ink), "sheet P-02")
    assert "A0 ink" in told
    assert "why in ink The PIN is blocked." in told
    assert "seen by Sam Example, security officer and Wim Example" in told
    assert "the ink cannot be verified here: the sheet is outside this pack" in told
    whole = " ".join(laid(on_paper=in_ink))
    assert "I sign on paper, without my own token." in whole
    assert f"“{SIGN_OUT}”" in whole


def test_a_sheet_whose_text_is_not_the_one_of_the_record_is_shown_as_such() -> None:
    def other(told: object) -> object:
        fact = getattr(told, "fact", None)
        if isinstance(fact, SignedOnPaper):
            return replace(told, fact=replace(fact, statement=Digest("ee" * 32)))  # type: ignore[type-var]  # a command
        return told

    told = " ".join(laid(on_paper=in_ink, command=other))
    assert "the text is not the one whose digest was recorded" in told


def test_the_third_picture_has_a_sign_for_ink_where_there_is_any() -> None:
    told = "signed in ink on a sheet outside this pack; cosigns no checkpoint"
    assert told in " ".join(laid(on_paper=in_ink))
    assert told not in " ".join(laid())


def test_who_signed_in_ink_was_in_the_room_as_long_as_with_a_token() -> None:
    def drawn(**forgery: object) -> Column:
        return timeline(Book(read_record(built(**forgery).files), Digest(""), 0, {}))

    assert drawn(on_paper=in_ink) == drawn()
    assert drawn(on_paper=in_ink) != drawn(before=DISSENT)


def test_nothing_of_it_is_printed_where_nobody_disagreed_or_used_ink() -> None:
    told = " ".join(laid())
    for word in ("issent", "wet-ink", "Wet-ink", "signed in ink", "P-01"):
        assert word not in told


def test_a_meaning_without_a_recorded_dissent_is_printed_as_it_always_was() -> None:
    def disagree(told: object) -> object:
        fact = getattr(told, "fact", None)
        if isinstance(fact, Attested) and getattr(told, "step", "") == "3.4":
            return replace(told, fact=replace(fact, meaning=Meaning.DID_NOT_AGREE))  # type: ignore[type-var]  # a command
        return told

    front = laid(command=disagree)[0]
    assert f"Dissent. Di Due, key custodian 2: “{SIGN_OUT}”" in front


def test_verify_text_names_the_sheets_that_no_command_can_check() -> None:
    told = render_verify_text(read_record(built(on_paper=in_ink).files)).decode()
    assert "\n  P-01, P-02\n" in told
    assert "outside this file" in told
    assert "sheet" not in render_verify_text(read_record(built().files)).decode()


def test_the_register_lists_a_turn_on_paper_with_its_level() -> None:
    record = read_record(built(on_paper=in_ink).files)
    rows = project([known.event for known in record.facts])["attestations"]
    told = {(row["person"], row["turn"]): row["level"] for row in rows}
    assert told[("x-01", "sign-in")] == told[("c-02", "sign-out")] == "A0"
    assert told[("x-01", "sign-out")] == "A1"
    assert len(rows) == 14


def test_every_dissent_has_a_leaf_of_its_own() -> None:
    record = read_record(built(before=DISSENT).files)
    kinds = [type(known.fact) for known in record.facts]
    assert kinds.count(DissentRecorded) == kinds.count(DissentSettled) == 1
