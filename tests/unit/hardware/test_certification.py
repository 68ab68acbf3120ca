"""A certification record beside a device: each thing that may not fit, alone."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from ceremony.hardware.certification import (
    ApprovedMode,
    CertificateStatus,
    Certification,
    CertificationFinding,
    check_certification,
    check_unrecorded,
)
from ceremony.hardware.vendor import Vulnerability, load_vendors
from tests.fakes.certified import RECORD, TODAY, VALID_DAYS


def weaknesses(vendor: str) -> tuple[Vulnerability, ...]:
    return next(each.vulnerable for each in load_vendors() if each.name == vendor)


def found_in(
    record: Certification,
    *,
    firmware: str | None = RECORD.firmware_by_token,
    today: date = TODAY,
) -> tuple[CertificationFinding, ...]:
    found = check_certification(
        record,
        firmware=firmware,
        vulnerable=weaknesses("yubihsm-2"),
        today=today,
        valid_days=VALID_DAYS,
    )
    assert all(each.message and each.remedy for each in found)
    return found


def rules(
    record: Certification,
    *,
    firmware: str | None = RECORD.firmware_by_token,
    today: date = TODAY,
) -> list[str]:
    return [each.rule for each in found_in(record, firmware=firmware, today=today)]


def test_a_record_that_fits_gives_no_finding() -> None:
    assert rules(RECORD) == []
    assert rules(RECORD, firmware=None) == []


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


@pytest.mark.parametrize(
    ("firmware", "words", "grave"),
    [
        ("1.9", "older than 2.4.0", True),
        ("2.41", "no record tells more", False),
        ("", "cannot be compared", False),
    ],
)
def test_a_device_without_a_record_is_held_against_what_is_known_to_be_weak(
    firmware: str, words: str, *, grave: bool
) -> None:
    (found,) = check_unrecorded(firmware, weaknesses("yubihsm-2"))
    assert (found.rule, found.grave) == ("HSM-CERT-02", grave)
    assert words in found.message
    assert check_unrecorded(firmware, weaknesses("softhsm")) == ()


@pytest.mark.parametrize(
    ("change", "grave"),
    [
        ({"firmware_reported": "2.4.2"}, False),
        (
            {"firmware_reported": "2.3.2", "firmware_certified": ("2.3.2",)},
            True,
        ),
        ({"firmware_reported": "2.4b", "firmware_certified": ("2.4b",)}, False),
        ({"looked_up_on": TODAY - timedelta(VALID_DAYS + 1)}, False),
        ({"looked_up_on": TODAY + timedelta(1)}, True),
        ({"status": CertificateStatus.HISTORICAL}, False),
        ({"status": CertificateStatus.REVOKED}, True),
        ({"approved_mode": ApprovedMode.OFF}, False),
        ({"firmware_by_token": "2.40"}, False),
    ],
)
def test_only_what_no_ceremony_may_stand_on_is_grave(
    change: dict[str, object], *, grave: bool
) -> None:
    (finding,) = found_in(dataclasses.replace(RECORD, **change))
    assert finding.grave is grave
