"""Everybody lies together: every key signs, and the record tells what cannot be.

Nothing but the values themselves gives such a record away. Each lie fails the check
that compares the value with another one, and no other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from ceremony.engine.command import Command
from ceremony.engine.facts import (
    Attested,
    CheckResult,
    ClockRead,
    Head,
    Input,
    Intent,
    Opened,
    Outcome,
    RecordVerified,
    ValueChecked,
)
from ceremony.engine.state import Recorded
from ceremony.pack.record import read_record
from ceremony.people.attestation import Level
from ceremony.pki.certificate import encode_spki
from ceremony.verify.check import FailedError, Status
from ceremony.verify.key import verify_kind
from ceremony.verify.outcome import RecordWord
from ceremony.verify.times import check_times
from ceremony.verify.verdict import judge_files
from tests.fakes.broken_rules import OTHER, fact_changed, part_changed, rules
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord, build_record, remade
from tests.fakes.walked_record import at

FIRST_SIGN_OUT: Final = 73
"""The size of the checkpoint that people cosign when they leave."""


def told_at_sealing(**changes: Any) -> Forgery:
    return fact_changed(RecordVerified, **changes)


def went(number: str, status: str) -> Forgery:
    """Let one of the checks at sealing have gone otherwise, under the same word."""

    def command(told: Command) -> Command:
        fact = told.fact
        if not isinstance(fact, RecordVerified):
            return told
        checks = tuple(
            CheckResult(number, status) if check.number == number else check
            for check in fact.checks
        )
        return replace(told, fact=replace(fact, checks=checks))

    return Forgery(command=command)


def other_checks(change: Callable[[tuple[CheckResult, ...]], Any]) -> Forgery:
    def command(told: Command) -> Command:
        fact = told.fact
        if not isinstance(fact, RecordVerified):
            return told
        return replace(told, fact=replace(fact, checks=change(fact.checks)))

    return Forgery(command=command)


def verified_at(size: int) -> Forgery:
    return told_at_sealing(head=build_record().builder.head(size))


def verified_at_none() -> BuiltRecord:
    """Take the checkpoint away that the record was verified at."""
    built = build_record()
    told = next(
        known.fact
        for known in built.builder.facts
        if isinstance(known.fact, RecordVerified)
    )

    def change(files: dict[str, bytes]) -> None:
        del files[f"checkpoint-{told.head.size:04d}"]

    return remade(built, change, manifest=True)


def clock(**changes: Any) -> Forgery:
    """Let the first reference have been read otherwise."""

    def command(told: Command) -> Command:
        fact = told.fact
        if not isinstance(fact, ClockRead):
            return told
        first, *rest = fact.references
        references = (replace(first, **changes), *rest)
        return replace(told, fact=replace(fact, references=references))

    return Forgery(command=command)


LIES: Final = {
    "hardware that nobody showed": (
        ("9", "VERIFY-ATTEST-12"),
        fact_changed(Attested, "1.4", level=Level.A3, waived=False),
    ),
    "presence that nobody showed": (
        ("9", "VERIFY-ATTEST-12"),
        fact_changed(Attested, "1.4", level=Level.A2),
    ),
    "a watch without hands": (("9", "ENGINE-ATTEST-04"), Forgery(watch="ten")),
    "a key of another size": (
        ("12", "VERIFY-CERT-10"),
        part_changed("key", "2.5", size=384),
    ),
    "a key of another algorithm": (
        ("12", "VERIFY-CERT-10"),
        part_changed("key", "2.5", algorithm="P-384"),
    ),
    "a key that was brought along": (
        ("12", "VERIFY-CERT-10"),
        part_changed("key", "2.5", mechanism="CKM_RSA_PKCS_KEY_PAIR_GEN"),
    ),
    "a verdict without checks": (
        ("10", "VERIFY-SEALING-01"),
        told_at_sealing(checks=()),
    ),
    "a check left out": (
        ("10", "VERIFY-SEALING-01"),
        other_checks(lambda checks: checks[1:]),
    ),
    "a check of the document": (
        ("10", "VERIFY-SEALING-01"),
        other_checks(lambda checks: (*checks, CheckResult("13a", "passed"))),
    ),
    "a check that went nowhere": (("10", "VERIFY-SEALING-01"), went("9", "fine")),
    "verified with a failure": (("10", "VERIFY-SEALING-01"), went("9", "failed")),
    "verified and unchecked": (("10", "VERIFY-SEALING-01"), went("9", "not checked")),
    "verified without its remarks": (
        ("10", "VERIFY-SEALING-01"),
        told_at_sealing(remarks=()),
    ),
    "a better word than its remarks": (
        ("10", "VERIFY-SEALING-01"),
        told_at_sealing(record="VERIFIED"),
    ),
    "verified before the end": (
        ("10", "VERIFY-SEALING-02"),
        verified_at(FIRST_SIGN_OUT),
    ),
    "verified after the end": (
        ("10", "VERIFY-SEALING-02"),
        told_at_sealing(head=Head(9_999, OTHER)),
    ),
    "a row that nobody typed": (
        ("10", "ENGINE-CHECK-05"),
        fact_changed(ValueChecked, "1.9", attempts=(1, 0)),
    ),
    "a token under another label": (
        ("11", "ENGINE-DEVICE-05"),
        fact_changed(Intent, "2.2", label="another"),
    ),
    "another place": (
        ("10", "VERIFY-SCRIPT-03"),
        fact_changed(Opened, place="Another room"),
    ),
    "answers that nobody gave": (
        ("16", "ENGINE-OPEN-07"),
        fact_changed(Opened, input=Input.RECORDED),
    ),
    "answers beside people": (
        ("16", "ENGINE-OPEN-07"),
        fact_changed(Opened, answers=OTHER),
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_that_everybody_signs_fails_its_own_check_alone(name: str) -> None:
    expected, forgery = LIES[name]
    assert rules(build_record(forgery)) == {expected}


def test_a_record_is_verified_at_a_checkpoint_that_it_has() -> None:
    assert rules(verified_at_none()) == {("10", "VERIFY-SEALING-02")}


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP256K1()),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["P-384", "another curve of 256 bits", "Ed25519"],
)
def test_a_key_of_a_kind_without_profile_is_refused_whatever_it_is_called(
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
) -> None:
    moment = at("2.5", Outcome)
    made = moment.command.fact
    assert isinstance(made, Outcome)
    assert made.key is not None
    recorded = Recorded(moment.event, made)
    with pytest.raises(FailedError) as caught:
        verify_kind(recorded, made.key, encode_spki(key.public_key()))
    assert caught.value.rule == "VERIFY-CERT-10"


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("VERIFY-TIME-02", {"reading": "noon"}),
        ("VERIFY-TIME-02", {"reading": "2026-11-25"}),
        ("VERIFY-TIME-03", {"offset_ms": 5_001}),
        ("VERIFY-TIME-03", {"offset_ms": -5_001}),
        ("VERIFY-TIME-03", {"reading": "2026-11-25T12:00:00Z"}),
    ],
)
def test_a_clock_that_was_not_read_so_fails_the_check_of_times_alone(
    rule: str, changes: dict[str, Any]
) -> None:
    built = build_record(clock(**changes))
    assert rules(built) == set()
    assert check_times(read_record(built.files)).rule == rule


@pytest.mark.parametrize("offset", [-5_000, 0, 5_000])
def test_the_leaf_of_a_clock_may_be_written_a_little_later(offset: int) -> None:
    built = build_record(clock(offset_ms=offset))
    assert check_times(read_record(built.files)).status is Status.PASSED


def test_a_token_may_not_tell_how_it_made_a_key() -> None:
    built = build_record(part_changed("key", "2.5", mechanism="absent"))
    assert rules(built) == set()


@pytest.mark.parametrize(
    ("status", "word"), [("failed", "NOT VERIFIED"), ("not checked", "CANNOT TELL")]
)
def test_a_record_that_was_not_verified_at_sealing_says_so(
    status: str, word: str
) -> None:
    def command(told: Command) -> Command:
        told = went("9", status).command(told)
        if isinstance(told.fact, RecordVerified):
            return replace(told, fact=replace(told.fact, record=word))
        return told

    built = build_record(Forgery(command=command))
    verdict = judge_files(built.files, built.policy)
    assert rules(built) == set()
    remarks = next(check.remarks for check in verdict.checks if check.number == "10")
    assert len(remarks) == 1
    assert f"was {word}" in remarks[0]
    assert remarks[0].endswith(f"checks that had not passed: 9 {status}.")
    assert verdict.record is RecordWord.VERIFIED_WITH_REMARKS
    assert remarks[0] in verdict.remarks
