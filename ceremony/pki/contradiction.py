"""What a profile cannot ask for at once: no certificate would ever meet it."""

from __future__ import annotations

from ceremony.pki.fact import AlternativeName, KeyAlgorithm, KeyUse
from ceremony.pki.profile import CertificateProfile


def contradictions(profile: CertificateProfile) -> tuple[str, ...]:
    """Say which facts of a profile contradict one another, a clause each."""
    return tuple(rule for is_wrong, rule in _judged(profile) if is_wrong)


def _judged(profile: CertificateProfile) -> tuple[tuple[bool, str], ...]:
    hardware = profile.alternative_name is AlternativeName.HARDWARE_MODULE_NAME
    agrees = KeyUse.KEY_AGREEMENT in profile.key_usage
    enciphers = KeyUse.KEY_ENCIPHERMENT in profile.key_usage
    is_rsa = profile.key.startswith("rsa-")
    named = bool(profile.alternative_name) and profile.alternative_name_critical
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
            not profile.subject and not named,
            "an empty subject needs a critical subject-alternative-name",
        ),
        (
            not profile.subject and profile.is_ca,
            "a CA has a name (RFC 5280, section 4.1.2.6)",
        ),
        (
            hardware != bool(profile.hardware_type),
            "a hardware-module-name, and it alone, needs a hardware-type",
        ),
        (
            agrees and (is_rsa or profile.key is KeyAlgorithm.ED25519),
            "only an EC key agrees on keys",
        ),
        (enciphers and not is_rsa, "only an RSA key enciphers keys"),
    )
