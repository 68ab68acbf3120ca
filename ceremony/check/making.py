"""Is everything made before it is used, and everything read back that was made.

The steps are walked once, in order; what each makes and needs is compared with what
has been made by then.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final

from ceremony.check.findings import Finding, error, warning
from ceremony.check.issuing import lint_issuing
from ceremony.check.made import MADE_ONCE, Made, made_before, needs_key
from ceremony.check.plan import Plan
from ceremony.engine.steps.backup import (
    CheckValueParameters,
    UnwrapParameters,
    WrapParameters,
)
from ceremony.engine.steps.check import (
    FINGERPRINT,
    PUBLIC_KEY,
    REVOCATION_LIST,
    SCRIPT_DIGEST,
    CheckParameters,
)
from ceremony.engine.steps.contingency import WrapPublicParameters
from ceremony.engine.steps.destroy import DestroyParameters
from ceremony.engine.steps.key import GenerateParameters
from ceremony.engine.steps.manual import ManualParameters
from ceremony.engine.steps.pin import USER, WHOSE, ChangePinParameters
from ceremony.engine.steps.prove import ProveParameters
from ceremony.engine.steps.token import InitialiseParameters, InventoryParameters
from ceremony.engine.zeroise import keys_ended
from ceremony.errors import Place
from ceremony.script.model import Step, Thing, ThingKind

_PUBLISHED_WORDS: Final = 32


def lint_making(plan: Plan) -> Iterator[Finding]:
    """Walk the steps and tell what is used before it is made, or made twice."""
    made = made_before(plan.script)
    for step in plan.script.steps:
        yield from _lint_keys(plan, made, step)
        yield from _lint_copies(plan, made, step)
        yield from lint_issuing(plan, made, step)
        yield from _lint_by_hand(plan, made, step)
    yield from _left_over(plan, made)


def _lint_keys(plan: Plan, made: Made, step: Step) -> Iterator[Finding]:
    match plan.parameters(step):
        case InitialiseParameters() as told:
            yield from _initialise(plan, made, step, told.token)
        case InventoryParameters() as told:
            made.listed.add(told.token)
            made.unlisted.pop(told.token, None)
        case ChangePinParameters() as told:
            yield from _change_pin(plan, made, step, told)
        case GenerateParameters() as told:
            yield from _generate(plan, made, step, told.key)
        case ProveParameters() as told:
            yield from needs_key(plan, made, step, told.key)
        case DestroyParameters() as told:
            yield from _destroy(plan, made, step, told.key)
        case CheckParameters() as told:
            yield from _read_back(plan, made, step, told)
        case _:
            return


def _lint_copies(plan: Plan, made: Made, step: Step) -> Iterator[Finding]:
    match plan.parameters(step):
        case (WrapParameters() | WrapPublicParameters()) as told:
            yield from needs_key(plan, made, step, told.key)
            yield from needs_key(plan, made, step, told.under, "under")
        case UnwrapParameters() as told:
            yield from needs_key(plan, made, step, told.under, "under")
            yield from _generate(plan, made, step, told.key)
        case CheckValueParameters() as told:
            yield from needs_key(plan, made, step, told.key)
        case _:
            return


def _initialise(plan: Plan, made: Made, step: Step, token: str) -> Iterator[Finding]:
    if token in made.tokens:
        yield error(
            "SCRIPT-KEY-05",
            plan.step_place(step, "with", "token"),
            f"Step {step.id} initialises {token} a second time, or with a key of an "
            "earlier ceremony in it, which wipes it.",
            "Initialise a token before it holds a key, and again only once it was "
            "zeroised.",
        )
    made.tokens.add(token)
    made.listed.discard(token)


def _change_pin(
    plan: Plan, made: Made, step: Step, told: ChangePinParameters
) -> Iterator[Finding]:
    place = plan.step_place(step, "with", "user")
    if (told.token, told.user) in made.pins:
        yield error(
            "SCRIPT-PIN-01",
            place,
            f"Step {step.id} changes the same PIN of {told.token} a second time.",
            "Change each PIN once.",
        )
    if told.user == USER and told.token not in made.tokens:
        yield error(
            "SCRIPT-PIN-02",
            place,
            f"Step {step.id} changes the user PIN of {told.token}, which was not "
            "initialised before.",
            "Initialise the token first, which gives it its user PIN.",
        )
    made.pins.add((told.token, told.user))


def _generate(plan: Plan, made: Made, step: Step, key: str) -> Iterator[Finding]:
    token = _thing(plan, key).token
    place = plan.step_place(step, "with", "key")
    if key in made.keys:
        yield error(
            "SCRIPT-KEY-04", place, f"{key} is generated a second time.", MADE_ONCE
        )
    if token not in made.tokens:
        yield error(
            "SCRIPT-KEY-02",
            place,
            f"Step {step.id} makes a key in {token}, which was not initialised and of "
            "which the script names no key.",
            "Initialise the token in an earlier act, which wipes what is in it; where "
            "keys of earlier ceremonies are to stay, name one of them under things.",
        )
    yield from _listed_before(made, place, step, token)
    made.keys.add(key)
    made.listed.discard(token)
    made.unlisted[token] = step


def _destroy(plan: Plan, made: Made, step: Step, key: str) -> Iterator[Finding]:
    token = _thing(plan, key).token
    yield from needs_key(plan, made, step, key)
    yield from _listed_before(made, plan.step_place(step, "with", "key"), step, token)
    made.destroyed[key] = step
    made.listed.discard(token)
    made.unlisted[token] = step


def _lint_by_hand(plan: Plan, made: Made, step: Step) -> Iterator[Finding]:
    """A token that a module reaches is listed before and after an act by hand."""
    told = plan.parameters(step)
    if not isinstance(told, ManualParameters):
        return
    device = told.device
    if _thing(plan, device).kind is not ThingKind.TOKEN:
        return
    place = plan.step_place(step, "with", "device")
    yield from _listed_before(made, place, step, device)
    made.listed.discard(device)
    if told.zeroises:
        _zeroise(plan, made, step, device)
    else:
        made.unlisted[device] = step


def _zeroise(plan: Plan, made: Made, step: Step, token: str) -> None:
    """Let the keys of a token end, and the token be as it was before the script."""
    for name in keys_ended(plan.script, step):
        if name in made.keys:
            made.destroyed.setdefault(name, step)
    made.tokens.discard(token)
    made.unlisted.pop(token, None)
    made.pins -= {(token, user) for user in WHOSE}


def _listed_before(
    made: Made, place: Place, step: Step, token: str
) -> Iterator[Finding]:
    if token not in made.listed:
        yield error(
            "SCRIPT-KEY-03",
            place,
            f"Nobody has listed what is in {token} right before step {step.id}.",
            "Add a token.inventory before it.",
        )


def _read_back(
    plan: Plan, made: Made, step: Step, told: CheckParameters
) -> Iterator[Finding]:
    exists = {
        FINGERPRINT: told.subject in made.certificates,
        PUBLIC_KEY: told.subject in made.keys and _is_pair(plan, told.subject),
        SCRIPT_DIGEST: told.subject == "",
        REVOCATION_LIST: told.subject in made.crls,
    }[told.what]
    if not exists:
        yield error(
            "SCRIPT-CHECK-05",
            plan.step_place(step, "with"),
            f"Step {step.id} reads back the {told.what} of "
            f"{told.subject or 'nothing'}, and there is none by then.",
            "Name what was made before: a certificate for its fingerprint, a key for "
            "its public key, a revocation list, and nothing for the script.",
        )
    blind = told.source != "same-device"
    words = told.words if blind else 0
    seen = made.read.get((told.what, told.subject), 0)
    made.read[(told.what, told.subject)] = max(words, seen)


def _left_over(plan: Plan, made: Made) -> Iterator[Finding]:
    for token, step in made.unlisted.items():
        yield error(
            "SCRIPT-KEY-06",
            plan.step_place(step),
            f"Nobody lists what is in {token} after step {step.id}, which may have "
            "changed it.",
            "Add a token.inventory after it.",
        )
    values = [
        *(
            (FINGERPRINT, name, _PUBLISHED_WORDS)
            for name in sorted(made.certificates)
            if not _thing(plan, name).is_earlier
        ),
        *((PUBLIC_KEY, name, 4) for name in sorted(made.keys) if _is_new(plan, name)),
    ]
    for what, name, words in values:
        if made.read.get((what, name), 0) < words:
            yield error(
                "SCRIPT-CHECK-01",
                plan.place("things", name),
                f"The {what} of {name} is not read back blind in {words} words.",
                "Add a check whose reader and typist are two people.",
            )
    for thing in plan.script.things:
        if _never_made(thing, made):
            yield warning(
                "SCRIPT-THING-02",
                plan.place("things", thing.name),
                f"No step makes the {thing.kind.value} {thing.name}.",
                "Add the step, or take the thing out.",
            )


def _is_pair(plan: Plan, key: str) -> bool:
    return not plan.script.key_kind(key).algorithm.is_secret


def _is_new(plan: Plan, key: str) -> bool:
    """Tell whether a key has a public key that nobody can have heard before."""
    thing = _thing(plan, key)
    return _is_pair(plan, key) and not (thing.copy_of or thing.is_earlier)


def _never_made(thing: Thing, made: Made) -> bool:
    known: dict[ThingKind, Container[str]] = {
        ThingKind.KEY: made.keys,
        ThingKind.REQUEST: made.requests,
        ThingKind.REQUESTS: made.requests,
        ThingKind.CERTIFICATE: made.certificates,
        ThingKind.CERTIFICATES: made.batches,
        ThingKind.CRL: made.crls,
    }
    return thing.kind in known and thing.name not in known[thing.kind]


def _thing(plan: Plan, name: str) -> Thing:
    """Find a thing that the form's check has found to exist."""
    return plan.script.thing(name)
