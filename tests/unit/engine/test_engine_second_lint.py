"""A second lint: what it keeps from being done, and how it reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

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
from ceremony.script.waiver import Waiver
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


def test_what_is_let_be_needs_a_waiver_of_the_script_in_its_own_words() -> None:
    moment = at("2.5", Intent)
    linted = moment.before.current[0]
    assert isinstance(linted.fact, Linted)
    waiver = Waiver(
        "pkix.wrong", linted.fact.subject, "A. Able", "So.", "RFC", date(2030, 1, 1)
    )
    found = SecondLintFinding(
        "pkix.wrong", "error", "It is so.", "RFC 5280", waived=waiver.ground
    )
    let_be = replace(linted.fact, second=SecondLint("pkilint", "0.1", 9, (found,)))
    state = replace(moment.before, current=(replace(linted, fact=let_be),))
    for waivers, passes in (
        ((waiver,), True),
        ((), False),
        ((replace(waiver, owner="B. Baker"),), False),
        ((replace(waiver, finding="pkix.other"),), False),
        ((replace(waiver, certificate="other"),), False),
    ):
        now = replace(state, script=replace(state.script, waivers=waivers))
        if passes:
            allowed(now, moment.command)
        else:
            assert refusal(now, moment.command) == "ENGINE-WAIVER-01"
    assert lint_lines((let_be,))[-1] == Line(
        "", "by A. Able until 2030-01-01: So [RFC]", mark=Mark.WAIVED
    )


def test_a_waiver_lets_the_one_finding_be_that_it_is_about() -> None:
    moment = at("2.5", Intent)
    linted = moment.before.current[0]
    assert isinstance(linted.fact, Linted)
    day = date(2030, 1, 1)
    waiver = Waiver("pkix.wrong", linted.fact.subject, "A. Able", "So.", "RFC", day)
    about = replace(waiver, about="http://a/1")
    first, second = "crl.0: Bad: http://a/1.", "crl.1: Bad: http://b/2."
    for told, texts, refused in (
        (about, (first,), ""),
        (about, (second,), "ENGINE-WAIVER-01"),
        (about, (first, second), "ENGINE-WAIVER-01"),
        (about, (first, first.replace("crl", "issuer")), "ENGINE-WAIVER-02"),
        (waiver, (first, second), "ENGINE-WAIVER-02"),
    ):
        found = tuple(
            SecondLintFinding("pkix.wrong", "error", text, "X", waived=told.ground)
            for text in texts
        )
        let_be = replace(linted.fact, second=SecondLint("pkilint", "0.1", 9, found))
        script = replace(moment.before.script, waivers=(told,))
        state = replace(
            moment.before, script=script, current=(replace(linted, fact=let_be),)
        )
        if refused:
            assert refusal(state, moment.command) == refused
        else:
            allowed(state, moment.command)


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
        Line("warning", "PKI-KU-01: Look here."),
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
