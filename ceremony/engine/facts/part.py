"""What a leaf tells of one part of a batch of certificates.

The parts are small enough that what an interruption takes is soon made anew, and large
enough that the journal does not grow by a leaf for each certificate.
"""

from __future__ import annotations

from dataclasses import dataclass

from ceremony.identifiers import Digest


@dataclass(frozen=True, slots=True)
class PartAsked:
    """Which part of a batch a device is about to sign.

    Attributes:
        number: From 1.
        first: The position, among the good requests, of its first one, from 1.
        count: How many certificates.
        serials: SHA-256 of ``serials-NAME-NNNN.txt``: their serial numbers, which are
            used once, whatever becomes of the part.
    """

    number: int
    first: int
    count: int
    serials: Digest


@dataclass(frozen=True, slots=True)
class PartMade:
    """A part of a batch, signed, verified and linted again.

    Attributes:
        number: From 1; likewise ``first`` and ``count`` as they were asked.
        tbs: SHA-256 of the signed to-be-signed bytes (DER), one after the other.
        certificates: SHA-256 of ``certificates-NAME-NNNN.pem``.
        issuer: The issuer's name; ``issuer_thing`` names the key that signed.
        not_before: ``YYYY-MM-DDTHH:MM:SSZ``.
        issued: With the last part: SHA-256 of ``issued-NAME.jsonl``, which gives each
            certificate's serial number and digest.
        answered_at: With the last part: when the batch was answered.
        received_at: With the last part: the receipt of its requests, from which the
            response time counts; empty in records from before it was told.
    """

    number: int
    first: int
    count: int
    tbs: Digest
    certificates: Digest
    issuer: str
    issuer_thing: str
    not_before: str
    issued: Digest | None = None
    answered_at: str = ""
    received_at: str = ""
