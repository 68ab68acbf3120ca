"""What the record says of acts by hand: a part of check 11.

Who acted and who checked, what was read and what was expected are decided again by
the engine's rules. Here is left what only the whole record shows: that a token on
which somebody acted by hand was listed afterwards. That the list shows what the journal
knows of, and nothing else, is the account of :mod:`ceremony.verify.device`.
"""

from __future__ import annotations

from ceremony.engine.facts import DeviceHandled, Outcome
from ceremony.engine.state import Recorded
from ceremony.pack.record import Record
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place


def verify_listed_after(record: Record) -> None:
    """Insist that every token was listed after the last act by hand on it.

    A ceremony that was abandoned may have ended before that.

    Raises:
        FailedError: ``VERIFY-MANUAL-01``.
    """
    unlisted: dict[str, Recorded] = {}
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, DeviceHandled) and fact.before is not None:
            unlisted[fact.device] = recorded
        elif isinstance(fact, Outcome) and fact.inventory is not None:
            unlisted.pop(fact.token, None)
    if unlisted and record.state.abandoned is None:
        device, recorded = next(iter(unlisted.items()))
        raise FailedError(
            "VERIFY-MANUAL-01",
            f"{place(recorded)}: nobody has listed {device} after the act by hand",
        )


def remarks_on(record: Record) -> tuple[str, ...]:
    """Say which acts rest on the word of the people who did and checked them."""
    steps = [
        recorded.event.step.id
        for recorded in record.facts
        if isinstance(recorded.fact, DeviceHandled) and recorded.event.step is not None
    ]
    if not steps:
        return ()
    told = ", ".join(dict.fromkeys(steps))
    return (f"Acts by hand rest on the word of two people; step {told}.",)
