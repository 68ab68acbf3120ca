"""How a ceremony begins and how it ends: the phases and their rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ceremony.engine.command import Command
from ceremony.engine.facts import (
    CeremonyAbandoned,
    CeremonyClosed,
    Fact,
    Input,
    Noted,
    Opened,
    Outcome,
    PackSealed,
    RecordVerified,
    ReportSigned,
    Severity,
    StepClosed,
    ValueChecked,
)
from ceremony.engine.facts import DeviationRecorded as Recorded
from ceremony.engine.reliance import unverified_facts
from ceremony.engine.state import DeviationState, Phase, State
from ceremony.identifiers import Digest, Mode, PersonId, StepId
from ceremony.people.attestation import Meaning
from ceremony.script.model import Reliance
from tests.fakes.walked_record import (
    allowed,
    at,
    changed,
    going_on,
    refusal,
    walked,
)

ONE = Digest("11" * 32)
SEALED = PackSealed(ONE, 1000, ONE)


SIGNERS = {"report-1": PersonId("s-01"), "report-2": PersonId("x-01")}


def report(field: str) -> Command:
    """Let the signer of the field's role sign with the enrolled certificate."""
    person = SIGNERS.get(field, SIGNERS["report-1"])
    certificate = closed().seat(person).certificate
    signed = ReportSigned(field, Meaning.REPORTS_CORRECTLY, ONE, certificate)
    return Command(signed, actor=person)


def closed() -> State:
    return walked()[-1].after


def sealed() -> State:
    return going_on(closed(), walked()[-1], Command(SEALED))


def abandoned() -> State:
    moment = at("1.9", ValueChecked)
    gone = Command(CeremonyAbandoned("The alarm went off."))
    allowed(moment.before, gone)
    return going_on(moment.before, moment, gone)


def opening_in(*modes: Mode) -> tuple[State, Command]:
    moment = at("", Opened)
    script = replace(moment.before.script, modes=modes)
    return replace(moment.before, script=script), moment.command


def test_a_ceremony_is_opened_once() -> None:
    moment = at("", Opened)
    allowed(moment.before, moment.command)
    assert refusal(moment.after, moment.command) == "ENGINE-OPEN-01"
    assert refusal(closed(), moment.command) == "ENGINE-OPEN-01"


def test_a_ceremony_is_opened_in_a_mode_of_its_script_only() -> None:
    state, command = opening_in(Mode.LIVE)
    assert refusal(state, command) == "ENGINE-OPEN-02"
    state, command = opening_in(Mode.REHEARSAL)
    live = changed(command, mode=Mode.LIVE)
    assert refusal(state, live) == "ENGINE-OPEN-02"


def test_a_rehearsal_may_take_recorded_answers() -> None:
    state, command = opening_in(Mode.REHEARSAL, Mode.LIVE)
    allowed(state, changed(command, input=Input.RECORDED, answers=ONE))


@pytest.mark.parametrize(
    ("told", "answers"),
    [(Input.RECORDED, None), (Input.TYPED, ONE), (Input.RECORDED, ONE)],
)
def test_recorded_answers_never_serve_a_live_ceremony(
    told: Input, answers: Digest | None
) -> None:
    state, command = opening_in(Mode.REHEARSAL, Mode.LIVE)
    live = changed(command, mode=Mode.LIVE, input=told, answers=answers)
    assert refusal(state, live) == "ENGINE-OPEN-03"


def test_a_live_ceremony_needs_an_authorisation() -> None:
    state, command = opening_in(Mode.REHEARSAL, Mode.LIVE)
    live = changed(command, mode=Mode.LIVE)
    assert refusal(founded(state), live) == "ENGINE-OPEN-04"


def test_a_live_ceremony_says_for_which_environment_it_issues() -> None:
    state, command = opening_in(Mode.REHEARSAL, Mode.LIVE)
    unsaid = replace(founded(state).script, environment="")
    state = replace(state, script=unsaid)
    assert refusal(state, changed(command, mode=Mode.LIVE)) == "ENGINE-OPEN-09"
    allowed(state, command)


