"""The script as a room follows it: states, times, and how the plan stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ceremony.conduct.outline import (
    ActRow,
    Progress,
    act_rows,
    closing_times,
    minutes_behind,
    step_rows,
    subject_of,
)
from ceremony.engine.facts import StepClosed
from ceremony.engine.state import Recorded, State
from ceremony.identifiers import StepId
from ceremony.library import load_file
from ceremony.script.decode import decode_script
from tests.fakes.record_builder import build_record
from tests.fakes.walked_record import after, at

TEN = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def act(
    minutes: int,
    closed: int,
    count: int,
    *,
    began: datetime | None = TEN,
    ended: datetime | None = None,
) -> ActRow:
    progress = Progress.DONE if closed == count else Progress.CURRENT
    if began is None:
        progress = Progress.NOT_YET
    return ActRow("1", "Act", "", progress, closed, count, minutes, began, ended)


def later(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


# The first act has 10 minutes for 5 steps: 2 for each. The second 20 for 4: 5 each.
BEHIND = [
    ("no step closed, within the first one's share", 0, 1.5, 0),
    ("no step closed, 5 minutes gone: 5 - 0 - 2", 0, 5, 3),
    ("3 closed are worth 6, 7 minutes gone: the share holds", 3, 7, 0),
    ("3 closed are worth 6, 12 minutes gone: 12 - 6 - 2", 3, 12, 4),
    ("3 closed are worth 6, only 4 minutes gone", 3, 4, -2),
    ("4 closed are worth 8, at once", 4, 0, -8),
]


@pytest.mark.parametrize(
    ("closed", "minutes", "behind"),
    [row[1:] for row in BEHIND],
    ids=[row[0] for row in BEHIND],
)
def test_minutes_behind_in_the_first_act(
    closed: int, minutes: float, behind: int
) -> None:
    acts = [act(10, closed, 5), act(20, 0, 4, began=None)]
    assert minutes_behind(acts, later(minutes)) == behind


def test_minutes_behind_count_every_act_before() -> None:
    # 10 for the first act and 2 of 4 steps of 20 are 20 planned; 32 are gone, and
    # the open step's own share is 5: 32 - 20 - 5.
    acts = [act(10, 5, 5, ended=later(14)), act(20, 2, 4, began=later(14))]
    assert minutes_behind(acts, later(32)) == 7


def test_the_plan_stands_still_after_the_last_step() -> None:
    acts = [
        act(10, 5, 5, ended=later(14)),
        act(20, 4, 4, began=later(14), ended=later(45)),
    ]
    assert minutes_behind(acts, later(45)) == 15
    assert minutes_behind(acts, later(500)) == 15


def test_nothing_is_late_before_it_began() -> None:
    assert minutes_behind([act(10, 0, 5, began=None)], later(90)) == 0
    assert minutes_behind([], TEN) == 0


def facts_until(step: str) -> tuple[State, list[Recorded]]:
    """Give the made-up ceremony as it is when a step has just been closed."""
    kept: list[Recorded] = []
    for recorded in build_record().builder.facts:
        kept.append(recorded)
        closed = isinstance(recorded.fact, StepClosed)
        if closed and recorded.event.step and recorded.event.step.id == step:
            break
    return after(step), kept


def test_steps_are_done_current_and_to_come_in_the_scripts_order() -> None:
    state, facts = facts_until("1.9")
    rows = step_rows(state, facts)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    ids = [str(row.id) for row in rows]
    at_current = ids.index("1.9") + 1
    assert {row.progress for row in rows[:at_current]} == {Progress.DONE}
    assert rows[at_current].progress is Progress.CURRENT
    assert {row.progress for row in rows[at_current + 1 :]} == {Progress.NOT_YET}
    assert all(row.closed_at for row in rows[:at_current])
    assert not any(row.closed_at for row in rows[at_current:])


def test_a_step_shows_when_it_was_closed_by_the_journals_own_time() -> None:
    state, facts = facts_until("1.9")
    closing = at("1.9", StepClosed).event.t.wall
    assert closing_times(facts)[StepId("1.9")] == closing
    row = next(row for row in step_rows(state, facts) if row.id == "1.9")
    assert row.closed_at == closing.strftime("%H:%M")


def test_an_act_begins_when_the_one_before_it_ended() -> None:
    state, facts = facts_until("2.1")
    first, second, *rest = act_rows(state, facts)
    assert first.progress is Progress.DONE
    assert first.closed == first.count
    assert first.started_at == facts[0].event.t.wall
    assert second.started_at == first.ended_at
    assert second.progress is Progress.CURRENT
    assert (second.closed, second.ended_at) == (1, None)
    assert all(row.progress is Progress.NOT_YET for row in rest)
    assert all(row.started_at is None for row in rest)


def test_before_the_first_fact_no_act_has_begun() -> None:
    script = decode_script(load_file("demo", "script.yaml"), "script.yaml")
    rows = act_rows(State(script), ())
    assert {row.progress for row in rows} == {Progress.NOT_YET}
    assert minutes_behind(rows, TEN) == 0


SUBJECTS = {
    "1.2": "Ceremony administrator",
    "1.5": "Key custodian 2",
    "1.8": "",
    "2.4": "Root token",
    "3.3": "Root OCA key",
    "3.7": "Root OCA certificate",
    "4.5": "Issuing OCA request",
    "5.3": "Disc with the certificates",
}
"""As a person would call them who reads the demo's script."""


@pytest.mark.parametrize("step", SUBJECTS)
def test_a_step_says_whom_or_what_it_is_about(step: str) -> None:
    script = decode_script(load_file("demo", "script.yaml"), "script.yaml")
    found = next(each for each in script.steps if each.id == step)
    assert subject_of(found, State(script)) == SUBJECTS[step]
