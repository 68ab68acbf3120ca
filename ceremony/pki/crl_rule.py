"""What a rule about revocation lists is, and what it is shown; see ``crl_lint``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from ceremony.pki.crl_der import RawCrl
from ceremony.pki.crl_profile import CrlProfile
from ceremony.pki.der import RawCertificate
from ceremony.pki.fact import SignatureAlgorithm
from ceremony.pki.finding import Finding, Severity

_BASELINE: Final = "CA/Browser Forum TLS Baseline Requirements"
"""How clauses begin that are about lists under them alone."""


@dataclass(frozen=True, slots=True)
class CrlExhibit:
    """What a rule is shown: the list, what it has to look like, and who issued it.

    Attributes:
        crl: The list.
        profile: What it has to look like.
        issuer: The certificate of the CA that it names as its issuer.
        signature: By which of the profile's algorithms that CA signs; None where its
            key signs by none.
    """

    crl: RawCrl
    profile: CrlProfile
    issuer: RawCertificate
    signature: SignatureAlgorithm | None


@dataclass(frozen=True, slots=True)
class CrlRule:
    """One rule about revocation lists; every one of them is an error where it breaks.

    Attributes:
        id: Its stable id, e.g. ``PKI-CRL-01``.
        sentence: What it wants.
        source: Standard and clause.
        check: Says what is wrong, as a clause; empty where nothing is.
    """

    severity: ClassVar[Severity] = Severity.ERROR
    id: str
    sentence: str
    source: str
    check: Callable[[CrlExhibit], str]

    def finding(self, wrong: str, profile: CrlProfile) -> Finding:
        """Tell that a list breaks it.

        Args:
            wrong: What ``check`` says.
            profile: The list's. Of one that is not under the Baseline Requirements
                their clauses are left out.
        """
        is_under = profile.baseline is not None
        source = "; ".join(
            part
            for part in self.source.split("; ")
            if is_under or not part.startswith(_BASELINE)
        )
        return replace(Finding.of(self, wrong), source=source)
