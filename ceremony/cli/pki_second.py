"""What a second linter says of a certificate, told at the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ceremony.cli.console import mark

if TYPE_CHECKING:
    from ceremony.pki.finding import SecondFinding, SecondReport

_WIDTH: Final = 78


def second_lines(report: SecondReport) -> Iterator[str]:
    """Tell each finding with its standard, and whether the profile expects it."""
    for finding in report.findings:
        yield from _finding(finding)
    stops = sum(finding.stops for finding in report.findings)
    count = len(report.findings)
    word = mark("objects", good=False) if stops else mark("has no objection", good=True)
    yield (
        f"Second lint: {report.tool} {report.version} {word}; asked "
        f"{report.rule_count} times: {count} finding{'' if count == 1 else 's'}."
    )


def _finding(finding: SecondFinding) -> Iterator[str]:
    head = f"{finding.severity}: {finding.message} [{finding.rule}; {finding.source}]"
    expected = f"    expected: {finding.departs}" if finding.departs else ""
    for text in (head, expected):
        yield from textwrap.wrap(
            text,
            _WIDTH,
            subsequent_indent="    " if text is expected else "  ",
            break_on_hyphens=False,
        )
