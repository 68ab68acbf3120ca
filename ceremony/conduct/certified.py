"""What the site's hardware list says of a token, into the opening and out of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ceremony.engine.facts import BoundToken
from ceremony.engine.state import State
from ceremony.errors import RefusedError
from ceremony.hardware.certification import (
    Certification,
    CertificationFinding,
    check_certification,
    check_unrecorded,
)
from ceremony.hardware.vendor import weaknesses_of
from ceremony.pack.hardware_file import HardwareList


def certifications_of(
    hardware: HardwareList | None, serial: str
) -> tuple[Certification, ...]:
    """Give the certificates that the list has of a token; none where there is none."""
    listed = () if hardware is None else hardware.certifications
    return tuple(record for record in listed if record.serial == serial)


def verify_certified(token: BoundToken, today: date, valid_days: int) -> None:
    """Refuse a token on which no pack would pass.

    Args:
        token: The token as its module and the site's list tell of it.
        today: The day of the opening, UTC.
        valid_days: For how many days the site lets a look-up count.

    Raises:
        RefusedError: ``CONDUCT-HARDWARE-01``: its firmware is known to be weak, its
            certificate is revoked, or the look-up is of a day to come.
    """
    for finding in _findings(token, today, valid_days):
        if finding.grave:
            raise RefusedError(
                "CONDUCT-HARDWARE-01",
                f"{token.name}: {finding.message} ({finding.rule})",
                meaning="Nothing was opened; no key was made on it.",
                remedy=finding.remedy,
            )


def _findings(
    token: BoundToken, today: date, valid_days: int
) -> Iterator[CertificationFinding]:
    vulnerable = weaknesses_of(token.vendor, token.model)
    if not token.certifications:
        yield from check_unrecorded(token.firmware, vulnerable)
    for record in token.certifications:
        yield from check_certification(
            record,
            firmware=token.firmware,
            vulnerable=vulnerable,
            today=today,
            valid_days=valid_days,
        )


def certified_words(state: State, token: str) -> tuple[str, ...]:
    """Say in a sentence each what the opening records of a token's certificates."""
    opened = state.opened
    return tuple(
        record.words
        for bound in (opened.tokens if opened is not None else ())
        if bound.name == token
        for record in bound.certifications
    )
