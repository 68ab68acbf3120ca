"""What would void a pack for good is refused before it is recorded.

A pack verifies only where the certificates of its evidence hold from the first leaf to
the last (``VERIFY-CERT-13``), and its binding cannot be changed any more. Once one of
them has ended a ceremony is no longer carried on.

Invariants:
    * People are told before they do anything for nothing, and not at the verification.
    * It can always be told what happened, what is in doubt can be resolved, and the
      ceremony abandoned: what ends it is never refused here.
"""

from __future__ import annotations

from typing import Final

from ceremony.clock import Clock
from ceremony.conduct.evidence_bound import term_fault
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
        RefusedError: As :func:`verify_farewell`, or ``BINDING-TERM-01``: it carries the
            ceremony on, and a certificate of its evidence does not hold.
    """
    verify_farewell(state, fact)
    if isinstance(fact, _CARRIES_ON) or (
        isinstance(fact, Resumed) and not is_to_settle(state)
    ):
        verify_evidence_lasts(state, binding, clock)


def verify_evidence_lasts(state: State, binding: SiteBinding, clock: Clock) -> None:
    """Insist that a ceremony's evidence holds, before it is carried on.

    Raises:
        RefusedError: ``BINDING-TERM-01``: evidence CA, seal or the certificate of
            somebody who has a seat does not.
    """
    if (ended := evidence_ended(state, binding, clock)) is not None:
        raise ended


def evidence_ended(
    state: State, binding: SiteBinding, clock: Clock
) -> RefusedError | None:
    """Say why a running ceremony is no longer carried on; None where it may be."""
    if state.phase is not Phase.RUNNING:
        return None
    people = {seat.person for seat in state.seats}
    fault = term_fault(binding, people, clock.now().wall)
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
