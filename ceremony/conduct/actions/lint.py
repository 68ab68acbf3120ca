"""Lint results as facts, with the report as the blob."""

from __future__ import annotations

from typing import cast

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.conduct.conductor import Conductor
from ceremony.engine.facts import Linted, LintFinding
from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId
from ceremony.pki.finding import LintReport


def record_lint(
    conductor: Conductor,
    report: LintReport,
    *,
    stage: str,
    subject: str,
    actor: PersonId,
) -> None:
    """Record what a lint found; the report itself is the blob.

    Raises:
        RefusedError: ``CONDUCT-LINT-01``: it found an error; the device is not asked.
    """
    name = conductor.free_name(f"lint-{subject}-{stage}", ".json")
    content = canonical.encode(cast("Json", report.as_record()))
    conductor.record(
        Linted(
            stage=stage,
            profile=report.profile,
            subject=subject,
            rule_count=report.rule_count,
            findings=tuple(
                LintFinding(found.rule, found.severity.value, found.message)
                for found in report.findings
            ),
            tbs=report.tbs_digest,
        ),
        actor=actor,
        contents={name: content},
    )
    if report.has_errors:
        raise RefusedError(
            "CONDUCT-LINT-01",
            f"The lint of {subject} found an error: {report.findings[0].message}",
            meaning="No key was made and nothing was signed.",
            remedy="Correct the profile or the script and have it approved again.",
        )
