"""Would each revocation list of a script come out as its profile says.

A list is tried in the script's order with a stand-in for its issuer's key, on the
certificate that the trial has made for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ceremony.check.findings import Finding, error, warning
from ceremony.check.kept_rules import lint_kept, named, target, warn_of_corrections
from ceremony.check.plan import Plan
from ceremony.check.tried import TRIAL_DAY, Tried, TriedCrl
from ceremony.engine.revocation import Revoked, ZeroSerialError, read_revoked
from ceremony.engine.steps.crl import CrlParameters
from ceremony.engine.succession import is_succeeding
from ceremony.errors import InputError, Place
from ceremony.pki.crl_linted import LintedCrl, lint_crl
from ceremony.pki.crl_order import CrlOrder, Revocation
from ceremony.pki.crl_profile import ANY_CA, CrlProfile, Reason, Scope
from ceremony.pki.fact import KeyUse
from ceremony.pki.script_profile import crl_profile
from ceremony.pki.signer import NAMED_SIGNER, may_sign, signer_fault
from ceremony.script.model import Step, Thing, ThingKind
from ceremony.script.waiver import waivers_on

_FIRST_SERIAL: Final = 1 << 126
"""Of the numbers that stand in a trial for those that do not exist yet."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One step that makes a list, with what stood before it.

    Attributes:
        tried: What the steps before it have come to.
        profile: What the list has to look like.
        before: By key, the last list before it of its own key, and of each other key of
            its CA, as far as the script shows it.
    """

    plan: Plan
    tried: Tried
    step: Step
    told: CrlParameters
    profile: CrlProfile
    before: Mapping[str, TriedCrl]

    def place(self, *path: str | int) -> Place:
        """Find where a parameter of the step stands."""
        return self.plan.step_place(self.step, "with", *path)


def lint_crl_step(
    plan: Plan, tried: Tried, step: Step, told: CrlParameters
) -> Iterator[Finding]:
    """Find what keeps a step from making its list.

    Args:
        plan: The script.
        tried: What the steps before this one have come to; the list is added.
        step: The step.
        told: Its parameters.
    """
    try:
        profile = crl_profile(plan.script, plan.script.thing(told.crl).profile)
    except InputError as unknown:
        yield error(
            "SCRIPT-PROFILE-01",
            plan.place("things", told.crl, "profile"),
            str(unknown),
            unknown.remedy,
        )
        return
    case = _Case(plan, tried, step, told, profile, _lists_before(plan, tried, told.key))
    findings = [*_lint_number(case), *_lint_issuer(case), *_lint_items(case)]
    revoked = () if findings else tuple(map(read_revoked, told.revoked))
    before = tuple(case.before.values())
    if not findings:
        findings += _lint_revoked(case, revoked)
        findings += lint_kept(plan, step, revoked, before)
    if not findings:
        findings += _lint_trial(case, revoked)
        findings += warn_of_corrections(plan, step, revoked, before)
        findings += _warn_of_baseline(case)
    yield from findings
    listed = TriedCrl(told.crl, told.number, revoked)
    tried.crls[told.key] = (*tried.crls.get(told.key, ()), listed)


def _lists_before(plan: Plan, tried: Tried, key: str) -> dict[str, TriedCrl]:
    """Give, by key, the lists that a list of a key follows: the last one of each.

    Whether two keys that exist already are one CA's the journal tells.
    """
    things = {thing.name: thing for thing in plan.script.things}
    new = things.get(things[key].copy_of, things[key])
    before: dict[str, TriedCrl] = {}
    for name, lists in tried.crls.items():
        old = things.get(things[name].copy_of, things[name])
        if old == new or _are_one_cas(old, new):
            before[name] = lists[-1]
    return before


def _are_one_cas(key: Thing, other: Thing) -> bool:
    """Tell whether two keys that sign lists are one CA's by the names in a script."""
    named = (key.profile, key.given) == (other.profile, other.given)
    return named and not (key.is_earlier and other.is_earlier)


def _lint_number(case: _Case) -> Iterator[Finding]:
    told = case.told
    numbers = {name: each.number for name, each in case.before.items()}
    key = max(numbers, key=numbers.__getitem__, default=told.key)
    last = numbers.get(key, 0)
    if told.number <= last:
        yield error(
            "SCRIPT-CRL-01",
            case.place("number"),
            f"Step {case.step.id} gives the number {told.number}, and the last list of "
            f"{key} before it has {last or 'none'}.",
            "Let the number grow from list to list of one CA, from 1.",
        )


