"""What may happen at any time: deviations, notes, breaks, interruptions, refusals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ceremony.engine.facts.device import InventoryTaken
from ceremony.engine.facts.value import Course, Initial, Severity
from ceremony.identifiers import OperationId, PersonId


@dataclass(frozen=True, slots=True)
class DeviationRecorded:
    """A departure from the script: the first two of its four answers.

    Attributes:
        deviation: Its number, ``D-01`` and up.
        cause: ``reported``, ``read-back``, ``interruption``, ``changed-token`` or
            ``unseen-token``.
        token: The token that could not be looked into; empty for any other cause.
    """

    type: ClassVar[str] = "deviation.recorded"
    deviation: str
    severity: Severity
    cause: str
    expected: str
    happened: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class DeviationClosed:
    """A deviation's last two answers: what was decided, and by whom.

    Attributes:
        course: What is done about a token that was changed or could not be looked
            into; absent for any other deviation.
    """

    type: ClassVar[str] = "deviation.closed"
    deviation: str
    decided: str
    by: tuple[Initial, ...]
    course: Course | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """A remark for the record.

    Attributes:
        left_after: The last leaf before the ceremony was left, where it was noted
            before anybody resumed it; absent for any other note.
    """

    type: ClassVar[str] = "note.recorded"
    text: str
    left_after: int | None = None


@dataclass(frozen=True, slots=True)
class BreakBegun:
    """People pause; some stay in the room with the equipment.

    Attributes:
        minutes: How long it is planned to be, 1 to 600.
        staying: Who stays, two people or more.
        logged_out: The tokens that were logged out before it began, sorted by name.
    """

    type: ClassVar[str] = "break.begun"
    reason: str
    minutes: int
    staying: tuple[PersonId, ...]
    logged_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BreakEnded:
    """The break is over; who was out is told by the comings and goings."""

    type: ClassVar[str] = "break.ended"


@dataclass(frozen=True, slots=True)
class TokenFound:
    """A token's objects at resume, compared with what the journal expects.

    Attributes:
        expected_count: How many objects the journal's last inventory of the token has;
            0 where it has none.
    """

    token: str
    serial: str
    expected_count: int
    inventory: InventoryTaken


@dataclass(frozen=True, slots=True)
class TokensInspected:
    """People looked into the tokens after an interruption, and this is in them.

    What of it nothing explains is told before as a change; a token that could not be
    looked into is not among them.
    """

    type: ClassVar[str] = "tokens.inspected"
    tokens: tuple[TokenFound, ...]


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
