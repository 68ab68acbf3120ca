"""Is what a site's own profile departs from still found by the second linter.

A departure that expects nothing lies in wait for what a later certificate lacks, as a
stale waiver does.
"""

from __future__ import annotations

from collections.abc import Iterator

from ceremony.check.findings import Finding, error
from ceremony.check.plan import Plan
from ceremony.check.tried import Tried
from ceremony.errors import InputError, Place
from ceremony.pki.crl_profile import CrlProfile
from ceremony.pki.departure import Departure, unfound
from ceremony.pki.finding import others_of
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.script_profile import certificate_profile, profiles_above
from ceremony.pki.trial import Trial, try_profile
from ceremony.script.model import ThingKind


def lint_departures(plan: Plan, tried: Tried) -> Iterator[Finding]:
    """Find departures of a script's own profiles that no trial finds anything for.

    A profile by which nothing could be tried is told by other rules.
    """
    lists = {
        thing.profile for thing in plan.script.things if thing.kind is ThingKind.CRL
    }
    for number, own in enumerate(plan.script.profiles):
        left = tried.unfound.get(own.name, ())
        if left and own.name not in lists:
            # What this script leaves out may be found where an order gives all.
            profile = certificate_profile(plan.script, own.name)
            still = _unfound(plan, profile)
            left = tuple(each for each in left if each in still)
        for departure in left:
            yield stale(departure, own.name, plan.place("profiles", number))


def stale_departures(
    profile: CertificateProfile | CrlProfile, trials: tuple[Trial, ...]
) -> tuple[Departure, ...]:
    """Give the departures of a profile for which its trials find nothing.

    None of those that it has from a built-in profile, whose own trial holds them.
    """
    if isinstance(profile, CertificateProfile) and profile.inherits_departures:
        return ()
    found = [each for trial in trials for each in others_of(trial.report)]
    return unfound(profile.departures, found)


def stale(departure: Departure, profile: str, place: Place) -> Finding:
    """Tell of a departure for which nothing is found."""
    return error(
        "SCRIPT-DEPART-01",
        place,
        f"The profile {profile} departs from {departure.finding} about "
        f"{departure.about!r}, and nothing of the kind is found in its trial.",
        "Take the departure out of the profile.",
    )


def _unfound(plan: Plan, profile: CertificateProfile) -> tuple[Departure, ...]:
    """Give the stale ones; none where trial orders cannot be made, told elsewhere."""
    try:
        above = profiles_above(plan.script, profile)
    except InputError:
        above = ()  # a made-up CA signs
    try:
        return stale_departures(profile, try_profile(profile, above))
    except InputError:
        return ()
