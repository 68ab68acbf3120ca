"""Every kind of fact that a journal can hold, as typed values.

A fact is the ``data`` of a leaf (docs/spec/journal-v1.md, "Facts"); its class names
the leaf's ``type``. Facts carry digests of larger things, which lie beside them as
blobs. ``engine.fact_codec`` reads and writes them strictly.

Invariants:
    * No fact holds a name, a PIN or another secret: people stand under their ids,
      and names as commitments.
    * A field that is None, empty or a default False is left out of the leaf.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from ceremony.identifiers import Digest, Mode, OperationId, PersonId, Role
from ceremony.people.attestation import Level, Meaning
from ceremony.people.roster import Seat


class Input(StrEnum):
    """Where the values of a step came from."""

    TYPED = "typed"
    RECORDED = "recorded"


class Severity(StrEnum):
    """How much a deviation weighs."""

    NOTE = "note"
    MINOR = "minor"
    MAJOR = "major"


class Result(StrEnum):
    """How a device operation ended."""

    DONE = "done"
    FAILED = "failed"
    ADOPTED = "adopted"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Head:
    """A tree head: number of leaves and RFC 6962 root."""

    size: int
    root: Digest


@dataclass(frozen=True, slots=True)
class BoundToken:
    """What the site binding says about one token of the script."""

    name: str
    serial: str
    label: str
    module: Digest
    software: bool = False
    vendor: str = ""
    model: str = ""
    firmware: str = ""


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


@dataclass(frozen=True, slots=True)
class Attested:
    """A person signed a statement with their own key; the envelope is the blob.

    Attributes:
        turn: ``sign-in`` or ``sign-out``.
        statement: SHA-256 over the statement's UTF-8 text.
        head: The checkpoint that the statement names (and so cosigns).
        waived: True where the level is below the policy's minimum and waived.
    """

    type: ClassVar[str] = "attestation.signed"
    turn: str
    meaning: Meaning
    level: Level
    statement: Digest
    head: Head
    nonce: str
    clock_reading: str
    key: Digest
    waived: bool = False


@dataclass(frozen=True, slots=True)
class AttendanceChanged:
    """A person left or entered the room between sign-in and sign-out.

    Attributes:
        direction: ``in`` or ``out``.
    """

    type: ClassVar[str] = "attendance.changed"
    person: PersonId
    direction: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Initial:
    """The operator's record that a person said a step is done."""

    person: PersonId
    role: Role
    mark: str


@dataclass(frozen=True, slots=True)
class StepClosed:
    """A step is done; its initials stand here."""

    type: ClassVar[str] = "step.closed"
    initials: tuple[Initial, ...]
    input: Input


@dataclass(frozen=True, slots=True)
class HoldAnswer:
    """One role's answer at a hold: ``ready``, ``not-ready`` or ``absent``."""

    person: PersonId
    role: Role
    answer: str


@dataclass(frozen=True, slots=True)
class HoldAnswered:
    """Every named role answered at a hold, by roll-call aloud."""

    type: ClassVar[str] = "hold.answered"
    answers: tuple[HoldAnswer, ...]


@dataclass(frozen=True, slots=True)
class ClockReference:
    """One reference that the laptop's clock was compared with.

    Attributes:
        name: What was read, e.g. ``wall clock, radio controlled``.
        person: Who read it.
        reading: ``YYYY-MM-DDTHH:MM:SSZ`` as read.
        offset_ms: Laptop minus reference, milliseconds.
    """

    name: str
    person: PersonId
    reading: str
    offset_ms: int


@dataclass(frozen=True, slots=True)
class ClockRead:
    """The laptop's clock was compared with its references.

    Attributes:
        tolerance_ms: The largest offset that passes, milliseconds.
    """

    type: ClassVar[str] = "clock.read"
    references: tuple[ClockReference, ...]
    tolerance_ms: int


