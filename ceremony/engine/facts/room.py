"""What happens in the room: turns, answers, readings, read-backs, bags."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from ceremony.engine.facts.value import Head, Initial, Input
from ceremony.identifiers import Digest, PersonId, Role
from ceremony.people.attestation import Level, Meaning


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
class DeviceReading:
    """One value that was read at a device, beside the one that the script expects.

    Attributes:
        found: As typed.
        agrees: True where it is the expected text, letter for letter.
    """

    name: str
    expected: str
    found: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class Presented:
    """One credential that somebody presented to a device.

    Attributes:
        credential: The card, stick or key, by its name in the script.
    """

    credential: str
    person: PersonId


@dataclass(frozen=True, slots=True)
class DeviceQuorum:
    """How many of its credentials a device asked for, and which were presented.

    Attributes:
        need: How many it asks for.
        of: How many it knows.
        presented: In the script's order.
    """

    need: int
    of: int
    presented: tuple[Presented, ...]


class Seen(StrEnum):
    """What a module shows of a token after people have zeroised it.

    ``user-pin``: what is private in it is shown to nobody who has not logged in, so
    that only a later list tells whether it is empty.
    """

    ABSENT = "absent"
    BLANK = "not-initialised"
    NO_USER_PIN = "no-user-pin"
    USER_PIN = "user-pin"


@dataclass(frozen=True, slots=True)
class Zeroised:
    """A token was zeroised by hand; what its module shows of it right afterwards.

    Attributes:
        serial: The token's, as it is bound.
        keys: Every key that ended with it, by name, in the order of their making.
        shown: How many objects it shows without a login; 0 where none can be asked for.
    """

    serial: str
    seen: Seen
    keys: tuple[str, ...] = ()
    shown: int = 0


@dataclass(frozen=True, slots=True)
class DeviceHandled:
    """People acted at a device by hand and told what it shows; the tool did not act.

    Attributes:
        device: The token or equipment, by its name in the script.
        performer: Who acted.
        checker: Who checked: another person.
        exhibit: The name of the file that was kept of it, as typed.
        exhibit_digest: That file's SHA-256, as typed; it is not in the pack.
        before: The token's last inventory; absent where no module reaches the device.
        quorum: The device's own; absent where the script names no credentials.
        zeroised: What is seen of a token that the act has zeroised; absent where it
            zeroises none, or what was read is not what was expected.
    """

    type: ClassVar[str] = "device.handled"
    device: str
    performer: PersonId
    checker: PersonId
    readings: tuple[DeviceReading, ...]
    exhibit: str
    exhibit_digest: Digest
    before: Digest | None = None
    quorum: DeviceQuorum | None = None
    zeroised: Zeroised | None = None


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
