"""The first fact of a ceremony: everything it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ceremony.engine.facts.value import Head, Input
from ceremony.hardware.certification import Certification
from ceremony.identifiers import Digest, Mode
from ceremony.people.roster import Seat


@dataclass(frozen=True, slots=True)
class BoundToken:
    """What the site binding says about one token of the script.

    Attributes:
        certifications: What the site's hardware list says of it; its own words are in
            ``vendor``, ``model`` and ``firmware``.
    """

    name: str
    serial: str
    label: str
    module: Digest
    software: bool = False
    vendor: str = ""
    model: str = ""
    firmware: str = ""
    certifications: tuple[Certification, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """The first fact of a ceremony: everything it stands on.

    Attributes:
        binding: Digest of ``binding.json``; likewise ``site_policy``,
            ``room_policy``, ``trust_policy`` and ``environment`` (blobs).
        log_key: SHA-256 of the log key's SubjectPublicKeyInfo (DER).
        seal_certificate: SHA-256 of the pack seal's certificate (DER).
        evidence_ca: SHA-256 of the CA certificate above people's certificates.
        previous: The last checkpoint of this journal before, absent in a new one.
        answers: Digest of the recorded answers; absent where people type.
        valid_days: For how many days the site lets a look-up of a certificate count;
            0 where it has no hardware list.
        tool_digest: SHA-256 over the tool's own files.
    """

    type: ClassVar[str] = "ceremony.opened"
    mode: Mode
    title: str
    purpose: str
    place: str
    script_id: str
    script_version: str
    binding: Digest
    site_policy: Digest
    room_policy: Digest
    trust_policy: Digest
    environment: Digest
    log_key: Digest
    seal_certificate: Digest
    evidence_ca: Digest
    seats: tuple[Seat, ...]
    tokens: tuple[BoundToken, ...]
    tool_version: str
    tool_digest: Digest
    input: Input
    previous: Head | None = None
    answers: Digest | None = None
    valid_days: int = 0
