"""Within a step: every rule lets the honest fact pass and refuses one change to it.

Each case takes the moment of the made-up ceremony that its rule is about and changes
one thing. That the honest command passes is asserted beside each refusal, so that no
case is refused for another reason than its change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.command import Command
from ceremony.engine.facts import (
    Attested,
    ClockRead,
    CustodyRecorded,
    Fact,
    HoldAnswered,
    Intent,
    Linted,
    LintFinding,
    Noted,
    Outcome,
    StepClosed,
    ValueChecked,
    ValueRecorded,
)
from ceremony.engine.steps.sign import seat_of
from ceremony.identifiers import Digest, OperationId, PersonId, Role, StepId
from ceremony.people.attestation import Meaning
from tests.fakes.walked_record import after, allowed, at, changed, refusal

OTHER = Digest("ee" * 32)

Change = Callable[[Command], Command]


def fact(**values: Any) -> Change:
    return lambda command: changed(command, **values)


def first(name: str, /, **values: Any) -> Change:
    """Change the first of the values in a tuple."""

    def change(command: Command) -> Command:
        items = getattr(command.fact, name)
        return changed(command, **{name: (replace(items[0], **values), *items[1:])})

    return change


def made(step: str, name: str, /) -> Change:
    """Let an outcome tell of what another step made."""

    def change(command: Command) -> Command:
        other = at(step, Outcome).command.fact
        return changed(command, **{name: getattr(other, name)})

    return change


def part(name: str, /, **values: Any) -> Change:
    return lambda command: changed(
        command, **{name: replace(getattr(command.fact, name), **values)}
    )


def command(**values: Any) -> Change:
    return lambda told: replace(told, **values)


def fewer(name: str) -> Change:
    return lambda told: changed(told, **{name: getattr(told.fact, name)[1:]})


REFUSED: tuple[tuple[str, str, type[Fact], Change], ...] = (
    ("ENGINE-ACTOR-01", "1.9", ValueChecked, command(actor=PersonId("z-99"))),
    ("ENGINE-STEP-01", "1.9", ValueChecked, command(step=StepId("1.10"))),
    ("ENGINE-STEP-01", "1.9", ValueChecked, command(step=None)),
    ("ENGINE-STEP-01", "1.9", ValueChecked, command(presented=None)),
    ("ENGINE-STEP-02", "1.9", ValueChecked, command(step=StepId("1.8"))),
    ("ENGINE-STEP-03", "1.9", ValueChecked, command(fact=ValueRecorded("a", "b"))),
    ("ENGINE-STEP-04", "1.9", ValueChecked, command(actor=None)),
    ("ENGINE-STEP-04", "1.9", ValueChecked, command(actor=PersonId("w-01"))),
    ("ENGINE-STEP-04", "2.2", Intent, command(actor=PersonId("s-01"))),
    ("ENGINE-STEP-04", "1.4", Attested, command(actor=PersonId("c-02"))),
    ("ENGINE-STEP-04", "1.4", Attested, command(actor=None)),
    ("ENGINE-ATTEST-01", "1.4", Attested, fact(key=OTHER)),
    ("ENGINE-ATTEST-01", "1.4", Attested, fact(turn="sign-out")),
    ("ENGINE-ATTEST-01", "3.3", Attested, fact(turn="sign-in")),
    ("ENGINE-ATTEST-03", "1.4", Attested, fact(meaning=Meaning.APPROVED)),
    ("ENGINE-ATTEST-04", "1.4", Attested, fact(clock_reading="")),
    ("ENGINE-ATTEST-04", "1.4", Attested, fact(clock_reading="9:58")),
    ("ENGINE-ATTEST-04", "1.4", Attested, fact(clock_reading="24:00")),
    ("ENGINE-ATTEST-04", "1.4", Attested, fact(clock_reading="09:58\n")),
    ("ENGINE-CHECK-02", "1.9", ValueChecked, fact(value=OTHER)),
    ("ENGINE-CHECK-02", "1.9", ValueChecked, fact(typed=("wrong",) * 8)),
    ("ENGINE-CHECK-02", "1.9", ValueChecked, fewer("typed")),
    ("ENGINE-CHECK-02", "1.9", ValueChecked, fact(equal=False)),
    ("ENGINE-CHECK-02", "1.9", ValueChecked, fact(source="printed")),
    ("ENGINE-CHECK-02", "1.9", ValueChecked, fact(what="public key")),
    ("ENGINE-CHECK-02", "2.8", ValueChecked, fact(subject="root-oca")),
    ("ENGINE-CHECK-03", "1.9", ValueChecked, fact(reader=PersonId("w-01"))),
    ("ENGINE-CHECK-03", "1.9", ValueChecked, fact(reader=PersonId("a-01"))),
    ("ENGINE-CHECK-03", "1.9", ValueChecked, fact(typist=PersonId("c-02"))),
    ("ENGINE-CHECK-05", "1.9", ValueChecked, fact(attempts=())),
    ("ENGINE-CHECK-05", "1.9", ValueChecked, fewer("attempts")),
    ("ENGINE-CHECK-05", "1.9", ValueChecked, fact(attempts=(1, 0))),
    ("ENGINE-CHECK-05", "1.9", ValueChecked, fact(attempts=(1, 1, 1))),
    ("ENGINE-CLOCK-01", "1.10", ClockRead, fact(tolerance_ms=60_001)),
    ("ENGINE-CLOCK-01", "1.10", ClockRead, fewer("references")),
    ("ENGINE-CLOCK-01", "1.10", ClockRead, first("references", name="sundial")),
    (
        "ENGINE-CLOCK-01",
        "1.10",
        ClockRead,
        first("references", person=PersonId("w-01")),
    ),
    ("ENGINE-VALUE-01", "1.11", ValueRecorded, fact(name="another value")),
    ("ENGINE-VALUE-01", "1.11", ValueRecorded, fact(value="  ")),
    ("ENGINE-HOLD-01", "2.1", HoldAnswered, fewer("answers")),
    ("ENGINE-HOLD-01", "2.1", HoldAnswered, first("answers", role=Role("auditor"))),
    ("ENGINE-HOLD-01", "2.1", HoldAnswered, first("answers", answer="maybe")),
    (
        "ENGINE-HOLD-01",
        "2.1",
        HoldAnswered,
        first("answers", person=PersonId("c-02")),
    ),
    ("ENGINE-HOLD-03", "2.1", HoldAnswered, first("answers", answer="absent")),
    ("ENGINE-DEVICE-01", "2.2", Intent, fact(token="issuing-hsm")),  # noqa: S106  a name
    ("ENGINE-DEVICE-01", "2.2", Intent, fact(verb="token.inventory")),
    ("ENGINE-DEVICE-01", "2.2", Intent, fact(thing="root-oca")),
    ("ENGINE-DEVICE-01", "2.2", Outcome, fact(verb="token.inventory")),
    ("ENGINE-DEVICE-01", "2.4", Intent, fact(thing="root-oca")),
    ("ENGINE-DEVICE-03", "2.2", Outcome, made("2.5", "key")),
    ("ENGINE-DEVICE-03", "2.11", Outcome, made("2.7", "certificate")),
    ("ENGINE-DEVICE-03", "2.7", Outcome, made("2.11", "request")),
    ("ENGINE-DEVICE-05", "2.2", Intent, fact(label="")),
    ("ENGINE-DEVICE-05", "2.2", Intent, fact(label="another-label")),
    ("ENGINE-DEVICE-05", "2.4", Intent, fact(label="root-hsm")),
    ("ENGINE-DEVICE-05", "2.5", Intent, fact(label="issuing-oca")),
    ("ENGINE-DEVICE-05", "2.7", Intent, fact(label="root-oca")),
    ("ENGINE-DEVICE-05", "2.11", Intent, fact(label="root-oca")),
    ("ENGINE-DEVICE-01", "2.5", Intent, fact(thing="issuing-oca")),
    ("ENGINE-DEVICE-01", "2.11", Intent, fact(thing="another-request")),
    ("ENGINE-DEVICE-01", "2.12", Intent, fact(token="issuing-hsm")),  # noqa: S106  a name
    ("ENGINE-DOUBT-01", "2.2", Outcome, command(fact=at("2.2", Intent).command.fact)),
    (
        "ENGINE-DOUBT-01",
        "2.2",
        Outcome,
        command(fact=at("2.2", StepClosed).command.fact),
    ),
    ("ENGINE-DOUBT-02", "2.2", Outcome, command(op=OperationId("00" * 16))),
    ("ENGINE-DOUBT-02", "2.2", Outcome, command(op=None)),
    ("ENGINE-DOUBT-02", "2.2", Intent, command(fact=at("2.2", Outcome).command.fact)),
    ("ENGINE-REQUEST-01", "2.11", Outcome, part("request", public_key=OTHER)),
    ("ENGINE-LINT-01", "2.7", Intent, fact(tbs=OTHER)),
    ("ENGINE-LINT-01", "2.7", Intent, fact(tbs=None)),
    ("ENGINE-ISSUE-03", "2.7", Outcome, part("certificate", tbs=OTHER)),
    ("ENGINE-ISSUE-03", "2.7", Outcome, part("certificate", issuer_thing="x")),
    ("ENGINE-ISSUE-03", "2.12", Outcome, part("certificate", issuer_thing="x")),
    ("ENGINE-CUSTODY-01", "2.14", CustodyRecorded, fact(thing="root-hsm")),
    ("ENGINE-CUSTODY-01", "2.14", CustodyRecorded, fact(action="opened")),
    ("ENGINE-CUSTODY-01", "2.14", CustodyRecorded, fewer("contents")),
    ("ENGINE-CUSTODY-01", "2.14", CustodyRecorded, fact(storage="a drawer")),
    ("ENGINE-CUSTODY-01", "2.14", CustodyRecorded, fact(giver=PersonId("w-01"))),
    ("ENGINE-CUSTODY-01", "2.14", CustodyRecorded, fact(taker=PersonId("w-01"))),
    ("ENGINE-CUSTODY-01", "2.14", CustodyRecorded, fact(giver=PersonId("z-99"))),
    ("ENGINE-CUSTODY-02", "2.14", CustodyRecorded, fact(bag=" ")),
    ("ENGINE-INITIAL-02", "1.9", StepClosed, first("initials", mark="XX")),
    (
        "ENGINE-INITIAL-02",
        "1.9",
        StepClosed,
        first("initials", person=PersonId("a-01")),
    ),
    ("ENGINE-INITIAL-03", "1.9", StepClosed, fact(initials=())),
    ("ENGINE-INITIAL-03", "1.9", StepClosed, first("initials", role=Role("auditor"))),
)


@pytest.mark.parametrize(("code", "step", "kind", "change"), REFUSED)
def test_one_change_to_an_honest_fact_is_refused_under_its_rule(
    code: str, step: str, kind: type[Fact], change: Change
) -> None:
    moment = at(step, kind)
    allowed(moment.before, moment.command)
    assert refusal(moment.before, change(moment.command)) == code


def test_initials_given_twice_do_not_close_a_step() -> None:
    moment = at("1.9", StepClosed)
    told = moment.command.fact
    assert isinstance(told, StepClosed)
    twice = changed(moment.command, initials=told.initials * 2)
    assert refusal(moment.before, twice) == "ENGINE-INITIAL-03"


def test_initials_of_somebody_who_left_do_not_close_a_step() -> None:
    moment = at("1.9", StepClosed)
    left = replace(moment.before, in_room=moment.before.in_room - {PersonId("w-01")})
    assert refusal(left, moment.command) == "ENGINE-INITIAL-01"


def test_a_step_that_nobody_initials_is_not_closed_with_initials() -> None:
    moment = at("1.1", StepClosed)
    mark = at("1.9", StepClosed).command.fact
    assert isinstance(mark, StepClosed)
    told = changed(moment.command, initials=mark.initials)
    assert refusal(moment.before, told) == "ENGINE-INITIAL-03"


@pytest.mark.parametrize(
    "step",
    ["1.1", "1.9", "1.10", "1.11", "2.1", "2.14", "3.2"],
)
def test_a_step_without_its_fact_does_not_close(step: str) -> None:
    moment = at(step, StepClosed)
    allowed(moment.before, moment.command)
    empty = replace(moment.before, current=())
    assert refusal(empty, moment.command) == "ENGINE-CLOSE-01"


@pytest.mark.parametrize("step", ["2.2", "2.4", "2.5", "2.7", "2.11", "2.12"])
def test_a_device_step_without_its_outcome_does_not_close(step: str) -> None:
    moment = at(step, StepClosed)
    allowed(moment.before, moment.command)
    without = replace(moment.before, current=moment.before.current[:-1])
    assert refusal(without, moment.command) == "ENGINE-DEVICE-02"


@pytest.mark.parametrize("step", ["1.8", "1.12", "3.1"])
def test_what_is_only_said_closes_on_the_initials_alone(step: str) -> None:
    moment = at(step, StepClosed)
    assert moment.before.current == ()
    allowed(moment.before, moment.command)


def test_no_fact_of_a_step_is_taken_where_nothing_but_initials_is_asked() -> None:
    moment = at("1.8", StepClosed)
    told = replace(moment.command, fact=ValueRecorded("a", "b"))
    assert refusal(moment.before, told) == "ENGINE-STEP-03"


def test_a_nonce_serves_once() -> None:
    moment = at("1.4", Attested)
    used = next(iter(moment.before.nonces))
    assert refusal(moment.before, changed(moment.command, nonce=used)) == (
        "ENGINE-ATTEST-02"
    )


def test_nobody_signs_out_who_has_left() -> None:
    moment = at("3.3", Attested)
    allowed(moment.before, moment.command)
    left = replace(moment.before, in_room=moment.before.in_room - {PersonId("c-01")})
    assert refusal(left, moment.command) == "ENGINE-STEP-04"


def test_a_turn_of_a_seat_that_the_roster_lacks_is_refused() -> None:
    moment = at("1.6", Attested)
    opened = moment.before.opened
    assert opened is not None
    step = moment.before.step
    assert step is not None
    assert seat_of(step, moment.before).person == "c-03"
    fewer_seats = tuple(seat for seat in opened.seats if seat.person != "c-03")
    short = replace(moment.before, opened=replace(opened, seats=fewer_seats))
    told = replace(moment.command, actor=PersonId("c-02"))
    assert refusal(short, told) == "ENGINE-SEAT-01"


def test_the_performer_acts_in_the_room_only() -> None:
    moment = at("2.2", Intent)
    left = replace(moment.before, in_room=moment.before.in_room - {PersonId("a-01")})
    assert refusal(left, moment.command) == "ENGINE-STEP-04"


@pytest.mark.parametrize(("gone", "enough"), [(1, True), (2, False), (3, False)])
def test_no_device_is_told_anything_without_the_quorum(
    gone: int, *, enough: bool
) -> None:
    moment = at("2.5", Intent)
    away = {PersonId(f"c-0{number + 1}") for number in range(gone)}
    state = replace(moment.before, in_room=moment.before.in_room - away)
    if enough:
        allowed(state, moment.command)
    else:
        assert refusal(state, moment.command) == "PEOPLE-QUORUM-01"


def test_once_every_step_is_closed_nothing_is_recorded_in_one() -> None:
    last = at("3.8", StepClosed)
    assert refusal(last.after, last.command) == "ENGINE-STEP-02"


def test_what_has_not_been_made_cannot_be_read_back() -> None:
    moment = at("2.8", ValueChecked)
    allowed(moment.before, moment.command)
    without = replace(moment.before, certificates={})
    assert refusal(without, moment.command) == "ENGINE-CHECK-01"


def test_a_key_that_does_not_exist_signs_nothing() -> None:
    moment = at("2.7", Intent)
    without = replace(moment.before, keys={})
    assert refusal(without, moment.command) == "ENGINE-ISSUE-01"


def test_a_request_that_was_not_made_is_not_answered() -> None:
    moment = at("2.12", Intent)
    without = replace(moment.before, requests={})
    assert refusal(without, moment.command) == "ENGINE-ISSUE-01"


def test_a_certificate_is_not_made_a_second_time() -> None:
    moment = at("2.7", Intent)
    made = {"root-oca-certificate": next(iter(after("2.7").certificates.values()))}
    again = replace(moment.before, certificates=made)
    assert refusal(again, moment.command) == "ENGINE-ISSUE-02"


def test_a_certificate_that_nobody_intended_is_refused() -> None:
    moment = at("2.7", Outcome)
    pending = moment.before.pending
    assert pending is not None
    intent = replace(pending.intent, tbs=OTHER)
    state = replace(moment.before, pending=replace(pending, intent=intent))
    assert refusal(state, moment.command) == "ENGINE-ISSUE-03"


def test_a_key_is_not_made_a_second_time() -> None:
    moment = at("2.5", Intent)
    again = replace(moment.before, keys=after("2.5").keys)
    assert refusal(again, moment.command) == "ENGINE-KEY-01"


def test_a_request_needs_its_key() -> None:
    moment = at("2.11", Intent)
    without = replace(moment.before, keys={})
    assert refusal(without, moment.command) == "ENGINE-REQUEST-01"


def test_no_key_is_made_before_its_lint() -> None:
    moment = at("2.5", Intent)
    without = replace(moment.before, current=())
    assert refusal(without, moment.command) == "ENGINE-LINT-01"


@pytest.mark.parametrize(
    ("severity", "passes"), [("error", False), ("warning", True), ("notice", True)]
)
def test_no_key_is_made_after_a_lint_with_an_error(
    severity: str, *, passes: bool
) -> None:
    moment = at("2.5", Intent)
    linted = moment.before.current[0]
    assert isinstance(linted.fact, Linted)
    worse = replace(linted.fact, findings=(finding(severity),))
    state = replace(moment.before, current=(replace(linted, fact=worse),))
    if passes:
        allowed(state, moment.command)
    else:
        assert refusal(state, moment.command) == "ENGINE-LINT-01"


def finding(severity: str) -> LintFinding:
    return LintFinding("PKI-KU-01", severity, "keyUsage is not as the profile says.")


def test_a_lint_of_another_stage_or_a_later_bad_one_does_not_count() -> None:
    moment = at("2.5", Intent)
    linted = moment.before.current[0]
    assert isinstance(linted.fact, Linted)
    other = replace(linted, fact=replace(linted.fact, stage="after-signing"))
    bad = replace(linted, fact=replace(linted.fact, findings=(finding("error"),)))
    for current in ((other,), (linted, bad)):
        state = replace(moment.before, current=current)
        assert refusal(state, moment.command) == "ENGINE-LINT-01"
    allowed(replace(moment.before, current=(linted, other)), moment.command)


def test_a_note_beside_a_step_is_no_fact_of_it() -> None:
    moment = at("1.9", ValueChecked)
    told = replace(moment.command, fact=Noted("The projector flickered."))
    allowed(moment.before, told)
