"""Are the waivers of a script for something that may be waived, and still needed?

A stale waiver has hidden what a later certificate lacked. One that waives nothing is
therefore an error, and so is one that has expired on the day of the ceremony.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ceremony.check.findings import Finding, error
from ceremony.check.plan import Plan
from ceremony.check.tried import Tried
from ceremony.script.model import ThingKind
from ceremony.script.waiver import NEVER_WAIVED, Waiver


def lint_waivers(plan: Plan) -> Iterator[Finding]:
    """Find waivers for what cannot be waived, or that stand twice."""
    seen = set()
    for number, waiver in enumerate(plan.script.waivers):
        if not _is_for_one(plan, waiver):
            what = "revocation list" if waiver.crl else "certificate"
            yield error(
                "SCRIPT-WAIVER-01",
                plan.place("waivers", number, "crl" if waiver.crl else "certificate"),
                f"{waiver.subject} is no single {what} of the script.",
                f"Name the {what} in which the finding is. What is found in each "
                "certificate of a batch is for their profile to depart from.",
            )
        if NEVER_WAIVED.fullmatch(waiver.finding):
            yield error(
                "SCRIPT-WAIVER-02",
                plan.place("waivers", number, "finding"),
                f"{waiver.finding} cannot be waived: it is a rule of this tool, or "
                "does not say what is wrong.",
                "Correct what the rule finds.",
            )
        if (waiver.finding, waiver.subject) in seen:
            yield error(
                "SCRIPT-WAIVER-03",
                plan.place("waivers", number),
                f"{waiver.finding} in {waiver.subject} is waived twice.",
                "Keep one of the two.",
            )
        seen.add((waiver.finding, waiver.subject))


def lint_needless(plan: Plan, tried: Tried) -> Iterator[Finding]:
    """Find waivers of what the trial of the certificate or list did not find.

    One that could not be tried, and what cannot be waived, are told by other
    rules.
    """
    for number, waiver in enumerate(plan.script.waivers):
        found = tried.waived.get(waiver.subject)
        if found is None or NEVER_WAIVED.fullmatch(waiver.finding):
            continue
        if not _is_for_one(plan, waiver):
            continue
        if waiver.finding not in found:
            yield error(
                "SCRIPT-WAIVER-04",
                plan.place("waivers", number),
                f"{waiver.finding} is waived in {waiver.subject}, and nothing of "
                "the kind is found there.",
                "Take the waiver out.",
            )


def _is_for_one(plan: Plan, waiver: Waiver) -> bool:
    thing = plan.thing(waiver.subject)
    kind = ThingKind.CRL if waiver.crl else ThingKind.CERTIFICATE
    return thing is not None and thing.kind is kind


def lint_expired(plan: Plan, day: date) -> Iterator[Finding]:
    """Find waivers that have expired on a day."""
    for number, waiver in enumerate(plan.script.waivers):
        if not waiver.holds_on(day):
            yield error(
                "SCRIPT-WAIVER-05",
                plan.place("waivers", number, "expires"),
                f"The waiver of {waiver.finding} in {waiver.subject} expired on "
                f"{waiver.expires.isoformat()}.",
                "Correct what is waived, or have its owner decide again.",
            )
