"""How each word of a verdict looks: its sign, its colour and its frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony.verify.check import Check, Status, plain
from ceremony.verify.outcome import Completion, RecordWord
from ui.messages import evidence
from ui.messages.speech import say
from ui.widgets.glyph import Sign


@dataclass(frozen=True, slots=True)
class Standing:
    """The looks of one word: its sign, the role of its text and of its card."""

    sign: Sign
    role: str
    card: str


_GOOD: Final = Standing(Sign.DONE, "verdict-done", "card-done")
_CARE: Final = Standing(Sign.ATTENTION, "verdict-attention", "card-attention")
_BAD: Final = Standing(Sign.FAILED, "verdict-failed", "card-failed")
_OPEN: Final = Standing(Sign.UNKNOWN, "lead", "card-strong")

RECORDS: Final = {
    RecordWord.VERIFIED: _GOOD,
    RecordWord.VERIFIED_WITH_REMARKS: _GOOD,
    RecordWord.NOT_VERIFIED: _BAD,
    RecordWord.CANNOT_TELL: _OPEN,
}

COMPLETIONS: Final = {
    Completion.AS_APPROVED: _GOOD,
    Completion.WITH_DEVIATIONS: _CARE,
    Completion.NOT_COMPLETED: _CARE,
    Completion.ABANDONED: _CARE,
    Completion.UNKNOWN: _OPEN,
}

CHECKS: Final = {
    Status.FAILED: Standing(Sign.FAILED, "failed-15", ""),
    Status.NOT_CHECKED: Standing(Sign.DASH, "small", ""),
    Status.NOT_GIVEN: Standing(Sign.DASH, "small", ""),
    Status.PASSED: Standing(Sign.DONE, "done-15", ""),
}
"""In the order in which checks are listed: what did not pass stands first."""


def in_order(checks: tuple[Check, ...]) -> list[Check]:
    """Give the checks, what failed first, then what was not made, each by number."""
    return [each for status in CHECKS for each in checks if each.status is status]


def state_of(check: Check) -> str:
    """Give the word for how a check went."""
    return say(evidence.STATES[check.status.value])


def tell_check(check: Check) -> str:
    """Give a check as one sentence, for whoever hears the page."""
    return say(
        evidence.CHECK_LINE,
        number=check.number,
        title=check.title,
        state=state_of(check).lower(),
        reason=plain(check.reason),
    )
