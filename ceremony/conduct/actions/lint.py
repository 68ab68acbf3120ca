"""Lint results as facts, with the report as the blob."""

from __future__ import annotations

from typing import TypeVar, cast

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.conduct.conductor import Conductor
from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId
from ceremony.pack.lint_leaf import lint_leaf
from ceremony.pki.crl_linted import LintedCrl
from ceremony.pki.finding import LintReport
from ceremony.pki.linted import LintedTbs
from ceremony.pki.request_linted import LintedRequest
from ceremony.script.model import ThingKind

_Passed = TypeVar("_Passed", LintedTbs, LintedCrl, LintedRequest)


def record_before_signing(
    conductor: Conductor, result: _Passed | LintReport, *, subject: str, actor: PersonId
) -> _Passed:
    """Record the lint of what is to be signed, and give it where it passed.

    Raises:
        RefusedError: ``CONDUCT-LINT-01``: it found an error; the device is not asked.
    """
    report = result if isinstance(result, LintReport) else result.report
    record_lint(conductor, report, stage="before-signing", subject=subject, actor=actor)
    if isinstance(result, LintReport):
        raise TypeError("a lint without error gives linted bytes")
    return result


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
        lint_leaf(report, stage, subject), actor=actor, contents={name: content}
    )
    if report.has_errors:
        raise RefusedError(
            "CONDUCT-LINT-01",
            f"The lint of {subject} found an error: {report.stopping[0].message}",
            meaning=_meaning(conductor, subject),
            remedy="Correct the profile or the script and have it approved again.",
        )


def _meaning(conductor: Conductor, subject: str) -> str:
    if conductor.script.thing(subject).kind is ThingKind.CERTIFICATES:
        return "Nothing of this part was signed. What earlier parts issued stands."
    return "No key was made and nothing was signed."
