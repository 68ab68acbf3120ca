"""The site's hardware list: the certification of each token, beside the binding.

Optional. Read strictly (docs/spec/hardware-v1.md); what it says is judged by
``ceremony.hardware.certification``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from ceremony.hardware.certification import (
    ApprovedMode,
    CertificateStatus,
    Certification,
)
from ceremony.pack.toml_places import decode_fields
from ceremony.script.shape import Fields

LONGEST_DAYS: Final = 3650

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class HardwareList:
    """What a site knows of its hardware.

    Attributes:
        valid_days: For how many days a look-up in a register counts, 1 to 3650.
        certifications: One for each certificate of a token, 1 or more.
    """

    valid_days: int
    certifications: tuple[Certification, ...]


def decode_hardware(raw: bytes, file: str) -> HardwareList:
    """Read a hardware list from its bytes.

    Args:
        raw: The file's bytes, UTF-8 TOML.
        file: Its name, for places.

    Raises:
        InputError: ``FILE-*``: not of the shape; ``HARDWARE-DATE-01``: no day as
            ``YYYY-MM-DD``; ``HARDWARE-CERTIFICATE-01``: a token's certificate stands
            twice.
    """
    top = decode_fields(raw, file, "a hardware list")
    listed = HardwareList(
        valid_days=top.integer("valid-days", 1, LONGEST_DAYS),
        certifications=tuple(
            _certification(item)
            for item in top.children("certification", required=True)
        ),
    )
    keys = [(each.serial, each.certificate) for each in listed.certifications]
    for serial, certificate in sorted({key for key in keys if keys.count(key) > 1}):
        top.faults.add(
            "HARDWARE-CERTIFICATE-01",
            f"Certificate {certificate} of the token {serial} stands twice.",
            top.place,
            remedy="Keep one of the two entries.",
        )
    top.finish()
    top.faults.raise_any()
    return listed


def _certification(item: Fields) -> Certification:
    record = Certification(
        serial=item.text("serial"),
        standard=item.text("standard"),
        level=item.text("level"),
        certificate=item.text("certificate"),
        status=item.choice("status", CertificateStatus),
        looked_up_on=_day(item, "looked-up"),
        firmware_certified=item.texts("firmware-certified", required=True),
        firmware_reported=item.text("firmware-reported"),
        firmware_by_token=item.text("firmware-by-token"),
        approved_mode=item.choice("approved-mode", ApprovedMode),
        approved_mode_read=item.text("approved-mode-read"),
        source=item.text("source"),
    )
    item.finish()
    return record


def _day(item: Fields, key: str) -> date:
    told = item.text(key)
    try:
        if _DAY.fullmatch(told):
            return date.fromisoformat(told)
    except ValueError:
        pass  # such as 2026-02-30: the same fault as another form
    if told:
        item.faults.add(
            "HARDWARE-DATE-01",
            f"{key} is {told!r}, and not a day as YYYY-MM-DD.",
            item.place,
            remedy="Give the day in quotes, such as 2026-03-09.",
        )
    return date.min
