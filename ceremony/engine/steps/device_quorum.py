"""The device's own quorum: which of its credentials were presented, and by whom.

Many devices act only when m of n cards or keyed prompts are presented. That is the
device's rule and tells nothing of the people's quorum, which the ceremony keeps by its
own; the two are recorded apart and neither counts for the other.

Invariants:
    * A credential is presented by somebody of the role that holds it, in the room.
    * Nobody presents two: a device counts cards, and the ceremony people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import DeviceQuorum, Presented
from ceremony.engine.state import State
from ceremony.engine.steps.kind import Need, NeedKind
from ceremony.engine.transcript import Line, Mark
from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId, Role
from ceremony.script.model import ThingKind

CREDENTIALS: Final = (ThingKind.MEDIA, ThingKind.EQUIPMENT)
"""What a device asks for: cards, sticks and keys."""

NOT_PRESENTED: Final = "not presented"
APART: Final = "The device's own quorum; the people's is recorded apart."


@dataclass(frozen=True, slots=True)
class WantedQuorum:
    """What the script says of a device's quorum.

    Attributes:
        step: The step's id.
        credentials: Every credential that the device knows, by name; n.
        need: How many it asks for; m.
        holders: The role that holds them.
        checker: Who sees which are presented.
    """

    step: str
    credentials: tuple[str, ...]
    need: int
    holders: Role
    checker: Role


def quorum_needs(wanted: WantedQuorum, state: State) -> tuple[Need, ...]:
    """Ask of each credential who presented it."""
    people = tuple(state.title(person) for person in _holders(wanted, state))
    return tuple(
        Need(
            f"presented_{number}",
            NeedKind.CHOICE,
            f"Who presented {state.script.thing(name).title}?",
            wanted.checker,
            (NOT_PRESENTED, *people),
        )
        for number, name in enumerate(wanted.credentials, start=1)
    )


def quorum_told(
    wanted: WantedQuorum, state: State, values: Mapping[str, str]
) -> DeviceQuorum:
    """Give what the checker told, by the names of :func:`quorum_needs`.

    What is no title of a holder in the room is told as not presented.
    """
    people = {state.title(person): person for person in _holders(wanted, state)}
    presented = tuple(
        Presented(name, people[told])
        for number, name in enumerate(wanted.credentials, start=1)
        if (told := values.get(f"presented_{number}", "")) in people
    )
    return DeviceQuorum(wanted.need, len(wanted.credentials), presented)


def verify_quorum_told(
    wanted: WantedQuorum | None, state: State, quorum: DeviceQuorum | None
) -> None:
    """Insist that what is recorded is about the script's credentials and holders.

    Raises:
        RefusedError: ``ENGINE-CARDS-01``: it is about others;
            ``ENGINE-CARDS-02``: who presented one holds none or is not in the room;
            ``ENGINE-CARDS-03``: one person presented two.
    """
    if wanted is None or quorum is None:
        if wanted is None and quorum is None:
            return
        raise _others(wanted.step if wanted else "")
    names = [each.credential for each in quorum.presented]
    in_order = [name for name in wanted.credentials if name in names]
    if (quorum.need, quorum.of) != (wanted.need, len(wanted.credentials)) or (
        names != in_order
    ):
        raise _others(wanted.step)
    holders = _holders(wanted, state)
    people = [each.person for each in quorum.presented]
    if not set(people) <= set(holders):
        raise RefusedError(
            "ENGINE-CARDS-02",
            f"In step {wanted.step} a credential is presented by somebody who is not "
            f"in the room or does not hold the role {wanted.holders}.",
            meaning="The device's quorum would rest on somebody unknown.",
            remedy="Let its holder present it, or record the deviation.",
        )
    if len(set(people)) != len(people):
        raise RefusedError(
            "ENGINE-CARDS-03",
            f"In step {wanted.step} one person presents two credentials.",
            meaning="The device would count two where one person acts.",
            remedy="Let each holder present their own.",
        )


def verify_quorum_met(wanted: WantedQuorum, quorum: DeviceQuorum | None) -> None:
    """Insist that as many were presented as the device asks for.

    Raises:
        RefusedError: ``ENGINE-CARDS-04``: they were fewer.
    """
    count = len(quorum.presented) if quorum else 0
    if count < wanted.need:
        raise RefusedError(
            "ENGINE-CARDS-04",
            f"In step {wanted.step} {count} of the device's credentials were "
            f"presented, and it asks for {wanted.need}.",
            meaning="The device cannot have acted as the script says.",
            remedy="Present the others and record the step again.",
        )


def quorum_lines(state: State, quorum: DeviceQuorum) -> Iterator[Line]:
    """Tell of it as a page does."""
    met = len(quorum.presented) >= quorum.need
    yield Line(
        "device's quorum",
        f"{quorum.need} of {quorum.of}: {len(quorum.presented)} presented",
        mark=Mark.PASS if met else Mark.FAIL,
    )
    for each in quorum.presented:
        credential = state.script.thing(each.credential).title
        yield Line(credential, f"presented by {state.title(each.person)}")
    yield Line("", APART)


def _holders(wanted: WantedQuorum, state: State) -> tuple[PersonId, ...]:
    return tuple(
        seat.person
        for seat in state.holders(wanted.holders)
        if seat.person in state.in_room
    )


def _others(step: str) -> RefusedError:
    return RefusedError(
        "ENGINE-CARDS-01",
        f"What is recorded of a device's quorum is not what step {step} asks for.",
        meaning="Nothing is recorded of the act.",
        remedy="Tell of each credential that the script names who presented it.",
    )
