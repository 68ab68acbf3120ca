"""Check 15: order comes from the journal; times are compared with it, and shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from ceremony.clock import decode_wall
from ceremony.engine.facts import ClockRead
from ceremony.engine.state import Recorded
from ceremony.pack.record import Record
from ceremony.verify.check import Check, FailedError, check_passed, make_check
from ceremony.verify.trace import place

JUMP: Final = timedelta(seconds=2)
"""How far wall time may drift from the time since boot between two leaves."""

WRITING: Final = timedelta(seconds=5)
"""How long after a comparison of clocks its leaf may be written."""


def check_times(record: Record) -> Check:
    """Compare wall time with the time since boot and with the clocks that were read.

    A jump is shown and is no failure: clocks are set. Time since boot that goes back
    within one boot cannot happen, and fails. So does a clock whose offset is not the
    difference between its leaf and its reading.
    """
    return make_check("15", lambda: _check(record))


def _check(record: Record) -> Check:
    for recorded in record.facts:
        if isinstance(recorded.fact, ClockRead):
            _verify_readings(recorded, recorded.fact)
    jumps: list[str] = []
    for before, after in zip(record.facts, record.facts[1:], strict=False):
        jumps += _jump(before, after)
    shown = "no jump of the wall clock" if not jumps else "; ".join(jumps)
    return check_passed(
        "15",
        f"The leaves' times follow their order: {shown}. No timestamp of an outside "
        "authority was given.",
        compared=(
            "wall time of each leaf",
            "time since boot, and the order of leaves",
            "the clocks that were read, and their offsets",
        ),
    )


def _verify_readings(recorded: Recorded, read: ClockRead) -> None:
    """Insist that each reading is a time, and each offset the laptop's from it."""
    for reference in read.references:
        try:
            shown = decode_wall(f"{reference.reading.removesuffix('Z')}.000000Z")
        except ValueError:
            raise FailedError(
                "VERIFY-TIME-02",
                f"{place(recorded)}: {reference.reading!r}, read from the "
                f"{reference.name}, is no time",
            ) from None
        offset = recorded.event.t.wall - shown
        if abs(offset - timedelta(milliseconds=reference.offset_ms)) > WRITING:
            raise FailedError(
                "VERIFY-TIME-03",
                f"{place(recorded)}: the laptop is {offset.total_seconds():+.1f} s off "
                f"the {reference.name}, and {reference.offset_ms / 1000:+.1f} s is "
                "told",
            )


def _jump(before: Recorded, after: Recorded) -> list[str]:
    first, second = before.event.t, after.event.t
    if first.boot != second.boot:
        return [f"restart before {place(after)}"]
    passed = timedelta(microseconds=second.mono_us - first.mono_us)
    if passed < timedelta():
        raise FailedError(
            "VERIFY-TIME-01",
            f"{place(after)}: the time since boot went back by {-passed}",
        )
    drift = second.wall - first.wall - passed
    if abs(drift) > JUMP:
        return [f"{drift.total_seconds():+.1f} s at {place(after)}"]
    return []
