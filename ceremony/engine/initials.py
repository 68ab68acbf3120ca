"""The rules for initials: whose they are, and that who gives them was there.

Invariants:
    * Nobody of an external role initials, and nobody with another person's mark.
    * A device is asked for nothing while nobody is in the room of a role whose
      initials the step needs.
    * Nobody initials what a device did while they were out, unless a deviation that
      two people decided tells of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ceremony.engine.facts import DeviceHandled, Initial, Intent, Severity
from ceremony.engine.state import State
from ceremony.errors import RefusedError
from ceremony.identifiers import RoleKind
from ceremony.script.model import Step

REPORTED: Final = "reported"
"""The cause of a deviation that people tell of by themselves."""


def verify_initials(
    state: State, initials: Sequence[Initial], *, meaning: str = ""
) -> None:
    """Insist that initials are of people in the room who may give them.

    Args:
        state: Where the ceremony stands.
        initials: As they were given.
        meaning: What a refusal means; empty where it means that nothing was done.

    Raises:
        RefusedError: ``ENGINE-INITIAL-01``: absent; or ``verify_internal``'s own.
    """
    for initial in initials:
        if initial.person not in state.in_room:
            raise _absent(initial, meaning)
    verify_internal(state, initials, meaning=meaning)


def verify_at_hand(state: State, initials: Sequence[Initial]) -> None:
    """Insist that initials are of internal people who have not left the room.

    At the first sign-ins and the last sign-outs hardly anybody is in the room as the
    record has it, so that whoever did not sign in yet or has signed out may serve.

    Raises:
        RefusedError: ``ENGINE-INITIAL-01``: gone; or ``verify_internal``'s own.
    """
    gone = set(state.signed_in) - set(state.signed_out) - state.in_room
    for initial in initials:
        if initial.person in gone:
            raise _absent(initial)
    verify_internal(state, initials)


def _absent(initial: Initial, meaning: str = "") -> RefusedError:
    return RefusedError(
        "ENGINE-INITIAL-01",
        f"{initial.mark} cannot be given: the person is not in the room.",
        meaning=meaning,
        remedy="Let somebody initial who is in the room, or call them back and record "
        "their return.",
    )


def verify_internal(
    state: State, initials: Sequence[Initial], *, meaning: str = ""
) -> None:
    """Insist that initials are of people whose roles act or witness.

    Raises:
        RefusedError: ``ENGINE-INITIAL-04``: external; or a wrong mark.
    """
    for initial in initials:
        if any(
            seat.person == initial.person and seat.kind is RoleKind.EXTERNAL
            for seat in state.seats
        ):
            raise RefusedError(
                "ENGINE-INITIAL-04",
                f"{initial.mark} cannot be given: the person holds an external role.",
                meaning=meaning,
                remedy="Let somebody of a control or witness role initial.",
            )
    verify_marks(state, initials, meaning=meaning)


def verify_marks(
    state: State, initials: Sequence[Initial], *, meaning: str = ""
) -> None:
    """Insist that each mark and role is the person's own.

    Raises:
        RefusedError: ``ENGINE-INITIAL-02``.
    """
    own = {seat.person: (seat.role, seat.initials) for seat in state.seats}
    for initial in initials:
        if own.get(initial.person) != (initial.role, initial.mark):
            raise RefusedError(
                "ENGINE-INITIAL-02",
                f"{initial.mark!r} are not the initials of the {initial.role}.",
                meaning=meaning,
                remedy="Type the person's own initials as the roster has them.",
            )


def verify_initialling(state: State, step: Step, fact: Intent | DeviceHandled) -> None:
    """Insist that somebody of each role that initials a step sees the device act.

    Args:
        state: Where the ceremony stands.
        step: The step that is to be carried out.
        fact: What the device is to be asked, or what was done to it by hand.

    Raises:
        RefusedError: ``ENGINE-INITIAL-05``.
    """
    absent = [
        role
        for role in step.initials
        if all(seat.person not in state.in_room for seat in state.holders(role))
    ]
    if absent:
        raise RefusedError(
            "ENGINE-INITIAL-05",
            f"Step {step.id} is initialled by the {' and the '.join(absent)}, and "
            "nobody of that role is in the room to see what the device does.",
            meaning="The device was not asked for anything."
            if isinstance(fact, Intent)
            else "Nothing is recorded of the act.",
            remedy="Call them back and record their return, then carry the step out.",
        )


def verify_seen(
    state: State, step: Step, initials: Sequence[Initial], *, meaning: str
) -> None:
    """Insist that whoever initials a step has not missed what a device did in it.

    Where nobody of the role has seen it, a deviation says so: recorded in the step
    after it was missed, and decided as one that is more than a note.

    Args:
        state: Where the ceremony stands.
        step: The step that is to close.
        initials: By whom.
        meaning: What a refusal means for what is recorded.

    Raises:
        RefusedError: ``ENGINE-INITIAL-06``.
    """
    missed = state.missed.get(step.id, {})
    for initial in initials:
        since = missed.get(initial.person)
        if since is not None and not _is_told(state, step, since):
            raise RefusedError(
                "ENGINE-INITIAL-06",
                f"{initial.mark} cannot be given: the person was out of the room while "
                f"the device acted in step {step.id}.",
                meaning=meaning,
                remedy="Let another of the role initial who saw it; else record a "
                "minor or major deviation that tells of it, then initial.",
            )


def _is_told(state: State, step: Step, since: int) -> bool:
    return any(
        known.step == step.id
        and known.seq > since
        and known.closed is not None
        and known.recorded.cause == REPORTED
        and known.recorded.severity is not Severity.NOTE
        for known in state.deviations
    )
