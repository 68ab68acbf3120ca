"""What a profile cannot ask for at once: no certificate would ever meet it."""

from __future__ import annotations

from typing import Final

from ceremony.pki.fact import AlternativeName, KeyUse
from ceremony.pki.profile import CertificateProfile
from ceremony.pki.request_form import askable, fit_signatures

_Judged = tuple[bool, str]
"""Whether a rule is broken, and the rule."""

_SIGNATURES: Final = {"ec": "ecdsa", "ed25519": "ed25519", "rsa": "rsa"}
"""By the kind of a key, how the signatures that it makes begin."""


def contradictions(profile: CertificateProfile) -> tuple[str, ...]:
    """Say which facts of a profile contradict one another, a clause each."""
    judged = (
        *_subject(profile),
        *_key(profile),
        *_extensions(profile),
        *_request(profile),
    )
    return tuple(rule for is_wrong, rule in judged if is_wrong)


def _subject(profile: CertificateProfile) -> tuple[_Judged, ...]:
    named = bool(profile.alternative_name) and profile.alternative_name_critical
    may_be_empty = all(part.optional for part in profile.subject)
    given = [part.attribute for part in profile.subject if not part.text]
    types = [part.attribute.oid for part in profile.subject]
    return (
        (
            may_be_empty and not named,
            "an empty subject needs a critical subject-alternative-name",
        ),
        (
            may_be_empty and profile.is_ca,
            "a CA has a name (RFC 5280, section 4.1.2.6)",
        ),
        (
            len(set(given)) != len(given),
            "an order gives one value for an attribute",
        ),
        (
            any(
                part.optional and types.count(part.attribute.oid) > 1
                for part in profile.subject
            ),
            "nobody can tell which part of one type was left out",
        ),
        (
            any(part.optional and part.text for part in profile.subject),
            "a part whose text is fixed is always there",
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
        ),
        (enciphers and kind != "rsa", "only an RSA key enciphers keys"),
        (
            profile.is_self_signed
            and not profile.signature.startswith(_SIGNATURES[kind]),
            "a certificate that its own key signs has a signature of that key's kind",
        ),
    )


def _extensions(profile: CertificateProfile) -> tuple[_Judged, ...]:
    hardware = profile.alternative_name is AlternativeName.HARDWARE_MODULE_NAME
    return (
        (
            (KeyUse.KEY_CERT_SIGN in profile.key_usage) != profile.is_ca,
            "a CA, and no other, has the usage key-cert-sign",
        ),
        (
            bool(profile.permitted) and not profile.is_ca,
            "only a CA permits names below it (RFC 5280, section 4.2.1.10)",
        ),
        (
            hardware != bool(profile.hardware_type),
            "a hardware-module-name, and it alone, needs a hardware-type",
        ),
    )


def _request(profile: CertificateProfile) -> tuple[_Judged, ...]:
    form = profile.request
    if form is None:
        return ()
    return (
        (
            not set(form.extensions) <= set(askable(profile)),
            "a request asks for no extension that the certificate does not hold",
        ),
        (
            form.signature not in (None, *fit_signatures(profile.key)),
            "a request has a signature that fits the key in it",
        ),
    )
