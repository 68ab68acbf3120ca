"""The waivers of the script: none has expired, and each is told to the reader.

Part of check 12. That a finding is let be where a waiver is for it, and nowhere else,
is verified with the second lint.
"""

from __future__ import annotations

from ceremony.engine.facts import Linted
from ceremony.pack.record import Record
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place


def verify_waivers(record: Record) -> tuple[str, ...]:
    """Insist that no waiver had expired when the ceremony was opened.

    Returns:
        What a reader should know: each waiver, and whether anything was waived by it.

    Raises:
        FailedError: ``VERIFY-WAIVER-01``: one had expired.
    """
    opened = record.facts[0]
    remarks = []
    for waiver in record.state.script.waivers:
        if not waiver.holds_on(opened.event.t.wall.date()):
            raise FailedError(
                "VERIFY-WAIVER-01",
                f"{place(opened)}: the waiver of {waiver.finding} in "
                f"{waiver.subject} expired on {waiver.expires.isoformat()}",
            )
        used = (waiver.ground, waiver.finding, waiver.subject) in _used(record)
        remarks.append(waiver.told + ("" if used else " Nothing was waived by it."))
    return tuple(remarks)


def _used(record: Record) -> set[tuple[str, str, str]]:
    return {
        (finding.waived, finding.rule, recorded.fact.subject)
        for recorded in record.facts
        if isinstance(recorded.fact, Linted) and recorded.fact.second is not None
        for finding in recorded.fact.second.findings
        if finding.waived
    }
