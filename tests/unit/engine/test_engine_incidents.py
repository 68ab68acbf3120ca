"""What may happen at any time: people come and go, deviations, interruptions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.command import Command
from ceremony.engine.decide import decide
from ceremony.engine.facts import (
    AttendanceChanged,
    Attested,
    CommandRefused,
    DeviationClosed,
    DeviationRecorded,
    Initial,
    Intent,
    InventoryTaken,
    Noted,
    Outcome,
    Resumed,
    Severity,
    StepClosed,
    TokenFound,
    ValueChecked,
)
from ceremony.engine.fold import fold
from ceremony.engine.state import State
from ceremony.identifiers import Digest, OperationId, PersonId, Role, StepId
from tests.fakes.walked_record import allowed, at, going_on, refusal

SECURITY = Initial(PersonId("s-01"), Role("security-officer"), "SE")
WITNESS = Initial(PersonId("w-01"), Role("internal-witness"), "WE")
ADMINISTRATOR = Initial(PersonId("a-01"), Role("administrator"), "AE")
AUDITOR = Initial(PersonId("x-01"), Role("auditor"), "XE")


def state_in(step: str = "1.9") -> State:
    return at(step, StepClosed).before


def moved(person: str, direction: str) -> Command:
    return Command(AttendanceChanged(PersonId(person), direction, "A call."))


def deviation(number: str = "D-01", severity: Severity = Severity.NOTE) -> Command:
    told = DeviationRecorded(number, severity, "reported", "Bag 1.", "Bag 2.")
    return Command(told, step=StepId("1.9"), presented=Digest("00" * 32))


def decided(*by: Initial, number: str = "D-01", text: str = "Go on.") -> Command:
    return Command(DeviationClosed(number, text, by))


def after_deviation(severity: Severity = Severity.NOTE) -> State:
    return going_on(state_in(), at("1.9", ValueChecked), deviation(severity=severity))


def test_somebody_leaves_and_comes_back() -> None:
    moment, state = at("1.9", ValueChecked), state_in()
    allowed(state, moved("c-03", "out"))
    gone = going_on(state, moment, moved("c-03", "out"))
    assert gone.in_room == state.in_room - {PersonId("c-03")}
    allowed(gone, moved("c-03", "in"))
    back = going_on(gone, moment, moved("c-03", "in"))
    assert back == state


@pytest.mark.parametrize(
    ("person", "direction"),
    [("c-03", "in"), ("c-03", "up"), ("z-99", "out"), ("z-99", "in")],
)
def test_nobody_comes_who_is_in_and_nobody_goes_who_is_not(
    person: str, direction: str
) -> None:
    assert refusal(state_in(), moved(person, direction)) == "ENGINE-ATTENDANCE-01"


def test_nobody_leaves_twice() -> None:
    gone = going_on(state_in(), at("1.9", ValueChecked), moved("c-03", "out"))
    assert refusal(gone, moved("c-03", "out")) == "ENGINE-ATTENDANCE-01"
    assert refusal(gone, moved("c-03", "up")) == "ENGINE-ATTENDANCE-01"


def test_nobody_enters_who_has_not_signed_in_or_has_signed_out() -> None:
    assert refusal(at("1.3", Attested).before, moved("s-01", "in")) == (
        "ENGINE-ATTENDANCE-01"
    )
    signed_out = at("3.3", Attested).after
    assert PersonId("c-01") not in signed_out.in_room
    assert refusal(signed_out, moved("c-01", "in")) == "ENGINE-ATTENDANCE-01"


def test_a_deviation_is_numbered_in_order_and_says_both_things() -> None:
    state = state_in()
    allowed(state, deviation())
    assert refusal(state, deviation("D-02")) == "ENGINE-DEVIATION-01"
    told = deviation().fact
    assert isinstance(told, DeviationRecorded)
    for wrong in (
        replace(told, cause="boredom"),
        replace(told, expected=" "),
        replace(told, happened=""),
    ):
        assert refusal(state, Command(wrong)) == "ENGINE-DEVIATION-01"
    for cause in ("reported", "read-back", "interruption"):
        allowed(state, Command(replace(told, cause=cause)))


def test_a_deviation_is_open_in_its_step_until_it_is_closed() -> None:
    state = after_deviation()
    (known,) = state.deviations
    assert known.recorded == deviation().fact
    assert known.step == "1.9"
    assert known.seq == at("1.9", ValueChecked).event.seq
    assert known.closed is None
    allowed(state, deviation("D-02"))
    assert refusal(state, deviation("D-01")) == "ENGINE-DEVIATION-01"
    two = going_on(state, at("1.9", ValueChecked), deviation("D-02"))
    done = going_on(two, at("1.9", ValueChecked), decided(WITNESS))
    assert [each.closed for each in done.deviations] == [decided(WITNESS).fact, None]


def test_a_deviation_outside_the_steps_names_none() -> None:
    moment = at("1.9", ValueChecked)
    fact = deviation().fact
    told = fold(state_in(), replace(moment.event, step=None), fact)
    assert told.deviations[0].step is None


def test_only_an_open_deviation_is_closed_and_only_with_a_decision() -> None:
    assert refusal(state_in(), decided(WITNESS)) == "ENGINE-DEVIATION-02"
    state = after_deviation()
    allowed(state, decided(WITNESS))
    assert refusal(state, decided(WITNESS, text=" ")) == "ENGINE-DEVIATION-02"
    assert refusal(state, decided(WITNESS, number="D-02")) == "ENGINE-DEVIATION-02"
    done = going_on(state, at("1.9", ValueChecked), decided(WITNESS))
    assert refusal(done, decided(WITNESS)) == "ENGINE-DEVIATION-02"


def test_a_note_is_closed_by_one_person() -> None:
    state = after_deviation(Severity.NOTE)
    assert refusal(state, decided()) == "ENGINE-DEVIATION-03"
    allowed(state, decided(WITNESS))
    allowed(state, decided(SECURITY, WITNESS))


@pytest.mark.parametrize("severity", [Severity.MINOR, Severity.MAJOR])
def test_a_graver_deviation_is_closed_by_two_people(severity: Severity) -> None:
    state = after_deviation(severity)
    assert refusal(state, decided(SECURITY)) == "ENGINE-DEVIATION-03"
    assert refusal(state, decided(SECURITY, SECURITY)) == "ENGINE-DEVIATION-03"
    allowed(state, decided(SECURITY, WITNESS))
    allowed(state, decided(SECURITY, ADMINISTRATOR))


def test_two_witnesses_do_not_close_a_graver_deviation() -> None:
    state = after_deviation(Severity.MINOR)
    assert state.opened is not None
    seats = tuple(
        replace(seat, kind=state.seat(PersonId("w-01")).kind)
        if seat.person == "s-01"
        else seat
        for seat in state.seats
    )
    state = replace(state, opened=replace(state.opened, seats=seats))
    assert refusal(state, decided(SECURITY, WITNESS)) == "ENGINE-DEVIATION-03"


def test_nobody_external_or_absent_closes_a_deviation() -> None:
    state = after_deviation(Severity.MINOR)
    assert refusal(state, decided(SECURITY, AUDITOR)) == "ENGINE-INITIAL-04"
    gone = replace(state, in_room=state.in_room - {PersonId("s-01")})
    assert refusal(gone, decided(SECURITY, WITNESS)) == "ENGINE-INITIAL-01"


def test_an_interruption_is_decided_even_before_anybody_has_signed_in() -> None:
    told = deviation(severity=Severity.MINOR).fact
    assert isinstance(told, DeviationRecorded)
    interruption = Command(replace(told, cause="interruption"))
    moment = at("1.9", ValueChecked)
    state = going_on(state_in(), moment, interruption)
    empty = replace(state, in_room=frozenset())
    allowed(empty, decided(SECURITY, WITNESS))
    assert refusal(empty, decided(SECURITY, AUDITOR)) == "ENGINE-INITIAL-04"
    assert refusal(empty, decided(SECURITY)) == "ENGINE-DEVIATION-03"


def test_a_mark_is_the_persons_own() -> None:
    state = after_deviation()
    wrong = replace(WITNESS, mark="SE")
    assert refusal(state, decided(wrong)) == "ENGINE-INITIAL-02"
    wrong = replace(WITNESS, role=Role("administrator"))
    assert refusal(state, decided(wrong)) == "ENGINE-INITIAL-02"


FOUND = TokenFound("root-hsm", "S-root-hsm", 0, InventoryTaken(Digest("22" * 32), 1))


def resumed(*by: Initial, in_doubt: OperationId | None = None) -> Command:
    return Command(Resumed(30, rebooted=False, tokens=(), by=by, in_doubt=in_doubt))


def test_a_ceremony_is_resumed_by_two_people_of_the_roster() -> None:
    state = state_in()
    allowed(state, resumed(SECURITY, WITNESS))
    stranger = Initial(PersonId("z-99"), Role("auditor"), "ZZ")
    for by in ((), (SECURITY,), (SECURITY, SECURITY), (SECURITY, stranger)):
        assert refusal(state, resumed(*by)) == "ENGINE-RESUME-01"
    wrong = replace(WITNESS, mark="XX")
    assert refusal(state, resumed(SECURITY, wrong)) == "ENGINE-INITIAL-02"
    assert refusal(state, resumed(SECURITY, AUDITOR)) == "ENGINE-INITIAL-04"


def test_a_ceremony_can_be_resumed_before_anybody_has_signed_in_again() -> None:
    state = replace(state_in(), in_room=frozenset())
    allowed(state, resumed(SECURITY, WITNESS))


def test_the_doubt_that_is_resolved_is_the_real_one() -> None:
    state = at("2.2", Outcome).before
    assert state.pending is not None
    op = state.pending.op
    assert refusal(state, resumed(SECURITY, WITNESS)) == "ENGINE-RESUME-01"
    other = resumed(SECURITY, WITNESS, in_doubt=OperationId("00" * 16))
    assert refusal(state, other) == "ENGINE-RESUME-01"
    allowed(state, resumed(SECURITY, WITNESS, in_doubt=op))
    doubt = resumed(SECURITY, WITNESS, in_doubt=op)
    assert refusal(state_in(), doubt) == "ENGINE-RESUME-01"


def test_a_resumption_keeps_the_doubt_and_notes_what_the_tokens_hold() -> None:
    moment = at("2.5", Outcome)
    told = Command(Resumed(30, rebooted=True, tokens=(FOUND,), by=(SECURITY, WITNESS)))
    state = going_on(moment.before, moment, told)
    assert state.resumptions == (told.fact,)
    assert state.pending == moment.before.pending
    assert state.token("root-hsm").inventory == FOUND.inventory
    assert state.token("root-hsm").initialised
    assert state.token("issuing-hsm") == moment.before.token("issuing-hsm")


def test_notes_and_refusals_are_recorded_and_change_nothing() -> None:
    state = at("2.2", Outcome).before
    for fact in (Noted("A remark."), CommandRefused("ENGINE-STEP-01", "step.closed")):
        draft = decide(state, Command(fact))
        assert draft.type in ("note.recorded", "command.refused")
        assert going_on(state, at("2.2", Outcome), Command(fact)) == state


def test_a_refused_command_names_rule_and_command() -> None:
    draft = decide(state_in(), Command(CommandRefused("ENGINE-STEP-01", "step.closed")))
    assert draft.data == {"rule": "ENGINE-STEP-01", "command": "step.closed"}
    assert (draft.actor, draft.step, draft.op) == (None, None, None)


def test_an_incident_stands_in_the_name_of_whoever_reported_it() -> None:
    told = replace(deviation(), actor=PersonId("w-01"))
    draft = decide(state_in(), told)
    assert draft.actor is not None
    assert (draft.actor.person, draft.actor.role) == ("w-01", "internal-witness")
    assert draft.step is not None
    assert draft.step.id == "1.9"
    stranger = replace(deviation(), actor=PersonId("z-99"))
    assert refusal(state_in(), stranger) == "ENGINE-ACTOR-01"


def test_people_may_leave_while_an_operation_is_in_doubt() -> None:
    state = at("2.2", Outcome).before
    assert isinstance(state.current[-1].fact, Intent)
    allowed(state, moved("x-01", "out"))
