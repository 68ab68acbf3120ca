"""The lines about certification: what the site recorded of each device, compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ceremony.conduct.certified import certifications_of
from ceremony.conduct.diagnosis.line import Line, fail, ok, warn
from ceremony.conduct.diagnosis.token import WantedToken
from ceremony.hardware.certification import (
    Certification,
    check_certification,
    check_unrecorded,
)
from ceremony.hardware.vendor import Vendor
from ceremony.hsm.token import TokenFacts, is_software
from ceremony.pack.hardware_file import HardwareList

RULE: Final = "DOCTOR-CERT-01"


@dataclass(frozen=True, slots=True)
class Device:
    """A wanted token that is there.

    Attributes:
        wanted: What it is wanted for.
        facts: What it tells.
        vendor: Whose it is; None where nobody's that is known.
    """

    wanted: WantedToken
    facts: TokenFacts
    vendor: Vendor | None


def check_hardware(
    devices: Sequence[Device], hardware: HardwareList | None, today: date
) -> tuple[Line, ...]:
    """Judge what is recorded of the devices' certification.

    Args:
        devices: The tokens that are wanted and there.
        hardware: The site's list; None where it has none.
        today: The day of the check, UTC.

    Returns:
        One line for each certificate that fits, one for each finding, one for all
        software tokens together and one for all devices without a record.
    """
    software = [each for each in devices if is_software(each.facts)]
    lines: list[Line] = []
    if software:
        lines.append(
            warn(
                RULE,
                _names(software),
                "By its own words software: nothing but this machine protects its "
                "keys, and no certificate covers it.",
                "Good for a rehearsal; for anything else use a device.",
            )
        )
    unrecorded: list[Device] = []
    for device in devices:
        if device in software:
            continue
        records = certifications_of(hardware, device.facts.serial)
        if hardware is None or not records:
            unrecorded.append(device)
            lines += _compare_bare(device)
            continue
        for record in records:
            lines += _compare(device, record, today, hardware.valid_days)
    if unrecorded:
        lines.append(
            warn(
                RULE,
                _names(unrecorded),
                "The site's hardware.toml records no certificate.",
                "Look up the certificate and record it (docs/spec/hardware-v1.md).",
            )
        )
    return tuple(lines)


def _compare(
    device: Device, record: Certification, today: date, valid_days: int
) -> Iterator[Line]:
    about = device.wanted.about
    findings = check_certification(
        record,
        firmware=device.facts.firmware_version,
        vulnerable=() if device.vendor is None else device.vendor.vulnerable,
        today=today,
        valid_days=valid_days,
    )
    for each in findings:
        yield fail(each.rule, about, each.message, each.remedy)
    if not findings:
        yield ok(
            RULE,
            about,
            f"{record.words}.",
        )


def _compare_bare(device: Device) -> Iterator[Line]:
    """Compare a device of which nothing is recorded with what is known to be weak."""
    known = () if device.vendor is None else device.vendor.vulnerable
    for each in check_unrecorded(device.facts.firmware_version, known):
        say = fail if each.grave else warn
        yield say(each.rule, device.wanted.about, each.message, each.remedy)


def _names(devices: Sequence[Device]) -> str:
    word = "token" if len(devices) == 1 else "tokens"
    return f"{word} {', '.join(device.wanted.name for device in devices)}"
