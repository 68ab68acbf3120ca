"""Lint results inside a step: what must have passed before a device is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from ceremony.engine.facts import (
    Fact,
    Linted,
    LintFinding,
    SecondLint,
    SecondLintFinding,
)
from ceremony.engine.state import State
from ceremony.engine.transcript import Entry, Line, Mark
from ceremony.errors import RefusedError
from ceremony.identifiers import Digest
from ceremony.script.model import Step

BEFORE_KEY: Final = "before-key"
"""The stage of a lint with a stand-in for the key that is to be made."""

BEFORE_SIGNING: Final = "before-signing"
"""The stage of a lint of exactly the bytes that are to be signed."""


def verify_lint_told(
    step: Step, fact: Fact, stage: str, due: Mapping[str, str]
) -> None:
    """Insist that a lint that is told in a step is of what the step makes.

    Args:
        step: The step.
        fact: What is to be recorded; nothing is asked of any but a lint.
        stage: The one at which the step lints.
        due: The profile of each thing of the script that it lints, by name.

    Raises:
        RefusedError: ``ENGINE-LINT-02``.
    """
    if not isinstance(fact, Linted):
        return
    if fact.stage != stage or due.get(fact.subject) != fact.profile:
        raise RefusedError(
            "ENGINE-LINT-02",
            f"Step {step.id} lints {' and '.join(due) or 'nothing'} {stage}, and told "
            f"is a lint {fact.stage} of {fact.subject} by the profile {fact.profile}.",
            meaning="Of what the step makes it says nothing.",
            remedy="Carry out the step as the script has it.",
        )


def verify_linted(
    state: State, stage: str, tbs: Digest | None, subjects: Collection[str]
) -> None:
    """Insist that the current step holds a lint of ``stage`` without an error.

    Of what was linted several times the last one counts. Before a key there may be two
    things that it is for, its certificate and a request: both have to be without.

    Args:
        state: Where the ceremony stands.
        stage: Of the lint.
        tbs: SHA-256 of the bytes that are to be signed; None before there is a key.
        subjects: What has to be linted, by its names in the script: one of them.

    Raises:
        RefusedError: ``ENGINE-LINT-01``: not linted, linted with an error, or other
            bytes were linted than are to be signed; ``ENGINE-WAIVER-01``: a finding
            is let be by no waiver; ``ENGINE-WAIVER-02``: two are by one.
    """
    last = {
        recorded.fact.subject: recorded.fact
        for recorded in state.current
        if isinstance(recorded.fact, Linted) and recorded.fact.stage == stage
    }
    is_linted = not last.keys().isdisjoint(subjects)
    if is_linted and all(each.is_clean and each.tbs == tbs for each in last.values()):
        for each in last.values():
            _verify_waived(state, each)
        return
    raise RefusedError(
        "ENGINE-LINT-01",
        "The device is not asked before profile and lint have passed.",
        meaning="No key was made and nothing was signed.",
        remedy="Correct the profile or the names in the script and approve it again.",
    )


def _verify_waived(state: State, fact: Linted) -> None:
    """Insist that what is let be is the one finding that a waiver is for."""
    known = [each for each in state.script.waivers if each.subject == fact.subject]
    used = set()
    for finding in fact.second.findings if fact.second else ():
        if not finding.waived:
            continue
        waiver = next(
            (
                each
                for each in known
                if each.ground == finding.waived
                and each.covers(finding.rule, finding.text)
            ),
            None,
        )
        if waiver is None:
            raise RefusedError(
                "ENGINE-WAIVER-01",
                f"{finding.rule} is let be in {fact.subject}, and no waiver of the "
                "script is for it.",
                meaning="No key was made and nothing was signed.",
                remedy="Correct what is found, or have the script approved again with "
                "a waiver.",
            )
        if waiver in used:
            raise RefusedError(
                "ENGINE-WAIVER-02",
                f"{finding.rule} is let be more than once in {fact.subject} by one "
                "waiver, and that is for one finding.",
                meaning="No key was made and nothing was signed.",
                remedy="Correct what is found, or have the script approved again with "
                "a waiver about each.",
            )
        used.add(waiver)


def lint_lines(facts: tuple[Fact, ...]) -> tuple[Entry, ...]:
    """Tell how many rules were applied at each stage and what they found.

    Where a step lints several things at one stage, each is named.
    """
    lines: list[Entry] = []
    linted = [each for each in facts if isinstance(each, Linted)]
    for fact in facts:
        if isinstance(fact, Linted):
            alone = {each.subject for each in linted if each.stage == fact.stage}
            lines += _own(fact, "" if len(alone) == 1 else f"{fact.subject}, ")
            if fact.second is not None:
                lines += _second(fact.second)
    return tuple(lines)


def _own(fact: Linted, what: str) -> list[Entry]:
    stage = fact.stage.replace("-", " ")
    worst = any(finding.severity == "error" for finding in fact.findings)
    told = f"{what}{fact.rule_count} rules {stage}, {_counted(len(fact.findings))}"
    line = Line("lint", told, mark=Mark.FAIL if worst else Mark.PASS)
    return [line, *finding_lines(fact.findings)]


def finding_lines(findings: Iterable[LintFinding]) -> Iterator[Entry]:
    """Tell what this tool's own rules found."""
    for finding in findings:
        yield Line(finding.severity, f"{finding.rule}: {finding.text}")
        if finding.source:
            yield Line("source", finding.source)


def second_lint_lines(lints: Sequence[SecondLint]) -> tuple[Entry, ...]:
    """Tell what a second linter says of the parts of a batch, in one.

    What one rule finds stands once, in the words of the first part that has it. Lints
    by another version are told apart.
    """
    lines: list[Entry] = []
    for by in dict.fromkeys((each.tool, each.version) for each in lints):
        same = [each for each in lints if (each.tool, each.version) == by]
        found: dict[tuple[str, str, str], SecondLintFinding] = {}
        for finding in (finding for each in same for finding in each.findings):
            grounds = (finding.rule, finding.departs, finding.waived)
            found.setdefault(grounds, finding)
        asked = sum(each.rule_count for each in same)
        lines += _second(SecondLint(*by, asked, tuple(found.values())))
    return tuple(lines)


def _second(lint: SecondLint) -> list[Entry]:
    """Tell what a second linter says; what is expected of a profile is told too."""
    stops = any(finding.stops for finding in lint.findings)
    told = f"{lint.tool} {lint.version}, asked {lint.rule_count} times, "
    lines: list[Entry] = [
        Line(
            "second lint",
            told + _counted(len(lint.findings)),
            mark=Mark.FAIL if stops else Mark.PASS,
        )
    ]
    for finding in lint.findings:
        lines += [
            Line(finding.severity, f"{finding.rule}: {finding.text}"),
            Line("source", finding.source),
        ]
        if finding.departs:
            lines.append(Line("expected", finding.departs))
        if finding.waived:
            # The sign says its own word.
            told = finding.waived.removeprefix("waived ")
            lines.append(Line("", told, mark=Mark.WAIVED))
    return lines


def _counted(findings: int) -> str:
    return f"{findings} finding{'' if findings == 1 else 's'}"
