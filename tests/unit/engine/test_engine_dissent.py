"""Somebody does not agree: who may say so, what holds, who decides, what is signed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.command import Command
from ceremony.engine.facts import (
    AttendanceChanged,
    Attested,
    BreakBegun,
    CeremonyAbandoned,
    CeremonyClosed,
    CommandRefused,
    DeviationClosed,
    DeviationRecorded,
    DissentRecorded,
    DissentSettled,
    Initial,
    Noted,
    RecordVerified,
    Resumed,
    Severity,
    StepClosed,
    ValueChecked,
)
from ceremony.engine.fold import fold
from ceremony.engine.state import State
from ceremony.engine.statement import turn_text
from ceremony.engine.turn import deciders, turn_meaning
from ceremony.identifiers import CeremonyId, Digest, PersonId, Role
from ceremony.people.attestation import Meaning
from tests.fakes.walked_record import Moment, allowed, at, going_on, refusal

OFFERED = Digest("ab" * 32)
OFFICER = Initial(PersonId("s-01"), Role("security-officer"), "SE")
WITNESS = Initial(PersonId("w-01"), Role("internal-witness"), "WE")
ADMINISTRATOR = Initial(PersonId("a-01"), Role("administrator"), "AE")
REASON = "Bag TE-1 was torn"

OUT = at("3.4", Attested)
"""Custodian 2 signs out, in step 3.4."""

IN = at("1.5", Attested)
"""Custodian 2 signs in, in step 1.5."""


def dissent(moment: Moment = OUT, /, **values: Any) -> Command:
    told = moment.command
    assert isinstance(told.fact, Attested)
    assert told.actor is not None
    fact = DissentRecorded(told.fact.turn, told.actor, OFFERED, REASON)
    return Command(
        replace(fact, **values), told.actor, told.step, told.presented, None, ()
    )


def settled(moment: Moment = OUT, /, *by: Initial, **values: Any) -> Command:
    told = moment.command
    assert told.actor is not None
    fact = DissentSettled(told.actor, "The bag is replaced.", by or (OFFICER, WITNESS))
    return Command(replace(fact, **values), None, told.step, told.presented)


def held(moment: Moment = OUT) -> State:
    """Give the state in which the person has said that they do not agree."""
    return going_on(moment.before, moment, dissent(moment))


def decided(moment: Moment = OUT) -> State:
    return going_on(held(moment), moment, settled(moment))


def disagreeing(moment: Moment = OUT, meaning: str = "did-not-agree") -> Command:
    assert isinstance(moment.command.fact, Attested)
    fact = replace(moment.command.fact, meaning=Meaning(meaning))
    return replace(moment.command, fact=fact)


def test_no_break_begins_while_a_dissent_holds() -> None:
    lunch = Command(BreakBegun("Lunch.", 30, (PersonId("s-01"), PersonId("w-01"))))
    assert refusal(held(IN), lunch) == "ENGINE-DISSENT-05"
    allowed(decided(IN), lunch)


@pytest.mark.parametrize("moment", [IN, OUT])
def test_a_person_does_not_agree_in_their_own_turn_and_two_decide(
    moment: Moment,
) -> None:
    allowed(moment.before, dissent(moment))
    state = held(moment)
    (known,) = state.dissents
    assert known.recorded == dissent(moment).fact
    assert (known.step, known.seq) == (moment.command.step, moment.event.seq)
    assert state.open_dissent == state.dissent == known
    allowed(state, settled(moment))
    after = decided(moment)
    assert after.open_dissent is None
    assert after.dissent is not None
    assert after.dissent.settled == settled(moment).fact
    allowed(after, disagreeing(moment))


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("ENGINE-DISSENT-01", {"person": PersonId("c-01")}),
        ("ENGINE-DISSENT-01", {"turn": "sign-in"}),
        ("ENGINE-DISSENT-01", {"reason": ""}),
        ("ENGINE-DISSENT-01", {"reason": " \t"}),
        ("ENGINE-DISSENT-01", {"reason": "x" * 401}),
    ],
)
def test_a_dissent_is_of_its_turn_and_person_and_gives_a_reason(
    rule: str, values: dict[str, Any]
) -> None:
    assert refusal(OUT.before, dissent(**values)) == rule
    allowed(OUT.before, dissent(reason="x" * 400))


@pytest.mark.parametrize("actor", ["c-01", "a-01", None])
def test_nobody_else_does_not_agree_for_a_person(actor: str | None) -> None:
    other = replace(dissent(), actor=PersonId(actor) if actor else None)
    assert refusal(OUT.before, other) == "ENGINE-STEP-04"


def test_who_has_left_the_room_disagrees_when_they_are_back() -> None:
    gone = replace(OUT.before, in_room=OUT.before.in_room - {PersonId("c-02")})
    assert refusal(gone, dissent()) == "ENGINE-STEP-04"


def test_a_dissent_belongs_to_a_turn_and_no_other_step() -> None:
    moment = at("1.9", ValueChecked)
    told = replace(
        dissent(), step=moment.command.step, presented=moment.command.presented
    )
    assert refusal(moment.before, told) == "ENGINE-STEP-03"


def test_a_person_does_not_agree_once_and_not_after_signing() -> None:
    assert refusal(held(), dissent()) == "ENGINE-DISSENT-05"
    assert refusal(decided(), dissent()) == "ENGINE-DISSENT-02"
    assert refusal(IN.after, dissent(IN)) == "ENGINE-DISSENT-02"


def test_another_turn_may_bring_another_dissent() -> None:
    closed = at("3.4", StepClosed)
    signed = going_on(decided(), OUT, disagreeing())
    allowed(signed, closed.command)
    done = going_on(signed, closed)
    assert done.dissent is None
    later = at("3.5", Attested)
    allowed(done, dissent(later))
    assert len(going_on(done, later, dissent(later)).dissents) == 2


@pytest.mark.parametrize("moment", [IN, OUT])
def test_while_a_dissent_is_open_the_turn_is_not_signed_or_closed(
    moment: Moment,
) -> None:
    for command in (moment.command, disagreeing(moment)):
        assert refusal(held(moment), command) == "ENGINE-DISSENT-05"
    closing = at(str(moment.command.step), StepClosed).command
    assert refusal(held(moment), closing) == "ENGINE-DISSENT-05"


def test_while_a_dissent_is_open_the_ceremony_does_not_end() -> None:
    state = held()
    for moment in (at("", RecordVerified), at("", CeremonyClosed)):
        assert refusal(state, moment.command) == "ENGINE-END-01"


def test_while_a_dissent_is_open_what_may_happen_at_any_time_may_happen() -> None:
    state = held()
    by = (OFFICER, WITNESS)
    told = DeviationRecorded("D-01", Severity.NOTE, "reported", "A bag.", "None.")
    for fact in (
        Noted("The bag is looked at."),
        AttendanceChanged(PersonId("c-02"), "out"),
        told,
        Resumed(OUT.event.seq, rebooted=False, tokens=(), by=by),
        CommandRefused("ENGINE-DISSENT-05", "step.closed"),
        CeremonyAbandoned("Nobody can agree."),
    ):
        allowed(state, Command(fact))
    deviated = going_on(state, OUT, Command(told))
    allowed(deviated, Command(DeviationClosed("D-01", "Go on.", (WITNESS,))))


def test_an_interruption_leaves_a_dissent_open() -> None:
    resumed = Command(
        Resumed(OUT.event.seq, rebooted=True, tokens=(), by=(OFFICER, WITNESS))
    )
    state = going_on(held(), OUT, resumed)
    assert state.open_dissent is not None
    assert refusal(state, disagreeing()) == "ENGINE-DISSENT-05"
    allowed(state, settled())


@pytest.mark.parametrize(
    "values",
    [
        {"person": PersonId("c-01")},
        {"decided": ""},
        {"decided": "  "},
        {"decided": "x" * 401},
    ],
)
def test_an_open_dissent_is_settled_with_a_decision(values: dict[str, Any]) -> None:
    assert refusal(held(), settled(**values)) == "ENGINE-DISSENT-03"


def test_what_is_not_open_is_not_settled() -> None:
    assert refusal(OUT.before, settled()) == "ENGINE-DISSENT-03"
    assert refusal(decided(), settled()) == "ENGINE-DISSENT-03"


def mark(person: str) -> Initial:
    seat = OUT.before.seat(PersonId(person))
    return Initial(seat.person, seat.role, seat.initials)


@pytest.mark.parametrize(
    ("rule", "people"),
    [
        ("ENGINE-DISSENT-04", ("s-01",)),
        ("ENGINE-DISSENT-04", ("s-01", "s-01")),
        ("ENGINE-DISSENT-04", ("w-01", "w-01")),
        ("ENGINE-DISSENT-04", ("a-01", "w-01")),
        ("ENGINE-DISSENT-04", ("s-01", "a-01")),
        ("ENGINE-DISSENT-04", ("s-01", "c-02")),
        ("ENGINE-DISSENT-04", ("c-02", "w-01")),
        ("ENGINE-DISSENT-04", ("s-01", "w-01", "a-01")),
        ("ENGINE-INITIAL-04", ("s-01", "x-01")),
    ],
)
def test_the_security_officer_and_a_witness_decide(
    rule: str, people: tuple[str, ...]
) -> None:
    by = tuple(mark(person) for person in people)
    assert refusal(held(), settled(OUT, *by)) == rule
    allowed(held(), settled(OUT, mark("w-01"), mark("s-01")))


def test_nobody_decides_who_has_left_or_with_a_mark_that_is_not_theirs() -> None:
    # Before the officer's own sign-out, so that they can be gone from the room.
    moment = at("3.3", Attested)
    state = held(moment)
    assert PersonId("s-01") in state.in_room
    allowed(state, settled(moment))
    gone = replace(state, in_room=state.in_room - {PersonId("s-01")})
    assert refusal(gone, settled(moment)) == "ENGINE-INITIAL-01"
    wrong = replace(OFFICER, mark="XX")
    assert refusal(state, settled(moment, wrong, WITNESS)) == "ENGINE-INITIAL-02"


def test_at_the_first_sign_in_those_decide_who_have_not_signed_in_yet() -> None:
    moment = at("1.2", Attested)
    state = held(moment)
    assert PersonId("s-01") not in state.signed_in
    allowed(state, settled(moment))


def test_after_their_own_sign_out_the_two_still_decide() -> None:
    last = at("3.8", Attested)
    state = held(last)
    assert {PersonId("s-01"), PersonId("w-01")} & set(state.signed_out)
    others = deciders(state, last.command.actor or PersonId(""))
    by = tuple(mark(seats[0].person) for seats in others)
    allowed(state, settled(last, *by))


def of(person: str) -> Moment:
    """Find somebody's sign-out."""
    return next(
        moment
        for number in range(2, 9)
        if (moment := at(f"3.{number}", Attested)).command.actor == person
    )


