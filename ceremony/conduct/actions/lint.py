"""Lint results as facts, with the report as the blob."""

from __future__ import annotations

from typing import Final, TypeVar, cast

from ceremony import canonical
from ceremony.canonical import Json
from ceremony.conduct.conductor import Conductor
from ceremony.engine.steps.lint import BEFORE_SIGNING
from ceremony.errors import RefusedError
from ceremony.identifiers import PersonId
from ceremony.pack.lint_leaf import lint_leaf
from ceremony.pki.crl_linted import LintedCrl
from ceremony.pki.finding import Finding, LintReport, SecondFinding
from ceremony.pki.linted import LintedTbs
from ceremony.pki.remedy import remedy_for
from ceremony.pki.request_linted import LintedRequest
from ceremony.script.model import ThingKind
from ceremony.script.waiver import Waiver, lapsed_waiver

MOST_TOLD: Final = 3
"""How many findings a refusal tells; the report has all of them."""

_Passed = TypeVar("_Passed", LintedTbs, LintedCrl, LintedRequest)


def record_before_signing(
    conductor: Conductor, result: _Passed | LintReport, *, subject: str, actor: PersonId
) -> _Passed:
    """Record the lint of what is to be signed, and give it where it passed.

    Raises:
        RefusedError: ``CONDUCT-LINT-01``: it found an error; the device is not asked.
    """
    report = result if isinstance(result, LintReport) else result.report
    record_lint(conductor, report, stage=BEFORE_SIGNING, subject=subject, actor=actor)
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
        raise _refused(conductor, report, subject, name)


def _refused(
    conductor: Conductor, report: LintReport, subject: str, name: str
) -> RefusedError:
    """Tell what stops a signature, by which rule, and whose waiver holds no more."""
    waivers, day = conductor.script.waivers, conductor.clock.now().wall.date()
    found = report.stopping
    lapsed = {
        each: waiver
        for each in found
        if (waiver := lapsed_waiver(waivers, subject, each.rule, each.message, day))
    }
    told = [_words(each, lapsed.get(each)) for each in found[:MOST_TOLD]]
    if len(found) > MOST_TOLD:
        told.append(f"And {len(found) - MOST_TOLD} more.")
    head = "an error" if len(found) == 1 else f"{len(found)} errors"
    remedy = remedy_for([each.rule for each in found])
    if lapsed:
        remedy = (
            "Correct what is found, or have the owner of the waiver decide again, and "
            "the script approved again."
        )
    step = conductor.current()
    return RefusedError(
        "CONDUCT-LINT-01",
        f"The lint of {subject} found {head}: {' '.join(told)} It is held against the "
        f"profile {report.profile} in step {step.id} at {step.place}; the report is "
        f"{name}.",
        meaning=_meaning(conductor, subject),
        remedy=remedy,
    )


def _words(found: Finding | SecondFinding, lapsed: Waiver | None) -> str:
    """Tell a finding in a sentence, and in another one that its waiver has lapsed."""
    return " ".join(filter(None, (found.told, lapsed.lapsed if lapsed else "")))


def _meaning(conductor: Conductor, subject: str) -> str:
    if conductor.script.thing(subject).kind is ThingKind.CERTIFICATES:
        return "Nothing of this part was signed. What earlier parts issued stands."
    return "No key was made and nothing was signed."
