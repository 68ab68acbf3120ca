"""A person's two ways out of a turn: not to agree, and to sign on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ceremony.engine.facts.value import Head, Initial
from ceremony.identifiers import Digest, PersonId
from ceremony.people.attestation import Level, Meaning


@dataclass(frozen=True, slots=True)
class DissentRecorded:
    """A person does not agree with the statement of their turn; the ceremony holds.

    Attributes:
        turn: ``sign-in`` or ``sign-out``.
        statement: SHA-256 over the UTF-8 text that was offered.
        reason: Why, word for word.
    """

    type: ClassVar[str] = "dissent.recorded"
    turn: str
    person: PersonId
    statement: Digest
    reason: str


@dataclass(frozen=True, slots=True)
class DissentSettled:
    """What two people decided about a dissent; the person's turn goes on.

    Attributes:
        person: Who did not agree.
        by: The two who decided.
    """

    type: ClassVar[str] = "dissent.settled"
    person: PersonId
    decided: str
    by: tuple[Initial, ...]


@dataclass(frozen=True, slots=True)
class SignedOnPaper:
    """A person signed their statement in ink; the sheet stays outside the record.

    Attributes:
        turn: ``sign-in`` or ``sign-out``.
        level: Always ``A0``.
        statement: SHA-256 over the UTF-8 text on the sheet.
        head: The checkpoint that the sheet names; nobody cosigned it by this.
        sheet: The sheet's number, ``P-01`` and up.
        reason: Why the person's own token was not used.
        by: The two who saw the signature.
        waived: True where the level is below the policy's minimum and waived.
    """

    type: ClassVar[str] = "attestation.on-paper"
    turn: str
    meaning: Meaning
    level: Level
    statement: Digest
    head: Head
    sheet: str
    reason: str
    clock_reading: str
    by: tuple[Initial, ...]
    waived: bool = False
