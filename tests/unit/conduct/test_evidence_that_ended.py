"""Once a certificate of its evidence has ended a ceremony is carried on no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ceremony.clock import Instant
from ceremony.conduct.lasting import evidence_ended, is_to_settle, verify_lasting
from ceremony.engine.facts import (
    Attested,
    BreakEnded,
    CeremonyAbandoned,
    Fact,
    Intent,
    Outcome,
    Resumed,
)
from ceremony.engine.state import State
from ceremony.errors import RefusedError
from ceremony.pack.binding import SiteBinding
from tests.fakes.made_up_binding import bound_site
from tests.fakes.walked_record import at, going_on, walked
from tests.rehearsals.stage import run_scene
from tests.unit.conduct.test_evidence_bound import with_person

Told = dict[str, Any]


class At:
    """A clock that stands."""

    def __init__(self, *day: int) -> None:
        self._wall = datetime(*day, tzinfo=UTC)  # type: ignore[misc]  # only numbers

    def now(self) -> Instant:
        return Instant(self._wall, 0, "a boot")


LAST_DAY = At(2036, 1, 4, 23, 59, 59)
"""Seal and people of the made-up site hold from 2026-01-05 on for ten years."""

AFTER = At(2036, 1, 5)
BEFORE = At(2026, 1, 4)


def rule(
    state: State, fact: Fact, clock: At, binding: SiteBinding | None = None
) -> str:
    try:
        verify_lasting(state, fact, binding or bound_site(), clock)
    except RefusedError as error:
        return error.code
    return ""


def test_what_carries_the_script_on_is_refused_and_what_tells_of_it_is_not() -> None:
    running = [it for it in walked() if it.before.seats]
    refused = {
        it.command.fact.type
        for it in running
        if rule(it.before, it.command.fact, AFTER)
    }
    assert refused == {
        "attestation.signed",
        "hsm.intent",
        "step.closed",
        "ceremony.closed",
    }
    assert all(rule(it.before, it.command.fact, LAST_DAY) == "" for it in running)


@pytest.mark.parametrize("clock", [BEFORE, AFTER])
def test_it_is_told_by_the_rule_that_is_asked_at_the_opening(clock: At) -> None:
    moment = at("2.2", Intent)
    assert rule(moment.before, moment.command.fact, clock) == "BINDING-TERM-01"
    assert rule(moment.before, BreakEnded(), clock) == "BINDING-TERM-01"


def test_an_outcome_is_recorded_whatever_the_day_and_so_is_the_end() -> None:
    moment = at("2.2", Outcome)
    assert rule(moment.before, moment.command.fact, AFTER) == ""
    assert rule(moment.before, CeremonyAbandoned("It has ended."), AFTER) == ""


def test_a_resumption_is_refused_unless_something_has_to_be_settled() -> None:
    resumed = Resumed(1, rebooted=False, tokens=(), by=())
    clear, doubt = at("2.2", Intent).before, at("2.2", Outcome).before
    assert not is_to_settle(clear)
    assert rule(clear, resumed, AFTER) == "BINDING-TERM-01"
    assert rule(clear, resumed, LAST_DAY) == ""
    assert is_to_settle(doubt)
    assert rule(doubt, resumed, AFTER) == ""
    assert rule(replace(clear, given_up=True), resumed, AFTER) == ""


def test_whose_own_certificate_ended_signs_on_paper_alone() -> None:
    """What else happens in the room does not stand on it."""
    today, ended = At(2026, 11, 27), with_person("x-01", date(2016, 1, 5))
    told = [
        (moment.command.actor, moment.command.fact.type)
        for moment in walked()
        if rule(moment.before, moment.command.fact, today, ended)
    ]
    assert set(told) == {("x-01", "attestation.signed")}
    moment = next(it for it in walked() if isinstance(it.command.fact, Attested))
    assert rule(moment.before, moment.command.fact, today) == ""


def test_who_signs_with_a_key_whose_certificate_ended_is_told_of_paper() -> None:
    ended = with_person("x-01", date(2016, 1, 5))
    moment = next(
        it
        for it in walked()
        if isinstance(it.command.fact, Attested) and it.command.actor == "x-01"
    )
    with pytest.raises(RefusedError) as refused:
        verify_lasting(moment.before, moment.command.fact, ended, At(2026, 11, 27))
    assert refused.value.code == "CONDUCT-SIGN-02"
    assert "x-01.pem of x-01 holds from 2016-01-05" in str(refused.value)
    assert refused.value.remedy.startswith("Sign on paper")


def test_of_a_ceremony_that_has_ended_nothing_is_told() -> None:
    moment = at("2.2", Intent)
    over = going_on(
        moment.before,
        moment,
        replace(moment.command, fact=CeremonyAbandoned("It has ended.")),
    )
    assert evidence_ended(moment.before, bound_site(), AFTER) is not None
    assert evidence_ended(over, bound_site(), AFTER) is None


@pytest.fixture(scope="module")
def told() -> Told:
    return dict(run_scene("-m", "tests.unit.conduct.ended_scenes", measured=True))


@pytest.mark.hsm
def test_nobody_sets_a_ceremony_going_or_signs_in(told: Told) -> None:
    assert told["never begun"] == {
        "turn": "BINDING-TERM-01",
        "sheet": "BINDING-TERM-01",
        "no sheet": True,
        "run": "BINDING-TERM-01",
        "untouched": True,
    }


@pytest.mark.hsm
def test_whoever_resumes_is_told_before_anything_is_done_and_can_abandon(
    told: Told,
) -> None:
    left = told["left"]
    assert left["window"] == left["decide"] == left["resume"] == "BINDING-TERM-01"
    assert left["untouched"]
    assert "abandon the ceremony" in left["remedy"]
    assert (left["phase"], left["after"]) == ("abandoned", "")


@pytest.mark.hsm
def test_what_is_in_doubt_is_settled_all_the_same_and_then_nothing_goes_on(
    told: Told,
) -> None:
    doubt = told["in doubt"]
    assert doubt["window"] == "BINDING-TERM-01"
    assert "BINDING-TERM-01" in doubt["terminal"]
    assert "settled first" in doubt["terminal"]
    assert doubt["settled"]
    assert doubt["key is there"]
    assert doubt["initials"] == doubt["resume"] == "BINDING-TERM-01"
    assert doubt["phase"] == "abandoned"
