"""What the conductor's window shows: one frozen value after every command.

The window draws it and asks for nothing else, so that what stands on the screen is
what the record says. It holds people's names, which the projector's view never does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ceremony.conduct.conductor import Conductor
from ceremony.conduct.login_view import is_logged_in
from ceremony.conduct.outline import ActRow, StepRow, act_rows, step_rows
from ceremony.conduct.step_view import StepView, view_step
from ceremony.conduct.turn_view import TurnView, view_turn
from ceremony.conduct.views import ProjectorView, project
from ceremony.digest_words import words
from ceremony.engine.facts import CustodyRecorded
from ceremony.engine.state import DeviationState, State
from ceremony.identifiers import CeremonyId, Mode, PersonId, Role, RoleKind
from ceremony.script.model import ThingKind

Names = Mapping[PersonId, str]
"""People's names by id, as the private openings have them."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the roster.

    Attributes:
        title: By role, e.g. ``Key custodian 2``.
        kind: Control, witness or external.
        present: True while in the room as the record has it.
        away: True where the person signed in, left, and has not signed out.
    """

    id: PersonId
    name: str
    role: Role
    title: str
    kind: RoleKind
    initials: str
    present: bool
    away: bool


@dataclass(frozen=True, slots=True)
class QuorumView:
    """``need`` of the people who hold the quorum's role, and who is there."""

    title: str
    need: int
    people: tuple[PersonRow, ...]

    @property
    def present(self) -> int:
        """Count those in the room."""
        return sum(person.present for person in self.people)


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token of the script.

    Attributes:
        objects: How many objects the last inventory found; None before the first.
        software: True where it is no hardware.
        login: Whether somebody is logged in; None where the script never logs in.
    """

    name: str
    title: str
    serial: str
    objects: int | None
    software: bool
    login: bool | None = None


@dataclass(frozen=True, slots=True)
class DeviationRow:
    """One deviation; ``decided`` is empty while it is open."""

    number: str
    severity: str
    step: str
    expected: str
    happened: str
    decided: str


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A public value that may be read aloud: a digest with its words.

    Attributes:
        title: What it is, e.g. ``Root OCA key, public key``.
        digest: SHA-256, 64 hex digits.
    """

    title: str
    digest: str

    @property
    def words(self) -> tuple[str, ...]:
        """Give the digest as 32 words."""
        return words(bytes.fromhex(self.digest))


@dataclass(frozen=True, slots=True)
class BreakView:
    """A break that is on.

    Attributes:
        begun_at: ``HH:MM``, UTC.
        minutes: As planned.
        staying: Who stays, by title.
    """

    begun_at: str
    minutes: int
    reason: str
    staying: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DissentView:
    """A dissent that holds the ceremony until two people have decided.

    Attributes:
        title: Who does not agree, by role.
        reason: Why, word for word.
    """

    title: str
    name: str
    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class RoomView:
    """Everything that the conductor's window draws.

    Attributes:
        mode: Rehearsal or live.
        phase: ``running``, ``closed``, ``sealed`` or ``abandoned``.
        step: The current step; None where every step is closed.
        turn: The person's turn that the current step is; else None.
        bags_sealed: Bags that stand sealed; likewise ``bags_open``.
        waiting_signers: The report signatories who have not signed, in order.
        last_closed: The last closed step as it was read aloud; empty before.
        event_count: Leaves of this ceremony in the journal.
        in_doubt: The device operation whose outcome is not known; empty if none.
        undecided: True until two people have decided about an interruption.
        pause: The break that is on; None where the ceremony goes on.
        dissent: The dissent that holds the ceremony; None where none does.
    """

    ceremony: CeremonyId
    title: str
    mode: Mode
    phase: str
    acts: tuple[ActRow, ...]
    steps: tuple[StepRow, ...]
    step: StepView | None
    turn: TurnView | None
    people: tuple[PersonRow, ...]
    quorum: QuorumView
    tokens: tuple[TokenRow, ...]
    bags_sealed: int
    bags_open: int
    deviations: tuple[DeviationRow, ...]
    values: tuple[ValueRow, ...]
    waiting_signers: tuple[PersonRow, ...]
    last_closed: str
    event_count: int
    in_doubt: str
    undecided: bool
    pause: BreakView | None
    dissent: DissentView | None
    projector: ProjectorView


