"""A made-up ceremony whose token never came back while its key was being made.

Two people look, find the others as they were, and leave the operation unresolved; the
liars of ``unresolved_lies`` change one part of that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from ceremony.engine.facts import (
    CeremonyAbandoned,
    Course,
    DeviationClosed,
    DeviationRecorded,
    FoundObject,
    Initial,
    Input,
    Outcome,
    Result,
    Severity,
    StepClosed,
    TokenFound,
    TokensInspected,
)
from ceremony.engine.unseen import UNSEEN
from ceremony.identifiers import OperationId, PersonId
from ceremony.script.decode import decode_script
from ceremony.script.model import Step
from tests.fakes.forgery import Forgery
from tests.fakes.made_up_site import Site
from tests.fakes.record_builder import (
    SCRIPT_FILE,
    BuiltRecord,
    RecordBuilder,
)
from tests.fakes.record_change import BY, HELD_IN, SERIAL, find_others
from tests.fakes.record_devices import list_token
from tests.fakes.record_steps import carry_out, open_ceremony

STEP: Final = "2.5"
"""The step that makes the root key."""

OTHER: Final = "issuing-hsm"
"""The token that is looked into meanwhile."""

REASON: Final = "The token fell and does not answer any more."


class LeftError(Exception):
    """The ceremony was left; nothing of it is carried out any more."""


@dataclass(frozen=True)
class Lost:
    """How the root token was lost while its key was made, and what was decided.

    Attributes:
        token: The token that the deviation names; empty as older records have it.
        foreign: What the other token is shown to hold besides, told by nobody.
        serial: The serial under which the other tokens are listed; theirs if empty.
        more: How many more objects the record is said to have in the other tokens.
        seen: True where a later look shows the root token all the same.
        course: What is decided.
        reason: Why.
        by: Who decides.
        decided_by: Whom the outcome names; those who decide by default.
        goes_on: True where something follows that is not the end.
    """

    token: str = HELD_IN
    foreign: tuple[FoundObject, ...] = ()
    serial: str = ""
    more: int = 0
    seen: bool = False
    course: Course = Course.UNRESOLVED
    reason: str = REASON
    by: tuple[Initial, ...] = BY
    decided_by: tuple[PersonId, ...] = ()
    goes_on: bool = False

    def interrupted(self, builder: RecordBuilder, step: Step, op: OperationId) -> None:
        """Record all of it while the operation is in doubt, and leave."""
        if step.id != STEP:
            return
        self._look(builder)
        number = f"D-{len(builder.state.deviations) + 1:02d}"
        told = DeviationRecorded(
            number, Severity.MAJOR, UNSEEN, "It is seen.", "It is not.", self.token
        )
        builder.record(told)
        if self.seen:
            self._show(builder, op)
        builder.record(DeviationClosed(number, self.reason, self.by, self.course))
        people = self.decided_by or tuple(each.person for each in self.by)
        pending = builder.state.pending
        assert pending is not None
        intent = pending.intent
        ended = Outcome(
            intent.verb,
            intent.token,
            intent.serial,
            Result.UNRESOLVED,
            intent.thing,
            decided_by=people,
        )
        builder.record(ended, op=op)
        builder.checkpoint()
        if self.goes_on:
            builder.record(StepClosed((), Input.TYPED))
        builder.record(CeremonyAbandoned(REASON), in_step=False)
        raise LeftError

    def _look(self, builder: RecordBuilder) -> None:
        honest = builder.state
        if self.foreign:
            builder.state = replace(honest, foreign={OTHER: self.foreign})
        others, lists = find_others(builder)
        builder.state = honest
        found = tuple(
            replace(
                each,
                serial=self.serial or each.serial,
                expected_count=each.expected_count + self.more,
            )
            for each in others
        )
        builder.record(TokensInspected(found), contents=lists)

    def _show(self, builder: RecordBuilder, op: OperationId) -> None:
        taken, contents = list_token(builder, HELD_IN, op)
        found = TokenFound(HELD_IN, SERIAL, 0, taken)
        builder.record(TokensInspected((found,)), contents=contents)


def build_unresolved(lost: Lost | None = None) -> BuiltRecord:
    """Make the small ceremony up until its root token is lost, and abandon it."""
    return build_left((lost or Lost()).interrupted)


def build_left(
    interrupted: Callable[[RecordBuilder, Step, OperationId], None],
) -> BuiltRecord:
    """Make the small ceremony up until it is left while an operation is in doubt."""
    builder = RecordBuilder(Forgery(interrupted=interrupted))
    open_ceremony(builder)
    try:
        carry_out(builder)
    except LeftError:
        builder.final = builder.checkpoint().size
    honest = decode_script(SCRIPT_FILE.read_bytes(), SCRIPT_FILE.name)
    return BuiltRecord(
        builder.collect(), Site().policy(honest.digest), builder.site, builder
    )
