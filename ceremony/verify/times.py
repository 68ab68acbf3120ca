"""Check 15: order comes from the journal; times are compared with it, and shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from ceremony.engine.state import Recorded
from ceremony.pack.record import Record
from ceremony.verify.check import Check, FailedError, check_passed, make_check
from ceremony.verify.trace import place

JUMP: Final = timedelta(seconds=2)
"""How far wall time may drift from the time since boot between two leaves."""


def check_times(record: Record) -> Check:
    """Compare wall time with the time since boot; tell of every jump.

    A jump is shown and is no failure: clocks are set. Time since boot that goes back
    within one boot cannot happen, and fails.
    """
    return make_check("15", lambda: _check(record))


def _check(record: Record) -> Check:
    jumps: list[str] = []
    for before, after in zip(record.facts, record.facts[1:], strict=False):
        jumps += _jump(before, after)
    shown = "no jump of the wall clock" if not jumps else "; ".join(jumps)
    return check_passed(
        "15",
        f"The leaves' times follow their order: {shown}. No timestamp of an outside "
        "authority was given.",
        compared=("wall time of each leaf", "time since boot, and the order of leaves"),
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
