"""Is anything issued below a certificate that an earlier step revokes.

The steps are walked once, in order, and the path of whoever signs is followed by the
script's names, as the engine follows it by the record. The engine refuses the same in
the room; here it is told before people travel.

Invariants:
    * Told is what is sure. Of several certificates that exist already one and the same
      key may have any; which it is, and what earlier lists revoke, the journal tells.

Source: RFC 5280, section 6.1.3, (a)(3): no certificate of a path is revoked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ceremony.check.findings import Finding, error
from ceremony.check.plan import Plan
from ceremony.engine.revocation import path_from, read_revoked
from ceremony.engine.steps.certificate import (
    CrossSignParameters,
    IssueParameters,
    SelfSignParameters,
)
from ceremony.engine.steps.crl import CrlParameters
from ceremony.engine.steps.csr import RequestParameters
from ceremony.engine.valid_issuer import first_revoked
from ceremony.errors import InputError
from ceremony.pki.crl_profile import Reason
from ceremony.pki.script_profile import certificate_profile
from ceremony.pki.signer import may_sign
from ceremony.script.model import Script, Step, Thing, ThingKind


@dataclass(slots=True)
class _Walked:
    """What the walk has seen so far.

    Attributes:
        own: By key, the last certificate that its CA has of its own.
        signers: By certificate, the key that has signed it.
        above: By certificate that exists already, the one of its issuer, where no key
            of the script has signed it.
        requests: By request, the key that asks.
        revoked: By certificate, the first step that revokes it for good, and why.
    """

    own: dict[str, str] = field(default_factory=dict)
    signers: dict[str, str] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)
    revoked: dict[str, tuple[Step, Reason]] = field(default_factory=dict)

    def issuer_of(self, certificate: str) -> str:
        """Name the certificate above one; empty where the script does not show it."""
        signer = self.signers.get(certificate)
        if signer is None:
            return self.above.get(certificate, "")
        return self.own.get(signer, "")

    def reason(self, certificate: str) -> str | None:
        """Say why a certificate is revoked; None where it is not."""
        told = self.revoked.get(certificate)
        return told[1] if told is not None else None


def lint_issuers_revoked(plan: Plan) -> Iterator[Finding]:
    """Walk the steps and tell what is issued below what was revoked before."""
    walked = _walked_before(plan.script)
    for step in plan.script.steps:
        match plan.parameters(step):
            case RequestParameters(key=key, request=request):
                walked.requests[request] = key
            case SelfSignParameters(key=key, certificate=certificate):
                walked.own[key] = certificate
                walked.signers[certificate] = key
            case IssueParameters() as told:
                yield from _lint_issuer(plan, walked, step, told.key)
                walked.signers[told.certificate] = told.key
                if asking := walked.requests.get(told.request):
                    walked.own[asking] = told.certificate
            case CrossSignParameters() as told:
                yield from _lint_issuer(plan, walked, step, told.key)
                walked.signers[told.certificate] = told.key
            case CrlParameters() as told:
                _revoke(walked, step, told)
            case _:
                pass


def _revoke(walked: _Walked, step: Step, told: CrlParameters) -> None:
    """Enter what a list revokes for good; whose that is another rule asks."""
    for text in told.revoked:
        try:
            item = read_revoked(text)
        except ValueError:
            # Another rule tells of it.
            continue
        if item.certificate and item.reason is not Reason.CERTIFICATE_HOLD:
            walked.revoked.setdefault(item.certificate, (step, item.reason))


def _lint_issuer(
    plan: Plan, walked: _Walked, step: Step, key: str
) -> Iterator[Finding]:
    path = path_from(walked.own.get(key, ""), walked.issuer_of)
    found = first_revoked(path, walked.reason)
    if found is None:
        return
    name, reason = found
    by, _ = walked.revoked[name]
    whose = f"the certificate {name} of {key}"
    if name != path[0]:
        whose = f"{name}, which is above the certificate of {key}"
    yield error(
        "SCRIPT-CERT-08",
        plan.step_place(step, "with", "key"),
        f"Step {step.id} has {key} issue a certificate after step {by.id} has revoked "
        f"{whose}: {reason}.",
        "Put this step before that one, let another CA issue, or have that key "
        "certified anew first: no path over a revoked certificate is valid.",
    )


def _walked_before(script: Script) -> _Walked:
    """Give what the names of what exists already show, where it can be but one way."""
    walked = _Walked()
    made = [thing for thing in script.things if thing.is_earlier]
    keys = [thing for thing in made if thing.kind is ThingKind.KEY]
    certificates = [
        it for it in made if it.kind is ThingKind.CERTIFICATE and it.profile
    ]
    for certificate in certificates:
        told = (certificate.profile, certificate.given)
        holders, same = (
            [it.name for it in among if (it.profile, it.given) == told]
            for among in (keys, certificates)
        )
        if len(holders) == 1 == len(same):
            walked.own[holders[0]] = certificate.name
        signers, above = (
            [it.name for it in among if _may_sign(script, it, certificate)]
            for among in (keys, certificates)
        )
        if len(signers) == 1 == len(above):
            walked.signers[certificate.name] = signers[0]
        elif not signers and len(above) == 1:
            walked.above[certificate.name] = above[0]
    return walked


def _may_sign(script: Script, holder: Thing, certificate: Thing) -> bool:
    """Tell whether a certificate's issuer may be this; a self-signed one is its own."""
    try:
        profile = certificate_profile(script, certificate.profile)
    except InputError:
        # Another rule tells of it.
        return False
    if profile.is_self_signed:
        return holder.profile == profile.name
    return may_sign(script, profile.signed_by, holder.profile)
