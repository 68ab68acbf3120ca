"""Is every backup shown to be one before anybody relies on it?

The steps are walked once, in order: what was wrapped under which key, which copy was
restored, and what has shown that it is equal to its original. The engine refuses the
same in the room; here it is told before people travel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ceremony.check.findings import Finding, error, warning
from ceremony.check.made import made_before
from ceremony.check.plan import Plan
from ceremony.engine.backup import SHOWING, Backups, is_backed_up
from ceremony.engine.steps.backup import (
    CheckValueParameters,
    UnwrapParameters,
    WrapParameters,
)
from ceremony.engine.steps.key import GenerateParameters
from ceremony.engine.zeroise import ends_the_last, keys_ended
from ceremony.script.key_kind import KeyCopies, KeyUse, WrapBy
from ceremony.script.model import Script, Step


@dataclass(slots=True)
class _Backups:
    """What the walk has seen so far.

    Attributes:
        wrapped: By key, what it was wrapped under, with the first step that did.
        restored: Copies that are in their token, with the step that restored them.
        valued: Secret keys whose check value was found.
        equal: Copies that were shown equal to their originals.
        made: Keys that came into their token, made or restored.
        gone: Keys and copies that were destroyed.
    """

    wrapped: dict[str, set[str]] = field(default_factory=dict)
    first: dict[str, Step] = field(default_factory=dict)
    restored: dict[str, Step] = field(default_factory=dict)
    valued: set[str] = field(default_factory=set)
    equal: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)


def lint_backup(plan: Plan) -> Iterator[Finding]:
    """Walk the steps and tell what is no backup, or is relied on too early."""
    seen = _Backups(made=made_before(plan.script).keys)
    for step in plan.script.steps:
        yield from _lint_reliance(plan, seen, step)
        match plan.parameters(step):
            case GenerateParameters() as told:
                seen.made.add(told.key)
            case WrapParameters() as told:
                yield from _wrap(plan, seen, step, told)
            case UnwrapParameters() as told:
                yield from _unwrap(plan, seen, step, told)
            case CheckValueParameters() as told:
                yield from _check_value(plan, seen, step, told.key)
            case _:
                continue
    yield from _left_over(plan, seen)


def _lint_reliance(plan: Plan, seen: _Backups, step: Step) -> Iterator[Finding]:
    key = str(step.parameters.get("key", ""))
    used = [("under", str(step.parameters.get("under", "")))]
    if step.verb not in SHOWING:
        used.append(("key", key))
    for name, thing in used:
        if thing in seen.restored and thing not in seen.equal:
            yield error(
                "SCRIPT-BACKUP-06",
                plan.step_place(step, "with", name),
                f"Step {step.id} uses {thing} before it is shown to be equal to its "
                "original.",
                "Add a key.check-value of the original and of the copy before it.",
            )
    ended = [name for name in keys_ended(plan.script, step) if name in seen.made]
    seen.gone.update(ended)
    gone = () if ends_the_last(step) else seen.gone
    known = Backups(seen.wrapped, seen.equal, gone)
    for name in ended:
        if not is_backed_up(plan.script, known, name):
            yield error(
                "SCRIPT-BACKUP-07",
                plan.step_place(step, "with"),
                f"Step {step.id} destroys {name}, and not every copy of it is shown to "
                "be equal by then, or none of them is left.",
                "Restore every copy and show it equal before, and keep one of them, or "
                "say last: true.",
            )


def _wrap(
    plan: Plan, seen: _Backups, step: Step, told: WrapParameters
) -> Iterator[Finding]:
    if not plan.script.key_kind(told.key).copies.may_leave:
        yield error(
            "SCRIPT-BACKUP-01",
            plan.step_place(step, "with", "key"),
            f"Step {step.id} wraps {told.key}, which may never leave its token.",
            "Give the key copies: wrapped, or do not wrap it.",
        )
        return
    if why := _wrap_fault(plan.script, told):
        yield error(
            "SCRIPT-BACKUP-02",
            plan.step_place(step, "with", "under"),
            f"Step {step.id} cannot wrap {told.key} so: {why}.",
            "Name a wrapping key, and a method that goes with both keys.",
        )
    seen.first.setdefault(told.key, step)
    seen.wrapped.setdefault(told.key, set()).add(told.under)


def _wrap_fault(script: Script, told: WrapParameters) -> str:  # noqa: PLR0911  one return a fault
    key, under = script.key_kind(told.key), script.key_kind(told.under)
    method = WrapBy(told.method)
    same_token = script.thing(told.key).token == script.thing(told.under).token
    if under.use is not KeyUse.WRAP:
        return f"{told.under} is not made to wrap"
    by_trusted = key.copies is KeyCopies.WRAPPED_BY_TRUSTED
    if by_trusted and not (under.trusted and same_token):
        return f"{told.under} is no trusted key of its token"
    if method.is_rsa == under.algorithm.is_secret:
        return f"{method} does not go with {told.under}, which is {under.algorithm}"
    if not key.algorithm.is_secret and method is not WrapBy.AES_KWP:
        return f"a pair is wrapped by {WrapBy.AES_KWP.value} only"
    if under.algorithm.is_secret and not same_token:
        return f"{told.under} is a secret key of another token"
    return ""


def _unwrap(
    plan: Plan, seen: _Backups, step: Step, told: UnwrapParameters
) -> Iterator[Finding]:
    copy, under = plan.script.thing(told.key), plan.script.thing(told.under)
    # Under which key an earlier ceremony has wrapped it, the site's journal knows.
    wrapped_before = bool(copy.copy_of) and plan.script.thing(copy.copy_of).is_earlier
    wrapped = seen.wrapped.get(copy.copy_of, set())
    if (
        not copy.copy_of
        or under.token != copy.token
        or not (wrapped & {told.under, under.copy_of} or wrapped_before)
    ):
        yield error(
            "SCRIPT-BACKUP-03",
            plan.step_place(step, "with", "under"),
            f"Step {step.id} restores {told.key} by {told.under}, and nothing was "
            "wrapped for that before.",
            "Name a copy, and a key of its token that its original was wrapped under.",
        )
        # What follows from this is not told again.
        seen.equal.add(told.key)
    seen.made.add(told.key)
    seen.restored[told.key] = step
    if not plan.script.key_kind(told.key).algorithm.is_secret:
        # A pair proves itself as it is restored.
        seen.equal.add(told.key)


def _check_value(
    plan: Plan, seen: _Backups, step: Step, name: str
) -> Iterator[Finding]:
    place = plan.step_place(step, "with", "key")
    if not plan.script.key_kind(name).algorithm.is_secret:
        yield error(
            "SCRIPT-BACKUP-04",
            place,
            f"Step {step.id} finds a check value of {name}, which is a pair.",
            "Name a secret key; a restored pair proves itself.",
        )
        return
    original = plan.script.thing(name).copy_of
    if original and original not in seen.valued:
        yield error(
            "SCRIPT-BACKUP-05",
            place,
            f"Step {step.id} has no check value of {original} to compare with.",
            "Add a key.check-value of the original before it.",
        )
    seen.valued.add(name)
    if original:
        seen.equal.add(name)


def _left_over(plan: Plan, seen: _Backups) -> Iterator[Finding]:
    for name, step in seen.restored.items():
        if name not in seen.equal:
            yield error(
                "SCRIPT-BACKUP-08",
                plan.step_place(step),
                f"Nobody shows that {name}, restored in step {step.id}, is equal to "
                "its original.",
                "Add a key.check-value of the original and of the copy.",
            )
    for name, step in seen.first.items():
        if not any(copy in seen.restored for copy in plan.script.copies_of(name)):
            yield warning(
                "SCRIPT-BACKUP-09",
                plan.step_place(step),
                f"{name} is wrapped in step {step.id} and restored nowhere: whether "
                "it can be is not known.",
                "Add a copy in another token and a key.unwrap of it.",
            )
