"""What a second linter said is held against the profile, and asked again.

Part of check 12. Another version of the linter may find something else, so that the
findings are compared only where the recorded one is installed.
"""

from __future__ import annotations

from dataclasses import replace

from cryptography import x509

from ceremony.engine.facts import SecondLint, SecondLintFinding
from ceremony.engine.state import Recorded
from ceremony.pack.lint_leaf import second_leaf
from ceremony.pki.departure import departure_for
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.second_lint import TOOL, lint_second, tool_version
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place


def verify_second(
    recorded: Recorded,
    told: SecondLint,
    profile: CertificateProfile,
    certificate: x509.Certificate | None,
) -> str:
    """Compare a second lint with its profile, and with the one made again.

    Args:
        recorded: The leaf, for its place.
        told: What the leaf says.
        profile: What the certificate was held against.
        certificate: What was signed of it; None where nothing was.

    Returns:
        What a reader should know: that the findings could not be made again; else
        empty.

    Raises:
        FailedError: ``VERIFY-LINT-03``: a departure is not the profile's;
            ``VERIFY-LINT-04``: the second linter finds something else.
    """
    for finding in told.findings:
        _verify_departure(recorded, finding, profile)
    if (told.tool, told.version) != (TOOL, tool_version()):
        return (
            f"The second lint is by {told.tool} {told.version}, and {TOOL} "
            f"{tool_version()} is here: its findings were not made again."
        )
    if certificate is not None:
        again = second_leaf(lint_second(certificate, profile.departures))
        if again != told:
            raise FailedError(
                "VERIFY-LINT-04",
                f"{place(recorded)}: linted again by {told.tool}, what was signed "
                "gives other findings",
            )
    return ""


def _verify_departure(
    recorded: Recorded, finding: SecondLintFinding, profile: CertificateProfile
) -> None:
    due = departure_for(profile.departures, finding.rule, finding.text)
    if finding != replace(finding, departs=due.told if due else ""):
        raise FailedError(
            "VERIFY-LINT-03",
            f"{place(recorded)}: {finding.rule} is told as a departure, or as none, "
            f"and the profile {profile.name} says otherwise",
        )
