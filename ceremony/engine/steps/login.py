"""Log in to a token for several steps, and log out again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import Fact, Intent, Outcome, StepClosed
from ceremony.engine.login import LOGIN, LOGOUT
from ceremony.engine.state import State
from ceremony.engine.steps.device import (
    DONE,
    completed,
    not_done,
    outcome_lines,
    pin_need,
    verify_intent,
)
from ceremony.engine.steps.kind import Kind, Need, parameter, read_parameters
from ceremony.engine.steps.rule import nothing_needed
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.script.model import Step


@dataclass(frozen=True, slots=True)
class LoginParameters:
    """Which token is logged in to."""

    token: str = parameter("The token.", refers="token")


@dataclass(frozen=True, slots=True)
class LogoutParameters:
    """Which token is logged out of."""

    token: str = parameter("The token.", refers="token")


def _needs(step: Step, state: State) -> tuple[Need, ...]:
    wanted = read_parameters(LoginParameters, step.parameters)
    return (pin_need(step, state, wanted.token),)


def _verify(step: Step, state: State, fact: Fact) -> None:
    verify_intent(step, fact, str(step.parameters["token"]), "")


def _login_complete(step: Step, state: State) -> None:
    completed(step, state)


def _logout_complete(step: Step, state: State) -> None:
    """Close once nobody is logged in, whatever has ended the login."""
    wanted = read_parameters(LogoutParameters, step.parameters)
    if state.token(wanted.token).login is not None:
        raise not_done(step)


def _logout_entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    lines: list[Entry] = list(outcome_lines(facts))
    ends = [fact for fact in facts if isinstance(fact, Outcome)]
    if any(fact.result in DONE for fact in ends):
        lines.append(Line("", "logged out", mark=Mark.PASS))
    elif not ends and any(isinstance(fact, StepClosed) for fact in facts):
        lines.append(Line("", "the login had ended before; the token was logged out"))
    return tuple(lines)


def _login_entries(state: State, facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    return outcome_lines(facts)


KINDS: Final = (
    Kind(
        verb=LOGIN,
        title="Log in",
        summary="The user logs in to a token and stays so until the logout step.",
        parameters=LoginParameters,
        records=(Intent, Outcome),
        needs=_needs,
        verify=_verify,
        complete=_login_complete,
        entries=_login_entries,
        device=True,
    ),
    Kind(
        verb=LOGOUT,
        title="Log out",
        summary="The user logs out of a token: its keys are out of reach again.",
        parameters=LogoutParameters,
        records=(Intent, Outcome),
        needs=nothing_needed,
        verify=_verify,
        complete=_logout_complete,
        entries=_logout_entries,
        device=True,
    ),
)
