"""The shape of a lint rule, and what a rule is shown.

Invariants:
    * A rule decides from a certificate's encoding, its profile and its issuer's
      encoding alone; it never looks at the signature's value, so that a certificate
      signed with a throw-away key is judged like the real one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ceremony.pki.der import RawCertificate
from ceremony.pki.finding import Severity
from ceremony.pki.profile import CertificateProfile


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What a rule is shown.

    Attributes:
        certificate: The certificate.
        profile: What it has to look like.
        issuer: The issuer's certificate; None for a self-signed one.
    """

    certificate: RawCertificate
    profile: CertificateProfile
    issuer: RawCertificate | None

    def value(self, oid: str) -> str:
        """Give an extension as text: ``absent``, or criticality and DER in hex."""
        found = [ext for ext in self.certificate.extensions if ext.oid == oid]
        if not found:
            return "absent"
        return ", ".join(
            f"{'critical' if ext.critical else 'non-critical'} {ext.value.hex()}"
            for ext in found
        )


def always(_: CertificateProfile) -> bool:
    """Let a rule be asked by every profile."""
    return True


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: Its stable id, e.g. ``PKI-SKI-01``.
        severity: Whether breaking it stops the signature.
        sentence: What it wants.
        source: Standard and clause, or where it was observed.
        check: Says what is wrong, as a clause; empty where nothing is.
        applies: Tells whether it is asked of a certificate of a profile.
    """

    id: str
    severity: Severity
    sentence: str
    source: str
    check: Callable[[Exhibit], str]
    applies: Callable[[CertificateProfile], bool] = always
