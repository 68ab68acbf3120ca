"""A token that people zeroise by hand: which keys end with it, and what is known then.

Invariants:
    * A key counts as destroyed by it only where two people told what the script
      expects and the token's module, if it still finds the token, shows no object.
    * What a later list shows to be still there counts as destroyed no longer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

from ceremony.engine.facts import (
    Course,
    FoundObject,
    InventoryTaken,
    KeyMade,
    Outcome,
    SecretKeyMade,
    Zeroised,
)
from ceremony.engine.state import State, TokenState
from ceremony.identifiers import StepId
from ceremony.script.model import Script, Step, ThingKind

BY_HAND: Final = "device.manual"


def zeroised_by(step: Step) -> str:
    """Name the token that a step zeroises by hand; empty where it zeroises none."""
    if step.verb != BY_HAND or step.parameters.get("zeroises") is not True:
        return ""
    return str(step.parameters.get("device", ""))


def keys_ended(script: Script, step: Step) -> tuple[str, ...]:
    """Name the keys that exist no more after a step, made by then or not."""
    if step.verb == "key.destroy":
        return (str(step.parameters.get("key", "")),)
    token = zeroised_by(step)
    return tuple(
        thing.name
        for thing in script.things
        if token and thing.kind is ThingKind.KEY and thing.token == token
    )


def ends_the_last(step: Step) -> bool:
    """Tell whether a step says that nothing has to be left of what it destroys."""
    return step.parameters.get("last") is True


def keys_in(state: State, token: str) -> tuple[str, ...]:
    """Name the keys that are in a token now, as the record has it."""
    return tuple(
        name
        for name in state.made
        if state.script.thing(name).token == token and name not in state.destroyed
    )


def take_zeroised(state: State, token: str, told: Zeroised, step: StepId) -> State:
    """Let the keys of a token be destroyed, and nothing be known of the token."""
    ended = dict.fromkeys(told.keys, step)
    return replace(
        state,
        destroyed={**state.destroyed, **ended},
        tokens={**state.tokens, token: TokenState()},
        foreign=foreign_elsewhere(state, token),
    )


def foreign_elsewhere(state: State, token: str) -> dict[str, tuple[FoundObject, ...]]:
    """Give what is foreign in every token but one, of which nothing is left."""
    return {name: told for name, told in state.foreign.items() if name != token}


def take_shown_again(state: State, taken: InventoryTaken | None) -> State:
    """Let no key be destroyed whose objects a list shows to have come again."""
    if taken is None or not state.destroyed:
        return state
    left = {
        name: step
        for name, step in state.destroyed.items()
        if name not in state.made or not is_shown(state.made[name], taken)
    }
    return replace(state, destroyed=left)


def is_shown(key: KeyMade | SecretKeyMade, taken: InventoryTaken) -> bool:
    """Tell whether an object of a key is among what a list shows for the first time."""
    return bool(Counter(key.objects) & Counter(taken.added))


def is_inspected(state: State, token: str) -> bool:
    """Tell whether a token is looked into after an interruption.

    Of the one that the current step zeroises nobody knows how far people have come:
    what they tell of it, and what it shows then, is what counts. The one whose
    initialisation is in doubt should be empty, if it is ready at all. One that nobody
    could see, and over which they decided to abandon, keeps nobody from resolving what
    is in doubt elsewhere.
    """
    doubtful = zeroised_by(state.step) if state.step is not None else ""
    ready = state.token(token).initialised or is_initialised_in_doubt(state, token)
    return ready and token != doubtful and not _is_given_up(state, token)


def _is_given_up(state: State, token: str) -> bool:
    """Tell whether people abandon over an unseen token, with a doubt in another one."""
    pending = state.pending
    if pending is None or pending.intent.token == token:
        return False
    return any(
        known.closed is not None and known.closed.course is Course.ABANDON
        for known in state.deviations
        if known.recorded.token == token
    )


def is_initialised_in_doubt(state: State, token: str) -> bool:
    """Tell whether nobody knows if a token was initialised."""
    intent = state.pending.intent if state.pending is not None else None
    return intent is not None and (intent.verb, intent.token) == (
        "token.initialise",
        token,
    )


def looked_into(state: State) -> tuple[str, ...]:
    """Name the tokens of which people know what they hold once they have looked.

    One whose initialisation did not come to its end is not ready to be looked into.
    """
    return tuple(
        bound.name
        for bound in (state.opened.tokens if state.opened is not None else ())
        if is_inspected(state, bound.name) and not may_be_wiped(state, bound.name)
    )


def may_be_wiped(state: State, token: str) -> bool:
    """Tell whether an initialisation that did not come to its end may have wiped it.

    Its outcome is in doubt, or the device's answer was one that is given before it
    acts; a token that answers so and was wiped all the same has no user PIN.
    """
    told = [
        known.fact.fault
        for known in state.current
        if isinstance(known.fact, Outcome)
        and (known.fact.verb, known.fact.token) == ("token.initialise", token)
    ]
    failed = bool(told) and told[-1] is not None
    return failed or is_initialised_in_doubt(state, token)
