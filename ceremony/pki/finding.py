"""What a lint finds: rules, findings, and the report that is kept as evidence.

Invariants:
    * A report names the bytes that it is about by their digest.
    * The same bytes and the same profile give the same report, so that a verifier can
      make it again and compare.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from ceremony.identifiers import Digest
from ceremony.pki.plain_text import printable
from ceremony.pki.profile import ProfileName

REPORT_FORMAT: Final = "key-ceremony.lint/1"


class Severity(StrEnum):
    """Whether a finding stops the signature."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One departure from a rule.

    Attributes:
        rule: The rule's id, e.g. ``PKI-SKI-01``.
        severity: Whether it stops the signature.
        message: What was found and what the rule wants, one sentence.
        source: Standard and clause of the rule.
    """

    rule: str
    severity: Severity
    message: str
    source: str = ""

    @classmethod
    def of(cls, rule: AskedRule, wrong: str) -> Finding:
        """Make the finding of a broken rule.

        Args:
            rule: The rule.
            wrong: What is wrong, as a clause; it may quote what somebody else wrote,
                and whatever could steer a terminal in that is told as an escape.
        """
        message = printable(f"{rule.sentence[:-1]}; {wrong}.")
        return cls(rule.id, rule.severity, message, rule.source)

    @property
    def told(self) -> str:
        """Tell by which rule and clause, and what: one sentence."""
        return told_finding(self.rule, self.source, self.message)


def told_finding(rule: str, source: str, message: str) -> str:
    """Tell a finding: the rule's id, its standard and clause, and what was found."""
    return f"{rule} [{source}]: {message}" if source else f"{rule}: {message}"


@dataclass(frozen=True, slots=True)
class SecondFinding:
    """What a second linter found.

    Attributes:
        rule: The finding's id, as that linter names it.
        severity: How grave it is.
        message: Where in the certificate or list, and what; printable ASCII.
        source: The standard that it is about, with the clause where that is known.
        departs: Why the profile departs from it on purpose, or what the linter has
            wrong, with the clause; else empty.
        waived: On whose word it is let be, why and until when; else empty.
    """

    rule: str
    severity: Severity
    message: str
    source: str
    departs: str = ""
    waived: str = ""

    @property
    def told(self) -> str:
        """Tell by which rule and standard, where, and what: one sentence."""
        return told_finding(self.rule, self.source, self.message)

    @property
    def stops(self) -> bool:
        """Tell whether it stops the signature."""
        return self.severity is Severity.ERROR and not (self.departs or self.waived)


@dataclass(frozen=True, slots=True)
class SecondReport:
    """The outcome of a second lint of the same bytes.

    Attributes:
        tool: The linter's name.
        version: Its version.
        rule_count: How often a rule of it was asked about a part of what was linted.
        findings: What they found, errors first.
    """

    tool: str
    version: str
    rule_count: int
    findings: tuple[SecondFinding, ...]

    def as_record(self) -> dict[str, object]:
        """Give the report as JSON values."""
        return {
            "tool": self.tool,
            "version": self.version,
            "rules": self.rule_count,
            "findings": [_second_record(finding) for finding in self.findings],
        }


def _second_record(finding: SecondFinding) -> dict[str, object]:
    record: dict[str, object] = {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "source": finding.source,
    }
    grounds = {"departs": finding.departs, "waived": finding.waived}
    return record | {name: value for name, value in grounds.items() if value}


class Identified(Protocol):
    """A rule, of whatever it is about."""

    @property
    def id(self) -> str:
        """Its id, e.g. ``PKI-SERIAL-01``."""


class AskedRule(Identified, Protocol):
    """A rule about certificates, requests or revocation lists, with what it wants."""

    @property
    def severity(self) -> Severity:
        """Whether a finding stops the signature."""

    @property
    def sentence(self) -> str:
        """What it wants."""

    @property
    def source(self) -> str:
        """Standard and clause."""


@dataclass(frozen=True, slots=True)
class LintReport:
    """The outcome of linting one certificate or one order.

    Attributes:
        profile: The profile that the certificate was held against.
        rule_count: How many rules were asked, at least 1.
        findings: What they found, in the order of the rules.
        tbs_digest: SHA-256 of the to-be-signed bytes; None where the subject's key
            did not exist yet and a stand-in took its place.
        second: What a second linter says; None where none was asked.
        smki_count: How many of the rules are the SMKI's own; no part of the record.
    """

    profile: ProfileName
    rule_count: int
    findings: tuple[Finding, ...]
    tbs_digest: Digest | None
    second: SecondReport | None = None
    smki_count: int = 0

    @classmethod
    def by_rules(
        cls,
        profile: ProfileName,
        rules: Collection[Identified],
        findings: tuple[Finding, ...],
        tbs: bytes,
    ) -> LintReport:
        """Give the report on what was linted by some rules.

        Args:
            profile: The profile that it was held against.
            rules: The rules that were asked.
            findings: What they found, in their order.
            tbs: The to-be-signed bytes that it is about: DER.
        """
        digest = Digest(hashlib.sha256(tbs).hexdigest())
        smki = sum(is_smki(rule.id) for rule in rules)
        return cls(profile, len(rules), findings, digest, smki_count=smki)

    @property
    def stopping(self) -> tuple[Finding | SecondFinding, ...]:
        """Give the findings that stop the signature: our own, then the second's."""
        own = tuple(each for each in self.findings if each.severity is Severity.ERROR)
        return (*own, *(each for each in others_of(self) if each.stops))

    @property
    def waived(self) -> tuple[SecondFinding, ...]:
        """Give the findings that a waiver covers."""
        return tuple(each for each in others_of(self) if each.waived)

    @property
    def has_errors(self) -> bool:
        """Tell whether a finding stops the signature."""
        return bool(self.stopping)

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
            "findings": [_record(finding) for finding in self.findings],
        }
        if self.tbs_digest is not None:
            record["tbs"] = self.tbs_digest
        if self.second is not None:
            record["second"] = self.second.as_record()
        return record


def is_smki(rule: str) -> bool:
    """Tell by its id whether a rule is of the SMKI, and of no profile."""
    return rule.startswith("SMKI-")


def others_of(report: LintReport) -> tuple[SecondFinding, ...]:
    """Give what the second linter found; nothing where none was asked."""
    return report.second.findings if report.second else ()


def _record(finding: Finding) -> dict[str, object]:
    record: dict[str, object] = {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
    }
    return record | ({"source": finding.source} if finding.source else {})
