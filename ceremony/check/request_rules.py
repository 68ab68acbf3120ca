"""Would each request of a script come out as its profile says, before any key is.

A request is tried with a stand-in key, as its certificate is in ``certificate_rules``.
"""

from __future__ import annotations

from collections.abc import Iterator

from ceremony.check.findings import Finding, error, warning
from ceremony.check.plan import Plan
from ceremony.check.tried import Tried
from ceremony.engine.batch import answering_step
from ceremony.engine.steps.csr import RequestParameters
from ceremony.engine.steps.key import GenerateParameters
from ceremony.errors import InputError
from ceremony.pki.contingency import with_contingency_key
from ceremony.pki.naming import VALUE_MISSING
from ceremony.pki.request_linted import lint_request_order
from ceremony.pki.request_order import RequestOrder
from ceremony.pki.same_subject import has_one_subject
from ceremony.script.model import Step, ThingKind


def lint_request_step(
    plan: Plan, tried: Tried, step: Step, told: RequestParameters
) -> Iterator[Finding]:
    """Try one request; what its profile leaves open and nobody gives is told elsewhere.

    Args:
        plan: The script.
        tried: What the trial has come to so far.
        step: The step.
        told: Its parameters.
    """
    profile, key = tried.profiles.get(told.key), plan.thing(told.key)
    if profile is None or key is None:
        return
    try:
        order = RequestOrder(profile, with_contingency_key(key.given))
        report = lint_request_order(order)
    except InputError as unfit:
        # That a value is missing was told of the key, and what is wrong with a request
        # that is answered here is told by the trial of its certificate.
        answered = answering_step(plan.script, told.request) is not None
        if unfit.code != VALUE_MISSING and not answered:
            yield _not_met(plan, step, told, str(unfit), unfit.remedy)
        return
    for finding in report.stopping:
        yield _not_met(
            plan,
            step,
            told,
            f"{finding.rule}: {finding.message}",
            f"Correct the section request of the profile {profile.name}, add it, or "
            "name another profile.",
        )


def lint_one_subject(
    plan: Plan, tried: Tried, step: Step, request: str
) -> Iterator[Finding]:
    """Warn of a set of which one request is good, whatever they ask for.

    Args:
        plan: The script.
        tried: What the trial has come to so far.
        step: The step that takes the set in.
        request: The set, by name.
    """
    profile, thing = tried.profiles.get(request), plan.thing(request)
    if profile is None or thing is None or thing.kind is not ThingKind.REQUESTS:
        return
    if has_one_subject(profile):
        yield warning(
            "SCRIPT-IMPORT-28",
            plan.step_place(step, "with", "request"),
            f"Step {step.id} takes in the set {request}, and each request for the "
            f"profile {profile.name} names the same subject: one is good, and every "
            "other one is refused as its repetition.",
            "Give the subject of the profile a part that each request states for "
            "itself, such as common-name, or take in one request.",
        )


def lint_purpose(
    plan: Plan, tried: Tried, step: Step, told: GenerateParameters
) -> Iterator[Finding]:
    """Insist that a key with a profile is for something that can be linted before.

    Args:
        plan: The script.
        tried: What the trial has come to so far.
        step: The step that makes the key.
        told: Its parameters.
    """
    key = plan.thing(told.key)
    if key is None or told.key not in tried.profiles:
        return
    certified = any(
        thing.kind is ThingKind.CERTIFICATE and thing.profile == key.profile
        for thing in plan.script.things
    )
    asked = any(each.key == told.key for _, each in plan.steps_with(RequestParameters))
    if not (certified or asked):
        yield error(
            "SCRIPT-REQUEST-02",
            plan.step_place(step, "with", "key"),
            f"{told.key} has a profile, and neither a certificate of that profile nor "
            "a request of that key is made.",
            "Add a step that makes its request or its certificate, or take the profile "
            "out.",
        )


def _not_met(
    plan: Plan, step: Step, told: RequestParameters, what: str, remedy: str
) -> Finding:
    return error(
        "SCRIPT-REQUEST-01",
        plan.step_place(step, "with", "request"),
        f"The request {told.request} of step {step.id} cannot be made: {what}",
        remedy,
    )
