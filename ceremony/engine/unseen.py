"""A token that nobody could look into after an interruption: told, and decided by two.

It was not there, another one stood in its place, or it refused the PIN: what is in it
is not known, and a token that was exchanged or wiped shows itself in no other way.

Invariants:
    * While such a token waits for its decision nothing goes on and nothing ends: only
      what people tell and find beside it is recorded.
    * It is looked into again, or the ceremony is abandoned: nobody goes on over it.
    * An operation in doubt in it is left unresolved only where no look has shown it
      since it was told.
"""

from __future__ import annotations

from typing import Final

from ceremony.engine.change import BESIDE, courses
from ceremony.engine.facts import (
    Course,
    DeviationClosed,
    DeviationRecorded,
    Fact,
    Outcome,
    Result,
    Severity,
)
from ceremony.engine.state import DeviationState, State
from ceremony.engine.zeroise import is_inspected
from ceremony.errors import RefusedError

UNSEEN: Final = "unseen-token"
"""The cause of the deviation that a token is which nobody could look into."""


def is_beside(fact: Fact) -> bool:
    """Tell whether people record it of a ceremony that was left, with nothing done.

    It is what they tell, what they find, and that they leave a doubt unresolved.
    """
    left = isinstance(fact, Outcome) and fact.result is Result.UNRESOLVED
    return left or isinstance(fact, BESIDE)


def open_unseen(state: State) -> tuple[DeviationState, ...]:
    """Give each token that could not be looked into and that nobody has decided about.

    It is told once for each reason why it could not.
    """
    return tuple(
        known
        for known in state.deviations
        if known.recorded.cause == UNSEEN and known.closed is None
    )


def found_courses(state: State) -> tuple[Course, ...]:
    """Give what two people may decide about what was found in the tokens, or was not.

    What is in doubt in a token that is there is resolved after the decision to abandon,
    before anything ends; what is in doubt in one that nobody could see may be left
    unresolved.
    """
    if not open_unseen(state):
        return courses(state)
    lost = (Course.UNRESOLVED,) if is_lost(state) else ()
    if courses(state) or _is_elsewhere(state):
        return (Course.LOOK_AGAIN, Course.ABANDON, *lost)
    return (Course.LOOK_AGAIN, *lost)


def _is_elsewhere(state: State) -> bool:
    """Tell whether nothing is in doubt in a token that could not be looked into.

    Older records do not name the token: then it may be any.
    """
    pending = state.pending
    return pending is None or not any(
        known.recorded.token in ("", pending.intent.token)
        for known in open_unseen(state)
    )


def is_lost(state: State) -> bool:
    """Tell whether what is in doubt is in a token that nobody could look into."""
    token = state.pending.intent.token if state.pending is not None else ""
    return token not in state.looked and any(
        known.recorded.token == token for known in open_unseen(state) if token
    )


def verify_unseen(state: State, fact: DeviationRecorded) -> None:
    """Insist that a token that nobody could look into is a major deviation.

    It names the token, which older records leave out.

    Raises:
        RefusedError: ``ENGINE-UNSEEN-01``, ``ENGINE-UNSEEN-05``.
    """
    if fact.token and not (fact.cause == UNSEEN and is_inspected(state, fact.token)):
        raise RefusedError(
            "ENGINE-UNSEEN-05",
            f"{fact.deviation} names {fact.token} as a token that could not be looked "
            "into, and nobody looks into it after an interruption.",
            meaning="Nothing was recorded.",
            remedy="Look into the tokens with: ceremony resume.",
        )
    if fact.cause == UNSEEN and fact.severity is not Severity.MAJOR:
        raise RefusedError(
            "ENGINE-UNSEEN-01",
            "A token that could not be looked into is a major deviation.",
            meaning="What is in the token is not known, and nothing was recorded.",
            remedy="Look into the tokens with: ceremony resume.",
        )


def verify_unseen_course(state: State, fact: DeviationClosed) -> None:
    """Insist on a course that is open for a token that nobody could look into.

    Raises:
        RefusedError: ``ENGINE-UNSEEN-02``.
    """
    if fact.course not in found_courses(state):
        raise RefusedError(
            "ENGINE-UNSEEN-02",
            f"{fact.deviation} is not closed in this way: a token that could not be "
            "looked into is looked into again, or the ceremony is abandoned: where "
            "something is in doubt in that very token, with that left unresolved.",
            meaning="Nothing was decided; what is in the token is not known.",
            remedy="Decide about it with: ceremony resume.",
        )


def verify_beside_unseen(state: State, fact: Fact) -> None:
    """Insist that nothing goes on or ends while such a token waits.

    Raises:
        RefusedError: ``ENGINE-UNSEEN-03``.
    """
    if isinstance(fact, BESIDE) or not open_unseen(state):
        return
    raise RefusedError(
        "ENGINE-UNSEEN-03",
        f"A token could not be looked into, and the ceremony waits: {fact.type} is not "
        "recorded.",
        meaning="What is in the token is not known. What is recorded stands.",
        remedy="Let two people decide with: ceremony resume.",
    )
