"""What came of validating a certificate's path before it leaves the ceremony."""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.identifiers import Digest


@dataclass(frozen=True, slots=True)
class PathChecked:
    """A certificate's path to the trust anchor was validated (RFC 5280, section 6.1).

    Attributes:
        tool: What validated it.
        version: Its version.
        certificates: Fingerprints, from the certificate itself up to the anchor; of a
            part of a batch from the issuer's.
        rule: The rule that is broken, e.g. ``PKI-PATH-05``; empty where none is.
            The certificate is then marked as not to be used.
        text: What was found; empty where the path is valid.
    """

    tool: str
    version: str
    certificates: tuple[Digest, ...]
    rule: str = ""
    text: str = ""
