"""Lint results inside a step: what must have passed before a device is asked."""

from __future__ import annotations

from ceremony.engine.facts import Fact, Linted
from ceremony.engine.state import State
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest


def verify_linted(state: State, stage: str, tbs: Digest | None) -> None:
    """Insist that the current step holds a lint of ``stage`` without an error.

    Raises:
        RefusedError: ``ENGINE-LINT-01``: not linted, linted with an error, or other
            bytes were linted than are to be signed.
    """
    for recorded in reversed(state.current):
        fact = recorded.fact
        if isinstance(fact, Linted) and fact.stage == stage:
            clean = all(finding.severity != "error" for finding in fact.findings)
            if clean and fact.tbs == tbs:
                return
            break
    raise RefusedError(
        "ENGINE-LINT-01",
        "The device is not asked before profile and lint have passed.",
        meaning="No key was made and nothing was signed.",
        remedy="Correct the profile or the names in the script and approve it again.",
    )


def lint_lines(facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    """Tell how many rules were applied at each stage and what they found."""
    lines: list[Entry] = []
    for fact in facts:
        if isinstance(fact, Linted):
            stage = fact.stage.replace("-", " ")
            worst = any(finding.severity == "error" for finding in fact.findings)
            lines.append(
                Line(
                    "lint",
                    f"{fact.rule_count} rules {stage}, {_counted(len(fact.findings))}",
                    mark=Mark.FAIL if worst else Mark.PASS,
                )
            )
            lines += [
                Line(finding.rule, finding.text, mono=False)
                for finding in fact.findings
            ]
    return tuple(lines)


def _counted(findings: int) -> str:
    return f"{findings} finding{'' if findings == 1 else 's'}"
