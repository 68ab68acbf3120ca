"""What a step has to say of a token that people zeroise by hand.

A person does it with the maker's tool while the step is open. Only then its module is
asked, without a login: what it answers is recorded beside what the people tell, and
neither counts for the other.
"""

from __future__ import annotations

from typing import Final

from ceremony.engine.facts import Seen, Zeroised
from ceremony.engine.state import State
from ceremony.engine.steps.device import serial_of
from ceremony.engine.transcript import Line, Mark
from ceremony.engine.zeroise import keys_in, zeroised_by
from ceremony.errors import RefusedError
from ceremony.script.model import Step

SEEN: Final = {
    Seen.ABSENT: "no token with this serial; that it is empty rests on two people",
    Seen.BLANK: "a token that is not initialised",
    Seen.NO_USER_PIN: "no object and no user PIN",
    Seen.USER_PIN: "no object is shown without a login; the next list tells the rest",
}
"""How what was seen of a token afterwards is said."""


def verify_zeroised(
    step: Step, state: State, told: Zeroised | None, *, due: bool
) -> None:
    """Insist that a token counts as zeroised where, and only where, it is so.

    Args:
        step: The step.
        state: Where the ceremony stands.
        told: What is to be recorded of it; None where nothing is.
        due: True where the people tell what the script expects of the act.

    Raises:
        RefusedError: ``ENGINE-ZEROISE-01``: it tells of a token that the step does not
            zeroise, or not of the one that it does; ``ENGINE-ZEROISE-02``: the token
            shows objects; ``ENGINE-ZEROISE-03``: somebody is logged in at it.
    """
    token = zeroised_by(step)
    wanted = (serial_of(state, token), keys_in(state, token))
    if (told is not None) != (bool(token) and due) or (
        told is not None and (told.serial, told.keys) != wanted
    ):
        raise RefusedError(
            "ENGINE-ZEROISE-01",
            f"What is recorded of step {step.id} as zeroised is not the token and the "
            "keys that the step zeroises.",
            meaning="No key counts as destroyed.",
            remedy="Carry out the step as the script has it.",
        )
    if token and state.token(token).login is not None:
        raise RefusedError(
            "ENGINE-ZEROISE-03",
            f"Step {step.id} zeroises {token}, and somebody is logged in at it.",
            meaning="No key counts as destroyed.",
            remedy="Log out before the step.",
        )
    if told is not None and told.shown:
        raise _still_there(step, token, told)


def _still_there(step: Step, token: str, told: Zeroised) -> RefusedError:
    count = "1 object" if told.shown == 1 else f"{told.shown} objects"
    return RefusedError(
        "ENGINE-ZEROISE-02",
        f"In step {step.id} {token} was told to be zeroised, and it still shows "
        f"{count}.",
        meaning="No key counts as destroyed; they may all be in the token still.",
        remedy="Zeroise it by its maker's procedure, look again, and tell what the "
        "device shows then.",
    )


def ending_words(step: Step, state: State) -> str:
    """Say, before anybody acts, what a step ends with a token; maybe nothing.

    Where the script names no key that is in it, others may be.
    """
    token = zeroised_by(step)
    if not token:
        return ""
    keys = [state.script.thing(name).title for name in keys_in(state, token)]
    title = state.script.thing(token).title
    return (
        f"Whatever is in {title} is destroyed: {', '.join(keys) or 'every key in it'}."
    )


def zeroised_lines(state: State, told: Zeroised) -> tuple[Line, ...]:
    """Tell what the module showed afterwards, and which keys ended."""
    sure = told.seen is Seen.BLANK
    return (
        Line("zeroised", told.serial, mono=True),
        Line("afterwards", SEEN[told.seen], mark=Mark.PASS if sure else None),
        *(Line("destroyed", state.script.thing(name).title) for name in told.keys),
    )
