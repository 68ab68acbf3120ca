"""What a site's own profiles let be of the errors that a second linter finds.

A built-in profile's departures are tested with the tool. Those that a site states are
its word against the linter's, and are told to every reader as waivers are.
"""

from __future__ import annotations

from collections.abc import Iterable

from ceremony.engine.facts import Linted
from ceremony.engine.state import Recorded
from ceremony.pki.script_profile import states_departures
from ceremony.script.model import Script


def told_departures(script: Script, facts: Iterable[Recorded]) -> tuple[str, ...]:
    """Say which errors are let be by a site's own profiles, one sentence for each.

    Args:
        script: The script, with the texts of its profiles.
        facts: The record's; what each lint found is told once, with all its subjects.
    """
    known: dict[tuple[str, str, str], dict[str, None]] = {}
    for recorded in facts:
        fact = recorded.fact
        if not isinstance(fact, Linted) or fact.second is None:
            continue
        for finding in fact.second.findings:
            if finding.severity == "error" and finding.departs:
                ground = (finding.rule, fact.profile, finding.departs)
                known.setdefault(ground, {})[fact.subject] = None
    return tuple(
        f"Departure: {rule} in {', '.join(subjects)} is let be by the site's own "
        f"profile {profile}: {departs}."
        for (rule, profile, departs), subjects in known.items()
        if states_departures(script, profile)
    )
