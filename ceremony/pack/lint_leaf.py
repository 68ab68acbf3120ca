"""What a leaf tells of a lint, and the report beside it as the leaf has it."""

from __future__ import annotations

from ceremony.canonical import Json
from ceremony.engine.facts import (
    Linted,
    LintFinding,
    SecondLint,
    SecondLintFinding,
)
from ceremony.pki.finding import REPORT_FORMAT, LintReport, SecondReport


def lint_leaf(report: LintReport, stage: str, subject: str) -> Linted:
    """Tell of a lint as a leaf does.

    Args:
        report: What it found.
        stage: ``before-key`` or ``before-signing``.
        subject: The script's name of the certificate or revocation list.
    """
    return Linted(
        stage=stage,
        profile=report.profile,
        subject=subject,
        rule_count=report.rule_count,
        findings=tuple(
            LintFinding(found.rule, found.severity.value, found.message, found.source)
            for found in report.findings
        ),
        tbs=report.tbs_digest,
        second=second_leaf(report.second),
    )


def second_leaf(report: SecondReport | None) -> SecondLint | None:
    """Tell of a second lint as a leaf does; None where there was none."""
    if report is None:
        return None
    return SecondLint(
        report.tool,
        report.version,
        report.rule_count,
        tuple(
            SecondLintFinding(
                found.rule,
                found.severity.value,
                found.message,
                found.source,
                found.departs,
            )
            for found in report.findings
        ),
    )


def lint_record(fact: Linted) -> dict[str, Json]:
    """Give the report's form (``pki.finding``) from a leaf's values."""
    record: dict[str, Json] = {
        "v": REPORT_FORMAT,
        "profile": fact.profile,
        "rules": fact.rule_count,
        "findings": [_finding(finding) for finding in fact.findings],
    }
    if fact.tbs is not None:
        record["tbs"] = fact.tbs
    if fact.second is not None:
        record["second"] = {
            "tool": fact.second.tool,
            "version": fact.second.version,
            "rules": fact.second.rule_count,
            "findings": [
                _finding(finding, departs=finding.departs)
                for finding in fact.second.findings
            ],
        }
    return record


def _finding(
    finding: LintFinding | SecondLintFinding, *, departs: str = ""
) -> dict[str, Json]:
    told: dict[str, Json] = {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.text,
    }
    optional: dict[str, Json] = {"source": finding.source, "departs": departs}
    return told | {name: value for name, value in optional.items() if value}