def test_where_the_officer_does_not_agree_another_control_role_decides() -> None:
    moment = of("s-01")
    state = held(moment)
    for other in ("a-01", "c-01", "c-02"):
        allowed(state, settled(moment, mark(other), WITNESS))
    by = (mark("s-01"), WITNESS)
    assert refusal(state, settled(moment, *by)) == "ENGINE-DISSENT-04"


def test_where_the_witness_does_not_agree_two_of_control_roles_decide() -> None:
    moment = of("w-01")
    state = held(moment)
    allowed(state, settled(moment, mark("a-01"), OFFICER))
    for by in ((OFFICER, WITNESS), (mark("a-01"), mark("c-01")), (OFFICER, OFFICER)):
        assert refusal(state, settled(moment, *by)) == "ENGINE-DISSENT-04"


def test_where_a_script_has_no_security_officer_any_control_role_decides() -> None:
    opened = OUT.before.opened
    assert opened is not None
    seats = tuple(
        replace(seat, role=Role("chair")) if seat.person == "s-01" else seat
        for seat in opened.seats
    )
    state = replace(held(), opened=replace(opened, seats=seats))
    first, second = deciders(state, PersonId("c-02"))
    assert {seat.person for seat in first} == {"a-01", "s-01", "c-01", "c-03"}
    assert {seat.person for seat in second} == {"w-01"}
    allowed(state, settled(OUT, mark("a-01"), WITNESS))


