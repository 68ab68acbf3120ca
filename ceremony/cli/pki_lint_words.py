"""What a lint by our own rules says, told at the terminal and as JSON values."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ceremony.cli.console import mark
from ceremony.cli.pki_second import second_lines

if TYPE_CHECKING:
    from ceremony.pki.finding import AskedRule, LintReport

_WIDTH: Final = 78


def finding_lines(report: LintReport) -> Iterator[str]:
    """Tell each finding of our own rules, with its id."""
    for finding in report.findings:
        head = f"{finding.severity}: {finding.message} [{finding.rule}]"
        yield from textwrap.wrap(
            head, _WIDTH, subsequent_indent="  ", break_on_hyphens=False
        )


def verdict_lines(
    what: str, report: LintReport, rules: Iterable[AskedRule] = ()
) -> Iterator[str]:
    """Tell the rules where they are wanted, and what both lints come to.

    Args:
        what: What was linted, e.g. ``certificate``.
        report: What they found.
        rules: Those to be listed.
    """
    yield from _rules_told(tuple(rules), report)
    word = mark("meets", good=True)
    if replace(report, second=None).has_errors:
        word = mark("does not meet", good=False)
    yield f"Lint: the {what} {word} the profile; {report.summary}."
    if report.second is not None:
        yield from second_lines(report.second)


def signature_line(whose: str, is_signed: bool | None) -> str:  # noqa: FBT001  one of three answers
    """Tell whether the signature is by a key: ``its own key``, or an issuer's.

    Args:
        whose: By whose key it is to be signed.
        is_signed: Whether it is; None where that cannot be told.
    """
    if is_signed is None:
        why = "this tool cannot verify by such a key or algorithm"
        return f"Signature: {mark('NOT CHECKED', good=False)}, {why}."
    if is_signed:
        return f"Signature: {mark('good', good=True)}, by {whose}."
    by = "the key in it" if whose == "its own key" else whose
    return f"Signature: {mark('WRONG', good=False)}, not signed by {by}."


def rule_records(
    rules: Iterable[AskedRule], report: LintReport
) -> list[dict[str, object]]:
    """Give the rules that were asked as JSON values."""
    broken = {finding.rule for finding in report.findings}
    return [
        {
            "rule": rule.id,
            "severity": rule.severity.value,
            "sentence": rule.sentence,
            "source": rule.source,
            "broken": rule.id in broken,
        }
        for rule in rules
    ]


def _rules_told(rules: tuple[AskedRule, ...], report: LintReport) -> Iterator[str]:
    if not rules:
        return
    broken = {finding.rule for finding in report.findings}
    yield "Rules that were asked:"
    for rule in rules:
        is_met = rule.id not in broken
        # A rule that has nothing to look at finds nothing either.
        state = mark("no finding", good=True) if is_met else mark("broken", good=False)
        yield f"  {rule.id}: {state}"
        for text in (rule.sentence, f"[{rule.source}]"):
            yield from textwrap.wrap(
                text,
                _WIDTH,
                initial_indent="    ",
                subsequent_indent="    ",
                break_on_hyphens=False,
            )
