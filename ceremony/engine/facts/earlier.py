"""What an earlier ceremony of the same journal has done, as this one works with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ceremony.engine.facts.device import Outcome
from ceremony.identifiers import CeremonyId, Digest


@dataclass(frozen=True, slots=True)
class EarlierFound:
    """What a device did in an earlier ceremony, and this one works with.

    The blob ``earlier-NNNN.json`` is that leaf, NNNN its number in the journal. What
    the leaf made stands beside it under the names of this ceremony.

    Attributes:
        thing: The key, certificate or token of this script that it is about.
        ceremony: The ceremony that it was in.
        seq: The number of its leaf in the journal.
        leaf: The RFC 6962 hash of that leaf.
        outcome: What the leaf says, with the names of that ceremony's script.
        by: The key of this script that signed the certificate or list, or that the
            key was wrapped under; else empty.
    """

    type: ClassVar[str] = "earlier.found"
    thing: str
    ceremony: CeremonyId
    seq: int
    leaf: Digest
    outcome: Outcome
    by: str = ""
