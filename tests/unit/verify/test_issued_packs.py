"""The packs in tests/vectors/issued and batch keep the verdict that stands beside them.

A later version makes the same texts, results, chains and pages of them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ceremony.pack.policy_file import decode_trust_policy
from ceremony.verify.check import Status
from ceremony.verify.examination import check_pack
from ceremony.verify.outcome import RecordWord, Verdict

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

PACKS = Path(__file__).parents[2] / "vectors"
FOLDERS = ("issued", "batch")
EXPECTED = {
    folder: json.loads((PACKS / folder / "expected.json").read_text())
    for folder in FOLDERS
}
BAD = [(folder, name) for folder in FOLDERS for name in EXPECTED[folder]]


def verdict_of(folder: str, name: str) -> Verdict:
    policy = (PACKS / folder / "trust-policy.toml").read_bytes()
    return check_pack(
        (PACKS / folder / f"{name}.pdf").read_bytes(),
        decode_trust_policy(policy, "trust-policy"),
    )


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_good_pack_fails_nothing(folder: str) -> None:
    verdict = verdict_of(folder, "good")
    assert [c for c in verdict.checks if c.status is Status.FAILED] == []
    status = {check.number: check.status for check in verdict.checks}
    assert (status["12"], status["14"]) == (Status.PASSED, Status.PASSED)


@pytest.mark.parametrize(("folder", "name"), BAD)
def test_a_bad_pack_fails_exactly_its_own_check(folder: str, name: str) -> None:
    verdict = verdict_of(folder, name)
    failed = [
        {"check": check.number, "rule": check.rule}
        for check in verdict.checks
        if check.status is Status.FAILED
    ]
    assert failed == [EXPECTED[folder][name]]
    assert verdict.record is RecordWord.NOT_VERIFIED
