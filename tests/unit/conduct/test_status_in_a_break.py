"""What a glance at a ceremony tells of a break."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from ceremony.clock import Instant
from ceremony.conduct.views import status
from ceremony.engine.facts import (
    BreakBegun,
    BreakEnded,
    CeremonyAbandoned,
    StepClosed,
)
from ceremony.engine.fold import fold
from ceremony.identifiers import CeremonyId, PersonId
from tests.fakes.walked_record import at

HERE = at("1.9", StepClosed)
EVENT = replace(
    HERE.event, t=Instant(datetime(2026, 11, 25, 12, 30, 59, tzinfo=UTC), 1, "boot")
)
LUNCH = BreakBegun("Lunch.", 45, (PersonId("s-01"), PersonId("w-01")))
ID = CeremonyId("KC-2026-001-R1")


def test_a_break_is_told_while_it_is_on() -> None:
    assert status(ID, HERE.before).on_break == ""
    resting = fold(HERE.before, EVENT, LUNCH)
    assert status(ID, resting).on_break == (
        "45 minutes planned, begun at 12:30 UTC. In the room stay: Security officer, "
        "Internal witness. Reason: Lunch."
    )
    assert status(ID, fold(resting, EVENT, BreakEnded())).on_break == ""


def test_a_minute_is_one_minute() -> None:
    resting = fold(HERE.before, EVENT, replace(LUNCH, minutes=1))
    assert status(ID, resting).on_break.startswith("1 minute planned")


def test_a_ceremony_that_was_abandoned_in_a_break_is_in_none() -> None:
    resting = fold(HERE.before, EVENT, LUNCH)
    given_up = fold(resting, EVENT, CeremonyAbandoned("A fire alarm."))
    assert given_up.on_break is not None
    assert status(ID, given_up).on_break == ""
