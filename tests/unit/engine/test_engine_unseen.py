"""Tokens that nobody could look into: what waits, and what two people may decide."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ceremony.engine.command import Command
from ceremony.engine.facts import (
    CeremonyAbandoned,
    Course,
    DeviationRecorded,
    DeviceFault,
    Intent,
    InventoryTaken,
    Noted,
    Outcome,
    Result,
    Resumed,
    Severity,
    StepClosed,
    TokenFound,
    TokensInspected,
)
from ceremony.engine.fold import fold
from ceremony.engine.state import Pending, State
from ceremony.engine.unresolved import (
    doubt_lines,
    may_exist,
    unresolved_outcome,
    verify_unresolved,
)
from ceremony.engine.unseen import UNSEEN, found_courses, open_unseen
from ceremony.engine.zeroise import is_inspected, looked_into, may_be_wiped
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest, OperationId, StepId
from tests.fakes.walked_record import allowed, at, going_on, refusal
from tests.unit.engine.test_engine_change import (
    ANY,
    INTRUDER,
    MOMENT,
    ROOT,
    SECURITY,
    WITNESS,
    before,
    change,
    closed,
    listed,
    recorded,
)

ABANDONED = Command(CeremonyAbandoned("Because."))


def unseen(state: State | None = None) -> State:
    return recorded(state or before(), UNSEEN)


def test_a_token_that_could_not_be_looked_into_is_a_major_deviation() -> None:
    told = DeviationRecorded("D-01", Severity.MAJOR, UNSEEN, "All seen.", "One not.")
    allowed(before(), Command(told))
    for severity in (Severity.MINOR, Severity.NOTE):
        light = DeviationRecorded("D-01", severity, UNSEEN, "All seen.", "One not.")
        assert refusal(before(), Command(light)) == "ENGINE-UNSEEN-01"


def test_nothing_goes_on_or_ends_while_such_a_token_waits() -> None:
    again = Resumed(30, rebooted=False, tokens=(), by=(SECURITY, WITNESS))
    allowed(before(), ABANDONED)
    allowed(unseen(), Command(Noted("We wait.")))
    for command in (ABANDONED, Command(again)):
        assert refusal(unseen(), command) == "ENGINE-UNSEEN-03"
    state = going_on(unseen(), MOMENT, closed(Course.LOOK_AGAIN))
    assert open_unseen(state) == ()
    allowed(state, ABANDONED)
    allowed(state, Command(again))


@pytest.mark.parametrize("course", [None, Course.GO_ON])
def test_nobody_goes_on_over_a_token_that_was_not_seen(course: Course | None) -> None:
    assert refusal(unseen(), closed(course)) == "ENGINE-UNSEEN-02"


def test_what_is_in_doubt_is_resolved_before_a_ceremony_is_given_up() -> None:
    doubt = at("2.5", Outcome).before
    assert doubt.pending is not None
    assert found_courses(unseen(doubt)) == (Course.LOOK_AGAIN,)
    assert refusal(unseen(doubt), closed(Course.ABANDON)) == "ENGINE-UNSEEN-02"
    allowed(unseen(doubt), closed(Course.LOOK_AGAIN))


def test_beside_a_change_that_waits_both_are_decided_alike() -> None:
    state = recorded(before())
    state = going_on(state, MOMENT, Command(change()))
    assert found_courses(state) == ANY
    state = unseen(state)
    assert found_courses(state) == (Course.LOOK_AGAIN, Course.ABANDON)
    state = going_on(state, MOMENT, closed(Course.ABANDON, "D-02"))
    assert found_courses(state) == (Course.LOOK_AGAIN, Course.ABANDON)


def test_once_it_is_decided_to_abandon_over_such_a_token_only_the_end_is_left() -> None:
    # Whoever is cut off before the end goes on with nothing else, whatever is seen.
    state = going_on(unseen(), MOMENT, closed(Course.ABANDON))
    allowed(state, ABANDONED)
    assert refusal(state, at("2.6", StepClosed).command) == "ENGINE-CHANGE-05"


def lost(token: str = ROOT) -> State:
    """Give the state in which nobody could look into a token while a key is made."""
    doubt = at("2.5", Outcome).before
    told = DeviationRecorded("D-01", Severity.MAJOR, UNSEEN, "Seen.", "Not.", token)
    allowed(doubt, Command(told))
    return fold(doubt, MOMENT.event, told)


def left(state: State, **changes: Any) -> Command:
    """End what is in doubt as unresolved, in the leaf of its operation."""
    assert state.pending is not None
    by = (SECURITY.person, WITNESS.person)
    told = replace(unresolved_outcome(state.pending, by), **changes)
    return replace(at("2.5", Outcome).command, fact=told, actor=None)


def shown(token: str = ROOT, expected: int = 0) -> TokensInspected:
    taken = InventoryTaken(Digest("44" * 32), 0)
    return TokensInspected((TokenFound(token, f"S-{token}", expected, taken),))


def test_what_is_in_doubt_is_left_only_in_the_token_that_nobody_could_see() -> None:
    unresolved = closed(Course.UNRESOLVED)
    assert found_courses(lost()) == (Course.LOOK_AGAIN, Course.UNRESOLVED)
    allowed(lost(), unresolved)
    for state, more in (
        (unseen(at("2.5", Outcome).before), ()),
        (lost("issuing-hsm"), (Course.ABANDON,)),
    ):
        assert found_courses(state) == (Course.LOOK_AGAIN, *more)
        assert refusal(state, unresolved) == "ENGINE-UNSEEN-02"
    # Nothing in doubt is left unresolved where nothing is in doubt.
    assert refusal(unseen(), unresolved) == "ENGINE-UNSEEN-02"
    # A later look shows it all the same, until it is told anew that none can.
    allowed(lost(), Command(shown()))
    seen = fold(lost(), MOMENT.event, shown())
    assert refusal(seen, unresolved) == "ENGINE-UNSEEN-02"
    again = DeviationRecorded("D-02", Severity.MAJOR, UNSEEN, "A.", "B.", "root-hsm")
    allowed(fold(seen, MOMENT.event, again), unresolved)
    # Nor is it lost because a look after that one leaves it out.
    later = fold(seen, MOMENT.event, shown("issuing-hsm"))
    assert refusal(later, unresolved) == "ENGINE-UNSEEN-02"
    beside = fold(lost(), MOMENT.event, shown("issuing-hsm"))
    allowed(beside, unresolved)


def test_a_doubt_elsewhere_is_resolved_before_the_end_without_the_unseen_token() -> (
    None
):
    state = lost("issuing-hsm")
    assert is_inspected(state, "issuing-hsm")
    state = going_on(state, MOMENT, closed(Course.ABANDON))
    assert state.given_up
    assert state.pending is not None
    assert refusal(state, ABANDONED) == "ENGINE-END-07"
    # Nobody has to see it again; the one in doubt they do, and any other one.
    assert not is_inspected(state, "issuing-hsm")
    assert is_inspected(state, ROOT)
    assert looked_into(state) == (ROOT,)
    both = (SECURITY, WITNESS)
    again = Resumed(30, False, (), both, state.pending.op)  # noqa: FBT003  as the leaf has it
    state = going_on(state, MOMENT, Command(again))
    done = at("2.5", Outcome)
    allowed(state, done.command)
    ended = fold(state, done.event, done.command.fact)
    allowed(ended, ABANDONED)
    assert refusal(ended, at("2.5", StepClosed).command) == "ENGINE-CHANGE-05"


def test_a_doubt_in_a_token_that_is_given_up_too_is_looked_for_in_it_again() -> None:
    # A change that waited as well let people abandon with the doubt in this token.
    known = lost()
    told = known.deviations[0]
    given_up = replace(
        known,
        given_up=True,
        deviations=(replace(told, closed=closed(Course.ABANDON).fact),),
    )
    assert is_inspected(given_up, ROOT)


def test_the_token_is_named_and_by_no_other_deviation() -> None:
    for cause, token in ((UNSEEN, "no-hsm"), ("reported", "root-hsm")):
        told = DeviationRecorded("D-01", Severity.MAJOR, cause, "A.", "B.", token)
        assert refusal(before(), Command(told)) == "ENGINE-UNSEEN-05"


def test_an_operation_is_unresolved_by_those_who_decided_and_ends_the_ceremony() -> (
    None
):
    waits = lost()
    assert refusal(waits, left(waits)) == "ENGINE-UNSEEN-03"
    state = going_on(waits, MOMENT, closed(Course.UNRESOLVED))
    for changes in (
        {"decided_by": (SECURITY.person,)},
        {"serial": "S-other"},
        {"inventory": InventoryTaken(Digest("44" * 32), 0)},
    ):
        assert refusal(state, left(state, **changes)) == "ENGINE-UNSEEN-04"
    allowed(state, left(state))
    assert refusal(state, ABANDONED) == "ENGINE-END-07"
    seen = fold(state, MOMENT.event, shown())
    assert refusal(seen, left(seen)) == "ENGINE-UNSEEN-04"
    nobody = going_on(waits, MOMENT, closed(Course.LOOK_AGAIN))
    assert refusal(nobody, left(nobody)) == "ENGINE-UNSEEN-04"
    ended = fold(state, at("2.5", Outcome).event, left(state).fact)
    assert (ended.pending, ended.unresolved) == (None, waits.pending)
    assert "root-oca" not in ended.keys
    allowed(ended, ABANDONED)
    assert refusal(ended, at("2.5", StepClosed).command) == "ENGINE-CHANGE-05"


def test_without_an_operation_nothing_is_unresolved() -> None:
    done = at("2.5", Outcome)
    assert done.before.pending is not None
    told = unresolved_outcome(done.before.pending, (SECURITY.person, WITNESS.person))
    with pytest.raises(RefusedError) as caught:
        verify_unresolved(done.after, told)
    assert caught.value.code == "ENGINE-UNSEEN-04"
    assert doubt_lines(done.after) == ()


ROOT_IN = "Root token, serial S-root-hsm, label root-hsm"


@pytest.mark.parametrize(
    ("verb", "changes", "told"),
    [
        (
            "key.generate",
            {"label": "root-oca"},
            (
                f"The key root-oca, CKA_ID {'5a' * 16}, or a part of it without id, "
                f"may exist in {ROOT_IN}."
            ),
        ),
        (
            "token.initialise",
            {"thing": ""},
            f"Every object of before, or none, may exist in {ROOT_IN}.",
        ),
        (
            "token.change-pin",
            {"thing": "", "user": "user"},
            f"The old or the new PIN of the user may hold in {ROOT_IN}.",
        ),
        (
            "certificate.self-sign",
            {"thing": "root-oca-certificate"},
            (
                "What certificate.self-sign was to give for root-oca-certificate may "
                f"have been made in {ROOT_IN}; it is not in this record."
            ),
        ),
        (
            "token.login",
            {"thing": ""},
            f"token.login may have acted in {ROOT_IN}; it leaves no object there.",
        ),
    ],
)
def test_what_may_exist_is_said_of_each_kind_of_operation(
    verb: str, changes: dict[str, Any], told: str
) -> None:
    state = at("2.5", Outcome).before
    assert state.pending is not None
    intent = replace(state.pending.intent, verb=verb, **changes)
    pending = replace(state.pending, op=OperationId("5a" * 16), intent=intent)
    assert may_exist(state, pending) == told


def test_a_key_whose_destruction_is_in_doubt_may_still_exist() -> None:
    state = before()
    intent = Intent("key.destroy", "root-hsm", "S-root-hsm", "root-oca")
    pending = Pending(OperationId("5a" * 16), StepId("2.14"), intent, 40)
    made = state.keys["root-oca"]
    assert may_exist(state, pending) == (
        f"The key {made.label}, CKA_ID {made.cka_id}, or a part of it, may still exist "
        f"in {ROOT_IN}."
    )
    unopened = replace(state, opened=None)
    assert may_exist(unopened, pending).endswith("label unknown.")


def test_a_look_lists_each_token_once_and_nothing_untold() -> None:
    state = before()
    honest = shown(expected=2)
    allowed(state, Command(honest))
    for expected in (0, 1, 3):
        told = Command(shown(expected=expected))
        assert refusal(state, told) == "ENGINE-LOOK-02"
    (found,) = honest.tokens
    for tokens in (
        (),
        (found, found),
        (replace(found, serial="S-other"),),
        (replace(found, token="no-hsm"),),  # noqa: S106  the name of a token
        (replace(found, inventory=replace(found.inventory, added=INTRUDER)),),
    ):
        told = Command(TokensInspected(tokens))
        assert refusal(state, told) == "ENGINE-LOOK-01"
    assert refusal(replace(state, opened=None), Command(honest)) == "ENGINE-LOOK-01"
    # What was told as a change is shown by the look that told it.
    changed = going_on(recorded(state), MOMENT, Command(change()))
    there = replace(found, inventory=listed(INTRUDER))
    allowed(changed, Command(TokensInspected((there,))))


def test_a_token_may_be_wiped_though_its_device_says_that_it_failed_before() -> None:
    moment = at("2.2", Outcome)
    done = moment.command.fact
    assert isinstance(done, Outcome)
    failed = replace(done, result=Result.FAILED, inventory=None)
    fault = DeviceFault("HSM-PIN-01", "The token refused the PIN.", "CKR_PIN_INCORRECT")
    told = fold(moment.before, moment.event, replace(failed, fault=fault))
    assert told.pending is None
    assert may_be_wiped(told, done.token)
    assert not may_be_wiped(told, "issuing-hsm")
    # Two people looked into it: what it holds is known.
    looked = fold(
        moment.before, moment.event, replace(failed, decided_by=(WITNESS.person,))
    )
    for state in (looked, fold(told, moment.event, done)):
        assert not may_be_wiped(state, done.token)
