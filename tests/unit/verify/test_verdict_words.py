"""The verdict's two lines, its exit status, its text and its JSON."""

from __future__ import annotations

import json

import pytest

from ceremony import canonical
from ceremony.errors import EvidenceError, RefusedError
from ceremony.pack.record import read_record
from ceremony.verify.check import (
    ESSENTIAL,
    TITLES,
    Check,
    FailedError,
    Status,
    UncheckedError,
    check_failed,
    check_not_given,
    check_passed,
    check_skipped,
    make_check,
    plain,
)
from ceremony.verify.outcome import (
    Completion,
    DeviationCounts,
    DeviationTold,
    Hardware,
    RecordWord,
    Story,
    Verdict,
    exit_status,
)
from ceremony.verify.text import WIDTH, render_verdict
from ceremony.verify.verdict import decide_verdict, judge_files, tell_story
from ceremony.verify.verdict_codec import decode_verdict, encode_verdict
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import build_record


def table(**changed: Status) -> tuple[Check, ...]:
    checks = []
    for number, title in TITLES.items():
        status = changed.get(f"c{number}", Status.PASSED)
        checks.append(Check(number, title, status, "why"))
    return tuple(checks)


def _failed(checks: tuple[Check, ...]) -> set[str]:
    return {check.number for check in checks if check.status is Status.FAILED}


def word(**changed: Status) -> RecordWord:
    return decide_verdict(table(**changed), None).record


def test_everything_passed_is_verified() -> None:
    assert word() is RecordWord.VERIFIED


@pytest.mark.parametrize("number", TITLES)
def test_one_failed_check_is_not_verified(number: str) -> None:
    assert word(**{f"c{number}": Status.FAILED}) is RecordWord.NOT_VERIFIED


@pytest.mark.parametrize("number", ESSENTIAL)
def test_one_essential_check_that_was_not_made_cannot_be_told(number: str) -> None:
    assert word(**{f"c{number}": Status.NOT_CHECKED}) is RecordWord.CANNOT_TELL


@pytest.mark.parametrize("number", ["14", "15"])
def test_pages_or_times_not_checked_are_a_remark(number: str) -> None:
    verdict = decide_verdict(table(**{f"c{number}": Status.NOT_CHECKED}), None)
    assert verdict.record is RecordWord.VERIFIED_WITH_REMARKS
    assert number in verdict.remarks[0]


@pytest.mark.parametrize("number", ["8", "13b"])
def test_nothing_to_compare_with_is_neither_failure_nor_remark(number: str) -> None:
    assert word(**{f"c{number}": Status.NOT_GIVEN}) is RecordWord.VERIFIED
    assert word(**{f"c{number}": Status.NOT_CHECKED}) is RecordWord.VERIFIED


def test_a_failure_outweighs_what_was_not_checked() -> None:
    assert word(c6=Status.NOT_CHECKED, c2=Status.FAILED) is RecordWord.NOT_VERIFIED


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (RecordWord.VERIFIED, 0),
        (RecordWord.VERIFIED_WITH_REMARKS, 0),
        (RecordWord.NOT_VERIFIED, 1),
        (RecordWord.CANNOT_TELL, 3),
    ],
)
def test_the_exit_status_follows_the_record(told: RecordWord, status: int) -> None:
    assert exit_status(Verdict(told, Story(), ())) == status


def test_a_rehearsal_says_so_in_both_lines() -> None:
    verdict = Verdict(RecordWord.VERIFIED, Story(mode="REHEARSAL"), ())
    assert "REHEARSAL" in verdict.record_line
    assert "REHEARSAL" in verdict.ceremony_line


def test_a_live_ceremony_in_hardware_says_who_saw_it() -> None:
    story = Story(
        mode="LIVE", completion=Completion.AS_APPROVED, hardware=Hardware.WITNESSED
    )
    assert Verdict(RecordWord.VERIFIED, story, ()).ceremony_line == (
        "Ceremony: completed as approved; live; "
        "keys in hardware: seen by witnesses only"
    )


def test_dissent_is_counted_beside_the_deviations() -> None:
    story = Story(
        completion=Completion.WITH_DEVIATIONS,
        counts=DeviationCounts(note=1, minor=2, dissent=1),
    )
    assert Verdict(RecordWord.VERIFIED, story, ()).ceremony_line == (
        "Ceremony: completed with deviations "
        "(1 note, 2 minor, 0 major, 1 did not agree)"
    )


