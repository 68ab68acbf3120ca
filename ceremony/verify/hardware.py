"""What the record says of the certification of each token, judged again.

Part of check 11. The record's own look-up is held against what the token told at the
opening, against the firmware that this verifier knows to be weak, and against the day
on which the ceremony was opened. A record without a certificate says nothing of it,
and neither does this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ceremony.engine.facts import BoundToken
from ceremony.hardware.certification import (
    Certification,
    CertificationFinding,
    check_certification,
    check_unrecorded,
)
from ceremony.hardware.vendor import weaknesses_of
from ceremony.pack.record import Record
from ceremony.verify.check import FailedError
from ceremony.verify.trace import place

_GRAVE: Final[Mapping[str, str]] = {
    "HSM-CERT-02": "VERIFY-HARDWARE-02",
    "HSM-CERT-03": "VERIFY-HARDWARE-03",
    "HSM-CERT-04": "VERIFY-HARDWARE-04",
}
"""What fails here, of the rules that have a grave finding."""


def verify_certifications(record: Record) -> tuple[str, ...]:
    """Judge the certificates of every bound token.

    Returns:
        A remark for each thing that does not fit and is not grave.

    Raises:
        FailedError: ``VERIFY-HARDWARE-01``: a certificate is told of another token;
            ``VERIFY-HARDWARE-02``: the firmware is known to be weak;
            ``VERIFY-HARDWARE-03``: the look-up was made after the opening;
            ``VERIFY-HARDWARE-04``: the certificate is revoked.
    """
    remarks: list[str] = []
    for token in record.opened.tokens:
        for finding in _findings_of(record, token):
            told = f"{token.name}: {finding.message}"
            if finding.grave:
                raise _failed(record, _GRAVE[finding.rule], told)
            remarks.append(told)
    return tuple(remarks)


def _findings_of(record: Record, token: BoundToken) -> Iterator[CertificationFinding]:
    if not token.certifications:
        vulnerable = weaknesses_of(token.vendor, token.model)
        yield from check_unrecorded(token.firmware, vulnerable)
    for certification in token.certifications:
        yield from _findings(record, token, certification)


def _findings(
    record: Record, token: BoundToken, certification: Certification
) -> tuple[CertificationFinding, ...]:
    if certification.serial != token.serial:
        raise _failed(
            record,
            "VERIFY-HARDWARE-01",
            f"{token.name}: certificate {certification.certificate} is told of the "
            f"token {certification.serial}, and not of {token.serial}",
        )
    return check_certification(
        certification,
        firmware=token.firmware,
        vulnerable=weaknesses_of(token.vendor, token.model),
        today=record.facts[0].event.t.wall.date(),
        valid_days=record.opened.valid_days,
    )


def _failed(record: Record, rule: str, told: str) -> FailedError:
    return FailedError(rule, f"{place(record.facts[0])}: {told}")
