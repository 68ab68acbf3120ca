"""The verdict: two lines that always stand together, and what they rest on.

The first line is about the record, the second about the ceremony. A deviation
belongs to the second line: a record of a bad day can be a good record.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from ceremony.verify.check import Check


class RecordWord(StrEnum):
    """What is said of the record."""

    VERIFIED = "VERIFIED"
    VERIFIED_WITH_REMARKS = "VERIFIED WITH REMARKS"
    NOT_VERIFIED = "NOT VERIFIED"
    CANNOT_TELL = "CANNOT TELL"


class Completion(StrEnum):
    """What is said of the ceremony."""

    AS_APPROVED = "completed as approved"
    WITH_DEVIATIONS = "completed with deviations"
    NOT_COMPLETED = "not completed"
    ABANDONED = "abandoned"
    UNKNOWN = "cannot be told"


class Hardware(StrEnum):
    """Where the keys were, as far as the record can say."""

    VENDOR_ATTESTED = "keys in hardware: vendor-attested"
    WITNESSED = "keys in hardware: seen by witnesses only"
    SOFTWARE = "keys in software"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class DeviationCounts:
    """How many deviations of each weight, and how many people did not agree."""

    note: int = 0
    minor: int = 0
    major: int = 0
    dissent: int = 0

    @property
    def total(self) -> int:
        """Give the number of deviations of any weight."""
        return self.note + self.minor + self.major


@dataclass(frozen=True, slots=True)
class DeviationTold:
    """One deviation in brief, for a reader who looks at these first.

    Attributes:
        number: ``D-01`` and up.
        severity: ``note``, ``minor`` or ``major``.
        step: The step in which it was recorded; empty outside the steps.
        happened: What happened, as recorded.
        decided: What was decided; empty while it is open.
    """

    number: str
    severity: str
    step: str
    happened: str
    decided: str


@dataclass(frozen=True, slots=True)
class Story:
    """What the record says of its ceremony; empty where it cannot be read.

    Attributes:
        ceremony: Its id.
        title: The script's title.
        mode: ``REHEARSAL`` or ``LIVE``; empty where it is unknown.
        completion: How it ended.
        hardware: Where the keys were.
        counts: Its deviations by severity.
        deviations: Every deviation in order.
        digest: The record digest: root of the final checkpoint, 64 hex digits.
    """

    ceremony: str = ""
    title: str = ""
    mode: str = ""
    completion: Completion = Completion.UNKNOWN
    hardware: Hardware = Hardware.UNKNOWN
    counts: DeviationCounts = DeviationCounts()
    deviations: tuple[DeviationTold, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier says of a pack.

    Attributes:
        record: The first line's word.
        story: What the second line is made from.
        checks: Every check, in the order of their numbers.
        remarks: What a reader should know besides, one sentence each.
    """

    record: RecordWord
    story: Story
    checks: tuple[Check, ...]
    remarks: tuple[str, ...] = ()

    @property
    def record_line(self) -> str:
        """Give the first line; a rehearsal's always says so."""
        mode = ", REHEARSAL" if self.story.mode == "REHEARSAL" else ""
        return f"Record: {self.record.value}{mode}"

    @property
    def ceremony_line(self) -> str:
        """Give the second line: how it ended, in which mode, where the keys were."""
        told = [self._completion(), self._mode(), self.story.hardware.value]
        return "Ceremony: " + "; ".join(part for part in told if part)

    def _completion(self) -> str:
        counts = self.story.counts
        told = f"{counts.note} note, {counts.minor} minor, {counts.major} major"
        if counts.dissent:
            told += f", {counts.dissent} did not agree"
        word = self.story.completion.value
        if counts.total or counts.dissent:
            return f"{word} ({told})"
        return word

    def _mode(self) -> str:
        match self.story.mode:
            case "REHEARSAL":
                return "REHEARSAL"
            case "LIVE":
                return "live"
            case _:
                return ""


VERIFIED_STATUS: Final = 0
NOT_VERIFIED_STATUS: Final = 1
CANNOT_TELL_STATUS: Final = 3


def exit_status(verdict: Verdict) -> int:
    """Give the exit status of a command that ends with this verdict: 0, 1 or 3."""
    match verdict.record:
        case RecordWord.VERIFIED | RecordWord.VERIFIED_WITH_REMARKS:
            return VERIFIED_STATUS
        case RecordWord.NOT_VERIFIED:
            return NOT_VERIFIED_STATUS
        case RecordWord.CANNOT_TELL:
            return CANNOT_TELL_STATUS
        case _ as never:
            assert_never(never)
