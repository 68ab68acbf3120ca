"""Token initialisation and the inventory of a whole token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.engine.earlier import verify_not_wiped
from ceremony.engine.facts import Fact, Intent, InventoryTaken, Outcome
from ceremony.engine.state import State
from ceremony.engine.steps.device import (
    completed,
    officer_need,
    outcome_lines,
    pin_need,
    user_needs,
    verify_intent,
)
from ceremony.engine.steps.kind import Kind, Need, parameter, read_parameters
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.errors import RefusedError
from ceremony.script.model import Step


@dataclass(frozen=True, slots=True)
class InitialiseParameters:
    """Which token is wiped and made ready."""

    token: str = parameter("The token.", refers="token")


@dataclass(frozen=True, slots=True)
class InventoryParameters:
    """Which token is listed, and how many objects are expected."""

    token: str = parameter("The token.", refers="token")
    expect_objects: int = parameter(
        "How many objects are expected; -1 where none is named.", default=-1
    )


def _initialise_needs(step: Step, state: State) -> tuple[Need, ...]:
    wanted = read_parameters(InitialiseParameters, step.parameters)
    return (
        officer_need(step, state, wanted.token),
        pin_need(step, state, wanted.token),
    )


def _initialise_verify(step: Step, state: State, fact: Fact) -> None:
    wanted = read_parameters(InitialiseParameters, step.parameters)
    verify_intent(step, fact, wanted.token, "", label=_label_of(wanted.token, state))
    verify_not_wiped(state, step, wanted.token)


def _label_of(token: str, state: State) -> str:
    """Give the label that the binding has for a token; a bound one has one."""
    bound = state.opened.tokens if state.opened is not None else ()
    return next((each.label for each in bound if each.name == token), "")


def _initialise_complete(step: Step, state: State) -> None:
    completed(step, state)


def _initialise_entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    lines: list[Entry] = list(outcome_lines(facts))
    for fact in facts:
        if isinstance(fact, Intent):
            lines += [
                Line("token", fact.label, mono=True),
                Line("serial", fact.serial, mono=True),
            ]
        elif isinstance(fact, Outcome) and fact.inventory is not None:
            lines += _found_lines(fact.inventory)
            # What was in it was listed by no step of this ceremony, or by an older one.
            lines.append(Line("wiped", "whatever was in the token before"))
    return tuple(lines)


def _inventory_needs(step: Step, state: State) -> tuple[Need, ...]:
    wanted = read_parameters(InventoryParameters, step.parameters)
    return user_needs(step, state, wanted.token)


def _inventory_verify(step: Step, state: State, fact: Fact) -> None:
    wanted = read_parameters(InventoryParameters, step.parameters)
    verify_intent(step, fact, wanted.token, "")


def _inventory_complete(step: Step, state: State) -> None:
    wanted = read_parameters(InventoryParameters, step.parameters)
    taken = completed(step, state).inventory
    # What two people decided to go on beside is no part of what the script expects.
    foreign = state.token(wanted.token).foreign
    expected = wanted.expect_objects
    if taken is None or expected not in (-1, taken.count - foreign):
        found = "no list" if taken is None else f"{taken.count} objects"
        raise RefusedError(
            "ENGINE-INVENTORY-01",
            f"Step {step.id} expects {expected} objects in the token and "
            f"found {found}.",
            meaning="The token is not in the state that the script was approved for.",
            remedy="Record the deviation and decide whether to go on.",
        )


def _inventory_entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    return (*outcome_lines(facts), *inventory_lines(facts))


def inventory_lines(facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    """Tell what an inventory found, and what is new or gone since the last."""
    lines: list[Entry] = []
    for fact in facts:
        if isinstance(fact, Outcome) and fact.inventory is not None:
            lines += _taken_lines(fact.inventory)
    return tuple(lines)


def _found_lines(taken: InventoryTaken) -> list[Entry]:
    return [
        Line(
            "found",
            "no object"
            if taken.count == 0
            else f"{taken.count} object{'s' if taken.count > 1 else ''}",
            strong=True,
        )
    ]


def _taken_lines(taken: InventoryTaken) -> list[Entry]:
    lines = _found_lines(taken)
    lines += [
        Line("new", f"{entry.kind} {entry.label or 'without label'}")
        for entry in taken.added
    ]
    lines += [
        Line("gone", f"{entry.kind} {entry.label or 'without label'}")
        for entry in taken.removed
    ]
    if not taken.added and not taken.removed:
        lines.append(Line("", "nothing new, nothing gone", mark=Mark.PASS))
    return lines


KINDS: Final = (
    Kind(
        verb="token.initialise",
        title="Initialise token",
        summary="A token is wiped and gets its label and PINs.",
        parameters=InitialiseParameters,
        records=(Intent, Outcome),
        needs=_initialise_needs,
        verify=_initialise_verify,
        complete=_initialise_complete,
        entries=_initialise_entries,
        device=True,
    ),
    Kind(
        verb="token.inventory",
        title="List objects",
        summary="Every object in a token is listed and compared with the journal.",
        parameters=InventoryParameters,
        records=(Intent, Outcome),
        needs=_inventory_needs,
        verify=_inventory_verify,
        complete=_inventory_complete,
        entries=_inventory_entries,
        device=True,
    ),
)
