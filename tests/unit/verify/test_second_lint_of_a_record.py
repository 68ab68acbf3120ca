"""What a reader is told of a second lint and of waivers, though every check passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ceremony.engine.facts import Outcome
from ceremony.pack.lint_leaf import second_leaf
from ceremony.pack.record import read_record
from ceremony.pki.finding import SecondReport
from ceremony.pki.second_clause import citation_of, standard_of
from ceremony.pki.second_lint import lint_second, tool_version
from ceremony.verify.check import Check, FailedError, Status
from ceremony.verify.lint import verify_linted
from ceremony.verify.second_lint import Grounds, verify_second
from ceremony.verify.verdict import judge_files
from ceremony.verify.waiver import verify_waivers
from tests.fakes.forgery import Forgery
from tests.fakes.golden import golden
from tests.fakes.lint_lies import (
    LIST,
    WAIVED,
    WARNING,
    build_two_waivers,
    build_waiver,
    build_waiver_of_list,
    with_second,
)
from tests.fakes.record_batch import build_batch
from tests.fakes.record_builder import BuiltRecord, build_record
from tests.fakes.record_crl import build_crls
from tests.unit.pki.certificates import changed, without
from tests.unit.verify.judging import other_remarks


def check_12(built: BuiltRecord) -> Check:
    checks = judge_files(built.files, built.policy).checks
    return next(check for check in checks if check.number == "12")


def test_findings_of_another_version_are_not_made_again_and_a_remark_says_so() -> None:
    lint = with_second(
        lambda told: replace(told, version="0.0.1", findings=(WARNING,), rule_count=7)
    )
    check = check_12(build_record(Forgery(lint=lint)))
    assert check.status is Status.PASSED
    (remark,) = other_remarks(check)
    assert remark == (
        f"The second lint is by pkilint 0.0.1, and pkilint {tool_version()} is here: "
        "its findings were not made again."
    )


def test_a_list_linted_by_another_version_is_not_linted_again() -> None:
    lint = with_second(
        lambda told: replace(told, version="0.0.1", findings=(WARNING,)), LIST
    )
    check = check_12(build_crls(Forgery(lint=lint)))
    assert check.status is Status.PASSED
    (remark,) = other_remarks(check)
    assert remark.startswith("The second lint is by pkilint 0.0.1, and pkilint ")


def test_of_a_list_that_was_not_signed_the_grounds_alone_are_held_to_the_script() -> (
    None
):
    warned = with_second(lambda told: replace(told, findings=(WARNING,)), LIST)
    let_be = replace(WARNING, waived=WAIVED.waived)
    waived = with_second(lambda told: replace(told, findings=(let_be,)), LIST)
    for lint, rule in ((warned, ""), (waived, "VERIFY-LINT-03")):
        record = read_record(build_crls(Forgery(lint=lint)).files)
        unsigned = replace(record, state=replace(record.state, crls={}))
        if rule:
            with pytest.raises(FailedError) as failed:
                verify_linted(unsigned)
            assert failed.value.rule == rule
        else:
            assert verify_linted(unsigned) == ()


def test_a_waiver_of_a_list_is_a_remark() -> None:
    check = check_12(build_waiver_of_list())
    assert check.status is Status.PASSED
    (remark,) = other_remarks(check)
    assert remark.startswith("Waiver: pkix.made_up in second-arl is waived by A. Able")
    assert remark.endswith("Nothing was waived by it.")


def test_the_second_lint_of_a_batch_is_made_again() -> None:
    # That another finding, or the count of one alone, fails is among the lies.
    check = check_12(build_batch(Forgery(lint=lambda _, report: report)))
    assert check.status is Status.PASSED
    assert other_remarks(check) == ()


def test_a_lint_of_which_no_part_came_is_held_against_the_profile_alone() -> None:
    lint = with_second(
        lambda told: replace(told, findings=(WARNING,)),
        "device-certificates before-signing",
    )
    record = read_record(build_batch(Forgery(lint=lint, stop_after="2.19")).files)
    with pytest.raises(FailedError) as caught:
        verify_linted(record)
    assert caught.value.rule == "VERIFY-LINT-04"
    unsigned = tuple(
        each
        for each in record.facts
        if not (isinstance(each.fact, Outcome) and each.fact.part is not None)
    )
    assert verify_linted(replace(record, facts=unsigned)) == ()


def test_a_waiver_is_a_remark_and_so_is_that_nothing_was_waived_by_it() -> None:
    check = check_12(build_waiver())
    assert check.status is Status.PASSED
    (remark,) = other_remarks(check)
    assert WAIVED.waived in remark
    assert remark.endswith("Nothing was waived by it.")


def test_of_two_waivers_of_one_id_the_one_that_nothing_was_waived_by_is_told() -> None:
    needless, used = verify_waivers(read_record(build_two_waivers().files))
    assert ", for http://second.example alone: " in needless
    assert needless.endswith("Nothing was waived by it.")
    assert ", for http://first.example alone: " in used
    assert "Nothing was waived" not in used


def report_without(*extensions: str) -> SecondReport:
    """Lint a certificate again that lacks extensions of a CA's."""
    broken = golden("issuing-ca-ec-p384").certificate
    for each in extensions:
        broken = changed(broken, without(each))
    return lint_second(broken, ())


@pytest.mark.parametrize(
    ("words", "is_as_good"),
    [
        ((citation_of, citation_of), True),
        ((standard_of, standard_of), True),
        ((standard_of, citation_of), False),
        ((citation_of, lambda _: "RFC 5280, section 4.2.1.9"), False),
        ((lambda _: "", lambda _: ""), False),
    ],
)
def test_a_report_from_before_clauses_were_cited_is_as_good_and_no_other_is(
    words: tuple[Callable[[str], str], Callable[[str], str]], *, is_as_good: bool
) -> None:
    report = report_without("2.5.29.14", "2.5.29.35")
    findings = tuple(
        replace(found, source=word(found.rule))
        for found, word in zip(report.findings, words, strict=True)
    )
    told = second_leaf(replace(report, findings=findings))
    assert told is not None

    def verify() -> str:
        return verify_second(
            read_record(build_record().files).facts[-1],
            told,
            Grounds("issuing-ca-ec-p384", (), ()),
            version=tool_version(),
            again=lambda: report,
        )

    if is_as_good:
        assert verify() == ""
        return
    with pytest.raises(FailedError) as caught:
        verify()
    assert caught.value.rule == "VERIFY-LINT-04"
