"""Lies about who saw what a device did, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from ceremony.engine.facts import (
    AttendanceChanged,
    DeviationClosed,
    DeviationRecorded,
    Initial,
    Severity,
)
from ceremony.identifiers import OperationId, PersonId
from ceremony.script.model import Step
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord, RecordBuilder, build_record

KEY: Final = "2.4"
"""The step in which the made-up ceremony makes its key."""

WITNESS: Final = PersonId("w-01")
OFFICER: Final = PersonId("s-01")


def _move(builder: RecordBuilder, direction: str) -> None:
    reason = "a call" if direction == "out" else ""
    builder.record(AttendanceChanged(WITNESS, direction, reason), in_step=False)


def _leave_before(builder: RecordBuilder, step: Step) -> None:
    if step.id == KEY:
        _move(builder, "out")


def _come_back(builder: RecordBuilder, step: Step, _: OperationId) -> None:
    if step.id == KEY:
        _move(builder, "in")


def _leave_and_come_back(builder: RecordBuilder, step: Step, op: OperationId) -> None:
    if step.id == KEY:
        _move(builder, "out")
        _come_back(builder, step, op)


def _tell(builder: RecordBuilder, step: Step, op: OperationId) -> None:
    """Leave, come back, and let two people decide a deviation that tells of it."""
    _leave_and_come_back(builder, step, op)
    if step.id != KEY:
        return
    told = "The internal witness was out while the key was made."
    builder.record(
        DeviationRecorded("D-01", Severity.MINOR, "reported", "All are there.", told)
    )
    seats = [builder.state.seat(each) for each in (OFFICER, WITNESS)]
    by = tuple(Initial(each.person, each.role, each.initials) for each in seats)
    builder.record(DeviationClosed("D-01", "The step stands.", by))


def build_missed(
    before: Callable[[RecordBuilder, Step], object] = lambda *_: None,
) -> BuiltRecord:
    """Build the honest record of a key whose making the internal witness missed.

    Args:
        before: Is told of each step before it is carried out.
    """
    return build_record(Forgery(before=before, interrupted=_tell))


def _forget(builder: RecordBuilder, step: Step) -> None:
    """Let the sign-outs claim the step as if everybody had seen it."""
    if step.verb == "sign-out":
        builder.state = replace(builder.state, missed={})


MISSED_LIES: Final[Mapping[str, Lie]] = {
    "key-made-while-the-witness-was-out": Lie(
        "10",
        "ENGINE-INITIAL-05",
        lambda: build_record(Forgery(before=_leave_before, interrupted=_come_back)),
        f"step {KEY}",
    ),
    "initialled-what-was-missed": Lie(
        "10",
        "ENGINE-INITIAL-06",
        lambda: build_record(Forgery(interrupted=_leave_and_come_back)),
        f"step {KEY}",
    ),
    "signed-for-a-step-that-was-missed": Lie(
        "9", "VERIFY-ATTEST-06", lambda: build_missed(_forget), "step 3.8"
    ),
}
"""Every lie about who saw a device act, by a name that says what it is."""
