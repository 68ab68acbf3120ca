"""Go on after an interruption: inspect the tokens, record it, resolve the doubt.

Nothing is retried by itself. The whole inventory of every token is compared with
the journal, because key generation is not atomic: half pairs and objects without a
name are found too. Two people decide to keep what was made or to destroy it; what left
nothing is marked as failed.

Invariants:
    * The interruption is a deviation, closed by the same two people.
    * A break that was on stays on: people end it, not the resumption.
    * Only what the operation in doubt left is destroyed, and each object that is
      destroyed stands in the inventory before and is gone from the one after.
    * Where a token holds anything else, or lacks something, nobody goes on before two
      people have decided about it; what is foreign is never touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ceremony.conduct.actions.backup import show_restored
from ceremony.conduct.actions.device import Taken, expected_listing, outcome_of, take
from ceremony.conduct.actions.made import finish_made, look_at
from ceremony.conduct.changed import give_up, verify_unchanged
from ceremony.conduct.conductor import Conductor
from ceremony.conduct.doubt import (
    is_whole_key,
    listing_before,
    unexplained,
    verify_alone,
    verify_signs,
)
from ceremony.conduct.incident import close_deviation, initials_of, record_deviation
from ceremony.conduct.left import is_fresh, last_before_left
from ceremony.conduct.listing import listed
from ceremony.conduct.pins import PinSource
from ceremony.conduct.settling import is_half_initialised, opened_token, settle
from ceremony.conduct.unseen import tell_inspected, tell_look
from ceremony.engine.change import MAKES_KEY, is_left
from ceremony.engine.facts import (
    DeviationRecorded,
    Initial,
    Result,
    Resumed,
    Severity,
    TokenFound,
)
from ceremony.engine.state import Pending, Phase
from ceremony.engine.zeroise import is_inspected
from ceremony.errors import DeviceError, RefusedError
from ceremony.hsm.hosted_session import HostedSession
from ceremony.identifiers import PersonId, Role
from ceremony.pack.binding import TokenBinding
from ceremony.pack.inventory_file import decode_listing, new_in

Told = Callable[[str], None]

_AFTERWARDS: Final = {
    Phase.PLANNED: "Open it with: ceremony open.",
    Phase.CLOSED: "Seal its pack with: ceremony seal {ceremony} -o evidence.pdf",
    Phase.SEALED: "Verify its pack with: ceremony verify",
    Phase.ABANDONED: "Seal its pack with: ceremony seal {ceremony} -o evidence.pdf",
}
"""What is left to do where no step is left to run."""


class Choice(StrEnum):
    """What two people decide about what an interruption left."""

    ADOPT = "adopt"
    DESTROY = "destroy"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided, by whom.

    Attributes:
        complete: What becomes of a key that was made or restored completely.
        by: The two who inspect and decide: marks as typed, or roles whose holders'
            marks are taken.
    """

    complete: Choice
    by: tuple[Role | Initial, Role | Initial]


def verify_fresh(conductor: Conductor) -> None:
    """Insist that nothing was begun yet: what was begun is resumed, not run.

    Raises:
        RefusedError: ``CONDUCT-RESUME-01``; ``CONDUCT-RESUME-02``: it has ended.
    """
    phase = conductor.state.phase
    if phase is not Phase.RUNNING:
        raise RefusedError(
            "CONDUCT-RESUME-02",
            f"{conductor.ceremony} is {phase.value}: no step of it is left to run.",
            meaning="What is recorded stands.",
            remedy=_AFTERWARDS[phase].format(ceremony=conductor.ceremony),
        )
    if not is_fresh(conductor.facts):
        raise RefusedError(
            "CONDUCT-RESUME-01",
            f"{conductor.ceremony} was begun and then left.",
            meaning="What is recorded stands.",
            remedy=f"Go on with: ceremony resume {conductor.ceremony}",
        )


_ENDED: Final = "HSM-HOST-"
"""How it is said that the module's process ended: the next look tells of the token."""


def needs_decision(conductor: Conductor) -> bool:
    """Tell whether two people have to decide before the ceremony can go on."""
    return conductor.state.phase is Phase.RUNNING and not is_fresh(conductor.facts)


