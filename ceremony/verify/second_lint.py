"""What a second linter said is held against the profile, and asked again.

Part of check 12. Another version of the linter may find something else, so that the
findings are compared only where the recorded one is installed. A report from before
clauses were cited has each finding with its standard alone, and is as good.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ceremony.engine.facts import SecondLint, SecondLintFinding
from ceremony.engine.state import Recorded
from ceremony.pack.lint_leaf import second_leaf
from ceremony.pki.departure import Departure, departure_for
from ceremony.pki.finding import SecondReport
from ceremony.pki.second_clause import standard_of
from ceremony.pki.second_fault import FAULTS
from ceremony.pki.second_lint import TOOL, waiver_ground
from ceremony.script.waiver import Waiver
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a second lint is held against.

    Attributes:
        profile: The name of what the certificate or list was held against.
        departures: What that profile departs from on purpose.
        waivers: Those of the script that held for it on the leaf's day.
    """

    profile: str
    departures: tuple[Departure, ...]
    waivers: tuple[Waiver, ...]


def verify_second(
    recorded: Recorded,
    told: SecondLint,
    grounds: Grounds,
    *,
    version: str,
    again: Callable[[], SecondReport] | None,
) -> str:
    """Compare a second lint with its grounds, and with the one made again.

    Args:
        recorded: The leaf, for its place.
        told: What the leaf says.
        grounds: On which something is let be.
        version: Of the second linter that is installed.
        again: Lints what was signed of it again; None where nothing was.

    Returns:
        What a reader should know: that the findings could not be made again; else
        empty.

    Raises:
        FailedError: ``VERIFY-LINT-03``: a departure is not the profile's, or
            a waiver not the script's;
            ``VERIFY-LINT-04``: the second linter finds something else.
    """
    # What a version of the linter finds wrongly is let be under every profile.
    expected = (*grounds.departures, *FAULTS.get(told.version, ()))
    for finding in told.findings:
        _verify_grounds(recorded, finding, replace(grounds, departures=expected))
    if (told.tool, told.version) != (TOOL, version):
        return (
            f"The second lint is by {told.tool} {told.version}, and {TOOL} "
            f"{version} is here: its findings were not made again."
        )
    made = again() if again is not None else None
    if made is not None and told not in (second_leaf(made), _leaf_before(made)):
        raise FailedError(
            "VERIFY-LINT-04",
            f"{place(recorded)}: linted again by {told.tool}, what was signed "
            "gives other findings",
        )
    return ""


def _leaf_before(report: SecondReport) -> SecondLint | None:
    """Tell of a second lint as leaves did that cited a standard and no clause."""
    return second_leaf(
        replace(
            report,
            findings=tuple(
                replace(found, source=standard_of(found.rule) or TOOL)
                for found in report.findings
            ),
        )
    )


def _verify_grounds(
    recorded: Recorded, finding: SecondLintFinding, grounds: Grounds
) -> None:
    due = departure_for(grounds.departures, finding.rule, finding.text)
    bare = replace(finding, departs=due.told if due else "", waived="")
    if finding != replace(bare, waived=waiver_ground(grounds.waivers, bare, bare.text)):
        raise FailedError(
            "VERIFY-LINT-03",
            f"{place(recorded)}: {finding.rule} is told as expected or waived, or as "
            f"neither, and the profile {grounds.profile} or the script says otherwise",
        )
