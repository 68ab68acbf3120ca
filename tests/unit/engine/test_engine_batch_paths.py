"""The paths of a batch inside its step: valid, or all of it is marked."""

from __future__ import annotations

from dataclasses import replace

from ceremony.engine.batch import answering_step, take_part
from ceremony.engine.facts import Intent, Outcome, PathChecked, StepClosed
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Line, Mark
from tests.fakes.walked_record import (
    allowed,
    at,
    changed,
    going_on,
    refusal,
    walked_batch,
)

ISSUE, BATCH = "2.19", "device-certificates"
VALID = PathChecked("x", "1", ())
MARKED = PathChecked("x", "1", (), "PKI-PATH-05", "It is too long.")


def test_a_batch_with_valid_paths_closes_and_says_so() -> None:
    outcome = at(ISSUE, Outcome, walked_batch())
    close = at(ISSUE, StepClosed, walked_batch())
    told = changed(outcome.command, path=VALID)
    allowed(outcome.before, told)
    allowed(going_on(outcome.before, outcome, told), close.command)
    lines = KINDS["certificate.issue"].entries(outcome.before, (told.fact,))
    assert Line("paths", "each valid by RFC 5280", mark=Mark.PASS) in lines


def test_a_batch_with_a_path_that_is_not_valid_is_marked_and_stays_open() -> None:
    outcome = at(ISSUE, Outcome, walked_batch())
    close = at(ISSUE, StepClosed, walked_batch())
    told = changed(outcome.command, path=MARKED)
    allowed(outcome.before, told)
    after = going_on(outcome.before, outcome, told)
    assert refusal(after, close.command) == "ENGINE-PATH-01"
    lines = KINDS["certificate.issue"].entries(outcome.before, (told.fact,))
    assert Line("path", "PKI-PATH-05: It is too long.", mark=Mark.FAIL) in lines
    assert Line("", "NOT TO BE USED", strong=True) in lines


def test_no_part_is_signed_after_one_that_is_marked() -> None:
    intent = at(ISSUE, Intent, walked_batch())
    allowed(intent.before, intent.command)
    marked = replace(intent.before, paths={BATCH: MARKED})
    assert refusal(marked, intent.command) == "ENGINE-PATH-01"


def test_a_mark_outlives_the_parts_that_follow() -> None:
    outcome = at(ISSUE, Outcome, walked_batch())
    assert isinstance(outcome.command.fact, Outcome)
    part = outcome.command.fact.part
    assert part is not None
    state = take_part(outcome.before, BATCH, part, VALID)
    assert state.paths[BATCH] == VALID
    state = take_part(state, BATCH, part, MARKED)
    assert take_part(state, BATCH, part, VALID).paths[BATCH] == MARKED
    assert take_part(state, BATCH, part, None).paths[BATCH] == MARKED


def test_the_step_that_answers_a_request_is_found() -> None:
    script = walked_batch()[0].before.script
    step = answering_step(script, "device-requests")
    assert step is not None
    assert step.id == ISSUE
    assert answering_step(script, "nobody's") is None
