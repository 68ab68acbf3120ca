"""The rules of the two ways out of a person's turn: dissent, and ink on paper.

Pure. A dissent holds the ceremony until two people have recorded what was decided;
then the person signs, with the meaning ``did-not-agree``. A turn on paper stands for
the person's signature, and two others have seen it made.

Invariants:
    * The meaning ``did-not-agree`` is signed exactly where a dissent of the turn
      stands.
    * Nobody decides about their own dissent, and nobody witnesses their own ink.

Source: the room policy's rules for disagreement and for personal tokens that fail.
"""

from __future__ import annotations

from itertools import permutations
from typing import Final

from ceremony.engine.facts import (
    Attested,
    DissentRecorded,
    DissentSettled,
    SignedOnPaper,
)
from ceremony.engine.initials import verify_at_hand
from ceremony.engine.state import State
from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId, Role, RoleKind
from ceremony.people.attestation import Level, Meaning
from ceremony.people.roster import Seat
from ceremony.script.model import Step

SECURITY_OFFICER: Final = Role("security-officer")
"""Who decides about a dissent for the control roles, where the script has the role."""

LONGEST: Final = 400
"""Characters of a reason or a decision: page 1 carries both word for word."""

SEEN_BY: Final = 2
"""How many people decide about a dissent, or see a signature in ink."""


def turn_meaning(step: Step, state: State) -> str:
    """Give the meaning that the current turn is signed with."""
    if state.dissent is not None:
        return Meaning.DID_NOT_AGREE.value
    return step.meaning


def deciders(
    state: State, dissenter: PersonId
) -> tuple[tuple[Seat, ...], tuple[Seat, ...]]:
    """Give who may decide about a dissent: one of the first, one of the second.

    The first are the security officers, or every control role where the script has
    no other security officer than the person who did not agree. The second are the
    witnesses, or every control role where there is no other witness.
    """
    others = [seat for seat in state.seats if seat.person != dissenter]
    control = tuple(seat for seat in others if seat.kind is RoleKind.CONTROL)
    officers = tuple(seat for seat in control if seat.role == SECURITY_OFFICER)
    witnesses = tuple(seat for seat in others if seat.kind is RoleKind.WITNESS)
    return officers or control, witnesses or control


def verify_dissent(step: Step, state: State, seat: Seat, fact: DissentRecorded) -> None:
    """Insist that a person dissents in their own turn, with a reason, and once.

    Raises:
        RefusedError: ``ENGINE-DISSENT-01``, ``ENGINE-DISSENT-02``.
    """
    if (fact.person, fact.turn) != (seat.person, step.verb) or not _told(fact.reason):
        raise RefusedError(
            "ENGINE-DISSENT-01",
            f"In step {step.id} {state.title(seat.person)} alone can disagree, with "
            f"a reason of 1 to {LONGEST} characters.",
            meaning="No dissent was recorded.",
            remedy="Let that person say in a few sentences what they do not agree to.",
        )
    if state.dissent is not None or _is_signed(state):
        raise RefusedError(
            "ENGINE-DISSENT-02",
            f"Step {step.id} holds a dissent or a signature already.",
            meaning="What is recorded stands.",
            remedy="Go on with the turn, and record anything further as a note.",
        )


def verify_settled(state: State, fact: DissentSettled) -> None:
    """Insist that an open dissent is decided about by the two who may.

    Raises:
        RefusedError: ``ENGINE-DISSENT-03``, ``ENGINE-DISSENT-04`` or the initials'
            own.
    """
    known = state.open_dissent
    if known is None or known.recorded.person != fact.person or not _told(fact.decided):
        raise RefusedError(
            "ENGINE-DISSENT-03",
            f"{fact.person} has no open dissent, or the decision is not of 1 to "
            f"{LONGEST} characters.",
            remedy="Name the person who did not agree and say what was decided.",
        )
    verify_at_hand(state, fact.by)
    first, second = (
        {seat.person for seat in seats} for seats in deciders(state, fact.person)
    )
    people = [initial.person for initial in fact.by]
    fit = any(
        one in first and other in second and one != other
        for one, other in permutations(people, SEEN_BY)
    )
    if len(people) != SEEN_BY or not fit:
        raise RefusedError(
            "ENGINE-DISSENT-04",
            "A dissent is settled by exactly two people, neither of them the one who "
            "did not agree: the security officer and a witness.",
            meaning="The ceremony still holds.",
            remedy="Let the security officer and the internal witness decide; where "
            "one of them is the person, somebody of another control role.",
        )


def verify_signed_once(step: Step, state: State) -> None:
    """Insist that a turn is signed by one way, once.

    Raises:
        RefusedError: ``ENGINE-ATTEST-05``.
    """
    if _is_signed(state):
        raise RefusedError(
            "ENGINE-ATTEST-05",
            f"Step {step.id} is signed already.",
            meaning="It was not signed a second time.",
            remedy="Close the step and go on with the next one.",
        )


def verify_meaning(step: Step, state: State, meaning: Meaning) -> None:
    """Insist on the script's meaning, or on ``did-not-agree`` after a dissent.

    Raises:
        RefusedError: ``ENGINE-ATTEST-03``.
    """
    wanted = turn_meaning(step, state)
    disagrees = meaning is Meaning.DID_NOT_AGREE
    if meaning != wanted or disagrees != (state.dissent is not None):
        raise RefusedError(
            "ENGINE-ATTEST-03",
            f"Step {step.id} is signed with the meaning {wanted}, and the "
            f"signature says {meaning}.",
            remedy="Sign the statement that the script asks for; whoever does not "
            "agree says so first.",
        )


def verify_paper(step: Step, state: State, seat: Seat, fact: SignedOnPaper) -> None:
    """Insist on the turn, its level, the next sheet's number and two who saw it.

    Raises:
        RefusedError: ``ENGINE-PAPER-01`` to ``-03``, or the initials' own.
    """
    if (fact.turn, fact.level) != (step.verb, Level.A0) or not _told(fact.reason):
        raise RefusedError(
            "ENGINE-PAPER-01",
            f"Ink in step {step.id} is a {step.verb} of level {Level.A0}, with a "
            f"reason of 1 to {LONGEST} characters.",
            meaning="Nothing was recorded; the sheet keeps its worth.",
            remedy="Say why the person's own token was not used.",
        )
    number = next_sheet(state)
    if fact.sheet != number:
        raise RefusedError(
            "ENGINE-PAPER-02",
            f"The next sheet is {number}, not {fact.sheet}.",
            remedy="Use each sheet once, in the order of their numbers.",
        )
    verify_at_hand(state, fact.by)
    people = [initial.person for initial in fact.by]
    if len(people) != SEEN_BY or len({*people, seat.person}) != SEEN_BY + 1:
        raise RefusedError(
            "ENGINE-PAPER-03",
            "A signature in ink is seen by exactly two people other than the signer.",
            meaning="Nothing was recorded; the sheet keeps its worth.",
            remedy="Let two people of control or witness roles give their initials.",
        )


def next_sheet(state: State) -> str:
    """Give the number of the next sheet, ``P-01`` and up."""
    return f"P-{len(state.sheets) + 1:02d}"


def _is_signed(state: State) -> bool:
    return any(
        isinstance(recorded.fact, Attested | SignedOnPaper)
        for recorded in state.current
    )


def _told(text: str) -> bool:
    return bool(text.strip()) and len(text) <= LONGEST
