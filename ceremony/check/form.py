"""Is the form right: verbs known, parameters as the verb takes them, names resolved.

Only a script of right form can be looked at by the rules of ``check.rules`` and
walked through by ``check.room``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from ceremony.canonical import Json
from ceremony.check.earlier_form import earlier_fault
from ceremony.check.findings import Finding, error
from ceremony.check.key_form import key_fault
from ceremony.check.plan import Plan
from ceremony.engine.steps import KINDS
from ceremony.errors import Place
from ceremony.people.attestation import Meaning
from ceremony.script.model import Step, Thing, ThingKind
from ceremony.script.near_word import ask_for, nearest

SIGNING_VERBS: Final = ("sign-in", "sign-out")
ROUTES: Final = ("auditor", "recording")
_OF_A_PROFILE: Final = (
    ThingKind.CERTIFICATE,
    ThingKind.CRL,
    ThingKind.REQUESTS,
)
_TYPES: Final = {
    "str": (str, "a text"),
    "int": (int, "a whole number"),
    "bool": (bool, "true or false"),
    "tuple[str, ...]": (list, "a list of texts"),
}


def lint_form(plan: Plan) -> Iterator[Finding]:
    """Find everything that is wrong with the form of a script."""
    yield from _lint_roles(plan)
    yield from _lint_things(plan)
    if plan.script.witness_route not in ROUTES:
        yield error(
            "SCRIPT-ROUTE-01",
            plan.place("witness-route"),
            f"The witness route {plan.script.witness_route!r} is not known.",
            "Give auditor or recording.",
        )
    for step in plan.script.steps:
        yield from _lint_step(plan, step)


def _lint_roles(plan: Plan) -> Iterator[Finding]:
    script = plan.script
    named: list[tuple[str, Place]] = [
        (script.quorum.role, plan.place("quorum", "role"))
    ]
    for number, pair in enumerate(script.separate):
        named += [
            (role, plan.place("separate", number, side))
            for side, role in enumerate(pair)
        ]
    named += [
        (item.role, plan.place("expected-later", number, "role"))
        for number, item in enumerate(script.expected_items)
    ]
    named += [
        (role, plan.place("report-signers", number))
        for number, role in enumerate(script.report_signers)
    ]
    for number, act in enumerate(script.acts):
        named.append((act.reader, plan.place("acts", number, "reader")))
    for step in script.steps:
        named.append((step.by, plan.step_place(step, "by")))
        named += [
            (role, plan.step_place(step, "initials", number))
            for number, role in enumerate(step.initials)
        ]
    known = [demand.role for demand in script.roles]
    for role, place in named:
        if role not in known:
            yield error(
                "SCRIPT-ROLE-01",
                place,
                f"The script names no role {role!r}{_meant(role, known)}",
                "Correct the role, or add it under roles.",
            )


def _lint_things(plan: Plan) -> Iterator[Finding]:
    for thing in plan.script.things:
        why = _thing_fault(plan, thing)
        if why:
            yield error(
                "SCRIPT-THING-01",
                plan.place("things", thing.name),
                f"The {thing.kind.value} {thing.name} {why}.",
                "Complete or correct the entry under things.",
            )


def _thing_fault(plan: Plan, thing: Thing) -> str:  # noqa: PLR0911  one return a fault
    is_key = thing.kind is ThingKind.KEY
    token = plan.thing(thing.token)
    if is_key and (token is None or token.kind is not ThingKind.TOKEN):
        return "does not name the token it lives in"
    if thing.token and not is_key:
        return "names a token, and only a key lives in one"
    if is_key:
        return key_fault(plan.script, thing)
    if misplaced := earlier_fault(thing):
        return misplaced
    by_request = thing.kind in (ThingKind.CERTIFICATES, ThingKind.REQUEST)
    wrong = _of_requests_fault(thing) if by_request else _profile_fault(thing)
    if wrong:
        return wrong
    kind = (thing.algorithm, thing.use, thing.copies, thing.check_value)
    if any(kind) or thing.trusted:
        return "has what only a key has: algorithm, use, copies, check-value or trusted"
    if thing.copy_of:
        return "is a copy, and only a key is restored as one"
    return ""


def _profile_fault(thing: Thing) -> str:
    """Say what is wrong with the profile and names of what is no key."""
    if thing.kind not in _OF_A_PROFILE:
        named = thing.profile or thing.given
        wrong = "has a profile or a common name, and is neither key nor certificate"
        return wrong if named else ""
    if not thing.profile and not (thing.is_brought and not thing.given):
        return "lacks its profile"
    if thing.given and thing.kind is not ThingKind.CERTIFICATE:
        return "has a common name or values, and is named by its issuer"
    return ""


def _of_requests_fault(thing: Thing) -> str:
    """Say what is wrong with the profile of what a request gives its names."""
    if thing.kind is ThingKind.REQUEST:
        return "has a common name or values, and gives its own" if thing.given else ""
    if not thing.profile:
        return "lacks its profile"
    named = "has a common name, and each request gives its own"
    return named if thing.common_name else ""


def _lint_step(plan: Plan, step: Step) -> Iterator[Finding]:
    kind = KINDS.get(step.verb)
    if kind is None:
        yield error(
            "SCRIPT-VERB-01",
            plan.step_place(step, "verb"),
            f"There is no verb {step.verb!r}{_meant(step.verb, KINDS)}",
            "Use a verb of the specification.",
        )
        return
    yield from _lint_meaning(plan, step)
    fields = {
        field.name.replace("_", "-"): field
        for field in dataclasses.fields(kind.parameters)
    }
    for name in step.parameters:
        if name not in fields:
            yield error(
                "SCRIPT-WITH-01",
                plan.step_place(step, "with", name),
                f"{step.verb} takes no {name!r}{_meant(name, fields)}",
                "Correct the name, or take it out.",
            )
    for name, field in fields.items():
        if name in step.parameters:
            yield from _lint_value(plan, step, name, field)
        elif field.default is dataclasses.MISSING:
            yield error(
                "SCRIPT-WITH-02",
                plan.step_place(step, "with"),
                f"{step.verb} needs {name!r}: {field.metadata['doc']}",
                f"Add {name} under with.",
            )


def _lint_meaning(plan: Plan, step: Step) -> Iterator[Finding]:
    attests = step.verb in SIGNING_VERBS
    known = [meaning.value for meaning in Meaning]
    if attests and step.meaning not in known:
        yield error(
            "SCRIPT-MEANING-01",
            plan.step_place(step, "meaning"),
            f"Step {step.id} attests, and its meaning {step.meaning!r} is not known.",
            f"Give one of {', '.join(known)}.",
        )
    if step.meaning == Meaning.DID_NOT_AGREE:
        yield error(
            "SCRIPT-MEANING-03",
            plan.step_place(step, "meaning"),
            f"Step {step.id} asks somebody not to agree.",
            "Give the meaning that the step is for; whoever does not agree says so in "
            "their turn.",
        )
    if not attests and step.meaning:
        yield error(
            "SCRIPT-MEANING-02",
            plan.step_place(step, "meaning"),
            f"Step {step.id} attests to nothing, and has a meaning.",
            "Take the meaning out, or let the person sign in a step of its own.",
        )


def _lint_value(
    plan: Plan,
    step: Step,
    name: str,
    field: dataclasses.Field[Any],
) -> Iterator[Finding]:
    value = step.parameters[name]
    place = plan.step_place(step, "with", name)
    wanted, words = _TYPES[str(field.type)]
    if type(value) is not wanted:
        yield error(
            "SCRIPT-WITH-03", place, f"{name} has to be {words}.", "Give such a value."
        )
        return
    choices = field.metadata["choices"]
    if choices and value not in choices:
        yield error(
            "SCRIPT-WITH-04",
            place,
            f"{name} is {value!r}, and not one of {', '.join(choices)}.",
            "Give one of these values.",
        )
    yield from _lint_references(plan, place, field.metadata["refers"], _texts(value))


def _texts(value: Json) -> Iterable[str]:
    if isinstance(value, list):
        return [str(item) for item in value]
    return [value] if isinstance(value, str) else []


def _lint_references(
    plan: Plan, place: Place, refers: str, names: Iterable[str]
) -> Iterator[Finding]:
    if not refers:
        return
    things = {thing.name: thing.kind.value for thing in plan.script.things}
    roles = [str(demand.role) for demand in plan.script.roles]
    for name in names:
        if refers == "role":
            if name not in roles:
                yield error(
                    "SCRIPT-REFERENCE-01",
                    place,
                    f"The script names no role {name!r}{_meant(name, roles)}",
                    "Name a role of the script.",
                )
        elif name not in things:
            yield error(
                "SCRIPT-REFERENCE-02",
                place,
                f"The script names no thing {name!r}{_meant(name, things)}",
                "Name a thing of the script, or add it under things.",
            )
        elif refers != "thing" and things[name] not in refers.split(" or "):
            yield error(
                "SCRIPT-REFERENCE-03",
                place,
                f"{name} is a {things[name]}, and a {refers} is needed here.",
                f"Name a {refers}.",
            )


def _meant(word: str, known: Collection[str]) -> str:
    """End the sentence that refuses a word: ask for the nearest, where one is near."""
    return ask_for(nearest(word, known))
