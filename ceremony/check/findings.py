"""What the check of a script finds: a rule, a place, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ceremony.errors import Place


class FindingSeverity(StrEnum):
    """Whether a script may be approved with the finding."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        rule: The rule's id, e.g. ``SCRIPT-QUORUM-01``.
        severity: An error keeps the script from being opened; a warning does not.
        place: Where the author has to look.
        message: What is wrong, one sentence.
        remedy: What to do, one sentence.
    """

    rule: str
    severity: FindingSeverity
    place: Place
    message: str
    remedy: str


def error(rule: str, place: Place, message: str, remedy: str) -> Finding:
    """Make a finding that keeps the script from being opened."""
    return Finding(rule, FindingSeverity.ERROR, place, message, remedy)


def warning(rule: str, place: Place, message: str, remedy: str) -> Finding:
    """Make a finding that an approver should know of."""
    return Finding(rule, FindingSeverity.WARNING, place, message, remedy)
