"""An operation of which nobody will know whether it acted: its token never came back.

A token that is lost, broken or left at another site cannot be looked into any more. Two
people then abandon the ceremony with the doubt named: the operation ends *unresolved*,
which says that it may have acted and that nothing of it is to be relied upon.

Invariants:
    * The token is one that could not be looked into, and no later look has shown it.
    * Those who decided about that token are those who end the operation, and its
      outcome tells of nothing that was made.
    * Nothing follows but the end of the ceremony.
"""

from __future__ import annotations

from typing import Final

from ceremony.engine.facts import Course, Outcome, Result
from ceremony.engine.state import Pending, State
from ceremony.engine.unseen import UNSEEN
from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId

_MAKES: Final = ("key.generate", "key.unwrap")

_NEVER_ON: Final = "Nothing of it is to be relied upon, and it is never gone on with."


def verify_unresolved(state: State, fact: Outcome) -> None:
    """Insist that an operation ends unresolved as two decided, and tells no more.

    Raises:
        RefusedError: ``ENGINE-UNSEEN-04``.
    """
    pending = state.pending
    wanted = _as_decided(state, pending) if pending is not None else None
    if fact != wanted:
        raise RefusedError(
            "ENGINE-UNSEEN-04",
            f"{fact.verb} on {fact.token} is told as unresolved, and the two people "
            "who decided about that token, which nobody could look into, did not end "
            "it so.",
            meaning="The operation stays in doubt.",
            remedy="Look into the tokens, and let two people decide with: ceremony "
            "resume.",
        )


def _as_decided(state: State, pending: Pending) -> Outcome | None:
    """Give the one outcome that two people's decision allows; None without one."""
    intent = pending.intent
    if intent.token in state.looked:
        return None
    by: tuple[PersonId, ...] = ()
    for known in state.deviations:
        told, closed = known.recorded, known.closed
        mine = (told.cause, told.token) == (UNSEEN, intent.token)
        if mine and closed is not None and closed.course is Course.UNRESOLVED:
            by = tuple(initial.person for initial in closed.by)
    return unresolved_outcome(pending, by) if by else None


def unresolved_outcome(pending: Pending, by: tuple[PersonId, ...]) -> Outcome:
    """Give the outcome of an operation of which nobody will know whether it acted."""
    intent = pending.intent
    return Outcome(
        verb=intent.verb,
        token=intent.token,
        serial=intent.serial,
        result=Result.UNRESOLVED,
        thing=intent.thing,
        user=intent.user,
        decided_by=by,
    )


def may_exist(state: State, pending: Pending) -> str:
    """Say what may exist because of an operation in doubt, where, and as what.

    One sentence about the token's objects or what left it, with the token's title,
    serial and label, the object's label and, of a key, its CKA_ID (hex).
    """
    intent = pending.intent
    title = state.script.thing(intent.token).title
    where = f"{title}, serial {intent.serial}, label {_label(state, intent.token)}"
    if intent.verb in _MAKES:
        told = (
            f"The key {intent.label}, CKA_ID {pending.op}, or a part of it without id, "
            f"may exist in {where}."
        )
    elif intent.verb == "key.destroy":
        made = state.made[intent.thing]
        told = (
            f"The key {made.label}, CKA_ID {made.cka_id}, or a part of it, may still "
            f"exist in {where}."
        )
    elif intent.verb == "token.initialise":
        told = f"Every object of before, or none, may exist in {where}."
    elif intent.verb == "token.change-pin":
        told = f"The old or the new PIN of the {intent.user} may hold in {where}."
    elif intent.thing:
        told = (
            f"What {intent.verb} was to give for {intent.thing} may have been made in "
            f"{where}; it is not in this record."
        )
    else:
        told = f"{intent.verb} may have acted in {where}; it leaves no object there."
    return told


def is_making_unresolved(state: State) -> bool:
    """Tell whether nobody will know if one more key was made."""
    pending = state.unresolved
    return pending is not None and pending.intent.verb in _MAKES


def doubt_lines(state: State) -> tuple[str, ...]:
    """Say what is in doubt for good, for the pages and the verdict; often nothing."""
    pending = state.unresolved
    if pending is None:
        return ()
    begun = f"{pending.intent.verb} in step {pending.step} is in doubt for good."
    return (f"{begun} {may_exist(state, pending)} {_NEVER_ON}",)


def _label(state: State, token: str) -> str:
    return next(
        (
            bound.label
            for bound in (state.opened.tokens if state.opened is not None else ())
            if bound.name == token
        ),
        "unknown",
    )
