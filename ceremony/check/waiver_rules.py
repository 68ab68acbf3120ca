"""Are the waivers of a script for something that may be waived, and still needed?

A stale waiver has hidden what a later certificate lacked. One that waives nothing, or
more than one finding, is therefore an error, and so is one that has expired on the day
of the ceremony.
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
        if any(_is_same(each, waiver) for each in plan.script.waivers[:number]):
            yield _twice(plan, number)


def lint_unfit(plan: Plan, tried: Tried) -> Iterator[Finding]:
    """Find waivers that are not for one finding of the certificate's or list's trial.

    One that could not be tried, and what cannot be waived, are told by other
    rules.
    """
    waivers = plan.script.waivers
    for number, waiver in enumerate(waivers):
        known = tried.waived.get(waiver.subject)
        if known is None or NEVER_WAIVED.fullmatch(waiver.finding):
            continue
        if not _is_for_one(plan, waiver):
            continue
        found = [each for each in known if waiver.covers(each.rule, each.message)]
        about = f" about {waiver.about!r}" if waiver.about else ""
        if not found:
            yield error(
                "SCRIPT-WAIVER-04",
                plan.place("waivers", number),
                f"{waiver.finding}{about} is waived in {waiver.subject}, and nothing "
                "of the kind is found there.",
                "Take the waiver out."
                if not waiver.about
                else "Take the waiver out, or correct what it is about.",
            )
        elif len(found) > 1:
            told = " ".join(each.message for each in found)
            yield error(
                "SCRIPT-WAIVER-06",
                plan.place("waivers", number),
                f"One waiver is for one finding, and {waiver.finding}{about} is found "
                f"{len(found)} times in {waiver.subject}: {told}",
                "Correct what need not be; say under about, in words of the text "
                "beside its place, which one the waiver is for.",
            )
        elif any(
            each.subject == waiver.subject
            and not _is_same(each, waiver)
            and each.covers(found[0].rule, found[0].message)
            for each in waivers[:number]
        ):
            yield _twice(plan, number)


def _is_same(one: Waiver, other: Waiver) -> bool:
    """Tell whether two waivers are for the same by what they say."""
    of_one = (one.finding, one.subject) == (other.finding, other.subject)
    return of_one and (one.about == other.about or not (one.about and other.about))


def _twice(plan: Plan, number: int) -> Finding:
    waiver = plan.script.waivers[number]
    return error(
        "SCRIPT-WAIVER-03",
        plan.place("waivers", number),
        f"{waiver.finding} in {waiver.subject} is waived twice.",
        "Keep one of the two, or say under about what each is for.",
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
                f"The waiver of {waiver.finding} in {waiver.subject} by {waiver.owner} "
                f"expired on {waiver.expires.isoformat()}.",
                "Correct what is waived, or have its owner decide again.",
            )
