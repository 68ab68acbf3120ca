"""The five families of expected failure, sorted by who must act.

Every expected failure that reaches a person is one of these. Anything else is a
defect: the crash boundary records it and stops.

Invariants:
    * ``code`` is a stable rule id: the same string in code, report, docs and tests.
    * ``str(error)`` says what happened, ``meaning`` what it means for the key or
      the record, ``remedy`` what to do. Each is one sentence of plain text.
    * No attribute ever holds a PIN or another secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands.

    Attributes:
        file: The file's name as the person gave it.
        line: 1-based; 0 where the file as a whole is meant.
        column: 1-based, in characters; 0 where the line as a whole is meant.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Give ``file:line:column``, leaving out what is not known."""
        if self.line == 0:
            return self.file
        if self.column == 0:
            return f"{self.file}:{self.line}"
        return f"{self.file}:{self.line}:{self.column}"


class CeremonyError(Exception):
    """An expected failure: what happened, what it means, what to do.

    Attributes:
        code: The stable rule id, for example ``SCRIPT-QUORUM-02``.
        meaning: What it means for the key or the record.
        remedy: What the person should do now.
    """

    FAMILY_MEANING: ClassVar[str] = "It was not done."
    """What a failure of the family means where it does not say so itself."""

    def __init__(
        self, code: str, message: str, *, remedy: str, meaning: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.meaning = meaning or self.FAMILY_MEANING
        self.remedy = remedy


class InputError(CeremonyError):
    """A file or a call is unusable; its author acts; nothing was journalled.

    Attributes:
        place: Where the fault stands, or None where the call itself is at fault.
    """

    def __init__(
        self, code: str, message: str, *, remedy: str, place: Place | None = None
    ) -> None:
        super().__init__(code, message, remedy=remedy, meaning="Nothing was written.")
        self.place = place


class RefusedError(CeremonyError):
    """A rule of the ceremony forbids the act; the administrator acts."""

    FAMILY_MEANING: ClassVar[str] = "It was not done; what is recorded stands."


class DeviceError(CeremonyError):
    """A token or its module failed; the operator acts; never retried by itself.

    Attributes:
        in_doubt: True where the device may have acted before it failed.
        ckr: The return value's name, e.g. ``CKR_PIN_INCORRECT``; empty where the
            failure came without one.
    """

    FAMILY_MEANING: ClassVar[str] = (
        "Nothing is claimed of the device but what is recorded."
    )

    def __init__(
        self,
        code: str,
        message: str,
        *,
        remedy: str,
        meaning: str = "",
        in_doubt: bool = False,
    ) -> None:
        super().__init__(code, message, remedy=remedy, meaning=meaning)
        self.in_doubt = in_doubt
        self.ckr = ""


class EvidenceError(CeremonyError):
    """The record does not follow from itself; stop, lock and preserve it."""

    FAMILY_MEANING: ClassVar[str] = (
        "Nothing may be built on this record until it is explained."
    )


class StorageError(CeremonyError):
    """The disk failed; the operator acts; acknowledged facts stand."""

    FAMILY_MEANING: ClassVar[str] = (
        "What was acknowledged stands; nothing else is claimed."
    )
