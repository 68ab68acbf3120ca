"""What a trial of a script's certificates and lists has come to so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cryptography import x509

from ceremony.engine.revocation import Revoked
from ceremony.pki.crl_profile import CrlProfile
from ceremony.pki.departure import Departure, unfound
from ceremony.pki.finding import LintReport, SecondFinding, others_of
from ceremony.pki.profile import CertificateProfile
from ceremony.script.model import Thing, ThingKind

TRIAL_DAY: Final = date(2000, 1, 1)
"""On which a trial begins: no profile depends on the day."""


@dataclass(frozen=True, slots=True)
class TriedCrl:
    """One revocation list of the script: its name, number, and what it revokes."""

    name: str
    number: int
    revoked: tuple[Revoked, ...]


@dataclass
class Tried:
    """What the trial has come to.

    Attributes:
        profiles: The profile of each key and certificate that names a known one.
        certificates: By the name of the key that they certify.
        chains: By the name of the key, its certificate and those above it, up to the
            trust anchor's.
        issuers: The chains of those that exist already, by the profile of the first.
        signers: By the name of a certificate that is made, the key that has signed it.
        waived: By the name of the certificate or list, the findings that a waiver
            covers.
        unfound: By the name of a profile by which something was tried, what it departs
            from and was not found.
        crls: By the name of the key, the lists that it has signed, in order.
    """

    profiles: dict[str, CertificateProfile] = field(default_factory=dict)
    certificates: dict[str, x509.Certificate] = field(default_factory=dict)
    chains: dict[str, tuple[x509.Certificate, ...]] = field(default_factory=dict)
    issuers: dict[str, tuple[x509.Certificate, ...]] = field(default_factory=dict)
    signers: dict[str, str] = field(default_factory=dict)
    waived: dict[str, tuple[SecondFinding, ...]] = field(default_factory=dict)
    unfound: dict[str, tuple[Departure, ...]] = field(default_factory=dict)
    crls: dict[str, tuple[TriedCrl, ...]] = field(default_factory=dict)

    def look(
        self, profile: CertificateProfile | CrlProfile, report: LintReport
    ) -> tuple[Departure, ...]:
        """Take what a trial has found off what its profile departs from.

        Returns:
            What no trial has found so far.
        """
        still = unfound(profile.departures, others_of(report))
        before = self.unfound.get(profile.name, profile.departures)
        left = tuple(each for each in before if each in still)
        self.unfound[profile.name] = left
        return left

    def keep(
        self,
        chain: tuple[x509.Certificate, ...],
        thing: Thing,
        *,
        signer: str,
        key: str,
    ) -> None:
        """Keep a certificate that came out as it should, and none of a batch.

        Args:
            chain: It and those above it, up to the trust anchor's, by stand-in keys.
            thing: What the script says of it.
            signer: The key that has signed it.
            key: The key that it certifies; empty for one from elsewhere.
        """
        if thing.kind is ThingKind.CERTIFICATES:
            return
        self.signers[thing.name] = signer
        if key:
            self.certificates[key], self.chains[key] = chain[0], chain