def full_verdict() -> Verdict:
    story = Story(
        ceremony="KC-1-R1",
        title="A title that is long enough to be wrapped over more than one line of it",
        mode="REHEARSAL",
        completion=Completion.WITH_DEVIATIONS,
        hardware=Hardware.SOFTWARE,
        counts=DeviationCounts(minor=2),
        deviations=(
            DeviationTold("D-01", "minor", "2.1", "A bag was torn.", "Another one."),
            DeviationTold("D-02", "minor", "", "Still open.", ""),
        ),
        digest="ab" * 32,
    )
    checks = (
        check_passed("1", "fine", compared=("a", "b"), remarks=("Mind this.",)),
        check_failed("2", "VERIFY-MANIFEST-01", "x differs", command="sha256sum x"),
        check_skipped("6", "no policy"),
        check_not_given("13b", "no file"),
    )
    return Verdict(RecordWord.NOT_VERIFIED, story, checks, ("Mind this.",))


def test_the_text_has_what_did_not_pass_before_what_passed() -> None:
    text = render_verdict(full_verdict())
    order = [
        text.index(part)
        for part in (
            "Record: NOT VERIFIED",
            "Ceremony: completed with deviations",
            "D-01 minor, step 2.1: A bag was torn.",
            "Decided: nothing yet",
            "- Mind this.",
            "failed         2",
            "[VERIFY-MANIFEST-01]",
            "$ sha256sum x",
            "not checked    6",
            "not given    13b",
            "passed         1",
        )
    ]
    assert order == sorted(order)
    assert max(map(len, text.splitlines())) <= WIDTH


def test_a_verdict_comes_back_from_json_as_it_was() -> None:
    verdict = full_verdict()
    raw = canonical.encode(encode_verdict(verdict))
    assert decode_verdict(raw) == verdict
    assert json.loads(raw)["recordLine"] == "Record: NOT VERIFIED, REHEARSAL"
    assert _failed(verdict.checks) == {"2"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"record":"NOT VERIFIED"', b'"record":"FINE"'),
        (b'"record":"NOT VERIFIED"', b'"record":"VERIFIED"'),
        (b'"minor":2', b'"minor":"2"'),
        (b'"minor":2', b'"minor":true'),
        (b'"remarks":["Mind this."]', b'"remarks":"none"'),
        (b'"remarks":["Mind this."]', b'"remarks":[1]'),
        (b'"number":"6"', b'"number":"66"'),
        (b'"title":"A', b'"title":5,"titel":"A'),
        (b'"counts":{', b'"counts":5,"count":{'),
        (b"{", b"["),
    ],
)
def test_an_answer_that_is_not_exactly_a_verdict_is_refused(
    old: bytes, new: bytes
) -> None:
    raw = canonical.encode(encode_verdict(full_verdict()))
    assert old in raw
    with pytest.raises(EvidenceError) as refused:
        decode_verdict(raw.replace(old, new, 1))
    assert refused.value.code == "VERIFY-VERDICT-01"


def test_what_a_check_raises_becomes_its_answer() -> None:
    def fail() -> Check:
        raise FailedError("VERIFY-CHAIN-01", "leaf 4")

    def leave() -> Check:
        raise UncheckedError("no policy")

    def refuse() -> Check:
        raise RefusedError("ENGINE-STEP-01", "not yet", remedy="wait")

    assert make_check("4", fail).rule == "VERIFY-CHAIN-01"
    assert make_check("4", leave).status is Status.NOT_CHECKED
    assert make_check("4", refuse).rule == "ENGINE-STEP-01"


def test_nothing_from_a_pack_steers_a_terminal() -> None:
    assert plain("a\x1b[2Jb\u202ec\ue000e\u0301") == "a\\u001b[2Jb\\u202ec\\ue000\xe9"


def test_a_ceremony_that_is_not_over_is_not_completed() -> None:
    built = build_record(Forgery(stop_after="1.9"))
    verdict = judge_files(built.files, built.policy)
    by_number = {check.number: check.status for check in verdict.checks}
    assert by_number["10"] is Status.PASSED
    assert by_number["7"] is Status.NOT_CHECKED
    assert verdict.record is RecordWord.CANNOT_TELL
    assert verdict.story.completion is Completion.NOT_COMPLETED


def test_a_record_that_cannot_be_read_has_no_story() -> None:
    verdict = judge_files({}, None)
    assert verdict.record is RecordWord.NOT_VERIFIED
    assert verdict.story == Story()


def test_a_record_without_a_checkpoint_has_no_digest() -> None:
    files = dict(build_record().files)
    files["checkpoint"] = b"no note"
    assert tell_story(read_record(files)).digest == ""
    assert _failed(judge_files(files, None).checks) == {"2", "5"}