def verify_deciders(conductor: Conductor, by: tuple[Initial, Initial]) -> None:
    """Insist on two people who may decide, before any token is inspected.

    Raises:
        RefusedError: ``ENGINE-RESUME-01``, or the initials' own.
    """
    pending = conductor.state.pending
    seq = conductor.facts[-1].event.seq
    in_doubt = pending.op if pending is not None else None
    conductor.verify(Resumed(seq, rebooted=False, tokens=(), by=by, in_doubt=in_doubt))


def recover(
    conductor: Conductor, pins: PinSource, decision: Decision, told: Told
) -> None:
    """Inspect, record and resolve an interruption; then the script can go on.

    Raises:
        RefusedError: ``CONDUCT-RESUME-04``: a token is not as the record left it.
        CeremonyError: It could not be resolved; what is recorded stands.
    """
    if not needs_decision(conductor):
        return
    by = initials_of(conductor, decision.by)
    people = tuple(initial.person for initial in by)
    last = last_before_left(conductor.facts, conductor.found_count)
    now = conductor.clock.now()
    pending = conductor.state.pending
    # Where the program runs on, a login may still be kept at another token.
    conductor.devices.log_out_all()
    found, taken = _inspect(conductor, pins, told)
    try:
        verify_unchanged(conductor, found, taken)
    except RefusedError:
        # What two people decide about is what this look has shown of every token.
        tell_inspected(conductor, found, taken)
        raise
    conductor.record(
        Resumed(
            last_seq=last.seq,
            rebooted=now.boot != last.t.boot,
            tokens=tuple(found),
            by=by,
            in_doubt=pending.op if pending is not None else None,
        ),
        contents={each.name: each.content for each in taken.values()},
    )
    _record_interruption(conductor, pending, last.seq)
    what = "Go on with the step that was open."
    if conductor.state.on_break is not None:
        what = "The break that was on still is; end it when everybody is back."
    if pending is not None:
        what = _resolve(conductor, pins, pending, decision, people)
    _close_interruptions(conductor, what, decision.by)
    told(what)
    if conductor.state.given_up:
        give_up(conductor)


def _inspect(
    conductor: Conductor, pins: PinSource, told: Told
) -> tuple[list[TokenFound], dict[str, Taken]]:
    """Take the whole inventory of every initialised token of the binding.

    The one that is being zeroised is left out: nobody knows how far people have come.
    Where one cannot be looked into the others still are, and all of it is told.
    """
    found: list[TokenFound] = []
    taken: dict[str, Taken] = {}
    unseen: dict[TokenBinding, DeviceError] = {}
    for bound in conductor.devices.binding.tokens:
        if not is_inspected(conductor.state, bound.name):
            continue
        before = expected_listing(conductor, bound.name)
        try:
            with opened_token(conductor, pins, bound.name) as session:
                taken[bound.name] = take(conductor, bound.name, session)
        except DeviceError as error:
            if not is_half_initialised(conductor, bound.name, error):
                if error.code.startswith(_ENDED):
                    raise
                unseen[bound] = error
            continue
        brief = taken[bound.name].brief
        found.append(TokenFound(bound.name, bound.serial, len(before), brief))
        told(f"{bound.label}: expected {len(before)} objects, found {brief.count}")
    if unseen:
        tell_look(conductor, found, taken, unseen)
        raise next(iter(unseen.values()))
    return found, taken


def _record_interruption(
    conductor: Conductor, pending: Pending | None, last_seq: int
) -> None:
    step = conductor.state.step
    where = f"Step {step.id}" if step is not None else "The close"
    happened = f"{where} was interrupted, after event {last_seq}."
    if pending is not None:
        happened += f" Whether {pending.intent.verb} had acted was not known."
    record_deviation(
        conductor,
        Severity.MINOR,
        expected="The ceremony goes on without interruption.",
        happened=happened,
        cause="interruption",
    )


def _close_interruptions(
    conductor: Conductor, decided: str, by: tuple[Role | Initial, Role | Initial]
) -> None:
    for known in conductor.state.deviations:
        fact: DeviationRecorded = known.recorded
        if known.closed is None and fact.cause == "interruption":
            close_deviation(conductor, fact.deviation, decided, by)