def _lint_issuer(case: _Case) -> Iterator[Finding]:
    """Insist on a CA that may sign such lists and has its certificate by then."""
    told, profile = case.told, case.profile
    holder = case.tried.profiles.get(told.key)
    if holder is None:
        return
    wrong = ""
    if not holder.is_ca or KeyUse.CRL_SIGN not in holder.key_usage:
        wrong = "is not one of a CA that signs revocation lists"
    elif told.key not in case.tried.certificates:
        wrong = "has no certificate by then"
    fault = ""
    if profile.signed_by != ANY_CA:
        fault = signer_fault(case.plan.script, profile.signed_by, holder.name)
    if fault:
        yield error(
            "SCRIPT-PROFILE-04",
            case.place("crl"),
            f"The profile {profile.name} is signed by {profile.signed_by}, and step "
            f"{case.step.id} has it signed by {told.key} of the profile {holder.name}, "
            f"{fault}.",
            NAMED_SIGNER,
        )
    elif wrong:
        yield error(
            "SCRIPT-CRL-03",
            case.place("key"),
            f"The key {told.key} of step {case.step.id} {wrong}.",
            "Let a CA sign that has the usage crl-sign, after its certificate is made.",
        )


def _warn_of_baseline(case: _Case) -> Iterator[Finding]:
    """Tell of a list that nobody holds to what its CA's certificate is held to."""
    told, profile = case.told, case.profile
    holder = case.tried.profiles.get(told.key)
    if holder is None or holder.baseline is None or profile.baseline is not None:
        return
    fit = "web-arl" if profile.scope is Scope.AUTHORITIES else "web-crl"
    yield warning(
        "SCRIPT-CRL-11",
        case.plan.place("things", told.crl, "profile"),
        f"The key {told.key} of the profile {holder.name} is a CA's under the TLS "
        f"Baseline Requirements, and its list {told.crl} of step {case.step.id} is of "
        f"the profile {profile.name}, which is not under them.",
        f"Name {fit}, or another list profile that says baseline-requirements.",
    )


def _lint_items(case: _Case) -> Iterator[Finding]:
    """Insist that each item can be read and has a reason that is permitted."""
    for number, text in enumerate(case.told.revoked):
        wrong = f"{text!r} is not of the form NAME DAY REASON"
        try:
            reason = read_revoked(text).reason
            wrong = f"the profile {case.profile.name} does not permit {reason}"
            if reason in case.profile.reasons:
                continue
        except ZeroSerialError as zero:
            wrong = str(zero)
        except ValueError:
            pass
        yield error(
            "SCRIPT-CRL-07",
            case.place("revoked", number),
            f"An item of step {case.step.id} is wrong: {wrong}.",
            "Write a certificate's name, or serial: and the digits of a serial number "
            "in lower-case hexadecimal without colons; a day or today; and one of "
            f"{', '.join(case.profile.reasons)}.",
        )


def _lint_revoked(case: _Case, revoked: tuple[Revoked, ...]) -> Iterator[Finding]:
    """Insist that each certificate is one of this key, and stands once."""
    for number, each in enumerate(revoked):
        place, step = case.place("revoked", number), case.step
        wrong = ""
        if each.certificate and not _is_its_issuers(case, each.certificate):
            wrong = (
                f"neither {case.told.key} nor a key that its CA had before has signed "
                "before"
            )
        elif each.certificate and not _is_about(case, each):
            wrong = "the list is not about"
        if each.certificate and _lacks_reason(case, each):
            yield error(
                "SCRIPT-CRL-10",
                place,
                f"Step {step.id} revokes {named(each)}, a CA's certificate, as "
                "unspecified, which the TLS Baseline Requirements forbid (section "
                "7.2.2).",
                "Give the reason for which it is revoked.",
            )
        if wrong:
            yield error(
                "SCRIPT-CRL-04",
                place,
                f"Step {step.id} revokes {named(each)}, which {wrong}.",
                "Name what this key has issued to others in an earlier step, or the "
                "certificate of the key before that has; a list of authority "
                "certificates is about CAs alone.",
            )
        if target(each) in map(target, revoked[:number]):
            yield error(
                "SCRIPT-CRL-05",
                place,
                f"Step {step.id} revokes {named(each)} twice.",
                "Take one of the two out.",
            )


