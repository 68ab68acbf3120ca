"""Is what exists already shown to be there before it is used, and of a known issuer.

The steps are walked once, in order. The engine refuses the same in the room; here it is
told before people travel.
"""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from ceremony.check.findings import Finding, error
from ceremony.check.plan import Plan
from ceremony.check.tried import TRIAL_DAY, Tried
from ceremony.engine.earlier import SHOWING
from ceremony.engine.steps.backup import CheckValueParameters
from ceremony.engine.steps.prove import ProveParameters
from ceremony.engine.steps.token import InventoryParameters
from ceremony.errors import InputError
from ceremony.pki.contingency import with_contingency_key
from ceremony.pki.linted import try_order
from ceremony.pki.order import Order, serial_number
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.signer import may_sign
from ceremony.script.key_kind import KeyUse
from ceremony.script.model import Script, Step, Thing, ThingKind


def lint_earlier(plan: Plan) -> Iterator[Finding]:
    """Walk the steps and tell which key is used before it is shown to be there."""
    shown: set[str] = set()
    earlier = _keys(plan.script)
    for step in plan.script.steps:
        yield from _lint_use(plan, step, earlier, shown)
        match plan.parameters(step):
            case ProveParameters(key=key) | CheckValueParameters(key=key):
                shown.add(key)
            case InventoryParameters(token=token):
                shown |= {
                    name
                    for name, thing in earlier.items()
                    if thing.token == token
                    and thing.use is KeyUse.WRAP
                    and thing.public_key
                }
            case _:
                continue


def _keys(script: Script) -> dict[str, Thing]:
    return {
        thing.name: thing
        for thing in script.things
        if thing.is_earlier and thing.kind is ThingKind.KEY
    }


def _lint_use(
    plan: Plan, step: Step, earlier: dict[str, Thing], shown: set[str]
) -> Iterator[Finding]:
    used = {"under": str(step.parameters.get("under", ""))}
    if step.verb not in SHOWING:
        used["key"] = str(step.parameters.get("key", ""))
    for name, key in used.items():
        if key in earlier and key not in shown:
            yield error(
                "SCRIPT-EARLIER-01",
                plan.step_place(step, "with", name),
                f"Step {step.id} uses {key}, which exists already, before anything "
                "shows that it is in its token.",
                "Add a key.prove of a pair, a key.check-value of a secret key, or a "
                "token.inventory for a pair that wraps, before it.",
            )


def try_earlier(plan: Plan, tried: Tried) -> Iterator[Finding]:
    """Try each certificate that exists already, as its issuer's other ones are.

    Args:
        plan: The script.
        tried: What the trial has come to; the certificates are added, each with the
            keys of the script that have its profile and names.
    """
    left = [
        thing
        for thing in plan.script.things
        if thing.sha256
        and thing.kind is ThingKind.CERTIFICATE
        and thing.name in tried.profiles
    ]
    # An issuer may stand below what it has issued; each round tries one more at least.
    while left:
        ready = [thing for thing in left if _is_ready(plan, tried, thing)]
        if not ready:
            break
        for thing in ready:
            yield from _try(plan, tried, thing)
        left = [thing for thing in left if thing not in ready]
    for thing in left:
        yield error(
            "SCRIPT-EARLIER-02",
            plan.place("things", thing.name),
            f"The certificate {thing.name} is signed by {_signed_by(tried, thing)}, "
            "and no certificate of that profile, or of one that takes its place, "
            "exists already in the script.",
            "Add the certificate of its issuer under things, with its sha256.",
        )


def _signed_by(tried: Tried, thing: Thing) -> str:
    return tried.profiles[thing.name].signed_by


def _is_ready(plan: Plan, tried: Tried, thing: Thing) -> bool:
    profile = tried.profiles[thing.name]
    return profile.is_self_signed or bool(_chain_above(plan, tried, profile))


def _chain_above(
    plan: Plan, tried: Tried, profile: CertificateProfile
) -> tuple[x509.Certificate, ...]:
    """Give the chain of a profile's issuer; empty where it was not tried yet.

    That of the profile which is named comes before one that takes its place.
    """
    named = profile.signed_by
    for holder in (named, *tried.issuers):
        if holder in tried.issuers and may_sign(plan.script, named, holder):
            return tried.issuers[holder]
    return ()


def _try(plan: Plan, tried: Tried, thing: Thing) -> Iterator[Finding]:
    profile = tried.profiles[thing.name]
    above = () if profile.is_self_signed else _chain_above(plan, tried, profile)
    serial = serial_number(bytes(profile.serial_octets))
    given = with_contingency_key(thing.given)
    order = Order(profile, given, next(iter(above), None), TRIAL_DAY, serial)
    try:
        made, _ = try_order(order)
    except InputError as unfit:
        yield error(
            "SCRIPT-EARLIER-03",
            plan.place("things", thing.name),
            f"The certificate {thing.name} cannot be one of the profile "
            f"{profile.name}: {unfit}",
            unfit.remedy,
        )
        return
    chain = (made, *above)
    tried.issuers[profile.name] = chain
    for key in _certified(plan.script, thing):
        tried.certificates[key.name] = made
        tried.chains[key.name] = chain


def _certified(script: Script, certificate: Thing) -> list[Thing]:
    """Give the keys that a certificate can be one of: of one profile and name.

    A key that is made here has none yet, whoever had its name before.
    """
    told = (certificate.profile, certificate.given)
    return [
        thing
        for thing in _keys(script).values()
        if (thing.profile, thing.given) == told
    ]