def _resolve(
    conductor: Conductor,
    pins: PinSource,
    pending: Pending,
    decision: Decision,
    people: tuple[PersonId, ...],
) -> str:
    """Give the operation in doubt its outcome; say what was decided."""
    if pending.intent.verb == "token.initialise":
        return _resolve_initialise(conductor, pins, pending, people)
    if pending.intent.verb in MAKES_KEY:
        with opened_token(conductor, pins, pending.intent.token) as session:
            return _resolve_key(conductor, session, pending, decision, people)
    settled = settle(conductor, pins, pending)
    _finish(conductor, pending, settled.result, settled.taken, people)
    return settled.words


def _resolve_initialise(
    conductor: Conductor,
    pins: PinSource,
    pending: Pending,
    people: tuple[PersonId, ...],
) -> str:
    intent = pending.intent
    try:
        with opened_token(conductor, pins, intent.token) as session:
            taken = take(conductor, intent.token, session)
    except DeviceError as error:
        if not is_half_initialised(conductor, intent.token, error):
            raise
        _finish(conductor, pending, Result.FAILED, None, people)
        return f"The initialisation of {intent.label} was not complete; it is repeated."
    before = listing_before(conductor, pending)
    wiped = new_in(before, decode_listing(taken.content, taken.name))
    if len(wiped) < len(before):
        _finish(conductor, pending, Result.FAILED, taken, people)
        return (
            f"{intent.label} holds what it held before; its initialisation is repeated."
        )
    _finish(conductor, pending, Result.ADOPTED, taken, people)
    beside = " beside what is foreign in it" if taken.brief.count else ""
    return f"{intent.label} was initialised completely; it is kept{beside}."


def _resolve_key(
    conductor: Conductor,
    session: HostedSession,
    pending: Pending,
    decision: Decision,
    people: tuple[PersonId, ...],
) -> str:
    intent = pending.intent
    before = listing_before(conductor, pending)
    foreign = list(conductor.state.foreign.get(intent.token, ()))
    strange = tuple(
        each
        for each in unexplained(session.inventory().entries, before)
        if is_left(listed(each).brief, ("", pending.op))
        and listed(each).brief not in foreign
    )
    whole = is_whole_key(strange, pending.op)
    if decision.complete is Choice.ADOPT:
        verify_alone(strange, pending.op)
    if conductor.script.key_kind(intent.thing).trusted:
        # Nobody can be asked to finish it: it is made anew, with the officer there.
        whole = whole and any(each.value("CKA_TRUSTED") is True for each in strange)
    came = "restored" if intent.verb == "key.unwrap" else "made"
    if whole and decision.complete is Choice.ADOPT:
        secret = len(strange) == 1
        if not secret:
            verify_signs(session, pending.op)
        read = session.read_secret_key if secret else session.read_key
        made = read(pending.op)
        finish_made(
            conductor,
            pending.op,
            _performer(conductor),
            made=made,
            looked=look_at(conductor, intent.token, session),
            result=Result.ADOPTED,
            shown=show_restored(conductor, session, made),
            decided_by=people,
        )
        what = "The key" if secret else "The key pair"
        return f"{what} {intent.label} was {came} completely; it is kept."
    for entry in strange:
        session.destroy(entry)
    taken = take(conductor, intent.token, session)
    result = Result.DESTROYED if strange else Result.FAILED
    _finish(conductor, pending, result, taken, people)
    if strange:
        left = "1 object" if len(strange) == 1 else f"{len(strange)} objects"
        were = "was" if len(strange) == 1 else "were"
        return (
            f"{left} that the interruption left {were} destroyed; the key is {came} "
            "anew."
        )
    return f"No key had been {came}; it is {came} anew."


def _performer(conductor: Conductor) -> PersonId:
    return conductor.performer(conductor.current())


def _finish(
    conductor: Conductor,
    pending: Pending,
    result: Result,
    taken: Taken | None,
    people: tuple[PersonId, ...],
) -> None:
    intent = pending.intent
    conductor.finish(
        pending.op,
        replace(outcome_of(intent, result, taken), decided_by=people),
        _performer(conductor),
        taken.contents if taken is not None else None,
    )
