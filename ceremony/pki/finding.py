"""What a lint finds: rules, findings, and the report that is kept as evidence.

Invariants:
    * A report names the bytes that it is about by their digest.
    * The same bytes and the same profile give the same report, so that a verifier can
      make it again and compare.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ceremony.identifiers import Digest
from ceremony.pki.profile import ProfileName

REPORT_FORMAT: Final = "key-ceremony.lint/1"


class Severity(StrEnum):
    """Whether a finding stops the signature."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One departure from a rule.

    Attributes:
        rule: The rule's id, e.g. ``PKI-SKI-01``.
        severity: Whether it stops the signature.
        message: What was found and what the rule wants, one sentence.
    """

    rule: str
    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class LintReport:
    """The outcome of linting one certificate or one order.

    Attributes:
        profile: The profile that the certificate was held against.
        rule_count: How many rules were asked, at least 1.
        findings: What they found, in the order of the rules.
        tbs_digest: SHA-256 of the to-be-signed bytes; None where the subject's key
            did not exist yet and a stand-in took its place.
    """

    profile: ProfileName
    rule_count: int
    findings: tuple[Finding, ...]
    tbs_digest: Digest | None

    @property
    def has_errors(self) -> bool:
        """Tell whether a finding stops the signature."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def summary(self) -> str:
        """Say in one line how many rules were asked and what they found."""
        count = len(self.findings)
        return f"{self.rule_count} rules: {count} finding{'' if count == 1 else 's'}"

    def as_record(self) -> dict[str, object]:
        """Give the report as JSON values: texts, integers, lists and objects only."""
        record: dict[str, object] = {
            "v": REPORT_FORMAT,
            "profile": self.profile,
            "rules": self.rule_count,
            "findings": [
                {
                    "rule": finding.rule,
                    "severity": finding.severity.value,
                    "message": finding.message,
                }
                for finding in self.findings
            ],
        }
        if self.tbs_digest is not None:
            record["tbs"] = self.tbs_digest
        return record