@dataclass(frozen=True, slots=True)
class ValueChecked:
    """A value was read back and compared, word by word.

    Attributes:
        subject: Name of the thing, e.g. ``root-oca``.
        what: What was compared, e.g. ``certificate fingerprint``.
        source: Where the reader read it, e.g. ``projector``.
        value: The digest whose words were read.
        typed: The words as typed, lower case, 4 to 32.
        reader: Who read aloud.
        typist: Who typed without seeing the value.
        attempts: Entries needed per row of four words, 1 or more each.
        equal: True where every typed word is the right one.
    """

    type: ClassVar[str] = "value.checked"
    subject: str
    what: str
    source: str
    value: Digest
    typed: tuple[str, ...]
    reader: PersonId
    typist: PersonId
    attempts: tuple[int, ...]
    equal: bool


@dataclass(frozen=True, slots=True)
class ValueRecorded:
    """A value that a person reported, as typed."""

    type: ClassVar[str] = "value.recorded"
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class CustodyRecorded:
    """A thing changed hands, or a bag was sealed or opened.

    Attributes:
        action: ``sealed``, ``opened``, ``handed-over`` or ``placed``.
        bag: The tamper-evident bag's number; empty where there is none.
        contents: Names of the things inside.
    """

    type: ClassVar[str] = "custody.recorded"
    thing: str
    action: str
    bag: str
    contents: tuple[str, ...]
    giver: PersonId
    taker: PersonId
    storage: str = ""


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One finding of a lint: ``severity`` is ``error``, ``warning`` or ``notice``."""

    rule: str
    severity: str
    text: str


@dataclass(frozen=True, slots=True)
class Linted:
    """A certificate-to-be was linted; the report is the blob.

    Attributes:
        stage: ``before-key`` (stand-in public key), ``before-signing`` or
            ``after-signing``.
        tbs: SHA-256 of the to-be-signed bytes (DER); absent before the key exists.
    """

    type: ClassVar[str] = "lint.checked"
    stage: str
    profile: str
    subject: str
    rule_count: int
    findings: tuple[LintFinding, ...]
    tbs: Digest | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An attribute as it will be asked of the device."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Intent:
    """What a device is about to be told; durable before the call.

    Attributes:
        verb: The device verb, e.g. ``key.generate``.
        token: The token's name in the script.
        serial: The token's serial.
        thing: The key, request or certificate concerned; else empty.
        label: CKA_LABEL or token label asked for; else empty.
        algorithm: e.g. ``P-256``; else empty.
        tbs: What will be signed, SHA-256 of the to-be-signed bytes (DER).
    """

    type: ClassVar[str] = "hsm.intent"
    verb: str
    token: str
    serial: str
    thing: str = ""
    label: str = ""
    algorithm: str = ""
    attributes: tuple[Asked, ...] = ()
    tbs: Digest | None = None


@dataclass(frozen=True, slots=True)
class FoundObject:
    """One object in a token, in brief.

    Attributes:
        kind: ``private-key``, ``public-key``, ``secret-key``, ``data``,
            ``certificate`` or ``other``.
        cka_id: Hex, even length; empty where the object has none.
    """

    kind: str
    label: str
    cka_id: str


@dataclass(frozen=True, slots=True)
class InventoryTaken:
    """A whole-token inventory; the full one with attributes is the blob.

    Attributes:
        digest: SHA-256 of the ``inventory-*.json`` blob.
        count: Number of objects.
        added: Objects that are new since the inventory before, in brief.
        removed: Objects that are gone since then.
    """

    digest: Digest
    count: int
    added: tuple[FoundObject, ...] = ()
    removed: tuple[FoundObject, ...] = ()


@dataclass(frozen=True, slots=True)
class AttributeFound:
    """One attribute compared with the policy.

    Attributes:
        expected: ``true``, ``false`` or text.
        found: The same, or ``absent`` where the token does not tell.
        waived: True where a failure is waived by the site policy.
    """

    name: str
    expected: str
    found: str
    passed: bool
    waived: bool = False


@dataclass(frozen=True, slots=True)
class KeyMade:
    """A key pair as read back from its token.

    Attributes:
        cka_id: Hex; equals the operation id.
        size: Bits.
        mechanism: The generation mechanism as the token tells it.
        public_key: SHA-256 of the SubjectPublicKeyInfo (DER); the blob is
            ``public-key-NAME.der``.
        key_identifier: RFC 5280 method (2), 8 octets as 16 hex digits.
    """

    label: str
    cka_id: str
    algorithm: str
    size: int
    mechanism: str
    public_key: Digest
    key_identifier: str
    attributes: tuple[AttributeFound, ...]


@dataclass(frozen=True, slots=True)
class RequestMade:
    """A PKCS#10 request; the blob is ``request-NAME.csr`` (DER)."""

    digest: Digest
    subject: str
    public_key: Digest


