"""The hardware list beside the binding: what is read, and what is refused where."""

from __future__ import annotations

from datetime import date

import pytest

from ceremony.errors import InputError
from ceremony.hardware.certification import ApprovedMode, CertificateStatus
from ceremony.pack.hardware_file import decode_hardware
from ceremony.script.shape import ShapeError

FILE = "hardware.toml"
ENTRY = """
[[certification]]
serial = "affe7d3372593d43"
standard = "FIPS 140-3"
level = "3"
certificate = "4090"
status = "active"
looked-up = "2026-01-09"
firmware-certified = ["7.7.1", "7.7.1-20"]
firmware-reported = "7.7.1-20"
firmware-by-token = "7.71"
approved-mode = "on"
approved-mode-read = "lunacm: partition showinfo"
source = "https://csrc.nist.gov/"
"""
GOOD = "valid-days = 90\n" + ENTRY


def test_a_list_is_read() -> None:
    listed = decode_hardware(GOOD.encode(), FILE)

    assert listed.valid_days == 90
    (record,) = listed.certifications
    assert record.looked_up_on == date(2026, 1, 9)
    assert record.status is CertificateStatus.ACTIVE
    assert record.approved_mode is ApprovedMode.ON
    assert record.firmware_certified == ("7.7.1", "7.7.1-20")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"2026-01-09"', '"9 January 2026"', "HARDWARE-DATE-01"),
        ('"2026-01-09"', '"2026-02-30"', "HARDWARE-DATE-01"),
        ('"2026-01-09"', '"20260109"', "HARDWARE-DATE-01"),
        ('"2026-01-09"', "2026-01-09", "FILE-TOML-02"),
        ('status = "active"', 'status = "valid"', "FILE-SHAPE-04"),
        ('["7.7.1", "7.7.1-20"]', "[]", "FILE-SHAPE-04"),
        ('certificate = "4090"\n', "", "FILE-SHAPE-02"),
        ('level = "3"', 'level = "3"\nseal = "x"', "FILE-SHAPE-01"),
        ("valid-days = 90", "valid-days = 0", "FILE-SHAPE-04"),
        ("valid-days = 90\n", "", "FILE-SHAPE-02"),
        (ENTRY, ENTRY + ENTRY, "HARDWARE-CERTIFICATE-01"),
        (ENTRY, "", "FILE-SHAPE-02"),
    ],
)
def test_a_mistake_is_refused_with_its_place(old: str, new: str, code: str) -> None:
    assert old in GOOD

    with pytest.raises(InputError) as caught:
        decode_hardware(GOOD.replace(old, new, 1).encode(), FILE)

    faults = getattr(caught.value, "faults", (caught.value,))
    assert [fault.code for fault in faults] == [code]
    assert faults[0].place.file == FILE


def test_two_certificates_of_one_token_may_stand() -> None:
    other = ENTRY.replace('"4090"', '"CC-20-195307"')

    assert len(decode_hardware((GOOD + other).encode(), FILE).certifications) == 2


def test_all_mistakes_are_told_at_once() -> None:
    bad = GOOD.replace('"active"', '"valid"').replace('"on"', '"yes"')

    with pytest.raises(ShapeError) as caught:
        decode_hardware(bad.encode(), FILE)

    assert len(caught.value.faults) == 2
