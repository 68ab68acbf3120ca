"""Is everything made before it is used: tokens, keys, requests, certificates.

The steps are walked once, in order; what each makes and needs is compared with what
has been made by then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ceremony.check.findings import Finding, error, warning
from ceremony.check.plan import Plan
from ceremony.engine.steps.backup import (
    CheckValueParameters,
    UnwrapParameters,
    WrapParameters,
)
from ceremony.engine.steps.certificate import IssueParameters, SelfSignParameters
from ceremony.engine.steps.check import (
    FINGERPRINT,
    PUBLIC_KEY,
    SCRIPT_DIGEST,
    CheckParameters,
)
from ceremony.engine.steps.csr import RequestParameters
from ceremony.engine.steps.destroy import DestroyParameters
from ceremony.engine.steps.key import GenerateParameters
from ceremony.engine.steps.manual import ManualParameters
from ceremony.engine.steps.pin import USER, ChangePinParameters
from ceremony.engine.steps.prove import ProveParameters
from ceremony.engine.steps.token import InitialiseParameters, InventoryParameters
from ceremony.errors import Place
from ceremony.script.model import Step, Thing, ThingKind

_MADE_ONCE: Final = "Take the second step out, or name another thing."
_MAKE_FIRST: Final = "Put the step that makes it before this one."
_PUBLISHED_WORDS: Final = 32


@dataclass(slots=True)
class _Made:
    """What the walk has seen so far.

    Attributes:
        tokens: Tokens that were initialised.
        listed: Tokens whose inventory was the last thing done to them.
        keys: Keys that were generated; likewise ``requests`` with their keys.
        destroyed: Keys that were destroyed, with the step that did it.
        pins: Whose PIN of which token was changed.
        unlisted: Tokens with the step that made or destroyed a key, or acted by hand,
            and no inventory since.
        read: What was read back, with the number of words.
    """

    tokens: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    requests: dict[str, str] = field(default_factory=dict)
    certificates: dict[str, Step] = field(default_factory=dict)
    destroyed: dict[str, Step] = field(default_factory=dict)
    pins: set[tuple[str, str]] = field(default_factory=set)
    unlisted: dict[str, Step] = field(default_factory=dict)
    read: dict[tuple[str, str], int] = field(default_factory=dict)


def lint_making(plan: Plan) -> Iterator[Finding]:
    """Walk the steps and tell what is used before it is made, or made twice."""
    made = _Made()
    for step in plan.script.steps:
        yield from _lint_keys(plan, made, step)
        yield from _lint_copies(plan, made, step)
        yield from _lint_certificates(plan, made, step)
        yield from _lint_by_hand(plan, made, step)
    yield from _left_over(plan, made)


def _lint_keys(plan: Plan, made: _Made, step: Step) -> Iterator[Finding]:
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
            yield from _needs_key(plan, made, step, told.key)
        case DestroyParameters() as told:
            yield from _destroy(plan, made, step, told.key)
        case CheckParameters() as told:
            yield from _read_back(plan, made, step, told)
        case _:
            return


def _lint_copies(plan: Plan, made: _Made, step: Step) -> Iterator[Finding]:
    match plan.parameters(step):
        case WrapParameters() as told:
            yield from _needs_key(plan, made, step, told.key)
            yield from _needs_key(plan, made, step, told.under, "under")
        case UnwrapParameters() as told:
            yield from _needs_key(plan, made, step, told.under, "under")
            yield from _generate(plan, made, step, told.key)
        case CheckValueParameters() as told:
            yield from _needs_key(plan, made, step, told.key)
        case _:
            return


def _lint_certificates(plan: Plan, made: _Made, step: Step) -> Iterator[Finding]:
    match plan.parameters(step):
        case RequestParameters() as told:
            yield from _request(plan, made, step, told)
        case SelfSignParameters() as told:
            yield from _certify(plan, made, step, told.key, told.certificate)
            yield from _same_profile(plan, step, told.key, told.certificate)
        case IssueParameters() as told:
            yield from _issue(plan, made, step, told)
        case _:
            return


def _initialise(plan: Plan, made: _Made, step: Step, token: str) -> Iterator[Finding]:
    if token in made.tokens:
        yield error(
            "SCRIPT-KEY-05",
            plan.step_place(step, "with", "token"),
            f"Step {step.id} initialises {token} a second time, which wipes it.",
            "Initialise each token once.",
        )
    made.tokens.add(token)
    made.listed.discard(token)


def _change_pin(
    plan: Plan, made: _Made, step: Step, told: ChangePinParameters
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


def _generate(plan: Plan, made: _Made, step: Step, key: str) -> Iterator[Finding]:
    token = _thing(plan, key).token
    place = plan.step_place(step, "with", "key")
    if key in made.keys:
        yield error(
            "SCRIPT-KEY-04", place, f"{key} is generated a second time.", _MADE_ONCE
        )
    if token not in made.tokens:
        yield error(
            "SCRIPT-KEY-02",
            place,
            f"Step {step.id} makes a key in {token}, which was not initialised.",
            "Initialise the token in an earlier act.",
        )
    yield from _listed_before(made, place, step, token)
    made.keys.add(key)
    made.listed.discard(token)
    made.unlisted[token] = step


def _destroy(plan: Plan, made: _Made, step: Step, key: str) -> Iterator[Finding]:
    token = _thing(plan, key).token
    yield from _needs_key(plan, made, step, key)
    yield from _listed_before(made, plan.step_place(step, "with", "key"), step, token)
    made.destroyed[key] = step
    made.listed.discard(token)
    made.unlisted[token] = step


def _lint_by_hand(plan: Plan, made: _Made, step: Step) -> Iterator[Finding]:
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
    made.unlisted[device] = step


def _listed_before(
    made: _Made, place: Place, step: Step, token: str
) -> Iterator[Finding]:
    if token not in made.listed:
        yield error(
            "SCRIPT-KEY-03",
            place,
            f"Nobody has listed what is in {token} right before step {step.id}.",
            "Add a token.inventory before it.",
        )


def _request(
    plan: Plan, made: _Made, step: Step, told: RequestParameters
) -> Iterator[Finding]:
    yield from _needs_key(plan, made, step, told.key)
    yield from _needs_profile(plan, step, told.key)
    if told.request in made.requests:
        yield error(
            "SCRIPT-CERT-03",
            plan.step_place(step, "with", "request"),
            f"{told.request} is made a second time.",
            _MADE_ONCE,
        )
    made.requests[told.request] = told.key


def _issue(
    plan: Plan, made: _Made, step: Step, told: IssueParameters
) -> Iterator[Finding]:
    if told.request not in made.requests:
        yield error(
            "SCRIPT-CERT-01",
            plan.step_place(step, "with", "request"),
            f"Step {step.id} answers {told.request}, which was not made before.",
            _MAKE_FIRST,
        )
    else:
        yield from _same_profile(
            plan, step, made.requests[told.request], told.certificate
        )
        if made.requests[told.request] == told.key:
            yield error(
                "SCRIPT-CERT-04",
                plan.step_place(step, "with", "key"),
                f"In step {step.id} the key {told.key} answers its own request.",
                "Let the issuer's key sign, or self-sign without a request.",
            )
    yield from _certify(plan, made, step, told.key, told.certificate)


def _certify(
    plan: Plan, made: _Made, step: Step, key: str, certificate: str
) -> Iterator[Finding]:
    yield from _needs_key(plan, made, step, key)
    yield from _needs_profile(plan, step, key)
    if certificate in made.certificates:
        yield error(
            "SCRIPT-CERT-02",
            plan.step_place(step, "with", "certificate"),
            f"{certificate} is made a second time.",
            _MADE_ONCE,
        )
    made.certificates[certificate] = step


def _same_profile(
    plan: Plan, step: Step, key: str, certificate: str
) -> Iterator[Finding]:
    holder, made = _thing(plan, key), _thing(plan, certificate)
    if not holder.profile:
        return
    if (holder.profile, holder.given) != (made.profile, made.given):
        yield error(
            "SCRIPT-CERT-05",
            plan.step_place(step, "with", "certificate"),
            f"{certificate} has another profile, common name or values than {key}.",
            "Give key and certificate the same profile, common name and values.",
        )


def _needs_key(
    plan: Plan, made: _Made, step: Step, key: str, name: str = "key"
) -> Iterator[Finding]:
    if key not in made.keys:
        yield error(
            "SCRIPT-KEY-01",
            plan.step_place(step, "with", name),
            f"Step {step.id} uses {key}, which has not been generated before.",
            _MAKE_FIRST,
        )
    if key in made.destroyed:
        yield error(
            "SCRIPT-KEY-07",
            plan.step_place(step, "with", "key"),
            f"Step {step.id} uses {key}, which step {made.destroyed[key].id} has "
            "destroyed.",
            "Put this step before that one, or take it out.",
        )


def _needs_profile(plan: Plan, step: Step, key: str) -> Iterator[Finding]:
    if not _thing(plan, key).profile:
        yield error(
            "SCRIPT-CERT-06",
            plan.step_place(step, "with", "key"),
            f"Step {step.id} uses {key} for a certificate, and the key has no profile.",
            "Give the key a profile and a common name, or name another key.",
        )


def _read_back(
    plan: Plan, made: _Made, step: Step, told: CheckParameters
) -> Iterator[Finding]:
    exists = {
        FINGERPRINT: told.subject in made.certificates,
        PUBLIC_KEY: told.subject in made.keys and _is_pair(plan, told.subject),
        SCRIPT_DIGEST: told.subject == "",
    }[told.what]
    if not exists:
        yield error(
            "SCRIPT-CHECK-05",
            plan.step_place(step, "with"),
            f"Step {step.id} reads back the {told.what} of "
            f"{told.subject or 'nothing'}, and there is none by then.",
            "Name what was made before: a certificate for its fingerprint, a key for "
            "its public key, and nothing for the script.",
        )
    blind = told.source != "same-device"
    words = told.words if blind else 0
    seen = made.read.get((told.what, told.subject), 0)
    made.read[(told.what, told.subject)] = max(words, seen)


def _left_over(plan: Plan, made: _Made) -> Iterator[Finding]:
    for token, step in made.unlisted.items():
        yield error(
            "SCRIPT-KEY-06",
            plan.step_place(step),
            f"Nobody lists what is in {token} after step {step.id}, which may have "
            "changed it.",
            "Add a token.inventory after it.",
        )
    values = [
        *((FINGERPRINT, name, _PUBLISHED_WORDS) for name in made.certificates),
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
    return _is_pair(plan, key) and not _thing(plan, key).copy_of


def _never_made(thing: Thing, made: _Made) -> bool:
    match thing.kind:
        case ThingKind.KEY:
            return thing.name not in made.keys
        case ThingKind.REQUEST:
            return thing.name not in made.requests
        case ThingKind.CERTIFICATE:
            return thing.name not in made.certificates
        case _:
            return False


def _thing(plan: Plan, name: str) -> Thing:
    """Find a thing that the form's check has found to exist."""
    return plan.script.thing(name)
