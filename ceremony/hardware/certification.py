"""The certification of a token's hardware, as somebody looked it up.

A record of what a certificate covers and of what the device in the room reports. It
proves nothing by itself: whoever looked it up is named by the site's own procedure.
The check compares the two and gives what does not fit.

The doctor, the opening of a ceremony and the verifier judge by the same comparison.

Invariants:
    * Firmware is compared as text with what is certified: a version that is not on
      the certificate is not certified, however near it is.
    * What cannot be compared is a finding, and never silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ceremony.hardware.vendor import Vulnerability, firmware_key


class CertificateStatus(StrEnum):
    """What the register of the certifying body says of a certificate.

    Source: NIST CMVP's words for validations; a Common Criteria certificate that is
    in force is active, and one that is archived is historical.
    """

    ACTIVE = "active"
    HISTORICAL = "historical"
    REVOKED = "revoked"
    IN_PROCESS = "in-process"


class ApprovedMode(StrEnum):
    """Whether the device runs in the mode that its certificate covers."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Certification:
    """One certificate, for one token.

    Attributes:
        serial: The token's serial, as the token tells it.
        standard: e.g. ``FIPS 140-3`` or ``Common Criteria, EN 419221-5``.
        level: The level or assurance package, e.g. ``3`` or ``EAL4+ AVA_VAN.5``.
        certificate: The certificate's number.
        status: What the register said of it.
        looked_up_on: The day on which the register was read.
        firmware_certified: The versions that the certificate names, 1 or more.
        firmware_reported: The version that the device reported to its maker's tool.
        firmware_by_token: The version that the token told through PKCS#11 at that
            time, ``major.minor``, since makers write it there in their own ways.
        approved_mode: Whether the approved mode was on.
        approved_mode_read: How that was read, e.g. ``lunacm: partition showinfo``.
        source: Where the status was looked up.
    """

    serial: str
    standard: str
    level: str
    certificate: str
    status: CertificateStatus
    looked_up_on: date
    firmware_certified: tuple[str, ...]
    firmware_reported: str
    firmware_by_token: str
    approved_mode: ApprovedMode
    approved_mode_read: str
    source: str

    @property
    def words(self) -> str:
        """Say what the certificate is, what it covers and how that was read."""
        certified = ", ".join(self.firmware_certified)
        return (
            f"{self.standard} level {self.level}, certificate {self.certificate}, "
            f"{self.status} on {self.looked_up_on}; firmware "
            f"{self.firmware_reported}, certified {certified}; "
            f"approved mode {self.approved_mode} ({self.approved_mode_read})"
        )


@dataclass(frozen=True, slots=True)
class CertificationFinding:
    """What does not fit.

    Attributes:
        rule: A stable rule id, ``HSM-CERT-nn``.
        message: What was compared and how it differs.
        remedy: What to do.
        grave: Whether no ceremony may stand on the device: its firmware is known to
            be weak, its certificate revoked, or the look-up told of cannot have been.
    """

    rule: str
    message: str
    remedy: str
    grave: bool = False


def check_certification(
    record: Certification,
    *,
    firmware: str | None,
    vulnerable: Iterable[Vulnerability],
    today: date,
    valid_days: int,
) -> tuple[CertificationFinding, ...]:
    """Compare a record with the device, the known weaknesses and the calendar.

    Args:
        record: The record.
        firmware: The version that the token tells through PKCS#11 now,
            ``major.minor``; None where it is not there.
        vulnerable: What is known of this maker's firmware.
        today: The day of the check, UTC.
        valid_days: For how many days a look-up counts.

    Returns:
        The findings, by rule; empty where everything fits.
    """
    found = [
        *_check_firmware(record),
        *_check_weaknesses(record, vulnerable),
        *_check_register(record, today, valid_days),
        *_check_mode(record),
        *_check_token(record, firmware),
    ]
    return tuple(sorted(found, key=lambda each: each.rule))


