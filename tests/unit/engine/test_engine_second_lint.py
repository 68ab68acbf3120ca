"""A second lint: what it keeps from being done, and how it reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.facts import (
    Intent,
    Linted,
    LintFinding,
    SecondLint,
    SecondLintFinding,
)
from ceremony.engine.steps.lint import lint_lines
from ceremony.engine.transcript import Line, Mark
from tests.fakes.walked_record import allowed, at, refusal


@pytest.mark.parametrize(
    ("severity", "departs", "passes"),
    [("error", "", False), ("error", "By a clause.", True), ("warning", "", True)],
)
def test_no_key_is_made_after_a_second_lint_with_an_error(
    severity: str, departs: str, *, passes: bool
) -> None:
    moment = at("2.5", Intent)
    linted = moment.before.current[0]
    assert isinstance(linted.fact, Linted)
    found = SecondLintFinding("pkix.wrong", severity, "It is so.", "RFC 5280", departs)
    worse = replace(linted.fact, second=SecondLint("pkilint", "0.1", 9, (found,)))
    state = replace(moment.before, current=(replace(linted, fact=worse),))
    if passes:
        allowed(state, moment.command)
    else:
        assert refusal(state, moment.command) == "ENGINE-LINT-01"


def test_a_second_lint_reads_with_source_and_what_is_expected() -> None:
    moment = at("2.5", Intent)
    told = moment.before.current[0].fact
    assert isinstance(told, Linted)
    wrong = SecondLintFinding("pkix.wrong", "error", "certificate: so", "RFC 5280")
    expected = replace(wrong, departs="It is so on purpose [GBCS, section 12]")
    own = LintFinding("PKI-KU-01", "warning", "Look here.", "RFC 5280, section 4.2.1.3")
    second = SecondLint("pkilint", "0.1", 42, (expected,))
    linted = replace(told, rule_count=24, findings=(own,), second=second)
    assert lint_lines((linted,)) == (
        Line("lint", "24 rules before key, 1 finding", mark=Mark.PASS),
        Line("PKI-KU-01", "Look here."),
        Line("source", "RFC 5280, section 4.2.1.3"),
        Line("second lint", "pkilint 0.1, asked 42 times, 1 finding", mark=Mark.PASS),
        Line("error", "pkix.wrong: certificate: so"),
        Line("source", "RFC 5280"),
        Line("expected", "It is so on purpose [GBCS, section 12]"),
    )
    worse = replace(linted, findings=(), second=replace(second, findings=(wrong,)))
    assert lint_lines((worse,))[1:] == (
        Line("second lint", "pkilint 0.1, asked 42 times, 1 finding", mark=Mark.FAIL),
        Line("error", "pkix.wrong: certificate: so"),
        Line("source", "RFC 5280"),
    )
