"""Would each certificate of a script come out as its profile says, before any key is.

The certificates are tried in the script's order with stand-in keys: what the lint finds
here would else be found when the key exists and people wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from cryptography import x509

from ceremony.check.batch_rules import REQUESTED, asked_values, trial_values
from ceremony.check.crl_rules import lint_crl_step
from ceremony.check.cross_rules import lint_crossed_name
from ceremony.check.departure_rules import lint_departures
from ceremony.check.earlier_rules import try_earlier
from ceremony.check.findings import Finding, error, warning
from ceremony.check.plan import Plan
from ceremony.check.reliance_rules import lint_environment, lint_reliance
from ceremony.check.request_rules import (
    lint_one_subject,
    lint_purpose,
    lint_request_step,
)
from ceremony.check.subject_rules import lint_subject
from ceremony.check.tried import TRIAL_DAY, Tried
from ceremony.check.waiver_rules import lint_unfit, lint_waivers
from ceremony.engine.batch import ISSUE, answering_step, is_set
from ceremony.engine.revocation import CROSS_SIGN
from ceremony.engine.steps.certificate import (
    CrossSignParameters,
    IssueParameters,
    SelfSignParameters,
)
from ceremony.engine.steps.crl import CrlParameters
from ceremony.engine.steps.csr import RequestParameters
from ceremony.engine.steps.imported import ImportParameters
from ceremony.engine.steps.key import GenerateParameters
from ceremony.errors import InputError
from ceremony.pki.contingency import (
    CONTINGENCY_KEY,
    STATED,
    with_contingency_key,
)
from ceremony.pki.extension import open_values
from ceremony.pki.fact import KeyAlgorithm
from ceremony.pki.finding import LintReport, Severity
from ceremony.pki.linted import try_order
from ceremony.pki.order import Order, serial_number
from ceremony.pki.path import find_path_fault
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.script_profile import certificate_profile
from ceremony.pki.signer import NAMED_SIGNER, may_sign, signer_fault
from ceremony.script.key_kind import Algorithm
from ceremony.script.model import Step, Thing, ThingKind
from ceremony.script.waiver import waivers_on

KEYS: Final = {
    Algorithm.P_256: KeyAlgorithm.EC_P256,
    Algorithm.P_384: KeyAlgorithm.EC_P384,
    Algorithm.P_521: KeyAlgorithm.EC_P521,
    Algorithm.ED25519: KeyAlgorithm.ED25519,
    Algorithm.RSA_2048: KeyAlgorithm.RSA_2048,
    Algorithm.RSA_3072: KeyAlgorithm.RSA_3072,
    Algorithm.RSA_4096: KeyAlgorithm.RSA_4096,
}
"""What a profile calls the keys of a script."""

_WRAP_FIRST: Final = (
    f"Give {CONTINGENCY_KEY} under values: the pair whose public key a key.wrap-public "
    "wraps before. Where it was wrapped elsewhere, give what was wrapped."
)

_BY_ITSELF: Final = "Have its own key sign it, or name another profile."

_CERTIFIES: Final = ("certificate.self-sign", ISSUE)
"""By which a key gets the certificate that it goes on by."""

_CORRECT: Final = (
    "Correct the certificate's entry under things, or name another profile."
)


def lint_certificates(plan: Plan) -> Iterator[Finding]:
    """Find what keeps a certificate, a request or a revocation list from being made."""
    yield from lint_reliance(plan)
    yield from lint_environment(plan)
    tried = Tried()
    for thing in plan.script.things:
        yield from _lint_profile(plan, tried, thing)
    yield from try_earlier(plan, tried)
    for step in plan.script.steps:
        match plan.parameters(step):
            case GenerateParameters() as told:
                yield from lint_purpose(plan, tried, step, told)
            case RequestParameters() as told:
                yield from lint_request_step(plan, tried, step, told)
            case ImportParameters(request=request):
                yield from lint_one_subject(plan, tried, step, request)
                yield from _lint_path_known(plan, tried, step, request)
            case SelfSignParameters() | IssueParameters() | CrossSignParameters() as it:
                yield from lint_crossed_name(plan, tried, step, it)
                yield from _lint_issue(plan, tried, step, it.key, it.certificate)
            case CrlParameters() as told:
                yield from lint_crl_step(plan, tried, step, told)
            case _:
                pass
    yield from lint_waivers(plan)
    yield from lint_unfit(plan, tried)
    yield from lint_departures(plan, tried)


def _lint_profile(plan: Plan, tried: Tried, thing: Thing) -> Iterator[Finding]:
    if not thing.profile or thing.kind is ThingKind.CRL:
        return
    try:
        profile = certificate_profile(plan.script, thing.profile)
    except InputError as unknown:
        yield error(
            "SCRIPT-PROFILE-01",
            plan.place("things", thing.name, "profile"),
            str(unknown),
            unknown.remedy,
        )
        return
    tried.profiles[thing.name] = profile
    if thing.kind in REQUESTED:
        # What a request gives is known when its file is there.
        return
    yield from _lint_values(plan, thing, profile)
    if thing.kind is not ThingKind.KEY:
        return
    algorithm = plan.script.key_kind(thing.name).algorithm
    if KEYS.get(algorithm) is not profile.key:
        yield error(
            "SCRIPT-PROFILE-02",
            plan.place("things", thing.name),
            f"{thing.name} is made on {algorithm}, and the profile {profile.name} is "
            f"for {profile.key}.",
            "Give the key the algorithm of its profile, or another profile.",
        )


def _lint_values(
    plan: Plan, thing: Thing, profile: CertificateProfile
) -> Iterator[Finding]:
    given = {**asked_values(thing), **with_contingency_key(thing.given)}
    named = open_values(profile)
    if CONTINGENCY_KEY in thing.given and not named.keys() >= {*STATED}:
        yield error(
            "SCRIPT-PROFILE-03",
            plan.place("things", thing.name),
            f"{thing.name} gives {CONTINGENCY_KEY}, for which the profile "
            f"{profile.name} has no place.",
            f"Take it out, or name a profile that has {CONTINGENCY_KEY}.",
        )
    for value, required in named.items():
        if required and value not in given:
            yield error(
                "SCRIPT-PROFILE-03",
                plan.place("things", thing.name),
                f"{thing.name} gives no {value}, which the profile {profile.name} "
                "leaves open.",
                _WRAP_FIRST
                if value in STATED
                else f"Give {value}, as common-name or under values.",
            )


def _lint_issue(
    plan: Plan, tried: Tried, step: Step, key: str, certificate: str
) -> Iterator[Finding]:
    """Try one certificate; where its issuer could not be tried there is no more."""
    profile, holder = tried.profiles.get(certificate), tried.profiles.get(key)
    if profile is None or holder is None:
        return
    misplaced = tuple(_lint_issuer(plan, step, profile, key, holder))
    yield from misplaced
    self_signed = isinstance(plan.parameters(step), SelfSignParameters)
    issuer = None if self_signed else tried.certificates.get(key)
    thing = plan.thing(certificate)
    if thing is None or profile.is_self_signed != (issuer is None):
        signs = may_sign(plan.script, profile.signed_by, holder.name)
        if signs and not self_signed:
            yield error(
                "SCRIPT-CERT-07",
                plan.step_place(step, "with", "key"),
                f"Step {step.id} has {key} sign, which has no certificate by then.",
                "Put the step that certifies that key first.",
            )
        return
    if any(_lint_values(plan, thing, profile)):
        return
    serial = serial_number(bytes(profile.serial_octets))
    # Whether a waiver has expired is asked apart, by whoever knows the day.
    waivers = waivers_on(plan.script.waivers, certificate, date.min)
    above = () if self_signed else tried.chains.get(key, ())
    given = trial_values(thing, profile, above)
    order = Order(profile, given, issuer, TRIAL_DAY, serial, waivers)
    try:
        made, report = try_order(order)
    except InputError as unfit:
        yield _not_met(plan, step, certificate, str(unfit), unfit.remedy)
        return
    tried.waived[certificate] = report.waived
    tried.look(profile, report)
    chain = (made, *above)
    # Why no path leads to another signer than the profile's is told by then.
    for what in _made_wrong(report, () if misplaced else chain):
        yield _not_met(plan, step, certificate, what, _CORRECT)
    yield from _lint_made(plan, step, thing, report, chain)
    # A key goes on by its own certificate, whoever else certifies it.
    certified = "" if step.verb == CROSS_SIGN else _certified(plan, step, key)
    tried.keep(chain, thing, signer=key, key=certified)


def _lint_made(
    plan: Plan,
    step: Step,
    thing: Thing,
    report: LintReport,
    chain: tuple[x509.Certificate, ...],
) -> Iterator[Finding]:
    """Find what is warned of in a tried certificate, and whose name it has."""
    for finding in report.findings:
        if finding.severity is not Severity.ERROR:
            yield warning(
                "SCRIPT-PROFILE-07",
                plan.place("things", thing.name),
                f"What is found in the certificate {thing.name} of step {step.id} is "
                f"signed all the same: {finding.told}",
                "Correct it, or approve the script as it is.",
            )
    if step.verb != ISSUE or thing.kind is ThingKind.CERTIFICATES:
        # What each of a batch is called its request says, and is judged by.
        return
    key = str(step.parameters["key"])
    if _certified(plan, step, key) != key:
        # A key that answers its own request is told by another rule.
        yield from lint_subject(plan, step, thing, chain)


def _lint_path_known(
    plan: Plan, tried: Tried, step: Step, request: str
) -> Iterator[Finding]:
    """Insist that the paths of what answers a set can be asked while it is judged."""
    answer = answering_step(plan.script, request)
    if answer is None or not is_set(plan.script, request):
        return
    key = str(answer.parameters.get("key"))
    later = plan.script.steps[plan.script.steps.index(step) :]
    if key not in tried.certificates and any(
        _certified(plan, each, str(each.parameters.get("key"))) == key
        for each in later
        if each.verb in _CERTIFIES
    ):
        yield error(
            "SCRIPT-IMPORT-25",
            plan.step_place(step, "with", "request"),
            f"Step {step.id} judges {request} before {key}, which answers it, has a "
            "certificate.",
            "Put the step that certifies that key first: a request whose certificate "
            "would have no valid path is then refused by itself.",
        )


def _made_wrong(
    report: LintReport, chain: tuple[x509.Certificate, ...]
) -> Iterator[str]:
    """Say what keeps a tried certificate from being signed: lint, then its path.

    Args:
        report: What the lint found.
        chain: The path; empty where it is not asked about.
    """
    for finding in report.stopping:
        yield f"{finding.rule}: {finding.message}"
    fault = find_path_fault(chain, signed=False) if chain else None
    if fault is not None:
        yield f"{fault.rule}: {fault.text}"


def _certified(plan: Plan, step: Step, key: str) -> str:
    """Name the key that a step's certificate is for; empty for one from elsewhere."""
    request = step.parameters.get("request")
    for each in plan.script.steps:
        if each.verb == "csr.create" and each.parameters.get("request") == request:
            return str(each.parameters["key"])
        if each.verb == "csr.import" and each.parameters.get("request") == request:
            return ""
    return key


