"""A certification record beside a device: each thing that may not fit, alone."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from ceremony.hsm.certification import (
    ApprovedMode,
    CertificateStatus,
    Certification,
    check_certification,
)
from ceremony.hsm.token import TokenFacts
from ceremony.hsm.vendor import Vulnerability, load_vendors
from tests.fakes.token_facts import FACTS

TODAY = date(2026, 3, 9)
VALID_DAYS = 90

RECORD = Certification(
    serial="60f2a40bbdbae6b9",
    standard="FIPS 140-3",
    level="3",
    certificate="4090",
    status=CertificateStatus.ACTIVE,
    looked_up_on=date(2026, 1, 9),
    firmware_certified=("2.4.0", "2.4.1"),
    firmware_reported="2.4.1",
    firmware_by_token="2.41",  # noqa: S106  a version, no password
    approved_mode=ApprovedMode.ON,
    approved_mode_read="yubihsm-shell: get deviceinfo",
    source="https://csrc.nist.gov/projects/cryptographic-module-validation-program",
)
TOKEN = dataclasses.replace(FACTS, firmware_version="2.41")


def weaknesses(vendor: str) -> tuple[Vulnerability, ...]:
    return next(each.vulnerable for each in load_vendors() if each.name == vendor)


def rules(
    record: Certification,
    *,
    token: TokenFacts | None = TOKEN,
    today: date = TODAY,
) -> list[str]:
    found = check_certification(
        record,
        token=token,
        vulnerable=weaknesses("yubihsm-2"),
        today=today,
        valid_days=VALID_DAYS,
    )
    assert all(each.message and each.remedy for each in found)
    return [each.rule for each in found]


def test_a_record_that_fits_gives_no_finding() -> None:
    assert rules(RECORD) == []
    assert rules(RECORD, token=None) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # 2.4.2 is newer than what is weak, and on no certificate.
        ({"firmware_reported": "2.4.2"}, ["HSM-CERT-01"]),
        (
            {"firmware_reported": "2.3.2", "firmware_certified": ("2.3.2",)},
            ["HSM-CERT-02"],
        ),
        (
            {"firmware_reported": "2.4b", "firmware_certified": ("2.4b",)},
            ["HSM-CERT-02"],
        ),
        ({"looked_up_on": TODAY - timedelta(VALID_DAYS + 1)}, ["HSM-CERT-03"]),
        ({"looked_up_on": TODAY + timedelta(1)}, ["HSM-CERT-03"]),
        ({"status": CertificateStatus.HISTORICAL}, ["HSM-CERT-04"]),
        ({"status": CertificateStatus.REVOKED}, ["HSM-CERT-04"]),
        ({"status": CertificateStatus.IN_PROCESS}, ["HSM-CERT-04"]),
        ({"approved_mode": ApprovedMode.OFF}, ["HSM-CERT-05"]),
        ({"approved_mode": ApprovedMode.UNKNOWN}, ["HSM-CERT-05"]),
        ({"firmware_by_token": "2.40"}, ["HSM-CERT-06"]),
    ],
)
def test_each_thing_that_does_not_fit_is_one_finding(
    change: dict[str, object], expected: list[str]
) -> None:
    assert rules(dataclasses.replace(RECORD, **change)) == expected


def test_a_look_up_counts_to_its_last_day() -> None:
    last = RECORD.looked_up_on + timedelta(VALID_DAYS)

    assert rules(RECORD, today=last) == []
    assert rules(RECORD, today=last + timedelta(1)) == ["HSM-CERT-03"]


def test_the_first_firmware_without_the_weakness_is_clean() -> None:
    first = dataclasses.replace(RECORD, firmware_reported="2.4.0")

    assert rules(first) == []
