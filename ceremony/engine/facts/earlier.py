"""What exists already: done by an earlier ceremony, or brought from another CA."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ceremony.engine.facts.device import CertificateMade, Outcome
from ceremony.identifiers import CeremonyId, Digest


@dataclass(frozen=True, slots=True)
class EarlierFound:
    """What a device did in an earlier ceremony, and this one works with.

    The blob ``earlier-NNNN.json`` is that leaf, NNNN its number in the journal. What
    the leaf made stands beside it under the names of this ceremony.

    Attributes:
        thing: The key, certificate or token of this script that it is about; of a list
            whose key the script does not name, that key's certificate.
        ceremony: The ceremony that it was in.
        seq: The number of its leaf in the journal.
        leaf: The RFC 6962 hash of that leaf.
        outcome: What the leaf says, with the names of that ceremony's script.
        by: The key of this script that signed the certificate or list, or that the
            key was wrapped under; else empty, as of a key that it does not name.
        issuer_key: For a certificate or a batch: SHA-256 of the public key
            (SubjectPublicKeyInfo) that signed it, where the journal has it.
    """

    type: ClassVar[str] = "earlier.found"
    thing: str
    ceremony: CeremonyId
    seq: int
    leaf: Digest
    outcome: Outcome
    by: str = ""
    issuer_key: Digest | None = None


@dataclass(frozen=True, slots=True)
class CertificateBrought:
    """Another CA's certificate, which the site has as a file and the script names.

    The blob is ``certificate-NAME.pem``.

    Attributes:
        thing: The certificate of this script.
        certificate: What it says; nobody of this script has signed it.
    """

    type: ClassVar[str] = "certificate.brought"
    thing: str
    certificate: CertificateMade