@dataclass(frozen=True, slots=True)
class CertificateMade:
    """An issued certificate; the blob is ``certificate-NAME.pem``.

    Attributes:
        digest: SHA-256 over the DER (the fingerprint).
        tbs: SHA-256 over the signed to-be-signed bytes (DER).
        serial: Hex, 32 digits.
        not_before: ``YYYY-MM-DDTHH:MM:SSZ``; likewise ``not_after``.
        issuer_thing: Name of the key that signed.
    """

    digest: Digest
    tbs: Digest
    serial: str
    subject: str
    issuer: str
    issuer_thing: str
    not_before: str
    not_after: str
    public_key: Digest
    key_identifier: str


@dataclass(frozen=True, slots=True)
class DeviceFault:
    """What a token or module said when it failed."""

    code: str
    message: str
    ckr: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a device did, as read back; durable before it is shown as done."""

    type: ClassVar[str] = "hsm.outcome"
    verb: str
    token: str
    serial: str
    result: Result
    thing: str = ""
    inventory: InventoryTaken | None = None
    key: KeyMade | None = None
    request: RequestMade | None = None
    certificate: CertificateMade | None = None
    fault: DeviceFault | None = None
    decided_by: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class DeviationRecorded:
    """A departure from the script: the first two of its four answers.

    Attributes:
        deviation: Its number, ``D-01`` and up.
        cause: ``reported``, ``read-back`` or ``interruption``.
    """

    type: ClassVar[str] = "deviation.recorded"
    deviation: str
    severity: Severity
    cause: str
    expected: str
    happened: str


@dataclass(frozen=True, slots=True)
class DeviationClosed:
    """A deviation's last two answers: what was decided, and by whom."""

    type: ClassVar[str] = "deviation.closed"
    deviation: str
    decided: str
    by: tuple[Initial, ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """A remark for the record."""

    type: ClassVar[str] = "note.recorded"
    text: str


@dataclass(frozen=True, slots=True)
class TokenFound:
    """A token's objects at resume, compared with what the journal expects."""

    token: str
    serial: str
    expected_count: int
    inventory: InventoryTaken


@dataclass(frozen=True, slots=True)
class Resumed:
    """The ceremony goes on after the program or the machine ended.

    Attributes:
        last_seq: The last leaf before the interruption.
        rebooted: True where the boot id changed.
        in_doubt: The operation whose outcome was not recorded; absent if none.
        by: The two people who inspected and decided.
    """

    type: ClassVar[str] = "ceremony.resumed"
    last_seq: int
    rebooted: bool
    tokens: tuple[TokenFound, ...]
    by: tuple[Initial, ...]
    in_doubt: OperationId | None = None


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """A rule forbade what was asked; nothing else happened."""

    type: ClassVar[str] = "command.refused"
    rule: str
    command: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of the verifier's table: ``number`` as in docs/spec/pack-v1.md."""

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


Fact = (
    Opened
    | Attested
    | AttendanceChanged
    | StepClosed
    | HoldAnswered
    | ClockRead
    | ValueChecked
    | ValueRecorded
    | CustodyRecorded
    | Linted
    | Intent
    | Outcome
    | DeviationRecorded
    | DeviationClosed
    | Noted
    | Resumed
    | CommandRefused
    | RecordVerified
    | CeremonyClosed
    | CeremonyAbandoned
    | PackSealed
    | ReportSigned
)
