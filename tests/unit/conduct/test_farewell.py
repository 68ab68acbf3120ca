"""After the first sign-out nothing is recorded that would void the pack."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.conduct.farewell import verify_farewell
from ceremony.engine.facts import (
    AttendanceChanged,
    Attested,
    DeviationClosed,
    DeviationRecorded,
    DissentRecorded,
    DissentSettled,
    Fact,
    Noted,
    Severity,
)
from ceremony.engine.state import State
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest, PersonId
from tests.fakes.walked_record import Moment, at, going_on

FIRST = at("3.2", Attested)
"""The first sign-out: whose signature cosigns the closing checkpoint."""

SECOND = at("3.3", Attested)

NOTE = Noted("A late remark.")
OUT = AttendanceChanged(PersonId("c-02"), "out", "A call.")
SETTLED = DissentSettled(PersonId("c-02"), "The bag is replaced.", ())
DISSENT = DissentRecorded("sign-out", PersonId("c-02"), Digest("0" * 64), "Torn bag")


def deviation(cause: str) -> DeviationRecorded:
    return DeviationRecorded("D-01", Severity.MINOR, cause, "Silence.", "A bell rang.")


CLOSED = DeviationClosed("D-01", "It is switched off.", ())


def rule(state: State, fact: Fact) -> str:
    try:
        verify_farewell(state, fact)
    except RefusedError as error:
        return error.code
    return ""


def with_fact(state: State, fact: Fact, moment: Moment = SECOND) -> State:
    return going_on(state, moment, replace(moment.command, fact=fact))


@pytest.mark.parametrize(
    "fact", [NOTE, OUT, deviation("reported"), deviation("read-back")]
)
def test_what_a_verifier_would_find_for_good_is_refused(fact: Fact) -> None:
    assert rule(FIRST.before, fact) == ""
    assert rule(FIRST.after, fact) == "CONDUCT-FAREWELL-01"


def test_an_interruption_is_recorded_and_decided_at_any_time() -> None:
    told = deviation("interruption")
    assert rule(FIRST.after, told) == ""
    assert rule(with_fact(FIRST.after, told), CLOSED) == ""
    reported = with_fact(FIRST.after, deviation("reported"))
    assert rule(reported, CLOSED) == "CONDUCT-FAREWELL-01"


@pytest.mark.parametrize("fact", [NOTE, OUT, deviation("reported"), CLOSED])
def test_while_a_dissent_holds_what_happened_is_recorded(fact: Fact) -> None:
    assert rule(with_fact(FIRST.after, DISSENT), fact) == ""


def test_the_farewell_goes_on_as_it_began() -> None:
    assert rule(FIRST.before, FIRST.command.fact) == ""
    assert rule(FIRST.after, SECOND.command.fact) == ""


@pytest.mark.parametrize("fact", [deviation("reported"), OUT])
def test_nobody_signs_out_while_something_is_open_or_somebody_is_away(
    fact: Fact,
) -> None:
    state = with_fact(FIRST.before, fact)
    assert rule(state, FIRST.command.fact) == "CONDUCT-FAREWELL-02"
    held = with_fact(with_fact(FIRST.after, DISSENT), fact)
    assert rule(held, SETTLED) == "CONDUCT-FAREWELL-02"


def test_the_first_sign_out_waits_for_nothing_else() -> None:
    settled = with_fact(with_fact(FIRST.before, deviation("reported")), CLOSED)
    assert rule(settled, FIRST.command.fact) == ""
    interrupted = with_fact(FIRST.before, deviation("interruption"))
    assert rule(interrupted, FIRST.command.fact) == ""
    # Before anybody signs out a dissent is decided with whatever is open.
    held = with_fact(with_fact(FIRST.before, deviation("reported")), DISSENT)
    assert rule(held, SETTLED) == ""
