"""Tokens that were changed meanwhile: what is foreign, who decides, what waits."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from ceremony.engine.change import (
    CHANGED,
    courses,
    is_whole,
    unexplained,
)
from ceremony.engine.command import Command
from ceremony.engine.facts import (
    AttendanceChanged,
    BreakBegun,
    CeremonyAbandoned,
    ChangedToken,
    Course,
    DeviationClosed,
    DeviationRecorded,
    FoundObject,
    Initial,
    InventoryTaken,
    Noted,
    Outcome,
    Result,
    Resumed,
    Severity,
    StepClosed,
    TokenFound,
    TokensChanged,
)
from ceremony.engine.fold import fold
from ceremony.engine.state import State
from ceremony.engine.zeroise import foreign_elsewhere, is_inspected, may_be_wiped
from ceremony.identifiers import Digest, OperationId, PersonId, Role
from tests.fakes.walked_record import allowed, at, going_on, refusal, walked_key_acts

ROOT: Final = "root-hsm"
SECURITY: Final = Initial(PersonId("s-01"), Role("security-officer"), "SE")
WITNESS: Final = Initial(PersonId("w-01"), Role("internal-witness"), "WE")
INTRUDER: Final = tuple(
    FoundObject(kind, "intruder", "ab" * 16) for kind in ("private-key", "public-key")
)
NAMELESS: Final = FoundObject("data", "", "")
ANY: Final = (Course.LOOK_AGAIN, Course.GO_ON, Course.ABANDON)
"""What two people may decide about a change that touches no key."""
MOMENT: Final = at("2.14", StepClosed)


def before() -> State:
    """Give the state in which the root key is made and nothing is in doubt."""
    return MOMENT.before


def listed(
    added: tuple[FoundObject, ...] = (), removed: tuple[FoundObject, ...] = ()
) -> InventoryTaken:
    return InventoryTaken(Digest("33" * 32), 2 + len(added), added, removed)


def recorded(
    state: State,
    cause: str = CHANGED,
    severity: Severity = Severity.MAJOR,
) -> State:
    number = f"D-{len(state.deviations) + 1:02d}"
    told = DeviationRecorded(number, severity, cause, "As left.", "It is not.")
    return fold(state, MOMENT.event, told)


def change(
    foreign: tuple[FoundObject, ...] = INTRUDER,
    gone: tuple[FoundObject, ...] = (),
    number: str = "D-01",
) -> TokensChanged:
    taken = listed(foreign, gone)
    return TokensChanged(number, (ChangedToken(ROOT, "S", taken, foreign, gone),))


def found(
    foreign: tuple[FoundObject, ...] = INTRUDER, gone: tuple[FoundObject, ...] = ()
) -> State:
    state = recorded(before())
    command = Command(change(foreign, gone))
    allowed(state, command)
    return going_on(state, MOMENT, command)


def closed(course: Course | None, number: str = "D-01") -> Command:
    return Command(DeviationClosed(number, "Because.", (SECURITY, WITNESS), course))


def decided(course: Course, state: State | None = None) -> State:
    state = state or found()
    allowed(state, closed(course))
    return going_on(state, MOMENT, closed(course))


def resumed(
    foreign: tuple[FoundObject, ...] = INTRUDER,
    gone: tuple[FoundObject, ...] = (),
    op: OperationId | None = None,
    expected: int = 2,
) -> Command:
    told = TokenFound(ROOT, "S", expected, listed(foreign, gone))
    return Command(Resumed(30, False, (told,), (SECURITY, WITNESS), op))  # noqa: FBT003  as the leaf has it


def key_of(state: State) -> tuple[FoundObject, ...]:
    return state.keys["root-oca"].objects


def test_a_change_is_told_as_its_list_shows_it_with_a_major_deviation() -> None:
    state = recorded(before())
    allowed(state, Command(change()))
    wrong = (
        (state, TokensChanged("D-01", ())),
        (state, change(number="D-02")),
        (state, change(())),
        (state, replace(change(), tokens=(replace(change().tokens[0], foreign=()),))),
        (before(), change()),
        (recorded(before(), "reported"), change()),
        (recorded(before(), severity=Severity.MINOR), change()),
        (decided(Course.LOOK_AGAIN), change()),
    )
    for known, fact in wrong:
        assert refusal(known, Command(fact)) == "ENGINE-CHANGE-01"


def test_the_same_change_is_told_once_until_it_is_decided() -> None:
    again = recorded(found())
    assert refusal(again, Command(change(number="D-02"))) == "ENGINE-CHANGE-02"
    more = Command(change((*INTRUDER, NAMELESS), number="D-02"))
    allowed(again, more)
    # The first one is told anew: nothing else is decided about it any more.
    both = going_on(again, MOMENT, more)
    for course in (Course.GO_ON, Course.ABANDON, None):
        assert refusal(both, closed(course)) == "ENGINE-CHANGE-03"
    allowed(both, closed(Course.LOOK_AGAIN))
    first = going_on(both, MOMENT, closed(Course.LOOK_AGAIN))
    assert courses(first) == ANY
    second = closed(Course.GO_ON, "D-02")
    allowed(first, second)
    assert courses(going_on(first, MOMENT, second)) == ()
    # In either order, and once nothing waits any more.
    settled = going_on(both, MOMENT, closed(Course.LOOK_AGAIN, "D-02"))
    assert refusal(settled, closed(Course.GO_ON)) == "ENGINE-CHANGE-03"
    allowed(settled, closed(Course.LOOK_AGAIN))
    settled = recorded(decided(Course.LOOK_AGAIN))
    allowed(settled, Command(change(number="D-02")))


def test_nobody_goes_on_where_a_key_is_gone_or_may_be_mistaken() -> None:
    key = key_of(before())
    twin = (replace(key[1], label="twin"),)
    for state in (found((), key[:1]), found(twin), found(INTRUDER, key)):
        assert courses(state) == (Course.LOOK_AGAIN, Course.ABANDON)
        assert refusal(state, closed(Course.GO_ON)) == "ENGINE-CHANGE-03"
        allowed(state, closed(Course.ABANDON))
    assert courses(found((), (NAMELESS,))) == ANY
    assert courses(before()) == ()


def test_a_changed_token_is_decided_with_a_course_and_nothing_else_is() -> None:
    assert refusal(found(), closed(None)) == "ENGINE-CHANGE-03"
    reported = recorded(before(), "reported")
    assert refusal(reported, closed(Course.GO_ON)) == "ENGINE-CHANGE-03"
    allowed(reported, closed(None))
    alone = Command(DeviationClosed("D-01", "Why.", (SECURITY,), Course.GO_ON))
    assert refusal(found(), alone) == "ENGINE-DEVIATION-03"


def test_what_is_resumed_is_what_was_decided() -> None:
    assert refusal(before(), resumed()) == "ENGINE-CHANGE-04"
    assert refusal(found(), resumed()) == "ENGINE-CHANGE-04"
    assert refusal(found(), resumed(())) == "ENGINE-CHANGE-04"
    again = decided(Course.LOOK_AGAIN)
    assert refusal(again, resumed()) == "ENGINE-CHANGE-04"
    allowed(again, resumed(()))
    on = decided(Course.GO_ON)
    assert refusal(on, resumed(INTRUDER[:1])) == "ENGINE-CHANGE-04"
    assert refusal(on, resumed((*INTRUDER, NAMELESS))) == "ENGINE-CHANGE-04"
    allowed(on, resumed())
    state = going_on(on, MOMENT, resumed())
    assert state.change is None
    assert state.foreign == {ROOT: INTRUDER}
    # What they let be may be removed by then; then nothing is foreign.
    allowed(on, resumed(()))
    assert going_on(on, MOMENT, resumed(())).foreign == {ROOT: ()}
    # Of what was foreign one may go again, with another decision.
    less = going_on(recorded(state), MOMENT, Command(change((), INTRUDER, "D-02")))
    assert courses(less) == ANY
    gone = going_on(less, MOMENT, closed(Course.GO_ON, "D-02"))
    assert going_on(gone, MOMENT, resumed((), INTRUDER)).foreign == {ROOT: ()}


@pytest.mark.parametrize("state", [found(), decided(Course.GO_ON)], ids=["", "on"])
def test_nothing_of_the_script_goes_on_beside_a_change(state: State) -> None:
    assert refusal(state, MOMENT.command) == "ENGINE-CHANGE-05"
    pause = Command(BreakBegun("Lunch.", 30, (SECURITY.person, WITNESS.person)))
    assert refusal(state, pause) == "ENGINE-CHANGE-05"
    for fact in (Noted("Who was it?"), AttendanceChanged(PersonId("c-03"), "out", "")):
        allowed(state, Command(fact))


def test_two_people_decide_that_it_is_abandoned_and_nothing_else_is_left() -> None:
    end = Command(CeremonyAbandoned("A strange key."))
    assert refusal(found(), end) == "ENGINE-CHANGE-05"
    state = decided(Course.ABANDON)
    assert state.given_up
    allowed(state, end)
    assert refusal(state, MOMENT.command) == "ENGINE-CHANGE-05"
    # A resumption lists what they let be, and still nothing goes on.
    after = going_on(state, MOMENT, resumed())
    assert after.given_up
    assert refusal(after, resumed()) == "ENGINE-CHANGE-04"
    allowed(after, resumed((), expected=4))
    assert refusal(after, resumed((), expected=2)) == "ENGINE-LOOK-02"
    assert going_on(after, MOMENT, resumed(())).foreign == {ROOT: INTRUDER}
    assert refusal(after, MOMENT.command) == "ENGINE-CHANGE-05"


@pytest.mark.parametrize("listed_before", [False, True])
def test_what_is_found_after_the_decision_to_abandon_does_not_undo_it(
    *, listed_before: bool
) -> None:
    state = decided(Course.ABANDON)
    if listed_before:
        state = going_on(state, MOMENT, resumed())
    end = Command(CeremonyAbandoned("A strange key."))
    late = recorded(state)
    late = going_on(late, MOMENT, Command(change((NAMELESS,), number="D-02")))
    assert refusal(late, end) == "ENGINE-CHANGE-05"
    assert courses(late) == (Course.LOOK_AGAIN, Course.ABANDON)
    assert refusal(late, closed(Course.GO_ON, "D-02")) == "ENGINE-CHANGE-03"
    for course in courses(late):
        after = going_on(late, MOMENT, closed(course, "D-02"))
        assert after.given_up
        allowed(after, end)
        assert refusal(after, MOMENT.command) == "ENGINE-CHANGE-05"


def test_what_is_in_doubt_is_resolved_before_a_ceremony_is_given_up() -> None:
    moment = at("2.5", Outcome)
    pending = moment.before.pending
    assert pending is not None
    state = recorded(moment.before)
    state = going_on(state, moment, Command(change()))
    failed = replace(moment.command, fact=_failed(moment.command.fact))
    assert refusal(state, failed) == "ENGINE-CHANGE-05"
    state = going_on(state, moment, closed(Course.ABANDON))
    state = going_on(state, moment, resumed(op=pending.op))
    allowed(state, failed)


def _failed(fact: object) -> Outcome:
    assert isinstance(fact, Outcome)
    by = (SECURITY.person, WITNESS.person)
    return Outcome(
        fact.verb,
        fact.token,
        fact.serial,
        Result.FAILED,
        thing=fact.thing,
        decided_by=by,
    )


def test_what_the_operation_in_doubt_may_have_left_is_not_foreign() -> None:
    state = at("2.5", Outcome).before
    assert state.pending is not None
    op = state.pending.op
    pair = tuple(FoundObject(each.kind, "", op) for each in INTRUDER)
    half = (pair[0], FoundObject("public-key", "", ""))
    assert is_whole(pair)
    assert not is_whole(half)
    assert unexplained(state, ROOT, listed(half)) == ((), ())
    assert unexplained(state, ROOT, listed(pair)) == ((), ())
    # Beside a whole key what has no id is nobody's, and data never is a key's.
    assert unexplained(state, ROOT, listed((*pair, half[1]))) == ((half[1],), ())
    assert unexplained(state, ROOT, listed((*half, NAMELESS))) == ((NAMELESS,), ())
    assert unexplained(state, "issuing-hsm", listed(pair)) == (pair, ())


def test_a_whole_key_stays_the_operations_however_many_lists_show_it() -> None:
    moment = at("2.5", Outcome)
    state = moment.before
    assert state.pending is not None
    op = state.pending.op
    secret = FoundObject("secret-key", "", "")
    half, other = FoundObject("private-key", "", op), FoundObject("public-key", "", op)
    for first, then in (((half, other), ()), ((half,), (other,))):
        seen = going_on(state, moment, resumed(first, op=op))
        assert seen.pending is not None
        assert seen.pending.left == first
        assert unexplained(seen, ROOT, listed((*then, secret))) == ((secret,), ())
        # What a resumption destroyed of it is gone and explained, nothing else is.
        less = listed((), (half, secret))
        assert unexplained(seen, ROOT, less) == ((), (secret,))
        after = going_on(seen, moment, resumed((), (half,), op=op)).pending
        assert after is not None
        assert half not in after.left


def test_what_is_left_of_a_key_that_was_being_destroyed_is_its_own() -> None:
    moment = next(
        each
        for each in walked_key_acts()
        if isinstance(each.command.fact, Outcome)
        and each.command.fact.verb == "key.destroy"
    )
    key = moment.before.keys["root-oca"]
    taken = listed(INTRUDER, (*key.objects, NAMELESS))
    assert unexplained(moment.before, ROOT, taken) == (INTRUDER, (NAMELESS,))
    # A destruction leaves nothing: what comes is foreign, whatever id it bears.
    twin = replace(key.objects[0], label="twin")
    came = listed((twin, *key.objects), key.objects[:1])
    assert unexplained(moment.before, ROOT, came) == ((twin, *key.objects), ())
    twice = listed((), (*key.objects, key.objects[0]))
    assert unexplained(moment.before, ROOT, twice) == ((), key.objects[:1])


def test_what_only_uses_a_key_leaves_nothing() -> None:
    moment = next(
        each
        for each in walked_key_acts()
        if isinstance(each.command.fact, Outcome)
        and each.command.fact.verb == "key.prove"
    )
    assert unexplained(moment.before, ROOT, listed((NAMELESS,))) == ((NAMELESS,), ())


def test_an_initialisation_takes_all_that_it_found_or_had_not_begun() -> None:
    state = at("2.2", Outcome).before
    assert state.pending is not None
    assert state.pending.intent.verb == "token.initialise"
    token = state.pending.intent.token
    assert is_inspected(state, token)
    wiped = InventoryTaken(Digest("33" * 32), 2, INTRUDER, (NAMELESS,))
    assert unexplained(state, token, wiped) == (INTRUDER, ())
    # One object of before is there still: nothing was wiped, and another one went.
    key = before().keys["root-oca"].objects
    kept = InventoryTaken(Digest("33" * 32), 1, (), key[:1])
    assert unexplained(state, token, kept) == ((), key[:1])
    told = TokensChanged("D-01", (ChangedToken(token, "S", kept, (), key[:1]),))
    allowed(recorded(state), Command(told))
    # It is to be wiped anyway: two people may go on without it.
    assert may_be_wiped(state, token)
    assert courses(fold(state, MOMENT.event, told)) == ANY


def test_nothing_is_foreign_any_more_in_a_token_that_was_wiped() -> None:
    moment = at("2.2", Outcome)
    intent = moment.before.pending
    assert intent is not None
    foreign = {intent.intent.token: INTRUDER, "elsewhere": (NAMELESS,)}
    state = replace(moment.before, foreign=foreign)
    after = fold(state, moment.event, moment.command.fact)
    assert after.foreign == {"elsewhere": (NAMELESS,)}
    assert foreign_elsewhere(state, "elsewhere") == {intent.intent.token: INTRUDER}
    fact = moment.command.fact
    assert isinstance(fact, Outcome)
    kept = fold(state, moment.event, replace(fact, result=Result.ADOPTED))
    assert kept.foreign == foreign


def test_what_is_foreign_is_no_part_of_what_a_step_expects() -> None:
    told = at("2.6", Outcome)
    fact = told.command.fact
    assert isinstance(fact, Outcome)
    assert fact.inventory is not None
    more = replace(fact.inventory, count=fact.inventory.count + len(INTRUDER))
    state = replace(told.before, foreign={fact.token: INTRUDER})
    close = at("2.6", StepClosed).command
    seen = fold(state, told.event, replace(fact, inventory=more))
    allowed(seen, close)
    unknown = fold(told.before, told.event, replace(fact, inventory=more))
    assert refusal(unknown, close) == "ENGINE-INVENTORY-01"
    # What was listed before it came has to be as the step expects it.
    early = fold(told.before, told.event, fact)
    allowed(replace(early, foreign={fact.token: INTRUDER}), close)
