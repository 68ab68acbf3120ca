"""A backup that is none is found by check 11 alone, whoever holds every key.

The lies are those of ``tests.fakes.backup_lies``; packs of some of them are kept in
tests/vectors/backup and keep their verdict.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony.engine.facts import Outcome
from ceremony.pack.policy_file import decode_trust_policy
from ceremony.verify.check import FailedError, Status
from ceremony.verify.examination import check_pack
from ceremony.verify.key import verify_kind
from ceremony.verify.outcome import RecordWord
from ceremony.verify.verdict import judge_files
from tests.fakes.backup_lies import BACKUP_LIES, BACKUP_PACKS
from tests.fakes.broken_rules import part_changed, without_blobs
from tests.fakes.forgery import Forgery
from tests.fakes.record_backup import build_backup
from tests.unit.verify.judging import failures, verdict_of

PACKS = Path(__file__).parents[2] / "vectors/backup"
EXPECTED = json.loads((PACKS / "expected.json").read_text())
POLICY = decode_trust_policy((PACKS / "trust-policy.toml").read_bytes(), "trust-policy")


def test_an_honest_backup_is_verified_and_says_which_keys_may_leave() -> None:
    built = build_backup()
    verdict = verdict_of(built)
    assert failures(built) == []
    assert verdict.record is RecordWord.VERIFIED_WITH_REMARKS
    told = "As approved, a key may leave its token wrapped: kek, signer."
    assert told in verdict.remarks


@pytest.mark.parametrize("name", BACKUP_LIES)
def test_a_lie_about_a_backup_fails_check_11_alone(name: str) -> None:
    lie = BACKUP_LIES[name]
    built = lie.make()
    checks = judge_files(built.files, built.policy).checks
    failed = [check for check in checks if check.status is Status.FAILED]
    assert [(check.number, check.rule) for check in failed] == [(lie.number, lie.rule)]
    assert lie.place in failed[0].reason


def test_a_blob_that_is_left_out_is_missed() -> None:
    told = failures(build_backup(without_blobs("2.17", Outcome)))
    assert ("11", "VERIFY-INVENTORY-01") in told


def test_a_key_told_as_of_another_kind_fails() -> None:
    forgery = part_changed("key", "2.6", algorithm="RSA-4096", size=4096)
    assert failures(build_backup(forgery)) == [("12", "VERIFY-CERT-10")]
    forgery = part_changed("secret_key", "2.8", algorithm="AES-128")
    assert failures(build_backup(forgery)) == [("12", "ENGINE-KEY-04")]


def test_a_secret_key_under_another_label_fails() -> None:
    forgery = part_changed("secret_key", "2.8", label="other")
    assert ("11", "VERIFY-KEY-01") in failures(build_backup(forgery))


def test_the_good_pack_with_a_backup_is_verified() -> None:
    verdict = check_pack((PACKS / "good.pdf").read_bytes(), POLICY)
    assert verdict.record is RecordWord.VERIFIED_WITH_REMARKS
    assert all(check.status is not Status.FAILED for check in verdict.checks)


def test_the_good_pack_is_not_verified_where_the_policy_wants_no_copies() -> None:
    strict = replace(POLICY, waivers=POLICY.waivers[:1])
    verdict = check_pack((PACKS / "good.pdf").read_bytes(), strict)
    failed = [c.rule for c in verdict.checks if c.status is Status.FAILED]
    assert failed == ["VERIFY-KEY-05"]


def test_the_kept_packs_are_the_lies_that_they_are_named_after() -> None:
    assert {
        name: {"check": BACKUP_LIES[name].number, "rule": BACKUP_LIES[name].rule}
        for name in BACKUP_PACKS
    } == EXPECTED


@pytest.mark.no_cover
@pytest.mark.parametrize("name", EXPECTED)
def test_a_kept_pack_fails_exactly_its_own_check(name: str) -> None:
    verdict = check_pack((PACKS / f"{name}.pdf").read_bytes(), POLICY)
    failed = [
        {"check": check.number, "rule": check.rule}
        for check in verdict.checks
        if check.status is Status.FAILED
    ]
    assert failed == [EXPECTED[name]]


PUBLIC_KEYS = {
    "P-256": (256, ec.generate_private_key(ec.SECP256R1()).public_key()),
    "P-384": (384, ec.generate_private_key(ec.SECP384R1()).public_key()),
    "P-521": (521, ec.generate_private_key(ec.SECP521R1()).public_key()),
    "Ed25519": (256, ed25519.Ed25519PrivateKey.generate().public_key()),
    "RSA-2048": (2048, rsa.generate_private_key(65537, 2048).public_key()),
}
OTHERS = (
    ec.generate_private_key(ec.SECP256K1()).public_key(),
    x25519.X25519PrivateKey.generate().public_key(),
    rsa.generate_private_key(65537, 1024).public_key(),  # noqa: S505  no script orders it
)


def judged(name: str, size: int, mechanism: str, key: Any) -> str:
    """Give the rule that a key's kind breaks, or nothing."""
    recorded = next(
        known
        for known in build_backup().builder.facts
        if isinstance(known.fact, Outcome) and known.fact.key is not None
    )
    made = replace(recorded.fact.key, algorithm=name, size=size, mechanism=mechanism)
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        verify_kind(recorded, made, der)
    except FailedError as error:
        return error.rule
    return ""


