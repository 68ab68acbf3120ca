"""A made-up certificate of a token, all in order for the token of that serial."""

from __future__ import annotations

from datetime import date

from ceremony.hardware.certification import (
    ApprovedMode,
    CertificateStatus,
    Certification,
)

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