def test_an_officer_of_no_control_role_decides_for_no_control_role() -> None:
    opened = OUT.before.opened
    assert opened is not None
    seats = tuple(
        replace(seat, role=Role("security-officer")) if seat.person == "x-01" else seat
        for seat in opened.seats
    )
    state = replace(OUT.before, opened=replace(opened, seats=seats))
    assert [s.person for s in deciders(state, PersonId("c-02"))[0]] == ["s-01"]
    assert len(deciders(state, PersonId("s-01"))[0]) == 4


def test_after_a_dissent_the_meaning_is_did_not_agree_and_no_other() -> None:
    step = OUT.before.step
    assert step is not None
    assert turn_meaning(step, OUT.before) == "performed"
    assert turn_meaning(step, decided()) == "did-not-agree"
    assert refusal(decided(), OUT.command) == "ENGINE-ATTEST-03"


def test_without_a_dissent_nobody_signs_that_they_did_not_agree() -> None:
    assert refusal(OUT.before, disagreeing()) == "ENGINE-ATTEST-03"
    script = OUT.before.script
    acts = tuple(
        replace(
            act,
            steps=tuple(replace(s, meaning="did-not-agree") for s in act.steps),
        )
        for act in script.acts
    )
    asked = replace(OUT.before, script=replace(script, acts=acts))
    assert refusal(asked, disagreeing()) == "ENGINE-ATTEST-03"


