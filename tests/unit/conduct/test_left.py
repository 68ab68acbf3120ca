"""Where an interruption began: what people tell and find later does not move it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.conduct.left import last_before_left, left_after
from ceremony.engine.facts import (
    AttendanceChanged,
    CommandRefused,
    Course,
    DeviationClosed,
    DeviationRecorded,
    Fact,
    Noted,
    Opened,
    Outcome,
    Result,
    Resumed,
    Severity,
    TokensChanged,
    TokensInspected,
)
from ceremony.engine.state import Recorded
from ceremony.engine.unseen import UNSEEN
from ceremony.identifiers import PersonId
from tests.fakes.walked_record import at, walked

LAST = at("2.5", Outcome).event.seq
NOTE = Noted("A telephone rang.")
AWAY = AttendanceChanged(PersonId("c-01"), "out", "")
RESUMED = Resumed(LAST, rebooted=False, tokens=(), by=())
UNTIL = tuple(
    Recorded(moment.event, moment.command.fact)
    for moment in walked()
    if moment.event.seq <= LAST
)


def after(*facts: Fact) -> tuple[Recorded, ...]:
    """Give the record up to a key's outcome, and what was recorded then."""
    last = UNTIL[-1].event
    told = (
        Recorded(replace(last, seq=LAST + number), fact)
        for number, fact in enumerate(facts, start=1)
    )
    return (*UNTIL, *told)


def began(*facts: Fact, found: int) -> int:
    """Tell after which leaf it was left, of a program that found so many more."""
    return last_before_left(after(*facts), len(UNTIL) + found).seq


@pytest.mark.parametrize(
    "seen",
    [
        TokensInspected(()),
        TokensChanged("D-01", ()),
        DeviationRecorded("D-01", Severity.MAJOR, UNSEEN, "Seen.", "Not.", "root-hsm"),
        DeviationClosed("D-01", "Look.", (), Course.LOOK_AGAIN),
        Noted("It is dark here.", LAST),
        Outcome("key.generate", "root-hsm", "S", Result.UNRESOLVED),
    ],
)
@pytest.mark.parametrize(
    "told", [NOTE, AWAY, CommandRefused("ENGINE-CHANGE-05", "ceremony.abandoned")]
)
def test_what_is_told_after_a_look_does_not_move_where_it_was_left(
    seen: Fact, told: Fact
) -> None:
    for found in range(4):
        assert began(seen, told, told, found=found) == LAST


def test_what_the_program_tells_that_found_it_left_does_not_move_it() -> None:
    minor = DeviationRecorded("D-01", Severity.MINOR, "reported", "A.", "B.")
    for told in (NOTE, AWAY, minor):
        assert began(told, told, found=0) == LAST
        # What another program found and did not say so may be of before.
        assert began(told, told, found=1) == LAST + 1
    assert left_after(after(NOTE), len(UNTIL)) == LAST


def test_a_note_of_the_room_itself_is_the_last_event_before_it_was_left() -> None:
    assert began(NOTE, found=1) == LAST + 1
    assert began(NOTE, TokensInspected(()), NOTE, found=1) == LAST + 1


def test_once_it_is_resumed_it_was_not_left() -> None:
    gone_on = after(TokensInspected(()), RESUMED, NOTE)
    assert left_after(gone_on, len(UNTIL)) is None
    assert began(TokensInspected(()), RESUMED, NOTE, found=0) == LAST + 3
    assert began(TokensInspected(()), RESUMED, found=2) == LAST + 2


def test_of_a_ceremony_in_which_nothing_was_begun_nothing_was_left() -> None:
    assert isinstance(UNTIL[0].fact, Opened)
    assert left_after(UNTIL, 0) is None
    assert left_after(UNTIL[:1], 1) is None
    assert left_after((UNTIL[0], *after(NOTE)[-1:]), 2) is None
