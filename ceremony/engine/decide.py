"""What may be recorded now: every rule of the room, without touching anything.

Invariants:
    * A fact is recorded only in the phase and the step to which it belongs.
    * Nobody acts who is not in the room, in a role that they do not hold.
    * During a break nothing goes on but the break itself and what may happen in it.
    * While tokens are found changed nothing goes on before two people have decided.
    * A device is told nothing without the people's quorum, nor while an earlier
      operation is in doubt.
    * Recorded answers never serve a live ceremony.
"""

from __future__ import annotations

from typing import Final

from ceremony.engine.change import BESIDE, verify_beside_change
from ceremony.engine.command import Command
from ceremony.engine.earlier import verify_earlier
from ceremony.engine.ending import verify_ending
from ceremony.engine.fact_codec import encode_fact
from ceremony.engine.facts import (
    AttendanceChanged,
    BreakBegun,
    BreakEnded,
    CeremonyAbandoned,
    CeremonyClosed,
    CertificateBrought,
    CommandRefused,
    DeviationClosed,
    DeviationRecorded,
    EarlierFound,
    Noted,
    Opened,
    PackSealed,
    RecordVerified,
    ReportSigned,
    Resumed,
    TokensChanged,
    TokensInspected,
)
from ceremony.engine.incident import verify_incident, verify_no_break
from ceremony.engine.opening import verify_opening
from ceremony.engine.state import Phase, State
from ceremony.engine.stepping import verify_step_fact
from ceremony.engine.unseen import verify_beside_unseen
from ceremony.errors import RefusedError
from ceremony.journal.event import Actor, Draft, StepRef

ENDINGS: Final = (
    RecordVerified,
    CeremonyClosed,
    CeremonyAbandoned,
    PackSealed,
    ReportSigned,
)
INCIDENTS: Final = (
    AttendanceChanged,
    DeviationRecorded,
    DeviationClosed,
    TokensChanged,
    TokensInspected,
    Resumed,
    Noted,
    BreakBegun,
    BreakEnded,
    CommandRefused,
)
DURING_A_BREAK: Final = (*BESIDE, Resumed, BreakEnded, CeremonyAbandoned)
"""What may be recorded while a break is on; everything else waits for its end."""


def decide(state: State, command: Command) -> Draft:
    """Give the leaf-to-be that the command asks for, if every rule allows it.

    Raises:
        RefusedError: A rule forbids it; nothing has changed.
    """
    verify_command(state, command)
    actor = None
    if command.actor is not None:
        actor = Actor(command.actor, state.seat(command.actor).role)
    step = None
    if command.step is not None and command.presented is not None:
        step = StepRef(command.step, command.presented)
    return Draft(
        type=command.fact.type,
        data=encode_fact(command.fact),
        op=command.op,
        step=step,
        actor=actor,
        blobs=command.blobs,
    )


def verify_command(state: State, command: Command) -> None:
    """Apply every rule that concerns the command's fact.

    Raises:
        RefusedError: A rule forbids it.
    """
    fact = command.fact
    if isinstance(fact, Opened):
        verify_opening(state, fact)
        return
    _verify_actor(state, command)
    if not isinstance(fact, DURING_A_BREAK):
        verify_no_break(state, fact.type)
    if state.phase is Phase.RUNNING:
        verify_beside_change(state, fact)
        verify_beside_unseen(state, fact)
    if isinstance(fact, ENDINGS):
        verify_ending(state, fact, command.actor)
        return
    if state.phase is not Phase.RUNNING:
        raise RefusedError(
            "ENGINE-PHASE-01",
            f"The ceremony is {state.phase.value}; only a running one can be acted on.",
            remedy="Look at its state with: ceremony status.",
        )
    if isinstance(fact, INCIDENTS):
        verify_incident(state, fact)
    elif isinstance(fact, EarlierFound | CertificateBrought):
        verify_earlier(state, command, fact)
    else:
        verify_step_fact(state, command)


def _verify_actor(state: State, command: Command) -> None:
    if command.actor is None:
        return
    if all(seat.person != command.actor for seat in state.seats):
        raise RefusedError(
            "ENGINE-ACTOR-01",
            f"{command.actor} has no role in this ceremony.",
            remedy="Let somebody on the roster act.",
        )
