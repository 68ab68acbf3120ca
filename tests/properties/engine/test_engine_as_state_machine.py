"""Whatever is asked for in whatever order, the state stays one that a record can have.

The machine goes along the honest ceremony and asks in between for facts of another
step, by somebody else, with a value changed, or made of nothing at all. What is
refused changes nothing and is refused under a rule of the engine or of the people;
what is allowed is folded, and the machine's own short account must still agree.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, get_type_hints

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from ceremony.engine.command import Command
from ceremony.engine.decide import decide
from ceremony.engine.facts import (
    AttendanceChanged,
    Attested,
    BreakBegun,
    BreakEnded,
    CeremonyAbandoned,
    CeremonyClosed,
    CommandRefused,
    DeviationClosed,
    DeviationRecorded,
    Fact,
    Intent,
    Noted,
    Outcome,
    Resumed,
    StepClosed,
)
from ceremony.engine.fold import fold
from ceremony.engine.state import Phase, State
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest, OperationId, PersonId, StepId
from ceremony.journal.event import Draft
from tests.fakes.made_up_facts import facts, values_of
from tests.fakes.walked_record import walked

PEOPLE = ("a-01", "s-01", "w-01", "x-01", "c-01", "c-02", "c-03", "z-99", None)
NEAR = (-2, -1, 0, 0, 0, 1, 2)
ENDS = (CeremonyAbandoned, CeremonyClosed)
IN_A_BREAK = (
    AttendanceChanged,
    BreakEnded,
    CeremonyAbandoned,
    CommandRefused,
    DeviationClosed,
    DeviationRecorded,
    Noted,
    Resumed,
)
"""What the specification lets happen between the beginning of a break and its end."""


class Room(RuleBasedStateMachine):
    """A ceremony in which anything may be asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.honest = 0
        self.state = walked()[0].before
        self.accepted: list[Command] = []
        self.attested = 0

    def ask(self, command: Command) -> bool:
        """Ask for a fact; fold it if it is allowed."""
        before = self.state
        known = str((before.tokens, before.keys, before.requests, before.certificates))
        draft, refused = self.decided(command)
        if refused is not None:
            assert refused.code.startswith(("ENGINE-", "PEOPLE-"))
            assert refused.remedy
            told = (before.tokens, before.keys, before.requests, before.certificates)
            assert known == str(told)
            return False
        assert draft is not None
        event = replace(
            walked()[min(self.honest, 83)].event,
            seq=len(self.accepted),
            type=draft.type,
            data=draft.data,
            op=draft.op,
            step=draft.step,
            actor=draft.actor,
        )
        self.state = fold(before, event, command.fact)
        self.accepted.append(command)
        self.agree(before, command.fact)
        return True

    def decided(self, command: Command) -> tuple[Draft | None, RefusedError | None]:
        """Give what came of a command: the leaf-to-be or the refusal."""
        try:
            return decide(self.state, command), None
        except RefusedError as refused:
            return None, refused

    def agree(self, before: State, fact: Fact) -> None:
        """Compare one change with what such a fact may change."""
        if before.on_break is not None and before.phase is Phase.RUNNING:
            assert isinstance(fact, IN_A_BREAK)
        closed = isinstance(fact, StepClosed)
        assert self.state.position - before.position == int(closed)
        if isinstance(fact, Attested):
            self.attested += 1
        if isinstance(fact, Intent):
            assert before.pending is None
            assert self.state.pending is not None
            assert self.state.pending.intent == fact
        elif isinstance(fact, Outcome):
            assert before.pending is not None
            assert self.state.pending is None
        elif not isinstance(fact, CeremonyAbandoned):
            assert self.state.pending == before.pending
        if closed:
            assert before.pending is None
        if not isinstance(fact, Outcome):
            assert self.state.keys == before.keys
            assert self.state.certificates == before.certificates

    @initialize(count=st.integers(1, 82))
    def begin(self, count: int) -> None:
        self.go_on(count)

    @rule(count=st.integers(1, 3))
    def go_on(self, count: int) -> None:
        for _ in range(count):
            if self.honest < len(walked()) and self.ask(walked()[self.honest].command):
                self.honest += 1

    @precondition(lambda self: 0 < self.honest < 83)
    @rule(data=st.data())
    def ask_for_something_else(self, data: st.DataObject) -> None:
        near = max(0, min(83, self.honest + data.draw(st.sampled_from(NEAR))))
        honest = walked()[near].command
        command = replace(honest, **data.draw(changes(honest)))
        if isinstance(command.fact, ENDS):
            return
        if self.ask(command) and type(command.fact) is type(
            walked()[self.honest].command.fact
        ):
            self.honest += 1

    @precondition(lambda self: self.honest > 0)
    @rule(number=st.integers(0, 83))
    def ask_for_what_is_of_another_time(self, number: int) -> None:
        if number != self.honest:
            position = self.state.position
            command = walked()[number].command
            if self.ask(command):
                assert command.step in (
                    None,
                    self.state.script.steps[position].id,
                )

    @precondition(lambda self: self.honest > 60)
    @rule(reason=st.sampled_from(["", " ", "\t", "The alarm went off."]))
    def give_up(self, reason: str) -> None:
        running = self.state.phase is Phase.RUNNING
        assert self.ask(Command(CeremonyAbandoned(reason))) == (
            running and bool(reason.strip()) and self.state.pending is None
        )

    @property
    def resting(self) -> bool:
        """Whether the last that was told of a break is its beginning."""
        told = [
            each.fact
            for each in self.accepted
            if isinstance(each.fact, BreakBegun | BreakEnded)
        ]
        return bool(told) and isinstance(told[-1], BreakBegun)

    @precondition(lambda self: self.honest > 0)
    @rule(
        staying=st.lists(st.sampled_from(PEOPLE[:-1]), max_size=3, unique=True),
        minutes=st.sampled_from([0, 1, 30, 600, 601]),
    )
    def begin_a_break(self, staying: list[str], minutes: int) -> None:
        state = self.state
        told = BreakBegun("Lunch.", minutes, tuple(map(PersonId, staying)))
        may = (
            state.phase is Phase.RUNNING
            and not self.resting
            and state.pending is None
            and state.step is not None
            and not state.signed_out
            and 1 <= minutes <= 600
            and len(staying) >= 2
            and set(staying) <= state.in_room - {PersonId("x-01")}
        )
        assert self.ask(Command(told)) == may

    @precondition(lambda self: self.resting)
    @rule()
    def end_the_break(self) -> None:
        begun = next(
            told.fact
            for told in reversed(self.accepted)
            if isinstance(told.fact, BreakBegun)
        )
        running = self.state.phase is Phase.RUNNING
        back = set(begun.staying) <= self.state.in_room
        assert self.ask(Command(BreakEnded())) == (running and back)

    @invariant()
    def the_state_knows_whether_a_break_is_on(self) -> None:
        assert (self.state.on_break is not None) == self.resting

    @invariant()
    def the_position_is_the_number_of_closed_steps(self) -> None:
        state = self.state
        steps = tuple(step.id for step in state.script.steps)
        closings = sum(isinstance(told.fact, StepClosed) for told in self.accepted)
        assert state.position == len(state.closed_steps) == closings
        assert state.closed_steps == steps[: state.position]

    @invariant()
    def one_operation_at_most_awaits_its_outcome(self) -> None:
        begun = [told for told in self.accepted if isinstance(told.fact, Intent)]
        ended = [told for told in self.accepted if isinstance(told.fact, Outcome)]
        open_ones = len(begun) - len(ended)
        assert open_ones in (0, 1)
        if self.state.phase is not Phase.ABANDONED:
            assert (self.state.pending is not None) == bool(open_ones)

    @invariant()
    def the_current_step_holds_its_own_facts(self) -> None:
        for recorded in self.state.current:
            assert recorded.event.step is not None
            assert self.state.step is not None
            assert recorded.event.step.id == self.state.step.id

    @invariant()
    def nobody_is_in_the_room_who_did_not_sign_in(self) -> None:
        state = self.state
        assert state.in_room <= set(state.signed_in)
        assert set(state.signed_in) <= {seat.person for seat in state.seats}
        assert len(state.nonces) == self.attested

    @invariant()
    def a_ceremony_that_is_over_records_nothing_more(self) -> None:
        if self.state.phase not in (Phase.PLANNED, Phase.RUNNING):
            assert not self.ask(Command(Noted("After the end.")))


def changes(honest: Command) -> st.SearchStrategy[dict[str, Any]]:
    """Make one change to a command."""
    hints = get_type_hints(type(honest.fact))
    in_fact = [
        values_of(hints[field.name]).map(
            lambda value, name=field.name: {
                "fact": replace(honest.fact, **{name: value})
            }
        )
        for field in fields(honest.fact)
    ]
    return st.one_of(
        st.sampled_from(PEOPLE).map(
            lambda person: {"actor": PersonId(person) if person else None}
        ),
        st.sampled_from(["1.1", "2.5", "9.9"]).map(lambda id_: {"step": StepId(id_)}),
        st.just({"step": None}),
        st.just({"presented": None}),
        st.just({"presented": Digest("00" * 32)}),
        st.just({"op": OperationId("00" * 16)}),
        facts().map(lambda fact: {"fact": fact}),
        *in_fact,
    )


Room.TestCase.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None
)
TestAnythingMayBeAskedForInTheRoom = Room.TestCase
