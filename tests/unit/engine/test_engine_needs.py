"""What each kind of step asks for before it runs, and how its parameters are read."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pytest

from ceremony.engine.facts import Fact, StepClosed
from ceremony.engine.state import State
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.check import right_words, value_of
from ceremony.engine.steps.kind import (
    Need,
    NeedKind,
    parameter,
    read_parameters,
)
from ceremony.identifiers import Role
from ceremony.script.model import Step
from tests.fakes.forgery import Forgery
from tests.fakes.trusted import build_trusted
from tests.fakes.walked_record import at


def step_in(number: str) -> tuple[Step, State]:
    state = at(number, StepClosed).before
    assert state.step is not None
    return state.step, state


def needs(number: str) -> tuple[Need, ...]:
    step, state = step_in(number)
    return KINDS[step.verb].needs(step, state)


@pytest.mark.parametrize("number", ["1.8", "1.12", "3.1"])
def test_what_is_only_said_needs_nothing(number: str) -> None:
    assert needs(number) == ()


def test_a_turn_needs_the_persons_own_watch_and_the_pin_of_their_own_token() -> None:
    step, state = step_in("1.4")
    seat = state.seats[4]
    assert seat.person == "c-01"
    role = Role("custodian")
    assert KINDS[step.verb].needs(step, state) == (
        Need(
            "clock_reading",
            NeedKind.TEXT,
            "What does your own watch say? (HH:MM)",
            role,
        ),
        Need("pin", NeedKind.PIN, "The PIN of your own token", role, (), seat.token),
    )


def test_a_value_is_asked_for_in_the_words_of_the_script() -> None:
    officer = Role("security-officer")
    assert needs("1.11") == (
        Need("value", NeedKind.TEXT, "Which recording is it?", officer),
    )


def test_each_reference_of_the_clock_is_read_by_its_own_role() -> None:
    assert needs("1.10") == (
        Need(
            "reading_1",
            NeedKind.READING,
            "Read the radio clock: date and time to the second, UTC",
            Role("security-officer"),
        ),
        Need(
            "reading_2",
            NeedKind.READING,
            "Read the watch: date and time to the second, UTC",
            Role("auditor"),
        ),
    )


def test_everybody_named_at_a_hold_is_asked_in_the_order_of_the_roster() -> None:
    told = needs("2.1")
    assert [need.name for need in told] == [
        "answer_c-01",
        "answer_c-02",
        "answer_c-03",
    ]
    assert told[1] == Need(
        "answer_c-02",
        NeedKind.CHOICE,
        "Key custodian 2: ready?",
        Role("custodian"),
        ("ready", "not-ready", "absent"),
    )


def test_the_typist_types_as_many_words_as_the_script_says() -> None:
    assert needs("2.8") == (
        Need(
            "words",
            NeedKind.WORDS,
            "Type the 32 words that custodian reads from the projector",
            Role("internal-witness"),
        ),
    )


def test_the_number_is_read_from_a_bag_and_from_nothing_else() -> None:
    step, state = step_in("2.14")
    assert needs("2.14") == (
        Need(
            "bag",
            NeedKind.TEXT,
            "Read the number printed on the bag",
            Role("security-officer"),
        ),
    )
    disc = replace(step, parameters={**step.parameters, "thing": "root-hsm"})
    assert KINDS["custody"].needs(disc, state) == ()


@pytest.mark.parametrize(
    ("number", "serial", "title"),
    [
        ("2.4", "S-root-hsm", "Root token"),
        ("2.5", "S-root-hsm", "Root token"),
        ("2.7", "S-root-hsm", "Root token"),
        ("2.11", "S-issuing-hsm", "Issuing token"),
        ("2.12", "S-root-hsm", "Root token"),
    ],
)
def test_a_device_step_needs_the_pin_of_its_own_token(
    number: str, serial: str, title: str
) -> None:
    role = Role("administrator")
    assert needs(number) == (
        Need("pin", NeedKind.PIN, f"The PIN of {title}", role, (), serial),
    )


def test_initialising_needs_both_pins_of_the_token() -> None:
    told = needs("2.2")
    assert [(need.name, need.token) for need in told] == [
        ("so_pin", "S-root-hsm"),
        ("pin", "S-root-hsm"),
    ]
    assert {need.kind for need in told} == {NeedKind.PIN}


def test_before_the_opening_no_serial_is_known() -> None:
    step, state = step_in("2.4")
    planned = replace(state, opened=None)
    assert KINDS[step.verb].needs(step, planned)[0].token == ""


def test_a_bag_may_be_handed_over_without_a_number_only_if_it_is_no_bag() -> None:
    step, state = step_in("2.14")
    fact: Fact = state.current[-1].fact
    disc = replace(step, parameters={**step.parameters, "thing": "root-hsm"})
    told = replace(fact, thing="root-hsm", bag="")  # type: ignore[call-arg]  # a hand-over
    KINDS["custody"].verify(disc, state, told)


def test_the_words_are_of_the_value_that_the_step_names() -> None:
    step, state = step_in("2.8")
    made = state.certificates["root-oca-certificate"]
    assert value_of(step, state) == made.digest
    assert len(right_words(step, state)) == 32
    of_key = replace(
        step,
        parameters={**step.parameters, "what": "public key", "subject": "root-oca"},
    )
    assert value_of(of_key, state) == state.keys["root-oca"].public_key
    short, before = step_in("1.9")
    assert value_of(short, before) == before.script.digest
    assert len(right_words(short, before)) == 8


def test_parameters_turn_lists_into_tuples_and_hyphens_into_underscores() -> None:
    clock = KINDS["clock"].parameters
    told = read_parameters(
        clock,
        {"references": ["a", "b"], "readers": ["r", "s"], "tolerance-seconds": 5},
    )
    assert dataclasses.asdict(told) == {
        "references": ("a", "b"),
        "readers": ("r", "s"),
        "tolerance_seconds": 5,
    }


def test_a_parameter_carries_what_an_author_has_to_know() -> None:
    told = parameter("A word.", refers="role", choices=("a",), default="a")
    assert dict(told.metadata) == {
        "doc": "A word.",
        "refers": "role",
        "choices": ("a",),
    }
    assert told.default == "a"
    assert parameter("A word.").default is dataclasses.MISSING


def test_every_kind_stands_under_its_own_verb_and_says_what_it_does() -> None:
    for verb, kind in KINDS.items():
        assert kind.verb == verb
        assert kind.summary.endswith(".")
        for field in dataclasses.fields(kind.parameters):
            assert field.metadata["doc"].endswith(".")


def test_the_kinds_that_act_on_a_token_are_known_as_such() -> None:
    device = {verb for verb, kind in KINDS.items() if kind.device}
    assert device == {
        "token.initialise",
        "token.inventory",
        "token.change-pin",
        "token.login",
        "token.logout",
        "key.generate",
        "key.wrap",
        "key.wrap-public",
        "key.unwrap",
        "key.check-value",
        "key.prove",
        "key.destroy",
        "csr.create",
        "certificate.self-sign",
        "certificate.issue",
        "certificate.cross-sign",
        "crl.issue",
    }


def test_a_wrapping_key_that_is_to_be_trusted_needs_the_security_officer_too() -> None:
    built = build_trusted(Forgery(stop_after="2.5"))
    script = built.builder.script
    generates = {
        str(step.parameters["key"]): step
        for step in script.steps
        if step.verb == "key.generate"
    }
    asked = {
        name: [each.name for each in KINDS[step.verb].needs(step, built.builder.state)]
        for name, step in generates.items()
    }
    assert asked["kek"] == ["so_pin", "pin"]
    assert asked["signer"] == asked["transport"] == ["pin"]
