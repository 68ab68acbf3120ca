"""Is everything there that a request, a certificate or a revocation list needs."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony.check.findings import Finding, error
from ceremony.check.made import MADE_ONCE, MAKE_FIRST, Made, needs_key
from ceremony.check.plan import Plan
from ceremony.engine.batch import answering_step
from ceremony.engine.steps.certificate import (
    CrossSignParameters,
    IssueParameters,
    SelfSignParameters,
)
from ceremony.engine.steps.crl import CrlParameters
from ceremony.engine.steps.csr import RequestParameters
from ceremony.engine.steps.imported import ImportParameters
from ceremony.script.model import Script, Step, Thing, ThingKind


def lint_issuing(plan: Plan, made: Made, step: Step) -> Iterator[Finding]:
    """Find what keeps a step from making its request, certificate or list.

    Args:
        plan: The script.
        made: What the walk has seen so far; what the step makes is added.
        step: The step.
    """
    match plan.parameters(step):
        case RequestParameters() as told:
            yield from _request(plan, made, step, told)
        case SelfSignParameters() as told:
            yield from _certify(plan, made, step, told.key, told.certificate)
            yield from _same_profile(plan, step, told.key, told.certificate)
            made.certified[told.certificate] = told.key
        case ImportParameters() as told:
            yield from _import(plan, made, step, told)
        case IssueParameters() as told:
            yield from _issue(plan, made, step, told)
        case CrossSignParameters() as told:
            yield from _cross(plan, made, step, told)
        case CrlParameters() as told:
            yield from _list(plan, made, step, told)
        case _:
            return


def _request(
    plan: Plan, made: Made, step: Step, told: RequestParameters
) -> Iterator[Finding]:
    yield from needs_key(plan, made, step, told.key)
    yield from _needs_profile(plan, step, told.key)
    yield from _requested_once(plan, made, step, told.request)
    if plan.script.thing(told.request).profile:
        yield error(
            "SCRIPT-IMPORT-01",
            plan.step_place(step, "with", "request"),
            f"Step {step.id} makes {told.request}, which has a profile as a request "
            "from elsewhere has.",
            "Take the profile out: the key's is the request's.",
        )
    made.requests[told.request] = told.key


def _import(
    plan: Plan, made: Made, step: Step, told: ImportParameters
) -> Iterator[Finding]:
    yield from _requested_once(plan, made, step, told.request)
    if not plan.script.thing(told.request).profile:
        yield error(
            "SCRIPT-IMPORT-02",
            plan.step_place(step, "with", "request"),
            f"Step {step.id} judges {told.request}, which has no profile.",
            "Give it the profile of the certificate that answers it.",
        )
    several = plan.script.thing(told.request).kind is ThingKind.REQUESTS
    if several and answering_step(plan.script, told.request) is None:
        yield error(
            "SCRIPT-IMPORT-26",
            plan.step_place(step, "with", "request"),
            f"Step {step.id} takes in the set {told.request}, which no step answers: "
            "its requests would be called good without anybody asking about path and "
            "lint of their certificates.",
            "Add a certificate.issue that answers the set, or have it checked by "
            "ceremony pki request check, outside a ceremony.",
        )
    made.requests[told.request] = ""


def _requested_once(
    plan: Plan, made: Made, step: Step, request: str
) -> Iterator[Finding]:
    if request in made.requests:
        yield error(
            "SCRIPT-CERT-03",
            plan.step_place(step, "with", "request"),
            f"{request} is made a second time.",
            MADE_ONCE,
        )


def _issue(
    plan: Plan, made: Made, step: Step, told: IssueParameters
) -> Iterator[Finding]:
    if told.request not in made.requests:
        yield error(
            "SCRIPT-CERT-01",
            plan.step_place(step, "with", "request"),
            f"Step {step.id} answers {told.request}, which was not made before.",
            MAKE_FIRST,
        )
    elif not made.requests[told.request]:
        yield from _lint_answer(plan, step, told)
        yield from _answered_once(plan, made, step, told.request)
    else:
        yield from _same_profile(
            plan, step, made.requests[told.request], told.certificate
        )
        yield from _lint_answer_kind(plan, step, told)
        if made.requests[told.request] == told.key:
            yield error(
                "SCRIPT-CERT-04",
                plan.step_place(step, "with", "key"),
                f"In step {step.id} the key {told.key} answers its own request.",
                "Let the issuer's key sign, or self-sign without a request.",
            )
    yield from _certify(plan, made, step, told.key, told.certificate)
    made.certified[told.certificate] = made.requests.get(told.request, "")


def _cross(
    plan: Plan, made: Made, step: Step, told: CrossSignParameters
) -> Iterator[Finding]:
    script = plan.script
    other, new = script.thing(told.of), script.thing(told.certificate)
    # What another CA's certificate says is compared when it is there to be read.
    named = new.given if other.is_brought else other.given
    own = _is_own(script, made, script.thing(told.key), other)
    if told.of not in made.certificates or own:
        yield error(
            "SCRIPT-CROSS-01",
            plan.step_place(step, "with", "of"),
            f"Step {step.id} cross-signs {told.of}, which does not exist by then, or "
            f"is a certificate of {told.key} itself.",
            "Name the certificate of the other CA, or of the other key.",
        )
    elif named != new.given:
        yield error(
            "SCRIPT-CROSS-02",
            plan.step_place(step, "with", "certificate"),
            f"{told.certificate} has another common name or values than {told.of}.",
            "Give both the same name: the key that is certified goes by it.",
        )
    yield from _certify(plan, made, step, told.key, told.certificate)
    made.certified[told.certificate] = made.certified.get(told.of, "")


def _is_own(script: Script, made: Made, key: Thing, other: Thing) -> bool:
    """Tell whether a certificate is for a key, as far as a script says whose it is.

    A CA that has a new key goes on under its old name, and each of its two keys may
    certify the other.

    Source: RFC 4210, section 4.4 (root CA key update).
    """
    if known := made.certified.get(other.name):
        return known == key.name
    told = (other.profile, other.given)
    holders = [
        thing.name
        for thing in script.things
        if thing.is_earlier
        and thing.kind is ThingKind.KEY
        and (thing.profile, thing.given) == told
    ]
    # Which of two keys of one name it is for, only the journal tells.
    return holders == [key.name]


def _answered_once(
    plan: Plan, made: Made, step: Step, request: str
) -> Iterator[Finding]:
    """Insist that nobody who asked gets two certificates.

    A key of the ceremony's own may be certified by two CAs.
    """
    before = made.answered.setdefault(request, step)
    if before is not step:
        yield error(
            "SCRIPT-IMPORT-27",
            plan.step_place(step, "with", "request"),
            f"Step {step.id} answers {request}, which step {before.id} has answered: "
            "its subject would have two certificates.",
            "Take one of the two out; the next certificate of a subject answers "
            "another request, by which it is renewed.",
        )


def _lint_answer(plan: Plan, step: Step, told: IssueParameters) -> Iterator[Finding]:
    """Insist that what answers an imported request is of its profile."""
    yield from _lint_answer_kind(plan, step, told)
    asked, made = plan.script.thing(told.request), plan.script.thing(told.certificate)
    if asked.profile not in ("", made.profile):
        yield error(
            "SCRIPT-IMPORT-03",
            plan.step_place(step, "with", "certificate"),
            f"{told.certificate} has another profile than {told.request}.",
            "Give both the same profile.",
        )


def _lint_answer_kind(
    plan: Plan, step: Step, told: IssueParameters
) -> Iterator[Finding]:
    asked, made = plan.script.thing(told.request), plan.script.thing(told.certificate)
    several = asked.kind is ThingKind.REQUESTS
    if several is not (made.kind is ThingKind.CERTIFICATES):
        yield error(
            "SCRIPT-IMPORT-04",
            plan.step_place(step, "with", "certificate"),
            f"Of {told.request} and {told.certificate} one is a set, and the other "
            "is not.",
            "Let certificates answer requests, and a certificate a request.",
        )


def _list(plan: Plan, made: Made, step: Step, told: CrlParameters) -> Iterator[Finding]:
    yield from needs_key(plan, made, step, told.key)
    yield from _needs_profile(plan, step, told.key)
    if told.crl in made.crls:
        yield error(
            "SCRIPT-CRL-02",
            plan.step_place(step, "with", "crl"),
            f"{told.crl} is made a second time.",
            MADE_ONCE,
        )
    made.crls.add(told.crl)


def _certify(
    plan: Plan, made: Made, step: Step, key: str, certificate: str
) -> Iterator[Finding]:
    yield from needs_key(plan, made, step, key)
    yield from _needs_profile(plan, step, key)
    if certificate in made.certificates or certificate in made.batches:
        yield error(
            "SCRIPT-CERT-02",
            plan.step_place(step, "with", "certificate"),
            f"{certificate} is made a second time.",
            MADE_ONCE,
        )
    if plan.script.thing(certificate).kind is ThingKind.CERTIFICATES:
        # Thousands of fingerprints are not read aloud; the results file names them.
        made.batches.add(certificate)
    else:
        made.certificates.add(certificate)


def _same_profile(
    plan: Plan, step: Step, key: str, certificate: str
) -> Iterator[Finding]:
    holder, made = plan.script.thing(key), plan.script.thing(certificate)
    if not holder.profile:
        return
    if (holder.profile, holder.given) != (made.profile, made.given):
        yield error(
            "SCRIPT-CERT-05",
            plan.step_place(step, "with", "certificate"),
            f"{certificate} has another profile, common name or values than {key}.",
            "Give key and certificate the same profile, common name and values.",
        )


def _needs_profile(plan: Plan, step: Step, key: str) -> Iterator[Finding]:
    if not plan.script.thing(key).profile:
        yield error(
            "SCRIPT-CERT-06",
            plan.step_place(step, "with", "key"),
            f"Step {step.id} uses {key} for a certificate, and the key has no profile.",
            "Give the key a profile and a common name, or name another key.",
        )
