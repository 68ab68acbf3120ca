"""The packs in tests/vectors/packs keep the verdict that stands beside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ceremony.pack.policy_file import decode_trust_policy
from ceremony.verify.check import TITLES, Status
from ceremony.verify.examination import check_pack
from ceremony.verify.outcome import RecordWord, exit_status

PACKS = Path(__file__).parents[2] / "vectors/packs"
EXPECTED = json.loads((PACKS / "expected.json").read_text())
POLICY = decode_trust_policy((PACKS / "trust-policy.toml").read_bytes(), "trust-policy")


def test_the_good_pack_is_verified_as_a_rehearsal_with_remarks() -> None:
    verdict = check_pack(
        (PACKS / "good.pdf").read_bytes(), POLICY, (PACKS / "good.proof").read_bytes()
    )
    assert verdict.record is RecordWord.VERIFIED_WITH_REMARKS
    assert verdict.record_line == "Record: VERIFIED WITH REMARKS, REHEARSAL"
    assert verdict.ceremony_line == (
        "Ceremony: completed as approved; REHEARSAL; keys in software"
    )
    assert exit_status(verdict) == 0
    not_passed = {c.number for c in verdict.checks if c.status is not Status.PASSED}
    assert not_passed == {"8"}


def test_the_good_pack_without_a_trust_policy_cannot_be_told() -> None:
    verdict = check_pack((PACKS / "good.pdf").read_bytes(), None)
    assert verdict.record is RecordWord.CANNOT_TELL
    assert exit_status(verdict) == 3
    assert all(check.status is not Status.FAILED for check in verdict.checks)


def test_every_check_but_the_eighth_has_a_pack_that_fails_it() -> None:
    assert {bad["check"] for bad in EXPECTED.values()} == set(TITLES) - {"8"}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_bad_pack_fails_exactly_its_own_check(name: str) -> None:
    proof = PACKS / f"{name}.proof"
    verdict = check_pack(
        (PACKS / f"{name}.pdf").read_bytes(),
        POLICY,
        proof.read_bytes() if proof.exists() else None,
    )
    failed = [
        {"check": check.number, "rule": check.rule}
        for check in verdict.checks
        if check.status is Status.FAILED
    ]
    assert failed == [EXPECTED[name]]
    assert verdict.record is RecordWord.NOT_VERIFIED
    assert exit_status(verdict) == 1


KEY_ACTS = Path(__file__).parents[2] / "vectors/key-acts"
KEY_ACTS_EXPECTED = json.loads((KEY_ACTS / "expected.json").read_text())
KEY_ACTS_POLICY = decode_trust_policy(
    (KEY_ACTS / "trust-policy.toml").read_bytes(), "trust-policy"
)


def test_the_good_pack_of_key_acts_is_verified_as_a_rehearsal_with_remarks() -> None:
    verdict = check_pack((KEY_ACTS / "good.pdf").read_bytes(), KEY_ACTS_POLICY)
    assert verdict.record_line == "Record: VERIFIED WITH REMARKS, REHEARSAL"
    assert verdict.ceremony_line == (
        "Ceremony: completed as approved; REHEARSAL; keys in software"
    )
    not_passed = {c.number for c in verdict.checks if c.status is not Status.PASSED}
    assert not_passed == {"8", "13b"}


@pytest.mark.parametrize("name", KEY_ACTS_EXPECTED)
def test_a_bad_pack_of_key_acts_fails_exactly_its_own_check(name: str) -> None:
    pdf = (KEY_ACTS / f"{name}.pdf").read_bytes()
    failed = [
        {"check": check.number, "rule": check.rule}
        for check in check_pack(pdf, KEY_ACTS_POLICY).checks
        if check.status is Status.FAILED
    ]
    assert failed == [KEY_ACTS_EXPECTED[name]]


MANUAL_ACTS = Path(__file__).parents[2] / "vectors/manual-acts"
MANUAL_EXPECTED = json.loads((MANUAL_ACTS / "expected.json").read_text())
MANUAL_POLICY = decode_trust_policy(
    (MANUAL_ACTS / "trust-policy.toml").read_bytes(), "trust-policy"
)


def test_the_good_pack_of_acts_by_hand_says_what_rests_on_people() -> None:
    verdict = check_pack((MANUAL_ACTS / "good.pdf").read_bytes(), MANUAL_POLICY)
    assert verdict.record_line == "Record: VERIFIED WITH REMARKS, REHEARSAL"
    (devices,) = (check for check in verdict.checks if check.number == "11")
    assert devices.remarks == (
        "Acts by hand rest on the word of two people; step 2.4, 2.6.",
    )


@pytest.mark.parametrize("name", MANUAL_EXPECTED)
def test_a_bad_pack_of_acts_by_hand_fails_exactly_its_own_check(name: str) -> None:
    pdf = (MANUAL_ACTS / f"{name}.pdf").read_bytes()
    failed = [
        {"check": check.number, "rule": check.rule}
        for check in check_pack(pdf, MANUAL_POLICY).checks
        if check.status is Status.FAILED
    ]
    assert failed == [MANUAL_EXPECTED[name]]


LISTS = Path(__file__).parents[2] / "vectors/crl"
LISTS_EXPECTED = json.loads((LISTS / "expected.json").read_text())
LISTS_POLICY = decode_trust_policy(
    (LISTS / "trust-policy.toml").read_bytes(), "trust-policy"
)


def test_the_good_pack_of_revocation_lists_is_verified() -> None:
    verdict = check_pack((LISTS / "good.pdf").read_bytes(), LISTS_POLICY)
    assert verdict.record_line == "Record: VERIFIED WITH REMARKS, REHEARSAL"
    (check,) = (check for check in verdict.checks if check.number == "12")
    assert "2 certificates, 2 revocation lists and 1 requests verify" in check.reason


@pytest.mark.parametrize("name", LISTS_EXPECTED)
def test_a_bad_pack_of_revocation_lists_fails_exactly_its_own_check(name: str) -> None:
    pdf = (LISTS / f"{name}.pdf").read_bytes()
    failed = [
        {"check": check.number, "rule": check.rule}
        for check in check_pack(pdf, LISTS_POLICY).checks
        if check.status is Status.FAILED
    ]
    assert failed == [LISTS_EXPECTED[name]]
