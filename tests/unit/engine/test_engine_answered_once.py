"""A request from elsewhere is answered by one step, whatever the script says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.facts import Intent
from ceremony.engine.state import State
from tests.fakes.walked_record import Moment, allowed, at, refusal, walked_batch

AGAIN = "again"
OWN, ONE, SET = (
    ("2.13", "issuing-request"),
    ("2.16", "meter-request"),
    ("2.19", "device-requests"),
)


def asked(step: str) -> Moment:
    return at(step, Intent, walked_batch())


def with_second_answer(state: State, request: str) -> State:
    """Let the script have one more step that answers a request, into ``again``."""
    issue = next(it for it in state.script.steps if it.id == "2.16")
    told = {"key": "issuing-dca", "request": request, "certificate": AGAIN}
    more = replace(issue, id="2.21", parameters=told)
    first, second, *rest = state.script.acts
    longer = replace(second, steps=(*second.steps, more))
    return replace(state, script=replace(state.script, acts=(first, longer, *rest)))


def issued(state: State) -> State:
    return replace(
        state,
        certificates={**state.certificates, AGAIN: next(iter(MADE.values()))},
    )


MADE = asked(ONE[0]).before.certificates


@pytest.mark.parametrize(("step", "request_name"), [ONE, SET])
def test_what_another_step_has_answered_is_answered_no_more(
    step: str, request_name: str
) -> None:
    moment = asked(step)
    planned = with_second_answer(moment.before, request_name)
    allowed(planned, moment.command)
    for both in (issued(planned), replace(planned, parts={AGAIN: ()})):
        assert refusal(both, moment.command) == "ENGINE-ISSUE-05"


def test_what_the_script_answers_twice_counts_and_nothing_else() -> None:
    moment = asked(ONE[0])
    allowed(issued(moment.before), moment.command)
    other = with_second_answer(moment.before, SET[1])
    allowed(issued(other), moment.command)


def test_a_key_of_the_ceremonys_own_is_certified_by_two_cas() -> None:
    step, request = OWN
    moment = asked(step)
    planned = with_second_answer(moment.before, request)
    allowed(issued(planned), moment.command)
