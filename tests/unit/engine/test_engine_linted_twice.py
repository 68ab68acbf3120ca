"""A step that was linted, failed at its token and was linted anew reads as it ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.facts import Fact, Linted, Outcome
from ceremony.engine.steps import KINDS
from ceremony.engine.transcript import Line, Mark
from ceremony.identifiers import Digest
from tests.fakes.walked_record import Moment, walked_batch

SIGNED = [
    each
    for each in walked_batch()
    if isinstance(each.command.fact, Outcome)
    and each.command.fact.certificate is not None
]


def marks(moment: Moment, facts: list[Fact]) -> list[Mark | None]:
    """Give the mark of what is said of the bytes that were signed."""
    step = moment.before.step
    assert step is not None
    entries = KINDS[step.verb].entries(moment.before, tuple(facts))
    said = "what was linted is what is signed"
    lines = [each for each in entries if isinstance(each, Line)]
    return [each.mark for each in lines if each.value == said]


@pytest.mark.parametrize("moment", SIGNED, ids=lambda each: each.command.step)
def test_the_lint_that_counts_is_the_last_one_before_the_signature(
    moment: Moment,
) -> None:
    facts = [known.fact for known in moment.before.current] + [moment.command.fact]
    at, honest = next(
        (number, fact)
        for number, fact in enumerate(facts)
        if isinstance(fact, Linted) and fact.stage == "before-signing"
    )
    assert marks(moment, facts) == [Mark.SAME_BYTES]
    other = replace(honest, tbs=Digest("0" * 64))
    assert marks(moment, [*facts[:at], other, *facts[at:]]) == [Mark.SAME_BYTES]
    after = [*facts[: at + 1], other, *facts[at + 1 :]]
    assert marks(moment, after) == [Mark.FAIL]