def test_the_text_ends_with_the_reason_word_for_word() -> None:
    state = decided()
    seat = state.seat(PersonId("c-02"))
    ceremony = CeremonyId("KC-2026-001-R1")

    def text(of_state: State) -> str:
        return turn_text(of_state, (), ceremony, seat, turn="sign-out")

    plain = "I was present for none of the steps. What I did is recorded as I did it."
    assert text(OUT.before) == f"{plain} I know of no deviation."
    assert text(state) == (
        f"{plain} I know of no deviation. I do not agree: Bag TE-1 was torn."
    )
    full = going_on(OUT.before, OUT, dissent(reason="It was torn."))
    assert text(full).endswith("I do not agree: It was torn.")
    open_too = turn_text(held(), (), ceremony, seat, turn="sign-in")
    assert open_too.endswith("of the journal. I do not agree: Bag TE-1 was torn.")


def test_a_dissent_without_a_step_is_in_no_turn() -> None:
    event = replace(OUT.event, step=None, type="dissent.recorded")
    state = fold(OUT.before, event, dissent().fact)
    assert state.dissent is None
    assert state.open_dissent is not None


def test_a_decision_touches_the_open_dissent_of_its_person_alone() -> None:
    first = decided()
    again = fold(first, OUT.event, dissent().fact)
    stranger = replace(settled().fact, person=PersonId("c-01"))  # type: ignore[type-var]  # a fact
    assert fold(again, OUT.event, stranger).dissents == again.dissents
    other = replace(settled().fact, decided="Another.")  # type: ignore[type-var]  # a fact
    told = fold(again, OUT.event, other).dissents
    assert [one.settled and one.settled.decided for one in told] == [
        "The bag is replaced.",
        "Another.",
    ]


def test_after_the_last_step_no_turn_has_a_dissent() -> None:
    state = replace(decided(), position=len(OUT.before.script.steps))
    assert state.dissent is None
    assert state.dissents
