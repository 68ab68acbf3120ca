"""Tokens that nobody could look into: told in the journal, and decided by two.

A token that was exchanged for another one, or wiped and given another PIN, is only
seen as one that is not there or that refuses its PIN. So each look that fails is told,
with the token and the reason, and two people say what they know of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ceremony.conduct.changed import DECIDED, decide_change, waits_for_course
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.incident import abandon, initials_of, record_deviation
from ceremony.engine.facts import Course, DeviationClosed, Initial, Severity
from ceremony.engine.unseen import UNSEEN, open_unseen
from ceremony.errors import DeviceError
from ceremony.identifiers import Role
from ceremony.pack.binding import TokenBinding

EXPECTED: Final = "Every token can be looked into."


def waits_for_people(conductor: Conductor) -> bool:
    """Tell whether two people have to decide about what was found, or was not."""
    return bool(open_unseen(conductor.state)) or waits_for_course(conductor)


def tell_unseen(conductor: Conductor, bound: TokenBinding, error: DeviceError) -> None:
    """Record that a token could not be looked into, unless that waits already.

    Args:
        conductor: The ceremony, interrupted.
        bound: The token.
        error: Why it could not.
    """
    title = conductor.script.thing(bound.name).title
    happened = f"{title}, {bound.serial}, could not be looked into. {error}"
    told = {known.recorded.happened for known in open_unseen(conductor.state)}
    if happened not in told:
        record_deviation(
            conductor,
            Severity.MAJOR,
            expected=EXPECTED,
            happened=happened,
            cause=UNSEEN,
        )


def decide_found(
    conductor: Conductor, course: Course, reason: str, by: Sequence[Role | Initial]
) -> None:
    """Record what two people decided about all that was found, or was not, and why.

    Raises:
        RefusedError: ``CONDUCT-CHANGE-01``: nothing waits for it, or no reason; or
            ``ENGINE-UNSEEN-02``, ``ENGINE-CHANGE-03``, ``ENGINE-DEVIATION-03`` or the
            initials' own.
    """
    unseen = open_unseen(conductor.state)
    if not unseen or not reason.strip():
        decide_change(conductor, course, reason, by)
        return
    decided = f"{DECIDED[course]} {reason.strip()}"
    initials = initials_of(conductor, by)
    closing = [
        DeviationClosed(known.recorded.deviation, decided, initials, course)
        for known in unseen
    ]
    for fact in closing:
        conductor.verify(fact)
    conductor.record_all([(fact, None, None, {}) for fact in closing], in_step=True)
    if waits_for_course(conductor):
        decide_change(conductor, course, reason, by)
    elif course is Course.ABANDON:
        abandon(conductor, decided)
