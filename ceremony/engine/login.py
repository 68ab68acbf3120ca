"""Logins that last from a step to a later one: where they stand, and what ends them.

A login is made by ``token.login`` and kept until ``token.logout``. A break, an
interruption and a failure of the token end it too; what the script still counts on is
then made anew, by a recorded act, before the next device step.

Invariants:
    * Nobody is logged in during a break, nor after an interruption or a failure.
    * No PIN is kept: what lasts is the login, and only in the module's process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ceremony.engine.facts import BreakBegun, Fact, Intent, Outcome, Result
from ceremony.engine.state import State, TokenState
from ceremony.errors import RefusedError
from ceremony.identifiers import StepId
from ceremony.script.model import Step

LOGIN: Final = "token.login"
LOGOUT: Final = "token.logout"

BREAK: Final = "the break"
INTERRUPTION: Final = "the interruption"
FAILURE: Final = "the failure before"
"""What has ended a login that the script still counts on."""

_WANTS_LOGOUT: Final = ("token.initialise", "token.change-pin")


def logged_in(state: State) -> tuple[str, ...]:
    """Name the tokens at which somebody is logged in, sorted."""
    return tuple(
        sorted(name for name, known in state.tokens.items() if known.login is not None)
    )


def is_anew(step: Step, fact: Fact) -> bool:
    """Tell whether a fact is of a login that is made anew within a later step."""
    return isinstance(fact, Intent | Outcome) and fact.verb == LOGIN != step.verb


def take_login(token: TokenState, fact: Outcome, step: StepId | None) -> TokenState:
    """Give what is known of a token's login after an outcome on it.

    Args:
        token: What was known before.
        fact: The outcome.
        step: The step in which it was recorded.
    """
    if fact.fault is not None:
        # Whatever failed, nobody stays logged in: the next try begins with a login.
        return _ended(token, FAILURE)
    if fact.result in (Result.DONE, Result.ADOPTED) and fact.verb in (LOGIN, LOGOUT):
        since = step if fact.verb == LOGIN else None
        return replace(token, login=since, login_ended="")
    return token


def take_logout_closed(
    tokens: Mapping[str, TokenState], step: Step
) -> Mapping[str, TokenState]:
    """Forget the login that a logout step ends, also where it had ended before."""
    name = str(step.parameters.get("token", ""))
    if step.verb != LOGOUT or name not in tokens:
        return tokens
    return {**tokens, name: replace(tokens[name], login=None, login_ended="")}


def end_logins(
    tokens: Mapping[str, TokenState], cause: str
) -> Mapping[str, TokenState]:
    """Give what is known of every token once something has ended all logins."""
    return {name: _ended(known, cause) for name, known in tokens.items()}


def _ended(token: TokenState, cause: str) -> TokenState:
    if token.login is None:
        return token
    return replace(token, login=None, login_ended=cause)


def verify_login(step: Step, state: State, fact: Fact) -> None:
    """Insist that a device is told what goes with the login as it stands.

    Raises:
        RefusedError: ``ENGINE-LOGIN-01``: somebody is logged in already;
            ``ENGINE-LOGIN-02``: the act needs the token logged out;
            ``ENGINE-LOGIN-03``: the login was ended and not made anew;
            ``ENGINE-LOGIN-04``: nobody is logged in who could be logged out, or no
            login is to be made anew.
    """
    if not isinstance(fact, Intent):
        return
    known = state.token(fact.token)
    if known.login is not None:
        _verify_while_logged_in(state, fact, known.login)
    elif fact.verb == LOGOUT or (is_anew(step, fact) and not known.login_ended):
        raise RefusedError(
            "ENGINE-LOGIN-04",
            f"Step {step.id} asks for a {fact.verb} of {fact.token}, and no login "
            "stands that would need it.",
            meaning="The device was not asked for anything.",
            remedy="Carry out the step as the script has it.",
        )
    elif known.login_ended and fact.verb != LOGIN:
        raise RefusedError(
            "ENGINE-LOGIN-03",
            f"The login at {fact.token} was ended by {known.login_ended}.",
            meaning="The device was not asked for anything.",
            remedy="Log in anew: type the PIN in this step.",
        )


def _verify_while_logged_in(state: State, fact: Intent, since: StepId) -> None:
    if fact.verb == LOGIN:
        raise RefusedError(
            "ENGINE-LOGIN-01",
            f"Somebody is logged in at {fact.token} since step {since}.",
            meaning="The device was not asked for anything.",
            remedy="Log out first, or go on with the login as it stands.",
        )
    if fact.verb in _WANTS_LOGOUT or needs_officer(state, fact):
        raise RefusedError(
            "ENGINE-LOGIN-02",
            f"{fact.verb} needs {fact.token} logged out, and somebody is logged in "
            f"since step {since}.",
            meaning="The device was not asked for anything.",
            remedy="Log out first.",
        )


def needs_officer(state: State, fact: Intent) -> bool:
    """Tell whether the security officer logs in to make the key trusted."""
    return (
        fact.verb == "key.generate"
        and bool(fact.thing)
        and state.script.key_kind(fact.thing).trusted
    )


def verify_logged_out(state: State, fact: BreakBegun) -> None:
    """Insist that a break tells of every login that was ended before it began.

    Raises:
        RefusedError: ``ENGINE-LOGIN-05``.
    """
    if fact.logged_out != logged_in(state):
        raise RefusedError(
            "ENGINE-LOGIN-05",
            "A break begins when every token is logged out, and tells of which were.",
            meaning="A key could have been used while hardly anybody was in the room.",
            remedy="Log out of every token, then begin the break.",
        )


def verify_none_left(state: State) -> None:
    """Insist that nobody is logged in any more when a ceremony closes.

    Raises:
        RefusedError: ``ENGINE-LOGIN-06``.
    """
    left = logged_in(state)
    if left:
        raise RefusedError(
            "ENGINE-LOGIN-06",
            f"Somebody is logged in at {', '.join(left)}, and the ceremony closes.",
            meaning="Its keys could be used with nobody in the room.",
            remedy="Let the script log out after the last use of the token.",
        )