def test_a_live_ceremony_relies_on_nothing_unverified_without_a_name() -> None:
    state, command = opening_in(Mode.REHEARSAL, Mode.LIVE)
    live = changed(command, mode=Mode.LIVE)
    assert refusal(state, live) == "ENGINE-OPEN-08"
    one_less = founded(state).script.unverified[1:]
    script = replace(state.script, unverified=one_less)
    assert refusal(replace(state, script=script), live) == "ENGINE-OPEN-08"
    allowed(state, command)


def founded(state: State) -> State:
    """Have the script say for what it is, and somebody accept what is unverified."""
    told = tuple(
        Reliance(profile, fact, "J. Doe", reason="A test.")
        for profile, fact in unverified_facts(state.script)
    )
    script = replace(state.script, unverified=told, environment="test")
    return replace(state, script=script)


def test_every_token_of_the_script_is_bound() -> None:
    moment = at("", Opened)
    opened = moment.command.fact
    assert isinstance(opened, Opened)
    one = changed(moment.command, tokens=opened.tokens[:1])
    assert refusal(moment.before, one) == "ENGINE-OPEN-05"


def test_the_roster_of_the_opening_follows_the_script() -> None:
    moment = at("", Opened)
    opened = moment.command.fact
    assert isinstance(opened, Opened)
    short = changed(moment.command, seats=opened.seats[1:])
    assert refusal(moment.before, short) == "PEOPLE-ROSTER-02"
    twice = (opened.seats[0], replace(opened.seats[1], key=opened.seats[0].key))
    same = changed(moment.command, seats=(*twice, *opened.seats[2:]))
    assert refusal(moment.before, same) == "PEOPLE-ROSTER-04"


def test_roles_that_the_script_separates_are_two_people() -> None:
    moment = at("", Opened)
    opened = moment.command.fact
    assert isinstance(opened, Opened)
    one, two, *rest = opened.seats
    seats = (one, replace(two, person=one.person), *rest)
    both = changed(moment.command, seats=seats)
    assert refusal(moment.before, both) == "PEOPLE-ROSTER-05"


@pytest.mark.parametrize("when", ["planned", "closed", "sealed", "abandoned"])
def test_nothing_is_recorded_in_a_ceremony_that_does_not_run(when: str) -> None:
    states = {
        "planned": walked()[0].before,
        "closed": closed(),
        "sealed": sealed(),
        "abandoned": abandoned(),
    }
    assert states[when].phase == when
    assert refusal(states[when], Command(Noted("x"))) == "ENGINE-PHASE-01"
    step = at("1.9", ValueChecked).command
    nobodys = replace(step, actor=None)
    assert refusal(states[when], nobodys) == "ENGINE-PHASE-01"


@pytest.mark.parametrize("kind", [RecordVerified, CeremonyClosed])
def test_a_ceremony_ends_when_every_step_is_closed(kind: type[Fact]) -> None:
    moment = at("", kind)
    allowed(moment.before, moment.command)
    early = at("3.8", StepClosed).before
    early = replace(early, verified=moment.before.verified)
    assert refusal(early, moment.command) == "ENGINE-END-01"
    assert refusal(closed(), moment.command) == "ENGINE-END-01"


@pytest.mark.parametrize("kind", [RecordVerified, CeremonyClosed])
def test_a_ceremony_does_not_end_with_something_open(kind: type[Fact]) -> None:
    moment = at("", kind)
    told = Recorded("D-01", Severity.NOTE, "reported", "a", "b")
    open_one = DeviationState(told, StepId("1.1"), 8)
    state = replace(moment.before, deviations=(open_one,))
    assert refusal(state, moment.command) == "ENGINE-END-02"
    doubt = replace(moment.before, pending=at("2.2", Outcome).before.pending)
    assert refusal(doubt, moment.command) == "ENGINE-END-02"


