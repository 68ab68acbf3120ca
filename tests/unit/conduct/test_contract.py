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
from ceremony.script.model import Script, Step, ThingKind
from tests.fakes.batch_site import SCRIPT_FILE as BATCH_FILE
from tests.fakes.key_acts import SCRIPT_FILE
from tests.fakes.logins import SCRIPT_FILE as LOGIN_FILE
from tests.fakes.manual_acts import SCRIPT_FILE as MANUAL_FILE
from tests.fakes.walked_record import (
    Moment,
    at,
    walked,
    walked_backup,
    walked_batch,
    walked_contingency,
    walked_earlier,
    walked_key_acts,
    walked_logins,
    walked_manual_acts,
)

SCRIPTS = {
    name: decode_script(library.load_file(name, "script.yaml"), "script.yaml")
    for name in library.list_scripts()
}
DEMO = SCRIPTS["demo"]
ANSWERS = {
    name: yaml.safe_load(library.load_file(name, "answers.yaml"))["steps"]
    for name in SCRIPTS
}
STEPS = [
    pytest.param(name, step, id=f"{name}-{step.id}")
    for name, script in SCRIPTS.items()
    for step in script.steps
]
BESIDE_NEEDS = {"initials", "before", "after", "attempts"}


def demo_state(script: Script = DEMO) -> State:
    """Give the state after a script's opening, with the made-up site's people.

    The made-up site has two tokens and three custodians, which take the names and the
    number that the script has.
    """
    state = at("", Opened).after
    opened = state.opened
    assert opened is not None
    names = [thing.name for thing in script.things if thing.kind is ThingKind.TOKEN]
    tokens = tuple(
        replace(bound, name=name)
        for bound, name in zip(opened.tokens, names, strict=True)
    )
    seats = tuple(
        seat
        for demand in script.roles
        for seat in state.holders(demand.role)[: demand.count]
    )
    return replace(
        state, script=script, opened=replace(opened, tokens=tokens, seats=seats)
    )


def test_every_verb_has_its_rules_and_its_action() -> None:
    assert set(KINDS) == set(ACTIONS)


def key_acts() -> Script:
    """Give the script with the verbs that act on a key after it was made."""
    return decode_script(SCRIPT_FILE.read_bytes(), SCRIPT_FILE.name)


def test_the_vocabulary_is_the_one_of_the_specification() -> None:
    assert set(KINDS) == {
        "act-end",
        "certificate.cross-sign",
        "certificate.issue",
        "certificate.self-sign",
        "check",
        "clock",
        "confirm",
        "crl.issue",
        "csr.create",
        "csr.import",
        "custody",
        "device.manual",
        "hold",
        "key.check-value",
        "key.destroy",
        "key.generate",
        "key.prove",
        "key.unwrap",
        "key.wrap",
        "key.wrap-public",
        "record",
        "say",
        "sign-in",
        "sign-out",
        "token.change-pin",
        "token.initialise",
        "token.inventory",
        "token.login",
        "token.logout",
    }


def test_every_verb_is_built_in_or_shown_by_a_script_of_the_tests() -> None:
    manual = decode_script(MANUAL_FILE.read_bytes(), MANUAL_FILE.name)
    batch = decode_script(BATCH_FILE.read_bytes(), BATCH_FILE.name)
    logins = decode_script(LOGIN_FILE.read_bytes(), LOGIN_FILE.name)
    earlier = walked_earlier()[-1].after.script
    scripts = (*SCRIPTS.values(), key_acts(), manual, batch, logins, earlier)
    assert {step.verb for script in scripts for step in script.steps} == set(KINDS)


@pytest.mark.no_cover
@pytest.mark.parametrize(("name", "step"), STEPS)
def test_each_step_that_is_built_in_says_what_it_needs(name: str, step: Step) -> None:
    state = demo_state(SCRIPTS[name])
    needs = KINDS[step.verb].needs(step, state)
    names = [need.name for need in needs]
    assert len(names) == len(set(names))
    for need in needs:
        assert need.prompt
        assert state.holders(need.role)
        assert bool(need.token) == (need.kind is NeedKind.PIN)
        assert bool(need.choices) == (need.kind is NeedKind.CHOICE)


@pytest.mark.parametrize(("name", "step"), STEPS)
def test_each_recorded_answer_meets_a_need_and_each_need_but_pins_an_answer(
    name: str, step: Step
) -> None:
    needs = KINDS[step.verb].needs(step, demo_state(SCRIPTS[name]))
    wanted = {need.name for need in needs if need.kind is not NeedKind.PIN}
    given = set(ANSWERS[name].get(str(step.id), {})) - BESIDE_NEEDS
    assert given == wanted


def facts_of(verb: str) -> tuple[Fact, ...]:
    """Give what the made-up ceremony recorded in its first step of a verb."""
    told, _ = walk_with(verb)
    state = told[-1].after
    first = next(step.id for step in state.script.steps if step.verb == verb)
    return tuple(m.command.fact for m in told if m.command.step == first)


def walk_with(verb: str) -> tuple[tuple[Moment, ...], State]:
    """Give the made-up ceremony that has a verb in it, and its last state."""
    for told in (
        walked(),
        walked_backup(),
        walked_key_acts(),
        walked_manual_acts(),
        walked_batch(),
        walked_logins(),
        walked_earlier(),
        walked_contingency(),
    ):
        state = told[-1].after
        if any(step.verb == verb for step in state.script.steps):
            return told, state
    raise LookupError(verb)


@pytest.mark.parametrize("verb", sorted(KINDS))
def test_what_a_step_left_behind_reads_as_lines_that_can_be_printed(verb: str) -> None:
    entries = KINDS[verb].entries(walk_with(verb)[1], facts_of(verb))
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


@pytest.mark.no_cover
@pytest.mark.parametrize(("name", "step"), STEPS)
def test_built_in_parameters_are_read_into_the_kinds_own_class(
    name: str, step: Step
) -> None:
    del name
    kind = KINDS[step.verb]
    told = read_parameters(kind.parameters, step.parameters)
    values = dataclasses.asdict(told)
    for name, value in step.parameters.items():
        told_value = tuple(value) if isinstance(value, list) else value
        assert values[name.replace("-", "_")] == told_value
