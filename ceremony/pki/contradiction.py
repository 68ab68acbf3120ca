"""What a profile cannot ask for at once: no certificate would ever meet it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ceremony.pki.fact import (
    AlternativeName,
    AuthorityKey,
    KeyUse,
    RequestExtension,
)
from ceremony.pki.order import BASELINE_OCTETS
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.purpose import may_be_used, stamps_alone
from ceremony.pki.request_form import askable, fit_signatures

_Judged = tuple[bool, str, tuple[str, ...]]
"""Whether a rule is broken, the rule, and the facts that it is about."""

_SIGNATURES: Final = {"ec": "ecdsa", "ed25519": "ed25519", "rsa": "rsa"}
"""By the kind of a key, how the signatures that it makes begin."""

_RANDOM_BITS: Final = (
    "for 64 bits of a generator (CA/Browser Forum TLS Baseline Requirements, sections "
    "7.1.2.1, 7.1.2.2, 7.1.2.6 and 7.1.2.8)"
)
_ALTERNATIVE: Final = "subject-alternative-name"
_STATED_BY: Final[Mapping[RequestExtension, str]] = {
    RequestExtension.BASIC_CONSTRAINTS: "path-length"
}
"""By extension, the fact that states it where that has another name."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What a profile cannot say at once.

    Attributes:
        rule: What would have to hold, and what of the profile does not keep to it: a
            clause.
        facts: What states it, the likeliest to be wrong first, 1 or more: facts by
            their names, those about requests as ``request.extensions``, and keys of the
            file itself as ``signed-by``, ``environments`` or
            ``baseline-requirements``.
    """

    rule: str
    facts: tuple[str, ...]


def contradictions(profile: CertificateProfile) -> tuple[Contradiction, ...]:
    """Say which facts of a profile contradict one another."""
    judged = (
        *_subject(profile),
        *_key(profile),
        *_serial(profile),
        *_extensions(profile),
        *_purposes(profile),
        *_request(profile),
    )
    return tuple(
        Contradiction(rule, facts) for is_wrong, rule, facts in judged if is_wrong
    )


def _subject(profile: CertificateProfile) -> tuple[_Judged, ...]:
    named = bool(profile.alternative_name) and profile.alternative_name_critical
    may_be_empty = all(part.optional for part in profile.subject)
    given = [part.attribute for part in profile.subject if not part.text]
    twice = {each for each in given if given.count(each) > 1}
    types = [part.attribute.oid for part in profile.subject]
    return (
        (
            may_be_empty and not named,
            "an empty subject needs a critical subject-alternative-name",
            ("subject", _ALTERNATIVE),
        ),
        (
            may_be_empty and profile.is_ca,
            "a CA has a name (RFC 5280, section 4.1.2.6)",
            ("subject", "path-length"),
        ),
        (
            may_be_empty and not profile.is_ca and KeyUse.CRL_SIGN in profile.key_usage,
            "whoever signs revocation lists has a name (RFC 5280, section 4.1.2.6)",
            ("subject", "key-usage"),
        ),
        (
            bool(twice),
            f"an order gives one value for an attribute, not two for {_listed(twice)}",
            ("subject",),
        ),
        (
            any(
                part.optional and types.count(part.attribute.oid) > 1
                for part in profile.subject
            ),
            "nobody can tell which part of one type was left out",
            ("subject",),
        ),
        (
            any(part.optional and part.text for part in profile.subject),
            "a part whose text is fixed is always there",
            ("subject",),
        ),
    )


def _key(profile: CertificateProfile) -> tuple[_Judged, ...]:
    agrees = KeyUse.KEY_AGREEMENT in profile.key_usage
    enciphers = KeyUse.KEY_ENCIPHERMENT in profile.key_usage
    kind = profile.key.partition("-")[0]
    return (
        (
            agrees and kind != "ec",
            "only an EC key agrees on keys",
            ("key-usage", "key"),
        ),
        (
            enciphers and kind != "rsa",
            "only an RSA key enciphers keys",
            ("key-usage", "key"),
        ),
        (
            profile.is_self_signed
            and not profile.signature.startswith(_SIGNATURES[kind]),
            "a certificate that its own key signs has a signature of that key's kind",
            ("signature", "key", "signed-by"),
        ),
    )


def _serial(profile: CertificateProfile) -> tuple[_Judged, ...]:
    return (
        (
            profile.baseline is not None and profile.serial_octets < BASELINE_OCTETS,
            f"a serial number takes {BASELINE_OCTETS} octets or more, {_RANDOM_BITS}",
            ("serial-octets", "baseline-requirements"),
        ),
    )


def _extensions(profile: CertificateProfile) -> tuple[_Judged, ...]:
    hardware = profile.alternative_name is AlternativeName.HARDWARE_MODULE_NAME
    return (
        (
            (KeyUse.KEY_CERT_SIGN in profile.key_usage) != profile.is_ca,
            "a CA, and no other, has the usage key-cert-sign",
            ("key-usage", "path-length"),
        ),
        (
            bool(profile.permitted) and not profile.is_ca,
            "only a CA permits names below it (RFC 5280, section 4.2.1.10)",
            ("permitted-names", "path-length"),
        ),
        (
            profile.authority_key is AuthorityKey.OWN_KEY
            and not profile.is_self_signed,
            "what another key signs names that key, and not its own",
            ("authority-key-identifier", "signed-by"),
        ),
        (
            hardware != bool(profile.hardware_type),
            "a hardware-module-name, and it alone, needs a hardware-type",
            (_ALTERNATIVE, "environments"),
        ),
    )


def _purposes(profile: CertificateProfile) -> tuple[_Judged, ...]:
    if profile.is_ca or not profile.purposes:
        return ()
    purposes = [each.oid for each in profile.purposes]
    return (
        (
            not stamps_alone(purposes, critical=profile.purposes_critical),
            "time-stamping is the only purpose, and critical (RFC 3161, section 2.3)",
            ("extended-key-usage",),
        ),
        (
            not may_be_used(purposes, profile.key_usage),
            "a usage is consistent with a purpose (RFC 5280, section 4.2.1.12)",
            ("key-usage", "extended-key-usage", "path-length"),
        ),
    )


def _request(profile: CertificateProfile) -> tuple[_Judged, ...]:
    form = profile.request
    if form is None:
        return ()
    held = askable(profile)
    others = [each for each in form.extensions if each not in held]
    named = _listed(others)
    stated = (_STATED_BY.get(each, each) for each in others)
    return (
        (
            bool(others),
            f"a request asks for {named}, which the certificate does not hold",
            ("request.extensions", *stated),
        ),
        (
            form.signature not in (None, *fit_signatures(profile.key)),
            "a request has a signature that fits the key in it",
            ("request.signature", "key"),
        ),
    )


def _listed(words: Iterable[str]) -> str:
    return " and ".join(sorted(words))
