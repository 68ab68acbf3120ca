"""What a person is offered to sign names only the steps that they were present for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ceremony.engine.facts import (
    AttendanceChanged,
    Attested,
    DeviationRecorded,
    Fact,
    Input,
    Severity,
    StepClosed,
    ValueRecorded,
)
from ceremony.engine.state import Recorded
from ceremony.engine.statement import presence, sign_in_text, sign_out_text
from ceremony.identifiers import CeremonyId, Digest, PersonId, Role, StepId
from ceremony.journal.event import Actor, Event, StepRef
from tests.fakes.walked_record import Moment, after, at, going_on, walked

CUSTODIAN = PersonId("c-03")


def event(step: str | None, actor: str | None = None) -> Event:
    told = at("1.1", StepClosed).event
    return replace(
        told,
        step=StepRef(StepId(step), Digest("00" * 32)) if step else None,
        actor=Actor(PersonId(actor), Role("custodian")) if actor else None,
    )


def closed(*steps: str) -> list[Recorded]:
    return [Recorded(event(step), StepClosed((), Input.TYPED)) for step in steps]


def turn(kind: str, person: str | None = "c-03") -> Recorded:
    told = at("1.6", Attested).command.fact
    assert isinstance(told, Attested)
    return Recorded(event("1.1", person), replace(told, turn=kind))


def moved(direction: str, person: str = "c-03") -> Recorded:
    return Recorded(event(None), AttendanceChanged(PersonId(person), direction))


def recorded(moment: Moment) -> Recorded:
    return Recorded(moment.event, moment.command.fact)


def test_a_sign_in_says_as_what_the_person_takes_part() -> None:
    state = at("1.6", Attested).before
    assert sign_in_text(state, CeremonyId("KC-2026-001-R1"), CUSTODIAN) == (
        "I take part in KC-2026-001-R1 as Key custodian 3. I have heard what is "
        "recorded, why, who keeps it and until when. This is my own token. I have seen "
        "the opening checkpoint of the journal."
    )


@pytest.mark.parametrize(
    ("facts", "spans"),
    [
        ([], ()),
        (closed("1.1", "1.2"), ()),
        ([turn("sign-in"), *closed("1.1")], (("1.1", "1.1"),)),
        (
            [*closed("1.0"), turn("sign-in"), *closed("1.1", "1.2", "1.3")],
            (("1.1", "1.3"),),
        ),
        (
            [
                turn("sign-in"),
                *closed("1.1", "4.1"),
                moved("out"),
                *closed("4.2", "4.3"),
                moved("in"),
                *closed("4.4", "5.13"),
            ],
            (("1.1", "4.1"), ("4.4", "5.13")),
        ),
        (
            [turn("sign-in"), moved("out"), *closed("1.1"), moved("in")],
            (),
        ),
        (
            [turn("sign-in"), *closed("1.1"), turn("sign-out"), *closed("1.2")],
            (("1.1", "1.1"),),
        ),
        (
            [
                turn("sign-in"),
                *closed("1.1"),
                turn("sign-out"),
                *closed("1.2"),
                turn("sign-in"),
                *closed("1.3"),
            ],
            (("1.1", "1.1"), ("1.3", "1.3")),
        ),
        (
            [turn("sign-in", "c-02"), *closed("1.1"), turn("sign-in", None)],
            (),
        ),
        (
            [turn("sign-in"), moved("out", "c-02"), *closed("1.1")],
            (("1.1", "1.1"),),
        ),
        (
            [
                turn("sign-in"),
                Recorded(event(None), StepClosed((), Input.TYPED)),
                Recorded(event("1.1"), ValueRecorded("a", "b")),
            ],
            (),
        ),
    ],
)
def test_presence_is_the_steps_that_closed_while_the_person_was_in_the_room(
    facts: list[Recorded], spans: tuple[tuple[str, str], ...]
) -> None:
    assert presence(after("3.1"), facts, CUSTODIAN) == spans


def test_the_honest_ceremony_gives_each_person_their_own_span() -> None:
    facts = [recorded(moment) for moment in walked()]
    assert presence(after("3.1"), facts, PersonId("w-01")) == (("1.1", "3.7"),)
    assert presence(after("3.1"), facts, PersonId("x-01")) == (("1.7", "3.1"),)


def sign_out(facts: list[Recorded], *, acted: bool = True) -> str:
    return sign_out_text(after("3.1"), facts, CUSTODIAN, acted=acted)


def test_whoever_acted_says_so_and_a_witness_says_what_was_seen() -> None:
    facts = [
        turn("sign-in"),
        *closed("1.1", "4.1"),
        moved("out"),
        *closed("4.2"),
        moved("in"),
        *closed("4.4", "5.13"),
    ]
    assert sign_out(facts) == (
        "I was present for steps 1.1 to 4.1 and 4.4 to 5.13. What I did is recorded "
        "as I did it. I know of no deviation."
    )
    assert sign_out(facts, acted=False) == (
        "I was present for steps 1.1 to 4.1 and 4.4 to 5.13. For these steps, what is "
        "recorded is what I saw. I know of no deviation."
    )


def test_three_spans_and_single_steps_are_listed_in_words() -> None:
    facts = [turn("sign-in"), *closed("1.1")]
    facts += [moved("out"), moved("in"), *closed("1.2", "1.3")]
    facts += [moved("out"), moved("in"), *closed("1.4")]
    assert sign_out(facts).startswith(
        "I was present for steps 1.1, 1.2 to 1.3 and 1.4. "
    )


def test_whoever_was_present_for_nothing_says_so() -> None:
    assert sign_out([]).startswith("I was present for none of the steps. ")


@pytest.mark.parametrize(
    ("count", "names"),
    [
        (1, "deviation D-01"),
        (2, "deviations D-01 and D-02"),
        (3, "deviations D-01, D-02 and D-03"),
    ],
)
def test_the_deviations_that_are_known_are_named_one_by_one(
    count: int, names: str
) -> None:
    moment = at("1.9", StepClosed)
    state = after("3.1")
    for number in range(1, count + 1):
        told: Fact = DeviationRecorded(
            f"D-{number:02d}", Severity.NOTE, "reported", "a", "b"
        )
        state = going_on(state, moment, replace(moment.command, fact=told))
    text = sign_out_text(state, [], CUSTODIAN, acted=True)
    assert text.endswith(f"I know of the {names} and of no other.")
