"""What an import and the parts of a batch may be: each rule, and how they read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.batch import next_part
from ceremony.engine.command import Command
from ceremony.engine.decide import verify_command
from ceremony.engine.facts import (
    Fact,
    Intent,
    Linted,
    LintFinding,
    Outcome,
    PartAsked,
    RequestRefused,
    RequestsGiven,
    RequestsJudged,
    Result,
    SecondLint,
    SecondLintFinding,
    StepClosed,
)
from ceremony.engine.state import State
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.kind import NeedKind
from ceremony.engine.transcript import Entry, Line, Mark, Table
from ceremony.identifiers import Digest
from tests.fakes.walked_record import (
    Moment,
    allowed,
    at,
    changed,
    going_on,
    refusal,
    walked_batch,
)

ONE, SET, ISSUE, ISSUE_ONE = "2.15", "2.18", "2.19", "2.16"
OTHER = Digest("ee" * 32)


def moment(step: str, kind: type[Fact]) -> Moment:
    return at(step, kind, walked_batch())


def judged(step: str, **values: Any) -> tuple[State, Command]:
    known = moment(step, RequestsJudged)
    return known.before, changed(known.command, **values)


def part(moment: Moment, **values: Any) -> Command:
    fact = moment.command.fact
    assert isinstance(fact, Intent | Outcome)
    assert fact.part is not None
    return changed(moment.command, part=replace(fact.part, **values))  # type: ignore[type-var]  # its own part


def lines(step: str) -> tuple[Any, ...]:
    moments = [each for each in walked_batch() if each.command.step == step]
    facts = tuple(each.command.fact for each in moments)
    state = moments[0].before
    assert state.step is not None
    return KINDS[state.step.verb].entries(state, facts)


def test_the_honest_batch_is_allowed_fact_by_fact() -> None:
    for each in walked_batch():
        verify_command(each.before, each.command)


def test_a_set_is_judged_when_its_issuer_has_a_certificate() -> None:
    for step, told in ((SET, "ENGINE-IMPORT-25"), (ONE, "")):
        known = moment(step, RequestsGiven)
        allowed(known.before, known.command)
        bare = replace(known.before, certificates={})
        if told:
            assert refusal(bare, known.command) == told
        else:
            # One request is judged by its profile; what answers it is linted as usual.
            allowed(bare, known.command)


@pytest.mark.parametrize(
    ("step", "what"),
    [(ONE, "The file with the request: "), (SET, "The file or the folder with ")],
)
def test_an_import_asks_for_files(step: str, what: str) -> None:
    state = moment(step, RequestsGiven).before
    assert state.step is not None
    (need,) = KINDS["csr.import"].needs(state.step, state)
    assert (need.name, need.kind) == ("files", NeedKind.FILES)
    assert need.prompt.startswith(what)


@pytest.mark.parametrize("value", [{"request": "meter-request"}, {"profile": "x"}])
def test_what_is_imported_is_what_the_script_names(value: dict[str, str]) -> None:
    given = moment(SET, RequestsGiven)
    assert refusal(given.before, changed(given.command, **value)) == "ENGINE-IMPORT-01"
    assert refusal(*judged(SET, **value)) == "ENGINE-IMPORT-01"


def test_a_set_and_a_request_are_taken_in_once() -> None:
    for step in (ONE, SET):
        given, known = moment(step, RequestsGiven), moment(step, RequestsJudged)
        assert refusal(known.after, given.command) == "ENGINE-IMPORT-02"
        assert refusal(known.after, known.command) == "ENGINE-IMPORT-02"


def test_nothing_is_judged_that_was_not_given() -> None:
    given, known = moment(SET, RequestsGiven), moment(SET, RequestsJudged)
    assert refusal(given.before, known.command) == "ENGINE-IMPORT-03"


REFUSED = RequestRefused(1, "one.csr", ("PKI-CSR-04",))


@pytest.mark.parametrize(
    ("step", "values"),
    [
        (SET, {"good": 0, "refused": 0, "accepted": None, "failures": (), "first": ()}),
        (SET, {"accepted": None}),
        (SET, {"good": 0}),
        (SET, {"failures": ()}),
        (SET, {"refused": 0, "first": ()}),
        (SET, {"refused": 0, "first": (), "failures": ()}),
        (SET, {"first": (REFUSED,)}),
        (SET, {"refused": 9}),
        (SET, {"single": "as the meter's"}),
        (ONE, {"single": None}),
        (ONE, {"good": 2}),
    ],
)
def test_the_counts_of_an_import_add_up(step: str, values: dict[str, Any]) -> None:
    if values.get("single"):
        meter = moment(ONE, RequestsJudged).command.fact
        assert isinstance(meter, RequestsJudged)
        values = {"single": meter.single}
    assert refusal(*judged(step, **values)) == "ENGINE-IMPORT-03"


@pytest.mark.parametrize("step", [ONE, SET])
def test_a_step_whose_requests_are_all_refused_stays_open(step: str) -> None:
    known, close = moment(step, RequestsJudged), moment(step, StepClosed)
    assert refusal(known.before, close.command) == "ENGINE-IMPORT-04"
    bad = changed(
        known.command,
        good=0,
        refused=1,
        accepted=None,
        failures=moment(SET, RequestsJudged).command.fact.failures[:1],  # type: ignore[union-attr]  # it is one
        first=(REFUSED,),
        single=None,
    )
    allowed(known.before, bad)
    after = going_on(known.before, known, bad)
    assert refusal(after, close.command) == "ENGINE-IMPORT-04"
    # Another file may be given then.
    allowed(after, moment(step, RequestsGiven).command)


def test_an_import_reads_as_counts_rules_and_names() -> None:
    told = lines(SET)
    assert Line("good", "5", mark=Mark.PASS) in told
    assert Line("refused", "2", mark=Mark.FAIL) in told
    tables = [each for each in told if isinstance(each, Table)]
    assert tables[0].rows == (("PKI-CSR-07", "1"), ("PKI-REQUEST-02", "1"))
    assert tables[1].rows[1] == ("6", "device-6.csr", "PKI-CSR-07")
    assert not [each for each in told if getattr(each, "value", "").startswith("and ")]


def test_of_many_refused_requests_six_are_named_and_the_rest_counted() -> None:
    known = moment(SET, RequestsJudged).command.fact
    assert isinstance(known, RequestsJudged)
    many = replace(known, refused=20, first=(REFUSED,) * 6)
    told = KINDS["csr.import"].entries(moment(SET, RequestsJudged).before, (many,))
    assert Line("", "and 14 more, in the results file") in told


def test_one_imported_request_reads_with_its_digest() -> None:
    known = moment(ONE, RequestsJudged).command.fact
    assert isinstance(known, RequestsJudged)
    assert known.single is not None
    assert Line("request", known.single.digest, mono=True) in lines(ONE)


def test_the_parts_are_signed_in_order() -> None:
    intent = moment(ISSUE, Intent)
    assert next_part(intent.before, "device-requests", "device-certificates") == (
        *(1, 1),
        5,
    )
    for values in ({"number": 2}, {"first": 2}, {"count": 4}, {"count": 0}):
        told = part(intent, **values)
        assert refusal(intent.before, told) == "ENGINE-BATCH-01"
    without = changed(intent.command, part=None)
    assert refusal(intent.before, without) == "ENGINE-BATCH-01"


def test_a_part_needs_its_set_and_its_key() -> None:
    intent = moment(ISSUE, Intent)
    for missing in ({"sets": {}}, {"keys": {}}):
        state = replace(intent.before, **missing)
        assert refusal(state, intent.command) == "ENGINE-BATCH-01"


def test_an_issued_part_is_not_signed_again() -> None:
    intent, outcome = moment(ISSUE, Intent), moment(ISSUE, Outcome)
    assert refusal(outcome.after, intent.command) == "ENGINE-BATCH-01"


def test_the_device_is_not_asked_before_the_part_was_linted() -> None:
    intent = moment(ISSUE, Intent)
    other = changed(intent.command, tbs=OTHER)
    assert refusal(intent.before, other) == "ENGINE-LINT-01"


@pytest.mark.parametrize(
    "values", [{"count": 4}, {"number": 2}, {"tbs": OTHER}, {"issuer_thing": "x"}]
)
def test_a_part_comes_out_as_it_was_asked_for(values: dict[str, Any]) -> None:
    outcome = moment(ISSUE, Outcome)
    assert refusal(outcome.before, part(outcome, **values)) == "ENGINE-BATCH-02"


def test_a_part_is_told_of_by_a_done_outcome_and_no_other() -> None:
    outcome = moment(ISSUE, Outcome)
    for values in ({"part": None}, {"result": Result.ADOPTED}):
        told = changed(outcome.command, **values)
        assert refusal(outcome.before, told) == "ENGINE-BATCH-02"
    failed = changed(outcome.command, part=None, result=Result.FAILED)
    allowed(outcome.before, failed)
    after = going_on(outcome.before, outcome, failed)
    # Its lint stands, and the part is done anew.
    allowed(after, moment(ISSUE, Intent).command)
    lost = (*(each.fact for each in after.current), outcome.command.fact)
    assert after.step is not None
    told_again = KINDS["certificate.issue"].entries(
        after, (*lost[:-1], moment(ISSUE, Intent).command.fact, lost[-1])
    )
    assert (
        Line(
            "serial numbers",
            "5 of parts that were not finished are never used again",
            mark=Mark.REMARK,
        )
        in told_again
    )


@pytest.mark.parametrize(
    "values",
    [{"issued": None}, {"answered_at": ""}, {"received_at": "2026-11-25T09:00:00Z"}],
)
def test_the_last_part_ends_the_batch(values: dict[str, Any]) -> None:
    outcome = moment(ISSUE, Outcome)
    assert refusal(outcome.before, part(outcome, **values)) == "ENGINE-BATCH-03"


def test_a_part_before_the_last_one_does_not_end_the_batch() -> None:
    outcome = moment(ISSUE, Outcome)
    sets = {
        name: replace(known, good=200) for name, known in outcome.before.sets.items()
    }
    more = replace(outcome.before, sets=sets)
    assert refusal(more, outcome.command) == "ENGINE-BATCH-03"
    allowed(more, part(outcome, issued=None, answered_at=""))


def test_a_large_set_is_answered_in_parts_of_a_hundred() -> None:
    outcome = moment(ISSUE, Outcome)
    sets = {
        name: replace(known, good=205) for name, known in outcome.before.sets.items()
    }
    state = replace(outcome.before, sets=sets)
    names = ("device-requests", "device-certificates")
    assert next_part(state, *names) == (1, 1, 100)
    made = part(outcome, count=100, issued=None, answered_at="")
    state = going_on(state, outcome, made)
    assert next_part(state, *names) == (2, 101, 100)
    made = part(outcome, number=2, first=101, count=100, issued=None, answered_at="")
    assert next_part(going_on(state, outcome, made), *names) == (3, 201, 5)


def test_a_step_closes_when_every_good_request_is_answered() -> None:
    outcome, close = moment(ISSUE, Outcome), moment(ISSUE, StepClosed)
    allowed(outcome.after, close.command)
    unanswered = replace(outcome.after, parts={})
    assert refusal(unanswered, close.command) == "ENGINE-DEVICE-02"
    assert refusal(replace(unanswered, sets={}), close.command) == "ENGINE-DEVICE-02"


def test_one_request_is_not_answered_in_parts() -> None:
    intent, outcome = moment(ISSUE_ONE, Intent), moment(ISSUE_ONE, Outcome)
    asked = PartAsked(1, 1, 1, OTHER)
    told = changed(intent.command, part=asked)
    assert refusal(intent.before, told) == "ENGINE-ISSUE-01"
    made = moment(ISSUE, Outcome).command.fact
    assert isinstance(made, Outcome)
    told = changed(outcome.command, part=made.part, certificate=None)
    assert refusal(outcome.before, told) == "ENGINE-ISSUE-03"


def test_no_other_act_has_parts() -> None:
    intent = moment("2.4", Intent)
    told = changed(intent.command, part=PartAsked(1, 1, 1, OTHER))
    assert refusal(intent.before, told) == "ENGINE-DEVICE-03"


def test_a_batch_reads_in_a_few_lines() -> None:
    told = lines(ISSUE)
    assert Line("certificates", "5", strong=True) in told
    assert Line("in parts", "1") in told
    same = Line("", "what was linted is what is signed", mark=Mark.SAME_BYTES)
    assert same in told
    linted = moment(ISSUE, Linted).command.fact
    assert isinstance(linted, Linted)
    rules = f"{linted.rule_count} rules on each before and after signing, 0 findings"
    assert Line("lint", rules, mark=Mark.PASS) in told


def test_what_a_second_linter_finds_in_a_batch_is_told_once_for_all_parts() -> None:
    assert not [each for each in lines(ISSUE) if told_as(each, "second lint")]
    outcome = moment(ISSUE, Outcome)
    linted = moment(ISSUE, Linted).command.fact
    assert isinstance(linted, Linted)
    found = SecondLintFinding("x.y", "error", "certificate: so", "RFC", "So. [CPS]")
    warning = replace(found, rule="x.z", severity="warning", departs="")
    lints = (
        (OTHER, SecondLint("pkilint", "0.1", 40, (found,))),
        (
            linted.tbs,
            SecondLint("pkilint", "0.1", 2, (replace(found, text="t"), warning)),
        ),
        (None, SecondLint("pkilint", "0.2", 9, ())),
    )
    facts = tuple(replace(linted, tbs=tbs, second=second) for tbs, second in lints)
    told = KINDS["certificate.issue"].entries(
        outcome.before, (*facts, outcome.command.fact)
    )
    at = next(n for n, each in enumerate(told) if told_as(each, "second lint"))
    assert told[at : at + 7] == (
        Line("second lint", "pkilint 0.1, asked 42 times, 2 findings", mark=Mark.PASS),
        Line("error", "x.y: certificate: so"),
        Line("source", "RFC"),
        Line("expected", "So. [CPS]"),
        Line("warning", "x.z: certificate: so"),
        Line("source", "RFC"),
        Line("second lint", "pkilint 0.2, asked 9 times, 0 findings", mark=Mark.PASS),
    )


def test_what_our_own_lint_warns_of_in_a_batch_is_told_once_for_all_parts() -> None:
    outcome = moment(ISSUE, Outcome)
    linted = moment(ISSUE, Linted).command.fact
    assert isinstance(linted, Linted)
    found = LintFinding("PKI-URL-01", "warning", "So.", "RFC")
    own = replace(linted, findings=(found,))
    facts = (replace(own, tbs=OTHER), own, outcome.command.fact)
    told = KINDS["certificate.issue"].entries(outcome.before, facts)
    at = told.index(Line("warning", "PKI-URL-01: So."))
    assert "after signing, 1 finding'" in str(told[at - 1])
    assert told[at + 1] == Line("source", "RFC")


def told_as(entry: Entry, label: str) -> bool:
    return isinstance(entry, Line) and entry.label == label


def test_a_batch_that_is_not_finished_reads_without_results() -> None:
    outcome = moment(ISSUE, Outcome)
    fact = part(outcome, issued=None, answered_at="").fact
    told = KINDS["certificate.issue"].entries(outcome.before, (fact,))
    labels = [each.label for each in told if isinstance(each, Line)]
    assert "certificates" in labels
    assert not {"answered", "results"} & set(labels)


def test_an_import_without_a_good_request_reads_without_them() -> None:
    known = moment(SET, RequestsJudged)
    fact = changed(known.command, good=0, accepted=None).fact
    told = KINDS["csr.import"].entries(known.before, (fact,))
    assert "accepted" not in [each.label for each in told if isinstance(each, Line)]
    assert Line("good", "0") in told


def test_a_batch_that_was_not_linted_reads_so() -> None:
    made = tuple(
        each.command.fact
        for each in walked_batch()
        if each.command.step == ISSUE and not isinstance(each.command.fact, Linted)
    )
    told = KINDS["certificate.issue"].entries(moment(ISSUE, Outcome).before, made)
    unlike = Line("", "what was linted is what is signed", mark=Mark.FAIL)
    assert unlike in told
