"""Tokens that nobody could look into: told in the journal, and decided by two.

A token that was exchanged for another one, or wiped and given another PIN, is only
seen as one that is not there or that refuses its PIN. So each look that fails is told,
with the token and the reason, and two people say what they know of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ceremony.conduct.actions.device import Taken
from ceremony.conduct.changed import (
    DECIDED,
    closing_changes,
    decide_change,
    give_up,
    tell_changes,
    waits_for_course,
)
from ceremony.conduct.conductor import Conductor, Contents
from ceremony.conduct.incident import abandon, deviation_number, initials_of
from ceremony.conduct.left import verify_tried
from ceremony.engine.facts import (
    Course,
    DeviationClosed,
    DeviationRecorded,
    Fact,
    Initial,
    Severity,
    TokenFound,
    TokensInspected,
)
from ceremony.engine.unresolved import unresolved_outcome
from ceremony.engine.unseen import UNSEEN, is_beside, open_unseen
from ceremony.errors import DeviceError
from ceremony.identifiers import OperationId, PersonId, Role
from ceremony.pack.binding import TokenBinding

EXPECTED: Final = "Every token can be looked into."


def waits_for_people(conductor: Conductor) -> bool:
    """Tell whether two people have to decide about what was found, or was not."""
    return bool(open_unseen(conductor.state)) or waits_for_course(conductor)


def tell_look(
    conductor: Conductor,
    found: Sequence[TokenFound],
    taken: Mapping[str, Taken],
    unseen: Mapping[TokenBinding, DeviceError],
) -> None:
    """Record all that a look has shown: what nothing explains, what was not seen.

    Args:
        conductor: The ceremony, interrupted.
        found: The tokens that were looked into.
        taken: By token, what is in it.
        unseen: Those that could not be, and why.
    """
    tell_changes(conductor, found, taken)
    for bound, error in unseen.items():
        tell_unseen(conductor, bound, error)
    tell_inspected(conductor, found, taken)


def tell_unseen(conductor: Conductor, bound: TokenBinding, error: DeviceError) -> None:
    """Record that a token could not be looked into, unless that waits already.

    Where a look has shown the token since, it is told anew.

    Args:
        conductor: The ceremony, interrupted.
        bound: The token.
        error: Why it could not.
    """
    title = conductor.script.thing(bound.name).title
    happened = f"{title}, {bound.serial}, could not be looked into. {error}"
    state = conductor.state
    told = {
        (known.recorded.token, known.recorded.happened) for known in open_unseen(state)
    }
    if (bound.name, happened) in told and bound.name not in state.looked:
        return
    number = deviation_number(conductor)
    conductor.record(
        DeviationRecorded(
            number, Severity.MAJOR, UNSEEN, EXPECTED, happened, bound.name
        )
    )


def tell_inspected(
    conductor: Conductor, found: Sequence[TokenFound], taken: Mapping[str, Taken]
) -> None:
    """Record which tokens people looked into and what is in them, once while it holds.

    Args:
        conductor: The ceremony, interrupted.
        found: The tokens that were looked into.
        taken: By token, what is in it.
    """
    names = frozenset(each.token for each in found)
    if not found or (names <= conductor.state.looked and _is_told(conductor, found)):
        return
    contents = {taken[name].name: taken[name].content for name in sorted(names)}
    conductor.record(TokensInspected(tuple(found)), contents=contents)


def _is_told(conductor: Conductor, found: Sequence[TokenFound]) -> bool:
    """Tell whether the last look showed the same, with nothing done since."""
    for recorded in reversed(conductor.facts):
        if isinstance(recorded.fact, TokensInspected):
            return recorded.fact.tokens == tuple(found)
        if not is_beside(recorded.fact):
            break
    return False


def decide_found(
    conductor: Conductor, course: Course, reason: str, by: Sequence[Role | Initial]
) -> None:
    """Record what two people decided about all that was found, or was not, and why.

    Where they leave unresolved what is in doubt, its outcome says so, and the ceremony
    is abandoned with the doubt named. What is in doubt in a token that is there is
    resolved first: by the resumption, which leaves the unseen token out.

    Raises:
        RefusedError: ``CONDUCT-CHANGE-01``: nothing waits for it, or no reason;
            ``CONDUCT-LOOK-01``: a token that may be there was not tried; or
            ``ENGINE-UNSEEN-02``, ``ENGINE-CHANGE-03``, ``ENGINE-DEVIATION-03`` or the
            initials' own.
    """
    unseen = open_unseen(conductor.state)
    if waits_for_people(conductor) and course.is_end:
        verify_tried(conductor)
    if not unseen or not reason.strip():
        decide_change(conductor, course, reason, by)
        return
    if course is Course.UNRESOLVED:
        _leave_unresolved(conductor, reason.strip(), initials_of(conductor, by))
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
    elif course is Course.ABANDON and conductor.state.pending is None:
        abandon(conductor, decided)


def _leave_unresolved(
    conductor: Conductor, reason: str, by: tuple[Initial, ...]
) -> None:
    """End what is in doubt as unresolved and abandon the ceremony, for one reason."""
    pending = conductor.state.pending
    token = pending.intent.token if pending is not None else ""
    # The token in doubt comes last: until then it is one that waits.
    closing = [
        DeviationClosed(known.recorded.deviation, reason, by, Course.UNRESOLVED)
        for known in sorted(
            open_unseen(conductor.state), key=lambda each: each.recorded.token == token
        )
    ]
    for fact in closing:
        conductor.verify(fact)
    wishes: list[tuple[Fact, PersonId | None, OperationId | None, Contents]] = [
        (fact, None, None, {}) for fact in closing
    ]
    if waits_for_course(conductor):
        decided = f"{DECIDED[Course.ABANDON]} {reason}"
        wishes += [
            (fact, None, None, {})
            for fact in closing_changes(conductor, Course.ABANDON, decided, by)
        ]
    if pending is not None:
        people = tuple(initial.person for initial in by)
        ended = unresolved_outcome(pending, people)
        wishes.append((ended, None, pending.op, {}))
    conductor.record_all(wishes, in_step=True)
    give_up(conductor)
