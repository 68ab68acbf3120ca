"""Is what a script has renewed there to be renewed, and of the request's profile."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony.check.findings import Finding, error
from ceremony.check.plan import Plan
from ceremony.engine.batch import answering_step
from ceremony.engine.revocation import read_revoked
from ceremony.engine.steps.crl import CrlParameters
from ceremony.engine.steps.imported import ImportParameters
from ceremony.engine.succession import is_succeeding
from ceremony.pki.crl_profile import Reason
from ceremony.script.model import Step, Thing


def lint_renewals(plan: Plan) -> Iterator[Finding]:
    """Find what an import is said to renew and cannot."""
    seen: set[str] = set()
    for step, told in plan.steps_with(ImportParameters):
        asked = plan.script.thing(told.request)
        yield from _lint_answer(plan, step, told)
        for number, name in enumerate(told.renews):
            thing = plan.script.thing(name)
            yield from _lint_renewed(plan, step, number, thing=thing, asked=asked)
            yield from _lint_revoked(plan, step, told, number)
            if name in seen:
                yield error(
                    "SCRIPT-RENEW-05",
                    plan.step_place(step, "with", "renews", number),
                    f"Step {step.id} renews {name}, which is renewed already.",
                    "Name it once: a certificate is renewed by one request.",
                )
            seen.add(name)


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


def _lint_answer(plan: Plan, step: Step, told: ImportParameters) -> Iterator[Finding]:
    """Insist that the key that answers can have signed what is renewed.

    Which of several earlier keys has signed it the journal alone tells. A key that is
    made here may be the next one of the CA that has.
    """
    answer = answering_step(plan.script, told.request)
    key = plan.thing(str(answer.parameters.get("key"))) if answer else None
    if not told.renews or answer is None or key is None:
        return
    original = plan.thing(key.copy_of) if key.copy_of else key
    if original is None or original.is_earlier:
        return
    if is_succeeding(plan.script, original.name):
        return
    yield error(
        "SCRIPT-RENEW-04",
        plan.step_place(answer, "with", "key"),
        f"Step {answer.id} answers by {key.name}, which is made here and has "
        f"signed nothing that step {step.id} renews.",
        "Let the key answer that signed the old certificate; where its CA changes its "
        "key here, name the certificate of the key before.",
    )


def _lint_revoked(
    plan: Plan, step: Step, told: ImportParameters, number: int
) -> Iterator[Finding]:
    """Insist that no list revokes for good what is renewed before that is done.

    Afterwards a CA may revoke it: whoever has the next certificate needs the old one
    no more.
    """
    name, steps = told.renews[number], plan.script.steps
    done = answering_step(plan.script, told.request) or step
    for other, listed in plan.steps_with(CrlParameters):
        if steps.index(other) > steps.index(done):
            continue
        for text in listed.revoked:
            try:
                item = read_revoked(text)
            except ValueError:
                # Another rule tells of it.
                continue
            held = item.reason is Reason.CERTIFICATE_HOLD
            if item.certificate == name and not held:
                yield error(
                    "SCRIPT-RENEW-03",
                    plan.step_place(step, "with", "renews", number),
                    f"Step {step.id} renews {name}, which step {other.id} revokes "
                    f"before step {done.id}: {item.reason}.",
                    "Revoke it after it was renewed, or take one of the two out: whose "
                    "certificate is revoked for good applies anew.",
                )
