"""What a request of a key of the ceremony may be: each rule, and how it reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.command import Command
from ceremony.engine.decide import verify_command
from ceremony.engine.facts import Fact, Intent, Linted, LintFinding, Outcome
from ceremony.engine.reliance import unverified_facts
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.identifiers import Digest
from ceremony.script.model import Script
from tests.fakes.walked_record import (
    Moment,
    allowed,
    at,
    changed,
    refusal,
    walked_batch,
    walked_requests,
)

KEY, ASK = "2.9", "2.12"
OTHER = Digest("ee" * 32)
ERROR = LintFinding("PKI-REQ-02", "error", "Something else is asked for.")


def moment(step: str, kind: type[Fact]) -> Moment:
    return at(step, kind, walked_requests())


def told(command: Command, **values: Any) -> Command:
    fact = command.fact
    assert isinstance(fact, Outcome)
    assert fact.request is not None
    return changed(command, request=replace(fact.request, **values))


def facts_of(step: str, moments: tuple[Moment, ...]) -> tuple[Fact, ...]:
    return tuple(each.command.fact for each in moments if each.command.step == step)


def lines(step: str, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    state = next(each.before for each in walked_requests() if each.command.step == step)
    assert state.step is not None
    return KINDS[state.step.verb].entries(state, facts)


def test_the_honest_ceremony_of_requests_is_allowed_fact_by_fact() -> None:
    for each in walked_requests():
        verify_command(each.before, each.command)


def test_a_request_of_a_record_from_before_lints_is_allowed_as_it_is() -> None:
    asked = at(ASK, Outcome, walked_batch())
    allowed(asked.before, asked.command)
    assert isinstance(asked.command.fact, Outcome)
    assert asked.command.fact.request is not None
    assert asked.command.fact.request.tbs is None


def test_a_key_signs_no_request_that_was_not_linted_or_in_which_an_error_is() -> None:
    asked, linted = moment(ASK, Intent), moment(ASK, Linted)
    assert refusal(linted.before, asked.command) == "ENGINE-LINT-01"
    assert refusal(asked.before, changed(asked.command, tbs=OTHER)) == "ENGINE-LINT-01"


def test_what_is_signed_as_a_request_is_what_was_linted() -> None:
    made = moment(ASK, Outcome)
    for tbs in (OTHER, None):
        wrong = told(made.command, tbs=tbs)
        assert refusal(made.before, wrong) == "ENGINE-REQUEST-21"


def test_a_request_that_a_token_was_not_asked_for_linted_tells_of_no_lint() -> None:
    """An intent of before and an outcome of today do not go together."""
    old, new = at(ASK, Outcome, walked_batch()), moment(ASK, Outcome)
    assert refusal(old.before, replace(new.command, op=old.command.op)) == (
        "ENGINE-REQUEST-21"
    )


def test_before_a_key_its_request_and_its_certificate_are_both_without_error() -> None:
    intent = moment(KEY, Intent)
    first, second = (
        each for each in intent.before.current if isinstance(each.fact, Linted)
    )
    assert isinstance(first.fact, Linted)
    assert isinstance(second.fact, Linted)
    assert (first.fact.subject, second.fact.subject) == (
        "issuing-request",
        "issuing-dca-certificate",
    )
    for each, linted in ((first, first.fact), (second, second.fact)):
        fact = replace(linted, findings=(ERROR,))
        current = tuple(
            replace(known, fact=fact) if known is each else known
            for known in intent.before.current
        )
        before = replace(intent.before, current=current)
        assert refusal(before, intent.command) == "ENGINE-LINT-01"


def test_each_thing_that_is_linted_before_a_key_is_named() -> None:
    told = [
        each.value
        for each in lines(KEY, facts_of(KEY, walked_requests()))
        if isinstance(each, Line) and each.label == "lint"
    ]
    assert [each.partition(",")[0] for each in told] == [
        "issuing-request",
        "issuing-dca-certificate",
    ]


def test_a_request_reads_as_linted_and_signed() -> None:
    facts = facts_of(ASK, walked_requests())
    made = next(each.request for each in facts if isinstance(each, Outcome))
    assert made is not None
    assert made.tbs is not None
    same = "what was linted is what is signed"
    shown = lines(ASK, facts)
    assert shown[0] == Line(
        "lint", "14 rules before signing, 0 findings", mark=Mark.PASS
    )
    assert Line("signed", made.tbs[:32], mono=True) in shown
    assert Line("", same, mark=Mark.SAME_BYTES) in shown
    assert Line("", same, mark=Mark.FAIL) in lines(
        ASK, tuple(each for each in facts if not isinstance(each, Linted))
    )


def test_a_request_of_a_record_from_before_lints_reads_as_it_did() -> None:
    shown = lines(ASK, facts_of(ASK, walked_batch()))
    assert [each.label for each in shown if isinstance(each, Line)] == [
        "subject",
        "SHA-256",
        "",
    ]


def script_that_asks() -> Script:
    """Let the Issuing DCA's key be one by a profile whose request was inferred."""
    return with_profile(walked_requests()[0].before.script, "issuing-dca")


def with_profile(script: Script, name: str) -> Script:
    """Give a thing the profile whose request was inferred."""
    things = tuple(
        replace(thing, profile="smki-iki-file-signing") if thing.name == name else thing
        for thing in script.things
    )
    return replace(script, things=things)


def test_what_is_unverified_of_a_request_counts_where_a_step_makes_one() -> None:
    script = script_that_asks()
    asked = {
        fact
        for profile, fact in unverified_facts(script)
        if profile == "smki-iki-file-signing"
    }
    assert {"request-extensions", "request-signature"} <= asked
    acts = tuple(
        replace(
            act, steps=tuple(each for each in act.steps if each.verb != "csr.create")
        )
        for act in script.acts
    )
    silent = replace(script, acts=acts)
    assert asked_of(silent) == set()


@pytest.mark.parametrize("thing", ["meter-request", "device-requests"])
def test_what_is_unverified_of_a_signature_counts_where_requests_are_taken(
    thing: str,
) -> None:
    script = walked_requests()[0].before.script
    assert asked_of(script) == set()
    assert asked_of(with_profile(script, thing)) == {"request-signature"}


def test_a_request_that_no_step_takes_relies_on_nothing() -> None:
    script = with_profile(walked_requests()[0].before.script, "meter-request")
    acts = tuple(
        replace(
            act, steps=tuple(each for each in act.steps if each.verb != "csr.import")
        )
        for act in script.acts
    )
    assert asked_of(replace(script, acts=acts)) == set()


def asked_of(script: Script) -> set[str]:
    return {fact for _, fact in unverified_facts(script) if fact.startswith("request-")}
