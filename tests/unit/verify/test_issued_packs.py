"""The packs in tests/vectors/issued keep the verdict that stands beside them.

A later version makes the same texts, chains and pages of them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ceremony.pack.policy_file import decode_trust_policy
from ceremony.verify.check import Status
from ceremony.verify.examination import check_pack
from ceremony.verify.outcome import RecordWord

pytestmark = pytest.mark.no_cover
"""Measuring doubles the time, and every line run here is run by other tests."""

PACKS = Path(__file__).parents[2] / "vectors/issued"
EXPECTED = json.loads((PACKS / "expected.json").read_text())
POLICY = decode_trust_policy((PACKS / "trust-policy.toml").read_bytes(), "trust-policy")


def test_the_good_pack_fails_nothing() -> None:
    verdict = check_pack((PACKS / "good.pdf").read_bytes(), POLICY)
    assert [c for c in verdict.checks if c.status is Status.FAILED] == []
    status = {check.number: check.status for check in verdict.checks}
    assert (status["12"], status["14"]) == (Status.PASSED, Status.PASSED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_bad_pack_fails_exactly_its_own_check(name: str) -> None:
    verdict = check_pack((PACKS / f"{name}.pdf").read_bytes(), POLICY)
    failed = [
        {"check": check.number, "rule": check.rule}
        for check in verdict.checks
        if check.status is Status.FAILED
    ]
    assert failed == [EXPECTED[name]]
    assert verdict.record is RecordWord.NOT_VERIFIED
