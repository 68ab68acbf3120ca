"""The people's quorum and the roster: distinct people, keys and tokens."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from ceremony.errors import RefusedError
from ceremony.identifiers import Digest, PersonId, Role, RoleKind
from ceremony.people.quorum import (
    RoleRule,
    SatisfiedQuorum,
    verify_quorum,
    verify_roster,
)
from ceremony.people.roster import Seat

CUSTODIAN = Role("custodian")
WITNESS = Role("witness")
RULES = (
    RoleRule(CUSTODIAN, RoleKind.CONTROL, 2),
    RoleRule(WITNESS, RoleKind.WITNESS, 1),
)


def seat(
    number: int, role: Role = CUSTODIAN, kind: RoleKind = RoleKind.CONTROL
) -> Seat:
    return Seat(
        person=PersonId(f"p-{number:02d}"),
        role=role,
        kind=kind,
        name=Digest(f"{number:064x}"),
        initials=f"P{number}",
        certificate=Digest(f"{number + 100:064x}"),
        key=Digest(f"{number + 200:064x}"),
        token=f"token-{number}",
    )


SEATS = (seat(1), seat(2), seat(3, WITNESS, RoleKind.WITNESS))


def roster_code(
    *seats: Seat, separate: tuple[tuple[Role, Role], ...] = ()
) -> str | None:
    try:
        verify_roster(RULES, separate, seats)
    except RefusedError as error:
        return error.code
    return None


def test_three_of_five_is_met_by_exactly_sixteen_subsets() -> None:
    five = [seat(number) for number in range(1, 6)]
    subsets = [
        present for size in range(6) for present in itertools.combinations(five, size)
    ]
    met = [present for present in subsets if is_met(present)]
    assert len(met) == 16
    assert {len(present) for present in met} == {3, 4, 5}


def is_met(present: tuple[Seat, ...]) -> bool:
    try:
        quorum = verify_quorum(CUSTODIAN, 3, present)
    except RefusedError:
        return False
    return quorum.people == tuple(who.person for who in present)


def test_a_refusal_says_what_it_means_and_what_to_do() -> None:
    with pytest.raises(RefusedError) as caught:
        verify_quorum(CUSTODIAN, 2, [])
    assert caught.value.code == "PEOPLE-QUORUM-01"
    assert caught.value.meaning == "The token was not touched."
    assert caught.value.remedy


def test_one_person_does_not_count_twice() -> None:
    twin = replace(seat(2), person=PersonId("p-01"))
    with pytest.raises(RefusedError, match="1 of the 2"):
        verify_quorum(CUSTODIAN, 2, [seat(1), twin, seat(1)])


@pytest.mark.parametrize("shared", ["key", "token"])
def test_two_people_with_one_key_or_token_count_once(shared: str) -> None:
    other = replace(seat(2), **{shared: getattr(seat(1), shared)})
    with pytest.raises(RefusedError, match="1 of the 2"):
        verify_quorum(CUSTODIAN, 2, [seat(1), other])


def test_other_roles_and_kinds_do_not_count() -> None:
    outsider = seat(2, CUSTODIAN, RoleKind.EXTERNAL)
    with pytest.raises(RefusedError, match="1 of the 2"):
        verify_quorum(CUSTODIAN, 2, [seat(1), outsider, SEATS[2]])


@pytest.mark.parametrize("need", [0, -1])
def test_a_quorum_of_nobody_is_refused(need: int) -> None:
    with pytest.raises(RefusedError) as caught:
        verify_quorum(CUSTODIAN, need, SEATS)
    assert caught.value.code == "PEOPLE-QUORUM-02"


def test_nobody_else_can_say_that_a_quorum_is_satisfied() -> None:
    with pytest.raises(TypeError):
        SatisfiedQuorum(CUSTODIAN, 2, (), object())


def test_a_roster_of_distinct_people_is_accepted() -> None:
    assert roster_code(*SEATS, separate=((CUSTODIAN, WITNESS),)) is None


def test_a_role_that_the_script_lacks_is_refused() -> None:
    extra = seat(4, Role("notary"), RoleKind.EXTERNAL)
    assert roster_code(*SEATS, extra) == "PEOPLE-ROSTER-01"


def test_too_few_and_too_many_people_are_refused() -> None:
    assert roster_code(*SEATS[1:]) == "PEOPLE-ROSTER-02"
    assert roster_code(*SEATS, seat(4)) == "PEOPLE-ROSTER-02"
    assert roster_code() == "PEOPLE-ROSTER-02"


def test_one_person_in_two_seats_of_a_role_is_refused() -> None:
    twin = replace(seat(2), person=PersonId("p-01"))
    assert roster_code(seat(1), twin, SEATS[2]) == "PEOPLE-ROSTER-03"


@pytest.mark.parametrize("shared", ["key", "certificate", "token"])
def test_two_people_with_one_key_certificate_or_token_are_refused(shared: str) -> None:
    other = replace(seat(2), **{shared: getattr(seat(1), shared)})
    assert roster_code(seat(1), other, SEATS[2]) == "PEOPLE-ROSTER-04"


def test_one_person_in_two_separated_roles_is_refused() -> None:
    both = replace(SEATS[2], person=PersonId("p-01"))
    separated = ((CUSTODIAN, WITNESS),)
    assert roster_code(seat(1), seat(2), both, separate=separated) == "PEOPLE-ROSTER-05"
    assert roster_code(seat(1), seat(2), both) == "PEOPLE-ROSTER-03"


def test_a_seat_of_another_kind_than_the_script_says_is_refused() -> None:
    wrong = seat(3, WITNESS, RoleKind.CONTROL)
    assert roster_code(seat(1), seat(2), wrong) == "PEOPLE-ROSTER-06"


def test_initials_that_two_people_share_are_refused() -> None:
    other = replace(seat(2), initials="p1")
    assert roster_code(seat(1), other, SEATS[2]) == "PEOPLE-ROSTER-07"
