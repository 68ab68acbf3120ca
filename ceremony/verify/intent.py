"""Every operation that was begun has one outcome: a part of check 11."""

from __future__ import annotations

from ceremony.engine.facts import Intent, Outcome
from ceremony.engine.state import Recorded
from ceremony.pack.record import Record
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place


def verify_closed(record: Record) -> None:
    """Insist on one outcome for each intent, for the same operation and bound token.

    Raises:
        FailedError: ``VERIFY-INTENT-01`` to ``-04`` and ``-07``.
    """
    begun: dict[str, tuple[Recorded, Intent]] = {}
    for recorded in record.facts:
        fact, op = recorded.fact, recorded.event.op or ""
        if isinstance(fact, Intent):
            if op in begun or not op:
                raise FailedError(
                    "VERIFY-INTENT-01", f"{place(recorded)}: the operation has no id"
                )
            begun[op] = (recorded, fact)
        elif isinstance(fact, Outcome):
            _, intent = begun.get(op, (recorded, None))
            same = intent is not None and (
                (intent.verb, intent.token, intent.serial, intent.thing, intent.user)
                == (fact.verb, fact.token, fact.serial, fact.thing, fact.user)
            )
            if not same:
                raise FailedError(
                    "VERIFY-INTENT-02",
                    f"{place(recorded)}: it is the outcome of nothing that was begun",
                )
    closed = {known.event.op for known in record.facts if _is_outcome(known)}
    for op, (recorded, _) in begun.items():
        if op not in closed:
            raise FailedError(
                "VERIFY-INTENT-03",
                f"{place(recorded)}: the operation was begun and has no outcome",
            )
    _verify_serials(record)
    _verify_no_other(record)


def _verify_serials(record: Record) -> None:
    bound = {token.name: token.serial for token in record.opened.tokens}
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, Intent) and bound.get(fact.token) != fact.serial:
            raise FailedError(
                "VERIFY-INTENT-04",
                f"{place(recorded)}: {fact.token} is bound to another serial than "
                f"{fact.serial}",
            )


def _verify_no_other(record: Record) -> None:
    """Insist that what is of no operation of a device names none."""
    for recorded in record.facts:
        if recorded.event.op and not isinstance(recorded.fact, Intent | Outcome):
            raise FailedError(
                "VERIFY-INTENT-07",
                f"{place(recorded)}: it is of no operation of a device, and names one",
            )


def _is_outcome(recorded: Recorded) -> bool:
    return isinstance(recorded.fact, Outcome)
