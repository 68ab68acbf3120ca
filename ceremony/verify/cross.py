"""A cross-certificate has the name of the certificate it crosses, byte for byte.

Part of check 12. That it is valid only while its issuer is, lint has found.
"""

from __future__ import annotations

from cryptography import x509

from ceremony.engine.state import Recorded
from ceremony.pack.record import Record
from ceremony.verify.check import FailedError
from ceremony.verify.issued import certificate_of, step_of
from ceremony.verify.trace import place


def verify_crossed(
    record: Record, recorded: Recorded, certificate: x509.Certificate
) -> None:
    """Compare a cross-certificate with the one that it crosses.

    Raises:
        FailedError: ``VERIFY-CROSS-01``: name or key are others'.
    """
    of = step_of(record, recorded).parameters.get("of")
    if of is None:
        return
    other = certificate_of(record, str(of), record.state.certificates[str(of)].digest)
    if (
        certificate.subject.public_bytes() != other.subject.public_bytes()
        or certificate.public_key() != other.public_key()
    ):
        raise FailedError(
            "VERIFY-CROSS-01",
            f"{place(recorded)}: name or key are not those of {of}",
        )
