"""Where a ceremony stands: everything the next decision and the pages need.

A state is made only by ``engine.fold`` from facts, so the same journal always gives
the same state.

Invariants:
    * ``position`` is the number of closed steps; the step at it is the current one.
    * ``current`` holds what was recorded in the current step only.
    * ``pending`` is the one device operation whose outcome is not yet known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ceremony.engine.facts import (
    BreakBegun,
    CeremonyAbandoned,
    CeremonyClosed,
    CertificateMade,
    CheckValueFound,
    Course,
    CrlMade,
    DeviationClosed,
    DeviationRecorded,
    DissentRecorded,
    DissentSettled,
    EarlierFound,
    Fact,
    FoundObject,
    Head,
    Intent,
    InventoryTaken,
    KeyMade,
    KeyWrapped,
    Opened,
    PackSealed,
    PartMade,
    PathChecked,
    PublicKeyWrapped,
    RecordVerified,
    ReportSigned,
    RequestMade,
    RequestsJudged,
    Resumed,
    SecretKeyMade,
    TokensChanged,
)
from ceremony.identifiers import OperationId, PersonId, Role, StepId
from ceremony.journal.event import Event
from ceremony.people.roster import Seat
from ceremony.script.model import Script, Step


class Phase(StrEnum):
    """How far a ceremony is."""

    PLANNED = "planned"
    RUNNING = "running"
    CLOSED = "closed"
    SEALED = "sealed"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact with the leaf that holds it."""

    event: Event
    fact: Fact