def _lint_issuer(
    plan: Plan,
    step: Step,
    profile: CertificateProfile,
    key: str,
    holder: CertificateProfile,
) -> Iterator[Finding]:
    if _certified(plan, step, key) == key and "request" in step.parameters:
        # A key that answers its own request is told by another rule.
        return
    fault, remedy = "", NAMED_SIGNER
    if isinstance(plan.parameters(step), SelfSignParameters):
        if not profile.is_self_signed:
            fault = "sign itself"
    elif profile.is_self_signed:
        fault, remedy = f"signed by {key}", _BY_ITSELF
    elif why := signer_fault(plan.script, profile.signed_by, holder.name):
        fault = f"signed by {key} of the profile {holder.name}, {why}"
    if fault:
        yield error(
            "SCRIPT-PROFILE-04",
            plan.step_place(step, "with", "certificate"),
            f"The profile {profile.name} is signed by {profile.signed_by}, and step "
            f"{step.id} has it {fault}.",
            remedy,
        )


def _not_met(
    plan: Plan, step: Step, certificate: str, what: str, remedy: str
) -> Finding:
    return error(
        "SCRIPT-PROFILE-03",
        plan.place("things", certificate),
        f"The certificate {certificate} of step {step.id} cannot be made: {what}",
        remedy,
    )
