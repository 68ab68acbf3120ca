"""A cross-certificate: the key and name of a CA that has a certificate already.

Source: RFC 5280, section 3.2 (cross-certificates); CA/Browser Forum TLS BR, section
    7.1.2.2.2: subject and subjectPublicKeyInfo are those of the existing certificate.
"""

from __future__ import annotations

from ceremony.engine.facts import CertificateMade
from ceremony.engine.state import State
from ceremony.errors import RefusedError
from ceremony.script.model import Step


def verify_other_ca(step: Step, state: State, key: str, of: str) -> None:
    """Insist on a certificate of another key than the one that signs.

    Raises:
        RefusedError: ``ENGINE-CROSS-01``.
    """
    other, own = state.certificates.get(of), state.keys[key]
    if other is None or other.public_key == own.public_key:
        raise RefusedError(
            "ENGINE-CROSS-01",
            f"Step {step.id} cross-signs {of}, which does not exist yet, or is a "
            f"certificate of {key} itself.",
            meaning="Nothing was signed.",
            remedy="Name the certificate of the other CA, or of the other key.",
        )


def verify_crossed(step: Step, state: State, of: str, made: CertificateMade) -> None:
    """Insist on the name and key of the other CA.

    Raises:
        RefusedError: ``ENGINE-CROSS-02``.
    """
    other = state.certificates[of]
    if (made.subject, made.public_key) != (other.subject, other.public_key):
        raise RefusedError(
            "ENGINE-CROSS-02",
            f"What step {step.id} has signed is not for the name and key of {of}.",
            meaning="The certificate must not be used.",
            remedy="Record the deviation and preserve the certificate.",
        )
