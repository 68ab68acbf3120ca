"""A ceremony that was left: which event was the last one before, and what came since.

A program that ends writes nothing of it. What was carried out last was carried out
before; a look into the tokens is of afterwards, with all that follows it, and so is a
note that says so itself, and whatever the program has recorded that found it so.

Invariants:
    * What people tell or find afterwards never moves where the interruption began.
    * Nobody ends it before each token was looked into, as far as that can be done.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from ceremony.conduct.conductor import Conductor
from ceremony.engine.change import CHANGED
from ceremony.engine.facts import (
    CertificateBrought,
    CommandRefused,
    DeviationClosed,
    DeviationRecorded,
    EarlierFound,
    Fact,
    Noted,
    Opened,
    Outcome,
    TokensChanged,
    TokensInspected,
)
from ceremony.engine.state import Recorded
from ceremony.engine.unseen import UNSEEN, is_beside, open_unseen
from ceremony.engine.zeroise import is_inspected, looked_into
from ceremony.errors import RefusedError
from ceremony.journal.event import Event

NOT_LOOKED: Final = "CONDUCT-LOOK-01"
"""How it is refused to end a ceremony before its tokens were looked into."""

_BEFORE_ANYTHING: Final = (
    Opened,
    EarlierFound,
    CertificateBrought,
    Noted,
    CommandRefused,
)
"""What is recorded of a ceremony before anything is carried out."""


def is_fresh(facts: Sequence[Recorded]) -> bool:
    """Tell whether nothing was carried out yet, so that nothing was interrupted."""
    return all(isinstance(recorded.fact, _BEFORE_ANYTHING) for recorded in facts)


def left_after(facts: Sequence[Recorded], found_count: int) -> int | None:
    """Give the last leaf before a ceremony was left that nobody has resumed yet.

    Args:
        facts: Everything recorded so far.
        found_count: How many of them this program found when it came.

    Returns:
        Its number; None where nothing was begun, or where this program has carried
        something out since.
    """
    found, since = facts[:found_count], facts[found_count:]
    gone_on = not all(is_beside(recorded.fact) for recorded in since)
    return None if gone_on or is_fresh(found) else _last_before(found).seq


def last_before_left(facts: Sequence[Recorded], found_count: int) -> Event:
    """Give the last leaf before a ceremony was left; where it was not, the last one.

    Args:
        facts: Everything recorded so far, of a ceremony that was opened.
        found_count: As for :func:`left_after`.
    """
    seq = left_after(facts, found_count)
    known = (recorded.event for recorded in facts if recorded.event.seq == seq)
    return next(known, _last_before(facts))


def tried_tokens(conductor: Conductor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the tokens that people have tried to look into since the ceremony was left.

    One that could not be looked into was tried; it is a deviation, and told as one.

    Returns:
        Those that were tried, and those that were not.
    """
    state = conductor.state
    last = last_before_left(conductor.facts, conductor.found_count)
    tried = {known.recorded.token for known in open_unseen(state)}
    for recorded in conductor.facts:
        if isinstance(recorded.fact, TokensInspected) and recorded.event.seq > last.seq:
            tried.update(found.token for found in recorded.fact.tokens)
    names = [
        bound.name
        for bound in (state.opened.tokens if state.opened is not None else ())
        if is_inspected(state, bound.name)
    ]
    return (
        tuple(name for name in names if name in tried),
        tuple(name for name in names if name not in tried),
    )


def verify_tried(conductor: Conductor) -> None:
    """Insist that each token was tried before people end a ceremony over another one.

    Raises:
        RefusedError: ``CONDUCT-LOOK-01``.
    """
    tried, _ = tried_tokens(conductor)
    if set(looked_into(conductor.state)) - set(tried):
        raise not_looked()


def not_looked() -> RefusedError:
    """Say that a ceremony does not end before people looked into its tokens."""
    return RefusedError(
        NOT_LOOKED,
        "The ceremony was left, and nobody has looked into each of its tokens since.",
        meaning="Whether somebody changed a token meanwhile is not known. The "
        "ceremony was not abandoned.",
        remedy="Give the PIN of each token and look into it, then abandon.",
    )


def _last_before(facts: Sequence[Recorded]) -> Event:
    """Give the last leaf before the first one that can only be of afterwards.

    Args:
        facts: Of a ceremony that was opened; what opened it was carried out.
    """
    beside = tuple(takewhile(lambda each: is_beside(each.fact), reversed(facts)))
    last = facts[-1 - len(beside)]
    for recorded in reversed(beside):
        if _is_afterwards(recorded.fact):
            break
        last = recorded
    return last.event


def _is_afterwards(fact: Fact) -> bool:
    if isinstance(fact, Noted):
        return fact.left_after is not None
    if isinstance(fact, DeviationRecorded):
        return fact.cause in (CHANGED, UNSEEN)
    if isinstance(fact, DeviationClosed):
        return fact.course is not None
    # The one outcome beside which nothing is done is that of a doubt left unresolved.
    return isinstance(fact, TokensInspected | TokensChanged | Outcome)
