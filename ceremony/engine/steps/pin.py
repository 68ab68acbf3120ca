"""A PIN of a token is changed: the record says that, and never the PIN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import Fact, Intent, Outcome
from ceremony.engine.state import State
from ceremony.engine.steps.device import (
    DONE,
    completed,
    officer_need,
    outcome_lines,
    pin_need,
    verify_intent,
)
from ceremony.engine.steps.kind import Kind, Need, NeedKind, parameter, read_parameters
from ceremony.engine.steps.token import inventory_lines
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.script.model import Script, Step

USER: Final = "user"
OFFICER: Final = "security-officer"
WHOSE: Final = {USER: "the user PIN", OFFICER: "the security officer's PIN"}
"""How a PIN is called, by whom it belongs to."""

OLD: Final = {USER: "pin", OFFICER: "so_pin"}
NEW: Final = {USER: "new_pin", OFFICER: "new_so_pin"}
AGAIN: Final = {USER: "new_pin_again", OFFICER: "new_so_pin_again"}
"""The needs' names: the PIN that holds, the new one, and the new one once more."""


@dataclass(frozen=True, slots=True)
class ChangePinParameters:
    """Which PIN of which token is changed."""

    token: str = parameter("The token.", refers="token")
    user: str = parameter("Whose PIN is changed.", choices=(USER, OFFICER))


def new_prompt(script: Script, token: str, user: str) -> str:
    """Say which PIN is asked for: what the PIN of a user of a token becomes."""
    whose = "security officer" if user == OFFICER else "user"
    return f"The new {whose} PIN of {script.thing(token).title}"


def new_need(step: Step, state: State, name: str) -> Need:
    """Ask for the new PIN, under one of its two names."""
    wanted = read_parameters(ChangePinParameters, step.parameters)
    once_more = ", once more" if name == AGAIN[wanted.user] else ""
    prompt = f"{new_prompt(state.script, wanted.token, wanted.user)}{once_more}"
    serial = pin_need(step, state, wanted.token).token
    return Need(name, NeedKind.PIN, prompt, step.by, (), serial)


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    wanted = read_parameters(ChangePinParameters, step.parameters)
    old = officer_need if wanted.user == OFFICER else pin_need
    return (
        old(step, state, wanted.token),
        new_need(step, state, NEW[wanted.user]),
        new_need(step, state, AGAIN[wanted.user]),
    )


def _verify(step: Step, state: State, fact: Fact) -> None:
    wanted = read_parameters(ChangePinParameters, step.parameters)
    verify_intent(step, fact, wanted.token, "", user=wanted.user)


def _complete(step: Step, state: State) -> None:
    completed(step, state)


def _entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    lines: list[Entry] = list(outcome_lines(facts))
    for fact in facts:
        if isinstance(fact, Outcome) and fact.result in DONE:
            told = f"{WHOSE.get(fact.user, 'a PIN')} was changed; none is recorded"
            lines.append(Line("", told, mark=Mark.PASS))
    return (*lines, *inventory_lines(facts))


KIND: Final = Kind(
    verb="token.change-pin",
    title="Change PIN",
    summary="A PIN of a token is changed by whoever holds it; no PIN is recorded.",
    parameters=ChangePinParameters,
    records=(Intent, Outcome),
    needs=_needs,
    verify=_verify,
    complete=_complete,
    entries=_entries,
    device=True,
)
