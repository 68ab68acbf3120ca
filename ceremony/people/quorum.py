"""Whether enough distinct people are present, and whether a roster may serve.

Pure rules over plain values, applied by the engine before anybody acts and again
by the verifier. A quorum here is the people's; what a device enforces is its own.

Invariants:
    * :class:`SatisfiedQuorum` is made by :func:`verify_quorum` alone.
    * Nobody counts twice, whatever number of keys, tokens or roles they hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import InitVar, dataclass
from typing import Final

from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId, Role, RoleKind
from ceremony.people.roster import Seat

_PROOF: Final = object()
_SHARED: Final[Sequence[tuple[str, Callable[[Seat], str]]]] = (
    ("key", lambda seat: seat.key),
    ("certificate", lambda seat: seat.certificate),
    ("token", lambda seat: seat.token),
)


@dataclass(frozen=True, slots=True)
class RoleRule:
    """What a script says about one role: its kind and how many people hold it."""

    role: Role
    kind: RoleKind
    count: int


@dataclass(frozen=True, slots=True)
class SatisfiedQuorum:
    """The finding that a quorum was present; only :func:`verify_quorum` makes it.

    Attributes:
        role: The role that counts.
        need: How many were needed, 1 or more.
        people: Who was counted, at least ``need``, sorted.
    """

    role: Role
    need: int
    people: tuple[PersonId, ...]
    proof: InitVar[object]

    def __post_init__(self, proof: object) -> None:
        """Refuse to be made by anybody but :func:`verify_quorum`."""
        if proof is not _PROOF:
            raise TypeError("verify_quorum makes a SatisfiedQuorum")


def verify_quorum(role: Role, need: int, present: Collection[Seat]) -> SatisfiedQuorum:
    """Insist on ``need`` distinct people of ``role``, each with own key and token.

    Args:
        role: The control role that the quorum counts.
        need: How many people, 1 or more.
        present: Everybody who is there and willing, in any role.

    Raises:
        RefusedError: ``PEOPLE-QUORUM-01``: too few; ``PEOPLE-QUORUM-02``: a quorum
            of nobody is asked for.
    """
    if need < 1:
        raise RefusedError(
            "PEOPLE-QUORUM-02",
            f"A quorum of {need} people is asked for, which anybody would meet.",
            meaning="Nothing would be under the control of several people.",
            remedy="Correct the quorum in the script: at least one person is needed.",
        )
    holders = [
        seat for seat in present if seat.role == role and seat.kind is RoleKind.CONTROL
    ]
    people = {seat.person for seat in holders}
    counted = min(
        len(people),
        len({seat.key for seat in holders}),
        len({seat.token for seat in holders}),
    )
    if counted < need:
        raise RefusedError(
            "PEOPLE-QUORUM-01",
            f"{counted} of the {need} people needed as {role} are present and willing.",
            meaning="The token was not touched.",
            remedy=f"Wait until {need} people hold the role of {role} in the room.",
        )
    return SatisfiedQuorum(role, need, tuple(sorted(people)), _PROOF)


def verify_roster(
    rules: Sequence[RoleRule],
    separate: Iterable[tuple[Role, Role]],
    seats: Sequence[Seat],
) -> None:
    """Insist that these people may hold these roles together.

    Args:
        rules: Every role of the script.
        separate: Pairs of roles that two different people must hold.
        seats: The roster, one seat for each person.

    Raises:
        RefusedError: ``PEOPLE-ROSTER-01`` to ``-07``; nobody was admitted.
    """
    _verify_roles(rules, seats)
    _verify_people(separate, seats)
    for what, value_of in _SHARED:
        twice = _first_twice(value_of(seat) for seat in seats)
        if twice is not None:
            raise _refused(
                "PEOPLE-ROSTER-04",
                f"Two people of the roster have the same {what} ({twice[:16]}).",
                f"Enrol a {what} of their own for each person.",
            )
    twice = _first_twice(seat.initials.casefold() for seat in seats)
    if twice is not None:
        raise _refused(
            "PEOPLE-ROSTER-07",
            f"Two people of the roster have the initials {twice.upper()}.",
            "Give one of them a third letter, so that a mark names one person.",
        )


def _verify_roles(rules: Sequence[RoleRule], seats: Sequence[Seat]) -> None:
    known = {rule.role: rule for rule in rules}
    for seat in seats:
        rule = known.get(seat.role)
        if rule is None:
            raise _refused(
                "PEOPLE-ROSTER-01",
                f"{seat.person} holds the role {seat.role}, which the script does not "
                "name.",
                "Give the person a role of the script, or leave them out.",
            )
        if rule.kind is not seat.kind:
            raise _refused(
                "PEOPLE-ROSTER-06",
                f"{seat.person} sits as {seat.kind.value}, and {seat.role} is a "
                f"{rule.kind.value} role in the script.",
                "Let the roster be read together with this script.",
            )
    counted = Counter(seat.role for seat in seats)
    for rule in rules:
        if counted[rule.role] != rule.count:
            raise _refused(
                "PEOPLE-ROSTER-02",
                f"The script needs {rule.count} as {rule.role}; the roster names "
                f"{counted[rule.role]}.",
                "Complete the roster, or have the script's count approved anew.",
            )


def _verify_people(
    separate: Iterable[tuple[Role, Role]], seats: Sequence[Seat]
) -> None:
    for one, other in separate:
        both = {seat.person for seat in seats if seat.role == one} & {
            seat.person for seat in seats if seat.role == other
        }
        if both:
            raise _refused(
                "PEOPLE-ROSTER-05",
                f"{min(both)} is both {one} and {other}, which the script separates.",
                "Let two different people hold these roles.",
            )
    twice = _first_twice(seat.person for seat in seats)
    if twice is not None:
        raise _refused(
            "PEOPLE-ROSTER-03",
            f"{twice} stands in the roster twice.",
            "Let each person hold one role.",
        )


def _first_twice(values: Iterable[str]) -> str | None:
    counted = Counter(values)
    return next((value for value, times in counted.items() if times > 1), None)


def _refused(code: str, message: str, remedy: str) -> RefusedError:
    return RefusedError(
        code, message, meaning="The ceremony was not opened.", remedy=remedy
    )
