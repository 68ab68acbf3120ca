"""What a record says of tokens that were changed meanwhile: a part of check 11.

That a change is told as its list shows it, and decided by those who may, is decided
again by the engine's rules. Here is kept what two people went on beside, so that later
inventories may show it, and it is said in the verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.engine.facts import (
    ChangedToken,
    Course,
    DeviationClosed,
    FoundObject,
    Resumed,
    TokensChanged,
)
from ceremony.pack.record import Record


@dataclass(slots=True)
class Change:
    """The change that was told last, while the leaves are read."""

    _told: TokensChanged | None = None
    _let_be: tuple[ChangedToken, ...] = ()

    def take(self, fact: TokensChanged | DeviationClosed) -> None:
        """Enter a change, or what was decided about it."""
        if isinstance(fact, TokensChanged):
            self._told, self._let_be = fact, ()
        elif self._told is not None and fact.deviation == self._told.deviation:
            goes_on = fact.course in (Course.GO_ON, Course.ABANDON)
            self._let_be = self._told.tokens if goes_on else ()

    def let_be(self, serial: str) -> tuple[ChangedToken, ...]:
        """Give what the next resumption may find changed in a token."""
        return tuple(each for each in self._let_be if each.serial == serial)

    def close(self, _: Resumed) -> None:
        """Let what was decided serve one resumption only."""
        self._let_be = ()


def remarks_on_changed(record: Record) -> tuple[str, ...]:
    """Say what is in a token, or gone from it, and two people went on beside."""
    courses = {
        known.recorded.deviation: known.closed.course
        for known in record.state.deviations
        if known.closed is not None
    }
    return tuple(
        f"{fact.deviation}: two people went on beside what changed in "
        f"{record.state.script.thing(each.token).title}: {_told(each)}."
        for fact in (known.fact for known in record.facts)
        if isinstance(fact, TokensChanged)
        and courses.get(fact.deviation) is Course.GO_ON
        for each in fact.tokens
    )


def _told(changed: ChangedToken) -> str:
    told = [f"{_named(found)} is not the ceremony's" for found in changed.foreign]
    return ", ".join(told + [f"{_named(found)} is gone" for found in changed.gone])


def _named(found: FoundObject) -> str:
    label = found.label or "without label"
    return f"{found.kind} {label} (id {found.cka_id or 'none'})"
