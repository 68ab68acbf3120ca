"""Tokens that were changed while nobody watched: what is foreign, and who decides.

An object that neither the record nor the operation in doubt explains is foreign: it is
never adopted, never destroyed and never passed over in silence. Two people look again
once it is explained or removed, go on beside it, or abandon the ceremony.

Invariants:
    * While a change waits for its decision nothing of the script goes on.
    * Nobody goes on where a key is gone or differs.
    * What is gone on with is exactly what was told before it was decided.
    * After the decision to abandon nothing is left but the end, whatever is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ceremony.engine.facts import (
    AttendanceChanged,
    CeremonyAbandoned,
    ChangedToken,
    CommandRefused,
    Course,
    DeviationClosed,
    DeviationRecorded,
    Fact,
    FoundObject,
    InventoryTaken,
    Noted,
    Outcome,
    Result,
    Resumed,
    Severity,
    TokenFound,
    TokensChanged,
    TokensInspected,
)
from ceremony.engine.state import DeviationState, Pending, State
from ceremony.engine.zeroise import (
    foreign_elsewhere,
    is_initialised_in_doubt,
    is_inspected,
    may_be_wiped,
)
from ceremony.errors import RefusedError

CHANGED: Final = "changed-token"
"""The cause of the deviation that a changed token is."""

MAKES_KEY: Final = ("key.generate", "key.unwrap")
"""The verbs after which a key is in a token that was not there before."""

Objects = tuple[FoundObject, ...]

_KEYS: Final = ("private-key", "public-key", "secret-key")

_NEVER_LEFT: Final = ("data", "certificate")
"""Kinds of objects that no operation on a key leaves behind."""

_WHOLE: Final = (["private-key", "public-key"], ["secret-key"])
"""The kinds of a whole key's objects, sorted."""

BESIDE: Final = (
    AttendanceChanged,
    CommandRefused,
    DeviationClosed,
    DeviationRecorded,
    Noted,
    TokensChanged,
    TokensInspected,
)
"""What people may tell and find of a ceremony that was left, before it is resumed."""


def unexplained(
    state: State, token: str, taken: InventoryTaken
) -> tuple[Objects, Objects]:
    """Tell what came to a token and went from it that nothing explains.

    An object that a making in doubt may have left bears its id, or none yet; what it
    left may be gone again. A destruction in doubt takes objects of its key and leaves
    none. An initialisation in doubt takes all that it found, or it had not begun.

    Returns:
        What is foreign, and what is gone.
    """
    came, went = taken.added, taken.removed
    pending = state.pending
    if pending is None or pending.intent.token != token:
        return came, went
    if is_initialised_in_doubt(state, token):
        kept = taken.count - len(came)
        return came, went if kept else ()
    ids = _own_ids(pending, came)
    return (
        tuple(each for each in came if not is_left(each, ids)),
        # A resumption that was itself interrupted may have ended a part of it.
        _beyond(went, _takes(state, pending)),
    )


def is_left(found: FoundObject, ids: tuple[str, ...]) -> bool:
    """Tell whether the making of a key can have left an object, by kind and id."""
    return found.cka_id in ids and found.kind not in _NEVER_LEFT


def take_left(state: State, fact: Resumed) -> State:
    """Keep what a resumption lists as left by the operation in doubt, until it ends."""
    pending = state.pending
    if pending is None:
        return state
    left = pending.left
    for found in fact.tokens:
        if found.token == pending.intent.token:
            taken = found.inventory
            foreign, _ = unexplained(state, found.token, taken)
            came = _beyond(taken.added, foreign)
            left = _beyond((*left, *came), taken.removed)
    return replace(state, pending=replace(pending, left=left))


def _own_ids(pending: Pending, came: Objects) -> tuple[str, ...]:
    """Give the ids that objects of a making in doubt may bear.

    Half a key may have none yet; beside a whole one, what has none is foreign. A part
    of it may stand in the list of an earlier resumption.
    """
    if pending.intent.verb not in MAKES_KEY:
        return ()
    named = tuple(each for each in (*pending.left, *came) if each.cka_id == pending.op)
    return (pending.op,) if is_whole(named) else ("", pending.op)


def _takes(state: State, pending: Pending) -> Objects:
    """Give what may be gone because of the operation in doubt or of its settling."""
    made = state.made.get(pending.intent.thing)
    if pending.intent.verb == "key.destroy" and made is not None:
        return made.objects
    return pending.left


def _beyond(objects: Objects, known: Objects) -> Objects:
    """Give the objects that are not among those known, each counted once."""
    return tuple((Counter(objects) - Counter(known)).elements())


