"""A kind of step has its rules in one place and its act in another, and both exist."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pytest
import yaml

from ceremony import library
from ceremony.conduct.actions import ACTIONS
from ceremony.engine.facts import Fact, Opened
from ceremony.engine.state import State
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.kind import NeedKind, read_parameters
from ceremony.engine.transcript import Line, Table, Words
from ceremony.script.decode import decode_script
from ceremony.script.model import Script, Step
from tests.fakes.key_acts import SCRIPT_FILE
from tests.fakes.walked_record import at, walked, walked_key_acts

DEMO = decode_script(library.load_file("demo", "script.yaml"), "script.yaml")
ANSWERS = yaml.safe_load(library.load_file("demo", "answers.yaml"))["steps"]
BESIDE_NEEDS = {"initials", "before", "after", "attempts"}


def demo_state(script: Script = DEMO) -> State:
    """Give the state of the demo after its opening, with the made-up site's people."""
    return replace(at("", Opened).after, script=script)


def test_every_verb_has_its_rules_and_its_action() -> None:
    assert set(KINDS) == set(ACTIONS)


def key_acts() -> Script:
    """Give the script with the verbs that act on a key after it was made."""
    return decode_script(SCRIPT_FILE.read_bytes(), SCRIPT_FILE.name)


def test_the_vocabulary_is_the_one_of_the_specification() -> None:
    assert set(KINDS) == {
        "act-end",
        "certificate.issue",
        "certificate.self-sign",
        "check",
        "clock",
        "confirm",
        "csr.create",
        "custody",
        "hold",
        "key.destroy",
        "key.generate",
        "key.prove",
        "record",
        "say",
        "sign-in",
        "sign-out",
        "token.change-pin",
        "token.initialise",
        "token.inventory",
    }


def test_every_verb_is_shown_by_the_demo_or_by_the_script_of_key_acts() -> None:
    steps = (*DEMO.steps, *key_acts().steps)
    assert {step.verb for step in steps} == set(KINDS)


@pytest.mark.parametrize("step", DEMO.steps, ids=lambda step: str(step.id))
def test_each_step_of_the_demo_says_what_it_needs(step: Step) -> None:
    state = demo_state()
    needs = KINDS[step.verb].needs(step, state)
    names = [need.name for need in needs]
    assert len(names) == len(set(names))
    for need in needs:
        assert need.prompt
        assert state.holders(need.role)
        assert bool(need.token) == (need.kind is NeedKind.PIN)
        assert bool(need.choices) == (need.kind is NeedKind.CHOICE)


@pytest.mark.parametrize("step", DEMO.steps, ids=lambda step: str(step.id))
def test_each_answer_of_the_demo_meets_a_need_and_each_need_but_pins_an_answer(
    step: Step,
) -> None:
    needs = KINDS[step.verb].needs(step, demo_state())
    wanted = {need.name for need in needs if need.kind is not NeedKind.PIN}
    given = set(ANSWERS.get(str(step.id), {})) - BESIDE_NEEDS
    assert given == wanted


def facts_of(verb: str) -> tuple[Fact, ...]:
    """Give what a made-up ceremony recorded in its first step of a verb."""
    for moments in (walked(), walked_key_acts()):
        for step in moments[-1].after.script.steps:
            if step.verb == verb:
                return tuple(
                    m.command.fact for m in moments if m.command.step == step.id
                )
    raise LookupError(verb)


@pytest.mark.parametrize("verb", sorted(KINDS))
def test_what_a_step_left_behind_reads_as_lines_that_can_be_printed(verb: str) -> None:
    entries = KINDS[verb].entries(demo_state(), facts_of(verb))
    assert entries
    for entry in entries:
        match entry:
            case Line():
                assert entry.value
            case Table():
                assert entry.rows
                assert {len(row) for row in entry.rows} == {len(entry.heads)}
            case Words():
                assert len(entry.shown) == len(entry.typed)


@pytest.mark.parametrize("step", DEMO.steps, ids=lambda step: str(step.id))
def test_the_parameters_of_the_demo_are_read_into_the_kinds_own_class(
    step: Step,
) -> None:
    kind = KINDS[step.verb]
    told = read_parameters(kind.parameters, step.parameters)
    values = dataclasses.asdict(told)
    for name, value in step.parameters.items():
        told_value = tuple(value) if isinstance(value, list) else value
        assert values[name.replace("-", "_")] == told_value
