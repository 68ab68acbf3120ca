"""What would void a pack for good is refused before it is recorded.

A pack verifies only where the certificates of evidence CA and seal hold from the first
leaf to the last, and a person's when their own key signs (``VERIFY-CERT-13``); its
binding cannot be changed any more. Once CA or seal has ended a ceremony is no longer
carried on. Whose own certificate has ended goes on by paper.

Invariants:
    * People are told before they do anything for nothing, and not at the verification.
    * It can always be told what happened, what is in doubt can be resolved, and the
      ceremony abandoned: what ends it is never refused here.
"""

from __future__ import annotations

from typing import Final

from ceremony.clock import Clock
from ceremony.conduct.evidence_bound import certificate_of, term_fault
from ceremony.conduct.farewell import verify_farewell
from ceremony.engine.facts import (
    Attested,
    BreakEnded,
    CeremonyClosed,
    Fact,
    Intent,
    Resumed,
    SignedOnPaper,
    StepClosed,
)
from ceremony.engine.state import Phase, State
from ceremony.engine.unseen import open_unseen
from ceremony.errors import RefusedError
from ceremony.pack.binding import SiteBinding

_CARRIES_ON: Final = (
    Attested,
    BreakEnded,
    CeremonyClosed,
    Intent,
    SignedOnPaper,
    StepClosed,
)


def verify_lasting(
    state: State, fact: Fact, binding: SiteBinding, clock: Clock
) -> None:
    """Insist that a fact does not void the pack of its ceremony.

    Raises:
        RefusedError: As :func:`verify_farewell`; ``BINDING-TERM-01``: it carries the
            ceremony on, and evidence CA or seal does not hold; ``CONDUCT-SIGN-02``: it
            is signed by a key whose certificate does not.
    """
    verify_farewell(state, fact)
    if isinstance(fact, _CARRIES_ON) or (
        isinstance(fact, Resumed) and not is_to_settle(state)
    ):
        verify_evidence_lasts(state, binding, clock)
    if isinstance(fact, Attested):
        _verify_own_holds(state, fact, binding, clock)


def _verify_own_holds(
    state: State, signed: Attested, binding: SiteBinding, clock: Clock
) -> None:
    signers = {seat.person for seat in state.seats if seat.key == signed.key}
    for person in binding.people:
        fault = certificate_of(person).term_fault(clock.now().wall)
        if person.id in signers and fault:
            raise RefusedError(
                "CONDUCT-SIGN-02",
                fault,
                meaning="Nothing was signed for this person.",
                remedy="Sign on paper, or let a deputy take the role. Where the clock "
                "is wrong, set it.",
            )


def verify_evidence_lasts(state: State, binding: SiteBinding, clock: Clock) -> None:
    """Insist that a ceremony's evidence holds, before it is carried on.

    Raises:
        RefusedError: ``BINDING-TERM-01``: evidence CA or seal does not.
    """
    if (ended := evidence_ended(state, binding, clock)) is not None:
        raise ended


def evidence_ended(
    state: State, binding: SiteBinding, clock: Clock
) -> RefusedError | None:
    """Say why a running ceremony is no longer carried on; None where it may be."""
    if state.phase is not Phase.RUNNING:
        return None
    fault = term_fault(binding, clock.now().wall)
    if not fault:
        return None
    return RefusedError(
        "BINDING-TERM-01",
        fault,
        meaning="The ceremony is not carried on: its pack would be NOT VERIFIED for "
        "good. What is recorded stands.",
        remedy="Set the clock, where it is wrong. Else abandon the ceremony and seal "
        "its pack by the binding as it is; then have the certificate renewed, bind the "
        "new one and open a new ceremony.",
    )


def is_to_settle(state: State) -> bool:
    """Tell whether only a resumption settles what keeps people from abandoning."""
    changed = state.change is not None or bool(open_unseen(state))
    return state.pending is not None or state.given_up or changed
