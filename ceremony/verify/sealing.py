"""What the journal says of its own verification at sealing, and the pages quote.

Part of check 10. The checks are not made again on the leaves below that head: the
verifier makes its own on all of them, and a verifier of another day may word its
remarks otherwise. What is told must be a verdict that those checks can give.

Invariants:
    * The checks that are told are those on files, each once and in their order.
    * The word that is told follows from them by the verdict's own table.
    * They were made on a checkpoint of the record that covers every earlier leaf.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from ceremony.engine.facts import RecordVerified
from ceremony.engine.state import Recorded
from ceremony.pack.record import CHECKPOINT, Record
from ceremony.verify.check import ON_FILES, TITLES, FailedError, Status
from ceremony.verify.outcome import RecordWord
from ceremony.verify.trace import place
from ceremony.verify.word import decide_word

_MADE: Final = tuple(number for number in TITLES if number in (*ON_FILES, "8"))
"""The checks that are made at sealing: 2 to 12 and 16."""

_STATUSES: Final = frozenset(Status)

_SOUND: Final = (RecordWord.VERIFIED, RecordWord.VERIFIED_WITH_REMARKS)


def verify_told_verdicts(record: Record) -> tuple[str, ...]:
    """Insist that each verdict in the journal is one that could be given.

    Returns:
        A remark for each that was not that the record is verified.

    Raises:
        FailedError: ``VERIFY-SEALING-01``: the word does not follow from the checks;
            ``VERIFY-SEALING-02``: they were made on another head.
    """
    remarks: list[str] = []
    for before, recorded in pairwise(record.facts):
        told = recorded.fact
        if not isinstance(told, RecordVerified):
            continue
        word = _verify_word(recorded, told)
        _verify_head(record, before, recorded, told)
        if word not in _SOUND:
            remarks.append(
                f"At sealing the record was {word.value} ({place(recorded)}); checks "
                f"that had not passed: {_unpassed(told)}."
            )
    return tuple(remarks)


def _verify_word(recorded: Recorded, told: RecordVerified) -> RecordWord:
    listed = tuple(check.number for check in told.checks)
    known = all(check.status in _STATUSES for check in told.checks)
    if listed != _MADE or not known:
        raise FailedError(
            "VERIFY-SEALING-01",
            f"{place(recorded)}: it does not tell how checks 2 to 12 and 16 went",
        )
    status = {check.number: Status(check.status) for check in told.checks}
    word = decide_word(status, told.remarks, ON_FILES)
    if told.record != word.value:
        raise FailedError(
            "VERIFY-SEALING-01",
            f"{place(recorded)}: it says {told.record}, and its checks say "
            f"{word.value}",
        )
    return word


def _verify_head(
    record: Record, before: Recorded, recorded: Recorded, told: RecordVerified
) -> None:
    size = told.head.size
    if (
        not before.event.seq < size <= recorded.event.seq
        or f"{CHECKPOINT}-{size:04d}" not in record.files
    ):
        raise FailedError(
            "VERIFY-SEALING-02",
            f"{place(recorded)}: its head of {size} leaves is no checkpoint of this "
            "record that covers the leaves before it",
        )


def _unpassed(told: RecordVerified) -> str:
    return ", ".join(
        f"{check.number} {check.status}"
        for check in told.checks
        if check.status != Status.PASSED and check.number != "8"
    )
