"""Is each login ended, and used for nothing that needs the token logged out.

Source: house rules of docs/spec/script-v1.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ceremony.check.findings import Finding, error
from ceremony.check.plan import Plan
from ceremony.engine.steps.custody import CustodyParameters
from ceremony.engine.steps.key import GenerateParameters
from ceremony.engine.steps.login import LoginParameters, LogoutParameters
from ceremony.engine.steps.manual import ManualParameters
from ceremony.engine.steps.pin import ChangePinParameters
from ceremony.engine.steps.token import InitialiseParameters
from ceremony.engine.zeroise import zeroised_by
from ceremony.script.model import Step

_LOG_OUT: Final = "Log out first."


@dataclass(slots=True)
class _Logins:
    """What has been logged in to by a step.

    Attributes:
        initialised: The tokens that were initialised by then.
        since: By token, the step that has logged in.
        handed: By token, what was found wrong where it changed hands meanwhile.
    """

    initialised: set[str] = field(default_factory=set)
    since: dict[str, Step] = field(default_factory=dict)
    handed: dict[str, list[Finding]] = field(default_factory=dict)


def lint_logins(plan: Plan) -> Iterator[Finding]:
    """Walk the steps and tell where a login does not go with what is done."""
    known = _Logins()
    for step in plan.script.steps:
        match plan.parameters(step):
            case LoginParameters() as told:
                yield from _log_in(plan, step, told.token, known)
            case LogoutParameters() as told:
                yield from _log_out(plan, step, told.token, known)
            case CustodyParameters() as told:
                _hand_over(plan, step, told, known)
            case told:
                yield from _while_logged_in(plan, step, told, known)
    for token, step in known.since.items():
        yield error(
            "SCRIPT-LOGIN-03",
            plan.step_place(step),
            f"Step {step.id} logs in to {token}, and no later step logs out.",
            "Add a token.logout after the last use of the token.",
        )


def _log_in(plan: Plan, step: Step, token: str, known: _Logins) -> Iterator[Finding]:
    place = plan.step_place(step, "with", "token")
    if token in known.since:
        yield error(
            "SCRIPT-LOGIN-01",
            place,
            f"Step {step.id} logs in to {token}, which step {known.since[token].id} "
            "has done already.",
            "Log in once, or log out in between.",
        )
    if token not in known.initialised:
        yield error(
            "SCRIPT-LOGIN-05",
            place,
            f"Step {step.id} logs in to {token}, which was not initialised before.",
            "Initialise the token first, which gives it its user PIN.",
        )
    known.since[token] = step


def _log_out(plan: Plan, step: Step, token: str, known: _Logins) -> Iterator[Finding]:
    if token not in known.since:
        yield error(
            "SCRIPT-LOGIN-01",
            plan.step_place(step, "with", "token"),
            f"Step {step.id} logs out of {token}, and nobody has logged in.",
            "Log in before, or take the step out.",
        )
    yield from known.handed.pop(token, ())
    known.since.pop(token, None)


def _hand_over(plan: Plan, step: Step, told: CustodyParameters, known: _Logins) -> None:
    """Remember what changes hands too early; where nobody logs out, that is told."""
    for name in sorted({told.thing, *told.contents} & known.since.keys()):
        found = error(
            "SCRIPT-LOGIN-04",
            plan.step_place(step, "with"),
            f"In step {step.id} {name} changes hands while somebody is logged in.",
            _LOG_OUT,
        )
        known.handed.setdefault(name, []).append(found)


def _while_logged_in(
    plan: Plan, step: Step, told: object, known: _Logins
) -> Iterator[Finding]:
    token = _needs_logout(plan, told)
    # A login at a token that was not initialised yet is told of already.
    if token in known.since and token in known.initialised:
        yield error(
            "SCRIPT-LOGIN-02",
            plan.step_place(step, "with"),
            f"Step {step.id} needs {token} logged out, and step "
            f"{known.since[token].id} has logged in.",
            _LOG_OUT,
        )
    if isinstance(told, InitialiseParameters):
        known.initialised.add(told.token)
    known.initialised.discard(zeroised_by(step))


def _needs_logout(plan: Plan, told: object) -> str:
    """Name the token that a step needs logged out; empty where it needs none so."""
    match told:
        case InitialiseParameters() | ChangePinParameters():
            return told.token
        case GenerateParameters() if plan.script.key_kind(told.key).trusted:
            # The security officer makes the key trusted, and a token knows one of
            # the two users at a time.
            return plan.script.thing(told.key).token
        case ManualParameters() if told.zeroises:
            return told.device
        case _:
            return ""
