"""Nobody acts from outside the room, and a recording acts in no live ceremony."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.facts import (
    ClockRead,
    Fact,
    HoldAnswered,
    Input,
    StepClosed,
    ValueChecked,
)
from ceremony.identifiers import Mode, PersonId
from tests.fakes.walked_record import allowed, at, changed, refusal


@pytest.mark.parametrize(
    ("step", "kind", "person", "rule"),
    [
        ("1.9", ValueChecked, "w-01", "ENGINE-CHECK-03"),
        ("1.10", ClockRead, "x-01", "ENGINE-CLOCK-01"),
        ("2.1", HoldAnswered, "c-03", "ENGINE-HOLD-03"),
    ],
)
def test_nobody_acts_from_outside_the_room(
    step: str, kind: type[Fact], person: str, rule: str
) -> None:
    moment = at(step, kind)
    away = replace(moment.before, in_room=moment.before.in_room - {PersonId(person)})

    assert refusal(away, moment.command) == rule


def test_a_recording_answers_no_step_of_a_live_ceremony() -> None:
    moment = at("1.9", StepClosed)
    assert moment.before.opened is not None
    live = replace(moment.before.opened, mode=Mode.LIVE)

    state = replace(moment.before, opened=live)
    recorded = changed(moment.command, input=Input.RECORDED)

    assert refusal(state, recorded) == "ENGINE-INPUT-01"
    allowed(state, changed(moment.command, input=Input.TYPED))
