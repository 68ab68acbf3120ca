"""How far a ceremony has answered imported requests, for those who come after it.

Invariants:
    * What may have been signed counts as answered: a part that is in doubt, or was left
      unresolved. One of which people decided that it failed was given to nobody, and
      counts no more than one that was never begun.
    * Good requests are answered in their order, so that a number tells which ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ceremony.engine.batch import ISSUE
from ceremony.engine.facts import (
    CeremonyAbandoned,
    CeremonyClosed,
    Fact,
    Intent,
    Outcome,
    Result,
)
from ceremony.engine.renewal import request_answered
from ceremony.script.model import Script


def answered_in(script: Script, facts: Iterable[Fact]) -> Mapping[str, int]:
    """Tell of each request or set how many of its good ones are answered.

    Args:
        script: The ceremony's script.
        facts: What was recorded of the ceremony, in order.

    Returns:
        By the name of the request or set, how many, from the first on: 1 and more.
    """
    reached: dict[str, int] = {}
    asked: Intent | None = None
    for fact in facts:
        if isinstance(fact, Outcome):
            _reach(reached, script, asked if _may_have_signed(fact) else None)
        if isinstance(fact, Intent | Outcome):
            asked = fact if isinstance(fact, Intent) else None
    _reach(reached, script, asked)
    return reached


def _may_have_signed(fact: Outcome) -> bool:
    return fact.result is not Result.FAILED


def _reach(reached: dict[str, int], script: Script, asked: Intent | None) -> None:
    """Enter what a device was told to sign, unless it is known that it did not."""
    if asked is None or asked.verb != ISSUE:
        return
    request, part = request_answered(script, asked.thing), asked.part
    last = part.first + part.count - 1 if part is not None else 1
    reached[request] = max(last, reached.get(request, 0))


def is_over(facts: Iterable[Fact]) -> bool:
    """Tell whether a ceremony is closed or was abandoned: it answers nothing more."""
    return any(isinstance(fact, CeremonyClosed | CeremonyAbandoned) for fact in facts)
