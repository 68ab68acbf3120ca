"""Has a cross-certificate the name that the other CA's certificate has."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony.check.findings import Finding, error
from ceremony.check.plan import Plan
from ceremony.check.tried import Tried
from ceremony.engine.steps.certificate import CrossSignParameters, Parameters
from ceremony.errors import InputError
from ceremony.pki.certificate import name_text
from ceremony.pki.naming import other_types_text, subject_name
from ceremony.script.model import Step


def lint_crossed_name(
    plan: Plan, tried: Tried, step: Step, told: Parameters
) -> Iterator[Finding]:
    """Find where two profiles write one CA's name in two ways.

    A relying party would not find the way from what the other CA has issued. Whether
    both are given the same texts another rule asks; what a certificate from elsewhere
    says is known when it is there to be read.

    Args:
        plan: The script.
        tried: Where the profiles are known.
        step: The step.
        told: Its parameters; other steps than those that cross-sign are passed over.

    Source: RFC 5280, section 6.1.3, (a)(4): the issuer's name is the subject of the
        certificate before; CA/Browser Forum TLS BR, section 7.1.2.2.2.
    """
    if not isinstance(told, CrossSignParameters):
        return
    other, new = plan.script.thing(told.of), plan.script.thing(told.certificate)
    theirs, ours = tried.profiles.get(other.name), tried.profiles.get(new.name)
    if theirs is None or ours is None or other.given != new.given:
        return
    try:
        named, ordered = (
            subject_name(theirs, other.given),
            subject_name(ours, new.given),
        )
    except InputError:
        # The trial of the certificate tells of it.
        return
    if named.public_bytes() != ordered.public_bytes():
        how = other_types_text(ordered, named)
        yield error(
            "SCRIPT-CROSS-03",
            plan.step_place(step, "with", "certificate"),
            f"{told.of} is for {name_text(named)}, and by its profile "
            f"{told.certificate} would be for {name_text(ordered)}{how}.",
            f"Name a profile that writes the subject as {theirs.name} does.",
        )
