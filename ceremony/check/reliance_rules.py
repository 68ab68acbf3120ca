"""On what ground is a profile relied on, and for which environment is it taken."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony.check.findings import Finding, error, warning
from ceremony.check.plan import Plan
from ceremony.engine.reliance import (
    unread_profiles,
    unsaid_environments,
    unverified_facts,
)
from ceremony.identifiers import Mode
from ceremony.pki.script_profile import environment_of, has_environments
from ceremony.script.model import ThingKind


def lint_reliance(plan: Plan) -> Iterator[Finding]:
    """Find what is relied on and not told, and what is told and not relied on.

    Of a profile that cannot be read nobody knows what is unverified in it; that it
    cannot is told at the thing that names it.
    """
    script = plan.script
    unread = unread_profiles(script)
    wanted = list(unverified_facts(script))
    for number, told in enumerate(script.unverified):
        if told.profile in unread:
            continue
        if (told.profile, told.fact) not in wanted:
            yield error(
                "SCRIPT-PROFILE-05",
                plan.place("unverified", number),
                f"{told.profile}, {told.fact} is told twice, or is no unverified fact "
                "of a profile that the script uses.",
                "Take the item out, or correct profile and fact.",
            )
            continue
        wanted.remove((told.profile, told.fact))
    if Mode.LIVE not in script.modes or not wanted:
        return
    named = "; ".join(f"{profile}, {fact}" for profile, fact in wanted)
    yield warning(
        "SCRIPT-PROFILE-06",
        plan.place("modes"),
        f"Nobody confirms or accepts what is unverified: {named}.",
        "Add an item under unverified for each: by whom, from which source or for "
        "which reason. A live ceremony is not opened without.",
    )


def lint_environment(plan: Plan) -> Iterator[Finding]:
    """Find an environment that is said and changes nothing, or is left unsaid.

    One that a profile does not have is told at the thing that names the profile.
    """
    script = plan.script
    yield from _lint_unsaid(plan)
    named = {
        thing.profile
        for thing in script.things
        if thing.profile and thing.kind is not ThingKind.CRL
    }
    if not script.environment or named & unread_profiles(script):
        return
    if not any(has_environments(script, name) for name in named):
        yield error(
            "SCRIPT-PROFILE-27",
            plan.place("environment"),
            f"The script is for the environment {script.environment!r}, and no profile "
            "that it uses has environments.",
            "Take the line out, or name the profiles that have this environment.",
        )


def _lint_unsaid(plan: Plan) -> Iterator[Finding]:
    """Insist that a script for live ceremonies says which policies are issued."""
    script = plan.script
    unsaid = unsaid_environments(script)
    if Mode.LIVE not in script.modes or not unsaid:
        return
    yield error(
        "SCRIPT-PROFILE-28",
        plan.place("modes"),
        f"The script is for live ceremonies and names no environment, and policies "
        f"differ from one to another by {', '.join(unsaid)}.",
        f"Say for which one certificates are issued, e.g. environment: "
        f"{environment_of(script)}.",
    )