@dataclass(frozen=True, slots=True)
class Pending:
    """A device operation that was begun and not concluded.

    Attributes:
        left: What resumptions have listed as left by it, and is there still.
    """

    op: OperationId
    step: StepId
    intent: Intent
    seq: int
    left: tuple[FoundObject, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenState:
    """What the journal says about one token.

    Attributes:
        initialised: True once the ceremony has initialised it.
        inventory: The last inventory taken; None before the first.
        renewed: Whose PINs the ceremony has changed: ``user``, ``security-officer``.
        login: The step since which the user is logged in; None where nobody is.
        foreign: How many foreign objects the last list of a step has shown.
        login_ended: What ended a login that the script still counts on; else empty.
    """

    initialised: bool = False
    inventory: InventoryTaken | None = None
    renewed: frozenset[str] = frozenset()
    login: StepId | None = None
    login_ended: str = ""
    foreign: int = 0


@dataclass(frozen=True, slots=True)
class DeviationState:
    """A deviation and, once it is closed, its last two answers."""

    recorded: DeviationRecorded
    step: StepId | None
    seq: int
    closed: DeviationClosed | None = None


@dataclass(frozen=True, slots=True)
class ChangeState:
    """Tokens that were changed meanwhile, until that is decided and lived with.

    Attributes:
        course: What two people decided; None until they have.
    """

    found: TokensChanged
    course: Course | None = None


@dataclass(frozen=True, slots=True)
class BreakState:
    """A break and, once it is over, when that was.

    Attributes:
        step: The step that was open when it began.
        seq: The leaf that began it.
        begun_at: That leaf's wall time.
        ended_at: The wall time of the leaf that ended it; None while it is on.
    """

    begun: BreakBegun
    step: StepId | None
    seq: int
    begun_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DissentState:
    """A dissent, the turn that it was made in and, once settled, what was decided."""

    recorded: DissentRecorded
    step: StepId
    seq: int
    settled: DissentSettled | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Where a ceremony stands.

    Attributes:
        script: The approved plan.
        closed_steps: Ids of the steps closed so far, in order.
        in_room: Who is in the room now.
        missed: By step, who was out while a device acted in it, with the last leaf
            by which that is known.
        signed_in: Who has ever signed in; likewise ``signed_out``.
        nonces: Every attestation nonce used so far.
        closing: The checkpoint that people cosign when they sign out.
        keys: Every key pair that was made or restored; likewise ``secret_keys``.
        wrapped: By key, each time that it was wrapped, in order.
        public_wrapped: By pair, its public key under an AES key.
        check_values: By secret key, the check value that was found last.
        shown_equal: The copies that were shown to be equal to their originals.
        breaks: Every break, in order; only the last can still be on.
        dissents: Every dissent, in the order in which they were recorded.
        sets: Every set of requests that was imported, with at least one good one.
        parts: By batch of certificates, each part that was issued, in order.
        sheets: The number of every sheet that was signed on paper, in order.
        destroyed: By key that exists no more, the step that ended it; ``keys`` still
            tells of it.
        earlier: What earlier ceremonies did and this one works with, in order; keys
            and certificates among it stand in ``keys`` and ``certificates`` as well.
        shown: The keys of earlier ceremonies that were shown to be in their tokens.
        resumptions: Every interruption that was resumed.
        change: Tokens found changed meanwhile, until people have decided and gone on.
        given_up: True once two people decided to abandon it over such a change or a
            token that was not seen, or with an operation in doubt for good.
        foreign: By token, the objects in it that two people decided to go on beside.
        looked: The tokens that a look after an interruption has shown, and of which
            nobody has told since that they could not be looked into.
        unresolved: The operation of which nobody will know whether it acted.
    """

    script: Script
    phase: Phase = Phase.PLANNED
    opened: Opened | None = None
    position: int = 0
    closed_steps: tuple[StepId, ...] = ()
    current: tuple[Recorded, ...] = ()
    pending: Pending | None = None
    in_room: frozenset[PersonId] = frozenset()
    missed: Mapping[StepId, Mapping[PersonId, int]] = field(default_factory=dict)
    signed_in: tuple[PersonId, ...] = ()
    signed_out: tuple[PersonId, ...] = ()
    nonces: frozenset[str] = frozenset()
    opening: Head | None = None
    closing: Head | None = None
    tokens: Mapping[str, TokenState] = field(default_factory=dict)
    keys: Mapping[str, KeyMade] = field(default_factory=dict)
    secret_keys: Mapping[str, SecretKeyMade] = field(default_factory=dict)
    wrapped: Mapping[str, tuple[KeyWrapped, ...]] = field(default_factory=dict)
    public_wrapped: Mapping[str, PublicKeyWrapped] = field(default_factory=dict)
    check_values: Mapping[str, CheckValueFound] = field(default_factory=dict)
    shown_equal: frozenset[str] = frozenset()
    destroyed: Mapping[str, StepId] = field(default_factory=dict)
    earlier: tuple[EarlierFound, ...] = ()
    shown: frozenset[str] = frozenset()
    requests: Mapping[str, RequestMade] = field(default_factory=dict)
    certificates: Mapping[str, CertificateMade] = field(default_factory=dict)
    paths: Mapping[str, PathChecked] = field(default_factory=dict)
    crls: Mapping[str, CrlMade] = field(default_factory=dict)
    sets: Mapping[str, RequestsJudged] = field(default_factory=dict)
    parts: Mapping[str, tuple[PartMade, ...]] = field(default_factory=dict)
    deviations: tuple[DeviationState, ...] = ()
    breaks: tuple[BreakState, ...] = ()
    dissents: tuple[DissentState, ...] = ()
    sheets: tuple[str, ...] = ()
    resumptions: tuple[Resumed, ...] = ()
    change: ChangeState | None = None
    given_up: bool = False
    foreign: Mapping[str, tuple[FoundObject, ...]] = field(default_factory=dict)
    looked: frozenset[str] = frozenset()
    unresolved: Pending | None = None
    verified: RecordVerified | None = None
    closed: CeremonyClosed | None = None
    abandoned: CeremonyAbandoned | None = None
    sealed: PackSealed | None = None
    signed: tuple[ReportSigned, ...] = ()

    @property
    def step(self) -> Step | None:
        """Give the current step, or None where every step is closed."""
        steps = self.script.steps
        return steps[self.position] if self.position < len(steps) else None

    @property
    def made(self) -> Mapping[str, KeyMade | SecretKeyMade]:
        """Give every key that was made or restored, pair or secret key, by name."""
        return {**self.keys, **self.secret_keys}

    @property
    def on_break(self) -> BreakState | None:
        """Give the break that is on, or None where there is none."""
        last = self.breaks[-1] if self.breaks else None
        return last if last is not None and last.ended_at is None else None

    @property
    def dissent(self) -> DissentState | None:
        """Give the dissent of the current turn, or None where there is none."""
        step = self.step
        for known in self.dissents:
            if step is not None and known.step == step.id:
                return known
        return None

    @property
    def open_dissent(self) -> DissentState | None:
        """Give the dissent that holds the ceremony, or None where none is open."""
        return next((known for known in self.dissents if known.settled is None), None)

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Give who holds which role; empty before the ceremony is open."""
        return self.opened.seats if self.opened is not None else ()

    def seat(self, person: PersonId) -> Seat:
        """Find a person's seat.

        Raises:
            KeyError: The person has no seat in this ceremony.
        """
        for seat in self.seats:
            if seat.person == person:
                return seat
        raise KeyError(person)

    def holders(self, role: Role) -> tuple[Seat, ...]:
        """Give the seats of one role, in roster order."""
        return tuple(seat for seat in self.seats if seat.role == role)

    def title(self, person: PersonId) -> str:
        """Name a person by role, e.g. ``Key custodian 2``; never by name."""
        seat = self.seat(person)
        title = self.script.demand(seat.role).title
        holders = self.holders(seat.role)
        if len(holders) == 1:
            return title
        return f"{title} {holders.index(seat) + 1}"

    def token(self, name: str) -> TokenState:
        """Give what is known of a token; a new state where nothing is."""
        return self.tokens.get(name, TokenState())
