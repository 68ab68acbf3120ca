"""What a record says of its tokens' certificates is judged again, each thing alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ceremony.engine.facts import BoundToken
from ceremony.hardware.certification import (
    ApprovedMode,
    CertificateStatus,
    Certification,
)
from ceremony.verify.check import Check, Status
from ceremony.verify.verdict import judge_files
from tests.fakes.broken_rules import opened_changed
from tests.fakes.certified import RECORD
from tests.fakes.forgery import Forgery
from tests.fakes.record_builder import BuiltRecord, build_record
from tests.unit.verify.judging import failures

OPENED_ON = build_record().builder.facts[0].event.t.wall.date()
VALID_DAYS = 90
GOOD = replace(RECORD, looked_up_on=OPENED_ON)


def with_certificate(**changes: Any) -> BuiltRecord:
    """Open on a YubiHSM whose certificate is in order but for what is changed."""
    first, *rest = build_record().builder.facts[0].fact.tokens
    told = replace(GOOD, serial=first.serial)
    token: BoundToken = replace(
        first,
        vendor="Yubico",
        model="YubiHSM",
        firmware=told.firmware_by_token,
        certifications=(replace(told, **changes),),
    )
    return build_record(opened_changed(tokens=(token, *rest), valid_days=VALID_DAYS))


def check_11(built: BuiltRecord) -> Check:
    return next(
        check
        for check in judge_files(built.files, built.policy).checks
        if check.number == "11"
    )


def test_a_certificate_that_fits_changes_no_verdict() -> None:
    before = check_11(build_record())
    assert check_11(with_certificate()) == before
    assert failures(with_certificate()) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"serial": "another"}, "VERIFY-HARDWARE-01"),
        (
            {"firmware_reported": "2.3.2", "firmware_certified": ("2.3.2",)},
            "VERIFY-HARDWARE-02",
        ),
        ({"looked_up_on": OPENED_ON + timedelta(1)}, "VERIFY-HARDWARE-03"),
        ({"status": CertificateStatus.REVOKED}, "VERIFY-HARDWARE-04"),
    ],
)
def test_what_no_ceremony_may_stand_on_fails_alone(
    change: dict[str, object], rule: str
) -> None:
    assert failures(with_certificate(**change)) == [("11", rule)]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"firmware_reported": "2.4.2"}, "covers 2.4.0, 2.4.1"),
        (
            {"firmware_reported": "2.4b", "firmware_certified": ("2.4b",)},
            "cannot be compared",
        ),
        ({"looked_up_on": OPENED_ON - timedelta(VALID_DAYS + 1)}, "91 days ago"),
        ({"status": CertificateStatus.HISTORICAL}, "historical, not active"),
        ({"approved_mode": ApprovedMode.UNKNOWN}, "approved mode is unknown"),
        ({"firmware_by_token": "2.40"}, "now tells firmware 2.41"),
    ],
)
def test_what_else_does_not_fit_is_one_remark(
    change: dict[str, object], told: str
) -> None:
    if "firmware_by_token" in change:
        built = with_other_word(change)
    else:
        built = with_certificate(**change)
    check = check_11(built)
    assert check.status is Status.PASSED
    (remark,) = set(check.remarks) - set(check_11(build_record()).remarks)
    assert told in remark


def without_a_record(firmware: str) -> BuiltRecord:
    """Open on a YubiHSM of which the site recorded nothing."""
    token, *rest = with_certificate().builder.facts[0].fact.tokens
    bare = replace(token, firmware=firmware, certifications=())
    return build_record(opened_changed(tokens=(bare, *rest)))


def test_a_device_without_a_record_is_held_against_what_is_known_to_be_weak() -> None:
    assert failures(without_a_record("1.9")) == [("11", "VERIFY-HARDWARE-02")]
    check = check_11(without_a_record("2.41"))
    assert check.status is Status.PASSED
    (remark,) = set(check.remarks) - set(check_11(build_record()).remarks)
    assert "The token tells firmware 2.41, and no record tells more" in remark


def with_other_word(change: dict[str, object]) -> BuiltRecord:
    """Let the token tell another firmware than when the certificate was looked up."""
    built = with_certificate()
    token, *rest = built.builder.facts[0].fact.tokens
    told: Certification = replace(token.certifications[0], **change)
    changed = replace(token, certifications=(told,))
    return build_record(opened_changed(tokens=(changed, *rest), valid_days=VALID_DAYS))


def test_a_day_that_is_missing_or_is_none_is_refused_when_the_leaf_is_read() -> None:
    opened = opened_changed(
        tokens=with_certificate().builder.facts[0].fact.tokens, valid_days=VALID_DAYS
    )
    for day in (None, "20260309", "2026-02-30", 7):

        def leaf(event: object, raw: bytes, day: object = day) -> bytes:
            del event
            if b"looked_up_on" not in raw:
                return raw
            told = json.loads(raw)
            certificate = told["data"]["tokens"][0]["certifications"][0]
            del certificate["looked_up_on"]
            if day is not None:
                certificate["looked_up_on"] = day
            return json.dumps(
                told, sort_keys=True, separators=(",", ":"), ensure_ascii=False
            ).encode()

        built = build_record(Forgery(command=opened.command, leaf=leaf))
        found = failures(built)
        assert ("3", "ENGINE-FACT-02") in found, (day, found)
