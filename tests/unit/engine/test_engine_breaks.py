"""A break: who stays, what waits, what goes on all the same, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ceremony.engine.command import Command
from ceremony.engine.decide import decide
from ceremony.engine.facts import (
    AttendanceChanged,
    Attested,
    BreakBegun,
    BreakEnded,
    CeremonyAbandoned,
    CeremonyClosed,
    CommandRefused,
    DeviationClosed,
    DeviationRecorded,
    Initial,
    Intent,
    Linted,
    Noted,
    Outcome,
    PackSealed,
    RecordVerified,
    ReportSigned,
    Resumed,
    Severity,
    StepClosed,
    ValueChecked,
)
from ceremony.engine.fold import fold
from ceremony.engine.state import Phase, State
from ceremony.identifiers import Digest, Mode, PersonId, Role
from ceremony.people.attestation import Meaning
from tests.fakes.walked_record import Moment, allowed, at, going_on, refusal, walked

LUNCH = BreakBegun("Lunch.", 45, (PersonId("s-01"), PersonId("w-01")))
BY = (
    Initial(PersonId("s-01"), Role("security-officer"), "SE"),
    Initial(PersonId("w-01"), Role("internal-witness"), "WE"),
)
HERE = at("1.9", StepClosed)


def begun(state: State, fact: BreakBegun = LUNCH) -> State:
    return going_on(state, HERE, Command(fact))


def ended(state: State) -> State:
    return going_on(state, HERE, Command(BreakEnded()))


def moved(person: str, direction: str) -> Command:
    return Command(AttendanceChanged(PersonId(person), direction))


RESTING = begun(HERE.before)


def test_a_break_begins_and_ends_and_the_state_tells_of_it() -> None:
    allowed(HERE.before, Command(LUNCH))
    assert HERE.before.on_break is None
    on = RESTING.on_break
    assert on is not None
    assert (on.begun, on.step, on.seq) == (LUNCH, "1.9", HERE.event.seq)
    # The made-up ceremony begins at nine and has a leaf every seven seconds.
    at_nine = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert (on.begun_at - at_nine).total_seconds() == 7 * HERE.event.cseq
    assert on.ended_at is None
    assert RESTING.current == HERE.before.current
    allowed(RESTING, Command(BreakEnded()))
    over = ended(RESTING)
    assert over.on_break is None
    assert [known.ended_at for known in over.breaks] == [HERE.event.t.wall]
    assert replace(over, breaks=()) == HERE.before
    again = begun(over, replace(LUNCH, reason="Tea."))
    assert [known.begun.reason for known in again.breaks] == ["Lunch.", "Tea."]
    assert again.on_break == again.breaks[1]


def test_a_break_is_written_with_its_step() -> None:
    moment = at("1.9", ValueChecked)
    draft = decide(HERE.before, replace(moment.command, fact=LUNCH, actor=None))
    assert draft.type == "break.begun"
    assert draft.data == {
        "reason": "Lunch.",
        "minutes": 45,
        "staying": ["s-01", "w-01"],
    }
    assert draft.step is not None
    assert draft.step.id == "1.9"
    assert decide(RESTING, Command(BreakEnded())).data == {}


def test_a_break_outside_the_steps_names_none_and_ending_none_ends_nothing() -> None:
    outside = replace(HERE.event, step=None)
    state = fold(HERE.before, outside, LUNCH)
    assert state.breaks[0].step is None
    assert fold(HERE.before, HERE.event, BreakEnded()) == HERE.before
    assert fold(ended(state), HERE.event, BreakEnded()) == ended(state)


RUNNING = [m for m in walked() if m.before.phase is Phase.RUNNING]


@pytest.mark.no_cover
@pytest.mark.parametrize("moment", RUNNING, ids=lambda m: f"leaf-{m.event.cseq}")
def test_nothing_of_the_script_goes_on_during_a_break(moment: Moment) -> None:
    """Every fact of the honest ceremony but its opening waits, its close too."""
    resting = going_on(moment.before, moment, Command(LUNCH))
    assert refusal(resting, moment.command) == "ENGINE-BREAK-01"
    allowed(ended(resting), moment.command)


def test_the_honest_ceremony_has_every_kind_of_fact_that_waits() -> None:
    kinds = {type(moment.command.fact) for moment in RUNNING}
    assert {Attested, Intent, Outcome, Linted, StepClosed} < kinds
    assert {RecordVerified, CeremonyClosed} < kinds


def test_no_seal_no_report_and_no_second_break_in_a_break() -> None:
    digest = Digest("00" * 32)
    for fact in (
        PackSealed(digest, 1, digest),
        ReportSigned("report-1", Meaning.REPORTS_CORRECTLY, digest, digest),
        LUNCH,
    ):
        assert refusal(RESTING, Command(fact)) == "ENGINE-BREAK-01"


def test_what_may_happen_at_any_time_happens_in_a_break_too() -> None:
    deviation = DeviationRecorded("D-01", Severity.MINOR, "reported", "A.", "B.")
    for fact in (
        Noted("A remark."),
        deviation,
        AttendanceChanged(PersonId("c-03"), "out", "Lunch."),
        Resumed(30, rebooted=False, tokens=(), by=BY),
        CommandRefused("ENGINE-BREAK-01", "step.closed"),
        CeremonyAbandoned("A fire alarm."),
    ):
        allowed(RESTING, Command(fact))
    open_one = going_on(RESTING, HERE, Command(deviation))
    allowed(open_one, Command(DeviationClosed("D-01", "Go on.", BY)))


def test_an_interruption_does_not_end_a_break() -> None:
    told = Command(Resumed(30, rebooted=True, tokens=(), by=BY))
    state = going_on(RESTING, HERE, told)
    assert state.on_break == RESTING.on_break
    assert refusal(state, HERE.command) == "ENGINE-BREAK-01"
    allowed(state, Command(BreakEnded()))


def test_the_pack_of_a_ceremony_that_was_abandoned_in_a_break_is_sealed() -> None:
    given_up = going_on(RESTING, HERE, Command(CeremonyAbandoned("A fire alarm.")))
    digest = Digest("00" * 32)
    allowed(given_up, Command(PackSealed(digest, 1, digest)))


@pytest.mark.parametrize("moment", [at("2.2", Outcome), at("2.5", Outcome)])
def test_no_break_begins_while_a_device_operation_is_awaited(moment: Moment) -> None:
    assert moment.before.pending is not None
    assert refusal(moment.before, Command(LUNCH)) == "ENGINE-BREAK-02"
    allowed(moment.after, Command(LUNCH))


def test_no_break_begins_before_the_opening_or_after_the_close() -> None:
    assert refusal(walked()[0].before, Command(LUNCH)) == "ENGINE-PHASE-01"
    assert refusal(walked()[-1].after, Command(LUNCH)) == "ENGINE-PHASE-01"


def test_no_break_begins_once_people_sign_out_or_no_step_is_left() -> None:
    first = at("3.2", Attested)
    allowed(first.before, Command(LUNCH))
    assert refusal(first.after, Command(LUNCH)) == "ENGINE-BREAK-03"
    steps = len(HERE.before.script.steps)
    nothing_left = replace(HERE.before, position=steps)
    assert refusal(nothing_left, Command(LUNCH)) == "ENGINE-BREAK-03"


@pytest.mark.parametrize("minutes", [1, 600])
def test_a_break_may_be_short_or_long(minutes: int) -> None:
    allowed(HERE.before, Command(replace(LUNCH, minutes=minutes)))


@pytest.mark.parametrize("minutes", [0, -5, 601])
def test_a_break_of_no_length_or_over_ten_hours_is_none(minutes: int) -> None:
    told = Command(replace(LUNCH, minutes=minutes))
    assert refusal(HERE.before, told) == "ENGINE-BREAK-04"


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_break_has_a_reason(reason: str) -> None:
    told = Command(replace(LUNCH, reason=reason))
    assert refusal(HERE.before, told) == "ENGINE-BREAK-04"


@pytest.mark.parametrize(
    "staying",
    [
        ("a-01", "s-01"),
        ("w-01", "c-01"),
        ("c-01", "c-02"),
        ("a-01", "s-01", "w-01"),
    ],
)
def test_two_people_of_control_or_witness_roles_stay(staying: tuple[str, ...]) -> None:
    people = tuple(map(PersonId, staying))
    allowed(HERE.before, Command(replace(LUNCH, staying=people)))


@pytest.mark.parametrize(
    "staying",
    [
        (),
        ("w-01",),
        ("w-01", "w-01"),
        ("w-01", "s-01", "w-01"),
        ("w-01", "x-01"),
        ("w-01", "s-01", "x-01"),
        ("w-01", "z-99"),
    ],
)
def test_nobody_stays_alone_twice_or_in_an_external_role(
    staying: tuple[str, ...],
) -> None:
    told = Command(replace(LUNCH, staying=tuple(map(PersonId, staying))))
    assert refusal(HERE.before, told) == "ENGINE-BREAK-05"


def test_nobody_stays_who_is_out_of_the_room() -> None:
    gone = going_on(HERE.before, HERE, moved("s-01", "out"))
    assert refusal(gone, Command(LUNCH)) == "ENGINE-BREAK-05"


def test_a_break_that_is_not_on_is_not_ended() -> None:
    assert refusal(HERE.before, Command(BreakEnded())) == "ENGINE-BREAK-06"
    assert refusal(ended(RESTING), Command(BreakEnded())) == "ENGINE-BREAK-06"


def test_a_break_ends_when_everybody_who_was_to_stay_is_in_the_room() -> None:
    other = going_on(RESTING, HERE, moved("c-03", "out"))
    allowed(other, Command(BreakEnded()))
    gone = going_on(RESTING, HERE, moved("s-01", "out"))
    assert refusal(gone, Command(BreakEnded())) == "ENGINE-BREAK-07"
    back = going_on(gone, HERE, moved("s-01", "in"))
    allowed(back, Command(BreakEnded()))


def test_a_break_is_the_same_in_a_live_ceremony() -> None:
    assert HERE.before.opened is not None
    live = replace(HERE.before, opened=replace(HERE.before.opened, mode=Mode.LIVE))
    allowed(live, Command(LUNCH))
    assert refusal(begun(live), HERE.command) == "ENGINE-BREAK-01"
