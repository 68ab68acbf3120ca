"""Lies about lints, each with the one check that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from ceremony.pki.finding import LintReport, SecondFinding, SecondReport, Severity
from tests.fakes.forgeries import Lie
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord, build_record

SIGNED: Final = "root-oca-certificate before-signing"

WARNING: Final = SecondFinding(
    "pkix.made_up", Severity.WARNING, "certificate: made up", "RFC 5280"
)
ERROR: Final = replace(WARNING, severity=Severity.ERROR)


def build_second_lint() -> BuiltRecord:
    """Make the record whose certificates were linted a second time."""
    return build_record(Forgery(lint=lambda _, report: report))


def with_second(
    change: Callable[[SecondReport], SecondReport],
) -> Callable[[str, LintReport], LintReport]:
    """Change what the second linter is said to say of the root, in leaf and report."""

    def lint(told: str, report: LintReport) -> LintReport:
        if told != SIGNED or report.second is None:
            return report
        return replace(report, second=change(report.second))

    return lint


def _lie(rule: str, **changes: Any) -> Lie:
    forgery = Forgery(lint=with_second(lambda second: replace(second, **changes)))
    return Lie("12", rule, lambda: build_record(forgery), "step 2.7")


LINT_LIES: Final[Mapping[str, Lie]] = {
    "second-lint-with-an-error": _lie("ENGINE-LINT-01", findings=(ERROR,)),
    "second-lint-with-a-made-up-departure": _lie(
        "VERIFY-LINT-03", findings=(replace(ERROR, departs="By no clause at all."),)
    ),
    "second-lint-with-another-finding": _lie("VERIFY-LINT-04", findings=(WARNING,)),
    "second-lint-of-fewer-rules": _lie("VERIFY-LINT-04", rule_count=1),
}
