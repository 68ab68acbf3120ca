"""Deviations, absences, interruptions and abandonment are verified as they happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ceremony.engine.command import Command
from ceremony.engine.facts import (
    AttendanceChanged,
    Attested,
    BreakBegun,
    BreakEnded,
    CeremonyAbandoned,
    DeviationClosed,
    DeviationRecorded,
    FoundObject,
    Initial,
    Noted,
    Outcome,
    Result,
    Resumed,
    Severity,
    TokenFound,
)
from ceremony.identifiers import OperationId, PersonId, Role
from ceremony.pack.record import read_record
from ceremony.people.attestation import Meaning, decode_envelope
from ceremony.report.layout import lay_out
from ceremony.script.model import Step
from ceremony.verify.outcome import Completion, RecordWord
from ceremony.verify.verdict import judge_files
from tests.fakes.forgery import Forgery
from tests.fakes.missed_lies import build_missed
from tests.fakes.pdf_text import page_texts, text_of
from tests.fakes.record_builder import RecordBuilder, build_record
from tests.fakes.record_change import Change, build_adopted, build_change, find_others
from tests.fakes.record_devices import list_token
from tests.fakes.record_elsewhere import build_elsewhere
from tests.fakes.record_unresolved import build_unresolved
from tests.unit.verify.judging import failures, verdict_of

BY = (
    Initial(PersonId("s-01"), Role("security-officer"), "SE"),
    Initial(PersonId("w-01"), Role("internal-witness"), "WE"),
)


def deviate(
    builder: RecordBuilder, severity: Severity, cause: str, *, close: bool = True
) -> None:
    number = f"D-{len(builder.state.deviations) + 1:02d}"
    builder.record(
        DeviationRecorded(number, severity, cause, "A whole bag.", "A torn bag.")
    )
    if close:
        builder.record(DeviationClosed(number, "Another bag.", BY))


def at(
    step: str, act: Callable[[RecordBuilder], object]
) -> Callable[[RecordBuilder, Step], None]:
    def before(builder: RecordBuilder, current: Step) -> None:
        if current.id == step:
            act(builder)

    return before


def test_a_closed_deviation_is_told_in_the_second_line() -> None:
    built = build_record(
        Forgery(before=at("2.14", lambda b: deviate(b, Severity.MINOR, "reported")))
    )
    verdict = verdict_of(built)
    assert verdict.record is RecordWord.VERIFIED_WITH_REMARKS
    assert verdict.story.completion is Completion.WITH_DEVIATIONS
    assert verdict.ceremony_line.startswith(
        "Ceremony: completed with deviations (0 note, 1 minor, 0 major)"
    )
    assert verdict.story.deviations[0].decided == "Another bag."


def test_an_open_deviation_cannot_be_closed_over() -> None:
    built = build_record(
        Forgery(
            before=at(
                "2.14", lambda b: deviate(b, Severity.NOTE, "reported", close=False)
            )
        )
    )
    assert failures(built) == [("10", "ENGINE-END-02")]


def leave(builder: RecordBuilder) -> None:
    builder.record(AttendanceChanged(PersonId("c-03"), "out", "a call"), in_step=False)
    builder.record(Noted("Custodian 3 left."))


def come_back(builder: RecordBuilder) -> None:
    builder.record(AttendanceChanged(PersonId("c-03"), "in"), in_step=False)


def test_who_was_out_signs_only_for_the_steps_they_saw() -> None:
    def before(builder: RecordBuilder, step: Step) -> None:
        at("2.2", leave)(builder, step)
        at("2.6", come_back)(builder, step)

    built = build_record(Forgery(before=before))
    assert failures(built) == []
    signed = b"".join(
        decode_envelope(raw).payload
        for name, raw in built.files.items()
        if name.startswith("attestation-")
    )
    assert b"present for steps 1.6 to 2.1 and 2.6 to" in signed


def test_who_missed_a_device_act_signs_for_the_steps_beside_it() -> None:
    built = build_missed()
    assert failures(built) == []
    signed = b"".join(
        decode_envelope(raw).payload
        for name, raw in built.files.items()
        if name.startswith("attestation-")
    )
    assert b"present for steps 1.1 to 2.3 and 2.5 to 3.7. For these" in signed


def test_an_abandoned_ceremony_says_so_and_cannot_be_verified() -> None:
    built = build_record(
        Forgery(
            before=at(
                "2.2",
                lambda b: b.record(CeremonyAbandoned("A fire alarm."), in_step=False),
            )
        )
    )
    verdict = verdict_of(built)
    assert verdict.record is RecordWord.CANNOT_TELL
    assert verdict.story.completion is Completion.ABANDONED


def test_over_one_token_with_a_doubt_in_another_no_check_fails() -> None:
    built = build_elsewhere()
    verdict = verdict_of(built)
    assert failures(built) == []
    assert verdict.record is RecordWord.CANNOT_TELL
    assert verdict.story.completion is Completion.ABANDONED
    assert not any("in doubt for good" in told for told in verdict.remarks)


def test_what_was_left_unresolved_is_named_and_no_check_fails() -> None:
    built = build_unresolved()
    verdict = verdict_of(built)
    assert failures(built) == []
    assert verdict.record is RecordWord.CANNOT_TELL
    assert verdict.story.completion is Completion.ABANDONED
    assert verdict.story.counts.major == 1
    (op,) = [
        known.event.op
        for known in built.builder.facts
        if isinstance(known.fact, Outcome) and known.fact.result is Result.UNRESOLVED
    ]
    told = (
        "key.generate in step 2.5 is in doubt for good. The key root-oca, CKA_ID "
        f"{op}, or a part of it without id, may exist in Root token, serial "
        "S-root-hsm, label root-hsm. Nothing of it is to be relied upon, and it is "
        "never gone on with."
    )
    assert told in verdict.remarks
    pages = lay_out(read_record(built.files))
    first, text = page_texts(pages.pdf)[0], " ".join(text_of(pages.pdf).split())
    assert "is in doubt for good." in " ".join(first.split())
    assert "serial S-root-hsm" in " ".join(first.split())
    assert text.count("may exist in Root token, serial S-root-hsm") >= 2
    assert text.count("Whether a key was made is in doubt for good.") == 4
    assert "No key was made" not in text
    assert "unresolved: The token fell and does not answer any more." in text
    assert "unresolved: nobody could look into the token, it may have acted" in text
    assert "each holds what the record has. Token issuing-hsm: 0 objects found" in text


def resume(builder: RecordBuilder, op: OperationId | None, stray: str = "") -> None:
    taken, contents = list_token(builder, "root-hsm", op or stray)
    others, lists = find_others(builder)
    builder.record(
        Resumed(
            last_seq=builder.facts[-1].event.seq,
            rebooted=False,
            tokens=(TokenFound("root-hsm", "S-root-hsm", 0, taken), *others),
            by=BY,
            in_doubt=op,
        ),
        contents={**contents, **lists},
    )
    deviate(builder, Severity.MINOR, "interruption")


def interrupted(builder: RecordBuilder, step: Step, op: OperationId) -> None:
    if step.id == "2.5":
        resume(builder, op)


def at_the_key(command: Command) -> Command:
    fact = command.fact
    if isinstance(fact, Outcome) and command.step == "2.5":
        by = (BY[0].person, BY[1].person)
        return replace(
            command, fact=replace(fact, result=Result.ADOPTED, decided_by=by)
        )
    return command


def test_a_key_that_an_interruption_left_may_be_adopted() -> None:
    built = build_record(Forgery(interrupted=interrupted, command=at_the_key))
    assert failures(built) == []


def test_what_is_adopted_is_so_beside_what_two_people_let_be() -> None:
    by = tuple(each.person for each in BY)
    assert failures(build_adopted(Change("2.5"), by)) == []
    built = build_adopted(Change("2.2"), by)
    assert failures(built) == []
    (remark,) = [
        told
        for told in verdict_of(built).remarks
        if told.startswith("D-01: two people")
    ]
    assert "private-key intruder (id abab" in remark
    assert "data without label (id none) is not the ceremony's" in remark


def test_what_two_people_let_be_may_be_removed_before_they_go_on() -> None:
    assert failures(build_change(Change(again=()))) == []


def test_only_what_was_told_last_is_what_two_people_let_be() -> None:
    late = FoundObject("public-key", "late", "cd" * 16)
    verdict = verdict_of(build_change(Change(earlier=(late,))))
    assert verdict.record is RecordWord.VERIFIED_WITH_REMARKS
    assert not any("public-key late" in told for told in verdict.remarks)
    assert any("D-02: two people went on" in told for told in verdict.remarks)


def test_an_object_that_no_interruption_explains_is_found_at_resume() -> None:
    def stray(builder: RecordBuilder) -> None:
        resume(builder, None, "ab" * 16)

    built = build_record(Forgery(before=at("2.5", stray)))
    assert ("11", "VERIFY-INVENTORY-03") in failures(built)


def test_an_interruption_may_follow_the_closing_checkpoint() -> None:
    built = build_record(
        Forgery(before=at("3.4", lambda b: deviate(b, Severity.MINOR, "interruption")))
    )
    found = failures(built)
    assert ("7", "VERIFY-QUORUM-04") not in found


def test_a_changed_token_may_be_told_after_the_closing_checkpoint() -> None:
    built = build_record(Forgery(before=Change(step="3.4", noted=None).before))
    assert failures(built) == []


def test_a_note_may_not_follow_the_closing_checkpoint() -> None:
    built = build_record(
        Forgery(before=at("3.4", lambda b: b.record(Noted("A late remark."))))
    )
    assert failures(built) == [("7", "VERIFY-QUORUM-04")]


def test_a_deviation_may_not_follow_the_closing_checkpoint() -> None:
    built = build_record(
        Forgery(before=at("3.4", lambda b: deviate(b, Severity.MINOR, "reported")))
    )
    assert ("7", "VERIFY-QUORUM-04") in failures(built)


def test_a_script_that_asks_somebody_not_to_agree_is_no_dissent_of_theirs() -> None:
    def asked(raw: bytes) -> bytes:
        turn = b"        text: The auditor signs out.\n        by: auditor\n"
        return raw.replace(
            turn + b"        meaning: observed",
            turn + b"        meaning: did-not-agree",
        )

    built = build_record(Forgery(script=asked))
    built = replace(built, policy=replace(built.policy, scripts=()))
    assert any(
        isinstance(known.fact, Attested) and known.fact.meaning is Meaning.DID_NOT_AGREE
        for known in built.builder.facts
    )
    assert failures(built) == [("9", "ENGINE-ATTEST-03")]
    verdict = verdict_of(built)
    assert verdict.story.completion is Completion.WITH_DEVIATIONS
    assert verdict.story.counts.dissent == 1
    assert any("names no script" in remark for remark in verdict.remarks)


LUNCH = BreakBegun("Lunch.", 45, (BY[0].person, BY[1].person))


def pause(builder: RecordBuilder) -> None:
    builder.record(LUNCH)
    builder.checkpoint()


def go_on(builder: RecordBuilder) -> None:
    builder.record(BreakEnded())


def from_to(first: str, last: str) -> Forgery:
    """Begin a break before one step and end it before another."""

    def before(builder: RecordBuilder, step: Step) -> None:
        at(first, pause)(builder, step)
        at(last, go_on)(builder, step)

    return Forgery(before=before)


def test_a_break_between_steps_is_verified_with_what_happened_in_it() -> None:
    def rest(builder: RecordBuilder) -> None:
        pause(builder)
        leave(builder)
        deviate(builder, Severity.MINOR, "reported")
        come_back(builder)
        go_on(builder)

    built = build_record(Forgery(before=at("2.6", rest)))
    assert failures(built) == []
    events = built.files["events.jsonl"]
    assert events.count(b'"type":"break.begun"') == 1
    assert events.count(b'"type":"break.ended"') == 1


def test_an_interruption_in_a_break_is_verified() -> None:
    def rest(builder: RecordBuilder) -> None:
        pause(builder)
        resume(builder, None)
        go_on(builder)

    assert failures(build_record(Forgery(before=at("2.4", rest)))) == []


def test_a_step_that_was_closed_during_a_break_fails_check_10() -> None:
    built = build_record(from_to("2.14", "3.1"))
    assert failures(built) == [("10", "ENGINE-BREAK-01")]
    told = {
        check.number: check for check in judge_files(built.files, built.policy).checks
    }
    assert "step 2.14: A break is on" in told["10"].reason


def test_a_key_that_was_made_during_a_break_fails_check_10() -> None:
    assert failures(build_record(from_to("2.5", "2.6"))) == [("10", "ENGINE-BREAK-01")]


def test_a_ceremony_that_was_closed_over_a_break_fails_check_10() -> None:
    built = build_record(from_to("3.2", "never"))
    assert failures(built) == [("10", "ENGINE-BREAK-01")]


def test_a_break_may_not_follow_the_closing_checkpoint() -> None:
    built = build_record(from_to("3.4", "3.5"))
    found = failures(built)
    assert ("10", "ENGINE-BREAK-03") in found
    assert ("7", "VERIFY-QUORUM-04") in found


def test_a_break_that_ended_without_those_who_were_to_stay_fails_check_10() -> None:
    def rest(builder: RecordBuilder) -> None:
        gone = replace(LUNCH, staying=(BY[0].person, PersonId("c-03")))
        builder.record(gone)
        leave(builder)
        go_on(builder)
        come_back(builder)

    built = build_record(Forgery(before=at("2.6", rest)))
    assert failures(built) == [("10", "ENGINE-BREAK-07")]
