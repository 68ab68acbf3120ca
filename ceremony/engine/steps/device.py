"""What the kinds of step that act on a token share."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ceremony.engine.facts import Fact, Intent, Outcome, Result
from ceremony.engine.login import LOGIN, is_anew
from ceremony.engine.state import State
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.errors import RefusedError
from ceremony.script.model import Script, Step

DONE: Final = (Result.DONE, Result.ADOPTED)

MADE_BY: Final = {
    "key.generate": ("key", "secret_key"),
    "key.wrap": ("wrapped", "proof"),
    "key.wrap-public": ("public_wrapped",),
    "key.unwrap": ("key", "secret_key", "restored", "proof"),
    "key.check-value": ("check_value",),
    "csr.create": ("request",),
    "certificate.self-sign": ("certificate", "path"),
    "certificate.issue": ("certificate", "path", "part"),
    "certificate.cross-sign": ("certificate", "path"),
    "crl.issue": ("crl",),
    "key.prove": ("proof",),
}
"""What the outcome of a verb may tell of, besides an inventory."""


def verify_intent(  # noqa: PLR0913  everything that a device is told by name
    step: Step, fact: Fact, token: str, thing: str, *, label: str = "", user: str = ""
) -> None:
    """Insist that a device is told what the script says.

    Args:
        step: The step.
        fact: What is to be recorded.
        token: The token's name in the script.
        thing: What is made; empty where the verb makes nothing.
        label: The label that the device is given; empty where it is given none.
        user: Whose PIN is changed; empty where none is.

    Raises:
        RefusedError: ``ENGINE-DEVICE-01``; ``ENGINE-DEVICE-03``: the outcome tells of
            something that the verb does not make; or ``ENGINE-DEVICE-05``: another
            label is asked for.
    """
    wanted = (step.verb, token, thing, user)
    if isinstance(fact, Intent | Outcome) and (
        (fact.verb, fact.token, fact.thing, fact.user) != wanted
    ):
        raise RefusedError(
            "ENGINE-DEVICE-01",
            f"Step {step.id} is {step.verb} on {token}, and something else was asked "
            "of the device.",
            remedy="Carry out the step as the script has it.",
        )
    if isinstance(fact, Intent) and fact.label != label:
        raise RefusedError(
            "ENGINE-DEVICE-05",
            f"Step {step.id} gives the label {label!r}, and {fact.label!r} was asked "
            "of the device.",
            remedy="Carry out the step with the label that is bound or scripted.",
        )
    if isinstance(fact, Intent | Outcome):
        _verify_parts(step, fact)


def _verify_parts(step: Step, fact: Intent | Outcome) -> None:
    """Refuse what tells of something that its verb does not make."""
    told = (
        {"part": fact.part}
        if isinstance(fact, Intent)
        else {
            "key": fact.key,
            "request": fact.request,
            "certificate": fact.certificate,
            "proof": fact.proof,
            "secret_key": fact.secret_key,
            "wrapped": fact.wrapped,
            "restored": fact.restored,
            "public_wrapped": fact.public_wrapped,
            "check_value": fact.check_value,
            "crl": fact.crl,
            "path": fact.path,
            "part": fact.part,
        }
    )
    for part, value in told.items():
        if value is not None and part not in MADE_BY.get(step.verb, ()):
            raise RefusedError(
                "ENGINE-DEVICE-03",
                f"A {step.verb} tells of no {part.replace('_', ' ')}, and one was "
                "recorded.",
                remedy="Carry out the step as the script has it.",
            )


def verify_anew(step: Step, state: State, fact: Fact) -> None:
    """Insist that a login made anew is one at the token that the step acts on.

    Raises:
        RefusedError: ``ENGINE-DEVICE-01``, ``ENGINE-DEVICE-03`` or
            ``ENGINE-DEVICE-05``.
    """
    verify_intent(replace(step, verb=LOGIN), fact, token_of(step, state.script), "")


def token_of(step: Step, script: Script) -> str:
    """Find the token on which a device step acts."""
    token = step.parameters.get("token")
    if isinstance(token, str) and token:
        return token
    return script.thing(str(step.parameters["key"])).token


def verify_not_done(state: State, fact: Fact) -> None:
    """Refuse to ask a device again for what it has done in this step.

    The parts of a batch are counted by ``steps.batch``.

    Raises:
        RefusedError: ``ENGINE-DEVICE-04``.
    """
    if not isinstance(fact, Intent) or fact.part is not None:
        return
    for recorded in state.current:
        earlier = recorded.fact
        if state.step is not None and is_anew(state.step, earlier):
            continue
        if isinstance(earlier, Outcome) and earlier.result in DONE:
            raise RefusedError(
                "ENGINE-DEVICE-04",
                f"The device has done {earlier.verb} in this step already.",
                meaning="It was not asked a second time.",
                remedy="Close the step with its initials.",
            )


def verify_not_destroyed(step: Step, state: State, fact: Fact) -> None:
    """Refuse to ask a device for anything with a key that exists no more.

    Raises:
        RefusedError: ``ENGINE-KEY-03``.
    """
    named = {value for value in step.parameters.values() if isinstance(value, str)}
    gone = sorted(named & state.destroyed.keys())
    if isinstance(fact, Intent) and gone:
        raise RefusedError(
            "ENGINE-KEY-03",
            f"Step {step.id} names the key {gone[0]}, which was destroyed.",
            meaning="The device was not asked for anything.",
            remedy="Record the deviation, or abandon the ceremony.",
        )


def completed(step: Step, state: State) -> Outcome:
    """Find the outcome that lets a device step close.

    Raises:
        RefusedError: ``ENGINE-DEVICE-02``: the device has not done it yet.
    """
    for recorded in reversed(state.current):
        fact = recorded.fact
        if isinstance(fact, Outcome) and fact.verb == step.verb:
            if fact.result in DONE:
                return fact
            break
    raise not_done(step)


def not_done(step: Step) -> RefusedError:
    """Give the refusal to close a step that lacks what the device was to do."""
    return RefusedError(
        "ENGINE-DEVICE-02",
        f"Step {step.id} cannot close: the device has not done it.",
        meaning="Nothing is claimed for the key.",
        remedy="Carry the step out, or abandon the ceremony.",
    )


def pin_prompt(script: Script, token: str) -> str:
    """Say which PIN is asked for: the user's of one of the script's tokens."""
    return f"The PIN of {script.thing(token).title}"


def officer_prompt(script: Script, token: str) -> str:
    """Say which PIN is asked for: the security officer's of a token."""
    return f"The security officer PIN of {script.thing(token).title}"


