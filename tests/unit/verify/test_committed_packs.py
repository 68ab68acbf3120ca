"""The packs in tests/vectors/packs keep the verdict that stands beside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ceremony.pack.policy_file import decode_trust_policy
from ceremony.verify.check import TITLES, Check, Status
from ceremony.verify.examination import check_pack
from ceremony.verify.outcome import RecordWord, Verdict, exit_status

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


@pytest.mark.no_cover
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


VECTORS = Path(__file__).parents[2] / "vectors"
FAMILIES = ("key-acts", "manual-acts", "crl", "logins", "requests")
"""Packs of other scripts than the small one, each with its own trust policy.

They are not measured: that doubles the time, and others run the same lines.
"""


def expected(family: str) -> dict[str, dict[str, str]]:
    told: dict[str, dict[str, str]] = json.loads(
        (VECTORS / family / "expected.json").read_text()
    )
    return told


def judged(family: str, name: str) -> Verdict:
    folder = VECTORS / family
    policy = (folder / "trust-policy.toml").read_bytes()
    pdf = (folder / f"{name}.pdf").read_bytes()
    return check_pack(pdf, decode_trust_policy(policy, "trust-policy"))


def check_of(verdict: Verdict, number: str) -> Check:
    (found,) = (check for check in verdict.checks if check.number == number)
    return found


@pytest.mark.no_cover
@pytest.mark.parametrize("family", FAMILIES)
def test_the_good_pack_of_a_family_is_verified_as_a_rehearsal_with_remarks(
    family: str,
) -> None:
    verdict = judged(family, "good")
    assert verdict.record_line == "Record: VERIFIED WITH REMARKS, REHEARSAL"
    assert verdict.ceremony_line == (
        "Ceremony: completed as approved; REHEARSAL; keys in software"
    )
    not_passed = {c.number for c in verdict.checks if c.status is not Status.PASSED}
    assert not_passed == {"8", "13b"}


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("family", "name"), [(each, name) for each in FAMILIES for name in expected(each)]
)
def test_a_bad_pack_of_a_family_fails_exactly_its_own_check(
    family: str, name: str
) -> None:
    failed = [
        {"check": check.number, "rule": check.rule}
        for check in judged(family, name).checks
        if check.status is Status.FAILED
    ]
    assert failed == [expected(family)[name]]


def test_the_good_pack_of_acts_by_hand_says_what_rests_on_people() -> None:
    assert check_of(judged("manual-acts", "good"), "11").remarks == (
        "Acts by hand rest on the word of two people; step 2.4, 2.6.",
    )


@pytest.mark.no_cover
def test_the_good_pack_of_revocation_lists_counts_what_was_verified() -> None:
    told = check_of(judged("crl", "good"), "12").reason
    assert "2 certificates, 2 revocation lists and 0 requests verify" in told
