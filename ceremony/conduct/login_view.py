"""Who is told what of a login that lasts: the review card, the rail and the status."""

from __future__ import annotations

from ceremony.engine.login import LOGIN
from ceremony.engine.state import State


def login_words(state: State, token: str) -> tuple[str, ...]:
    """Tell of the login that a step finds at a token, or has to make anew."""
    known = state.token(token)
    if known.login is not None:
        return (f"logged in since step {known.login}",)
    if known.login_ended:
        return (f"ended by {known.login_ended}; made anew in this step",)
    return ()


def is_logged_in(state: State, token: str) -> bool | None:
    """Tell whether somebody is logged in; None where no step of the script logs in."""
    steps = state.script.steps
    if all(
        (step.verb, step.parameters.get("token")) != (LOGIN, token) for step in steps
    ):
        return None
    return state.token(token).login is not None


def login_lines(state: State) -> tuple[str, ...]:
    """Tell of every token at which somebody is logged in, as the record has it."""
    return tuple(
        f"{state.script.thing(name).title}: logged in since step {known.login}"
        for name, known in sorted(state.tokens.items())
        if known.login is not None
    )
