"""What script and binding will ask of each token: pure, from these alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cryptography import x509

from ceremony.conduct.diagnosis.token import WantedToken
from ceremony.conduct.ordering import CHECKS, METHODS, PAIRS, SECRETS
from ceremony.errors import InputError
from ceremony.hsm.keys import PublicKey, default_scheme, scheme_for
from ceremony.hsm.mechanism import Operation, SignatureScheme, WrapMethod
from ceremony.hsm.survey import ModuleSurvey
from ceremony.identifiers import StepId
from ceremony.journal.note import decode_vkey
from ceremony.pack.binding import SiteBinding
from ceremony.pki.crl_signature import planned_crl_signature
from ceremony.pki.request_form import request_signature
from ceremony.pki.script_profile import certificate_profile, crl_profile
from ceremony.script.key_kind import KeyKind, WrapBy
from ceremony.script.model import Script, Step, Thing

_SIGNING: Final = frozenset(
    {
        "csr.create",
        "certificate.self-sign",
        "certificate.issue",
        "certificate.cross-sign",
        "crl.issue",
        "key.prove",
    }
)

_BY_PROFILE: Final[Mapping[str, str]] = {
    "csr.create": "key",
    "certificate.self-sign": "certificate",
    "certificate.issue": "certificate",
    "certificate.cross-sign": "certificate",
    "crl.issue": "crl",
}
"""By verb, the parameter whose profile says how an RSA key signs."""

_SCHEMES: Final = frozenset(SignatureScheme)


@dataclass(frozen=True, slots=True)
class TokenNeeds:
    """What a script asks of one token.

    Attributes:
        operations: Each operation with the steps that need it, in order.
        initialised_in: The step that initialises it; empty where none does.
    """

    operations: Mapping[Operation, tuple[StepId, ...]]
    initialised_in: str = ""

    @property
    def words(self) -> dict[Operation, str]:
        """Give each operation with its steps in words."""
        return {
            operation: ("step " if len(steps) == 1 else "steps ") + ", ".join(steps)
            for operation, steps in self.operations.items()
        }


_NOTHING: Final = TokenNeeds({})


def token_needs(script: Script) -> dict[str, TokenNeeds]:
    """Give the needs of every token that the script uses, by the token's name."""
    operations: dict[str, dict[Operation, tuple[StepId, ...]]] = {}
    initialised: dict[str, str] = {}
    for step in script.steps:
        if step.verb == "token.initialise":
            token = str(step.parameters["token"])
            initialised.setdefault(token, step.id)
            operations.setdefault(token, {})
        for token, operation in _needed(script, step):
            steps = operations.setdefault(token, {})
            steps[operation] = (*steps.get(operation, ()), step.id)
    return {
        token: TokenNeeds(needed, initialised.get(token, ""))
        for token, needed in operations.items()
    }


def _needed(script: Script, step: Step) -> Iterator[tuple[str, Operation]]:
    key = step.parameters.get("key")
    if not isinstance(key, str):
        return
    token, kind = script.thing(key).token, script.key_kind(key)
    if step.verb == "key.generate":
        secret = kind.algorithm.is_secret
        yield token, SECRETS[kind.algorithm] if secret else PAIRS[kind.algorithm]
    elif step.verb in _SIGNING and not kind.algorithm.is_secret:
        yield token, _scheme(script, step, kind)
    elif step.verb == "key.wrap":
        yield token, _method(step)
    elif step.verb == "key.wrap-public":
        yield token, WrapMethod.AES_KWP
    elif step.verb == "key.unwrap":
        yield from (
            (token, _method(each))
            for each in script.steps
            if each.verb == "key.wrap" and each.parameters["key"] == kind.copy_of
        )
    elif step.verb == "key.check-value":
        yield token, CHECKS[kind.check_value]


def _scheme(script: Script, step: Step, kind: KeyKind) -> SignatureScheme:
    """Give the scheme of what a step signs: an RSA key's is as its profile says.

    What is wrong with the profile is told by the check of the script.
    """
    usual = scheme_for(PAIRS[kind.algorithm])
    if usual is not SignatureScheme.RSA_PKCS1_SHA256 or step.verb not in _BY_PROFILE:
        return usual
    signed = script.thing(str(step.parameters[_BY_PROFILE[step.verb]]))
    try:
        name = _signature(script, step, signed).upper().replace("-", "_")
    except InputError:
        return usual
    return SignatureScheme(name) if name in _SCHEMES else usual


def _signature(script: Script, step: Step, signed: Thing) -> str:
    """Name the algorithm by which a step signs; empty where its key signs by none.

    Raises:
        InputError: As ``certificate_profile`` and ``crl_profile``.
    """
    if step.verb == "crl.issue":
        key = script.thing(str(step.parameters["key"]))
        holder = certificate_profile(script, key.profile)
        return planned_crl_signature(crl_profile(script, signed.profile), holder) or ""
    profile = certificate_profile(script, signed.profile)
    asks = step.verb == "csr.create"
    return request_signature(profile) if asks else profile.signature


def _method(step: Step) -> WrapMethod:
    return METHODS[WrapBy(str(step.parameters["method"]))]


def wanted_by_site(
    binding: SiteBinding, needs: Mapping[str, TokenNeeds]
) -> tuple[WantedToken, ...]:
    """Give what a binding names: the script's tokens, the evidence, the people's.

    Args:
        binding: The binding.
        needs: What the script asks of its tokens; empty where no script is named.
    """
    evidence = binding.evidence
    return (
        *(
            WantedToken(
                token.name,
                token.module,
                token.serial,
                token.label,
                needs.get(token.name, _NOTHING).words,
                needs.get(token.name, _NOTHING).initialised_in,
            )
            for token in binding.tokens
        ),
        WantedToken(
            "evidence",
            evidence.module,
            evidence.serial,
            evidence.label,
            _signers(
                ("log key", default_scheme(decode_vkey(evidence.log_key).public_key)),
                ("seal key", _scheme_of(evidence.seal_certificate)),
            ),
        ),
        *(
            WantedToken(
                f"of {person.id}",
                person.module,
                person.serial,
                person.label,
                {_scheme_of(person.certificate): "turns"},
            )
            for person in binding.people
        ),
    )


def wanted_of_module(
    name: str, survey: ModuleSurvey, needs: Mapping[str, TokenNeeds]
) -> tuple[WantedToken, ...]:
    """Give what a module shows, each token wanted for everything that is needed.

    Args:
        name: The module's name.
        survey: What it shows.
        needs: What the script asks of its tokens; empty where no script is named.
    """
    steps: dict[Operation, tuple[StepId, ...]] = {}
    for need in needs.values():
        for operation, users in need.operations.items():
            steps[operation] = (*steps.get(operation, ()), *users)
    every = TokenNeeds(steps).words
    return tuple(
        WantedToken(
            each.facts.label or each.facts.serial,
            name,
            each.facts.serial,
            each.facts.label,
            every,
        )
        for each in survey.tokens
        if each.facts.initialised
    )


def _signers(*uses: tuple[str, SignatureScheme]) -> dict[Operation, str]:
    """Give schemes with what uses each, from uses with their scheme."""
    return {
        scheme: ", ".join(use for use, other in uses if other == scheme)
        for _, scheme in uses
    }


def _scheme_of(certificate: bytes) -> SignatureScheme:
    """Tell by which scheme the key of a certificate (DER) of the binding signs."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    if not isinstance(key, PublicKey):
        raise TypeError("a binding names no certificate with a key of another kind")
    return default_scheme(key)