def test_a_ceremony_is_not_closed_before_its_record_is_verified() -> None:
    moment = at("", CeremonyClosed)
    unverified = replace(moment.before, verified=None)
    assert refusal(unverified, moment.command) == "ENGINE-END-03"
    allowed(unverified, at("", RecordVerified).command)


def test_a_running_ceremony_is_abandoned_with_a_reason() -> None:
    state = abandoned()
    assert state.phase is Phase.ABANDONED
    assert state.abandoned == CeremonyAbandoned("The alarm went off.")
    running = at("1.9", ValueChecked).before
    assert refusal(running, Command(CeremonyAbandoned(" "))) == "ENGINE-END-04"
    again = Command(CeremonyAbandoned("Again."))
    assert refusal(state, again) == "ENGINE-END-04"
    assert refusal(closed(), again) == "ENGINE-END-04"


def test_a_ceremony_is_not_given_up_over_an_operation_in_doubt() -> None:
    moment = at("2.2", Outcome)
    assert moment.before.pending is not None
    gone = Command(CeremonyAbandoned("The token is broken."))
    assert refusal(moment.before, gone) == "ENGINE-END-07"
    allowed(moment.after, gone)


def test_the_pack_of_a_ceremony_is_sealed_once_it_is_over() -> None:
    for state in (closed(), abandoned()):
        allowed(state, Command(SEALED))
    assert sealed().phase is Phase.SEALED
    assert sealed().sealed == SEALED
    running = at("", CeremonyClosed).before
    assert refusal(running, Command(SEALED)) == "ENGINE-END-05"
    assert refusal(sealed(), Command(SEALED)) == "ENGINE-END-05"


def test_each_report_signer_signs_a_sealed_pack_once() -> None:
    state = sealed()
    allowed(state, report("report-1"))
    allowed(state, report("report-2"))
    assert refusal(state, report("report-3")) == "ENGINE-END-06"
    assert refusal(state, report("seal")) == "ENGINE-END-06"
    assert refusal(closed(), report("report-1")) == "ENGINE-END-06"
    signed = going_on(state, walked()[-1], report("report-1"))
    assert [each.field for each in signed.signed] == ["report-1"]
    assert refusal(signed, report("report-1")) == "ENGINE-END-06"
    allowed(signed, report("report-2"))


@pytest.mark.parametrize(
    "change",
    [
        lambda told: replace(told, actor=SIGNERS["report-2"]),
        lambda told: replace(told, actor=PersonId("c-01")),
        lambda told: replace(told, actor=None),
        lambda told: changed(told, meaning=Meaning.APPROVED),
        lambda told: changed(told, certificate=ONE),
    ],
    ids=["another signer", "no signer", "nobody", "meaning", "certificate"],
)
def test_a_report_is_signed_by_its_role_with_the_enrolled_certificate(
    change: Callable[[Command], Command],
) -> None:
    allowed(sealed(), report("report-1"))
    assert refusal(sealed(), change(report("report-1"))) == "ENGINE-END-08"


@pytest.mark.parametrize(
    "name", ["place", "title", "purpose", "script_id", "script_version"]
)
def test_the_opening_says_what_the_script_says(name: str) -> None:
    moment = at("", Opened)
    other = changed(moment.command, **{name: "another"})
    assert refusal(moment.before, other) == "ENGINE-OPEN-06"


@pytest.mark.parametrize(
    ("told", "answers"), [(Input.RECORDED, None), (Input.TYPED, ONE)]
)
def test_recorded_answers_are_named_exactly_where_they_are_taken(
    told: Input, answers: Digest | None
) -> None:
    moment = at("", Opened)
    other = changed(moment.command, input=told, answers=answers)
    assert refusal(moment.before, other) == "ENGINE-OPEN-07"
