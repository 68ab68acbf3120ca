"""Is a contingency key wrapped by keys that can, and before a certificate carries it.

The steps are walked once, in order. A certificate names the pair whose wrapped public
key it carries; what its profile asks for, ``check.certificate_rules`` tells. Whether an
earlier ceremony has wrapped it, the site's journal knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ceremony.check.findings import Finding, error
from ceremony.check.made import MADE_ONCE
from ceremony.check.plan import Plan
from ceremony.engine.contingency import is_carried_on
from ceremony.engine.steps.certificate import (
    CrossSignParameters,
    IssueParameters,
    SelfSignParameters,
)
from ceremony.engine.steps.contingency import WrapPublicParameters
from ceremony.pki.contingency import CONTINGENCY_KEY, STATED
from ceremony.script.key_kind import KeyUse
from ceremony.script.model import Script, Step, Thing, ThingKind

_CARRIERS: Final = (ThingKind.KEY, ThingKind.CERTIFICATE)


def lint_contingency(plan: Plan) -> Iterator[Finding]:
    """Find what keeps a contingency key from its certificate."""
    for thing in plan.script.things:
        yield from _lint_thing(plan, thing)
    wrapped: set[str] = set()
    before = {
        thing.name
        for thing in plan.script.things
        if thing.public_key and is_carried_on(plan.script, thing.name)
    }
    for step in plan.script.steps:
        match plan.parameters(step):
            case WrapPublicParameters() as told:
                yield from _lint_wrapping(plan, wrapped, step, told)
                wrapped.add(told.key)
            case (
                SelfSignParameters(certificate=name)
                | IssueParameters(certificate=name)
                | CrossSignParameters(certificate=name)
            ):
                yield from _lint_carried(plan, wrapped | before, step, name)
            case _:
                pass


def _lint_thing(plan: Plan, thing: Thing) -> Iterator[Finding]:
    if CONTINGENCY_KEY not in thing.given:
        return
    if thing.kind not in _CARRIERS or any(name in thing.given for name in STATED):
        yield error(
            "SCRIPT-CONTINGENCY-04",
            plan.place("things", thing.name),
            f"{thing.name} names a contingency key, and is no certificate of one "
            "key, or states the wrapped key as well.",
            f"Give either {CONTINGENCY_KEY}, or {' and '.join(STATED)}, and that to a "
            "certificate and its key.",
        )


def _lint_wrapping(
    plan: Plan, wrapped: set[str], step: Step, told: WrapPublicParameters
) -> Iterator[Finding]:
    if why := _fault(plan.script, told):
        yield error(
            "SCRIPT-CONTINGENCY-01",
            plan.step_place(step, "with"),
            f"Step {step.id} cannot wrap the public key of {told.key} so: {why}.",
            "Name a pair, and an AES key of its token that is made to wrap.",
        )
    if told.key in wrapped:
        yield error(
            "SCRIPT-CONTINGENCY-03",
            plan.step_place(step, "with", "key"),
            f"The public key of {told.key} is wrapped a second time.",
            MADE_ONCE,
        )


def _fault(script: Script, told: WrapPublicParameters) -> str:
    key, under = script.key_kind(told.key), script.key_kind(told.under)
    if key.algorithm.is_secret:
        return f"{told.key} is a secret key, and has no public one"
    if not under.algorithm.is_secret or under.use is not KeyUse.WRAP:
        return f"{told.under} is no AES key that is made to wrap"
    if script.thing(told.key).token != script.thing(told.under).token:
        return f"{told.under} is in another token"
    return ""


def _lint_carried(
    plan: Plan, wrapped: set[str], step: Step, certificate: str
) -> Iterator[Finding]:
    pair = plan.script.thing(certificate).given.get(CONTINGENCY_KEY)
    if pair is not None and pair not in wrapped:
        yield error(
            "SCRIPT-CONTINGENCY-02",
            plan.step_place(step, "with", "certificate"),
            f"{certificate} carries the wrapped public key of {pair}, which no step "
            "has wrapped by then.",
            "Make the pair and the key that wraps it; add a key.wrap-public before.",
        )