def _lacks_reason(case: _Case, each: Revoked) -> bool:
    """Tell whether a CA's certificate is revoked without the reason that is due."""
    revoked = case.tried.profiles.get(each.certificate)
    is_due = case.profile.baseline is not None and revoked is not None and revoked.is_ca
    return is_due and each.reason is Reason.UNSPECIFIED


def _is_its_issuers(case: _Case, certificate: str) -> bool:
    """Tell whether a list is about a certificate, as far as a script shows it.

    That is one of its key, or of a key that its CA had before. Which of a CA's keys
    has signed an earlier certificate, and which came first, the journal tells.
    """
    script, tried, key = case.plan.script, case.tried, case.told.key
    thing, profile = case.plan.thing(certificate), tried.profiles.get(certificate)
    new, holder = script.thing(key), tried.profiles.get(key)
    if thing is not None and thing.kind is ThingKind.CERTIFICATE and thing.is_earlier:
        if profile is None or holder is None:
            return False
        signs = may_sign(script, profile.signed_by, holder.name)
        return signs and (new.is_earlier or is_succeeding(script, key))
    signer = tried.signers.get(certificate)
    old = case.plan.thing(signer or "")
    if old is None or signer == key:
        return signer == key
    return _is_before(tried, old, new)


def _is_before(tried: Tried, old: Thing, new: Thing) -> bool:
    """Tell whether a key is one that another's CA had before, or may have had."""
    certified = {name: place for place, name in enumerate(tried.certificates)}
    is_later = certified.get(old.name, len(certified)) < certified.get(new.name, 0)
    return (old.profile, old.given) == (new.profile, new.given) and (
        old.is_earlier or (is_later and not new.is_earlier)
    )


def _is_about(case: _Case, each: Revoked) -> bool:
    """Tell whether a certificate is among those that a list is about."""
    revoked = case.tried.profiles[each.certificate]
    about_all = case.profile.scope is Scope.ANY
    return not revoked.is_self_signed and (revoked.is_ca or about_all)


def _lint_trial(case: _Case, revoked: tuple[Revoked, ...]) -> Iterator[Finding]:
    """Try the list as its profile has it, with a stand-in for its issuer's key."""
    issuer = case.tried.certificates.get(case.told.key)
    if issuer is None:
        return
    entries = tuple(
        # The trial's certificates share a serial number, and its day is long past. That
        # no entry begins on a day to come is asked apart, by whoever knows the day.
        Revocation(
            each.serial or _FIRST_SERIAL + number,
            min(each.day or TRIAL_DAY, TRIAL_DAY),
            each.reason,
        )
        for number, each in enumerate(revoked)
    )
    # Whether a waiver has expired is asked apart, by whoever knows the day.
    waivers = waivers_on(case.plan.script.waivers, case.told.crl, date.min)
    order = CrlOrder(
        case.profile, issuer, case.told.number, TRIAL_DAY, entries, waivers
    )
    try:
        result = lint_crl(order)
    except InputError as unfit:
        yield _not_made(case, str(unfit), unfit.remedy)
        return
    report = result.report if isinstance(result, LintedCrl) else result
    case.tried.waived[case.told.crl] = report.waived
    if case.tried.look(case.profile, report):
        _look_further(case, order)
    for finding in report.stopping:
        what = f"{finding.rule}: {finding.message}"
        yield _not_made(case, what, "Correct the step, or name another profile.")


def _look_further(case: _Case, order: CrlOrder) -> None:
    """Try a list with an entry for each reason: some findings are about entries."""
    entries = tuple(
        Revocation(_FIRST_SERIAL + number, TRIAL_DAY, reason)
        for number, reason in enumerate(case.profile.reasons)
    )
    result = lint_crl(replace(order, revoked=entries))
    case.tried.look(
        case.profile, result.report if isinstance(result, LintedCrl) else result
    )


def _not_made(case: _Case, what: str, remedy: str) -> Finding:
    told, step = case.told, case.step
    return error(
        "SCRIPT-CRL-08",
        case.place(),
        f"The revocation list {told.crl} of step {step.id} cannot be made: {what}",
        remedy,
    )
