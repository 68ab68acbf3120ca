"""What script and binding will ask of each token: pure, from these alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from ceremony.conduct.actions.key import KEY_ALGORITHM
from ceremony.conduct.diagnosis.token import WantedToken
from ceremony.hsm.survey import ModuleSurvey
from ceremony.identifiers import StepId
from ceremony.journal.note import decode_vkey
from ceremony.pack.binding import SiteBinding
from ceremony.script.model import Script, Step

_SIGNING: Final = frozenset(
    {"csr.create", "certificate.self-sign", "certificate.issue"}
)


@dataclass(frozen=True, slots=True)
class TokenNeeds:
    """What a script asks of one token.

    Attributes:
        mechanisms: The mechanism's name with the steps that need it, in order.
        initialised_in: The step that initialises it; empty where none does.
    """

    mechanisms: Mapping[str, tuple[StepId, ...]]
    initialised_in: str = ""

    @property
    def words(self) -> dict[str, str]:
        """Give each mechanism with its steps in words."""
        return {
            name: ("step " if len(steps) == 1 else "steps ") + ", ".join(steps)
            for name, steps in self.mechanisms.items()
        }


_NOTHING: Final = TokenNeeds({})


def token_needs(script: Script) -> dict[str, TokenNeeds]:
    """Give the needs of every token that the script uses, by the token's name."""
    mechanisms: dict[str, dict[str, tuple[StepId, ...]]] = {}
    initialised: dict[str, str] = {}
    for step in script.steps:
        if step.verb == "token.initialise":
            token = str(step.parameters["token"])
            initialised.setdefault(token, step.id)
            mechanisms.setdefault(token, {})
        for token, name in _needed(script, step):
            steps = mechanisms.setdefault(token, {})
            steps[name] = (*steps.get(name, ()), step.id)
    return {
        token: TokenNeeds(needed, initialised.get(token, ""))
        for token, needed in mechanisms.items()
    }


def _needed(script: Script, step: Step) -> Iterator[tuple[str, str]]:
    key = step.parameters.get("key")
    if not isinstance(key, str):
        return
    if step.verb == "key.generate":
        yield script.thing(key).token, MECHANISMS[KEY_ALGORITHM][0]
    if step.verb in _SIGNING:
        yield script.thing(key).token, MECHANISMS[KEY_ALGORITHM][1]


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
                (
                    "log key",
                    signing_mechanism_of(decode_vkey(evidence.log_key).public_key),
                ),
                ("seal key", _signs_with(evidence.seal_certificate)),
            ),
        ),
        *(
            WantedToken(
                f"of {person.id}",
                person.module,
                person.serial,
                person.label,
                {_signs_with(person.certificate): "signatures"},
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
    steps: dict[str, tuple[StepId, ...]] = {}
    for need in needs.values():
        for mechanism, users in need.mechanisms.items():
            steps[mechanism] = (*steps.get(mechanism, ()), *users)
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


def _signers(*uses: tuple[str, str]) -> dict[str, str]:
    """Give mechanisms with what uses each, from uses with their mechanism."""
    return {
        mechanism: ", ".join(use for use, other in uses if other == mechanism)
        for _, mechanism in uses
    }


def signing_mechanism_of(key: PublicKeyTypes) -> str:
    """Give the name of the mechanism by which the other half of a public key signs."""
    match key:
        case ec.EllipticCurvePublicKey():
            return _EC[1]
        case ed25519.Ed25519PublicKey():
            return _EDWARDS[1]
        case _:
            return _RSA[1]


def _signs_with(certificate: bytes) -> str:
    return signing_mechanism_of(
        x509.load_der_x509_certificate(certificate).public_key()
    )
