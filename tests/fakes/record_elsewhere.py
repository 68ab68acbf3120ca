"""A made-up ceremony that is abandoned over one token while another one is in doubt.

The token that nobody can look into never comes back; what is in doubt is in a token
that is there, so that two people resolve it before the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.engine.facts import (
    CeremonyAbandoned,
    Course,
    DeviationClosed,
    DeviationRecorded,
    Outcome,
    Result,
    Resumed,
    Severity,
    TokenFound,
    TokensInspected,
)
from ceremony.engine.unseen import UNSEEN
from ceremony.identifiers import OperationId
from ceremony.script.model import Step
from tests.fakes.record_builder import BuiltRecord, RecordBuilder
from tests.fakes.record_change import BY, HELD_IN, SERIAL
from tests.fakes.record_devices import end, list_token
from tests.fakes.record_unresolved import OTHER, STEP, LeftError, build_left


@dataclass(frozen=True)
class Elsewhere:
    """What is decided about the token that nobody could look into."""

    course: Course = Course.ABANDON

    def interrupted(self, builder: RecordBuilder, step: Step, op: OperationId) -> None:
        """Record all of it while the root key is being made, and leave."""
        if step.id != STEP:
            return
        last = builder.facts[-1].event.seq
        taken, contents = list_token(builder, HELD_IN, "")
        found = TokenFound(HELD_IN, SERIAL, taken.count, taken)
        builder.record(TokensInspected((found,)), contents=contents)
        self._tell(builder, UNSEEN, Severity.MAJOR, OTHER, self.course)
        taken, contents = list_token(builder, HELD_IN, "")
        found = TokenFound(HELD_IN, SERIAL, taken.count, taken)
        again = Resumed(last, rebooted=False, tokens=(found,), by=BY, in_doubt=op)
        builder.record(again, contents=contents)
        self._tell(builder, "interruption", Severity.MINOR)
        self._fail(builder, step, op)
        builder.record(CeremonyAbandoned("The other token fell."), in_step=False)
        raise LeftError

    def _tell(
        self,
        builder: RecordBuilder,
        cause: str,
        severity: Severity,
        token: str = "",
        course: Course | None = None,
    ) -> None:
        number = f"D-{len(builder.state.deviations) + 1:02d}"
        told = DeviationRecorded(number, severity, cause, "Seen.", "Not.", token)
        builder.record(told)
        builder.record(DeviationClosed(number, "It fell.", BY, course))

    def _fail(self, builder: RecordBuilder, step: Step, op: OperationId) -> None:
        """Tell that no key was made, by the two who looked."""
        pending = builder.state.pending
        assert pending is not None
        taken, contents = list_token(builder, HELD_IN, "")
        failed = Outcome(
            pending.intent.verb,
            HELD_IN,
            SERIAL,
            Result.FAILED,
            pending.intent.thing,
            inventory=taken,
            decided_by=tuple(each.person for each in BY),
        )
        end(builder, step, op, failed, contents)


HONEST: Final = Elsewhere()


def build_elsewhere(told: Elsewhere = HONEST) -> BuiltRecord:
    """Make the small ceremony up until its other token is lost, and abandon it."""
    return build_left(told.interrupted)
