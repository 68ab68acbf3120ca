"""The rules for what is recorded within a step, and for closing it."""

from __future__ import annotations

from ceremony.engine.backup import verify_relied_on
from ceremony.engine.command import Command
from ceremony.engine.earlier import verify_shown
from ceremony.engine.facts import (
    Attested,
    DeviceHandled,
    DissentRecorded,
    DissentSettled,
    Input,
    Intent,
    Outcome,
    Result,
    SignedOnPaper,
    StepClosed,
)
from ceremony.engine.incident import verify_not_held
from ceremony.engine.initials import (
    verify_initialling,
    verify_initials,
    verify_seen,
)
from ceremony.engine.login import is_anew, verify_login
from ceremony.engine.state import State
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.device import (
    verify_anew,
    verify_not_destroyed,
    verify_not_done,
)
from ceremony.engine.steps.sign import seat_of
from ceremony.engine.unresolved import verify_unresolved
from ceremony.errors import RefusedError
from ceremony.identifiers import Mode, PersonId
from ceremony.people.quorum import verify_quorum
from ceremony.script.model import Step


def verify_step_fact(state: State, command: Command) -> None:
    """Insist that the fact belongs to the current step and may be recorded in it.

    Raises:
        RefusedError: ``ENGINE-STEP-01`` to ``-04``, ``ENGINE-INITIAL-05``,
            ``ENGINE-DOUBT-01``, ``ENGINE-DOUBT-02``, ``ENGINE-DISSENT-05``,
            ``ENGINE-UNSEEN-04``, or what the kind of step refuses.
    """
    step = _current(state, command)
    _verify_doubt(state, command)
    fact = command.fact
    if isinstance(fact, Outcome) and fact.result is Result.UNRESOLVED:
        # Two people say so, who need not be in the room; nobody performed it.
        verify_unresolved(state, fact)
        return
    kind = KINDS[step.verb]
    if not isinstance(fact, DissentSettled):
        verify_not_held(state)
    if isinstance(fact, StepClosed):
        _verify_closing(state, step, fact)
        return
    if not isinstance(fact, kind.records):
        raise RefusedError(
            "ENGINE-STEP-03",
            f"A {step.verb} step does not record {fact.type}.",
            remedy="Carry out the step as the script has it.",
        )
    if isinstance(fact, Intent | DeviceHandled):
        rule = state.script.quorum
        present = [seat for seat in state.seats if seat.person in state.in_room]
        verify_quorum(rule.role, rule.need, present)
        verify_initialling(state, step, fact)
        verify_relied_on(state, step)
        verify_shown(state, step)
    _verify_performer(state, step, command)
    verify_not_destroyed(step, state, fact)
    verify_login(step, state, fact)
    if is_anew(step, fact):
        verify_anew(step, state, fact)
        return
    kind.verify(step, state, fact)
    verify_not_done(state, fact)


def _current(state: State, command: Command) -> Step:
    step = state.step
    if step is None or command.step in state.closed_steps:
        raise RefusedError(
            "ENGINE-STEP-02",
            f"Step {command.step} is closed already.",
            meaning="It was not done a second time.",
            remedy="Go on with the next step.",
        )
    if command.step != step.id or command.presented is None:
        raise RefusedError(
            "ENGINE-STEP-01",
            f"Step {step.id} is next, not step {command.step}.",
            remedy="Follow the script's order.",
        )
    return step


def _verify_doubt(state: State, command: Command) -> None:
    fact = command.fact
    if isinstance(fact, Outcome):
        if state.pending is None or command.op != state.pending.op:
            raise RefusedError(
                "ENGINE-DOUBT-02",
                "There is no such device operation whose outcome is awaited.",
                remedy="Begin the operation first.",
            )
        return
    if state.pending is not None:
        raise RefusedError(
            "ENGINE-DOUBT-01",
            f"The operation of step {state.pending.step} is in doubt.",
            meaning="Whether the device acted is not known until it is inspected.",
            remedy="Resolve it with: ceremony resume.",
        )


def _verify_performer(state: State, step: Step, command: Command) -> None:
    if isinstance(command.fact, DissentSettled):
        # Two people decide, and their initials say who; nobody performs it.
        return
    if isinstance(command.fact, Attested | SignedOnPaper | DissentRecorded):
        seat = seat_of(step, state)
        gone = step.verb == "sign-out" and seat.person not in state.in_room
        if command.actor != seat.person or gone:
            raise RefusedError(
                "ENGINE-STEP-04",
                f"Step {step.id} is the turn of {state.title(seat.person)}.",
                remedy="Hand the laptop to that person.",
            )
        return
    performer: PersonId | None = command.actor
    if (
        performer is None
        or performer not in state.in_room
        or state.seat(performer).role != step.by
        or getattr(command.fact, "performer", performer) != performer
    ):
        raise RefusedError(
            "ENGINE-STEP-04",
            f"Step {step.id} is performed by the {step.by}, who must be in the room.",
            remedy="Let that person perform it.",
        )


def _verify_closing(state: State, step: Step, fact: StepClosed) -> None:
    meaning = _waiting(state, step)
    live = state.opened is not None and state.opened.mode is Mode.LIVE
    if live and fact.input is Input.RECORDED:
        raise RefusedError(
            "ENGINE-INPUT-01",
            f"Step {step.id} of a live ceremony was answered by a recording.",
            meaning=meaning,
            remedy="Let the people in the room answer.",
        )
    given = tuple(initial.role for initial in fact.initials)
    if sorted(given) != sorted(step.initials):
        raise RefusedError(
            "ENGINE-INITIAL-03",
            f"Step {step.id} is closed by the initials of "
            f"{', '.join(step.initials) or 'nobody'}.",
            meaning=meaning,
            remedy="Let exactly these people initial.",
        )
    verify_initials(state, fact.initials, meaning=meaning)
    verify_seen(state, step, fact.initials, meaning=meaning)
    KINDS[step.verb].complete(step, state)


def _waiting(state: State, step: Step) -> str:
    """Say what it means that a step is not closed; empty where nothing was done."""
    facts = [recorded.fact for recorded in state.current]
    try:
        KINDS[step.verb].complete(step, state)
    except RefusedError:
        return "What is recorded stands; the step stays open." if facts else ""
    if any(isinstance(fact, Outcome | DeviceHandled) for fact in facts):
        return (
            "The device has acted, and that is recorded; only the initials are lacking."
        )
    if facts:
        return "What was done is recorded; only the initials are lacking."
    return "What is recorded stands; the step stays open."
