"""An act by hand: each of its rules, and how the step asks and reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ceremony.engine.decide import verify_command
from ceremony.engine.facts import DeviceHandled, StepClosed, ValueRecorded
from ceremony.engine.facts.room import DeviceReading
from ceremony.engine.fold import fold
from ceremony.engine.state import TokenState
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.engine.steps.manual import checker_of
from ceremony.engine.transcript import Line, Mark
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest, PersonId, Role
from tests.fakes.walked_record import (
    Moment,
    allowed,
    at,
    changed,
    refusal,
    walked_manual_acts,
)

AT_HSM = "2.4"
AT_READER = "2.6"
MANUAL = KINDS["device.manual"]


def acted(step: str = AT_HSM) -> Moment:
    return at(step, DeviceHandled, walked_manual_acts())


def told(moment: Moment) -> DeviceHandled:
    fact = moment.command.fact
    assert isinstance(fact, DeviceHandled)
    return fact


def test_the_honest_ceremony_is_allowed_fact_by_fact() -> None:
    for each in walked_manual_acts():
        verify_command(each.before, each.command)


def test_the_expected_values_are_stated_before_anything_is_read_and_no_pin_is() -> None:
    state = acted().before
    assert state.step is not None
    witness, officer = Role("internal-witness"), Role("security-officer")
    assert MANUAL.needs(state.step, state) == (
        Need(
            "reading_1",
            NeedKind.TEXT,
            "Read at the device: card set (expected: 2 of 3)",
            witness,
        ),
        Need(
            "reading_2",
            NeedKind.TEXT,
            "Read at the device: firmware (expected: 2.6)",
            witness,
        ),
        Need(
            "exhibit",
            NeedKind.TEXT,
            "The name of the file: a photograph of the console",
            officer,
        ),
        Need(
            "exhibit_digest",
            NeedKind.TEXT,
            "SHA-256 of that file, 64 hexadecimal digits",
            officer,
        ),
    )


def readings(change: Callable[[DeviceReading], DeviceReading]) -> tuple[object, ...]:
    first, *rest = told(acted()).readings
    return (change(first), *rest)


CHANGES = (
    ("ENGINE-MANUAL-01", {"device": "card-reader"}),
    ("ENGINE-MANUAL-01", {"readings": ()}),
    ("ENGINE-MANUAL-01", {"readings": readings(lambda it: replace(it, name="lamp"))}),
    (
        "ENGINE-MANUAL-01",
        {"readings": readings(lambda it: replace(it, expected="3 of 3"))},
    ),
    ("ENGINE-MANUAL-01", {"readings": readings(lambda it: replace(it, found="1"))}),
    (
        "ENGINE-MANUAL-01",
        {"readings": readings(lambda it: replace(it, agrees=False))},
    ),
    (
        "ENGINE-MANUAL-01",
        {"readings": readings(lambda it: replace(it, found="", agrees=False))},
    ),
    ("ENGINE-MANUAL-02", {"checker": PersonId("s-01")}),
    ("ENGINE-MANUAL-02", {"checker": PersonId("c-01")}),
    ("ENGINE-STEP-04", {"performer": PersonId("w-01")}),
    ("ENGINE-MANUAL-03", {"exhibit": ""}),
    ("ENGINE-MANUAL-03", {"exhibit_digest": Digest("AB" * 32)}),
    ("ENGINE-MANUAL-03", {"exhibit_digest": Digest("ab" * 31)}),
    ("ENGINE-MANUAL-04", {"before": Digest("ee" * 32)}),
    ("ENGINE-MANUAL-04", {"before": None}),
)


@pytest.mark.parametrize(("rule", "values"), CHANGES)
def test_one_change_to_what_is_told_is_refused(
    rule: str, values: dict[str, object]
) -> None:
    moment = acted()
    allowed(moment.before, moment.command)
    assert refusal(moment.before, changed(moment.command, **values)) == rule


def test_where_one_role_acts_and_checks_it_still_takes_two_people() -> None:
    moment = acted()
    step = moment.before.step
    assert step is not None
    own = replace(step, parameters={**step.parameters, "checker": step.by})
    fact = replace(told(moment), checker=PersonId("s-01"))
    with pytest.raises(RefusedError) as caught:
        MANUAL.verify(own, moment.before, fact)
    assert caught.value.code == "ENGINE-MANUAL-02"
    with pytest.raises(RefusedError) as caught:
        checker_of(own, moment.before, PersonId("s-01"))
    assert caught.value.code == "ENGINE-MANUAL-02"
    assert checker_of(step, moment.before, PersonId("s-01")) == "w-01"


def test_another_fact_is_not_judged_as_an_act() -> None:
    before = acted().before
    assert before.step is not None
    MANUAL.verify(before.step, before, ValueRecorded("a", "b"))


def test_who_checks_is_in_the_room() -> None:
    moment = acted()
    left = replace(moment.before, in_room=moment.before.in_room - {PersonId("w-01")})
    assert left.step is not None
    with pytest.raises(RefusedError) as caught:
        MANUAL.verify(left.step, left, moment.command.fact)
    assert caught.value.code == "ENGINE-MANUAL-02"


def test_nobody_acts_at_a_device_without_the_quorum() -> None:
    moment = acted()
    away = {PersonId("c-01"), PersonId("c-02")}
    alone = replace(moment.before, in_room=moment.before.in_room - away)
    assert refusal(alone, moment.command) == "PEOPLE-QUORUM-01"


def test_nobody_acts_at_a_token_that_was_not_listed() -> None:
    moment = acted()
    unknown = replace(moment.before, tokens={"root-hsm": TokenState()})
    assert refusal(unknown, moment.command) == "ENGINE-MANUAL-04"


def test_a_device_that_no_module_reaches_has_no_inventory() -> None:
    moment = acted(AT_READER)
    assert told(moment).before is None
    named = changed(moment.command, before=told(acted()).before)
    assert refusal(moment.before, named) == "ENGINE-MANUAL-04"


def test_a_reading_that_differs_is_recorded_and_keeps_the_step_open() -> None:
    moment = acted()
    first, *rest = told(moment).readings
    differs = changed(
        moment.command,
        readings=(replace(first, found="1 of 3", agrees=False), *rest),
    )
    allowed(moment.before, differs)
    after = fold(moment.before, moment.event, differs.fact)
    closing = at(AT_HSM, StepClosed, walked_manual_acts()).command
    assert refusal(after, closing) == "ENGINE-MANUAL-05"
    lines = MANUAL.entries(after, (differs.fact,))
    assert Line("card set", "1 of 3 (expected: 2 of 3)", mark=Mark.FAIL) in lines


def test_the_step_reads_as_what_people_told_and_says_that_nothing_was_seen() -> None:
    after = acted().after
    fact = told(acted())
    assert fact.before is not None
    assert MANUAL.entries(after, (fact, StepClosed((), after.opened.input))) == (  # type: ignore[union-attr]  # it is open
        Line("device", "Root token"),
        Line("card set", "2 of 3", mark=Mark.PASS),
        Line("firmware", "2.6", mark=Mark.PASS),
        Line("performed by", "Security officer"),
        Line("checked by", "Internal witness"),
        Line("exhibit", "console.jpg"),
        Line("SHA-256", fact.exhibit_digest, mono=True),
        Line(
            "",
            "Done and checked by people: the tool did not act and did not see it.",
        ),
        Line("listed before", fact.before, mono=True),
    )
    without = MANUAL.entries(after, (told(acted(AT_READER)),))
    assert without[-1] == Line(
        "", "No module reaches the device: nothing was listed before or after."
    )


def test_a_step_without_its_fact_does_not_close() -> None:
    closing = at(AT_HSM, StepClosed, walked_manual_acts())
    empty = replace(closing.before, current=())
    assert refusal(empty, closing.command) == "ENGINE-CLOSE-01"
