"""What came of an operation in doubt was decided by two: a part of check 11.

A device tells that an act is done, or what failed it. Anything else is the word of two
people who looked into the tokens, and there is no such word without their resumption.
"""

from __future__ import annotations

from ceremony.engine.facts import Noted, Outcome, Result, Resumed
from ceremony.engine.fold import fold
from ceremony.engine.state import State
from ceremony.engine.unseen import is_beside
from ceremony.engine.zeroise import looked_into
from ceremony.pack.record import Record
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place


def verify_resumptions(record: Record) -> None:
    """Insist that resumptions list every token, and that their people decide.

    Raises:
        FailedError: ``VERIFY-RESUME-01``: what was in doubt was decided by nobody, or
            by others than those who looked; ``VERIFY-RESUME-02``: a token was left out;
            ``VERIFY-RESUME-03``: the interruption began at another leaf.
    """
    last: Resumed | None = None
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, Resumed):
            last = fact
        elif isinstance(fact, Outcome) and _is_decided(fact):
            mine = last is not None and last.in_doubt == recorded.event.op
            people = {each.person for each in last.by} if last is not None else set()
            if not mine or set(fact.decided_by) != people:
                raise FailedError(
                    "VERIFY-RESUME-01",
                    f"{place(recorded)}: the operation is told as {fact.result.value}, "
                    "and the two people of a resumption did not decide that",
                )
    _verify_listed(record)
    _verify_began(record)


def _is_decided(fact: Outcome) -> bool:
    """Tell whether people, and not the device, say how an operation ended."""
    if fact.result is Result.FAILED:
        return fact.fault is None
    # Of what stays in doubt for good the engine says who decides: nobody could look.
    return fact.result not in (Result.DONE, Result.UNRESOLVED)


def _verify_began(record: Record) -> None:
    """Insist that nothing was carried out since the leaf that is told as the last."""
    for index, recorded in enumerate(record.facts):
        fact = recorded.fact
        if not isinstance(fact, Resumed | Noted):
            continue
        last = fact.last_seq if isinstance(fact, Resumed) else fact.left_after
        before = (
            known.event.seq
            for known in reversed(record.facts[:index])
            if known.event.seq == last or not is_beside(known.fact)
        )
        if last not in (None, next(before, None)):
            raise FailedError(
                "VERIFY-RESUME-03",
                f"{place(recorded)}: it tells of an interruption after leaf {last}, "
                "and something was carried out since",
            )


def _verify_listed(record: Record) -> None:
    if not any(isinstance(known.fact, Resumed) for known in record.facts):
        return
    state = State(record.state.script)
    for recorded in record.facts:
        fact = recorded.fact
        if isinstance(fact, Resumed):
            left_out = set(looked_into(state)) - {each.token for each in fact.tokens}
            if left_out:
                raise FailedError(
                    "VERIFY-RESUME-02",
                    f"{place(recorded)}: {', '.join(sorted(left_out))} was not looked "
                    "into",
                )
        state = fold(state, recorded.event, fact)
