"""Is the plan sound: the rules about holds, acts, read-backs, custody and the clock.

Each rule is one small function over a script of right form.

Source: house rules of docs/spec/script-v1.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ceremony.check.findings import Finding, error, warning
from ceremony.check.form import SIGNING_VERBS
from ceremony.check.plan import Plan
from ceremony.engine.steps import KINDS
from ceremony.engine.steps.check import CheckParameters
from ceremony.engine.steps.clock import ClockParameters
from ceremony.engine.steps.custody import CustodyParameters
from ceremony.engine.steps.hold import HoldParameters
from ceremony.engine.steps.manual import DEVICES, ManualParameters
from ceremony.engine.zeroise import zeroised_by
from ceremony.identifiers import RoleKind

IRREVERSIBLE_VERBS: Final = (
    "token.initialise",
    "key.generate",
    "key.wrap",
    "key.destroy",
    "certificate.self-sign",
    "certificate.issue",
    "certificate.cross-sign",
    "crl.issue",
)
_SLACKEST_CLOCK: Final = 3600
_FEWEST_REFERENCES: Final = 2


def lint_irreversible(plan: Plan) -> Iterator[Finding]:
    """What cannot be undone says so, and comes after a hold in the same act."""
    for act in plan.script.acts:
        held = False
        for step in act.steps:
            held = held or step.verb == "hold"
            lasting = step.verb in IRREVERSIBLE_VERBS or bool(zeroised_by(step))
            if lasting and not step.irreversible:
                yield error(
                    "SCRIPT-IRREVERSIBLE-01",
                    plan.step_place(step),
                    f"Step {step.id} cannot be undone, and the script does not say so.",
                    "Add irreversible: true.",
                )
            if step.irreversible and not held:
                yield error(
                    "SCRIPT-IRREVERSIBLE-02",
                    plan.step_place(step),
                    f"No hold of act {act.id} comes before step {step.id}, which "
                    "cannot be undone.",
                    "Add a hold before it.",
                )


def lint_holds(plan: Plan) -> Iterator[Finding]:
    """A hold asks the role that makes the quorum, and nobody twice."""
    for step, told in plan.steps_with(HoldParameters):
        if plan.script.quorum.role not in told.roles or len(set(told.roles)) != len(
            told.roles
        ):
            yield error(
                "SCRIPT-HOLD-01",
                plan.step_place(step, "with", "roles"),
                f"The hold {step.id} leaves out {plan.script.quorum.role}, or calls "
                "somebody twice.",
                "Call the role of the quorum and every other role once.",
            )


def lint_acts(plan: Plan) -> Iterator[Finding]:
    """An act ends with act-end; only people's own turns may follow it."""
    for number, act in enumerate(plan.script.acts):
        verbs = [step.verb for step in act.steps]
        while verbs and verbs[-1] in SIGNING_VERBS:
            verbs.pop()
        if verbs.count("act-end") != 1 or verbs[-1] != "act-end":
            yield error(
                "SCRIPT-ACT-01",
                plan.place("acts", number),
                f"Act {act.id} does not end with one act-end.",
                "Let act-end be its last step, before any sign-out.",
            )


def lint_readbacks(plan: Plan) -> Iterator[Finding]:
    """A read-back has two people, rows of four words, and a source that proves."""
    for step, told in plan.steps_with(CheckParameters):
        if told.words % 4 or not 4 <= told.words <= 32:  # noqa: PLR2004  words of a digest, in rows of four
            yield error(
                "SCRIPT-CHECK-02",
                plan.step_place(step, "with", "words"),
                f"Step {step.id} reads {told.words} words.",
                "Read 4 to 32 words, in rows of four.",
            )
        if told.reader == told.typist:
            yield error(
                "SCRIPT-CHECK-03",
                plan.step_place(step, "with", "typist"),
                f"In step {step.id} one role reads and types.",
                "Let another role type without seeing the value.",
            )
        if told.source == "same-device":
            yield warning(
                "SCRIPT-CHECK-04",
                plan.step_place(step, "with", "source"),
                f"Step {step.id} reads from the device it is typed on, which proves "
                "only that paper and screen agree.",
                "Let the value be read from the projector, a print or a publication.",
            )