def view_room(
    conductor: Conductor, names: Names, *, undecided: bool = False
) -> RoomView:
    """Draw up what the window shows now.

    Args:
        conductor: The ceremony.
        names: People's names.
        undecided: True where an interruption waits for the decision of two.
    """
    state, facts = conductor.state, conductor.facts
    people = _people(state, names)
    rule = state.script.quorum
    closed = state.closed_steps
    steps = {step.id: step for step in state.script.steps}
    opened = state.opened
    return RoomView(
        ceremony=conductor.ceremony,
        title=state.script.title,
        mode=opened.mode if opened is not None else Mode.REHEARSAL,
        phase=state.phase.value,
        acts=act_rows(state, facts),
        steps=step_rows(state, facts),
        step=view_step(conductor, names),
        turn=view_turn(conductor, names),
        people=people,
        quorum=QuorumView(
            state.script.demand(rule.role).title,
            rule.need,
            tuple(person for person in people if person.role == rule.role),
        ),
        tokens=_tokens(state),
        bags_sealed=_bags(conductor, ("sealed", "placed")),
        bags_open=_bags(conductor, ("opened",)),
        deviations=tuple(map(_deviation, state.deviations)),
        values=_values(state),
        waiting_signers=_waiting_signers(state, people),
        last_closed=f"{closed[-1]} {steps[closed[-1]].text}" if closed else "",
        event_count=len(facts),
        in_doubt=(
            f"{state.pending.intent.verb}, step {state.pending.step}"
            if state.pending is not None
            else ""
        ),
        undecided=undecided,
        pause=_pause(state),
        dissent=_dissent(state, names),
        projector=project(conductor.ceremony, state, conductor.clock),
    )


def _pause(state: State) -> BreakView | None:
    known = state.on_break
    if known is None:
        return None
    return BreakView(
        f"{known.begun_at:%H:%M}",
        known.begun.minutes,
        known.begun.reason,
        tuple(state.title(person) for person in known.begun.staying),
    )


def _dissent(state: State, names: Names) -> DissentView | None:
    known = state.open_dissent
    if known is None:
        return None
    person = known.recorded.person
    return DissentView(
        state.title(person), names.get(person, ""), known.step, known.recorded.reason
    )


def _people(state: State, names: Names) -> tuple[PersonRow, ...]:
    return tuple(
        PersonRow(
            id=seat.person,
            name=names.get(seat.person, ""),
            role=seat.role,
            title=state.title(seat.person),
            kind=seat.kind,
            initials=seat.initials,
            present=seat.person in state.in_room,
            away=seat.person in state.signed_in
            and seat.person not in state.signed_out
            and seat.person not in state.in_room,
        )
        for seat in state.seats
    )


def _tokens(state: State) -> tuple[TokenRow, ...]:
    """List the tokens of the script; a site may bind others besides."""
    named = {thing.name for thing in state.script.things}
    bound = state.opened.tokens if state.opened is not None else ()
    rows = []
    for token in (each for each in bound if each.name in named):
        known = state.token(token.name).inventory
        rows.append(
            TokenRow(
                name=token.name,
                title=state.script.thing(token.name).title,
                serial=token.serial,
                objects=known.count if known is not None else None,
                software=token.software,
                login=is_logged_in(state, token.name),
            )
        )
    return tuple(rows)


def _bags(conductor: Conductor, wanted: tuple[str, ...]) -> int:
    """Count the bags whose last recorded act is one of these."""
    script = conductor.script
    last = {
        known.fact.thing: known.fact.action
        for known in conductor.facts
        if isinstance(known.fact, CustodyRecorded)
        and script.thing(known.fact.thing).kind is ThingKind.BAG
    }
    return sum(action in wanted for action in last.values())


def _deviation(known: DeviationState) -> DeviationRow:
    fact = known.recorded
    return DeviationRow(
        number=fact.deviation,
        severity=fact.severity.value,
        step=known.step or "",
        expected=fact.expected,
        happened=fact.happened,
        decided=known.closed.decided if known.closed is not None else "",
    )


def _values(state: State) -> tuple[ValueRow, ...]:
    """List the public values so far, the newest first."""
    script = state.script
    made = [
        *(
            ValueRow(f"{script.thing(name).title}, public key", key.public_key)
            for name, key in state.keys.items()
        ),
        *(
            ValueRow(f"{script.thing(name).title}, request", made.digest)
            for name, made in state.requests.items()
        ),
        *(
            ValueRow(f"{script.thing(name).title}, fingerprint", made.digest)
            for name, made in state.certificates.items()
        ),
        *(
            ValueRow(f"{script.thing(name).title}, revocation list", made.digest)
            for name, made in state.crls.items()
        ),
        *(
            ValueRow(f"{script.thing(name).title}, results", parts[-1].issued)
            for name, parts in state.parts.items()
            if parts[-1].issued is not None
        ),
    ]
    return (*reversed(made), ValueRow("Script as approved", script.digest))


def _waiting_signers(
    state: State, people: tuple[PersonRow, ...]
) -> tuple[PersonRow, ...]:
    done = {signed.field for signed in state.signed}
    waiting = []
    for number, role in enumerate(state.script.report_signers, start=1):
        if f"report-{number}" not in done:
            waiting += [person for person in people if person.role == role][:1]
    return tuple(waiting)