def pin_need(step: Step, state: State, token: str) -> Need:
    """Ask for the PIN of one of the script's tokens."""
    return Need(
        "pin",
        NeedKind.PIN,
        pin_prompt(state.script, token),
        step.by,
        (),
        serial_of(state, token),
        "user" in state.token(token).renewed,
    )


def user_needs(step: Step, state: State, token: str) -> tuple[Need, ...]:
    """Ask for the PIN of one of the script's tokens, unless somebody is logged in."""
    if state.token(token).login is not None:
        return ()
    return (pin_need(step, state, token),)


def officer_need(step: Step, state: State, token: str) -> Need:
    """Ask for the security officer's PIN of one of the script's tokens."""
    return Need(
        "so_pin",
        NeedKind.PIN,
        officer_prompt(state.script, token),
        step.by,
        (),
        serial_of(state, token),
        "security-officer" in state.token(token).renewed,
    )


def serial_of(state: State, token: str) -> str:
    """Give the serial that a token of the script is bound by; empty for no token."""
    return next(
        (
            bound.serial
            for bound in (state.opened.tokens if state.opened else ())
            if bound.name == token
        ),
        "",
    )


def outcome_lines(facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    """Tell of every login, and of every outcome that was not simply done."""
    lines: list[Entry] = []
    for fact in facts:
        if not isinstance(fact, Outcome):
            continue
        if fact.result is Result.DONE:
            if fact.verb == LOGIN:
                lines.append(Line("", "logged in; no PIN is kept", mark=Mark.PASS))
            continue
        if fact.result is Result.ADOPTED:
            lines.append(Line("adopted", "made before the interruption and kept"))
        elif fact.result is Result.DESTROYED:
            lines.append(Line("destroyed", "what the interruption left was removed"))
        elif fact.result is Result.UNRESOLVED:
            why = "whether it acted is not known: its token never came back"
            lines.append(Line("unresolved", why, mark=Mark.FAIL))
        else:
            why = fact.fault.message if fact.fault else "the interruption left nothing"
            lines.append(Line("", why, mark=Mark.FAIL))
    return tuple(lines)