def is_whole(objects: Objects) -> bool:
    """Tell whether objects are, by kind and id, exactly those of one whole key."""
    ids = {each.cka_id for each in objects}
    kinds = sorted(each.kind for each in objects)
    return kinds in _WHOLE and len(ids) == 1 and "" not in ids


def courses(state: State) -> tuple[Course, ...]:
    """Give what two people may decide about the change that waits for it.

    Nobody goes on where a key is gone, and one of which an object differs is gone, nor
    beside an object that could be taken for one of a key's. What was foreign before
    was nobody's to keep, nor is what an initialisation in doubt is to wipe. Whatever
    is found after the decision to abandon, that decision stands.
    """
    change = state.change
    if change is None or change.course is not None:
        return ()
    if state.given_up or any(
        _touches_keys(state, each) for each in change.found.tokens
    ):
        return (Course.LOOK_AGAIN, Course.ABANDON)
    return (Course.LOOK_AGAIN, Course.GO_ON, Course.ABANDON)


def _touches_keys(state: State, changed: ChangedToken) -> bool:
    made = {found for key in state.made.values() for found in key.objects}
    nobodys = set(state.foreign.get(changed.token, ())) - made
    ids = {key.cka_id for key in state.made.values()}
    lost = () if may_be_wiped(state, changed.token) else changed.gone
    return any(found.kind in _KEYS and found not in nobodys for found in lost) or any(
        found.cka_id in ids for found in changed.foreign
    )


def verify_changed(state: State, fact: TokensChanged) -> None:
    """Insist on the change as its lists show it, told once, and on its deviation.

    Raises:
        RefusedError: ``ENGINE-CHANGE-01``, ``ENGINE-CHANGE-02``.
    """
    last = state.deviations[-1] if state.deviations else None
    named = last is not None and last.recorded.deviation == fact.deviation
    told = [(each.foreign, each.gone) for each in fact.tokens]
    shown = [unexplained(state, each.token, each.inventory) for each in fact.tokens]
    if not named or not _is_change(last) or told != shown or not _is_told(told):
        raise RefusedError(
            "ENGINE-CHANGE-01",
            "What is foreign in a token, or gone from it, is told as its list shows "
            "it, with an open major deviation of its own.",
            meaning="Nothing was decided about the token.",
            remedy="Look into the tokens with: ceremony resume.",
        )
    if tells_again(state, fact.tokens):
        raise RefusedError(
            "ENGINE-CHANGE-02",
            "The same change of the tokens is told already and waits for its decision.",
            remedy="Let two people decide with: ceremony resume.",
        )


def _is_told(told: list[tuple[Objects, Objects]]) -> bool:
    return bool(told) and ((), ()) not in told


def tells_again(state: State, tokens: tuple[ChangedToken, ...]) -> bool:
    """Tell whether the same change is told already and waits for its decision."""
    stands = state.change
    return (
        stands is not None and stands.course is None and stands.found.tokens == tokens
    )


def _is_change(known: DeviationState | None) -> bool:
    return known is not None and (
        known.recorded.cause,
        known.recorded.severity,
        known.closed,
    ) == (CHANGED, Severity.MAJOR, None)


def verify_course(state: State, known: DeviationState, fact: DeviationClosed) -> None:
    """Insist on a course that is open for a changed token, and on none elsewhere.

    Raises:
        RefusedError: ``ENGINE-CHANGE-03``.
    """
    waiting = state.change.found.deviation if state.change is not None else ""
    if known.recorded.cause != CHANGED:
        allowed = fact.course is None
    elif fact.deviation == waiting:
        allowed = fact.course in courses(state)
    else:
        # It is what the tokens held before they were looked into again.
        allowed = fact.course is Course.LOOK_AGAIN
    if not allowed:
        raise RefusedError(
            "ENGINE-CHANGE-03",
            f"{fact.deviation} is not closed in this way: about a changed token people "
            "decide to look again or to abandon, and to go on only where no key is "
            "gone and none differs; one that was told anew is only looked into again.",
            meaning="Nothing was decided.",
            remedy="Decide about it with: ceremony resume.",
        )


def verify_as_decided(state: State, fact: Resumed) -> None:
    """Insist that the tokens hold what the record explains or two people let be.

    Raises:
        RefusedError: ``ENGINE-CHANGE-04``: a change is not decided, or another one.
    """
    if not is_as_decided(state, fact.tokens):
        raise RefusedError(
            "ENGINE-CHANGE-04",
            "A token is not as the record left it, and two people have not decided "
            "about what is in it now.",
            meaning="Nothing in it was touched.",
            remedy="Look into the tokens and decide with: ceremony resume.",
        )