def lint_custody(plan: Plan) -> Iterator[Finding]:
    """What changes hands goes from one person to another, neither of them external."""
    for step, told in plan.steps_with(CustodyParameters):
        external = RoleKind.EXTERNAL in (
            plan.kind_of(told.giver),
            plan.kind_of(told.taker),
        )
        if told.giver == told.taker or external:
            yield error(
                "SCRIPT-CUSTODY-01",
                plan.step_place(step, "with"),
                f"In step {step.id} nothing changes hands between two people who may "
                "hold it.",
                "Name two different control or witness roles as giver and taker.",
            )


def lint_manual(plan: Plan) -> Iterator[Finding]:
    """An act by hand has a device, expected values, and somebody else who checks."""
    for step, told in plan.steps_with(ManualParameters):
        names = told.readings
        if (
            not names
            or len(set(names)) != len(names)
            or len(names) != len(told.expected)
        ):
            yield error(
                "SCRIPT-MANUAL-01",
                plan.step_place(step, "with", "expected"),
                f"Step {step.id} has not one expected value for each reading, or names "
                "a reading twice.",
                "Name each reading once, and give the value that it is to have.",
            )
        external = plan.kind_of(told.checker) is RoleKind.EXTERNAL
        if told.checker == step.by or external:
            yield error(
                "SCRIPT-MANUAL-02",
                plan.step_place(step, "with", "checker"),
                f"Step {step.id} is not checked by another control or witness role "
                "than the one that performs it.",
                "Let another role check, and no external one.",
            )
        if plan.script.thing(told.device).kind not in DEVICES:
            yield error(
                "SCRIPT-MANUAL-03",
                plan.step_place(step, "with", "device"),
                f"In step {step.id} {told.device} is no device.",
                "Name a token or a piece of equipment.",
            )


def lint_device_quorum(plan: Plan) -> Iterator[Finding]:
    """The device's own quorum is of credentials that as many people hold."""
    for step, told in plan.steps_with(ManualParameters):
        names = told.credentials
        if not (names or told.need or told.holders):
            continue
        place = plan.step_place(step, "with")
        if (
            not told.holders
            or len(set(names)) != len(names)
            or not 1 <= told.need <= len(names)
        ):
            yield error(
                "SCRIPT-CARDS-01",
                place,
                f"Step {step.id} does not say of the device's quorum how many of which "
                "credentials it asks for, or who holds them.",
                "Name each credential once, how many of them are needed, and the role "
                "that holds them.",
            )
        elif plan.count_of(told.holders) < told.need:
            yield error(
                "SCRIPT-CARDS-02",
                place,
                f"In step {step.id} the device asks for {told.need} credentials, each "
                f"from somebody else; of the role {told.holders} the script counts "
                f"{plan.count_of(told.holders)}.",
                "Name the role that holds them, or correct its count.",
            )


def lint_clock(plan: Plan) -> Iterator[Finding]:
    """The clock is compared with two references before a token is used."""
    gates = list(plan.steps_with(ClockParameters))
    for step, told in gates:
        if (
            len(set(told.references)) < _FEWEST_REFERENCES
            or len(told.references) != len(told.readers)
            or not 1 <= told.tolerance_seconds <= _SLACKEST_CLOCK
        ):
            yield error(
                "SCRIPT-CLOCK-01",
                plan.step_place(step, "with"),
                f"Step {step.id} needs two different references, a reader for each, "
                "and a tolerance from 1 to 3600 seconds.",
                "Complete the references and the readers.",
            )
    steps = plan.script.steps
    device = [at for at, step in enumerate(steps) if KINDS[step.verb].device]
    gate = [at for at, step in enumerate(steps) if step.verb == "clock"]
    if device and (not gate or gate[0] > device[0]):
        yield warning(
            "SCRIPT-CLOCK-02",
            plan.step_place(steps[device[0]]),
            "A token is used before the clock has been compared.",
            "Add a clock step before the first use of a token.",
        )


STEP_RULES: Final[tuple[Callable[[Plan], Iterator[Finding]], ...]] = (
    lint_irreversible,
    lint_holds,
    lint_acts,
    lint_readbacks,
    lint_custody,
    lint_manual,
    lint_device_quorum,
    lint_clock,
)
"""Every rule of this module."""
