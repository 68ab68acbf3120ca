"""The conductor: the one place where rules, people, device, disk and clock meet.

It asks nobody anything: what a step needs is queried first, gathered by the window
or the terminal, and handed in.

Invariants:
    * Intent, act, outcome: the intent is durable before the device is called, the
      outcome before anything is shown as done.
    * What a rule refuses changes nothing but the record of the refusal.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ceremony import canonical
from ceremony.clock import Clock
from ceremony.conduct.devices import Devices
from ceremony.conduct.inputs import Inputs
from ceremony.conduct.lasting import verify_lasting
from ceremony.conduct.log import Log
from ceremony.conduct.pace import Pace
from ceremony.engine.command import Command
from ceremony.engine.decide import decide, verify_command
from ceremony.engine.fact_codec import decode_fact
from ceremony.engine.facts import (
    CommandRefused,
    Fact,
    Head,
    HoldAnswered,
    Initial,
    Intent,
    Outcome,
    StepClosed,
)
from ceremony.engine.fold import fold
from ceremony.engine.state import Phase, Recorded, State
from ceremony.engine.statement import turn_text
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.kind import Need
from ceremony.engine.steps.sign import SIGN_IN, SIGN_OUT, seat_of
from ceremony.engine.turn import turn_meaning
from ceremony.errors import RefusedError
from ceremony.identifiers import (
    CeremonyId,
    OperationId,
    PersonId,
    Role,
    StepId,
)
from ceremony.journal.event import NO_PREVIOUS, Blob, Draft, Event
from ceremony.journal.placement import Place, place_drafts
from ceremony.journal.private import PrivateStore
from ceremony.pack.free_name import free_stem
from ceremony.pack.site_policy import SitePolicy
from ceremony.people.attestation import Meaning
from ceremony.pki.linter import Linter
from ceremony.script.model import Script, Step
from ceremony.script.presented import presented_step

Contents = Mapping[str, bytes]
"""Larger things by the flat name under which a pack embeds them."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was written to be signed in ink, as long as the program runs.

    Attributes:
        step: The turn that it is for.
        number: Its number, ``P-01`` and up.
        text: The exact text on it.
        head: The checkpoint that it names.
    """

    step: StepId
    number: str
    text: str
    head: Head


class Conductor:
    """One ceremony while it is conducted.

    Attributes:
        ceremony: Its id.
        script: The approved plan.
        state: Where it stands.
        facts: Everything recorded so far, in order.
        found_count: How many of them this program found recorded when it came.
        devices: The site's tokens.
        log: The journal with its log key.
        clock: What time it is.
        policy: What the site demands of attributes and levels.
        private: Where names and their commitments are kept.
        sheet: The sheet that was last written and not recorded yet.
        linter: Who lints what is issued in sets.
        pace: Who is told how far a step that takes long has come.
    """

    def __init__(  # noqa: PLR0913  every dependency is handed in, none is reached for
        self,
        ceremony: CeremonyId,
        script: Script,
        *,
        log: Log,
        private: PrivateStore,
        devices: Devices,
        policy: SitePolicy,
        clock: Clock,
        random: Callable[[int], bytes] = secrets.token_bytes,
        linter: Linter | None = None,
    ) -> None:
        self.ceremony = ceremony
        self.script = script
        self.log = log
        self.private = private
        self.devices = devices
        self.policy = policy
        self.clock = clock
        self.random = random
        self.linter = linter or Linter()
        self.state = State(script)
        self.facts: tuple[Recorded, ...] = ()
        self.sheet: Sheet | None = None
        self.pace = Pace()
        self._names: set[str] = set()
        for event in log.journal.events(ceremony):
            self._take(event, decode_fact(event.type, event.data))
        self.found_count = len(self.facts)

    def _take(self, event: Event, fact: Fact) -> None:
        self.state = fold(self.state, event, fact)
        self.facts = (*self.facts, Recorded(event, fact))
        self._names.update(blob.name for blob in event.blobs)

    def needs(self) -> tuple[Need, ...]:
        """Give what the current step asks for before it can run."""
        step = self.state.step
        if step is None or self.is_carried_out():
            return ()
        return KINDS[step.verb].needs(step, self.state)

    def is_carried_out(self) -> bool:
        """Tell whether the current step lacks nothing but its initials."""
        step = self.state.step
        if step is None:
            return False
        try:
            KINDS[step.verb].complete(step, self.state)
        except RefusedError:
            return False
        return True

    def record(
        self,
        fact: Fact,
        *,
        actor: PersonId | None = None,
        op: OperationId | None = None,
        contents: Contents | None = None,
        in_step: bool = True,
    ) -> Event:
        """Decide, make durable, take over: one fact.

        Args:
            fact: What is to be recorded.
            actor: Who did it.
            op: The device operation it belongs to.
            contents: Larger things that the fact names by digest.
            in_step: True where it belongs to the current step.

        Raises:
            RefusedError: A rule forbids it; the refusal is in the journal.
            StorageError: It could not be made durable; nothing has changed.
        """
        return self.record_all([(fact, actor, op, contents or {})], in_step=in_step)[0]

    def verify(
        self, fact: Fact, *, actor: PersonId | None = None, in_step: bool = True
    ) -> None:
        """Insist that a fact could be recorded now, before anything irreversible.

        Raises:
            RefusedError: A rule forbids it.
        """
        step = self.state.step if in_step else None
        presented = presented_step(step) if step is not None else None
        at = step.id if step is not None else None
        verify_command(self.state, Command(fact, actor, at, presented))
        verify_lasting(self.state, fact, self.devices.binding, self.clock)

    def record_all(
        self,
        wishes: Sequence[tuple[Fact, PersonId | None, OperationId | None, Contents]],
        *,
        in_step: bool,
    ) -> tuple[Event, ...]:
        """Record several facts in one transaction: all of them or none.

        Raises:
            RefusedError: A rule forbids one; none is recorded.
            StorageError: They could not be made durable; nothing has changed.
        """
        step = self.state.step if in_step else None
        drafts, stored = [], {}
        ahead = self.state
        for fact, actor, op, contents in wishes:
            blobs = tuple(
                Blob(name, canonical.digest(content), len(content))
                for name, content in contents.items()
            )
            command = Command(
                fact=fact,
                actor=actor,
                step=step.id if step else None,
                presented=presented_step(step) if step else None,
                op=op,
                blobs=blobs,
            )
            try:
                drafts.append(decide(ahead, command))
                verify_lasting(ahead, fact, self.devices.binding, self.clock)
            except RefusedError as error:
                self._refused(error, fact)
                raise
            if len(drafts) < len(wishes):
                ahead = self._ahead(ahead, drafts[-1], fact)
            stored.update(
                {
                    blob.sha256: content
                    for blob, content in zip(blobs, contents.values(), strict=True)
                }
            )
        events = self.log.append(self.ceremony, self.script.digest, drafts, stored)
        for event, wish in zip(events, wishes, strict=True):
            self._take(event, wish[0])
        if any(isinstance(wish[0], HoldAnswered | Outcome) for wish in wishes):
            self.log.checkpoint()
        return events

    def _ahead(self, state: State, draft: Draft, fact: Fact) -> State:
        """Let a second fact of one transaction see the first as recorded."""
        if self.facts:
            return fold(state, self.facts[-1].event, fact)
        place = Place(
            self.log.journal.origin,
            self.ceremony,
            self.script.digest,
            self.log.journal.size,
            0,
            NO_PREVIOUS,
            self.clock.now(),
        )
        return fold(state, place_drafts(place, [draft])[0].event, fact)

    def _refused(self, error: RefusedError, fact: Fact) -> None:
        """Journal a refusal while the ceremony runs and nobody has signed out."""
        if self.state.phase is Phase.RUNNING and self.state.closing is None:
            draft = decide(self.state, Command(CommandRefused(error.code, fact.type)))
            for event in self.log.append(
                self.ceremony, self.script.digest, [draft], {}
            ):
                self._take(event, CommandRefused(error.code, fact.type))

    def begin(
        self, intent: Intent, actor: PersonId, contents: Contents | None = None
    ) -> OperationId:
        """Make the intent durable and give the operation its id."""
        op = OperationId(self.random(16).hex())
        self.record(intent, actor=actor, op=op, contents=contents)
        return op

    def finish(
        self,
        op: OperationId,
        outcome: Outcome,
        actor: PersonId,
        contents: Contents | None = None,
    ) -> None:
        """Make the outcome durable; only then may it be shown as done."""
        self.record(outcome, actor=actor, op=op, contents=contents)

    def close_step(self, inputs: Inputs) -> StepId:
        """Close the current step with the initials as typed.

        Raises:
            RefusedError: It is not done, or an initial is missing or wrong.
        """
        step = self.current()
        initials = tuple(self._initial(role, inputs) for role in step.initials)
        performer = initials[0].person if initials else self.facts[-1].event.actor
        actor = performer if isinstance(performer, str) else None
        self.record(StepClosed(initials, inputs.source), actor=actor)
        return step.id

    def _initial(self, role: Role, inputs: Inputs) -> Initial:
        return self.initial(role, inputs.initials.get(role, ""))

    def initial(self, role: Role, mark: str) -> Initial:
        """Take a typed mark as the initial of the holder of ``role`` it names.

        Where several people hold the role, the mark says which of them it is; a
        mark that is nobody's is taken as the first holder's and refused by the rules.
        """
        holders = self.state.holders(role)
        for seat in holders:
            if seat.initials == mark:
                return Initial(seat.person, role, mark)
        first = holders[0].person if holders else PersonId("")
        return Initial(first, role, mark)

    def current(self) -> Step:
        """Give the current step.

        Raises:
            RefusedError: ``CONDUCT-STEP-01``: every step is closed.
        """
        if self.state.step is None:
            raise RefusedError(
                "CONDUCT-STEP-01",
                "Every step of the script is closed.",
                remedy="Close the ceremony and seal its pack.",
            )
        return self.state.step

    def performer(self, step: Step) -> PersonId:
        """Find who performs a step: the first holder of its role in the room.

        Raises:
            RefusedError: ``CONDUCT-STEP-02``: nobody of that role is in the room.
        """
        for seat in self.state.holders(step.by):
            if seat.person in self.state.in_room:
                return seat.person
        raise RefusedError(
            "CONDUCT-STEP-02",
            f"Step {step.id} is performed by the {step.by}, and none is in the room.",
            remedy="Wait until that person is back, or abandon the ceremony.",
        )

    def statement(self, *, on_paper: bool = False) -> str:
        """Give the exact text that the current sign-in or sign-out signs.

        Args:
            on_paper: True for the text of a sheet, which claims no token.

        Raises:
            RefusedError: ``CONDUCT-STEP-03``: the current step is neither.
        """
        step = self.turn()
        return turn_text(
            self.state,
            self.facts,
            self.ceremony,
            seat_of(step, self.state),
            turn=step.verb,
            on_paper=on_paper,
        )

    def meaning(self) -> Meaning:
        """Give the meaning that the current sign-in or sign-out signs.

        Raises:
            RefusedError: ``CONDUCT-STEP-03``: the current step is neither.
        """
        return Meaning(turn_meaning(self.turn(), self.state))

    def turn(self) -> Step:
        """Give the current step, which has to be a sign-in or a sign-out.

        Raises:
            RefusedError: ``CONDUCT-STEP-03``: it is neither.
        """
        step = self.current()
        if step.verb not in (SIGN_IN, SIGN_OUT):
            raise RefusedError(
                "CONDUCT-STEP-03",
                f"Step {step.id} is no person's turn: nobody signs in it.",
                remedy="Carry out the step as the script has it.",
            )
        return step

    def head(self) -> Head:
        """Sign the journal as it is now."""
        return self.log.checkpoint()

    def free_stem(self, stem: str, names: Callable[[str], Iterable[str]]) -> str:
        """Give a stem under which no blob of this ceremony has any of the names yet."""
        return free_stem(stem, names, self._names)

    def free_name(self, stem: str, ending: str) -> str:
        """Give a flat name that no blob of this ceremony has yet."""
        return self.free_stem(stem, lambda each: (f"{each}{ending}",)) + ending
