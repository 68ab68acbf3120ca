"""What the verifier says of a record that was built."""

from __future__ import annotations

from ceremony.verify.check import Status
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