def mechanism_of(name: str) -> str:
    if name == "Ed25519":
        return "CKM_EC_EDWARDS_KEY_PAIR_GEN"
    return f"CKM_{'EC' if name[0] == 'P' else 'RSA_PKCS'}_KEY_PAIR_GEN"


@pytest.mark.no_cover
@pytest.mark.parametrize("name", PUBLIC_KEYS)
def test_a_key_is_of_the_kind_that_is_told_and_of_no_other(name: str) -> None:
    size, key = PUBLIC_KEYS[name]
    mechanism = mechanism_of(name)
    assert judged(name, size, mechanism, key) == ""
    assert judged(name, size, "absent", key) == ""
    assert judged(name, size + 1, mechanism, key) == "VERIFY-CERT-10"
    assert judged(name, size, "CKM_AES_KEY_GEN", key) == "VERIFY-CERT-10"
    for other in PUBLIC_KEYS.keys() - {name}:
        told = judged(name, size, mechanism, PUBLIC_KEYS[other][1])
        assert told == "VERIFY-CERT-10"


@pytest.mark.parametrize("key", OTHERS, ids=["secp256k1", "x25519", "rsa-1024"])
def test_a_key_that_no_script_can_order_is_of_no_kind(key: Any) -> None:
    for name, (size, _) in PUBLIC_KEYS.items():
        assert judged(name, size, "absent", key) == "VERIFY-CERT-10"


def test_a_wrapping_key_that_was_destroyed_is_gone_from_the_account() -> None:
    built = build_backup(Forgery(script=destroying_the_original))
    policy = replace(built.policy, scripts=(built.builder.script.digest,))
    verdict = verdict_of(replace(built, policy=policy))
    assert [c.rule for c in verdict.checks if c.status is Status.FAILED] == []
    assert built.builder.state.destroyed.keys() == {"kek"}


def destroying_the_original(raw: bytes) -> bytes:
    """Let the last list of the first token come after the wrapping key's end."""
    text = raw.decode()
    step = text[text.index('      - id: "2.22"') : text.index('      - id: "2.23"')]
    end = """      - id: "2.22"
        verb: key.destroy
        text: The wrapping key is destroyed in the first token.
        by: administrator
        initials: [internal-witness]
        irreversible: true
        with: {key: kek}
"""
    later = step.replace('"2.22"', '"2.23"')
    return (
        text.replace(step, end + later)
        .replace(
            '      - id: "2.23"\n        verb: act-end',
            '      - id: "2.24"\n        verb: act-end',
        )
        .encode()
    )
