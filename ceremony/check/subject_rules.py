"""Would anybody be certified by the name of a CA above their certificate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cryptography import x509

from ceremony.check.findings import Finding, error
from ceremony.check.plan import Plan
from ceremony.pki.certificate import name_text
from ceremony.pki.issuer_subject import has_subject_of, issuer_subjects
from ceremony.script.model import Step, Thing


def lint_subject(
    plan: Plan,
    step: Step,
    thing: Thing,
    chain: Sequence[x509.Certificate],
) -> Iterator[Finding]:
    """Find where what answers a request has the name of a CA above it.

    Args:
        plan: The script.
        step: The step that answers, by another key than the one that asks.
        thing: The certificate.
        chain: What it came to, by stand-in keys, and the certificates above it, as far
            as the script names them.

    Source: RFC 5280, sections 4.1.2.6 and 6.1.
    """
    made, *above = chain
    if has_subject_of(made.subject, issuer_subjects(above)):
        yield error(
            "SCRIPT-CERT-09",
            plan.step_place(step, "with", "certificate"),
            f"Step {step.id} certifies another key for {name_text(made.subject)}, "
            f"which is the name of a CA above {thing.name}.",
            "Give it another name; a new key of that CA is certified under the CA's "
            "name by its old one, with certificate.cross-sign.",
        )
