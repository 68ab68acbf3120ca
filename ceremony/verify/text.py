"""The verdict as plain text for a terminal: 80 columns, no colour, marks as words.

What did not pass stands first among the checks, and deviations before all checks.
"""

from __future__ import annotations

import textwrap
from typing import Final

from ceremony.verify.check import Check, Status
from ceremony.verify.outcome import Verdict

WIDTH: Final = 80

_ORDER: Final = (
    Status.FAILED,
    Status.NOT_CHECKED,
    Status.NOT_GIVEN,
    Status.PASSED,
)

_STATUS_WIDTH: Final = 11
"""As wide as the longest status, ``not checked``."""


def render_verdict(verdict: Verdict) -> str:
    """Give the verdict as text: both lines, deviations, remarks, then the checks.

    Returns:
        Lines of at most 80 characters (a command may be longer, since it is to be
        copied), each ended by a line feed.
    """
    lines = [verdict.record_line, *_wrap(verdict.ceremony_line, 0, 10)]
    lines += _story_lines(verdict)
    lines += _deviation_lines(verdict)
    if verdict.remarks:
        lines += ["", "Remarks"]
        for remark in verdict.remarks:
            lines += _wrap(f"- {remark}", 2, 4)
    lines += ["", "Checks"]
    for status in _ORDER:
        for check in verdict.checks:
            if check.status is status:
                lines += _check_lines(check)
    return "\n".join(lines) + "\n"


def _story_lines(verdict: Verdict) -> list[str]:
    story = verdict.story
    lines: list[str] = []
    if story.ceremony:
        lines += ["", *_wrap(f"{story.ceremony}  {story.title}", 0, 2)]
    if story.digest:
        lines += ["Record digest", f"  {story.digest}"]
    return lines


def _deviation_lines(verdict: Verdict) -> list[str]:
    if not verdict.story.deviations:
        return []
    lines = ["", "Deviations"]
    for told in verdict.story.deviations:
        where = f", step {told.step}" if told.step else ""
        head = f"{told.number} {told.severity}{where}: {told.happened}"
        lines += _wrap(head, 2, 4)
        lines += _wrap(f"Decided: {told.decided or 'nothing yet'}", 4, 4)
    return lines


def _check_lines(check: Check) -> list[str]:
    head = f"{check.status.value:<{_STATUS_WIDTH}}  {check.number:>3}  {check.title}"
    lines = [f"  {head}"]
    if check.status is Status.PASSED:
        return lines
    rule = f" [{check.rule}]" if check.rule else ""
    lines += _wrap(f"{check.reason}{rule}", 6, 6)
    if check.command:
        lines.append(f"      $ {check.command}")
    return lines


def _wrap(text: str, first: int, rest: int) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * first,
        subsequent_indent=" " * rest,
        break_on_hyphens=False,
    )
