"""What a lint found in what is to be signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ceremony.identifiers import Digest


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One finding of a lint: ``severity`` is ``error``, ``warning`` or ``notice``.

    Attributes:
        source: Standard and clause of the rule.
    """

    rule: str
    severity: str
    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class SecondLintFinding:
    """One finding of a second linter.

    Attributes:
        rule: Its id, as that linter names it.
        severity: ``error``, ``warning`` or ``notice``.
        source: The standard that it is about, with the clause where that is known.
        departs: Why the profile departs from it on purpose, or what the linter has
            wrong, with the clause.
        waived: On whose word it is let be, why and until when.
    """

    rule: str
    severity: str
    text: str
    source: str
    departs: str = ""
    waived: str = ""

    @property
    def stops(self) -> bool:
        """Tell whether nothing may be signed because of it."""
        return self.severity == "error" and not (self.departs or self.waived)


@dataclass(frozen=True, slots=True)
class SecondLint:
    """What a second linter, of other people, says about the same bytes.

    Attributes:
        tool: Its name.
        version: Its version; another may find something else.
        rule_count: How often a rule of it was asked about a part of what was linted.
    """

    tool: str
    version: str
    rule_count: int
    findings: tuple[SecondLintFinding, ...]


@dataclass(frozen=True, slots=True)
class Linted:
    """What is to be signed was linted; the report is the blob.

    That is a certificate, a revocation list or a request.

    Attributes:
        stage: ``before-key`` (stand-in public key), ``before-signing`` or
            ``after-signing``.
        tbs: SHA-256 of the to-be-signed bytes (DER); absent before the key exists.
        second: What a second linter says; absent where none was asked.
    """

    type: ClassVar[str] = "lint.checked"
    stage: str
    profile: str
    subject: str
    rule_count: int
    findings: tuple[LintFinding, ...]
    tbs: Digest | None = None
    second: SecondLint | None = None

    @property
    def is_clean(self) -> bool:
        """Tell whether no finding keeps the bytes from being signed."""
        others = self.second.findings if self.second else ()
        return not (
            any(finding.severity == "error" for finding in self.findings)
            or any(finding.stops for finding in others)
        )
