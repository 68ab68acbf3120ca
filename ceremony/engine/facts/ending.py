"""How a ceremony ends: verified, closed, sealed, signed, given up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ceremony.engine.facts.value import Head
from ceremony.identifiers import Digest
from ceremony.people.attestation import Meaning


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of the verifier's table.

    Attributes:
        number: The check, as in docs/spec/verification-v1.md.
        status: How it ended there.
    """

    number: str
    status: str


@dataclass(frozen=True, slots=True)
class RecordVerified:
    """The record was verified before the pack was laid out.

    Attributes:
        record: ``VERIFIED``, ``VERIFIED WITH REMARKS``, ``NOT VERIFIED`` or
            ``CANNOT TELL``, over the leaves below ``head``.
        remarks: The remarks in words.
    """

    type: ClassVar[str] = "record.verified"
    record: str
    checks: tuple[CheckResult, ...]
    remarks: tuple[str, ...]
    head: Head


@dataclass(frozen=True, slots=True)
class CeremonyClosed:
    """The ceremony is over; nothing but the seal and signatures may follow.

    Attributes:
        layout: Version of the page layout, 1 and up.
        edition: Which openings the pack shows, e.g. ``full``.
        paper: ``A4`` or ``Letter``.
    """

    type: ClassVar[str] = "ceremony.closed"
    layout: int
    edition: str
    paper: str


@dataclass(frozen=True, slots=True)
class CeremonyAbandoned:
    """The ceremony was given up."""

    type: ClassVar[str] = "ceremony.abandoned"
    reason: str


@dataclass(frozen=True, slots=True)
class PackSealed:
    """The pack was sealed.

    Attributes:
        revision: SHA-256 of the sealed file's bytes.
        size: Its length in bytes.
        certificate: SHA-256 of the seal's certificate (DER).
    """

    type: ClassVar[str] = "pack.sealed"
    revision: Digest
    size: int
    certificate: Digest


@dataclass(frozen=True, slots=True)
class ReportSigned:
    """A report signatory signed the pack.

    Attributes:
        field: The signature field, e.g. ``report-1``.
        revision: SHA-256 of the file's bytes after this signature.
    """

    type: ClassVar[str] = "report.signed"
    field: str
    meaning: Meaning
    revision: Digest
    certificate: Digest
