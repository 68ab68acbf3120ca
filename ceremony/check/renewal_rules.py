"""Is what a script has renewed there to be renewed, and of the request's profile."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony.check.findings import Finding, error
from ceremony.check.plan import Plan
from ceremony.engine.steps.imported import ImportParameters
from ceremony.script.model import Step, Thing


def lint_renewals(plan: Plan) -> Iterator[Finding]:
    """Find what an import is said to renew and cannot."""
    for step, told in plan.steps_with(ImportParameters):
        asked = plan.script.thing(told.request)
        for number, name in enumerate(told.renews):
            thing = plan.script.thing(name)
            yield from _lint_renewed(plan, step, number, thing=thing, asked=asked)


def _lint_renewed(
    plan: Plan, step: Step, number: int, *, thing: Thing, asked: Thing
) -> Iterator[Finding]:
    place = plan.step_place(step, "with", "renews", number)
    if not thing.is_earlier:
        yield error(
            "SCRIPT-RENEW-01",
            place,
            f"Step {step.id} renews {thing.name}, which is of no earlier ceremony.",
            "Give it the sha256 that it has: a certificate's fingerprint, or that of a "
            "batch's results file.",
        )
    elif thing.profile != asked.profile:
        yield error(
            "SCRIPT-RENEW-02",
            place,
            f"Step {step.id} renews {thing.name}, which has another profile than "
            f"{asked.name}.",
            "Give both the same profile; a certificate of another one is issued, and "
            "nothing is renewed.",
        )
