"""What the verifier says of a record that was built."""

from __future__ import annotations

from typing import Final

from ceremony.verify.check import Check, Status
from ceremony.verify.outcome import Verdict
from ceremony.verify.verdict import judge_files
from tests.fakes.record_builder import BuiltRecord


def verdict_of(built: BuiltRecord) -> Verdict:
    """Judge the record as ``ceremony verify`` does."""
    return judge_files(built.files, built.policy)


def failures(built: BuiltRecord) -> list[tuple[str, str]]:
    """Give number and rule of each check that fails, in the checks' order."""
    return [
        (check.number, check.rule)
        for check in judge_files(built.files, built.policy).checks
        if check.status is Status.FAILED
    ]


OF_BEFORE: Final = (
    " was made before requests were linted: ",
    "No receipt and no chain are told of ",
    "No second lint is told of any certificate or list: ",
)
"""What stands in a remark on what a made-up record tells in a form of before."""


def other_remarks(check: Check) -> tuple[str, ...]:
    """Give what a check remarks on beside the forms of before."""
    return tuple(
        each for each in check.remarks if not any(told in each for told in OF_BEFORE)
    )
