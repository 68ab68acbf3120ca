"""Tokens that somebody changed meanwhile: told in the journal, and decided by two.

What came to a token or went from it while a ceremony was interrupted, and what neither
the record nor the operation in doubt explains, is recorded as it was found, each time
anew where it differs. Nobody goes on before two people have decided about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ceremony.conduct.actions.device import Taken
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.incident import abandon, deviation_number, initials_of
from ceremony.engine.change import CHANGED, is_as_decided, tells_again, unexplained
from ceremony.engine.facts import (
    ChangedToken,
    Course,
    DeviationClosed,
    DeviationRecorded,
    FoundObject,
    Initial,
    Severity,
    TokenFound,
    TokensChanged,
)
from ceremony.errors import RefusedError
from ceremony.identifiers import Role

NOT_AS_LEFT: Final = "CONDUCT-RESUME-04"
"""How a resumption says that a token was changed and two people have to decide."""

EXPECTED: Final = "Every token is as the record left it."

DECIDED: Final = {
    Course.LOOK_AGAIN: "The tokens are looked into again.",
    Course.GO_ON: "The ceremony goes on beside it, and nothing of it is touched.",
    Course.ABANDON: "The ceremony is abandoned.",
}
"""What was decided, for people and the record; their reason follows."""


def waits_for_course(conductor: Conductor) -> bool:
    """Tell whether two people have to decide about a token that was changed."""
    change = conductor.state.change
    return change is not None and change.course is None


def tell_changes(
    conductor: Conductor, found: Sequence[TokenFound], taken: Mapping[str, Taken]
) -> None:
    """Record what is foreign in the tokens, or gone, unless that is told already.

    Args:
        conductor: The ceremony, interrupted.
        found: The tokens that were looked into.
        taken: By token, what is in it.
    """
    changes = _changes(conductor, found)
    state = conductor.state
    if not changes or tells_again(state, changes) or is_as_decided(state, found):
        return
    number = deviation_number(conductor)
    happened = " ".join(
        f"{line}." for each in changes for line in change_lines(conductor, [each])
    )
    deviation = DeviationRecorded(number, Severity.MAJOR, CHANGED, EXPECTED, happened)
    contents = {taken[each.token].name: taken[each.token].content for each in changes}
    conductor.record_all(
        [
            (deviation, None, None, {}),
            (TokensChanged(number, changes), None, None, contents),
        ],
        in_step=True,
    )


def verify_unchanged(
    conductor: Conductor, found: Sequence[TokenFound], taken: Mapping[str, Taken]
) -> None:
    """Insist that the tokens hold what is explained, or what two people let be.

    Raises:
        RefusedError: ``CONDUCT-RESUME-04``: they do not; what was found is recorded.
    """
    tell_changes(conductor, found, taken)
    change = conductor.state.change
    if change is None or is_as_decided(conductor.state, found):
        return
    raise RefusedError(
        NOT_AS_LEFT,
        f"{'; '.join(change_lines(conductor, change.found.tokens))}.",
        meaning="Nothing in it was touched. What was in doubt is in doubt still.",
        remedy="Find out who worked at the token. Two people decide: to look again "
        "once it is removed or explained, to go on beside it where no key is gone, or "
        "to abandon the ceremony.",
    )


def decide_change(
    conductor: Conductor, course: Course, reason: str, by: Sequence[Role | Initial]
) -> None:
    """Record what two people decided about the change, and why; to abandon ends it.

    What is in doubt is resolved before a ceremony is given up: by the resumption.

    Raises:
        RefusedError: ``CONDUCT-CHANGE-01``: nothing waits for it, or no reason; or
            ``ENGINE-CHANGE-03``, ``ENGINE-DEVIATION-03`` or the initials' own.
    """
    if not waits_for_course(conductor) or not reason.strip():
        raise RefusedError(
            "CONDUCT-CHANGE-01",
            "No changed token waits for a decision, or nobody said why it is made.",
            meaning="Nothing was decided.",
            remedy="Look into the tokens, then decide and give a reason.",
        )
    decided = f"{DECIDED[course]} {reason.strip()}"
    closing = closing_changes(conductor, course, decided, initials_of(conductor, by))
    for fact in closing:
        conductor.verify(fact)
    conductor.record_all([(fact, None, None, {}) for fact in closing], in_step=True)
    if course is Course.ABANDON and conductor.state.pending is None:
        abandon(conductor, decided)


def closing_changes(
    conductor: Conductor, course: Course, decided: str, by: tuple[Initial, ...]
) -> list[DeviationClosed]:
    """Close the change that waits as decided, and what was told before it as told anew.

    What was found earlier may be another thing, and nobody decided about that.
    """
    change = conductor.state.change
    waiting = change.found.deviation if change is not None else ""
    return [
        DeviationClosed(known.recorded.deviation, decided, by, course)
        if known.recorded.deviation == waiting
        else DeviationClosed(
            known.recorded.deviation,
            f"{DECIDED[Course.LOOK_AGAIN]} What they hold is told anew as {waiting}.",
            by,
            Course.LOOK_AGAIN,
        )
        for known in conductor.state.deviations
        if known.closed is None and known.recorded.cause == CHANGED
    ]


def give_up(conductor: Conductor) -> None:
    """Abandon the ceremony as two people decided, once nothing is in doubt any more."""
    decided = [
        known.closed.decided
        for known in conductor.state.deviations
        if known.closed is not None
        and known.closed.course is not None
        and known.closed.course.is_end
    ]
    abandon(conductor, decided[-1])


def change_lines(
    conductor: Conductor, changes: Sequence[ChangedToken]
) -> tuple[str, ...]:
    """Say of each token, in one sentence without its full stop, what was changed."""
    return tuple(
        f"{conductor.script.thing(each.token).title} is not as the record left it: "
        f"{'; '.join(object_lines(each))}"
        for each in changes
    )


def object_lines(changed: ChangedToken) -> tuple[str, ...]:
    """Name each object that is there and not recorded, or recorded and not there."""
    return (
        *(f"{named(each)} is there and not recorded" for each in changed.foreign),
        *(f"{named(each)} is recorded and not there" for each in changed.gone),
    )


def named(found: FoundObject) -> str:
    """Name an object by all that a leaf says of it."""
    told = f"{found.kind} {found.label or 'without label'}"
    return f"{told}, id {found.cka_id or 'none'},"


def _changes(
    conductor: Conductor, found: Sequence[TokenFound]
) -> tuple[ChangedToken, ...]:
    changes = []
    for each in found:
        foreign, gone = unexplained(conductor.state, each.token, each.inventory)
        if foreign or gone:
            changes.append(
                ChangedToken(each.token, each.serial, each.inventory, foreign, gone)
            )
    return tuple(changes)
