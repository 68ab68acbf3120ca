"""A ceremony that was left: which event was the last one before, and what came since.

A program that ends writes nothing of it. What was carried out last was carried out
before; a look into the tokens is of afterwards, with all that follows it, and so is a
note that says so itself, and whatever the program has recorded that found it so.

Invariants:
    * What people tell or find afterwards never moves where the interruption began.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from ceremony.engine.change import BESIDE, CHANGED
from ceremony.engine.facts import (
    CertificateBrought,
    CommandRefused,
    DeviationClosed,
    DeviationRecorded,
    EarlierFound,
    Fact,
    Noted,
    Opened,
    TokensChanged,
    TokensInspected,
)
from ceremony.engine.state import Recorded
from ceremony.engine.unseen import UNSEEN
from ceremony.journal.event import Event

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
    gone_on = any(not isinstance(recorded.fact, BESIDE) for recorded in since)
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


def _last_before(facts: Sequence[Recorded]) -> Event:
    """Give the last leaf before the first one that can only be of afterwards.

    Args:
        facts: Of a ceremony that was opened; what opened it was carried out.
    """
    beside = tuple(
        takewhile(lambda each: isinstance(each.fact, BESIDE), reversed(facts))
    )
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
    return isinstance(fact, TokensInspected | TokensChanged)
