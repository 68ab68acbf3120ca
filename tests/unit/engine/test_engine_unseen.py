"""Tokens that nobody could look into: what waits, and what two people may decide."""

from __future__ import annotations

import pytest

from ceremony.engine.command import Command
from ceremony.engine.facts import (
    CeremonyAbandoned,
    Course,
    DeviationRecorded,
    Noted,
    Outcome,
    Resumed,
    Severity,
)
from ceremony.engine.state import State
from ceremony.engine.unseen import UNSEEN, found_courses, open_unseen
from tests.fakes.walked_record import allowed, at, going_on, refusal
from tests.unit.engine.test_engine_change import (
    MOMENT,
    SECURITY,
    WITNESS,
    before,
    change,
    closed,
    recorded,
)

ABANDONED = Command(CeremonyAbandoned("Because."))


def unseen(state: State | None = None) -> State:
    return recorded(state or before(), UNSEEN)


def test_a_token_that_could_not_be_looked_into_is_a_major_deviation() -> None:
    told = DeviationRecorded("D-01", Severity.MAJOR, UNSEEN, "All seen.", "One not.")
    allowed(before(), Command(told))
    for severity in (Severity.MINOR, Severity.NOTE):
        light = DeviationRecorded("D-01", severity, UNSEEN, "All seen.", "One not.")
        assert refusal(before(), Command(light)) == "ENGINE-UNSEEN-01"


def test_nothing_goes_on_or_ends_while_such_a_token_waits() -> None:
    again = Resumed(30, rebooted=False, tokens=(), by=(SECURITY, WITNESS))
    allowed(before(), ABANDONED)
    allowed(unseen(), Command(Noted("We wait.")))
    for command in (ABANDONED, Command(again)):
        assert refusal(unseen(), command) == "ENGINE-UNSEEN-03"
    state = going_on(unseen(), MOMENT, closed(Course.LOOK_AGAIN))
    assert open_unseen(state) == ()
    allowed(state, ABANDONED)
    allowed(state, Command(again))


@pytest.mark.parametrize("course", [None, Course.GO_ON])
def test_nobody_goes_on_over_a_token_that_was_not_seen(course: Course | None) -> None:
    assert refusal(unseen(), closed(course)) == "ENGINE-UNSEEN-02"


def test_what_is_in_doubt_is_resolved_before_a_ceremony_is_given_up() -> None:
    doubt = at("2.5", Outcome).before
    assert doubt.pending is not None
    assert found_courses(unseen(doubt)) == (Course.LOOK_AGAIN,)
    assert refusal(unseen(doubt), closed(Course.ABANDON)) == "ENGINE-UNSEEN-02"
    allowed(unseen(doubt), closed(Course.LOOK_AGAIN))


def test_beside_a_change_that_waits_both_are_decided_alike() -> None:
    state = recorded(before())
    state = going_on(state, MOMENT, Command(change()))
    assert found_courses(state) == tuple(Course)
    state = unseen(state)
    assert found_courses(state) == (Course.LOOK_AGAIN, Course.ABANDON)
    state = going_on(state, MOMENT, closed(Course.ABANDON, "D-02"))
    assert found_courses(state) == tuple(Course)
