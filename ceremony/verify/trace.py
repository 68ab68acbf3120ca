"""Every recorded fact decided again, by the rules that were asked in the room.

A record can be whole and signed and still tell of something that no rule allows. The
verifier therefore rebuilds each command from its leaf and asks ``engine.decide``,
on the state that the leaves before it give.

Invariants:
    * A refusal is counted for the check that its rule belongs to, once.
    * What follows an order that is already broken is not decided again: those
      refusals would only be consequences of the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ceremony.engine.command import Command
from ceremony.engine.decide import verify_command
from ceremony.engine.fold import fold
from ceremony.engine.state import Recorded, State
from ceremony.errors import CeremonyError
from ceremony.identifiers import Digest, OperationId, PersonId, StepId
from ceremony.pack.record import Record
from ceremony.verify.check import FailedError, UncheckedError

_FAMILIES: Final = (
    ("ENGINE-ATTEST-", "9"),
    ("ENGINE-DISSENT-", "9"),
    ("ENGINE-PAPER-", "9"),
    ("ENGINE-OPEN-02", "16"),
    ("ENGINE-OPEN-03", "16"),
    ("ENGINE-OPEN-07", "16"),
    ("ENGINE-LINT-", "12"),
    ("ENGINE-ISSUE-", "12"),
    ("ENGINE-CRL-", "12"),
    ("ENGINE-CROSS-", "12"),
    ("ENGINE-BATCH-", "12"),
    ("ENGINE-IMPORT-", "12"),
    ("ENGINE-RENEW-", "12"),
    ("ENGINE-REQUEST-", "12"),
    ("ENGINE-PATH-", "12"),
    ("ENGINE-EARLIER-03", "12"),
    ("ENGINE-EARLIER-", "11"),
    ("ENGINE-WAIVER-", "12"),
    ("ENGINE-BACKUP-", "11"),
    ("ENGINE-CHANGE-", "11"),
    ("ENGINE-UNSEEN-", "11"),
    ("ENGINE-LOOK-", "11"),
    ("ENGINE-CONTINGENCY-04", "12"),
    ("ENGINE-CONTINGENCY-", "11"),
    ("ENGINE-DEVICE-", "11"),
    ("ENGINE-DOUBT-", "11"),
    ("ENGINE-INVENTORY-", "11"),
    ("ENGINE-CARDS-", "11"),
    ("ENGINE-LOGIN-", "11"),
    ("ENGINE-MANUAL-", "11"),
    ("ENGINE-KEY-04", "12"),
    ("ENGINE-KEY-", "11"),
    ("ENGINE-PROVE-", "11"),
    ("ENGINE-DESTROY-", "11"),
    ("ENGINE-RESUME-", "11"),
    ("ENGINE-ZEROISE-", "11"),
)
"""Which check a refusal counts for, by the beginning of its rule; else 10."""

_BREAKS_ORDER: Final = ("ENGINE-STEP-", "ENGINE-DOUBT-", "ENGINE-PHASE-")

UNDECIDED: Final = "VERIFY-TRACE-01"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A fact that no rule would have allowed.

    Attributes:
        number: The check that it counts for.
        rule: The rule that refuses it.
        reason: Why, with leaf and step.
    """

    number: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Trace:
    """What came of deciding every fact again.

    Attributes:
        refusals: In the order of the leaves.
        broken_at: The leaf from which on nothing was decided; None if all was.
    """

    refusals: tuple[Refusal, ...]
    broken_at: int | None

    def verify(self, number: str) -> None:
        """Insist that no refusal counts for a check.

        Raises:
            FailedError: The first one that does.
        """
        for told in self.refusals:
            if told.number == number:
                raise FailedError(told.rule, told.reason)

    def verify_whole(self, other: str) -> None:
        """Insist that every fact was decided again.

        Args:
            other: The check under which the order is reported as broken.

        Raises:
            UncheckedError: From some leaf on nothing was.
        """
        if self.broken_at is not None:
            raise UncheckedError(
                f"The order is broken at leaf {self.broken_at}: see check {other}."
            )


def decide_again(record: Record) -> Trace:
    """Ask the engine about every fact, each on the state before it."""
    state = State(record.state.script)
    refusals: list[Refusal] = []
    for recorded in record.facts:
        refusal = _refusal(state, recorded)
        if refusal is not None:
            refusals.append(refusal)
            if refusal.rule == UNDECIDED or refusal.rule.startswith(_BREAKS_ORDER):
                return Trace(tuple(refusals), recorded.event.seq)
        state = fold(state, recorded.event, recorded.fact)
    return Trace(tuple(refusals), None)


def place(recorded: Recorded) -> str:
    """Name a leaf as a reader finds it: ``leaf 41, step 2.5``."""
    step = f", step {recorded.event.step.id}" if recorded.event.step else ""
    return f"leaf {recorded.event.seq}{step}"


def is_day_of(recorded: Recorded, day: date) -> bool:
    """Tell whether what a leaf tells of is of its day, or of the one before.

    Midnight may lie between the order and the leaf.
    """
    told = recorded.event.t.wall.date()
    return day in (told, told - timedelta(days=1))


def _refusal(state: State, recorded: Recorded) -> Refusal | None:
    try:
        verify_command(state, _command(recorded))
    except CeremonyError as error:
        rule = error.code
        number = next(
            (check for begin, check in _FAMILIES if rule.startswith(begin)), "10"
        )
        return Refusal(number, rule, f"{place(recorded)}: {error}")
    except (KeyError, IndexError, TypeError, ValueError) as error:
        # The script is the pack's own: its steps may lack what their verbs need.
        return Refusal(
            "10",
            UNDECIDED,
            f"{place(recorded)}: the rules cannot be asked about it ({error!r})",
        )
    return None


def _command(recorded: Recorded) -> Command:
    event = recorded.event
    return Command(
        fact=recorded.fact,
        actor=PersonId(event.actor.person) if event.actor else None,
        step=StepId(event.step.id) if event.step else None,
        presented=Digest(event.step.presented) if event.step else None,
        op=OperationId(event.op) if event.op else None,
        blobs=event.blobs,
    )
