"""Why requests are refused, in so few words that they fit into the leaf.

Invariants:
    * The results file alone decides what is told: whoever reads it can tell the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ceremony.engine.facts import RequestRefused, RuleBroken
from ceremony.pki.finding import told_finding

FIRST: Final = 6
"""How many refused requests a leaf and the pages name."""

MOST_REASONS: Final = 6
"""How many reasons a leaf tells of all of them; each tells as many as the others."""

LONGEST_NAME: Final = 60
"""Characters of a file's name that a leaf tells."""

LONGEST_REASON: Final = 640
"""Characters of a reason that a leaf tells."""

_CUT: Final = "..."

Found = tuple[str, str, str]
"""Rule, what was found, and source."""


def brief_refusals(
    refused: Sequence[tuple[int, str, Sequence[Found]]],
) -> tuple[RequestRefused, ...]:
    """Tell of the first refused requests as a leaf does.

    Args:
        refused: Of each its position in the set, its file's name, and what was found:
            1 or more; six requests at most.
    """
    each_tells = MOST_REASONS // max(1, len(refused))
    return tuple(
        RequestRefused(
            position,
            file[:LONGEST_NAME],
            tuple(dict.fromkeys(rule for rule, _, _ in found)),
            tuple(
                RuleBroken(rule, _brief(text), source)
                for rule, text, source in found[:each_tells]
            ),
        )
        for position, file, found in refused
    )


def _brief(text: str) -> str:
    if len(text) <= LONGEST_REASON:
        return text
    return text[: LONGEST_REASON - len(_CUT)] + _CUT


def reason_words(reason: RuleBroken) -> str:
    """Tell a reason in a sentence: rule, clause, and what was found."""
    return told_finding(reason.rule, reason.source, reason.text)