def verify_inspected(state: State, fact: TokensInspected) -> None:
    """Insist that a look lists tokens that are looked into, and nothing untold.

    Raises:
        RefusedError: ``ENGINE-LOOK-01``.
    """
    change = state.change
    told = {
        each.token: (each.foreign, each.gone)
        for each in (change.found.tokens if change is not None else ())
    }
    names = [found.token for found in fact.tokens]
    opened = state.opened.tokens if state.opened is not None else ()
    bound = {(each.name, each.serial) for each in opened}
    known = all(
        is_inspected(state, found.token)
        and (found.token, found.serial) in bound
        and unexplained(state, found.token, found.inventory)
        in (((), ()), told.get(found.token))
        for found in fact.tokens
    )
    if not names or len(set(names)) < len(names) or not known:
        raise RefusedError(
            "ENGINE-LOOK-01",
            "A look after an interruption lists tokens of the ceremony, each once, and "
            "what nothing explains in them is told as a change before.",
            meaning="Nothing was decided about the tokens.",
            remedy="Look into the tokens with: ceremony resume.",
        )


def verify_expected(state: State, fact: TokensInspected | Resumed) -> None:
    """Insist that what the record has in each token is counted from the record.

    Raises:
        RefusedError: ``ENGINE-LOOK-02``.
    """
    for found in fact.tokens:
        last = state.token(found.token).inventory
        count = last.count if last is not None else 0
        if found.expected_count != count:
            raise RefusedError(
                "ENGINE-LOOK-02",
                f"{found.expected_count} objects are said to be expected in "
                f"{found.token}, and the record's last list of it has {count}.",
                meaning="Nothing was decided about the tokens.",
                remedy="Look into the tokens with: ceremony resume.",
            )


def is_as_decided(state: State, tokens: Iterable[TokenFound]) -> bool:
    """Tell whether nothing in the tokens waits for a decision of two people."""
    change, let_be = state.change, _let_be(state)
    decided = change is None or change.course is not None
    # What was decided about may have been removed since: then nothing is let be.
    return decided and all(
        unexplained(state, found.token, found.inventory)
        in (((), ()), let_be.get(found.token))
        for found in tokens
    )


def verify_beside_change(state: State, fact: Fact) -> None:
    """Insist that nothing goes on while tokens are found changed.

    Raises:
        RefusedError: ``ENGINE-CHANGE-05``.
    """
    change = state.change
    if (change is None and not state.given_up) or isinstance(fact, (*BESIDE, Resumed)):
        return
    decided = change is None or change.course is not None
    if decided and state.given_up and isinstance(fact, Outcome):
        # What is in doubt is resolved before the ceremony is given up.
        return
    if decided and isinstance(fact, CeremonyAbandoned):
        return
    why = (
        "It is decided that the ceremony is abandoned"
        if state.given_up
        else "A token was changed meanwhile, and the ceremony waits"
    )
    raise RefusedError(
        "ENGINE-CHANGE-05",
        f"{why}: {fact.type} is not recorded.",
        meaning="What is recorded stands, and nothing was added to it.",
        remedy="Let two people decide with: ceremony resume.",
    )


def take_course(state: State, fact: DeviationClosed) -> State:
    """Keep what was decided about the change; to look again settles it."""
    change = state.change
    if change is None or fact.deviation != change.found.deviation:
        return state
    if fact.course is Course.LOOK_AGAIN:
        return replace(state, change=None)
    return replace(state, change=replace(change, course=fact.course))


def take_let_be(state: State, fact: Resumed) -> State:
    """Let what two people decided to go on beside be foreign, where it is there yet."""
    if state.change is None:
        return state
    foreign = dict(state.foreign)
    for found in fact.tokens:
        came, went = unexplained(state, found.token, found.inventory)
        kept = (each for each in foreign.get(found.token, ()) if each not in went)
        foreign[found.token] = (*kept, *came)
    return replace(state, foreign=foreign, change=None)


def take_wiped(state: State, fact: Outcome) -> State:
    """Let nothing be foreign any more in a token that was initialised anew."""
    if fact.verb != "token.initialise" or fact.result is not Result.DONE:
        return state
    return replace(state, foreign=foreign_elsewhere(state, fact.token))


def _let_be(state: State) -> dict[str, tuple[Objects, Objects]]:
    """Give by token what is decided to be gone on with and not yet listed."""
    change = state.change
    if change is None or change.course is None:
        return {}
    return {each.token: (each.foreign, each.gone) for each in change.found.tokens}
