"""A lint from before the SMKI's own rules were asked is made again as it was then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.facts import Linted
from ceremony.pack.record import read_record
from ceremony.pki.finding import LintReport
from ceremony.pki.lint import rules_for
from ceremony.pki.script_profile import certificate_profile
from ceremony.verify.check import Check, FailedError, Status
from ceremony.verify.lint import verify_linted
from ceremony.verify.verdict import judge_files
from tests.fakes.forgery import Forgery, own_alone
from tests.fakes.own_profile_lies import build_own
from tests.fakes.own_profiles import ISSUING, ISSUING_TEXT, OWN, own_script
from tests.fakes.record_builder import BuiltRecord, build_record
from tests.unit.verify.judging import other_remarks

TWO_POLICIES = (
    ISSUING_TEXT
    + b"""\
environments:
  test:
    policies: [1.3.6.1.4.1.32473.1, 1.3.6.1.4.1.32473.2]
    status: chosen
    source: Northmoor CPS, section 7.1.6
"""
)


def check_12(built: BuiltRecord) -> Check:
    checks = judge_files(built.files, built.policy).checks
    return next(check for check in checks if check.number == "12")


def asked_now(_: str, report: LintReport) -> LintReport:
    return report


@pytest.mark.parametrize("lint", [own_alone, asked_now])
def test_a_lint_with_the_rules_of_its_time_is_verified_without_a_remark(
    lint: object,
) -> None:
    built = build_record(Forgery(lint=lint))  # type: ignore[arg-type]  # one of the two
    record = read_record(built.files)
    counts = {
        each.fact.rule_count - len(rules_for(profile))
        for each in record.facts
        if isinstance(each.fact, Linted)
        for profile in [certificate_profile(record.state.script, each.fact.profile)]
    }
    assert (counts == {0}) is (lint is asked_now)
    check = check_12(built)
    assert check.status is Status.PASSED
    assert other_remarks(check) == ()


@pytest.mark.parametrize("off", [-1, 1])
@pytest.mark.parametrize(
    ("stage", "rule"),
    [("before-key", "VERIFY-LINT-05"), ("before-signing", "VERIFY-LINT-02")],
)
def test_a_lint_of_neither_time_fails(off: int, stage: str, rule: str) -> None:
    def lint(told: str, report: LintReport) -> LintReport:
        before = own_alone("", report)
        more = off if told.endswith(stage) else 0
        return replace(before, rule_count=before.rule_count + more)

    check = check_12(build_record(Forgery(lint=lint)))
    assert (check.status, check.rule) == (Status.FAILED, rule)


def issued_before() -> BuiltRecord:
    """Issue, as a build from before did, what a rule of the SMKI refuses today."""
    files = {**OWN, ISSUING: TWO_POLICIES}
    return build_own(
        script=lambda _: own_script(files).encode(),
        profiles={f"profile-{name}": raw for name, raw in files.items()},
        profile=lambda profile: replace(profile, lineage=()),
    )


def test_what_the_rules_of_the_smki_refuse_fails_though_no_lint_asked_them() -> None:
    built = issued_before()
    check = check_12(built)
    assert (check.status, check.rule) == (Status.FAILED, "SMKI-POLICY-02")
    with pytest.raises(FailedError, match="gives other findings") as caught:
        verify_linted(read_record(built.files))
    assert caught.value.rule == "VERIFY-LINT-02"
