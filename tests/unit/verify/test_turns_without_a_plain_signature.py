"""Dissent and ink in a record: what passes, what is remarked, and each lie that fails.

Whoever lies here has every key, so that nothing but the lie itself can be found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.command import Command
from ceremony.engine.facts import (
    AttendanceChanged,
    Attested,
    CeremonyAbandoned,
    DeviationClosed,
    DeviationRecorded,
    DissentRecorded,
    DissentSettled,
    Fact,
    Initial,
    Noted,
    Severity,
    SignedOnPaper,
)
from ceremony.identifiers import Digest, PersonId, Role
from ceremony.journal.event import Actor, Event
from ceremony.people.attestation import Level, Meaning, decode_envelope
from ceremony.script.model import Step
from ceremony.verify.check import Check, Status
from ceremony.verify.outcome import Completion, RecordWord
from ceremony.verify.verdict import judge_files
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord, RecordBuilder, build_record
from tests.fakes.record_turns import (
    OFFICER,
    REASON,
    SIGN_OUT,
    WITNESS,
    disagreeing,
)
from tests.unit.verify.judging import failures, verdict_of

CUSTODIAN = PersonId("c-02")
OFFICER_OUT = SIGN_OUT.replace("1.5 to 3.3", "1.3 to 3.5")
DISSENT = disagreeing("3.4", SIGN_OUT)


def check(built: BuiltRecord, number: str) -> Check:
    checks = judge_files(built.files, built.policy).checks
    return next(one for one in checks if one.number == number)


def in_ink(*turns: str) -> Callable[[str], bool]:
    return lambda turn: turn in turns


def changed(kind: type[Fact], **values: Any) -> Callable[[Command], Command]:
    def command(told: Command) -> Command:
        if not isinstance(told.fact, kind):
            return told
        return replace(told, fact=replace(told.fact, **values))

    return command


def test_whose_certificate_has_ended_goes_on_by_paper() -> None:
    paper = in_ink("w-01 sign-in", "w-01 sign-out")
    built = build_record(Forgery(ended="w-01", on_paper=paper))
    assert failures(built) == []
    assert verdict_of(built).record is RecordWord.VERIFIED_WITH_REMARKS


def test_a_settled_dissent_verifies_and_is_never_completed_as_approved() -> None:
    built = build_record(Forgery(before=DISSENT))
    assert failures(built) == []
    verdict = verdict_of(built)
    assert verdict.record is RecordWord.VERIFIED_WITH_REMARKS
    assert verdict.story.completion is Completion.WITH_DEVIATIONS
    assert verdict.story.counts.dissent == 1
    assert "1 did not agree" in verdict.ceremony_line
    signed = b"".join(
        decode_envelope(raw).payload
        for name, raw in built.files.items()
        if name.startswith("attestation-")
    )
    assert f"{SIGN_OUT} I do not agree: {REASON}.".encode() in signed
    assert signed.count(b'"meaning":"did-not-agree"') == 1


def test_a_dissent_at_a_sign_in_verifies_too() -> None:
    offered = (
        "I take part in KC-2026-001-R1 as Security officer. I have heard what is "
        "recorded, why, who keeps it and until when. This is my own token. I have "
        "seen the opening checkpoint of the journal."
    )
    by = (Initial(PersonId("a-01"), Role("administrator"), "AE"), WITNESS)

    def decide(told: Command) -> Command:
        return changed(DissentSettled, by=by)(told)

    built = build_record(Forgery(before=disagreeing("1.3", offered), command=decide))
    assert failures(built) == []


def test_a_turn_on_paper_verifies_with_a_remark_and_cosigns_nothing() -> None:
    built = build_record(Forgery(on_paper=in_ink("c-02 sign-out")))
    assert failures(built) == []
    verdict = verdict_of(built)
    assert verdict.record is RecordWord.VERIFIED_WITH_REMARKS
    told = "A paper original is outside this pack: sheet P-01 of Key custodian 2."
    assert told in verdict.remarks
    assert told in check(built, "9").remarks
    assert "On paper, as their leaves tell: 1." in check(built, "9").reason
    assert "the text on each sheet" in check(built, "9").compared
    assert check(built, "7").reason.startswith("2 of the custodian role cosigned")
    honest = check(build_record(), "7").reason
    assert honest.startswith("3 of the custodian role cosigned")


def test_paper_alone_makes_no_quorum() -> None:
    built = build_record(Forgery(on_paper=in_ink("c-01 sign-out", "c-02 sign-out")))
    assert failures(built) == [("7", "VERIFY-QUORUM-03")]


def test_a_whole_visit_on_paper_verifies_with_a_remark_for_each_sheet() -> None:
    built = build_record(Forgery(on_paper=in_ink("x-01 sign-in", "x-01 sign-out")))
    assert failures(built) == []
    remarks = check(built, "9").remarks
    assert [remark for remark in remarks if "paper original" in remark] == [
        f"A paper original is outside this pack: sheet P-0{number} of Independent "
        "auditor."
        for number in (1, 2)
    ]


def test_a_first_sign_in_and_a_first_sign_out_may_be_on_paper() -> None:
    built = build_record(Forgery(on_paper=in_ink("w-01 sign-in", "x-01 sign-out")))
    assert failures(built) == []


def test_a_level_of_ink_is_waived_in_a_rehearsal_and_named_with_its_role() -> None:
    built = build_record(Forgery(on_paper=in_ink("s-01 sign-out")))
    assert failures(built) == []
    fact = next(
        known.fact
        for known in built.builder.facts
        if isinstance(known.fact, SignedOnPaper)
    )
    assert fact.waived
    other = build_record(
        Forgery(
            on_paper=in_ink("s-01 sign-out"),
            command=changed(SignedOnPaper, waived=False),
        )
    )
    assert failures(other) == [("9", "VERIFY-ATTEST-08")]


def test_dissent_in_ink_counts_as_dissent() -> None:
    built = build_record(Forgery(before=DISSENT, on_paper=in_ink("c-02 sign-out")))
    assert failures(built) == []
    assert verdict_of(built).story.counts.dissent == 1
    assert verdict_of(built).story.completion is Completion.WITH_DEVIATIONS


def test_a_required_role_may_sign_out_on_paper_and_not_stay_away() -> None:
    built = build_record(Forgery(on_paper=in_ink("s-01 sign-out")))
    policy = replace(built.policy, required_roles=(Role("security-officer"),))
    assert failures(replace(built, policy=policy)) == []
    nobody = replace(built.policy, required_roles=(Role("notary"),))
    assert failures(replace(built, policy=nobody)) == [("9", "VERIFY-ATTEST-10")]


def test_without_a_policy_ink_is_not_checked_against_anybody() -> None:
    built = build_record(Forgery(on_paper=in_ink("c-02 sign-out")))
    told = {one.number: one for one in judge_files(built.files, None).checks}
    assert told["9"].status is Status.NOT_CHECKED


OTHER = Digest("ee" * 32)

PAPER_LIES: dict[str, tuple[str, dict[str, Any]]] = {
    "another-text": ("VERIFY-PAPER-01", {"statement": OTHER}),
    "a-token's-level": ("ENGINE-PAPER-01", {"level": Level.A1}),
    "hardware": ("VERIFY-ATTEST-12", {"level": Level.A3}),
    "no-reason": ("ENGINE-PAPER-01", {"reason": " "}),
    "another-turn": ("VERIFY-PAPER-01", {"turn": "sign-in"}),
    "a-number-left-out": ("ENGINE-PAPER-02", {"sheet": "P-02"}),
    "one-witness": ("ENGINE-PAPER-03", {"by": (WITNESS,)}),
    "nobody-saw-it": ("ENGINE-PAPER-03", {"by": ()}),
    "the-signer-saw-it": (
        "ENGINE-PAPER-03",
        {"by": (WITNESS, Initial(CUSTODIAN, Role("custodian"), "DD"))},
    ),
    "one-saw-it-twice": ("ENGINE-PAPER-03", {"by": (WITNESS, WITNESS)}),
    "dissent-without-dissent": (
        "ENGINE-ATTEST-03",
        {"meaning": Meaning.DID_NOT_AGREE},
    ),
    "another-meaning": ("ENGINE-ATTEST-03", {"meaning": Meaning.APPROVED}),
    "no-watch": ("ENGINE-ATTEST-04", {"clock_reading": "late"}),
}


@pytest.mark.parametrize("name", PAPER_LIES)
def test_a_lie_about_a_sheet_fails_check_9_alone(name: str) -> None:
    rule, values = PAPER_LIES[name]
    built = build_record(
        Forgery(
            on_paper=in_ink("c-02 sign-out"), command=changed(SignedOnPaper, **values)
        )
    )
    others = ("7",) if name == "another-turn" else ()
    told = dict(failures(built))
    assert told.pop("9") == rule
    assert set(told) <= set(others)
    assert "step 3.4" in check(built, "9").reason
    assert verdict_of(built).record is RecordWord.NOT_VERIFIED


def test_ink_has_no_envelope_beside_it() -> None:
    def command(told: Command) -> Command:
        if isinstance(told.fact, SignedOnPaper):
            signed = next(iter(built.builder.facts[1].event.blobs))
            return replace(told, blobs=(signed,))
        return told

    built = build_record()
    other = build_record(Forgery(on_paper=in_ink("c-02 sign-out"), command=command))
    assert failures(other) == [("9", "VERIFY-PAPER-02")]


def test_a_number_serves_once() -> None:
    built = build_record(
        Forgery(
            on_paper=in_ink("c-02 sign-out", "x-01 sign-out"),
            command=changed(SignedOnPaper, sheet="P-01"),
        )
    )
    assert failures(built) == [("9", "ENGINE-PAPER-02")]


def test_a_sheet_that_names_another_journal_is_found_by_check_7() -> None:
    def other(told: Command) -> Command:
        if not isinstance(told.fact, SignedOnPaper):
            return told
        head = replace(told.fact.head, root=OTHER)
        return replace(told, fact=replace(told.fact, head=head))

    built = build_record(Forgery(on_paper=in_ink("c-02 sign-out"), command=other))
    assert failures(built) == [("7", "VERIFY-QUORUM-01")]
    assert "sheet P-01 names another journal" in check(built, "7").reason


def test_ink_of_nobody_on_the_roster_is_found() -> None:
    def event(told: Event) -> Event:
        if told.type == "attestation.on-paper":
            return replace(told, actor=Actor(PersonId("z-99"), Role("custodian")))
        return told

    built = build_record(Forgery(on_paper=in_ink("c-02 sign-out"), event=event))
    assert ("9", "VERIFY-ATTEST-02") in failures(built)
    nobody = build_record(
        Forgery(
            on_paper=in_ink("c-02 sign-out"),
            event=lambda told: (
                replace(told, actor=None)
                if told.type == "attestation.on-paper"
                else told
            ),
        )
    )
    assert ("9", "VERIFY-ATTEST-02") in failures(nobody)


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("rule", "kind", "values"),
    [
        ("VERIFY-DISSENT-01", DissentRecorded, {"statement": OTHER}),
        ("ENGINE-DISSENT-01", DissentRecorded, {"person": PersonId("c-01")}),
        ("ENGINE-DISSENT-03", DissentSettled, {"decided": ""}),
        ("ENGINE-DISSENT-04", DissentSettled, {"by": (WITNESS,)}),
        (
            "ENGINE-DISSENT-04",
            DissentSettled,
            {"by": (OFFICER, Initial(CUSTODIAN, Role("custodian"), "DD"))},
        ),
        ("VERIFY-ATTEST-05", Attested, {"meaning": Meaning.PERFORMED}),
    ],
)
def test_a_lie_about_a_dissent_fails_check_9_alone(
    rule: str, kind: type[Fact], values: dict[str, Any]
) -> None:
    def command(told: Command) -> Command:
        if told.step != "3.4" or told.actor not in (CUSTODIAN, None):
            return told
        return changed(kind, **values)(told)

    built = build_record(Forgery(before=DISSENT, command=command))
    assert failures(built) == [("9", rule)]


def test_a_dissent_that_nobody_settled_holds_what_follows() -> None:
    built = build_record(Forgery(before=disagreeing("3.4", SIGN_OUT, settle=False)))
    assert failures(built) == [("9", "ENGINE-DISSENT-05")]


def test_a_dissent_that_is_left_out_is_missed_where_it_was_signed() -> None:
    """Who hides it must change what the person signed, and has not their key."""
    built = build_record(
        Forgery(
            before=DISSENT,
            event=lambda told: (
                replace(told, data={"text": "Nothing."}, type="note.recorded")
                if told.type.startswith("dissent.")
                else told
            ),
        )
    )
    assert ("9", "VERIFY-ATTEST-05") in failures(built)


def test_what_is_recorded_while_a_dissent_holds_may_follow_the_closing_checkpoint() -> (
    None
):
    bag = DeviationRecorded("D-01", Severity.NOTE, "reported", "A whole bag.", "Torn.")
    told = (
        Noted("The bag is looked at."),
        AttendanceChanged(PersonId("s-01"), "out", "A call."),
        AttendanceChanged(PersonId("s-01"), "in"),
        bag,
        DeviationClosed("D-01", "Another bag.", (WITNESS,)),
    )

    def while_it_holds(builder: RecordBuilder, step: Step) -> None:
        disagreeing("3.4", SIGN_OUT, settle=False)(builder, step)
        if step.id == "3.4":
            for fact in told:
                builder.record(fact)
            by = (OFFICER, WITNESS)
            builder.record(DissentSettled(CUSTODIAN, "The bag is replaced.", by))

    assert failures(build_record(Forgery(before=while_it_holds))) == []

    def once_it_is_decided(builder: RecordBuilder, step: Step) -> None:
        DISSENT(builder, step)
        if step.id == "3.4":
            builder.record(told[0])

    built = build_record(Forgery(before=once_it_is_decided))
    assert failures(built) == [("7", "VERIFY-QUORUM-04")]


def test_a_ceremony_may_be_given_up_over_a_dissent() -> None:
    def give_up(builder: RecordBuilder, step: Step) -> None:
        disagreeing("3.6", OFFICER_OUT, settle=False)(builder, step)
        if step.id == "3.6":
            builder.record(CeremonyAbandoned("Nobody can agree."), in_step=False)

    built = build_record(Forgery(before=give_up))
    assert failures(built) == []
    assert verdict_of(built).story.completion is Completion.ABANDONED


def test_dissent_may_follow_the_closing_checkpoint_at_a_sign_out_only() -> None:
    assert failures(build_record(Forgery(before=DISSENT))) == []
    built = build_record(
        Forgery(before=DISSENT, command=changed(DissentRecorded, turn="sign-in"))
    )
    assert ("7", "VERIFY-QUORUM-04") in failures(built)
