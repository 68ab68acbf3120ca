"""Kept packs of a contingency ceremony keep their verdict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ceremony.pack.policy_file import decode_trust_policy
from ceremony.verify.check import Status
from ceremony.verify.examination import check_pack
from ceremony.verify.outcome import RecordWord
from tests.fakes.contingency_lies import CONTINGENCY_PACKS

PACKS = Path(__file__).parents[2] / "vectors/contingency"
EXPECTED = json.loads((PACKS / "expected.json").read_text())
POLICY = decode_trust_policy((PACKS / "trust-policy.toml").read_bytes(), "trust-policy")


def test_the_good_pack_with_a_contingency_key_is_verified() -> None:
    verdict = check_pack((PACKS / "good.pdf").read_bytes(), POLICY)
    assert verdict.record is RecordWord.VERIFIED_WITH_REMARKS
    assert all(check.status is not Status.FAILED for check in verdict.checks)


def test_the_kept_packs_are_the_lies_that_they_are_named_after() -> None:
    assert {
        name: {"check": bad.number, "rule": bad.rule}
        for name, bad in CONTINGENCY_PACKS.items()
    } == EXPECTED


@pytest.mark.parametrize("name", EXPECTED)
def test_a_kept_pack_fails_exactly_its_own_check(name: str) -> None:
    verdict = check_pack((PACKS / f"{name}.pdf").read_bytes(), POLICY)
    failed = [
        {"check": check.number, "rule": check.rule}
        for check in verdict.checks
        if check.status is Status.FAILED
    ]
    assert failed == [EXPECTED[name]]