def check_unrecorded(
    firmware: str, vulnerable: Iterable[Vulnerability]
) -> tuple[CertificationFinding, ...]:
    """Compare a device without a record with the weaknesses known of its maker's.

    Args:
        firmware: The version that the token tells through PKCS#11, ``major.minor``,
            which is less than its maker's tool tells.
        vulnerable: What is known of this maker's firmware.

    Returns:
        A finding for each weakness: a grave one where the firmware is older than the
        one that mended it.
    """
    known = tuple(vulnerable)
    found = {each: _weakness(firmware, each) for each in known}
    return tuple(
        found[each]
        or CertificationFinding(
            "HSM-CERT-02",
            f"The token tells firmware {firmware}, and no record tells more; firmware "
            f"before {each.before} is known to be weak: {each.text}",
            f"Read it with the maker's tool and record it: {each.source}",
        )
        for each in known
    )


def _check_firmware(record: Certification) -> Iterable[CertificationFinding]:
    if record.firmware_reported not in record.firmware_certified:
        yield CertificationFinding(
            "HSM-CERT-01",
            f"The device reports firmware {record.firmware_reported}; certificate "
            f"{record.certificate} covers {', '.join(record.firmware_certified)}.",
            "Use a device with certified firmware, or record the deviation.",
        )


def _check_weaknesses(
    record: Certification, vulnerable: Iterable[Vulnerability]
) -> Iterable[CertificationFinding]:
    for weakness in vulnerable:
        found = _weakness(record.firmware_reported, weakness)
        if found is not None:
            yield found


def _weakness(firmware: str, weakness: Vulnerability) -> CertificationFinding | None:
    """Compare a version with the one that mended a weakness."""
    reported, fixed = firmware_key(firmware), firmware_key(weakness.before)
    if reported is None or fixed is None:
        return CertificationFinding(
            "HSM-CERT-02",
            f"Firmware {firmware} cannot be compared with {weakness.before}, before "
            "which there is a known weakness.",
            f"Compare by hand: {weakness.source}",
        )
    if reported < fixed:
        return CertificationFinding(
            "HSM-CERT-02",
            f"Firmware {firmware} is older than {weakness.before} and known to be "
            f"weak: {weakness.text}",
            f"Update the firmware: {weakness.source}",
            grave=True,
        )
    return None


def _check_register(
    record: Certification, today: date, valid_days: int
) -> Iterable[CertificationFinding]:
    age = (today - record.looked_up_on).days
    if not 0 <= age <= valid_days:
        when = "in the future" if age < 0 else f"{age} days ago"
        yield CertificationFinding(
            "HSM-CERT-03",
            f"The status of certificate {record.certificate} was looked up "
            f"{when}, on {record.looked_up_on}; a look-up counts for {valid_days} "
            "days.",
            f"Look it up again and correct the record: {record.source}",
            grave=age < 0,
        )
    if record.status is not CertificateStatus.ACTIVE:
        yield CertificationFinding(
            "HSM-CERT-04",
            f"Certificate {record.certificate} is {record.status}, not active.",
            "Use a device with a certificate in force, or record the deviation.",
            grave=record.status is CertificateStatus.REVOKED,
        )


def _check_mode(record: Certification) -> Iterable[CertificationFinding]:
    if record.approved_mode is not ApprovedMode.ON:
        yield CertificationFinding(
            "HSM-CERT-05",
            f"The approved mode is {record.approved_mode} "
            f"({record.approved_mode_read}); the certificate covers no other.",
            "Switch the approved mode on with the maker's tool and read it again.",
        )


def _check_token(
    record: Certification, firmware: str | None
) -> Iterable[CertificationFinding]:
    if firmware not in {None, record.firmware_by_token}:
        yield CertificationFinding(
            "HSM-CERT-06",
            f"The token now tells firmware {firmware}; when the record "
            f"was made it told {record.firmware_by_token}.",
            "Read the firmware again with the maker's tool and correct the record.",
        )
