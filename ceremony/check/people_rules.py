"""Is the plan sound: the rules about people, from the quorum to the report.

Each rule is one small function over a script of right form. What concerns single
steps stands in ``check.step_rules``, what depends on their order in ``check.making``
and ``check.room``.

Source: house rules of docs/spec/script-v1.md; ETSI EN 319 411-1 GEN-6.5.1-04 (dual
control) and GEN-6.5.1-14 (who signs the report).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from ceremony.check.findings import Finding, error, warning
from ceremony.check.form import SIGNING_VERBS
from ceremony.check.plan import Plan
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.sign import SignParameters
from ceremony.identifiers import RoleKind


def lint_quorum(plan: Plan) -> Iterator[Finding]:
    """A quorum counts one or more people of a control role, and no more than sit."""
    rule = plan.script.quorum
    place = plan.place("quorum")
    if rule.need < 1:
        yield error(
            "SCRIPT-QUORUM-01",
            place,
            "A quorum of nobody is met by an empty room.",
            "Let at least one person be needed, better two.",
        )
    if rule.need > rule.of or rule.of != plan.count_of(rule.role):
        yield error(
            "SCRIPT-QUORUM-02",
            place,
            f"The quorum is {rule.need} of {rule.of}, and {plan.count_of(rule.role)} "
            f"people hold the role of {rule.role}.",
            "Let of be the role's count, and need no more than that.",
        )
    if plan.kind_of(rule.role) is not RoleKind.CONTROL:
        yield error(
            "SCRIPT-QUORUM-03",
            place,
            f"{rule.role} is no control role, and only control roles count.",
            "Name a control role.",
        )
    if rule.need == 1:
        yield warning(
            "SCRIPT-QUORUM-04",
            place,
            "A quorum of one person is no control by several.",
            "Let two or more be needed.",
        )


def lint_used_roles(plan: Plan) -> Iterator[Finding]:
    """A role that does nothing but sign in and out has no function here."""
    used = {step.by for step in plan.script.steps if step.verb not in SIGNING_VERBS}
    used |= {role for step in plan.script.steps for role in step.initials}
    used |= {act.reader for act in plan.script.acts}
    used |= {*plan.script.report_signers, plan.script.quorum.role}
    used |= {item.role for item in plan.script.expected_items}
    for demand in plan.script.roles:
        if demand.role not in used:
            yield warning(
                "SCRIPT-ROLE-02",
                plan.place("roles", demand.role),
                f"The role {demand.role} performs, initials and signs nothing.",
                "Give it a step, or leave it out.",
            )


def lint_external(plan: Plan) -> Iterator[Finding]:
    """External roles are present; they perform, initial and hold nothing."""
    for step in plan.script.steps:
        if (
            step.verb not in SIGNING_VERBS
            and plan.kind_of(step.by) is RoleKind.EXTERNAL
        ):
            yield error(
                "SCRIPT-ROLE-03",
                plan.step_place(step, "by"),
                f"Step {step.id} is performed by the external role {step.by}.",
                "Let a control or witness role perform it.",
            )
        for number, role in enumerate(step.initials):
            if plan.kind_of(role) is RoleKind.EXTERNAL:
                yield error(
                    "SCRIPT-ROLE-04",
                    plan.step_place(step, "initials", number),
                    f"Step {step.id} is initialled by the external role {role}.",
                    "Let a control or witness role initial it.",
                )


def lint_performers(plan: Plan) -> Iterator[Finding]:
    """What a token does is started by a control role."""
    for step in plan.script.steps:
        if KINDS[step.verb].device and plan.kind_of(step.by) is RoleKind.WITNESS:
            yield error(
                "SCRIPT-ROLE-05",
                plan.step_place(step, "by"),
                f"Step {step.id} acts on a token and is performed by the witness role "
                f"{step.by}.",
                "Let a control role perform it, and the witness watch.",
            )


def lint_separation(plan: Plan) -> Iterator[Finding]:
    """A role cannot be separated from itself."""
    for number, (one, other) in enumerate(plan.script.separate):
        if one == other:
            yield error(
                "SCRIPT-ROLE-06",
                plan.place("separate", number),
                f"{one} is to be held by somebody else than {other}.",
                "Name two different roles.",
            )


def lint_signatures(plan: Plan) -> Iterator[Finding]:
    """Every seat signs in once and signs out once, in a step of its own."""
    turns: Counter[tuple[str, str, int]] = Counter()
    for step, told in plan.steps_with(SignParameters):
        turns[(step.verb, told.role, told.seat)] += 1
        if not 1 <= told.seat <= plan.count_of(told.role) or step.by != told.role:
            yield error(
                "SCRIPT-SIGN-01",
                plan.step_place(step, "with"),
                f"Step {step.id} is the turn of {told.role} {told.seat}, who is not "
                "one of those who can take it.",
                "Let by be the role, and seat a number up to the role's count.",
            )
    for demand in plan.script.roles:
        for seat in range(1, demand.count + 1):
            for rule, verb in zip(
                ("SCRIPT-SIGN-02", "SCRIPT-SIGN-03"), SIGNING_VERBS, strict=True
            ):
                times = turns[(verb, demand.role, seat)]
                if times != 1:
                    yield error(
                        rule,
                        plan.place("roles", demand.role),
                        f"{demand.role} {seat} has {times} {verb} steps.",
                        f"Give every person exactly one {verb} step.",
                    )


def lint_initials(plan: Plan) -> Iterator[Finding]:
    """A witness initials each step but those that a signature or act-end closes."""
    for step in plan.script.steps:
        witnessed = any(
            plan.kind_of(role) is RoleKind.WITNESS for role in step.initials
        )
        if not witnessed and step.verb not in (*SIGNING_VERBS, "act-end"):
            yield error(
                "SCRIPT-INITIAL-01",
                plan.step_place(step, "initials"),
                f"No witness initials step {step.id}.",
                "Add a witness role to its initials.",
            )
        if len(set(step.initials)) != len(step.initials):
            yield error(
                "SCRIPT-INITIAL-02",
                plan.step_place(step, "initials"),
                f"A role stands twice in the initials of step {step.id}.",
                "Name each role once.",
            )


def lint_report(plan: Plan) -> Iterator[Finding]:
    """A root's report is signed by a control role and by somebody independent.

    Source: ETSI EN 319 411-1 GEN-6.5.1-14.
    """
    signers = plan.script.report_signers
    kinds = {plan.kind_of(role) for role in signers}
    root = any(step.verb == "certificate.self-sign" for step in plan.script.steps)
    wanted = {RoleKind.CONTROL, RoleKind.EXTERNAL} if root else {RoleKind.CONTROL}
    if not wanted <= kinds or len(set(signers)) != len(signers):
        yield error(
            "SCRIPT-REPORT-01",
            plan.place("report-signers"),
            "The report needs the signature of the role responsible for security"
            + (" and, for a root, of somebody independent." if root else "."),
            "Name the security officer and, for a root, the auditor or notary.",
        )


PEOPLE_RULES: Final[tuple[Callable[[Plan], Iterator[Finding]], ...]] = (
    lint_quorum,
    lint_used_roles,
    lint_external,
    lint_performers,
    lint_separation,
    lint_signatures,
    lint_initials,
    lint_report,
)
"""Every rule of this module."""
