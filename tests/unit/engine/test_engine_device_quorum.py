"""The device's own quorum: who presented which card, apart from the people's quorum."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.facts import (
    DeviceHandled,
    DeviceQuorum,
    Presented,
    StepClosed,
)
from ceremony.engine.fold import fold
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.device_quorum import quorum_told
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.engine.steps.manual import wanted_quorum
from ceremony.engine.transcript import Line, Mark
from ceremony.identifiers import PersonId, Role
from tests.fakes.walked_record import (
    Moment,
    allowed,
    at,
    changed,
    refusal,
    walked_manual_acts,
)

AT_READER = "2.6"
MANUAL = KINDS["device.manual"]
FIRST, SECOND = (
    Presented("card-a", PersonId("c-01")),
    Presented("card-b", PersonId("c-02")),
)


def acted() -> Moment:
    return at(AT_READER, DeviceHandled, walked_manual_acts())


def test_each_card_is_asked_for_and_may_be_left_out() -> None:
    state = acted().before
    assert state.step is not None
    people = ("not presented", "Key custodian 1", "Key custodian 2", "Key custodian 3")
    assert MANUAL.needs(state.step, state)[:3] == tuple(
        Need(
            f"presented_{number}",
            NeedKind.CHOICE,
            f"Who presented Card {card}?",
            Role("security-officer"),
            people,
        )
        for number, card in enumerate("ABC", start=1)
    )


def test_what_is_told_names_cards_and_people() -> None:
    state = acted().before
    assert state.step is not None
    wanted = wanted_quorum(state.step)
    assert wanted is not None
    told = {"presented_1": "Key custodian 3", "presented_3": "Key custodian 1"}
    assert quorum_told(wanted, state, told) == DeviceQuorum(
        2,
        3,
        (
            Presented("card-a", PersonId("c-03")),
            Presented("card-c", PersonId("c-01")),
        ),
    )
    nobody = {"presented_1": "not presented", "presented_2": "Auditor"}
    assert quorum_told(wanted, state, nobody) == DeviceQuorum(2, 3, ())


@pytest.mark.parametrize(
    ("rule", "quorum"),
    [
        ("ENGINE-CARDS-01", None),
        ("ENGINE-CARDS-01", DeviceQuorum(1, 3, (FIRST, SECOND))),
        ("ENGINE-CARDS-01", DeviceQuorum(2, 2, (FIRST, SECOND))),
        ("ENGINE-CARDS-01", DeviceQuorum(2, 3, (SECOND, FIRST))),
        ("ENGINE-CARDS-01", DeviceQuorum(2, 3, (FIRST, FIRST))),
        (
            "ENGINE-CARDS-01",
            DeviceQuorum(2, 3, (replace(FIRST, credential="bag-out"), SECOND)),
        ),
        (
            "ENGINE-CARDS-02",
            DeviceQuorum(2, 3, (FIRST, replace(SECOND, person=PersonId("w-01")))),
        ),
        (
            "ENGINE-CARDS-03",
            DeviceQuorum(2, 3, (FIRST, replace(SECOND, person=FIRST.person))),
        ),
    ],
)
def test_another_quorum_than_the_scripts_is_refused(
    rule: str, quorum: DeviceQuorum | None
) -> None:
    moment = acted()
    allowed(moment.before, moment.command)
    assert refusal(moment.before, changed(moment.command, quorum=quorum)) == rule


def test_where_the_script_names_no_cards_none_are_told_of() -> None:
    moment = at("2.4", DeviceHandled, walked_manual_acts())
    quorum = DeviceQuorum(2, 3, (FIRST, SECOND))
    assert refusal(moment.before, changed(moment.command, quorum=quorum)) == (
        "ENGINE-CARDS-01"
    )


def test_a_card_of_somebody_who_left_is_presented_by_nobody() -> None:
    moment = acted()
    state = moment.before
    left = replace(state, in_room=state.in_room - {FIRST.person})
    assert refusal(left, moment.command) == "ENGINE-CARDS-02"
    assert left.step is not None
    choices = MANUAL.needs(left.step, left)[0].choices
    assert choices == ("not presented", "Key custodian 2", "Key custodian 3")


def test_too_few_cards_are_recorded_and_keep_the_step_open() -> None:
    moment = acted()
    few = changed(moment.command, quorum=DeviceQuorum(2, 3, (FIRST,)))
    allowed(moment.before, few)
    after = fold(moment.before, moment.event, few.fact)
    closing = at(AT_READER, StepClosed, walked_manual_acts()).command
    assert refusal(after, closing) == "ENGINE-CARDS-04"
    lines = MANUAL.entries(after, (few.fact,))
    assert Line("device's quorum", "2 of 3: 1 presented", mark=Mark.FAIL) in lines


def test_the_step_tells_cards_and_people_and_that_it_is_no_quorum_of_people() -> None:
    moment = acted()
    lines = MANUAL.entries(moment.after, (moment.command.fact,))
    assert lines[2:6] == (
        Line("device's quorum", "2 of 3: 2 presented", mark=Mark.PASS),
        Line("Card A", "presented by Key custodian 1"),
        Line("Card B", "presented by Key custodian 2"),
        Line("", "The device's own quorum; the people's is recorded apart."),
    )


def test_neither_quorum_counts_for_the_other() -> None:
    moment = acted()
    away = {PersonId("c-01"), PersonId("c-03")}
    alone = replace(moment.before, in_room=moment.before.in_room - away)
    # One custodian with one card: the people's quorum is two, whatever the device had.
    assert refusal(alone, moment.command) == "PEOPLE-QUORUM-01"
    few = changed(moment.command, quorum=DeviceQuorum(2, 3, ()))
    after = fold(moment.before, moment.event, few.fact)
    closing = at(AT_READER, StepClosed, walked_manual_acts()).command
    # Three custodians are in the room, and the device saw no card of theirs.
    assert refusal(after, closing) == "ENGINE-CARDS-04"
